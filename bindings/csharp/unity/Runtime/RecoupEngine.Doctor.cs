using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Checks the configuration that the engine was opened with, and the files it names; whether each store can be reached,
        /// takes the credentials, and has the same time; when its last message came, and whether it is swept; what waits for a
        /// person; and the ledger's file. It is what recoup doctor prints. Call it where an operator looks, not on the main loop.
        /// </summary>
        /// <param name="optionsJson">
        /// {"app_store_test_notification": whether to request a test notification from Apple to the URLs in App Store Connect, and
        /// to wait for its result}, or empty.
        /// </param>
        /// <param name="progress">
        /// Called with each finding as it is made, on this thread. The rules for calls inside of it, and for exceptions, are those
        /// of <see cref="Reconcile"/>. May be null.
        /// </param>
        /// <returns>
        /// The findings, store by store and app by app, then the ledger. A problem that it finds is no failure of this call.
        /// </returns>
        /// <remarks>
        /// Changes nothing: the test write to the ledger is rolled back, and each store gets one or two harmless requests, once.
        /// Blocks on the disk and on the stores, at most 15 seconds for a request, and a minute for a test notification. Works
        /// after <see cref="Close"/>, too, and then reports that no store could be queried.
        /// </remarks>
        /// <exception cref="RecoupException">InvalidArgument (bad_json). Reentrant inside a progress callback.</exception>
        public DoctorReport Doctor(string optionsJson = "", Action<DoctorFinding> progress = null)
        {
            var report = Reporting(progress, DoctorFinding.Read, (callback, userData) => RunDoctor(optionsJson, callback, userData));
            return DoctorReport.Read(report);
        }

        private unsafe JsonValue RunDoctor(string optionsJson, IntPtr progress, IntPtr userData)
        {
            fixed (byte* options = Utf8.Bytes(optionsJson, nameof(optionsJson), out var len))
            {
                var status = NativeMethods.recoup_engine_doctor(
                    Handle, options, len, progress, userData, out var report, out var error);
                return Document(status, report, error);
            }
        }
    }
}
