using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// Which messages to webhook endpoints to list. What is null is not looked at. One thread at a time may use it.
    /// </summary>
    public sealed class WebhookMessageFilter
    {
        /// <summary>To this endpoint only.</summary>
        public string Endpoint { get; set; }

        /// <summary>In this state only.</summary>
        public WebhookState? State { get; set; }

        /// <summary>Of this player only.</summary>
        public string User { get; set; }

        /// <summary>Of this refund only.</summary>
        public long? RefundId { get; set; }

        internal string Json()
        {
            return new JsonWriter().Text("endpoint", Endpoint).Enum("state", State).Text("user", User).Number("refund_id", RefundId)
                .Object();
        }
    }
}
