using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>What is known of an order: its ids, what was bought, for how much. What is not known is null.</summary>
    public sealed class OrderDetails : RecoupDocument
    {
        private OrderDetails(JsonObject json)
        {
            OrderId = json.TextOrNull("order_id");
            PurchaseToken = json.TextOrNull("purchase_token");
            OriginalId = json.TextOrNull("original_id");
            WebOrderLineItemId = json.TextOrNull("web_order_line_item_id");
            AccountTag = json.TextOrNull("account_tag");
            Product = json.TextOrNull("product");
            ProductType = json.EnumOrNull<ProductType>("product_type");
            Quantity = json.NumberOrNull("quantity");
            Price = json.MoneyOrNull("price");
            PurchasedAtMs = json.NumberOrNull("purchased_at");
            FamilyShared = json.FlagOrFalse("family_shared");
            AppTransactionId = json.TextOrNull("app_transaction_id");
            RelatedIds = json.TextsOrEmpty("related_ids");
            TagByMerchant = json.FlagOrFalse("tag_by_merchant");
            Capture = json.DocumentOrNull("capture", Capture.Read);
            LinkedToken = json.TextOrNull("linked_token");
            LatestOrderId = json.TextOrNull("latest_order_id");
            PaidAtMs = json.NumberOrNull("paid_at");
            Acknowledged = json.FlagOrNull("acknowledged");
            Country = json.TextOrNull("country");
        }

        /// <summary>
        /// The order's own id: App Store transactionId, Google Play orderId, ONE Store purchaseId, Stripe's charge, Amazon
        /// receiptId.
        /// </summary>
        public string OrderId { get; }

        /// <summary>Google Play and ONE Store purchaseToken, Stripe's payment intent.</summary>
        public string PurchaseToken { get; }

        /// <summary>
        /// The id that all renewals of one subscription share: App Store originalTransactionId, Stripe's subscription.
        /// </summary>
        public string OriginalId { get; }

        /// <summary>The id of one purchase, however many transaction ids it has: App Store webOrderLineItemId.</summary>
        public string WebOrderLineItemId { get; }

        /// <summary>The tag that the game put on the purchase; Amazon's is its own id of the customer.</summary>
        public string AccountTag { get; }

        /// <summary>Product id.</summary>
        public string Product { get; }

        /// <summary>Kind of product.</summary>
        public OpenEnum<ProductType>? ProductType { get; }

        /// <summary>How many were bought in this one order.</summary>
        public long? Quantity { get; }

        /// <summary>What was paid for all of them together.</summary>
        public Money? Price { get; }

        /// <summary>When it was bought.</summary>
        public DateTimeOffset? PurchasedAt => UnixTime.FromMsOrNone(PurchasedAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long? PurchasedAtMs { get; }

        /// <summary>Shared by a family member, not bought by this player.</summary>
        public bool FamilyShared { get; }

        /// <summary>The id of one app's download by one account: App Store appTransactionId.</summary>
        public string AppTransactionId { get; }

        /// <summary>Further ids of the same payment, under which the game may have recorded it.</summary>
        public IReadOnlyList<string> RelatedIds { get; }

        /// <summary>Whether the merchant's own server wrote the account tag, so that no player can have written it.</summary>
        public bool TagByMerchant { get; }

        /// <summary>
        /// What one message reports about the payment's capture; null for stores that do not authorise first, and in a refund.
        /// </summary>
        public Capture Capture { get; }

        /// <summary>The token of the subscription that this one replaced.</summary>
        public string LinkedToken { get; }

        /// <summary>The latest paid order of a subscription: Google Play latestSuccessfulOrderId.</summary>
        public string LatestOrderId { get; }

        /// <summary>When a renewal was paid for which the store named only the purchase token.</summary>
        public DateTimeOffset? PaidAt => UnixTime.FromMsOrNone(PaidAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long? PaidAtMs { get; }

        /// <summary>Whether the game has acknowledged the purchase, according to the store's API.</summary>
        public bool? Acknowledged { get; }

        /// <summary>
        /// The buyer's country, two letters as in ISO 3166-1: as the game recorded it, or else the App Store's storefront.
        /// </summary>
        public string Country { get; }

        internal static OrderDetails Read(JsonValue value) => Of(value, json => new OrderDetails(json));
    }

    /// <summary>What one message reports about a payment's capture.</summary>
    public sealed class Capture : RecoupDocument
    {
        private Capture(OpenEnum<CaptureKind> kind, CaptureReport reported)
        {
            Kind = kind;
            Reported = reported;
        }

        /// <summary>What is known of it.</summary>
        public OpenEnum<CaptureKind> Kind { get; }

        /// <summary>What is reported; null where nothing is.</summary>
        public CaptureReport Reported { get; }

        /// <summary>A name, or an object of one member, which names it.</summary>
        internal static Capture Read(JsonValue value)
        {
            if (value.Kind == JsonKind.String)
            {
                var named = new Capture(new OpenEnum<CaptureKind>(value.Text), null);
                named.Keep(value);
                return named;
            }
            return Of(value, json => new Capture(
                new OpenEnum<CaptureKind>(json.KindName("reported")), json.DocumentOrNull("reported", CaptureReport.Read)));
        }
    }

    /// <summary>How far a payment was captured at one time.</summary>
    public sealed class CaptureReport : RecoupDocument
    {
        private CaptureReport(JsonObject json)
        {
            AtMs = json.Number("at");
            Authorised = json.MoneyOrNull("authorised");
            Captured = json.MoneyOrNull("captured");
            Refunded = json.MoneyOrNull("refunded");
        }

        /// <summary>The time this is true for, by the store's clock.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>What was authorised.</summary>
        public Money? Authorised { get; }

        /// <summary>What was captured of it; null: nothing by then.</summary>
        public Money? Captured { get; }

        /// <summary>What was refunded of what was captured, in all by then.</summary>
        public Money? Refunded { get; }

        internal static CaptureReport Read(JsonValue value) => Of(value, json => new CaptureReport(json));
    }
}
