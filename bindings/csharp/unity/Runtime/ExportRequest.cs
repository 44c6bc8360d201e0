using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// Which rows are exported, and how. A condition that is null is not looked at. One thread at a time may use it.
    /// </summary>
    public sealed class ExportRequest
    {
        /// <summary>What is exported.</summary>
        public ExportKind What { get; set; } = ExportKind.Refunds;

        /// <summary>How it is written.</summary>
        public ExportFormat Format { get; set; } = ExportFormat.Ndjson;

        /// <summary>Of this player only.</summary>
        public string User { get; set; }

        /// <summary>Of this store only: refunds and purchases.</summary>
        public string Store { get; set; }

        /// <summary>
        /// At this time or later: refunds by the store's clock, purchases by when they were recorded, blocks by when they were made,
        /// entries by when they were written. Debts have no time.
        /// </summary>
        public DateTimeOffset? Since { get; set; }

        /// <summary>Before this time.</summary>
        public DateTimeOffset? Until { get; set; }

        /// <summary>
        /// Changed at this time or later, the longest unchanged first: refunds only. Give the start of your previous export, and you
        /// miss no change.
        /// </summary>
        public DateTimeOffset? ChangedSince { get; set; }

        internal string Json()
        {
            return new JsonWriter().Enum<ExportKind>("what", What).Enum<ExportFormat>("format", Format).Text("user", User)
                .Text("store", Store).Time("since", Since).Time("until", Until).Time("changed_since", ChangedSince).Object();
        }
    }

    /// <summary>What can be exported.</summary>
    public enum ExportKind
    {
        /// <summary>Refunds.</summary>
        Refunds = 1,

        /// <summary>Purchases that you recorded.</summary>
        Purchases = 2,

        /// <summary>Blocks, active and ended.</summary>
        Blocks = 3,

        /// <summary>What players owe: a row a refund and item.</summary>
        Debts = 4,

        /// <summary>The entries of the books.</summary>
        Recovery = 5,

        /// <summary>The journal.</summary>
        Journal = 6,

        /// <summary>Exclusions, active and ended.</summary>
        Exclusions = 7,

        /// <summary>Notices for players, in the configured default language.</summary>
        Notices = 8,

        /// <summary>Messages to webhook endpoints.</summary>
        WebhookMessages = 9,
    }

    /// <summary>How an export is written.</summary>
    public enum ExportFormat
    {
        /// <summary>
        /// One JSON document a line, as queries return it. The last line of a complete export is {"end":{"rows":N}}.
        /// </summary>
        Ndjson = 1,

        /// <summary>RFC 4180 in UTF-8, with a header. What is unknown is empty.</summary>
        Csv = 2,

        /// <summary>
        /// As CSV, so that Excel shows it as it is: with a byte-order mark, times it can read, long ids that keep their digits, and
        /// no text that it would run as a formula.
        /// </summary>
        Excel = 3,
    }
}
