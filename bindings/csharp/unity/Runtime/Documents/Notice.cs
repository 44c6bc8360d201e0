using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>A notice for a player, with its text in one language.</summary>
    public sealed class Notice : RecoupDocument
    {
        private Notice(JsonObject json)
        {
            Id = json.Number("id");
            User = json.Text("user");
            Name = json.Enum<NoticeName>("name");
            State = json.Enum<NoticeState>("state");
            Refund = json.NumberOrNull("refund");
            MadeAtMs = json.Number("made_at");
            ExpiresAtMs = json.Number("expires_at");
            ShownAtMs = json.NumberOrNull("shown_at");
            EndedAtMs = json.NumberOrNull("ended_at");
            Details = json.Document("details", NoticeDetails.Read);
            Locale = json.Text("locale");
            Title = json.Text("title");
            Text = json.Text("text");
        }

        /// <summary>Its id.</summary>
        public long Id { get; }

        /// <summary>The player who is shown it.</summary>
        public string User { get; }

        /// <summary>What it is about.</summary>
        public OpenEnum<NoticeName> Name { get; }

        /// <summary>Its state.</summary>
        public OpenEnum<NoticeState> State { get; }

        /// <summary>The refund's id; null: no refund caused it.</summary>
        public long? Refund { get; }

        /// <summary>When it was made.</summary>
        public DateTimeOffset MadeAt => UnixTime.FromMs(MadeAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long MadeAtMs { get; }

        /// <summary>When it expires.</summary>
        public DateTimeOffset ExpiresAt => UnixTime.FromMs(ExpiresAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long ExpiresAtMs { get; }

        /// <summary>When the player saw it, as the game reported it; null: not yet.</summary>
        public DateTimeOffset? ShownAt => UnixTime.FromMsOrNone(ShownAtMs);

        /// <summary>The same in Unix milliseconds; null: not yet.</summary>
        public long? ShownAtMs { get; }

        /// <summary>When it was acknowledged, expired or withdrawn; null: it was not.</summary>
        public DateTimeOffset? EndedAt => UnixTime.FromMsOrNone(EndedAtMs);

        /// <summary>The same in Unix milliseconds; null: it was not.</summary>
        public long? EndedAtMs { get; }

        /// <summary>All details, for texts of the game's own.</summary>
        public NoticeDetails Details { get; }

        /// <summary>The language of the title and the text, a BCP 47 tag.</summary>
        public string Locale { get; }

        /// <summary>A title: plain text, not HTML.</summary>
        public string Title { get; }

        /// <summary>A sentence or a few: plain text, not HTML.</summary>
        public string Text { get; }

        internal static Notice Read(JsonValue value) => Of(value, json => new Notice(json));
    }

    /// <summary>The details of a notice, as they were when it was made.</summary>
    public sealed class NoticeDetails : RecoupDocument
    {
        private NoticeDetails(JsonObject json)
        {
            Product = json.TextOrNull("product");
            Store = json.TextOrNull("store");
            Items = json.ListOrEmpty("items", Grant.Read);
            Owed = json.ListOrEmpty("owed", Grant.Read);
            Amount = json.MoneyOrNull("amount");
            Block = json.NumberOrNull("block");
            UntilMs = json.NumberOrNull("until");
            UntilSettled = json.FlagOrFalse("until_settled");
        }

        /// <summary>Whether the block ends once nothing is owed any more.</summary>
        public bool UntilSettled { get; }

        /// <summary>The product id.</summary>
        public string Product { get; }

        /// <summary>The store of the refund.</summary>
        public string Store { get; }

        /// <summary>The items that were taken, or returned.</summary>
        public IReadOnlyList<Grant> Items { get; }

        /// <summary>The items that are owed.</summary>
        public IReadOnlyList<Grant> Owed { get; }

        /// <summary>The refunded amount.</summary>
        public Money? Amount { get; }

        /// <summary>The block's id.</summary>
        public long? Block { get; }

        /// <summary>When the block ends; null: at no fixed time, or there is none.</summary>
        public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

        /// <summary>The same in Unix milliseconds; null: at no fixed time, or there is none.</summary>
        public long? UntilMs { get; }

        internal static NoticeDetails Read(JsonValue value) => Of(value, json => new NoticeDetails(json));
    }

    /// <summary>What a notice is about.</summary>
    public enum NoticeName
    {
        /// <summary>The game took items back for a refund.</summary>
        ItemsTaken = 1,

        /// <summary>Items are still owed for a refund.</summary>
        ItemsOwed = 2,

        /// <summary>The player was blocked because of a refund.</summary>
        Blocked = 3,

        /// <summary>The player's last block ended.</summary>
        Unblocked = 4,

        /// <summary>The game gave items again after a reversal.</summary>
        ItemsReturned = 5,

        /// <summary>The player no longer has access to a product.</summary>
        AccessLost = 6,

        /// <summary>The player has access to a product again.</summary>
        AccessRestored = 7,
    }

    /// <summary>The state of a notice.</summary>
    public enum NoticeState
    {
        /// <summary>The player has not seen it.</summary>
        Waiting = 1,

        /// <summary>The player has seen it.</summary>
        Shown = 2,

        /// <summary>The player has confirmed it.</summary>
        Acknowledged = 3,

        /// <summary>It waited for longer than the configuration's notices.keep, or more than 100 waited.</summary>
        Expired = 4,

        /// <summary>Its cause was undone, or a newer one replaced it, before it was shown.</summary>
        Withdrawn = 5,
    }

    /// <summary>What a player did with a notice.</summary>
    public enum NoticeMark
    {
        /// <summary>The player saw it.</summary>
        Shown = 1,

        /// <summary>The player confirmed it: it is no longer pending.</summary>
        Acknowledged = 2,
    }
}
