using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>An entry of the books. Entries are never changed; another entry cancels a mistake.</summary>
    public sealed class RecoveryEntry : RecoupDocument
    {
        private RecoveryEntry(JsonObject json)
        {
            Id = json.Number("id");
            Refund = json.Number("refund");
            User = json.Text("user");
            Item = json.Text("item");
            Kind = json.Enum<RecoveryEntryKind>("kind");
            Quantity = json.Number("quantity");
            How = json.Enum<RecoveryHow>("how");
            Corrects = json.NumberOrNull("corrects");
            Purchase = json.NumberOrNull("purchase");
            AtMs = json.Number("at");
            Who = json.TextOrNull("who");
        }

        /// <summary>Its id, for <see cref="RecoupEngine.Correct"/>; grows over time.</summary>
        public long Id { get; }

        /// <summary>The refund's id.</summary>
        public long Refund { get; }

        /// <summary>The player.</summary>
        public string User { get; }

        /// <summary>The item.</summary>
        public string Item { get; }

        /// <summary>What it counts.</summary>
        public OpenEnum<RecoveryEntryKind> Kind { get; }

        /// <summary>How many; never 0.</summary>
        public long Quantity { get; }

        /// <summary>What made it.</summary>
        public OpenEnum<RecoveryHow> How { get; }

        /// <summary>The id of the entry that it cancels.</summary>
        public long? Corrects { get; }

        /// <summary>The id of the recorded purchase by which the player paid again.</summary>
        public long? Purchase { get; }

        /// <summary>When, by this machine's clock.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>Who reported or did it; null: Recoup made it.</summary>
        public string Who { get; }

        internal static RecoveryEntry Read(JsonValue value) => Of(value, json => new RecoveryEntry(json));
    }

    /// <summary>What an entry of the books counts.</summary>
    public enum RecoveryEntryKind
    {
        /// <summary>Items that should come back; negative where fewer should than before.</summary>
        Due = 1,

        /// <summary>Items that came back; negative where the player got them again.</summary>
        Taken = 2,

        /// <summary>Items that were waived.</summary>
        Forgiven = 3,
    }

    /// <summary>What made an entry of the books.</summary>
    public enum RecoveryHow
    {
        /// <summary>The refund as it is now, or what became known of the purchase.</summary>
        Decided = 1,

        /// <summary>The game reported what it took.</summary>
        Reported = 2,

        /// <summary>The player gave items that they earned since.</summary>
        Repaid = 3,

        /// <summary>The player paid again, by a recorded purchase.</summary>
        Bought = 4,

        /// <summary>An operator set the refund's status to recovered.</summary>
        StatusSet = 5,

        /// <summary>The game gave the items again after a reversal.</summary>
        Returned = 6,

        /// <summary>An operator, or the game's report: the studio does not want them.</summary>
        Forgiven = 7,

        /// <summary>An operator, or the game's report: the studio cannot get them.</summary>
        WrittenOff = 8,

        /// <summary>The store reported one refund twice: the books of one went to the other.</summary>
        Carried = 9,

        /// <summary>An operator cancelled an earlier entry.</summary>
        Corrected = 10,
    }
}
