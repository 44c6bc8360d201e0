using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>The severity of a message.</summary>
    public enum RecoupLogLevel
    {
        /// <summary>No messages at all.</summary>
        Off = 0,

        /// <summary>Something went wrong that a person must look at, such as a dead letter.</summary>
        Error = 1,

        /// <summary>Something unexpected, such as a forged request.</summary>
        Warn = 2,

        /// <summary>What was done.</summary>
        Info = 3,

        /// <summary>What was done, step by step.</summary>
        Debug = 4,

        /// <summary>Everything.</summary>
        Trace = 5,
    }

    /// <summary>The library's messages, of all engines of the process. Its methods may be called from any thread.</summary>
    public static class RecoupLog
    {
        /// <summary>
        /// Passes messages of a level and more severe ones to a function, which replaces the one that was set before. Messages
        /// contain no secrets. Does not block.
        /// </summary>
        /// <param name="maxLevel">The least severe level to pass.</param>
        /// <param name="handler">
        /// Receives a message: its level, the part of the library it is from (such as "recoup::engine"), and the text. Called
        /// from any thread, the library's own included, and from several at once, also inside of calls that others wait for:
        /// so it must not call an engine, which fails with Reentrant, nor dispose an engine or a gateway, which is refused.
        /// Messages that it causes are dropped.
        /// </param>
        /// <param name="released">Called once, when the handler will not be called any more. It must not call Recoup.</param>
        /// <exception cref="RecoupException">The level is unknown.</exception>
        public static void Set(RecoupLogLevel maxLevel, Action<RecoupLogLevel, string, string> handler, Action released = null)
        {
            if (handler == null)
            {
                throw new ArgumentNullException(nameof(handler));
            }
            NativeLayout.Ensure();
            ProcessEnd.WatchLog();
            var registration = new LogRegistration(handler, released);
            var status = NativeMethods.recoup_log_set(
                (int)maxLevel, Trampolines.Log, registration.UserData, Trampolines.Destroy, out var error);
            RecoupException.ThrowIfFailed(status, error);
        }

        /// <summary>Removes the function. Does not block.</summary>
        public static void Off()
        {
            NativeLayout.Ensure();
            var status = NativeMethods.recoup_log_set(
                (int)RecoupLogLevel.Off, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out var error);
            RecoupException.ThrowIfFailed(status, error);
        }
    }
}
