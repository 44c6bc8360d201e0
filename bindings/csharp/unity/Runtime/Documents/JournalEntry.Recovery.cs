using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    // What happens to a refund's books and to the work on it.
    public partial class JournalEntry
    {
        /// <summary>The game reported what it took back for the refund, or gave again.</summary>
        public sealed class RecoveryReported : JournalEntry
        {
            internal RecoveryReported(JsonObject json) : base(json)
            {
                Taken = json.List("taken", Grant.Read);
                Returned = json.List("returned", Grant.Read);
                Rest = json.Enum<RecoveryRest>("rest");
                Who = json.TextOrNull("who");
                Why = json.TextOrNull("why");
            }

            /// <summary>What it took.</summary>
            public IReadOnlyList<Grant> Taken { get; }

            /// <summary>What it gave again.</summary>
            public IReadOnlyList<Grant> Returned { get; }

            /// <summary>What happens to what is still owed.</summary>
            public OpenEnum<RecoveryRest> Rest { get; }

            /// <summary>Who reported it.</summary>
            public string Who { get; }

            /// <summary>Why, where an operator reported it.</summary>
            public string Why { get; }
        }

        /// <summary>An operator forgave what was owed.</summary>
        public sealed class Forgiven : JournalEntry
        {
            internal Forgiven(JsonObject json) : base(json)
            {
                Items = json.List("items", Grant.Read);
                WrittenOff = json.Flag("written_off");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>What was forgiven.</summary>
            public IReadOnlyList<Grant> Items { get; }

            /// <summary>Whether the studio cannot get it, rather than does not want it.</summary>
            public bool WrittenOff { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>An operator set what the purchase granted.</summary>
        public sealed class GrantedSet : JournalEntry
        {
            internal GrantedSet(JsonObject json) : base(json)
            {
                Grants = json.List("grants", Grant.Read);
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>What it granted.</summary>
            public IReadOnlyList<Grant> Grants { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>The player gave items back of their own accord.</summary>
        public sealed class Repaid : JournalEntry
        {
            internal Repaid(JsonObject json) : base(json)
            {
                Items = json.List("items", Grant.Read);
                Who = json.TextOrNull("who");
                Why = json.TextOrNull("why");
            }

            /// <summary>What the player gave.</summary>
            public IReadOnlyList<Grant> Items { get; }

            /// <summary>Who reported it.</summary>
            public string Who { get; }

            /// <summary>Why.</summary>
            public string Why { get; }
        }

        /// <summary>
        /// The player paid again for what was refunded, by a recorded purchase, or that purchase was refunded in turn.
        /// </summary>
        public sealed class BoughtAgain : JournalEntry
        {
            internal BoughtAgain(JsonObject json) : base(json)
            {
                Purchase = json.Number("purchase");
                Items = json.List("items", Grant.Read);
            }

            /// <summary>The purchase's id.</summary>
            public long Purchase { get; }

            /// <summary>What it pays for now.</summary>
            public IReadOnlyList<Grant> Items { get; }
        }

        /// <summary>An operator cancelled an entry of the books.</summary>
        public sealed class Corrected : JournalEntry
        {
            internal Corrected(JsonObject json) : base(json)
            {
                Entry = json.Number("entry");
                Kind = json.Enum<RecoveryEntryKind>("kind");
                Item = json.Text("item");
                Quantity = json.Number("quantity");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The entry's id.</summary>
            public long Entry { get; }

            /// <summary>What it counted.</summary>
            public OpenEnum<RecoveryEntryKind> Kind { get; }

            /// <summary>The item.</summary>
            public string Item { get; }

            /// <summary>How many.</summary>
            public long Quantity { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>An operator closed the refund, where the books do not know what is due.</summary>
        public sealed class Closed : JournalEntry
        {
            internal Closed(JsonObject json) : base(json)
            {
                ClosedAs = json.Enum<ClosedAs>("closed_as");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>How.</summary>
            public OpenEnum<ClosedAs> ClosedAs { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>An operator opened the refund again.</summary>
        public sealed class Reopened : JournalEntry
        {
            internal Reopened(JsonObject json) : base(json)
            {
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>An operator set the refund's status.</summary>
        public sealed class StatusSet : JournalEntry
        {
            internal StatusSet(JsonObject json) : base(json)
            {
                Status = json.Enum<RefundStatus>("status");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The status.</summary>
            public OpenEnum<RefundStatus> Status { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>The refund was assigned to an operator, or to none.</summary>
        public sealed class Assigned : JournalEntry
        {
            internal Assigned(JsonObject json) : base(json)
            {
                To = json.TextOrNull("to");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The operator who works on it now; null: none.</summary>
            public string To { get; }

            /// <summary>Who did it.</summary>
            public string Who { get; }

            /// <summary>Why.</summary>
            public string Why { get; }
        }

        /// <summary>An operator wrote a note.</summary>
        public sealed class Noted : JournalEntry
        {
            internal Noted(JsonObject json) : base(json)
            {
                Note = json.Number("note");
                Who = json.Text("who");
            }

            /// <summary>The note's id.</summary>
            public long Note { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }
        }
    }
}
