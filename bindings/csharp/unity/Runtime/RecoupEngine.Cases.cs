using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Sets the status of a refund, and does all that it means; <see cref="RefundStatus"/> documents each. Setting a status
        /// again changes nothing. It needs no recorded purchase and no player. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="refundStatus">The status.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The refund after it.</returns>
        /// <exception cref="RecoupException">
        /// NotFound. Refused: nothing is refunded (not_refunded), the books know that nothing is due (nothing_owed), it cannot be
        /// opened since the game reported that all came back (came_back).
        /// </exception>
        public unsafe Refund SetRefundStatus(long refundId, OpenEnum<RefundStatus> refundStatus, string who, string why)
        {
            fixed (byte* name = Utf8.Bytes(refundStatus.Text, nameof(refundStatus), out var nameLen))
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_set_refund_status(
                    Handle, refundId, name, nameLen, whoBytes, whoLen, whyBytes, whyLen, out var json, out var error);
                return Refund.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// As <see cref="SetRefundStatus"/>, by the store's order id or purchase token: for programs that keep no refund ids.
        /// </summary>
        /// <param name="order">The order id or purchase token.</param>
        /// <param name="refundStatus">The status.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The refund after it.</returns>
        /// <exception cref="RecoupException">
        /// NotFound (unknown_order): neither a purchase nor a refund has this id. Refused: it is recorded and nothing of it is
        /// refunded (not_refunded), several refunds have it, which the message lists (several_refunds); otherwise as for
        /// <see cref="SetRefundStatus"/>.
        /// </exception>
        public unsafe Refund SetOrderStatus(string order, OpenEnum<RefundStatus> refundStatus, string who, string why)
        {
            fixed (byte* id = Utf8.Bytes(order, nameof(order), out var idLen))
            fixed (byte* name = Utf8.Bytes(refundStatus.Text, nameof(refundStatus), out var nameLen))
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_set_order_status(
                    Handle, id, idLen, name, nameLen, whoBytes, whoLen, whyBytes, whyLen, out var json, out var error);
                return Refund.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// Closes a refund of which the books do not know how much was due: its grants, its size or its player is unknown. It holds
        /// for what is refunded now: if more is refunded later, the refund is open again. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="closedAs">How it is closed.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The refund after it.</returns>
        /// <exception cref="RecoupException">
        /// NotFound. Refused: something is owed, so report what was taken or forgive it (still_owed); the books know that nothing
        /// is owed (nothing_owed).
        /// </exception>
        public unsafe Refund CloseRefund(long refundId, OpenEnum<ClosedAs> closedAs, string who, string why)
        {
            fixed (byte* name = Utf8.Bytes(closedAs.Text, nameof(closedAs), out var nameLen))
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_close_refund(
                    Handle, refundId, name, nameLen, whoBytes, whoLen, whyBytes, whyLen, out var json, out var error);
                return Refund.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// Opens a refund that <see cref="CloseRefund"/> closed. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The refund after it.</returns>
        /// <exception cref="RecoupException">NotFound. Refused (not_closed).</exception>
        public unsafe Refund ReopenRefund(long refundId, string who, string why)
        {
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_reopen_refund(
                    Handle, refundId, whoBytes, whoLen, whyBytes, whyLen, out var json, out var error);
                return Refund.Read(Document(status, json, error));
            }
        }

        /// <summary>Assigns a refund to an operator. Blocks until the commit is on disk.</summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="to">Any name of your own of 1 to 64 bytes; null: to none.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The refund after it.</returns>
        /// <exception cref="RecoupException">NotFound. InvalidArgument (bad_text).</exception>
        public unsafe Refund AssignRefund(long refundId, string to, string who, string why)
        {
            fixed (byte* toBytes = Utf8.Bytes(to ?? string.Empty, nameof(to), out var toLen))
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_assign_refund(
                    Handle, refundId, toBytes, toLen, whoBytes, whoLen, whyBytes, whyLen, out var json, out var error);
                return Refund.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// All that is known of one refund: its books and their entries, the blocks that it caused, notes, journal. Reads the disk,
        /// and never waits for a writer.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <exception cref="RecoupException">NotFound.</exception>
        public CaseFile QueryCase(long refundId)
        {
            var status = NativeMethods.recoup_engine_query_case(Handle, refundId, out var json, out var error);
            return CaseFile.Read(Document(status, json, error));
        }

        /// <summary>The refund of an order. Reads the disk, and never waits for a writer.</summary>
        /// <param name="order">The order id or purchase token.</param>
        /// <exception cref="RecoupException">
        /// NotFound: nothing of it is refunded. Refused: several refunds have this id, which the message lists (several_refunds).
        /// </exception>
        public unsafe Refund QueryRefundOfOrder(string order)
        {
            fixed (byte* bytes = Utf8.Bytes(order, nameof(order), out var len))
            {
                var status = NativeMethods.recoup_engine_query_refund_of_order(Handle, bytes, len, out var json, out var error);
                return Refund.Read(Document(status, json, error));
            }
        }

        /// <summary>What an id belongs to. The whole id is needed. Reads the disk, and never waits for a writer.</summary>
        /// <param name="text">
        /// An order id, purchase token, original id, account tag or user id, or "refund:12", "block:12", "action:12" or "event:12";
        /// 1 to 4096 bytes.
        /// </param>
        /// <exception cref="RecoupException">InvalidArgument (bad_text).</exception>
        public unsafe Found Find(string text)
        {
            fixed (byte* bytes = Utf8.Bytes(text, nameof(text), out var len))
            {
                var status = NativeMethods.recoup_engine_find(Handle, bytes, len, out var json, out var error);
                return Found.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// How many refunds match a filter, up to 10000. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="filterJson">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        public unsafe RefundCount CountRefunds(string filterJson = "")
        {
            fixed (byte* filter = Utf8.Bytes(filterJson, nameof(filterJson), out var len))
            {
                var status = NativeMethods.recoup_engine_count_refunds(Handle, filter, len, out var json, out var error);
                return RefundCount.Read(Document(status, json, error));
            }
        }

        /// <summary>The same with a filter as an object.</summary>
        /// <param name="filter">Which refunds.</param>
        public RefundCount CountRefunds(RefundFilter filter) => CountRefunds(Given(filter, nameof(filter)).Json());

        /// <summary>Writes a note on a refund. Notes are never changed. Blocks until the commit is on disk.</summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="text">Plain text, which may have several lines; 1 to 4096 bytes.</param>
        /// <param name="who">A person or a tool; 1 to 1024 bytes.</param>
        /// <exception cref="RecoupException">
        /// NotFound. InvalidArgument (bad_text). Refused: there are 1000 notes already (too_many).
        /// </exception>
        public Note AddNote(long refundId, string text, string who)
        {
            return AddNoteJson(NoteArgument(refundId, text, who));
        }

        internal static string NoteArgument(long refundId, string text, string who)
        {
            return NoteArgument(new JsonWriter().Number("refund", refundId), text, who);
        }

        /// <summary>Writes a note on a player. Notes are never changed. Blocks until the commit is on disk.</summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="text">Plain text, which may have several lines; 1 to 4096 bytes.</param>
        /// <param name="who">A person or a tool; 1 to 1024 bytes.</param>
        /// <exception cref="RecoupException">
        /// InvalidArgument (bad_text). Refused: there are 1000 notes already (too_many).
        /// </exception>
        public Note AddNote(string user, string text, string who)
        {
            return AddNoteJson(NoteArgument(user, text, who));
        }

        internal static string NoteArgument(string user, string text, string who)
        {
            return NoteArgument(new JsonWriter().Text("user", Given(user, nameof(user))), text, who);
        }

        private static string NoteArgument(JsonWriter on, string text, string who)
        {
            return on.Text("text", Given(text, nameof(text))).Text("who", Given(who, nameof(who))).Object();
        }

        internal unsafe Note AddNoteJson(string note)
        {
            fixed (byte* json = Utf8.Bytes(note, nameof(note), out var len))
            {
                var status = NativeMethods.recoup_engine_add_note(Handle, json, len, out var added, out var error);
                return Note.Read(Document(status, added, error));
            }
        }

        /// <summary>The notes on a refund, oldest first. Reads the disk, and never waits for a writer.</summary>
        /// <param name="refundId">The refund's id.</param>
        /// <exception cref="RecoupException">NotFound.</exception>
        public IReadOnlyList<Note> QueryNotes(long refundId)
        {
            return QueryNotesJson(NoteOnArgument(refundId));
        }

        internal static string NoteOnArgument(long refundId) => new JsonWriter().Number("refund", refundId).Object();

        /// <summary>The notes on a player, oldest first; maybe none. Reads the disk, and never waits for a writer.</summary>
        /// <param name="user">Your own id of the player.</param>
        public IReadOnlyList<Note> QueryNotes(string user)
        {
            return QueryNotesJson(NoteOnArgument(user));
        }

        internal static string NoteOnArgument(string user)
        {
            return new JsonWriter().Text("user", Given(user, nameof(user))).Object();
        }

        internal unsafe IReadOnlyList<Note> QueryNotesJson(string on)
        {
            fixed (byte* json = Utf8.Bytes(on, nameof(on), out var len))
            {
                var status = NativeMethods.recoup_engine_query_notes(Handle, json, len, out var notes, out var error);
                return ReadList(Document(status, notes, error), Note.Read);
            }
        }
    }
}
