using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>How much a message matters.</summary>
    public enum RecoupLogLevel
    {
        /// <summary>No messages at all.</summary>
        Off = 0,

        /// <summary>Something went wrong that a person must look at, such as a dead letter.</summary>
        Error = 1,

        /// <summary>Something that should not be, such as a forged request.</summary>
        Warn = 2,

        /// <summary>What was done.</summary>
        Info = 3,

        /// <summary>What was done, step by step.</summary>
        Debug = 4,

        /// <summary>Everything.</summary>
        Trace = 5,
    }

    /// <summary>What the library has to say, of all engines of the process. Its methods may be called from any thread.</summary>
    public static class RecoupLog
    {
        /// <summary>
        /// Gives messages of a level and of what matters more to a function, which replaces the one that was set
        /// before. Messages hold no secrets. Does not block.
        /// </summary>
        /// <param name="maxLevel">The least that matters.</param>
        /// <param name="handler">
        /// Takes a message: its level, which part of the library says it (such as "recoup::engine"), and the text. Called
        /// from any thread, the library's own included, and from several at once, also inside of calls that others wait for:
        /// so it must not call an engine, which fails with Reentrant, nor dispose an engine or a gateway, which is refused. What it makes Recoup say is dropped.
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

        /// <summary>Takes the function away. Does not block.</summary>
        public static void Off()
        {
            NativeLayout.Ensure();
            var status = NativeMethods.recoup_log_set(
                (int)RecoupLogLevel.Off, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out var error);
            RecoupException.ThrowIfFailed(status, error);
        }
    }
}
