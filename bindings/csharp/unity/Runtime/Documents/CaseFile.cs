using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>All that is known of one refund.</summary>
    public sealed class CaseFile : RecoupDocument
    {
        private CaseFile(JsonObject json)
        {
            Refund = json.Document("refund", Refund.Read);
            Recovery = json.Document("recovery", Recovery.Read);
            Entries = json.List("entries", RecoveryEntry.Read);
            Blocks = json.List("blocks", Block.Read);
            Notes = json.List("notes", Note.Read);
            Journal = json.List("journal", JournalEntry.Read);
        }

        /// <summary>The refund.</summary>
        public Refund Refund { get; }

        /// <summary>Its books.</summary>
        public Recovery Recovery { get; }

        /// <summary>The entries of its books, oldest first.</summary>
        public IReadOnlyList<RecoveryEntry> Entries { get; }

        /// <summary>The blocks that it caused, oldest first.</summary>
        public IReadOnlyList<Block> Blocks { get; }

        /// <summary>The notes on it, oldest first.</summary>
        public IReadOnlyList<Note> Notes { get; }

        /// <summary>What happened, oldest first; up to the newest 10000.</summary>
        public IReadOnlyList<JournalEntry> Journal { get; }

        internal static CaseFile Read(JsonValue value) => Of(value, json => new CaseFile(json));
    }

    /// <summary>An operator's note. Notes are never changed.</summary>
    public sealed class Note : RecoupDocument
    {
        private Note(JsonObject json)
        {
            Id = json.Number("id");
            On = json.Document("on", NoteOn.Read);
            AtMs = json.Number("at");
            Who = json.Text("who");
            Text = json.Text("text");
        }

        /// <summary>Its id.</summary>
        public long Id { get; }

        /// <summary>The refund or the player that it is on.</summary>
        public NoteOn On { get; }

        /// <summary>When it was written.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>Who wrote it.</summary>
        public string Who { get; }

        /// <summary>The text.</summary>
        public string Text { get; }

        internal static Note Read(JsonValue value) => Of(value, json => new Note(json));
    }

    /// <summary>What a note is on: a refund or a player.</summary>
    public sealed class NoteOn : RecoupDocument
    {
        private NoteOn(JsonObject json)
        {
            Refund = json.NumberOrNull("refund");
            User = json.TextOrNull("user");
        }

        /// <summary>The refund's id; null: it is on a player.</summary>
        public long? Refund { get; }

        /// <summary>The player; null: it is on a refund.</summary>
        public string User { get; }

        internal static NoteOn Read(JsonValue value) => Of(value, json => new NoteOn(json));
    }
}
