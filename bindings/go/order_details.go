package recoup

import "encoding/json"

// OrderDetails is what a store reported about the order of a notification. What it did not report is empty or nil.
type OrderDetails struct {
	// The order's own id: App Store transactionId, Google Play orderId, ONE Store purchaseId, Stripe's charge (ch_…,
	// py_…), Amazon receiptId.
	OrderID string `json:"order_id"`
	// The purchase token: Google Play purchaseToken, which all renewals of one subscription share; ONE Store
	// purchaseToken; Stripe's payment intent (pi_…).
	PurchaseToken string `json:"purchase_token"`
	// The id that all renewals of one subscription share: App Store originalTransactionId, Stripe's subscription
	// (sub_…).
	OriginalID string `json:"original_id"`
	// The id of one purchase, however many transaction ids it has: App Store webOrderLineItemId.
	WebOrderLineItemID string `json:"web_order_line_item_id"`
	// The tag the game put on the purchase: App Store appAccountToken, Google Play obfuscatedExternalAccountId, ONE
	// Store developerPayload, Stripe's metadata under user_metadata_key. Amazon's is its own id of the customer,
	// appUserId.
	AccountTag string `json:"account_tag"`
	// Whether the merchant's own server wrote the account tag, with a secret key, so that no player can have written
	// it: Stripe's metadata.
	TagByMerchant bool `json:"tag_by_merchant"`
	// Product id.
	Product string `json:"product"`
	// Kind of product.
	ProductType ProductType `json:"product_type"`
	// How many were bought in this one order.
	Quantity *uint32 `json:"quantity"`
	// What was paid for all of them together.
	Price *Money `json:"price"`
	// When it was bought.
	PurchasedAt *Timestamp `json:"purchased_at"`
	// The buyer's country, two letters as in ISO 3166-1: as the host recorded it, or else the App Store's storefront or
	// Amazon's country.
	Country string `json:"country"`
	// Shared by a family member, not bought by this player. App Store inAppOwnershipType FAMILY_SHARED.
	FamilyShared bool `json:"family_shared"`
	// The App Store's id of one app's download by one account: appTransactionId.
	AppTransactionID string `json:"app_transaction_id"`
	// Further ids of the same payment, under which the game may have recorded it: Stripe's invoice (in_…) and checkout
	// session (cs_…), Google Play's linked tokens.
	RelatedIDs []string `json:"related_ids"`
	// What one message reports about the payment's capture. Nil for stores that do not authorise first, and in a
	// folded case.
	Capture *Capture `json:"capture"`
	// The token of the subscription that this one replaced: Google Play and ONE Store linkedPurchaseToken.
	LinkedToken string `json:"linked_token"`
	// The latest paid order of a subscription, if the store's API reported it: Google Play latestSuccessfulOrderId.
	LatestOrderID string `json:"latest_order_id"`
	// When a renewal was paid for which the store named only the purchase token: Google Play SUBSCRIPTION_PURCHASED,
	// SUBSCRIPTION_RENEWED, SUBSCRIPTION_RECOVERED. It separates refunds of one token by renewal, and describes no
	// single order.
	PaidAt *Timestamp `json:"paid_at"`
	// Whether the game has acknowledged the purchase, according to the store's API: Google Play acknowledgementState,
	// ONE Store acknowledgeState. Both stores refund an unacknowledged purchase after three days.
	Acknowledged *bool `json:"acknowledged"`
}

// CaptureKind is what one message reports about a payment's capture.
type CaptureKind string

const (
	// CaptureNotReported: the message reports nothing about it.
	CaptureNotReported CaptureKind = "not_reported"
	// CapturePresumed: no message reported it in time, so the payment is presumed to be captured.
	CapturePresumed CaptureKind = "presumed"
	// CaptureReported: it was captured as far as Reported has it.
	CaptureReported CaptureKind = "reported"
)

// Capture is what one message reports about a payment's capture: "presumed", or {"reported": {...}}.
type Capture struct {
	// What is reported; of a later version, the text or the name of the object's first member.
	Kind CaptureKind
	// How far it was captured; nil if Kind is another.
	Reported *CaptureReport
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage
}

// UnmarshalJSON reads text or an object.
func (c *Capture) UnmarshalJSON(text []byte) error {
	kind, value, err := variant(text)
	if err != nil {
		return err
	}
	*c = Capture{Kind: CaptureKind(kind), JSON: append(json.RawMessage(nil), text...)}
	if c.Kind == CaptureReported && value != nil {
		return json.Unmarshal(value, &c.Reported)
	}
	return nil
}

// CaptureReport is how far a payment was captured at one time.
type CaptureReport struct {
	// The time of this report, by the store's clock.
	At Timestamp `json:"at"`
	// What was authorised.
	Authorised *Money `json:"authorised"`
	// How much of it was captured; nil: nothing, by then.
	Captured *Money `json:"captured"`
	// How much of the captured amount was refunded in total by then, without what was released.
	Refunded *Money `json:"refunded"`
}
