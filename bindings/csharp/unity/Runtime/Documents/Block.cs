using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>A block: why a player may not play, since when and until when.</summary>
    public sealed class Block : RecoupDocument
    {
        private Block(JsonObject json)
        {
            Id = json.Number("id");
            User = json.Text("user");
            Cause = json.Document("cause", BlockCause.Read);
            MadeAtMs = json.Number("made_at");
            UntilMs = json.NumberOrNull("until");
            UntilSettled = json.FlagOrFalse("until_settled");
            Owes = json.ListOrEmpty("owes", Grant.Read);
            Ended = json.DocumentOrNull("ended", BlockEnd.Read);
        }

        /// <summary>Its id in this ledger.</summary>
        public long Id { get; }

        /// <summary>The blocked player, by your own id.</summary>
        public string User { get; }

        /// <summary>What made it.</summary>
        public BlockCause Cause { get; }

        /// <summary>When it was made.</summary>
        public DateTimeOffset MadeAt => UnixTime.FromMs(MadeAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long MadeAtMs { get; }

        /// <summary>When it ends by itself; null: at no fixed time.</summary>
        public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

        /// <summary>The same in Unix milliseconds; null: at no fixed time.</summary>
        public long? UntilMs { get; }

        /// <summary>Whether it ends once the refund that caused it is settled.</summary>
        public bool UntilSettled { get; }

        /// <summary>What the player owes for that refund while it is active, as far as the books know; empty in events.</summary>
        public IReadOnlyList<Grant> Owes { get; }

        /// <summary>How it ended; null while it is active.</summary>
        public BlockEnd Ended { get; }

        internal static Block Read(JsonValue value) => Of(value, json => new Block(json));
    }

    /// <summary>What makes a block.</summary>
    public enum BlockCauseKind
    {
        /// <summary>A refund, under a rule.</summary>
        Refund = 1,

        /// <summary>An operator.</summary>
        Operator = 2,
    }

    /// <summary>What made a block.</summary>
    public sealed class BlockCause : RecoupDocument
    {
        private BlockCause(JsonObject json)
        {
            By = json.Enum<BlockCauseKind>("by");
            Refund = json.NumberOrNull("refund");
            Rule = json.TextOrNull("rule");
            Who = json.TextOrNull("who");
            Why = json.TextOrNull("why");
        }

        /// <summary>A refund or an operator.</summary>
        public OpenEnum<BlockCauseKind> By { get; }

        /// <summary>The refund's id; null where an operator made the block.</summary>
        public long? Refund { get; }

        /// <summary>The rule that matched the refund.</summary>
        public string Rule { get; }

        /// <summary>The operator: a person or a tool.</summary>
        public string Who { get; }

        /// <summary>The operator's reason.</summary>
        public string Why { get; }

        internal static BlockCause Read(JsonValue value) => Of(value, json => new BlockCause(json));
    }

    /// <summary>Why a block ended.</summary>
    public enum EndedBy
    {
        /// <summary>It expired.</summary>
        Expiry = 1,

        /// <summary>The refund that caused it was reversed.</summary>
        Reversal = 2,

        /// <summary>
        /// The refund was decided again, and the decision no longer blocks, or for another time: more became known about it, or an
        /// operator overruled it.
        /// </summary>
        Redecided = 3,

        /// <summary>The refund turned out to be another player's.</summary>
        Reattributed = 4,

        /// <summary>An operator.</summary>
        Operator = 5,

        /// <summary>The refund that caused it is settled: nothing is owed any more, or an operator closed it.</summary>
        Settled = 6,

        /// <summary>The player was forgotten.</summary>
        Forgotten = 7,
    }

    /// <summary>How a block ended.</summary>
    public sealed class BlockEnd : RecoupDocument
    {
        private BlockEnd(JsonObject json)
        {
            AtMs = json.Number("at");
            EndedBy = json.Enum<EndedBy>("ended_by");
            Who = json.TextOrNull("who");
            Why = json.TextOrNull("why");
        }

        /// <summary>When.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>Why.</summary>
        public OpenEnum<EndedBy> EndedBy { get; }

        /// <summary>The operator: a person or a tool.</summary>
        public string Who { get; }

        /// <summary>The operator's reason.</summary>
        public string Why { get; }

        internal static BlockEnd Read(JsonValue value) => Of(value, json => new BlockEnd(json));
    }
}
