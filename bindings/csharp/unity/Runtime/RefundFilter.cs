using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>What a list of refunds is sorted by.</summary>
    public enum RefundSort
    {
        /// <summary>When this ledger first received them.</summary>
        FirstSeen = 1,

        /// <summary>When they were refunded, by the store's clock.</summary>
        At = 2,

        /// <summary>When they last changed.</summary>
        Updated = 3,

        /// <summary>How much was refunded, of one currency.</summary>
        Amount = 4,
    }

    /// <summary>Which end of a sorted list comes first.</summary>
    public enum ListOrder
    {
        /// <summary>The latest first; of amounts, the largest.</summary>
        Newest = 1,

        /// <summary>The earliest first; of amounts, the smallest.</summary>
        Oldest = 2,
    }

    /// <summary>Which refunds to list or to count. What is null or empty is not looked at. One thread at a time may use it.</summary>
    public sealed class RefundFilter
    {
        /// <summary>Of this store only.</summary>
        public string Store { get; set; }

        /// <summary>Of this app or account only.</summary>
        public string App { get; set; }

        /// <summary>Of this environment only, as far as it is known.</summary>
        public StoreEnvironment? Environment { get; set; }

        /// <summary>Of this player only.</summary>
        public string User { get; set; }

        /// <summary>Of this order only.</summary>
        public string OrderId { get; set; }

        /// <summary>In this state only.</summary>
        public StoreState? State { get; set; }

        /// <summary>With one of these work statuses only.</summary>
        public IList<WorkStatus> WorkStatus { get; } = new List<WorkStatus>();

        /// <summary>Only those of production that need work: open, recovering or returning.</summary>
        public bool ToDo { get; set; }

        /// <summary>Assigned to this operator only.</summary>
        public string Assignee { get; set; }

        /// <summary>Of this product only (exact).</summary>
        public string Product { get; set; }

        /// <summary>Only those without a player (true) or with one (false).</summary>
        public bool? Unattributed { get; set; }

        /// <summary>Refunded at this time or later, by the store's clock.</summary>
        public DateTimeOffset? Since { get; set; }

        /// <summary>Refunded before this time.</summary>
        public DateTimeOffset? Until { get; set; }

        /// <summary>First seen by this ledger at this time or later.</summary>
        public DateTimeOffset? FirstSeenSince { get; set; }

        /// <summary>First seen by this ledger before this time.</summary>
        public DateTimeOffset? FirstSeenUntil { get; set; }

        /// <summary>For this reason only.</summary>
        public Reason? Reason { get; set; }

        /// <summary>Of this trust only.</summary>
        public Trust? Trust { get; set; }

        /// <summary>Of buyers of this country only (ISO 3166-1, such as "KR"), as far as it is known.</summary>
        public string Country { get; set; }

        /// <summary>Of which an amount of this currency was refunded.</summary>
        public string Currency { get; set; }

        /// <summary>Of which this much or more was refunded, in millionths of <see cref="Currency"/>, which is needed.</summary>
        public long? AmountAtLeast { get; set; }

        /// <summary>Of which this much or less was refunded, in millionths of <see cref="Currency"/>, which is needed.</summary>
        public long? AmountAtMost { get; set; }

        /// <summary>Decided by the rule of this name only (exact).</summary>
        public string Rule { get; set; }

        /// <summary>Decided to be handled so.</summary>
        public RuleActionKind? Action { get; set; }

        /// <summary>Only those whose player has an active block (true), or has none (false).</summary>
        public bool? Blocked { get; set; }

        /// <summary>What a list is sorted by; null: when they were first seen, which is all that the pages of an engine are sorted by.</summary>
        public RefundSort? Sort { get; set; }

        /// <summary>Which end of a list comes first; null: the newest.</summary>
        public ListOrder? Order { get; set; }

        internal string Json()
        {
            return new JsonWriter().Text("store", Store).Text("app", App).Enum("environment", Environment).Text("user", User)
                .Text("order_id", OrderId).Enum("state", State).Enums("work_status", WorkStatus).Flag("to_do", ToDo)
                .Text("assignee", Assignee).Text("product", Product).Flag("unattributed", Unattributed)
                .Number("since", Since?.ToUnixTimeMilliseconds()).Number("until", Until?.ToUnixTimeMilliseconds())
                .Number("first_seen_since", FirstSeenSince?.ToUnixTimeMilliseconds()).Number("first_seen_until", FirstSeenUntil?.ToUnixTimeMilliseconds())
                .Enum("reason", Reason).Enum("trust", Trust).Text("country", Country).Text("currency", Currency)
                .Number("amount_at_least", AmountAtLeast).Number("amount_at_most", AmountAtMost).Text("rule", Rule).Enum("action", Action)
                .Flag("blocked", Blocked).Enum("sort", Sort).Enum("order", Order).Object();
        }
    }
}
