using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// Which figures are wanted. Days begin at the ledger's offset from UTC: a time within a day means the whole day. One thread
    /// at a time may use it.
    /// </summary>
    public sealed class FiguresQuestion
    {
        /// <summary>From the day of this time; null: the 30 days up to <see cref="Until"/>.</summary>
        public DateTimeOffset? Since { get; set; }

        /// <summary>
        /// Up to this time: if it is within a day, up to that day's end; null: to the end of today.
        /// </summary>
        public DateTimeOffset? Until { get; set; }

        /// <summary>Of this environment; null: production.</summary>
        public StoreEnvironment? Environment { get; set; }

        /// <summary>Grouped by these properties, at most two.</summary>
        public IList<FigureGroup> By { get; } = new List<FigureGroup>();

        /// <summary>The lists that are wanted besides.</summary>
        public IList<FigureList> Lists { get; } = new List<FigureList>();

        /// <summary>How many refunds that count make a repeat refunder, at least 2; null: the library's default.</summary>
        public int? Repeat { get; set; }

        internal string Json()
        {
            return new JsonWriter().Time("since", Since).Time("until", Until).Enum("environment", Environment).Enums("by", By)
                .Enums("lists", Lists).Number("repeat", Repeat).Object();
        }
    }

    /// <summary>A property to group figures by.</summary>
    public enum FigureGroup
    {
        /// <summary>The store.</summary>
        Store = 1,

        /// <summary>The product.</summary>
        Product = 2,

        /// <summary>The buyer's country, as you recorded it.</summary>
        Country = 3,

        /// <summary>The currency of the price or of the refunded amount.</summary>
        Currency = 4,

        /// <summary>The reason of the refund; purchases have none.</summary>
        Reason = 5,

        /// <summary>The rule that decided the refund; purchases have none.</summary>
        Rule = 6,

        /// <summary>The refund's work status now; purchases have none.</summary>
        WorkStatus = 7,
    }

    /// <summary>A list of figures that is made only where it is wanted.</summary>
    public enum FigureList
    {
        /// <summary>Items that were due, and what became of them.</summary>
        Items = 1,

        /// <summary>What each rule did.</summary>
        Rules = 2,

        /// <summary>Blocks made, ended and active.</summary>
        Blocks = 3,

        /// <summary>How long after a refund something happened.</summary>
        Lags = 4,

        /// <summary>Refund reviews.</summary>
        Reviews = 5,

        /// <summary>Players with several refunds.</summary>
        RepeatRefunders = 6,

        /// <summary>What waits now.</summary>
        Waiting = 7,
    }
}
