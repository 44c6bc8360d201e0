using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// What to take from an event's player, or to give to them, by the books as they are now. Call it just before you act on a
        /// <see cref="EventKind.Refund"/>, <see cref="EventKind.Reversal"/> or <see cref="EventKind.Recovery"/>: the books in the
        /// event's details are those of an earlier time. For an event of another kind both lists are empty.
        /// </summary>
        /// <param name="eventId">The event's id.</param>
        /// <remarks>
        /// Then, in one transaction of your own, take or give the items and store the key with what you did, unless you have that
        /// key already; and report it with <see cref="Settle(long, RecoveryReport)"/>. After a crash at any point the same steps
        /// change nothing twice. Reads the disk, and never waits for a writer.
        /// </remarks>
        /// <exception cref="RecoupException">NotFound: the event does not wait to be acknowledged.</exception>
        public ToDo QueryToDo(long eventId)
        {
            var status = NativeMethods.recoup_engine_query_to_do(Handle, eventId, out var json, out var error);
            return ToDo.Read(Document(status, json, error));
        }

        /// <summary>
        /// Reports what the game did about a <see cref="EventKind.Refund"/>, <see cref="EventKind.Reversal"/> or
        /// <see cref="EventKind.Recovery"/>, and acknowledges the event, in one commit: use it instead of <see cref="Ack"/>.
        /// Repeating it changes nothing and returns the first outcome. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="eventId">The event's id.</param>
        /// <param name="report">What the game did.</param>
        /// <exception cref="RecoupException">
        /// NotFound: an unknown event. Refused: an event of another kind (no_books); otherwise as for
        /// <see cref="ReportRecovery(long, RecoveryReport)"/>.
        /// </exception>
        public ReportOutcome Settle(long eventId, RecoveryReport report)
        {
            return SettleJson(eventId, Given(report, nameof(report)).Json());
        }

        internal unsafe ReportOutcome SettleJson(long eventId, string report)
        {
            fixed (byte* json = Utf8.Bytes(report, nameof(report), out var len))
            {
                var status = NativeMethods.recoup_engine_settle(Handle, eventId, json, len, out var outcome, out var error);
                return ReportOutcome.Read(Document(status, outcome, error));
            }
        }

        /// <summary>
        /// Reports what the game took back for a refund, or gave again after a reversal. Repeating a report under its key changes
        /// nothing and returns the first outcome. What was taken is booked even if a reversal or an operator was quicker; then
        /// something is to be returned. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="report">What the game did. Its key is required.</param>
        /// <exception cref="RecoupException">
        /// NotFound. InvalidArgument: bad_key, bad_item, too_many. Refused: the key was used for another request (key_reused), the
        /// player is not known (unattributed), the purchase did not grant an item (not_granted), more was returned than was taken
        /// (more_than_taken).
        /// </exception>
        public ReportOutcome ReportRecovery(long refundId, RecoveryReport report)
        {
            return ReportRecoveryJson(refundId, Given(report, nameof(report)).Json());
        }

        internal unsafe ReportOutcome ReportRecoveryJson(long refundId, string report)
        {
            fixed (byte* json = Utf8.Bytes(report, nameof(report), out var len))
            {
                var status = NativeMethods.recoup_engine_report_recovery(
                    Handle, refundId, json, len, out var outcome, out var error);
                return ReportOutcome.Read(Document(status, outcome, error));
            }
        }

        /// <summary>
        /// Books items that a player gives back of their own accord, such as what they earned since. The player's oldest debts of
        /// each item are paid first. Repeating it under its key changes nothing and returns the first outcome. Blocks until the
        /// commit is on disk.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="repayment">What the player gave. Its key is required.</param>
        /// <exception cref="RecoupException">
        /// InvalidArgument: bad_key, bad_item, bad_text, too_many. Refused: the key was used for another request (key_reused).
        /// </exception>
        public RepaymentOutcome Repay(string user, Repayment repayment)
        {
            return RepayJson(user, Given(repayment, nameof(repayment)).Json());
        }

        internal unsafe RepaymentOutcome RepayJson(string user, string repayment)
        {
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* json = Utf8.Bytes(repayment, nameof(repayment), out var len))
            {
                var status = NativeMethods.recoup_engine_repay(
                    Handle, userBytes, userLen, json, len, out var outcome, out var error);
                return RepaymentOutcome.Read(Document(status, outcome, error));
            }
        }

        /// <summary>
        /// Forgives what is owed for a refund, by an operator: at most what is owed. Repeating it under its key changes nothing and
        /// returns the first answer. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="key">Identifies the request: 1 to 200 printable ASCII characters.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <param name="items">How many of which items; null or empty: all that is owed.</param>
        /// <param name="writtenOff">Whether the studio cannot get the items, rather than does not want them.</param>
        /// <returns>The books after it.</returns>
        /// <exception cref="RecoupException">
        /// NotFound. InvalidArgument: bad_key, bad_item, bad_text, too_many. Refused: nothing_owed, key_reused.
        /// </exception>
        public Recovery Forgive(
            long refundId, string key, string who, string why, IEnumerable<Grant> items = null, bool writtenOff = false)
        {
            return ForgiveJson(refundId, ForgiveArgument(key, who, why, items, writtenOff));
        }

        internal static string ForgiveArgument(string key, string who, string why, IEnumerable<Grant> items, bool writtenOff)
        {
            return new JsonWriter().Text("key", Given(key, nameof(key))).Grants("items", items ?? new Grant[0])
                .Flag("written_off", writtenOff).Text("who", Given(who, nameof(who))).Text("why", Given(why, nameof(why))).Object();
        }

        internal unsafe Recovery ForgiveJson(long refundId, string forgive)
        {
            fixed (byte* json = Utf8.Bytes(forgive, nameof(forgive), out var len))
            {
                var status = NativeMethods.recoup_engine_forgive(Handle, refundId, json, len, out var recovery, out var error);
                return Recovery.Read(Document(status, recovery, error));
            }
        }

        /// <summary>
        /// Cancels an entry of the books that was a mistake, by another entry. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="entryId">The entry's id, of <see cref="QueryRecoveryEntries"/>.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The books of the entry's refund after it.</returns>
        /// <exception cref="RecoupException">
        /// NotFound (unknown_entry). Refused: an entry of what is due, or one that Recoup made itself (not_correctable);
        /// already_corrected; later entries build on it (more_than_taken).
        /// </exception>
        public unsafe Recovery Correct(long entryId, string who, string why)
        {
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_correct(
                    Handle, entryId, whoBytes, whoLen, whyBytes, whyLen, out var recovery, out var error);
                return Recovery.Read(Document(status, recovery, error));
            }
        }

        /// <summary>
        /// Sets what a refunded purchase granted, where your record of the purchase does not have it. What is due follows. Blocks
        /// until the commit is on disk.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="grants">All items that the purchase granted; empty: none.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The books after it.</returns>
        /// <exception cref="RecoupException">
        /// NotFound. InvalidArgument: bad_item, bad_text, too_many. Refused (granted_by_purchase): the recorded purchase has its
        /// grants, which count.
        /// </exception>
        public Recovery SetGranted(long refundId, IEnumerable<Grant> grants, string who, string why)
        {
            return SetGrantedJson(refundId, GrantedArgument(grants, who, why));
        }

        internal static string GrantedArgument(IEnumerable<Grant> grants, string who, string why)
        {
            return new JsonWriter().Grants("grants", Given(grants, nameof(grants))).Text("who", Given(who, nameof(who)))
                .Text("why", Given(why, nameof(why))).Object();
        }

        internal unsafe Recovery SetGrantedJson(long refundId, string granted)
        {
            fixed (byte* json = Utf8.Bytes(granted, nameof(granted), out var len))
            {
                var status = NativeMethods.recoup_engine_set_granted(
                    Handle, refundId, json, len, out var recovery, out var error);
                return Recovery.Read(Document(status, recovery, error));
            }
        }

        /// <summary>The books of a refund as they are now. Reads the disk, and never waits for a writer.</summary>
        /// <param name="refundId">The refund's id.</param>
        /// <exception cref="RecoupException">NotFound.</exception>
        public Recovery QueryRecovery(long refundId)
        {
            var status = NativeMethods.recoup_engine_query_recovery(Handle, refundId, out var json, out var error);
            return Recovery.Read(Document(status, json, error));
        }

        /// <summary>
        /// The entries of a refund's books, oldest first. Entries are never changed; <see cref="Correct"/> cancels a mistake by
        /// another entry. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <exception cref="RecoupException">NotFound.</exception>
        public IReadOnlyList<RecoveryEntry> QueryRecoveryEntries(long refundId)
        {
            var status = NativeMethods.recoup_engine_query_recovery_entries(Handle, refundId, out var json, out var error);
            return ReadList(Document(status, json, error), RecoveryEntry.Read);
        }

        /// <summary>
        /// What a player owes. One who owes nothing, or is not known, has empty lists. Reads the disk, and never waits for a
        /// writer.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        public unsafe UserDebts QueryDebts(string user)
        {
            fixed (byte* bytes = Utf8.Bytes(user, nameof(user), out var len))
            {
                var status = NativeMethods.recoup_engine_query_debts(Handle, bytes, len, out var json, out var error);
                return UserDebts.Read(Document(status, json, error));
            }
        }

        private static T Given<T>(T argument, string parameter) where T : class
        {
            return argument ?? throw new ArgumentNullException(parameter);
        }

        private static T[] ReadList<T>(JsonValue list, Func<JsonValue, T> read)
        {
            var items = new T[list.Items.Count];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = read(list.Items[i]);
            }
            return items;
        }
    }
}
