using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// Figures of a time. Money is in millionths of the unit by currency, and is never added across currencies.
    /// </summary>
    public sealed class Figures : RecoupDocument
    {
        private Figures(JsonObject json)
        {
            SinceMs = json.Number("since");
            UntilMs = json.Number("until");
            Environment = json.Enum<StoreEnvironment>("environment");
            UtcOffset = json.Text("utc_offset");
            Grain = json.Enum<FigureGrain>("grain");
            Total = json.Document("total", FigureRow.Read);
            Before = json.Document("before", PeriodFigures.Read);
            Series = json.List("series", SeriesPoint.Read);
            Groups = json.List("groups", GroupFigures.Read);
            Others = json.DocumentOrNull("others", FigureRow.Read);
            ByStatus = json.List("by_status", StatusFigures.Read);
            Items = json.ListOrEmpty("items", ItemFigures.Read);
            Rules = json.ListOrEmpty("rules", RuleFigures.Read);
            Blocks = json.DocumentOrNull("blocks", BlockFigures.Read);
            Lags = json.ListOrEmpty("lags", LagFigures.Read);
            Reviews = json.DocumentOrNull("reviews", ReviewFigures.Read);
            RepeatRefunders = json.ListOrEmpty("repeat_refunders", RepeatRefunder.Read);
            Waiting = json.DocumentOrNull("waiting", WaitingFigures.Read);
            Definitions = json.TextsByName("definitions");
        }

        /// <summary>From when, with this time.</summary>
        public DateTimeOffset Since => UnixTime.FromMs(SinceMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long SinceMs { get; }

        /// <summary>Until when, without this time.</summary>
        public DateTimeOffset Until => UnixTime.FromMs(UntilMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long UntilMs { get; }

        /// <summary>Of this environment.</summary>
        public OpenEnum<StoreEnvironment> Environment { get; }

        /// <summary>Where a day begins: the distance from UTC, such as "+09:00".</summary>
        public string UtcOffset { get; }

        /// <summary>How long the periods of the series are: days up to 100 days, else months.</summary>
        public OpenEnum<FigureGrain> Grain { get; }

        /// <summary>The whole time.</summary>
        public FigureRow Total { get; }

        /// <summary>The time of the same length before.</summary>
        public PeriodFigures Before { get; }

        /// <summary>Each day or month of the time, as far as it lies within.</summary>
        public IReadOnlyList<SeriesPoint> Series { get; }

        /// <summary>The groups that were wanted, the most refunds first; at most 1000.</summary>
        public IReadOnlyList<GroupFigures> Groups { get; }

        /// <summary>The groups beyond those; null: there are none.</summary>
        public FigureRow Others { get; }

        /// <summary>The refunds by their work status now.</summary>
        public IReadOnlyList<StatusFigures> ByStatus { get; }

        /// <summary>Items, if they were wanted; at most 1000.</summary>
        public IReadOnlyList<ItemFigures> Items { get; }

        /// <summary>Rules, if they were wanted.</summary>
        public IReadOnlyList<RuleFigures> Rules { get; }

        /// <summary>Blocks; null: they were not wanted.</summary>
        public BlockFigures Blocks { get; }

        /// <summary>Lags, if they were wanted: of all stores, then of each.</summary>
        public IReadOnlyList<LagFigures> Lags { get; }

        /// <summary>Refund reviews; null: they were not wanted.</summary>
        public ReviewFigures Reviews { get; }

        /// <summary>Repeat refunders, if they were wanted: the most refunds first, at most 100.</summary>
        public IReadOnlyList<RepeatRefunder> RepeatRefunders { get; }

        /// <summary>What waits now; null: it was not wanted.</summary>
        public WaitingFigures Waiting { get; }

        /// <summary>What each figure means.</summary>
        public IReadOnlyDictionary<string, string> Definitions { get; }

        internal static Figures Read(JsonValue value) => Of(value, json => new Figures(json));
    }

    /// <summary>Purchases and refunds of a time, or of one group of them.</summary>
    public class FigureRow : RecoupDocument
    {
        internal FigureRow(JsonObject json)
        {
            Purchases = json.DocumentOrNull("purchases", PurchaseFigures.Read);
            Refunds = json.Document("refunds", RefundFigures.Read);
            RateOfPurchases = json.DocumentOrNull("rate_of_purchases", Rate.Read);
            RateOfTime = json.DocumentOrNull("rate_of_time", Rate.Read);
            Coverage = json.Document("coverage", Rate.Read);
        }

        /// <summary>Purchases made in the time; null in a group by something that purchases do not have.</summary>
        public PurchaseFigures Purchases { get; }

        /// <summary>Refunds in the time.</summary>
        public RefundFigures Refunds { get; }

        /// <summary>Of the purchases made in the time, those refunded until now; null without purchases.</summary>
        public Rate RateOfPurchases { get; }

        /// <summary>
        /// Refunds of recorded purchases in the time, and purchases made in the time; null without purchases.
        /// </summary>
        public Rate RateOfTime { get; }

        /// <summary>Refunds of recorded purchases, and all refunds.</summary>
        public Rate Coverage { get; }

        internal static FigureRow Read(JsonValue value) => Of(value, json => new FigureRow(json));
    }

    /// <summary>Purchases and refunds of one group.</summary>
    public sealed class GroupFigures : FigureRow
    {
        private GroupFigures(JsonObject json) : base(json)
        {
            Group = json.TextsByName("group");
        }

        /// <summary>What the group has in common; a value is null where it is unknown.</summary>
        public IReadOnlyDictionary<string, string> Group { get; }

        internal static new GroupFigures Read(JsonValue value) => Of(value, json => new GroupFigures(json));
    }

    /// <summary>The figures of another time.</summary>
    public sealed class PeriodFigures : RecoupDocument
    {
        private PeriodFigures(JsonObject json)
        {
            SinceMs = json.Number("since");
            UntilMs = json.Number("until");
            Total = json.Document("total", FigureRow.Read);
        }

        /// <summary>From when.</summary>
        public DateTimeOffset Since => UnixTime.FromMs(SinceMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long SinceMs { get; }

        /// <summary>Until when.</summary>
        public DateTimeOffset Until => UnixTime.FromMs(UntilMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long UntilMs { get; }

        /// <summary>All of it.</summary>
        public FigureRow Total { get; }

        internal static PeriodFigures Read(JsonValue value) => Of(value, json => new PeriodFigures(json));
    }

    /// <summary>Purchases.</summary>
    public sealed class PurchaseFigures : RecoupDocument
    {
        private PurchaseFigures(JsonObject json)
        {
            Purchases = json.Number("purchases");
            Unpriced = json.Number("unpriced");
            Sold = json.Numbers("sold");
        }

        /// <summary>How many were recorded.</summary>
        public long Purchases { get; }

        /// <summary>How many of them have no price.</summary>
        public long Unpriced { get; }

        /// <summary>The sum of the others' prices, in millionths of the unit by currency.</summary>
        public IReadOnlyDictionary<string, long> Sold { get; }

        internal static PurchaseFigures Read(JsonValue value) => Of(value, json => new PurchaseFigures(json));
    }

    /// <summary>Refunds.</summary>
    public sealed class RefundFigures : RecoupDocument
    {
        private RefundFigures(JsonObject json)
        {
            Refunds = json.Number("refunds");
            Recorded = json.Number("recorded");
            Whole = json.Number("whole");
            AmountBack = json.Numbers("amount_back");
            AmountUnknown = json.Number("amount_unknown");
        }

        /// <summary>How many there are.</summary>
        public long Refunds { get; }

        /// <summary>How many of them are of recorded purchases.</summary>
        public long Recorded { get; }

        /// <summary>How many of them are in full.</summary>
        public long Whole { get; }

        /// <summary>The sum of the others' amounts, in millionths of the unit by currency.</summary>
        public IReadOnlyDictionary<string, long> AmountBack { get; }

        /// <summary>How many of them have no known amount.</summary>
        public long AmountUnknown { get; }

        internal static RefundFigures Read(JsonValue value) => Of(value, json => new RefundFigures(json));
    }

    /// <summary>A number as a part of another one.</summary>
    public sealed class Rate : RecoupDocument
    {
        private Rate(JsonObject json)
        {
            Count = json.Number("count");
            Among = json.Number("among");
            PerMillion = json.NumberOrNull("per_million");
        }

        /// <summary>The part.</summary>
        public long Count { get; }

        /// <summary>The whole.</summary>
        public long Among { get; }

        /// <summary>
        /// The part in a million of the whole, rounded to the nearest; null: the whole is 0. More than a million where the
        /// part is not of the whole: refunds in a time of few purchases.
        /// </summary>
        public long? PerMillion { get; }

        internal static Rate Read(JsonValue value) => Of(value, json => new Rate(json));
    }

    /// <summary>One day or month.</summary>
    public sealed class SeriesPoint : RecoupDocument
    {
        private SeriesPoint(JsonObject json)
        {
            AtMs = json.Number("at");
            Purchases = json.Number("purchases");
            PurchasesRefunded = json.Number("purchases_refunded");
            Refunds = json.Number("refunds");
        }

        /// <summary>When it begins.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>Purchases made in it.</summary>
        public long Purchases { get; }

        /// <summary>Of the purchases made in it, those refunded until now.</summary>
        public long PurchasesRefunded { get; }

        /// <summary>Refunds in it.</summary>
        public long Refunds { get; }

        internal static SeriesPoint Read(JsonValue value) => Of(value, json => new SeriesPoint(json));
    }

    /// <summary>Refunds of one work status.</summary>
    public sealed class StatusFigures : RecoupDocument
    {
        private StatusFigures(JsonObject json)
        {
            WorkStatus = json.Enum<WorkStatus>("work_status");
            Refunds = json.Number("refunds");
            AmountBack = json.Numbers("amount_back");
            AmountUnknown = json.Number("amount_unknown");
        }

        /// <summary>The status now.</summary>
        public OpenEnum<WorkStatus> WorkStatus { get; }

        /// <summary>How many refunds.</summary>
        public long Refunds { get; }

        /// <summary>The sum of the others' amounts, in millionths of the unit by currency.</summary>
        public IReadOnlyDictionary<string, long> AmountBack { get; }

        /// <summary>How many of them have no known amount.</summary>
        public long AmountUnknown { get; }

        internal static StatusFigures Read(JsonValue value) => Of(value, json => new StatusFigures(json));
    }

    /// <summary>How long the periods of a series are.</summary>
    public enum FigureGrain
    {
        /// <summary>Days.</summary>
        Day = 1,

        /// <summary>Months.</summary>
        Month = 2,
    }
}
