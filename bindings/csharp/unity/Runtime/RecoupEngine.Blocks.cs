using System;
using System.Text;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>The longest name that a user may have, in UTF-8 bytes and so in characters too.</summary>
        private const int LongestName = 256;

        /// <summary>Room on the stack for a name of that many characters of any kind.</summary>
        private const int NameBytes = 3 * LongestName;

        /// <summary>
        /// Whether a user has an active block. Call it at every login and before every match: no lock, no disk, nothing to
        /// wait for, and no allocation. A block made through this engine is seen as soon as the call that made it returns; a
        /// block made by another process on the same ledger within a second.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <exception cref="RecoupException">It is not known: decide what to do with a player you know nothing about.</exception>
        public unsafe bool IsBlocked(string user)
        {
            if (user == null)
            {
                throw new ArgumentNullException(nameof(user));
            }
            if (user.Length > LongestName)
            {
                return IsBlockedLong(user);
            }
            var bytes = stackalloc byte[NameBytes];
            int len;
            fixed (char* chars = user)
            {
                len = Encode(chars, user.Length, bytes);
            }
            return IsBlocked(bytes, len);
        }

        private unsafe bool IsBlockedLong(string user)
        {
            fixed (byte* bytes = Utf8.Bytes(user, nameof(user), out var len))
            {
                return IsBlocked(bytes, (int)len);
            }
        }

        private unsafe bool IsBlocked(byte* user, int len)
        {
            var status = NativeMethods.recoup_engine_is_blocked(
                Handle, user, (UIntPtr)len, out var blocked, out var error);
            RecoupException.ThrowIfFailed(status, error);
            return blocked != 0;
        }

        private static unsafe int Encode(char* chars, int count, byte* bytes)
        {
            if (count == 0)
            {
                return 0;
            }
            try
            {
                return Utf8.Strict.GetBytes(chars, count, bytes, NameBytes);
            }
            catch (EncoderFallbackException)
            {
                throw Utf8.NotText("user");
            }
        }

        /// <summary>Blocks a user manually. Blocks until the commit is on disk.</summary>
        /// <param name="user">Your own id of the player; at most 256 bytes.</param>
        /// <param name="duration">For how long, more than zero; null: no end but <see cref="Unblock"/>.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The new block's id.</returns>
        public long Block(string user, TimeSpan? duration, string who, string why)
        {
            if (duration <= TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(duration), "must be more than zero, or null for no end");
            }
            return BlockFor(
                user, duration.HasValue ? Ceiling(duration.Value.Ticks, TimeSpan.TicksPerMillisecond) : (long?)null, who, why);
        }

        /// <summary>The same with milliseconds.</summary>
        /// <param name="user">Your own id of the player; at most 256 bytes.</param>
        /// <param name="durationMs">For how many milliseconds, at least 1; null: no end but <see cref="Unblock"/>.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The new block's id.</returns>
        public unsafe long BlockFor(string user, long? durationMs, string who, string why)
        {
            if (durationMs < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(durationMs), "must be at least 1, or null for no end");
            }
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_block(
                    Handle, userBytes, userLen, durationMs ?? 0, whoBytes, whoLen, whyBytes, whyLen, out var blockId,
                    out var error);
                RecoupException.ThrowIfFailed(status, error);
                return blockId;
            }
        }

        /// <summary>
        /// Ends all active blocks of a user manually. A refund that caused one of them does not block again, however often the
        /// store repeats it. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>How many blocks were active; none is no failure.</returns>
        public unsafe long Unblock(string user, string who, string why)
        {
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_unblock(
                    Handle, userBytes, userLen, whoBytes, whoLen, whyBytes, whyLen, out var ended, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return (long)ended;
            }
        }

        /// <summary>
        /// Ends the blocks that have expired. The engine does this by itself about five times a second; call it after a test
        /// has moved the clock. Blocks until the commit is on disk.
        /// </summary>
        /// <returns>How many there were.</returns>
        public long ExpireBlocks()
        {
            var status = NativeMethods.recoup_engine_expire_blocks(Handle, out var ended, out var error);
            RecoupException.ThrowIfFailed(status, error);
            return (long)ended;
        }

        private static long Ceiling(long ticks, long unit) => ticks / unit + (ticks % unit > 0 ? 1 : 0);
    }
}
