using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>Whether a player has access to a product, and why.</summary>
    public sealed class Access : RecoupDocument
    {
        private Access(JsonObject json)
        {
            Product = json.Text("product");
            Has = json.Flag("has");
            Because = json.Document("because", AccessReason.Read);
            UntilMs = json.NumberOrNull("until");
        }

        /// <summary>The product id.</summary>
        public string Product { get; }

        /// <summary>Whether the player has access now.</summary>
        public bool Has { get; }

        /// <summary>Why.</summary>
        public AccessReason Because { get; }

        /// <summary>Until when this is so, as far as is known now; null: no end is known.</summary>
        public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

        /// <summary>The same in Unix milliseconds; null: no end is known.</summary>
        public long? UntilMs { get; }

        internal static Access Read(JsonValue value) => Of(value, json => new Access(json));
    }

    /// <summary>Why a player has access, or has none. Which properties are set depends on <see cref="By"/>.</summary>
    public sealed class AccessReason : RecoupDocument
    {
        private AccessReason(JsonObject json)
        {
            By = json.Enum<AccessReasonKind>("by");
            Who = json.TextOrNull("who");
            Why = json.TextOrNull("why");
            Store = json.TextOrNull("store");
            Order = json.TextOrNull("order");
            Refund = json.NumberOrNull("refund");
            AtMs = json.NumberOrNull("at");
        }

        /// <summary>The kind of reason.</summary>
        public OpenEnum<AccessReasonKind> By { get; }

        /// <summary>The operator: a person or a tool.</summary>
        public string Who { get; }

        /// <summary>The operator's reason.</summary>
        public string Why { get; }

        /// <summary>The store of the purchase.</summary>
        public string Store { get; }

        /// <summary>The order id of the purchase, or else the token or the original id.</summary>
        public string Order { get; }

        /// <summary>The refund's id.</summary>
        public long? Refund { get; }

        /// <summary>When what was bought ended, or begins; null: it is another reason.</summary>
        public DateTimeOffset? At => UnixTime.FromMsOrNone(AtMs);

        /// <summary>The same in Unix milliseconds; null: it is another reason.</summary>
        public long? AtMs { get; }

        internal static AccessReason Read(JsonValue value) => Of(value, json => new AccessReason(json));
    }

    /// <summary>The kinds of reasons for access, or for none.</summary>
    public enum AccessReasonKind
    {
        /// <summary>An operator granted or revoked it.</summary>
        Operator = 1,

        /// <summary>A recorded purchase gives it.</summary>
        Purchase = 2,

        /// <summary>A refund took it.</summary>
        Refund = 3,

        /// <summary>What was bought has ended.</summary>
        Expired = 4,

        /// <summary>What was bought has not begun.</summary>
        NotBegun = 5,

        /// <summary>No recorded purchase of this player gives access to this product.</summary>
        NoPurchase = 6,
    }
}
