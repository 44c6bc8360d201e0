using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// A refund engine over one ledger: open it, give it purchases and the stores' requests, query which users are blocked,
    /// and act on its events.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Any number of threads may call its methods at once. An engine belongs to you: dispose it. One that is forgotten is
    /// closed when the garbage collector finds it, also where its callbacks refer to it; so keep a reference for as long as
    /// you want callbacks.
    /// </para>
    /// <para>
    /// Methods throw <see cref="RecoupException"/> if the library refuses, <see cref="ArgumentException"/> if an argument is
    /// null, is no text or is out of range, <see cref="ObjectDisposedException"/> after <see cref="Dispose"/>, and
    /// <see cref="FormatException"/> if a document lacks a required member, which never happens with a fitting library version.
    /// </para>
    /// </remarks>
    public sealed partial class RecoupEngine : IDisposable
    {
        private readonly EngineHandle handle;

        private RecoupEngine(EngineHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>
        /// Raised when one of your callbacks throws: the exception cannot pass into native code, so it ends here. An event
        /// with a callback that threw counts as <see cref="Handled.Later"/>. Raised on the callback's thread. Without a listener
        /// such exceptions are written to the standard error stream. The sender is null.
        /// </summary>
        public static event EventHandler<CallbackExceptionEventArgs> UnhandledCallbackException;

        /// <summary>
        /// The version of the native library, such as "0.1.0", also if this assembly cannot use it. Does not block.
        /// </summary>
        public static string LibraryVersion => Utf8.ToString(NativeMethods.recoup_version());

        internal static EventHandler<CallbackExceptionEventArgs> CallbackExceptionListeners => UnhandledCallbackException;

        private EngineHandle Handle =>
            handle.IsClosed ? throw new ObjectDisposedException(nameof(RecoupEngine)) : handle;

        /// <summary>
        /// Opens an engine by a configuration in JSON: opens or creates the ledger that it names, brings its schema up to date,
        /// and loads the blocked users. Blocks on the disk, and for up to five seconds on another process that writes to the same
        /// ledger.
        /// </summary>
        /// <param name="configJson">The configuration. Unknown keys and wrong values are refused with the path to the key.</param>
        /// <param name="baseFolder">
        /// Where relative paths in the configuration start; empty: the working directory.
        /// </param>
        /// <exception cref="RecoupException">Config, Ledger, Busy or DiskFull.</exception>
        /// <exception cref="RecoupVersionException">The native library is of a version that this assembly cannot use.</exception>
        /// <exception cref="PlatformNotSupportedException">The runtime is not of 64 bits.</exception>
        /// <exception cref="DllNotFoundException">There is no native library for this platform.</exception>
        public static unsafe RecoupEngine Open(string configJson, string baseFolder = "")
        {
            NativeLayout.Ensure();
            fixed (byte* json = Utf8.Bytes(configJson, nameof(configJson), out var jsonLen))
            fixed (byte* folder = Utf8.Bytes(baseFolder, nameof(baseFolder), out var folderLen))
            {
                var status = NativeMethods.recoup_engine_open(
                    json, jsonLen, folder, folderLen, out var opened, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return new RecoupEngine(new EngineHandle(opened));
            }
        }

        /// <summary>
        /// The same by a configuration file. Relative paths in it start from the file's own folder.
        /// </summary>
        /// <param name="path">The file.</param>
        /// <exception cref="RecoupException">Config, Ledger, Busy or DiskFull.</exception>
        public static unsafe RecoupEngine OpenFile(string path)
        {
            NativeLayout.Ensure();
            fixed (byte* bytes = Utf8.Bytes(path, nameof(path), out var len))
            {
                var status = NativeMethods.recoup_engine_open_file(bytes, len, out var opened, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return new RecoupEngine(new EngineHandle(opened));
            }
        }

        /// <summary>The same by options, which stay yours and may be used again.</summary>
        /// <param name="options">The options.</param>
        /// <exception cref="RecoupException">Config, Ledger, Busy or DiskFull.</exception>
        public static RecoupEngine Open(RecoupOptions options)
        {
            if (options == null)
            {
                throw new ArgumentNullException(nameof(options));
            }
            return new RecoupEngine(options.Open());
        }

        /// <summary>
        /// Lets calls that wait for the ledger finish, releases polled but not acknowledged events, and closes the ledger.
        /// Later calls fail with Closed, but <see cref="IsBlocked(string)"/> still answers from memory. Tasks of
        /// <see cref="SubmitAsync(StoreRequest)"/> that still wait fail with Closed. So shut down in this order: close, join
        /// your threads, dispose. Its gateways answer every store 503 from then on. Closing again is fine. Blocks on the disk.
        /// </summary>
        /// <exception cref="RecoupException">
        /// Reentrant inside a progress callback, the stream of an export, a transport or a log function. Otherwise events could not be released and come
        /// only after their lease; the ledger is closed nevertheless.
        /// </exception>
        public void Close()
        {
            var status = NativeMethods.recoup_engine_close(Handle, out var error);
            if (status != (int)RecoupStatus.Reentrant)
            {
                handle.Submissions.FailAll();
            }
            RecoupException.ThrowIfFailed(status, error);
        }

        /// <summary>
        /// Ends its gateways, closes the engine, frees it, and releases all callbacks; if another thread is inside a call, as soon
        /// as that returns. Waits for a callback that the dispatcher is running. A failure to close is not reported; call
        /// <see cref="Close"/> to get it. Disposing again is fine. Blocks on the disk.
        /// </summary>
        /// <exception cref="InvalidOperationException">
        /// It was called inside a callback of this engine, a progress callback, the stream of an export, a transport or a log
        /// function: the call around it may still need the engine. Nothing was done: dispose it after that call has returned.
        /// </exception>
        public void Dispose()
        {
            if (handle.IsClosed)
            {
                return;
            }
            if (Trampolines.IsInside(handle))
            {
                throw new InvalidOperationException(
                    "A RecoupEngine cannot be disposed inside one of its own callbacks, a progress callback, the stream of an export, "
                    + "a transport or a log function: dispose it after the call around it has returned");
            }
            handle.End();
        }
    }
}
