using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>All that is known of a player, up to the newest 10000 of each list.</summary>
    public sealed class UserHistory : RecoupDocument
    {
        private UserHistory(JsonObject json)
        {
            User = json.Text("user");
            Blocked = json.Flag("blocked");
            Blocks = json.List("blocks", Block.Read);
            Refunds = json.List("refunds", Refund.Read);
            Purchases = json.List("purchases", RecordedPurchase.Read);
            Journal = json.List("journal", JournalEntry.Read);
        }

        /// <summary>Your own id of the player.</summary>
        public string User { get; }

        /// <summary>Whether any block is active.</summary>
        public bool Blocked { get; }

        /// <summary>The player's blocks, newest first.</summary>
        public IReadOnlyList<Block> Blocks { get; }

        /// <summary>The player's refunds, newest first.</summary>
        public IReadOnlyList<Refund> Refunds { get; }

        /// <summary>The player's purchases, newest first.</summary>
        public IReadOnlyList<RecordedPurchase> Purchases { get; }

        /// <summary>What happened, oldest first.</summary>
        public IReadOnlyList<JournalEntry> Journal { get; }

        internal static UserHistory Read(JsonValue value) => Of(value, json => new UserHistory(json));
    }

    /// <summary>All that is known of an order, up to the newest 10000 of each list.</summary>
    public sealed class OrderHistory : RecoupDocument
    {
        private OrderHistory(JsonObject json)
        {
            Order = json.Text("order");
            Purchases = json.List("purchases", RecordedPurchase.Read);
            Refunds = json.List("refunds", Refund.Read);
            Inquiries = json.ListOrEmpty("inquiries", Inquiry.Read);
            Journal = json.List("journal", JournalEntry.Read);
        }

        /// <summary>The requested order id or purchase token.</summary>
        public string Order { get; }

        /// <summary>The game's records of it.</summary>
        public IReadOnlyList<RecordedPurchase> Purchases { get; }

        /// <summary>Its refunds.</summary>
        public IReadOnlyList<Refund> Refunds { get; }

        /// <summary>The inquiries about its refunds.</summary>
        public IReadOnlyList<Inquiry> Inquiries { get; }

        /// <summary>What happened, oldest first.</summary>
        public IReadOnlyList<JournalEntry> Journal { get; }

        internal static OrderHistory Read(JsonValue value) => Of(value, json => new OrderHistory(json));
    }

    /// <summary>A purchase that the game recorded. What was not given is null.</summary>
    public sealed class RecordedPurchase : RecoupDocument
    {
        private RecordedPurchase(JsonObject json)
        {
            Store = json.Text("store");
            User = json.Text("user");
            App = json.TextOrNull("app");
            Environment = json.EnumOrNull<StoreEnvironment>("environment");
            OrderId = json.TextOrNull("order_id");
            PurchaseToken = json.TextOrNull("purchase_token");
            OriginalId = json.TextOrNull("original_id");
            WebOrderLineItemId = json.TextOrNull("web_order_line_item_id");
            AccountTag = json.TextOrNull("account_tag");
            LinkedToken = json.TextOrNull("linked_token");
            Product = json.TextOrNull("product");
            ProductType = json.EnumOrNull<ProductType>("product_type");
            Quantity = json.NumberOrNull("quantity");
            Price = json.MoneyOrNull("price");
            PurchasedAtMs = json.NumberOrNull("purchased_at");
            ExpiresAtMs = json.NumberOrNull("expires_at");
            Repays = json.NumberOrNull("repays");
            Country = json.TextOrNull("country");
            Grants = json.ListOrEmpty("grants", Grant.Read);
            RecordedAtMs = json.Number("recorded_at");
        }

        /// <summary>The store, one of <see cref="Stores"/> or one of your own.</summary>
        public string Store { get; }

        /// <summary>Your own id of the player.</summary>
        public string User { get; }

        /// <summary>Bundle id or package name.</summary>
        public string App { get; }

        /// <summary>Production or sandbox.</summary>
        public OpenEnum<StoreEnvironment>? Environment { get; }

        /// <summary>App Store transactionId, Google Play orderId.</summary>
        public string OrderId { get; }

        /// <summary>Google Play purchaseToken.</summary>
        public string PurchaseToken { get; }

        /// <summary>App Store originalTransactionId.</summary>
        public string OriginalId { get; }

        /// <summary>App Store webOrderLineItemId.</summary>
        public string WebOrderLineItemId { get; }

        /// <summary>The tag that the game put on the purchase.</summary>
        public string AccountTag { get; }

        /// <summary>The token of the subscription that this one replaced.</summary>
        public string LinkedToken { get; }

        /// <summary>Product id.</summary>
        public string Product { get; }

        /// <summary>Kind of product.</summary>
        public OpenEnum<ProductType>? ProductType { get; }

        /// <summary>How many were bought.</summary>
        public long? Quantity { get; }

        /// <summary>What was paid for all of them together.</summary>
        public Money? Price { get; }

        /// <summary>When it was bought.</summary>
        public DateTimeOffset? PurchasedAt => UnixTime.FromMsOrNone(PurchasedAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long? PurchasedAtMs { get; }

        /// <summary>When what was bought ends; null: never, or unknown.</summary>
        public DateTimeOffset? ExpiresAt => UnixTime.FromMsOrNone(ExpiresAtMs);

        /// <summary>The same in Unix milliseconds; null: never, or unknown.</summary>
        public long? ExpiresAtMs { get; }

        /// <summary>The id of the refund that the player repays by buying again. Such a purchase grants nothing.</summary>
        public long? Repays { get; }

        /// <summary>The buyer's country, two letters as in ISO 3166-1.</summary>
        public string Country { get; }

        /// <summary>What the player was given for it.</summary>
        public IReadOnlyList<Grant> Grants { get; }

        /// <summary>When the game first recorded it.</summary>
        public DateTimeOffset RecordedAt => UnixTime.FromMs(RecordedAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long RecordedAtMs { get; }

        internal static RecordedPurchase Read(JsonValue value) => Of(value, json => new RecordedPurchase(json));
    }

    /// <summary>The state of an inquiry.</summary>
    public enum InquiryState
    {
        /// <summary>The decision waits for the store's answer.</summary>
        Waiting = 1,

        /// <summary>The deadline has passed and the refund was decided without an answer. Queries continue.</summary>
        Overdue = 2,

        /// <summary>The store has answered.</summary>
        Answered = 3,

        /// <summary>The store did not answer, and is no longer queried.</summary>
        Failed = 4,
    }

    /// <summary>A query to a store about one refund that was pushed without a reason.</summary>
    public sealed class Inquiry : RecoupDocument
    {
        private Inquiry(JsonObject json)
        {
            RefundId = json.Number("refund_id");
            Store = json.Text("store");
            App = json.Text("app");
            State = json.Enum<InquiryState>("state");
            OpenedAtMs = json.Number("opened_at");
            DeadlineMs = json.Number("deadline");
            Attempts = json.Number("attempts");
            NextAtMs = json.NumberOrNull("next_at");
            Error = json.TextOrNull("error");
            SettledAtMs = json.NumberOrNull("settled_at");
        }

        /// <summary>The refund's id.</summary>
        public long RefundId { get; }

        /// <summary>The store.</summary>
        public string Store { get; }

        /// <summary>Bundle id or package name.</summary>
        public string App { get; }

        /// <summary>Its state.</summary>
        public OpenEnum<InquiryState> State { get; }

        /// <summary>When the notification was ingested.</summary>
        public DateTimeOffset OpenedAt => UnixTime.FromMs(OpenedAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long OpenedAtMs { get; }

        /// <summary>Until when the decision waits.</summary>
        public DateTimeOffset Deadline => UnixTime.FromMs(DeadlineMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long DeadlineMs { get; }

        /// <summary>How often the store was queried.</summary>
        public long Attempts { get; }

        /// <summary>When the store is next queried; null: it is settled.</summary>
        public DateTimeOffset? NextAt => UnixTime.FromMsOrNone(NextAtMs);

        /// <summary>The same in Unix milliseconds; null: it is settled.</summary>
        public long? NextAtMs { get; }

        /// <summary>The latest error.</summary>
        public string Error { get; }

        /// <summary>When it was settled; null: it is not.</summary>
        public DateTimeOffset? SettledAt => UnixTime.FromMsOrNone(SettledAtMs);

        /// <summary>The same in Unix milliseconds; null: it is not.</summary>
        public long? SettledAtMs { get; }

        internal static Inquiry Read(JsonValue value) => Of(value, json => new Inquiry(json));
    }
}
