using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Asks the stores what was refunded since they were last asked, and takes it in as their webhooks would be: what is known
        /// already changes nothing. An engine does this by itself every 6 hours, or as often as the configuration's
        /// reconcile.every says; call it after an outage, or where <see cref="RecoupOptions.WithBackground"/> says false.
        /// </summary>
        /// <param name="optionsJson">
        /// {"stores": which ones ("app-store", "google-play", "one-store", "stripe", "amazon"; all where it is left out), "since": from
        /// when on, in Unix milliseconds, or left out for where the last sweep of each app ended}, or empty.
        /// </param>
        /// <param name="progress">
        /// Called with a sweep as far as it has come, on this thread: at its beginning, after each page of a store's list, and where
        /// it fails. Inside of it you may call all methods of every engine but
        /// <see cref="Reconcile"/>, <see cref="Doctor"/>, <see cref="Work"/> and <see cref="Close"/>, which fail with Reentrant,
        /// and <see cref="Dispose"/>, which is refused. Where it throws, that is <see cref="UnhandledCallbackException"/>, and the sweep
        /// goes on. May be null.
        /// </param>
        /// <returns>
        /// One sweep for each app, and how it ended. A store that fails does not stop the others, and is no failure of this call.
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

        /// <summary>Makes a call that reports how far it has come, unless there is no progress callback.</summary>
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
        /// Asks a store what it refunded of an order, and takes it in as <see cref="Reconcile"/> does. For support, where a player
        /// was refunded and no webhook said so, and for refunds that are older than a sweep reaches. Only the App Store can be asked
        /// so. It reports all refunds of the customer whose transaction it is. Blocks on the disk and on the store, page by page.
        /// </summary>
        /// <param name="store">"app-store".</param>
        /// <param name="order">A transaction id.</param>
        /// <param name="app">
        /// A bundle id. Where it is empty or null, all apps with credentials are asked in turn, each in production and then in the
        /// sandbox, until one knows the transaction.
        /// </param>
        /// <returns>
        /// Where the transaction was known, and how many refunds there are.
        /// </returns>
        /// <exception cref="RecoupException">
        /// Api where the store does not answer, refuses (api_refused: Apple's 4040010, in the message, is that it knows no such
        /// transaction) or has no credentials. InvalidArgument for an empty order or another store (bad_action), or for what is none
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
        /// Does once what is due with the stores, on this thread: looks after their open questions, goes on with actions that are
        /// not settled (up to 64 of those that are due), and sweeps every app whose last sweep is longer ago than the
        /// configuration's reconcile.every, unless it has reconcile.off. For engines whose
        /// <see cref="RecoupOptions.WithBackground"/> says false: call it every minute or so, on a thread that may wait. With nothing
        /// due it costs a few reads. Blocks as <see cref="Reconcile"/> does.
        /// </summary>
        /// <returns>
        /// How much there was to do. What a store refused is reported in the action, in the sweep and in the log, and is no failure
        /// of this call.
        /// </returns>
        /// <exception cref="RecoupException">Reentrant inside a progress callback.</exception>
        public WorkResult Work()
        {
            var status = NativeMethods.recoup_engine_work(Handle, out var worked, out var error);
            return WorkResult.Read(Document(status, worked, error));
        }
    }
}
