using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>The books of a refund: what the purchase granted, how much should come back, and what came back.</summary>
    public sealed class Recovery : RecoupDocument
    {
        private Recovery(JsonObject json)
        {
            Known = json.Flag("known");
            Sized = json.Flag("sized");
            GrantedBy = json.EnumOrNull<GrantSource>("granted_by");
            Settled = json.Flag("settled");
            Items = json.List("items", RecoveryItem.Read);
        }

        /// <summary>
        /// Whether it is known what the purchase granted. If not, <see cref="Items"/> is empty: nothing is guessed.
        /// </summary>
        public bool Known { get; }

        /// <summary>
        /// Whether it is known how much of the order is refunded. If not, what is due is the least that it can be.
        /// </summary>
        public bool Sized { get; }

        /// <summary>How it is known what was granted; null: it is not.</summary>
        public OpenEnum<GrantSource>? GrantedBy { get; }

        /// <summary>Whether nothing is owed, and it is known how much was due.</summary>
        public bool Settled { get; }

        /// <summary>Each item that was granted, by name.</summary>
        public IReadOnlyList<RecoveryItem> Items { get; }

        internal static Recovery Read(JsonValue value) => Of(value, json => new Recovery(json));
    }

    /// <summary>How it is known what a purchase granted. The best source counts, never a mixture.</summary>
    public enum GrantSource
    {
        /// <summary>An operator set it: <see cref="RecoupEngine.SetGranted"/>.</summary>
        Operator = 1,

        /// <summary>The game's record of this very order.</summary>
        Purchase = 2,

        /// <summary>The catalogue of the configuration, by the product.</summary>
        Catalogue = 3,
    }

    /// <summary>One item of a refund's books. All are numbers of items, 0 or more.</summary>
    public sealed class RecoveryItem : RecoupDocument
    {
        private RecoveryItem(JsonObject json)
        {
            Item = json.Text("item");
            Granted = json.Number("granted");
            Due = json.Number("due");
            Taken = json.Number("taken");
            Forgiven = json.Number("forgiven");
            Owed = json.Number("owed");
            ToReturn = json.Number("to_return");
        }

        /// <summary>The game's name of the item.</summary>
        public string Item { get; }

        /// <summary>How many the purchase granted.</summary>
        public long Granted { get; }

        /// <summary>How many should come back for the refund as it is now.</summary>
        public long Due { get; }

        /// <summary>How many came back: the game took them, or the player repaid them.</summary>
        public long Taken { get; }

        /// <summary>How many were waived.</summary>
        public long Forgiven { get; }

        /// <summary>How many are missing: due less taken and forgiven, at least 0.</summary>
        public long Owed { get; }

        /// <summary>How many the player gets back: taken less due, at least 0; 0 while it is not known how much is due.</summary>
        public long ToReturn { get; }

        internal static RecoveryItem Read(JsonValue value) => Of(value, json => new RecoveryItem(json));
    }
}
