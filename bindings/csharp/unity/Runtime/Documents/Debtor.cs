using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>A page of the players who owe something, and where the next one begins.</summary>
    public sealed class DebtorPage : RecoupDocument
    {
        private DebtorPage(JsonObject json)
        {
            Items = json.List("items", Debtor.Read);
            Next = json.TextOrNull("next");
        }

        /// <summary>The players, by their id.</summary>
        public IReadOnlyList<Debtor> Items { get; }

        /// <summary>Give this as <c>after</c> for the next page; null at the end.</summary>
        public string Next { get; }

        internal static DebtorPage Read(JsonValue value) => Of(value, json => new DebtorPage(json));
    }

    /// <summary>A player who owes something.</summary>
    public sealed class Debtor : RecoupDocument
    {
        private Debtor(JsonObject json)
        {
            User = json.Text("user");
            Items = json.List("items", Grant.Read);
            Debts = json.List("debts", Debt.Read);
            SinceMs = json.Number("since");
            Blocked = json.Flag("blocked");
        }

        /// <summary>The player.</summary>
        public string User { get; }

        /// <summary>All debts by item.</summary>
        public IReadOnlyList<Grant> Items { get; }

        /// <summary>Each debt.</summary>
        public IReadOnlyList<Debt> Debts { get; }

        /// <summary>When the oldest of the refunds was made, by the store's clock.</summary>
        public DateTimeOffset Since => UnixTime.FromMs(SinceMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long SinceMs { get; }

        /// <summary>Whether the player is blocked now.</summary>
        public bool Blocked { get; }

        internal static Debtor Read(JsonValue value) => Of(value, json => new Debtor(json));
    }
}
