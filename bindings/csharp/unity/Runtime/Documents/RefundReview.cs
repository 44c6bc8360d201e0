using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>The state of a refund review.</summary>
    public enum ReviewState
    {
        /// <summary>Waiting for the game's report.</summary>
        Waiting = 1,

        /// <summary>The game has reported; the answer is being sent.</summary>
        Reported = 2,

        /// <summary>The store has accepted the answer.</summary>
        Answered = 3,

        /// <summary>Not answered: by a rule, or because the player has not consented.</summary>
        DeclinedToAnswer = 4,

        /// <summary>The deadline passed, the store refused the answer, or it is not known whether the answer arrived.</summary>
        Missed = 5,

        /// <summary>The store decided before it received an answer.</summary>
        Closed = 6,
    }

    /// <summary>A rule's answer to a refund review.</summary>
    public enum ReviewReply
    {
        /// <summary>The facts, and that the game prefers no refund.</summary>
        Decline = 1,

        /// <summary>The facts, and that the game prefers a refund.</summary>
        Grant = 2,

        /// <summary>The facts, and that the game prefers a refund of what was not used.</summary>
        Prorated = 3,

        /// <summary>The facts, without a preference.</summary>
        Neutral = 4,

        /// <summary>As Neutral, but only if the game has reported and the player has consented.</summary>
        DataOnly = 5,

        /// <summary>No answer.</summary>
        NoAnswer = 6,
    }

    /// <summary>The outcome of a refund request.</summary>
    public enum ReviewOutcome
    {
        /// <summary>The store refunded, in full or in part.</summary>
        Refunded = 1,

        /// <summary>The store declined the request.</summary>
        Declined = 2,

        /// <summary>The store refunded and reversed the refund.</summary>
        Reversed = 3,
    }

    /// <summary>A store's refund review of one order.</summary>
    public sealed class RefundReview : RecoupDocument
    {
        private RefundReview(JsonObject json)
        {
            Id = json.Number("id");
            RefundId = json.Number("refund_id");
            Store = json.Text("store");
            App = json.Text("app");
            OrderId = json.Text("order_id");
            User = json.TextOrNull("user");
            RequestedAtMs = json.Number("requested_at");
            DeadlineMs = json.NumberOrNull("deadline");
            State = json.Enum<ReviewState>("state");
            Consumption = json.DocumentOrNull("consumption", Consumption.Read);
            Rule = json.TextOrNull("rule");
            Answer = json.EnumOrNull<ReviewReply>("answer");
            Action = json.NumberOrNull("action");
            Outcome = json.EnumOrNull<ReviewOutcome>("outcome");
        }

        /// <summary>Its id in this ledger.</summary>
        public long Id { get; }

        /// <summary>The refund's id.</summary>
        public long RefundId { get; }

        /// <summary>The store.</summary>
        public string Store { get; }

        /// <summary>Bundle id or package name.</summary>
        public string App { get; }

        /// <summary>App Store transactionId, Google Play orderId.</summary>
        public string OrderId { get; }

        /// <summary>The player; null: not known.</summary>
        public string User { get; }

        /// <summary>When the store requested it; if repeatedly, the last time.</summary>
        public DateTimeOffset RequestedAt => UnixTime.FromMs(RequestedAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long RequestedAtMs { get; }

        /// <summary>The latest time that an answer counts; null: the store names none.</summary>
        public DateTimeOffset? Deadline => UnixTime.FromMsOrNone(DeadlineMs);

        /// <summary>The same in Unix milliseconds; null: the store names none.</summary>
        public long? DeadlineMs { get; }

        /// <summary>Its state.</summary>
        public OpenEnum<ReviewState> State { get; }

        /// <summary>What the game has reported about the order; null: nothing.</summary>
        public Consumption Consumption { get; }

        /// <summary>The rule that matched; null before it was decided.</summary>
        public string Rule { get; }

        /// <summary>The rule's answer.</summary>
        public OpenEnum<ReviewReply>? Answer { get; }

        /// <summary>The store action that sends the answer, for <see cref="RecoupEngine.QueryAction"/>.</summary>
        public long? Action { get; }

        /// <summary>The outcome; null while the store has not reported it.</summary>
        public OpenEnum<ReviewOutcome>? Outcome { get; }

        internal static RefundReview Read(JsonValue value) => Of(value, json => new RefundReview(json));

        /// <summary>Null if there is none.</summary>
        internal static RefundReview ReadOrNull(JsonValue value) => value.Kind == JsonKind.Null ? null : Read(value);
    }

    /// <summary>Whether what was bought was delivered.</summary>
    public enum Delivery
    {
        /// <summary>It was delivered and works.</summary>
        Delivered = 1,

        /// <summary>It was delivered and is broken.</summary>
        QualityIssue = 2,

        /// <summary>Something else was delivered.</summary>
        WrongItem = 3,

        /// <summary>It was not delivered, since the game's servers were down.</summary>
        ServerOutage = 4,

        /// <summary>It was not delivered for another reason.</summary>
        NotDelivered = 5,
    }

    /// <summary>The game's report of how far a purchase was used.</summary>
    public sealed class Consumption : RecoupDocument
    {
        private Consumption(JsonObject json)
        {
            Delivery = json.Enum<Delivery>("delivery");
            Consumed = json.NumberOrNull("consumed");
            SampleGiven = json.Flag("sample_given");
            Usage = json.List("usage", Recoup.Usage.Read);
            Consent = json.Flag("consent");
        }

        /// <summary>Whether what was bought was delivered and works.</summary>
        public OpenEnum<Delivery> Delivery { get; }

        /// <summary>How much of it was used, in thousandths of a percent from 0 to 100000; null: not known.</summary>
        public long? Consumed { get; }

        /// <summary>Whether the player could try it before.</summary>
        public bool SampleGiven { get; }

        /// <summary>When and how it was used, oldest first.</summary>
        public IReadOnlyList<Usage> Usage { get; }

        /// <summary>Whether the player has consented to share this with the store.</summary>
        public bool Consent { get; }

        internal static Consumption Read(JsonValue value) => Of(value, json => new Consumption(json));
    }

    /// <summary>One use of what was bought.</summary>
    public sealed class Usage : RecoupDocument
    {
        private Usage(JsonObject json)
        {
            AtMs = json.Number("at");
            What = json.TextOrNull("what");
            IpAddress = json.TextOrNull("ip_address");
        }

        /// <summary>When.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>What was used, as text.</summary>
        public string What { get; }

        /// <summary>From which address.</summary>
        public string IpAddress { get; }

        internal static Usage Read(JsonValue value) => Of(value, json => new Usage(json));
    }

    /// <summary>Figures about the refund reviews of a period, without the sandbox's.</summary>
    public sealed class ReviewFigures : RecoupDocument
    {
        private ReviewFigures(JsonObject json)
        {
            Cases = json.Number("cases");
            Answered = json.Number("answered");
            DeclinedByStore = json.Number("declined_by_store");
            Refunded = json.Number("refunded");
            Missed = json.Number("missed");
            MoneyKept = json.Numbers("money_kept");
        }

        /// <summary>How many reviews were requested.</summary>
        public long Cases { get; }

        /// <summary>How many were answered.</summary>
        public long Answered { get; }

        /// <summary>How many requests the store declined.</summary>
        public long DeclinedByStore { get; }

        /// <summary>How many it refunded and did not reverse.</summary>
        public long Refunded { get; }

        /// <summary>How many were missed.</summary>
        public long Missed { get; }

        /// <summary>
        /// The price of the orders with a declined, reversed or partial refund, in millionths of the unit by currency, less the
        /// refunded amount.
        /// </summary>
        public IReadOnlyDictionary<string, long> MoneyKept { get; }

        internal static ReviewFigures Read(JsonValue value) => Of(value, json => new ReviewFigures(json));
    }
}
