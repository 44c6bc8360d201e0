using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>Which refunds rules are tried on. One thread at a time may use it.</summary>
    public sealed class TrialOptions
    {
        /// <summary>Refunded at this time or later, by the store's clock; null: from the first on.</summary>
        public DateTimeOffset? Since { get; set; }

        /// <summary>Refunded before this time; null: up to the last.</summary>
        public DateTimeOffset? Until { get; set; }

        /// <summary>The most examples of each change, at most 10000; null: 100. They are in memory.</summary>
        public int? Examples { get; set; }

        internal string Json()
        {
            return new JsonWriter().Time("since", Since).Time("until", Until).Number("examples", Examples).Object();
        }
    }
}
