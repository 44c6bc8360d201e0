using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>An event with the refund and the block as they were when it was queued.</summary>
    public sealed class EventDetails : RecoupDocument
    {
        private EventDetails(JsonObject json)
        {
            Id = json.Number("id");
            Kind = json.Enum<EventKind>("kind");
            User = json.TextOrNull("user");
            RefundId = json.NumberOrNull("refund_id");
            AtMs = json.Number("at");
            Attempt = json.Number("attempt");
            Refund = json.DocumentOrNull("refund", Refund.Read);
            Block = json.DocumentOrNull("block", Block.Read);
            Recovery = json.DocumentOrNull("recovery", Recovery.Read);
            Notice = json.DocumentOrNull("notice", Notice.Read);
            Access = json.DocumentOrNull("access", Access.Read);
            Gap = json.DocumentOrNull("gap", SweepGap.Read);
        }

        /// <summary>Acknowledge with this. The same id may come again after a crash: act on it once.</summary>
        public long Id { get; }

        /// <summary>Its kind.</summary>
        public OpenEnum<EventKind> Kind { get; }

        /// <summary>The player; null for a refund of an unknown player and for a gap.</summary>
        public string User { get; }

        /// <summary>The refund's id; null for an operator's block and for a gap.</summary>
        public long? RefundId { get; }

        /// <summary>When it was queued.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>How often it has been delivered, this time included.</summary>
        public long Attempt { get; }

        /// <summary>The refund at the time of the event.</summary>
        public Refund Refund { get; }

        /// <summary>The block that was created or ended last.</summary>
        public Block Block { get; }

        /// <summary>
        /// The refund's books at the time of the event, of a <see cref="EventKind.Refund"/>, <see cref="EventKind.Reversal"/> or
        /// <see cref="EventKind.Recovery"/>; null for all others. <see cref="RecoupEngine.QueryToDo"/> has what to do now.
        /// </summary>
        public Recovery Recovery { get; }

        /// <summary>The notice, of a <see cref="EventKind.Notice"/>, in the configuration's default language.</summary>
        public Notice Notice { get; }

        /// <summary>The player's access to a product, of an <see cref="EventKind.Access"/>.</summary>
        public Access Access { get; }

        /// <summary>The lost period, of a <see cref="EventKind.SweepGap"/>; null for all others.</summary>
        public SweepGap Gap { get; }

        internal static EventDetails Read(JsonValue value) => Of(value, json => new EventDetails(json));
    }

    /// <summary>A period that is past the retention of a store.</summary>
    public sealed class SweepGap : RecoupDocument
    {
        private SweepGap(JsonObject json)
        {
            Store = json.Text("store");
            App = json.Text("app");
            FromMs = json.Number("from");
            ToMs = json.Number("to");
        }

        /// <summary>The store.</summary>
        public string Store { get; }

        /// <summary>The app or account, as the configuration names it.</summary>
        public string App { get; }

        /// <summary>Its start.</summary>
        public DateTimeOffset From => UnixTime.FromMs(FromMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long FromMs { get; }

        /// <summary>Its end: as far back as the store's retention reaches.</summary>
        public DateTimeOffset To => UnixTime.FromMs(ToMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long ToMs { get; }

        internal static SweepGap Read(JsonValue value) => Of(value, json => new SweepGap(json));
    }
}
