using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>The kind of a store action.</summary>
    public enum StoreActionKind
    {
        /// <summary>A payment is refunded.</summary>
        Refund = 1,

        /// <summary>A subscription is ended.</summary>
        RevokeSubscription = 2,

        /// <summary>A refund review is answered.</summary>
        AnswerReview = 3,
    }

    /// <summary>The state of a store action.</summary>
    public enum StoreActionState
    {
        /// <summary>Not sent yet, or the store could not accept it and it will be sent again.</summary>
        Written = 1,

        /// <summary>Sent, and not yet answered.</summary>
        Sending = 2,

        /// <summary>The store has accepted it; Recoup queries the store until the money has moved.</summary>
        Confirming = 3,

        /// <summary>It is done.</summary>
        Done = 4,

        /// <summary>The store did not do it and will not.</summary>
        Failed = 5,

        /// <summary>Sent, and whether the store did it could not be found out. Check the store's console.</summary>
        Unknown = 6,
    }

    /// <summary>A request to a store, sent or about to be sent: a refund, an ended subscription, an answer to a review.</summary>
    public sealed class StoreAction : RecoupDocument
    {
        private StoreAction(JsonObject json)
        {
            Id = json.Number("id");
            Key = json.TextOrNull("key");
            Store = json.Text("store");
            App = json.Text("app");
            Kind = json.Enum<StoreActionKind>("kind");
            RefundId = json.NumberOrNull("refund_id");
            OrderId = json.Text("order_id");
            Request = json.Raw("request");
            Who = json.Text("who");
            Why = json.Text("why");
            State = json.Enum<StoreActionState>("state");
            Attempts = json.Number("attempts");
            Answer = json.DocumentOrNull("answer", StoreAnswer.Read);
            AtMs = json.Number("at");
            NextAtMs = json.NumberOrNull("next_at");
            SettledAtMs = json.NumberOrNull("settled_at");
        }

        /// <summary>Its id, for <see cref="RecoupEngine.QueryAction"/>.</summary>
        public long Id { get; }

        /// <summary>Your own name for it: a repeated call with the same key is the same action.</summary>
        public string Key { get; }

        /// <summary>The store.</summary>
        public string Store { get; }

        /// <summary>The app or account, as the configuration names it.</summary>
        public string App { get; }

        /// <summary>Its kind.</summary>
        public OpenEnum<StoreActionKind> Kind { get; }

        /// <summary>The refund of the answered review.</summary>
        public long? RefundId { get; }

        /// <summary>The order, payment or purchase token.</summary>
        public string OrderId { get; }

        /// <summary>The request in full, as JSON: each kind and store has its own.</summary>
        public string Request { get; }

        /// <summary>Who requested it: a person, a tool or a rule.</summary>
        public string Who { get; }

        /// <summary>Why.</summary>
        public string Why { get; }

        /// <summary>Its state.</summary>
        public OpenEnum<StoreActionState> State { get; }

        /// <summary>How often it was sent.</summary>
        public long Attempts { get; }

        /// <summary>The store's latest answer.</summary>
        public StoreAnswer Answer { get; }

        /// <summary>When it was requested.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>When it is sent or queried next; null: it is settled.</summary>
        public DateTimeOffset? NextAt => UnixTime.FromMsOrNone(NextAtMs);

        /// <summary>The same in Unix milliseconds; null: it is settled.</summary>
        public long? NextAtMs { get; }

        /// <summary>When it was settled; null: it is not.</summary>
        public DateTimeOffset? SettledAt => UnixTime.FromMsOrNone(SettledAtMs);

        /// <summary>The same in Unix milliseconds; null: it is not.</summary>
        public long? SettledAtMs { get; }

        internal static StoreAction Read(JsonValue value) => Of(value, json => new StoreAction(json));
    }

    /// <summary>The kinds of a store's answer.</summary>
    public enum StoreAnswerKind
    {
        /// <summary>It is done.</summary>
        Done = 1,

        /// <summary>The store accepted the request; it has not reported yet whether and when money moves.</summary>
        Accepted = 2,

        /// <summary>It had been refunded before.</summary>
        AlreadyRefunded = 3,

        /// <summary>It was not done.</summary>
        Error = 4,
    }

    /// <summary>A store's latest answer to an action.</summary>
    public sealed class StoreAnswer : RecoupDocument
    {
        private StoreAnswer(JsonObject json)
        {
            Result = json.Enum<StoreAnswerKind>("result");
            Id = json.TextOrNull("id");
            Code = json.TextOrNull("code");
            Message = json.TextOrNull("message");
        }

        /// <summary>What it is.</summary>
        public OpenEnum<StoreAnswerKind> Result { get; }

        /// <summary>The refund's id at the store, if it has one.</summary>
        public string Id { get; }

        /// <summary>Of an error a stable name for programs, such as "api_refused".</summary>
        public string Code { get; }

        /// <summary>Of an error the store's message, without secrets.</summary>
        public string Message { get; }

        internal static StoreAnswer Read(JsonValue value) => Of(value, json => new StoreAnswer(json));
    }
}
