using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>An exclusion: the rules do not decide refunds that it fits.</summary>
    public class Exclusion : RecoupDocument
    {
        internal Exclusion(JsonObject json)
        {
            Id = json.Number("id");
            Kind = json.Enum<ExclusionKind>("kind");
            Value = json.Text("value");
            Store = json.TextOrNull("store");
            Action = json.Enum<ExclusionAction>("action");
            Who = json.Text("who");
            Why = json.Text("why");
            MadeAtMs = json.Number("made_at");
            UntilMs = json.NumberOrNull("until");
            Uses = json.Number("uses");
            Ended = json.DocumentOrNull("ended", ExclusionEnd.Read);
        }

        /// <summary>Its id.</summary>
        public long Id { get; }

        /// <summary>What it goes by.</summary>
        public OpenEnum<ExclusionKind> Kind { get; }

        /// <summary>The order, the player or the pattern of products; empty for orders of own refunds.</summary>
        public string Value { get; }

        /// <summary>Of this store only; null: of all.</summary>
        public string Store { get; }

        /// <summary>What it does.</summary>
        public OpenEnum<ExclusionAction> Action { get; }

        /// <summary>Who made it: a person or a tool.</summary>
        public string Who { get; }

        /// <summary>Why it was made.</summary>
        public string Why { get; }

        /// <summary>When it was made.</summary>
        public DateTimeOffset MadeAt => UnixTime.FromMs(MadeAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long MadeAtMs { get; }

        /// <summary>When it ends; null: it has no end.</summary>
        public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

        /// <summary>The same in Unix milliseconds; null: it has no end.</summary>
        public long? UntilMs { get; }

        /// <summary>How many refunds it was found for.</summary>
        public long Uses { get; }

        /// <summary>Its end; null: it is active.</summary>
        public ExclusionEnd Ended { get; }

        internal static Exclusion Read(JsonValue value) => Of(value, json => new Exclusion(json));
    }

    /// <summary>An exclusion that was made.</summary>
    public sealed class MadeExclusion : Exclusion
    {
        private MadeExclusion(JsonObject json) : base(json)
        {
            RefundedAlready = json.NumberList("refunded_already");
        }

        /// <summary>
        /// Of an exclusion by order: the order's refunds that are decided already and stay so; at most 100.
        /// <see cref="RecoupEngine.Overrule"/> changes them.
        /// </summary>
        public IReadOnlyList<long> RefundedAlready { get; }

        internal static new MadeExclusion Read(JsonValue value) => Of(value, json => new MadeExclusion(json));
    }

    /// <summary>The end of an exclusion.</summary>
    public sealed class ExclusionEnd : RecoupDocument
    {
        private ExclusionEnd(JsonObject json)
        {
            AtMs = json.Number("at");
            Who = json.TextOrNull("who");
            Why = json.TextOrNull("why");
        }

        /// <summary>When.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>Who ended it; null: its time had passed.</summary>
        public string Who { get; }

        /// <summary>Why; null: its time had passed.</summary>
        public string Why { get; }

        internal static ExclusionEnd Read(JsonValue value) => Of(value, json => new ExclusionEnd(json));
    }

    /// <summary>What an exclusion goes by.</summary>
    public enum ExclusionKind
    {
        /// <summary>An order id or purchase token.</summary>
        Order = 1,

        /// <summary>A player.</summary>
        User = 2,

        /// <summary>A product; a pattern, in which * is any run of characters and ? is one.</summary>
        Product = 3,

        /// <summary>Orders that this ledger has a refund or revocation of its own for.</summary>
        OwnRefunds = 4,
    }

    /// <summary>What an exclusion does with the refunds that it fits.</summary>
    public enum ExclusionAction
    {
        /// <summary>The refund is recorded: events are queued and it counts, but it neither alerts nor blocks.</summary>
        Spare = 1,

        /// <summary>The refund is excluded: no event is queued, and it never counts.</summary>
        Exclude = 2,
    }
}
