using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>What a player owes.</summary>
    public sealed class UserDebts : RecoupDocument
    {
        private UserDebts(JsonObject json)
        {
            User = json.Text("user");
            Items = json.List("items", Grant.Read);
            Debts = json.List("debts", Debt.Read);
        }

        /// <summary>The player.</summary>
        public string User { get; }

        /// <summary>All debts by item.</summary>
        public IReadOnlyList<Grant> Items { get; }

        /// <summary>Each debt.</summary>
        public IReadOnlyList<Debt> Debts { get; }

        internal static UserDebts Read(JsonValue value) => Of(value, json => new UserDebts(json));
    }

    /// <summary>What a player owes of one item for one refund.</summary>
    public sealed class Debt : RecoupDocument
    {
        private Debt(JsonObject json)
        {
            Refund = json.Number("refund");
            Item = json.Text("item");
            Owed = json.Number("owed");
        }

        /// <summary>The refund's id.</summary>
        public long Refund { get; }

        /// <summary>The item.</summary>
        public string Item { get; }

        /// <summary>How many.</summary>
        public long Owed { get; }

        internal static Debt Read(JsonValue value) => Of(value, json => new Debt(json));
    }

    /// <summary>The result of a repayment.</summary>
    public sealed class RepaymentOutcome : RecoupDocument
    {
        private RepaymentOutcome(JsonObject json)
        {
            Applied = json.List("applied", AppliedRepayment.Read);
            TooMuch = json.List("too_much", Grant.Read);
            Debts = json.Document("debts", UserDebts.Read);
        }

        /// <summary>What it paid of each debt.</summary>
        public IReadOnlyList<AppliedRepayment> Applied { get; }

        /// <summary>What exceeds all debts of the item. It is not booked: give it back at once.</summary>
        public IReadOnlyList<Grant> TooMuch { get; }

        /// <summary>What the player still owes.</summary>
        public UserDebts Debts { get; }

        internal static RepaymentOutcome Read(JsonValue value) => Of(value, json => new RepaymentOutcome(json));
    }

    /// <summary>What a repayment paid of one debt.</summary>
    public sealed class AppliedRepayment : RecoupDocument
    {
        private AppliedRepayment(JsonObject json)
        {
            Refund = json.Number("refund");
            Item = json.Text("item");
            Quantity = json.Number("quantity");
        }

        /// <summary>The refund's id.</summary>
        public long Refund { get; }

        /// <summary>The item.</summary>
        public string Item { get; }

        /// <summary>How many.</summary>
        public long Quantity { get; }

        internal static AppliedRepayment Read(JsonValue value) => Of(value, json => new AppliedRepayment(json));
    }
}
