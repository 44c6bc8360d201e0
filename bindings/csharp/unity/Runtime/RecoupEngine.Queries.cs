using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Copies the ledger to a new file: one consistent state, while this engine and other processes write. It contains
        /// everything that was acknowledged before the call. Blocks until the copy is complete.
        /// </summary>
        /// <param name="path">The new file's path; nothing may be there yet.</param>
        /// <exception cref="RecoupException">
        /// InvalidArgument (backup_exists) if there is something at the path; IO, Closed, OutOfResources.
        /// </exception>
        public unsafe void Backup(string path)
        {
            fixed (byte* bytes = Utf8.Bytes(path, nameof(path), out var len))
            {
                var status = NativeMethods.recoup_engine_backup(Handle, bytes, len, out var error);
                RecoupException.ThrowIfFailed(status, error);
            }
        }

        /// <summary>
        /// One refund: the store's report, its user, the policy's decision. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="refundId">Its id, of an event or an outcome.</param>
        /// <exception cref="RecoupException">NotFound.</exception>
        public Refund QueryRefund(long refundId)
        {
            var status = NativeMethods.recoup_engine_query_refund(Handle, refundId, out var json, out var error);
            return Refund.Read(Document(status, json, error));
        }

        /// <summary>
        /// A page of refunds, newest first. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="filterJson">
        /// An object with any of "store", "app", "environment", "user", "order_id", "state", "work_status" (a list), "to_do",
        /// "assignee", "product", "unattributed", "since" and "until" (Unix milliseconds), or empty for all refunds.
        /// </param>
        /// <param name="after">0 for the first page; <see cref="Page{T}.Next"/> for the one behind it, until that is null.</param>
        /// <param name="limit">At most how many items, 1 to 1000.</param>
        public unsafe Page<Refund> QueryRefunds(string filterJson = "", long after = 0, int limit = 100)
        {
            fixed (byte* filter = Utf8.Bytes(filterJson, nameof(filterJson), out var len))
            {
                var status = NativeMethods.recoup_engine_query_refunds(
                    Handle, filter, len, after, Size(limit, nameof(limit)), out var json, out var error);
                return Page<Refund>.Read(Document(status, json, error), Refund.Read);
            }
        }

        /// <summary>The same with a filter as an object.</summary>
        /// <param name="filter">Which refunds.</param>
        /// <param name="after">As above.</param>
        /// <param name="limit">As above.</param>
        public Page<Refund> QueryRefunds(RefundFilter filter, long after = 0, int limit = 100)
        {
            return QueryRefunds(Given(filter, nameof(filter)).Json(), after, limit);
        }

        /// <summary>
        /// All that is known of a user. It answers "why is this player blocked?". An unknown user has empty lists. Reads the disk,
        /// and never waits for a writer.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        public unsafe UserHistory QueryUser(string user)
        {
            fixed (byte* bytes = Utf8.Bytes(user, nameof(user), out var len))
            {
                var status = NativeMethods.recoup_engine_query_user(Handle, bytes, len, out var json, out var error);
                return UserHistory.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// All that is known of an order. An unknown order has empty lists. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="order">Its order id or its purchase token.</param>
        public unsafe OrderHistory QueryOrder(string order)
        {
            fixed (byte* bytes = Utf8.Bytes(order, nameof(order), out var len))
            {
                var status = NativeMethods.recoup_engine_query_order(Handle, bytes, len, out var json, out var error);
                return OrderHistory.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// An event that was not acknowledged yet, with the refund and the block as they were when it was made. Reads the disk, and
        /// never waits for a writer.
        /// </summary>
        /// <param name="eventId">Its id.</param>
        /// <exception cref="RecoupException">NotFound.</exception>
        public EventDetails QueryEvent(long eventId)
        {
            var status = NativeMethods.recoup_engine_query_event(Handle, eventId, out var json, out var error);
            return EventDetails.Read(Document(status, json, error));
        }

        /// <summary>A page of blocks, newest first. Reads the disk, and never waits for a writer.</summary>
        /// <param name="withEnded">Whether to include ended blocks; otherwise only active ones.</param>
        /// <param name="after">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        /// <param name="limit">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        public Page<Block> QueryBlocks(bool withEnded = false, long after = 0, int limit = 100)
        {
            var status = NativeMethods.recoup_engine_query_blocks(
                Handle, (byte)(withEnded ? 1 : 0), after, Size(limit, nameof(limit)), out var json, out var error);
            return Page<Recoup.Block>.Read(Document(status, json, error), Recoup.Block.Read);
        }

        /// <summary>
        /// A page of authentic messages that were not understood, newest first, for a person to look at. Reads the disk, and never
        /// waits for a writer.
        /// </summary>
        /// <param name="after">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        /// <param name="limit">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        public Page<DeadLetter> QueryDeadLetters(long after = 0, int limit = 100)
        {
            var status = NativeMethods.recoup_engine_query_dead_letters(
                Handle, after, Size(limit, nameof(limit)), out var json, out var error);
            return Page<DeadLetter>.Read(Document(status, json, error), DeadLetter.Read);
        }

        /// <summary>Figures for a dashboard. Reads the disk, and never waits for a writer.</summary>
        public Stats QueryStats()
        {
            var status = NativeMethods.recoup_engine_query_stats(Handle, out var json, out var error);
            return Stats.Read(Document(status, json, error));
        }

        private static string Answer(int status, IntPtr text, IntPtr error)
        {
            RecoupException.ThrowIfFailed(status, error);
            return TextHandle.Take(text);
        }

        private static JsonValue Document(int status, IntPtr json, IntPtr error)
        {
            return JsonValue.Parse(Answer(status, json, error));
        }

        private static UIntPtr Size(int number, string parameter)
        {
            if (number < 0)
            {
                throw new ArgumentOutOfRangeException(parameter, "cannot be less than 0");
            }
            return (UIntPtr)number;
        }
    }
}
