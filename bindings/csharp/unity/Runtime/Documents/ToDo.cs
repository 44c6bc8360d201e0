using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>What the game should do now about a refund.</summary>
    public sealed class ToDo : RecoupDocument
    {
        private ToDo(JsonObject json)
        {
            Refund = json.Number("refund");
            Key = json.Text("key");
            Take = json.List("take", Grant.Read);
            Give = json.List("give", Grant.Read);
        }

        /// <summary>The refund's id; 0 for an event of a kind without books.</summary>
        public long Refund { get; }

        /// <summary>The key to report it under. Store it with what you did, and do nothing if you have it already.</summary>
        public string Key { get; }

        /// <summary>What to take from the player, as far as the player has it.</summary>
        public IReadOnlyList<Grant> Take { get; }

        /// <summary>What to give to the player.</summary>
        public IReadOnlyList<Grant> Give { get; }

        internal static ToDo Read(JsonValue value) => Of(value, json => new ToDo(json));
    }

    /// <summary>The result of a report.</summary>
    public sealed class ReportOutcome : RecoupDocument
    {
        private ReportOutcome(JsonObject json)
        {
            Recovery = json.Document("recovery", Recovery.Read);
            TooMuch = json.List("too_much", Grant.Read);
        }

        /// <summary>The books after it.</summary>
        public Recovery Recovery { get; }

        /// <summary>What was taken beyond all that the purchase granted. It is not booked: give it back at once.</summary>
        public IReadOnlyList<Grant> TooMuch { get; }

        internal static ReportOutcome Read(JsonValue value) => Of(value, json => new ReportOutcome(json));
    }
}
