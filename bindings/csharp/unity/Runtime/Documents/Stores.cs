namespace Recoup
{
    /// <summary>
    /// The names of the stores. A store of your own has a name that begins with "custom:".
    /// </summary>
    public static class Stores
    {
        /// <summary>Apple's App Store.</summary>
        public const string AppStore = "app-store";

        /// <summary>Google Play.</summary>
        public const string GooglePlay = "google-play";

        /// <summary>ONE Store.</summary>
        public const string OneStore = "one-store";

        /// <summary>Stripe.</summary>
        public const string Stripe = "stripe";

        /// <summary>Amazon Appstore.</summary>
        public const string Amazon = "amazon";
    }
}
