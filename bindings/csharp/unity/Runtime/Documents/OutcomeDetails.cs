using Recoup.Native;

namespace Recoup
{
    /// <summary>The outcome of a store's request, for your log.</summary>
    public sealed class OutcomeDetails : RecoupDocument
    {
        private OutcomeDetails(JsonObject json)
        {
            Outcome = json.Enum<OutcomeKind>("outcome");
            Name = json.TextOrNull("name");
            Meaning = json.EnumOrNull<Meaning>("meaning");
            Code = json.TextOrNull("code");
            Message = json.TextOrNull("message");
            HttpStatus = json.Number("http_status");
            New = json.Flag("new");
            Refund = json.NumberOrNull("refund");
            User = json.TextOrNull("user");
            ConfirmUrl = json.TextOrNull("confirm_url");
        }

        /// <summary>The kind of outcome.</summary>
        public OpenEnum<OutcomeKind> Outcome { get; }

        /// <summary>The store's name for it; null if it was not accepted.</summary>
        public string Name { get; }

        /// <summary>Its meaning; null if it was not accepted.</summary>
        public OpenEnum<Meaning>? Meaning { get; }

        /// <summary>Why it was not accepted: a stable name for programs, in snake case.</summary>
        public string Code { get; }

        /// <summary>Why it was not accepted, for people.</summary>
        public string Message { get; }

        /// <summary>The HTTP status to answer the store with.</summary>
        public long HttpStatus { get; }

        /// <summary>Whether it reported anything new.</summary>
        public bool New { get; }

        /// <summary>The refund's id; null: it is about none.</summary>
        public long? Refund { get; }

        /// <summary>That refund's player, if known.</summary>
        public string User { get; }

        /// <summary>
        /// The URL by which the store wants this endpoint confirmed, if the engine has not confirmed it: send a GET request
        /// there, without following redirects. Amazon SNS SubscribeURL.
        /// </summary>
        public string ConfirmUrl { get; }

        internal static OutcomeDetails Read(JsonValue value) => Of(value, json => new OutcomeDetails(json));
    }

    /// <summary>Why a submitted request could not be ingested: the store must send it again.</summary>
    public sealed class FailureDetails : RecoupDocument
    {
        private FailureDetails(JsonObject json)
        {
            Code = json.Text("code");
            Message = json.Text("message");
            Retryable = json.Flag("retryable");
        }

        /// <summary>A stable name for programs, in snake case.</summary>
        public string Code { get; }

        /// <summary>What went wrong, for people.</summary>
        public string Message { get; }

        /// <summary>Whether the same may succeed later without any change on your side.</summary>
        public bool Retryable { get; }

        internal static FailureDetails Read(JsonValue value) => Of(value, json => new FailureDetails(json));
    }
}
