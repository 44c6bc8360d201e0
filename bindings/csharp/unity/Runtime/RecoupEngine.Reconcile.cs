using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Queries the stores for refunds since the last sweep, and ingests them as their webhooks would be: what is known already
        /// changes nothing. An engine does this by itself every 6 hours, or at the interval of the configuration's
        /// reconcile.every; call it after an outage, or if <see cref="RecoupOptions.WithBackground"/> is false.
        /// </summary>
        /// <param name="optionsJson">
        /// {"stores": which ones ("app-store", "google-play", "one-store", "stripe", "amazon"; all if absent), "since": the start of
        /// the period, in Unix milliseconds; if absent, the end of each app's last sweep}, or empty.
        /// </param>
        /// <param name="progress">
        /// Called with the progress of a sweep, on this thread: at its beginning, after each page of a store's list, and when it
        /// fails. Inside of it you may call all methods of every engine except <see cref="Reconcile"/>, <see cref="Doctor"/>,
        /// <see cref="TryPolicy"/>, <see cref="Export"/>, <see cref="ExportUser"/>, <see cref="Work"/> and <see cref="Close"/>, which
        /// fail with Reentrant, and <see cref="Dispose"/>, which is refused. An
        /// exception raises <see cref="UnhandledCallbackException"/>, and the sweep continues. May be null.
        /// </param>
        /// <returns>
        /// One sweep for each app, with its result. A store that fails does not stop the others, and is no failure of this call.
        /// </returns>
        /// <remarks>
        /// Blocks on the disk and on the stores, page by page and for as long as they take; a second call, and the engine's own
        /// sweeps, wait for the first.
        /// </remarks>
        /// <exception cref="RecoupException">
        /// Api (api_not_configured): a store that is named has no credentials. Reentrant inside a progress callback.
        /// </exception>
        public ReconcileResult Reconcile(string optionsJson = "", Action<Sweep> progress = null)
        {
            var result = Reporting(progress, Sweep.Read, (callback, userData) => RunSweeps(optionsJson, callback, userData));
            return ReconcileResult.Read(result);
        }

        /// <summary>Makes a call that reports its progress, unless there is no progress callback.</summary>
        private static JsonValue Reporting<T>(
            Action<T> progress, Func<JsonValue, T> read, Func<IntPtr, IntPtr, JsonValue> call)
        {
            if (progress == null)
            {
                return call(IntPtr.Zero, IntPtr.Zero);
            }
            var registration = new ProgressRegistration(json => progress(read(JsonValue.Parse(json))));
            try
            {
                return call(Trampolines.Progress, registration.UserData);
            }
            finally
            {
                Registration.Release(registration.UserData);
            }
        }

        private unsafe JsonValue RunSweeps(string optionsJson, IntPtr progress, IntPtr userData)
        {
            fixed (byte* options = Utf8.Bytes(optionsJson, nameof(optionsJson), out var len))
            {
                var status = NativeMethods.recoup_engine_reconcile(
                    Handle, options, len, progress, userData, out var result, out var error);
                return Document(status, result, error);
            }
        }

        /// <summary>
        /// Queries a store for the refunds of an order, and ingests them as <see cref="Reconcile"/> does. For support, if a player
        /// was refunded and no webhook reported it, and for refunds that are older than a sweep reaches. Only the App Store supports
        /// this query. It reports all refunds of the transaction's customer. Blocks on the disk and on the store, page by page.
        /// </summary>
        /// <param name="store">"app-store".</param>
        /// <param name="order">A transaction id.</param>
        /// <param name="app">
        /// A bundle id. If it is empty or null, all apps with credentials are queried in turn, each in production and then in the
        /// sandbox, until the transaction is found.
        /// </param>
        /// <returns>
        /// Where the transaction was found, and how many refunds there are.
        /// </returns>
        /// <exception cref="RecoupException">
        /// Api if the store does not answer, refuses (api_refused: Apple's 4040010, in the message, means an unknown transaction)
        /// or has no credentials. InvalidArgument for an empty order or another store (bad_action), or for an unknown store
        /// (unknown_store).
        /// </exception>
        public unsafe ReconcileOrderResult ReconcileOrder(string store, string order, string app = null)
        {
            fixed (byte* storeBytes = Utf8.Bytes(store, nameof(store), out var storeLen))
            fixed (byte* appBytes = Utf8.Bytes(app ?? string.Empty, nameof(app), out var appLen))
            fixed (byte* orderBytes = Utf8.Bytes(order, nameof(order), out var orderLen))
            {
                var status = NativeMethods.recoup_engine_reconcile_order(
                    Handle, storeBytes, storeLen, appBytes, appLen, orderBytes, orderLen, out var result, out var error);
                return ReconcileOrderResult.Read(Document(status, result, error));
            }
        }

        /// <summary>
        /// Does the work with the stores that is due, once, on this thread: handles open refund reviews, continues actions that are
        /// not settled (up to 64 of those that are due), and sweeps every app with a last sweep longer ago than the configuration's
        /// reconcile.every, unless it has reconcile.off. For engines with <see cref="RecoupOptions.WithBackground"/> set to false:
        /// call it every minute or so, on a thread that may wait. With nothing due it costs a few reads. Blocks as
        /// <see cref="Reconcile"/> does.
        /// </summary>
        /// <returns>
        /// What was done. A store's refusal is reported in the action, in the sweep and in the log, and is no failure of this call.
        /// </returns>
        /// <exception cref="RecoupException">Reentrant inside a progress callback.</exception>
        public WorkResult Work()
        {
            var status = NativeMethods.recoup_engine_work(Handle, out var worked, out var error);
            return WorkResult.Read(Document(status, worked, error));
        }
    }
}
