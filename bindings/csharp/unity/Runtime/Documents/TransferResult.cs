using Recoup.Native;

namespace Recoup
{
    /// <summary>What a transfer of a purchase did.</summary>
    public sealed class TransferResult : RecoupDocument
    {
        private TransferResult(JsonObject json)
        {
            Store = json.Text("store");
            Order = json.Text("order");
            From = json.TextOrNull("from");
            To = json.Text("to");
            Purchases = json.Number("purchases");
            Refunds = json.Number("refunds");
        }

        /// <summary>The store.</summary>
        public string Store { get; }

        /// <summary>The order id or token that was given.</summary>
        public string Order { get; }

        /// <summary>The player who had the purchase; null: it was not recorded.</summary>
        public string From { get; }

        /// <summary>The player who has it now.</summary>
        public string To { get; }

        /// <summary>How many records moved or were made.</summary>
        public long Purchases { get; }

        /// <summary>How many refunds moved.</summary>
        public long Refunds { get; }

        internal static TransferResult Read(JsonValue value) => Of(value, json => new TransferResult(json));
    }
}
