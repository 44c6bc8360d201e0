using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Checks the configuration that the engine was opened with, and the files it names; whether each store can be reached,
        /// takes the credentials, and has the same time; when it last spoke, and whether it is swept; what waits for somebody; and
        /// the ledger's file. It is what recoup doctor prints. Call it where an operator looks, not on the main loop.
        /// </summary>
        /// <param name="optionsJson">
        /// {"app_store_test_notification": whether Apple is asked to send a test notification to the URLs in App Store Connect, and
        /// what becomes of it is waited for}, or empty.
        /// </param>
        /// <param name="progress">
        /// Called with each finding as it is made, on this thread. What may be called inside of it, and what becomes of exceptions,
        /// is as for <see cref="Reconcile"/>. May be null.
        /// </param>
        /// <returns>
        /// The findings, store by store and app by app, then the ledger. What is broken is no failure of this call.
        /// </returns>
        /// <remarks>
        /// Changes nothing: what is written to the ledger, to see that it can be, is taken back, and each store is asked a harmless
        /// question or two, once. Blocks on the disk and on the stores, at most 15 seconds for a question, and a minute for a test
        /// notification. Works after <see cref="Close"/>, too, and says there that no store could be asked.
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
