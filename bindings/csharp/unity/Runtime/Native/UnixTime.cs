using System;

namespace Recoup.Native
{
    /// <summary>Unix milliseconds, with a wider range than DateTimeOffset: times beyond become its first or last.</summary>
    internal static class UnixTime
    {
        private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
        private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

        internal static DateTimeOffset FromMs(long ms)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(First, Math.Min(Last, ms)));
        }

        internal static DateTimeOffset? FromMsOrNone(long? ms)
        {
            return ms.HasValue ? FromMs(ms.Value) : (DateTimeOffset?)null;
        }

        /// <summary>In the native structs 0 is "none".</summary>
        internal static long? MsOrNone(long ms)
        {
            return ms == 0 ? (long?)null : ms;
        }
    }
}
