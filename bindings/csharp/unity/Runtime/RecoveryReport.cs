using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>What happens to what is still owed after a report.</summary>
    public enum RecoveryRest
    {
        /// <summary>It stays owed.</summary>
        Owed = 1,

        /// <summary>It is forgiven: the studio does not want it.</summary>
        Forgiven = 2,

        /// <summary>It is written off: the studio cannot get it.</summary>
        WrittenOff = 3,
    }

    /// <summary>
    /// What the game did about a refund. An empty report states that the game looked and took nothing. One thread at a time may
    /// use it.
    /// </summary>
    public sealed class RecoveryReport
    {
        /// <summary>
        /// Identifies the report, so that repeating it changes nothing: 1 to 200 printable ASCII characters. Null: for
        /// <see cref="RecoupEngine.Settle(long, RecoveryReport)"/> that of <see cref="ToDo.Key"/>;
        /// <see cref="RecoupEngine.ReportRecovery(long, RecoveryReport)"/> needs one.
        /// </summary>
        public string Key { get; set; }

        /// <summary>What the game took back.</summary>
        public IList<Grant> Taken { get; } = new List<Grant>();

        /// <summary>What the game gave again after a reversal.</summary>
        public IList<Grant> Returned { get; } = new List<Grant>();

        /// <summary>What happens to what is still owed.</summary>
        public RecoveryRest Rest { get; set; } = RecoveryRest.Owed;

        /// <summary>Who reports it, such as the part of the game; null: not given.</summary>
        public string Who { get; set; }

        /// <summary>Why, where an operator reports it; null: not given.</summary>
        public string Why { get; set; }

        internal string Json()
        {
            return new JsonWriter().Text("key", Key).Grants("taken", Taken).Grants("returned", Returned)
                .Enum<RecoveryRest>("rest", Rest).Text("who", Who).Text("why", Why).Object();
        }
    }

    /// <summary>
    /// Items that a player gives back of their own accord, such as what they earned since. One thread at a time may use it.
    /// </summary>
    public sealed class Repayment
    {
        /// <summary>
        /// Identifies the repayment, so that repeating it changes nothing: 1 to 200 printable ASCII characters. Required.
        /// </summary>
        public string Key { get; set; }

        /// <summary>What the game took from the player. The oldest debts of each item are paid first.</summary>
        public IList<Grant> Items { get; } = new List<Grant>();

        /// <summary>Who reports it, such as the part of the game; null: not given.</summary>
        public string Who { get; set; }

        /// <summary>Why, such as the event in which the items were earned; null: not given.</summary>
        public string Why { get; set; }

        internal string Json()
        {
            return new JsonWriter().Text("key", Key).Grants("items", Items).Text("who", Who).Text("why", Why).Object();
        }
    }
}
