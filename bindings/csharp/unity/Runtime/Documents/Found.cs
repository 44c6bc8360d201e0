using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>What an id belongs to, at most 50 of each kind. All lists are empty if nothing is found.</summary>
    public sealed class Found : RecoupDocument
    {
        private Found(JsonObject json)
        {
            Refunds = json.List("refunds", Refund.Read);
            Purchases = json.List("purchases", RecordedPurchase.Read);
            Users = json.Texts("users");
            Blocks = json.List("blocks", Block.Read);
            Actions = json.List("actions", StoreAction.Read);
            Events = json.List("events", EventDetails.Read);
        }

        /// <summary>Refunds by order id, purchase token, original id, account tag or their id ("refund:12").</summary>
        public IReadOnlyList<Refund> Refunds { get; }

        /// <summary>Recorded purchases by the same ids.</summary>
        public IReadOnlyList<RecordedPurchase> Purchases { get; }

        /// <summary>Players by their id, or by an account tag that was issued to them.</summary>
        public IReadOnlyList<string> Users { get; }

        /// <summary>Blocks by their id ("block:12").</summary>
        public IReadOnlyList<Block> Blocks { get; }

        /// <summary>Store actions by their id ("action:12").</summary>
        public IReadOnlyList<StoreAction> Actions { get; }

        /// <summary>Events that wait, by their id ("event:12").</summary>
        public IReadOnlyList<EventDetails> Events { get; }

        internal static Found Read(JsonValue value) => Of(value, json => new Found(json));
    }

    /// <summary>How many refunds match a filter.</summary>
    public sealed class RefundCount : RecoupDocument
    {
        private RefundCount(JsonObject json)
        {
            Count = json.Number("count");
            More = json.Flag("more");
        }

        /// <summary>How many, at most 10000.</summary>
        public long Count { get; }

        /// <summary>Whether there are more.</summary>
        public bool More { get; }

        internal static RefundCount Read(JsonValue value) => Of(value, json => new RefundCount(json));
    }
}
