using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>Whether real money moved.</summary>
    public enum StoreEnvironment
    {
        /// <summary>Unset: fits either.</summary>
        Unknown = 0,

        /// <summary>Real purchases.</summary>
        Production = 1,

        /// <summary>Test purchases: App Store sandbox, Google Play licence testers.</summary>
        Sandbox = 2,
    }

    /// <summary>A kind of product.</summary>
    public enum ProductType
    {
        /// <summary>Unset.</summary>
        Unknown = 0,

        /// <summary>Used up and bought again: gems.</summary>
        Consumable = 1,

        /// <summary>Bought once and kept.</summary>
        NonConsumable = 2,

        /// <summary>One-time, if the store does not distinguish the two. Google Play.</summary>
        OneTime = 3,

        /// <summary>Renews by itself.</summary>
        Subscription = 4,

        /// <summary>A subscription that ends by itself.</summary>
        NonRenewingSubscription = 5,
    }

    /// <summary>The result of recording a purchase.</summary>
    public enum PurchaseOutcome
    {
        /// <summary>It is new.</summary>
        Recorded = 1,

        /// <summary>It was recorded before; this call added nothing.</summary>
        AlreadyRecorded = 2,

        /// <summary>It was recorded before, and the additional members of this call were added.</summary>
        Completed = 3,

        /// <summary>
        /// The store has revoked it: refunded, or no longer shared by the family. Deliver nothing. Only from
        /// <see cref="RecoupEngine.RecordSignedPurchase"/>.
        /// </summary>
        Revoked = 4,
    }

    /// <summary>Items given for a purchase.</summary>
    public struct Grant
    {
        /// <summary>Items given for a purchase.</summary>
        /// <param name="item">The game's name of the item.</param>
        /// <param name="quantity">How many; at least 1.</param>
        public Grant(string item, long quantity)
        {
            Item = item;
            Quantity = quantity;
        }

        /// <summary>The game's name of the item.</summary>
        public string Item { get; }

        /// <summary>How many.</summary>
        public long Quantity { get; }

        internal static Grant Read(JsonValue value)
        {
            var json = new JsonObject(value);
            return new Grant(json.Text("item"), json.Number("quantity"));
        }
    }

    /// <summary>
    /// A purchase as you delivered it: the user, the product, and the store's names for it. Null and 0 mean "unset".
    /// Required are <see cref="Store"/>, <see cref="User"/>, and at least one of <see cref="OrderId"/>,
    /// <see cref="PurchaseToken"/> and <see cref="OriginalId"/>, by which a refund is matched. One thread at a time may use
    /// it.
    /// </summary>
    public sealed class Purchase
    {
        /// <summary>The store that sold it: "app-store", "google-play".</summary>
        public string Store { get; set; }

        /// <summary>Your own id of the player; 1 to 256 bytes of UTF-8.</summary>
        public string User { get; set; }

        /// <summary>Production or sandbox.</summary>
        public StoreEnvironment Environment { get; set; }

        /// <summary>Kind of product.</summary>
        public ProductType ProductType { get; set; }

        /// <summary>How many were bought.</summary>
        public long Quantity { get; set; }

        /// <summary>
        /// What was paid for all of them together, in millionths of the currency's unit: 4990000 is 4.99. Counts only if
        /// <see cref="PriceCurrency"/> is set.
        /// </summary>
        public long PriceMicros { get; set; }

        /// <summary>ISO 4217 code of the price's currency, such as "USD".</summary>
        public string PriceCurrency { get; set; }

        /// <summary>When it was bought; null: unset.</summary>
        public DateTimeOffset? PurchasedAt
        {
            get => UnixTime.FromMsOrNone(PurchasedAtMs);
            set => PurchasedAtMs = value?.ToUnixTimeMilliseconds();
        }

        /// <summary>The same in Unix milliseconds; null: unset.</summary>
        public long? PurchasedAtMs { get; set; }

        /// <summary>When what was bought ends, such as a subscription's paid period; null: never, or unknown.</summary>
        public DateTimeOffset? ExpiresAt
        {
            get => UnixTime.FromMsOrNone(ExpiresAtMs);
            set => ExpiresAtMs = value?.ToUnixTimeMilliseconds();
        }

        /// <summary>The same in Unix milliseconds; null: never, or unknown.</summary>
        public long? ExpiresAtMs { get; set; }

        /// <summary>
        /// The id of the refund that the player repays by buying again; null: none. Such a purchase grants nothing, and has this
        /// from the first time that it is recorded.
        /// </summary>
        public long? Repays { get; set; }

        /// <summary>Bundle id or package name. Unset: fits any.</summary>
        public string App { get; set; }

        /// <summary>App Store transactionId, Google Play orderId.</summary>
        public string OrderId { get; set; }

        /// <summary>Google Play purchaseToken.</summary>
        public string PurchaseToken { get; set; }

        /// <summary>App Store originalTransactionId.</summary>
        public string OriginalId { get; set; }

        /// <summary>
        /// The tag your game put on the purchase: App Store appAccountToken, Google Play obfuscatedExternalAccountId.
        /// Refunds of other purchases with the same tag are then this user's too.
        /// </summary>
        public string AccountTag { get; set; }

        /// <summary>The token of the subscription that this one replaced: Google Play linkedPurchaseToken.</summary>
        public string LinkedToken { get; set; }

        /// <summary>App Store webOrderLineItemId: the same for all transaction ids of one purchase.</summary>
        public string WebOrderLineItemId { get; set; }

        /// <summary>Product id.</summary>
        public string Product { get; set; }

        /// <summary>The buyer's country, two letters A to Z as in ISO 3166-1, such as "KR".</summary>
        public string Country { get; set; }

        /// <summary>What the player was given for it; at most 1000.</summary>
        public IList<Grant> Grants { get; } = new List<Grant>();
    }
}
