using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
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

        internal string Json()
        {
            return new JsonWriter().Text("store", Store).Text("app", App).Enum("environment", Environment).Text("user", User)
                .Text("order_id", OrderId).Enum("state", State).Enums("work_status", WorkStatus).Flag("to_do", ToDo)
                .Text("assignee", Assignee).Text("product", Product).Flag("unattributed", Unattributed)
                .Number("since", Since?.ToUnixTimeMilliseconds()).Number("until", Until?.ToUnixTimeMilliseconds()).Object();
        }
    }
}
