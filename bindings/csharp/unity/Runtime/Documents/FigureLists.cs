using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>One item.</summary>
    public sealed class ItemFigures : RecoupDocument
    {
        private ItemFigures(JsonObject json)
        {
            Item = json.Text("item");
            Due = json.Number("due");
            Taken = json.Number("taken");
            Repaid = json.Number("repaid");
            Forgiven = json.Number("forgiven");
            Returned = json.Number("returned");
            Owed = json.Number("owed");
        }

        /// <summary>The game's name of the item.</summary>
        public string Item { get; }

        /// <summary>How many became due in the time, less those that are no longer due.</summary>
        public long Due { get; }

        /// <summary>How many the game took back in the time.</summary>
        public long Taken { get; }

        /// <summary>How many players repaid in the time.</summary>
        public long Repaid { get; }

        /// <summary>How many were forgiven or written off in the time.</summary>
        public long Forgiven { get; }

        /// <summary>How many players got again after reversals in the time.</summary>
        public long Returned { get; }

        /// <summary>How many are owed now, whenever they became due.</summary>
        public long Owed { get; }

        internal static ItemFigures Read(JsonValue value) => Of(value, json => new ItemFigures(json));
    }

    /// <summary>What one rule did.</summary>
    public sealed class RuleFigures : RecoupDocument
    {
        private RuleFigures(JsonObject json)
        {
            Rule = json.Text("rule");
            Refunds = json.Number("refunds");
            Blocks = json.Number("blocks");
        }

        /// <summary>The rule.</summary>
        public string Rule { get; }

        /// <summary>How many refunds in the time it decides now, excluded ones too.</summary>
        public long Refunds { get; }

        /// <summary>How many blocks it made in the time.</summary>
        public long Blocks { get; }

        internal static RuleFigures Read(JsonValue value) => Of(value, json => new RuleFigures(json));
    }

    /// <summary>Blocks.</summary>
    public sealed class BlockFigures : RecoupDocument
    {
        private BlockFigures(JsonObject json)
        {
            Made = json.Number("made");
            MadeByRefunds = json.Number("made_by_refunds");
            Ended = json.Numbers("ended");
            Active = json.Number("active");
            BlockingRefunds = json.Document("blocking_refunds", Rate.Read);
        }

        /// <summary>How many were made in the time.</summary>
        public long Made { get; }

        /// <summary>How many of them by refunds.</summary>
        public long MadeByRefunds { get; }

        /// <summary>How many ended in the time, by what ended them.</summary>
        public IReadOnlyDictionary<string, long> Ended { get; }

        /// <summary>How many are active now.</summary>
        public long Active { get; }

        /// <summary>Of the refunds in the time, those that ever blocked their player. Production only.</summary>
        public Rate BlockingRefunds { get; }

        internal static BlockFigures Read(JsonValue value) => Of(value, json => new BlockFigures(json));
    }

    /// <summary>
    /// How long after a refund, by the store's clock, something happened. Each time is the end of a bucket: at most 41 %
    /// more than the true one.
    /// </summary>
    public sealed class LagFigures : RecoupDocument
    {
        private LagFigures(JsonObject json)
        {
            Stage = json.Enum<LagStage>("stage");
            Store = json.TextOrNull("store");
            Refunds = json.Number("refunds");
            MedianMillis = json.Number("median_millis");
            P90Millis = json.Number("p90_millis");
            P99Millis = json.Number("p99_millis");
        }

        /// <summary>What happened.</summary>
        public OpenEnum<LagStage> Stage { get; }

        /// <summary>Of this store; null: of all.</summary>
        public string Store { get; }

        /// <summary>To how many refunds of the time.</summary>
        public long Refunds { get; }

        /// <summary>Half of them took no longer, in milliseconds.</summary>
        public long MedianMillis { get; }

        /// <summary>Nine of ten took no longer, in milliseconds.</summary>
        public long P90Millis { get; }

        /// <summary>Ninety-nine of a hundred took no longer, in milliseconds.</summary>
        public long P99Millis { get; }

        internal static LagFigures Read(JsonValue value) => Of(value, json => new LagFigures(json));
    }

    /// <summary>A player with several refunds that count.</summary>
    public sealed class RepeatRefunder : RecoupDocument
    {
        private RepeatRefunder(JsonObject json)
        {
            User = json.Text("user");
            Refunds = json.Number("refunds");
            AmountBack = json.Numbers("amount_back");
            AmountUnknown = json.Number("amount_unknown");
            Blocked = json.Flag("blocked");
            Owed = json.List("owed", Grant.Read);
        }

        /// <summary>The player.</summary>
        public string User { get; }

        /// <summary>How many refunds of the time count.</summary>
        public long Refunds { get; }

        /// <summary>The sum of the others' amounts, in millionths of the unit by currency.</summary>
        public IReadOnlyDictionary<string, long> AmountBack { get; }

        /// <summary>How many of them have no known amount.</summary>
        public long AmountUnknown { get; }

        /// <summary>Whether the player is blocked now.</summary>
        public bool Blocked { get; }

        /// <summary>What the player owes now.</summary>
        public IReadOnlyList<Grant> Owed { get; }

        internal static RepeatRefunder Read(JsonValue value) => Of(value, json => new RepeatRefunder(json));
    }

    /// <summary>What waits now.</summary>
    public sealed class WaitingFigures : RecoupDocument
    {
        private WaitingFigures(JsonObject json)
        {
            ToDo = json.Numbers("to_do");
            Unattributed = json.Number("unattributed");
            PlayersOwing = json.Number("players_owing");
            ReviewsOpen = json.Number("reviews_open");
            NextReviewDeadlineMs = json.NumberOrNull("next_review_deadline");
            DeadLetters = json.Number("dead_letters");
        }

        /// <summary>Refunds with something to do, by work status. Production only.</summary>
        public IReadOnlyDictionary<string, long> ToDo { get; }

        /// <summary>Refunds of unknown players. Production only.</summary>
        public long Unattributed { get; }

        /// <summary>Players who owe something.</summary>
        public long PlayersOwing { get; }

        /// <summary>Refund reviews without an answer.</summary>
        public long ReviewsOpen { get; }

        /// <summary>The first deadline among them; null: none has one.</summary>
        public DateTimeOffset? NextReviewDeadline => UnixTime.FromMsOrNone(NextReviewDeadlineMs);

        /// <summary>The same in Unix milliseconds; null: none has one.</summary>
        public long? NextReviewDeadlineMs { get; }

        /// <summary>Messages that were not understood.</summary>
        public long DeadLetters { get; }

        internal static WaitingFigures Read(JsonValue value) => Of(value, json => new WaitingFigures(json));
    }

    /// <summary>How many refunds of a store have one work status.</summary>
    public sealed class WorkCount : RecoupDocument
    {
        private WorkCount(JsonObject json)
        {
            Store = json.Text("store");
            Environment = json.Enum<StoreEnvironment>("environment");
            WorkStatus = json.Enum<WorkStatus>("work_status");
            Refunds = json.Number("refunds");
            Unattributed = json.Number("unattributed");
        }

        /// <summary>The store.</summary>
        public string Store { get; }

        /// <summary>The environment; production where it is unknown.</summary>
        public OpenEnum<StoreEnvironment> Environment { get; }

        /// <summary>The status.</summary>
        public OpenEnum<WorkStatus> WorkStatus { get; }

        /// <summary>How many refunds.</summary>
        public long Refunds { get; }

        /// <summary>How many of them, with money refunded, are of unknown players.</summary>
        public long Unattributed { get; }

        internal static WorkCount Read(JsonValue value) => Of(value, json => new WorkCount(json));
    }

    /// <summary>What happened after a refund.</summary>
    public enum LagStage
    {
        /// <summary>The store's own message reported it.</summary>
        Webhook = 1,

        /// <summary>A sweep found it.</summary>
        Sweep = 2,

        /// <summary>The player was blocked.</summary>
        Blocked = 3,

        /// <summary>Nothing was left to do: recovered, partly recovered, or written off.</summary>
        Closed = 4,
    }
}
