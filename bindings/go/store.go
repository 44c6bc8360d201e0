package recoup

// Store is an app store or payment provider, by its name. One of your own is "custom:" and a name in a-z, 0-9 and -.
type Store string

const (
	// AppStore is Apple's App Store.
	AppStore Store = "app-store"
	// GooglePlay is Google Play.
	GooglePlay Store = "google-play"
	// OneStore is ONE Store.
	OneStore Store = "one-store"
	// Stripe is Stripe.
	Stripe Store = "stripe"
	// Amazon is Amazon Appstore.
	Amazon Store = "amazon"
)
