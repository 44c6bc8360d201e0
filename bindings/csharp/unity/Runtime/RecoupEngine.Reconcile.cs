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
        /// {"stores": which ones ("app-store", "google-play", "one-store", "stripe"; all where it is left out), "since": from when
        /// on, in Unix milliseconds, or left out for where the last sweep of each app ended}, or empty.
        /// </param>
        /// <param name="progress">
        /// Hears how far a sweep has come, as one object of the result's "sweeps": at its beginning, after each page of a store's
        /// list, and where it fails. Called on this thread. Inside of it you may call all methods of every engine but
        /// <see cref="Reconcile"/>, <see cref="Work"/> and <see cref="Close"/>, which fail with Reentrant, and
        /// <see cref="Dispose"/>, which is refused. Where it throws, that is <see cref="UnhandledCallbackException"/>, and the sweep
        /// goes on. May be null.
        /// </param>
        /// <returns>
        /// {"sweeps": [{"store", "app", "from", "to" in Unix milliseconds, "resumed", "pages", "found", "new", "changed", "gap",
        /// "ended"}, ...]}, one for each app. new counts orders that were not known to be refunded, changed those of which more is
        /// known now. gap is null or {"from", "to"}, a time of which the store no longer tells. ended is {"what": "complete"},
        /// {"what": "failed", "code", "message", "retryable"} for a sweep that was cut short and goes on from there the next time,
        /// or {"what": "elsewhere"} where another engine on the ledger is at it. A store that fails does not stop the others, and is
        /// no failure of this call.
        /// </returns>
        /// <remarks>
        /// Blocks on the disk and on the stores, page by page and for as long as they take; a second call, and the engine's own
        /// sweeps, wait for the first.
        /// </remarks>
        /// <exception cref="RecoupException">
        /// Api (api_not_configured): a store that is named has no credentials. Reentrant inside a progress callback.
        /// </exception>
        public string Reconcile(string optionsJson = "", Action<string> progress = null)
        {
            if (progress == null)
            {
                return Sweep(optionsJson, IntPtr.Zero, IntPtr.Zero);
            }
            var registration = new ProgressRegistration(progress);
            try
            {
                return Sweep(optionsJson, Trampolines.Progress, registration.UserData);
            }
            finally
            {
                Registration.Release(registration.UserData);
            }
        }

        private unsafe string Sweep(string optionsJson, IntPtr progress, IntPtr userData)
        {
            fixed (byte* options = Utf8.Bytes(optionsJson, nameof(optionsJson), out var len))
            {
                var status = NativeMethods.recoup_engine_reconcile(
                    Handle, options, len, progress, userData, out var result, out var error);
                return Answer(status, result, error);
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
        /// {"actions": how many were taken a step on, "reviews": how many questions were settled or are being answered,
        /// "reconciled": as the result of <see cref="Reconcile"/>}. What a store refused stands in the action, in the sweep and in
        /// the log, and is no failure of this call.
        /// </returns>
        /// <exception cref="RecoupException">Reentrant inside a progress callback.</exception>
        public string Work()
        {
            var status = NativeMethods.recoup_engine_work(Handle, out var worked, out var error);
            return Answer(status, worked, error);
        }
    }
}
