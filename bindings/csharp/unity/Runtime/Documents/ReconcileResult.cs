using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>The result of reconciling, app by app.</summary>
    public sealed class ReconcileResult : RecoupDocument
    {
        private ReconcileResult(JsonObject json)
        {
            Sweeps = json.List("sweeps", Sweep.Read);
        }

        /// <summary>One sweep for each app.</summary>
        public IReadOnlyList<Sweep> Sweeps { get; }

        internal static ReconcileResult Read(JsonValue value) => Of(value, json => new ReconcileResult(json));
    }

    /// <summary>One pass over one app's refunds at its store.</summary>
    public sealed class Sweep : RecoupDocument
    {
        private Sweep(JsonObject json)
        {
            Store = json.Text("store");
            App = json.Text("app");
            FromMs = json.Number("from");
            ToMs = json.Number("to");
            Resumed = json.Flag("resumed");
            Pages = json.Number("pages");
            Found = json.Number("found");
            New = json.Number("new");
            Changed = json.Number("changed");
            Unread = json.Number("unread");
            Refused = json.Number("refused");
            Postponed = json.Number("postponed");
            Gap = json.DocumentOrNull("gap", Gap.Read);
            Ended = json.Document("ended", SweepEnd.Read);
        }

        /// <summary>The store.</summary>
        public string Store { get; }

        /// <summary>The app or account, as the configuration names it.</summary>
        public string App { get; }

        /// <summary>The beginning of the period.</summary>
        public DateTimeOffset From => UnixTime.FromMs(FromMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long FromMs { get; }

        /// <summary>The end of the period.</summary>
        public DateTimeOffset To => UnixTime.FromMs(ToMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long ToMs { get; }

        /// <summary>Whether it resumed a sweep that had been cut short.</summary>
        public bool Resumed { get; }

        /// <summary>How many pages the store gave.</summary>
        public long Pages { get; }

        /// <summary>How many refunds, reversals and disputes were on them.</summary>
        public long Found { get; }

        /// <summary>How many of them were new: refunds of orders that were not known to be refunded.</summary>
        public long New { get; }

        /// <summary>How many reported anything else that was new.</summary>
        public long Changed { get; }

        /// <summary>How many could not be understood, and are kept as dead letters.</summary>
        public long Unread { get; }

        /// <summary>Of a store that is queried receipt by receipt: how many receipts it does not know.</summary>
        public long Refused { get; }

        /// <summary>Of the same: how many got no answer, and are queried again later.</summary>
        public long Postponed { get; }

        /// <summary>The period that is past the store's retention; null: none.</summary>
        public Gap Gap { get; }

        /// <summary>How it ended.</summary>
        public SweepEnd Ended { get; }

        internal static Sweep Read(JsonValue value) => Of(value, json => new Sweep(json));
    }

    /// <summary>A period that is past the store's retention: refunds of that time that are not known are lost.</summary>
    public sealed class Gap : RecoupDocument
    {
        private Gap(JsonObject json)
        {
            FromMs = json.Number("from");
            ToMs = json.Number("to");
        }

        /// <summary>Its beginning.</summary>
        public DateTimeOffset From => UnixTime.FromMs(FromMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long FromMs { get; }

        /// <summary>Its end: as far back as the store's retention reaches.</summary>
        public DateTimeOffset To => UnixTime.FromMs(ToMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long ToMs { get; }

        internal static Gap Read(JsonValue value) => Of(value, json => new Gap(json));
    }

    /// <summary>How a sweep can end.</summary>
    public enum SweepEndKind
    {
        /// <summary>It is under way.</summary>
        UnderWay = 1,

        /// <summary>It is complete.</summary>
        Complete = 2,

        /// <summary>It was cut short; the next one resumes there.</summary>
        Failed = 3,

        /// <summary>Another engine on the same ledger sweeps this app.</summary>
        Elsewhere = 4,
    }

    /// <summary>How a sweep ended.</summary>
    public sealed class SweepEnd : RecoupDocument
    {
        private SweepEnd(JsonObject json)
        {
            What = json.Enum<SweepEndKind>("what");
            Code = json.TextOrNull("code");
            Message = json.TextOrNull("message");
            Retryable = json.FlagOrNull("retryable");
            Process = json.NumberOrNull("process");
        }

        /// <summary>How.</summary>
        public OpenEnum<SweepEndKind> What { get; }

        /// <summary>Of a failure a stable name for programs.</summary>
        public string Code { get; }

        /// <summary>Of a failure what went wrong.</summary>
        public string Message { get; }

        /// <summary>Of a failure whether the same may succeed later without any change on your side.</summary>
        public bool? Retryable { get; }

        /// <summary>The id of the other engine's process; null: it has ended by now.</summary>
        public long? Process { get; }

        internal static SweepEnd Read(JsonValue value) => Of(value, json => new SweepEnd(json));
    }

    /// <summary>The result of reconciling one order.</summary>
    public sealed class ReconcileOrderResult : RecoupDocument
    {
        private ReconcileOrderResult(JsonObject json)
        {
            Store = json.Text("store");
            App = json.Text("app");
            Sandbox = json.Flag("sandbox");
            Found = json.Number("found");
            New = json.Number("new");
            Changed = json.Number("changed");
            Unread = json.Number("unread");
        }

        /// <summary>The store.</summary>
        public string Store { get; }

        /// <summary>The app of the order.</summary>
        public string App { get; }

        /// <summary>Whether it is an order of the sandbox.</summary>
        public bool Sandbox { get; }

        /// <summary>How many refunds the store reported.</summary>
        public long Found { get; }

        /// <summary>How many of them were new: refunds of orders that were not known to be refunded.</summary>
        public long New { get; }

        /// <summary>How many reported anything else that was new.</summary>
        public long Changed { get; }

        /// <summary>How many could not be understood, and are kept as dead letters.</summary>
        public long Unread { get; }

        internal static ReconcileOrderResult Read(JsonValue value) => Of(value, json => new ReconcileOrderResult(json));
    }

    /// <summary>What a round of work did.</summary>
    public sealed class WorkResult : RecoupDocument
    {
        private WorkResult(JsonObject json)
        {
            Actions = json.Number("actions");
            Reviews = json.Number("reviews");
            Inquiries = json.NumberOrNull("inquiries") ?? 0;
            Reconciled = json.Document("reconciled", ReconcileResult.Read);
        }

        /// <summary>How many store actions advanced.</summary>
        public long Actions { get; }

        /// <summary>How many refund reviews were settled or are being answered.</summary>
        public long Reviews { get; }

        /// <summary>For how many refunds the stores were queried for the reason.</summary>
        public long Inquiries { get; }

        /// <summary>The sweeps that were due.</summary>
        public ReconcileResult Reconciled { get; }

        internal static WorkResult Read(JsonValue value) => Of(value, json => new WorkResult(json));
    }
}
