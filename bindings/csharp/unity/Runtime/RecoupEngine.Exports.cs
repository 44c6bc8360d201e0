using System;
using System.IO;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Writes rows of the ledger to a stream, for a spreadsheet or a data warehouse. Needs little memory whatever the number of
        /// rows. Reads the disk, and never waits for a writer of the ledger.
        /// </summary>
        /// <param name="request">Which rows, and how they are written.</param>
        /// <param name="to">
        /// Written to on this thread, in pieces of up to 64 KiB, and neither flushed nor closed. If it throws, the export stops and
        /// this method throws the same exception. Calls of Recoup inside of it follow the rules of a progress callback of
        /// <see cref="Reconcile"/>.
        /// </param>
        /// <returns>How many rows there are. Only a complete export returns.</returns>
        /// <exception cref="RecoupException">
        /// InvalidArgument (bad_filter): these rows have nothing for a condition. Reentrant inside a progress callback.
        /// </exception>
        public ExportResult Export(ExportRequest request, Stream to)
        {
            return ExportJson(Given(request, nameof(request)).Json(), to);
        }

        internal ExportResult ExportJson(string request, Stream to)
        {
            return Written(to, userData => RunExport(request, userData));
        }

        /// <summary>
        /// Writes all that the ledger has under a player's id to a stream, as one JSON document, which the schema user-export
        /// describes. Entries of the journal may name other players, who had or claimed the same order: look before you hand it out.
        /// Reads the disk, and never waits for a writer of the ledger.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="to">As for <see cref="Export"/>. A document that was cut short is no JSON.</param>
        /// <returns>How many rows there are. Only a complete export returns.</returns>
        /// <exception cref="RecoupException">InvalidArgument (bad_text). Reentrant inside a progress callback.</exception>
        public ExportResult ExportUser(string user, Stream to)
        {
            return Written(to, userData => RunUserExport(user, userData));
        }

        private static ExportResult Written(Stream to, Func<IntPtr, JsonValue> call)
        {
            return ExportResult.Read(Stoppable(new WriteRegistration(Given(to, nameof(to))), call));
        }

        private unsafe JsonValue RunExport(string request, IntPtr userData)
        {
            fixed (byte* json = Utf8.Bytes(request, nameof(request), out var len))
            {
                var status = NativeMethods.recoup_engine_export(
                    Handle, json, len, Trampolines.Write, userData, out var exported, out var error);
                return Document(status, exported, error);
            }
        }

        private unsafe JsonValue RunUserExport(string user, IntPtr userData)
        {
            fixed (byte* bytes = Utf8.Bytes(user, nameof(user), out var len))
            {
                var status = NativeMethods.recoup_engine_export_user(
                    Handle, bytes, len, Trampolines.Write, userData, out var exported, out var error);
                return Document(status, exported, error);
            }
        }

        /// <summary>
        /// Forgets a player: a random pseudonym replaces the id everywhere, and what only describes the player is removed. Orders,
        /// amounts, states and books stay. There is no way back. Backups keep what they have. Blocks until the commit is on disk, and
        /// at most 5 seconds more for programs that read the ledger.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <param name="evenSo">
        /// Whether to forget a player of whom something is still needed: blocks end, what is owed and what should be returned is
        /// written off, and open refund reviews stay unanswered.
        /// </param>
        /// <exception cref="RecoupException">
        /// Refused (still_needed): the player is blocked, owes something, should get something back, or a store waits for an answer.
        /// InvalidArgument (bad_text).
        /// </exception>
        public ForgetResult ForgetUser(string user, string who, string why, bool evenSo = false)
        {
            return ForgetUserJson(user, ForgetArgument(who, why, evenSo));
        }

        internal static string ForgetArgument(string who, string why, bool evenSo)
        {
            return new JsonWriter().Flag("even_so", evenSo).Text("who", Given(who, nameof(who)))
                .Text("why", Given(why, nameof(why))).Object();
        }

        internal unsafe ForgetResult ForgetUserJson(string user, string forget)
        {
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* json = Utf8.Bytes(forget, nameof(forget), out var len))
            {
                var status = NativeMethods.recoup_engine_forget_user(
                    Handle, userBytes, userLen, json, len, out var forgotten, out var error);
                return ForgetResult.Read(Document(status, forgotten, error));
            }
        }

        /// <summary>
        /// Removes what is older than the configuration's "retention" and "privacy" allow. An engine does this by itself every hour;
        /// call it if <see cref="RecoupOptions.WithBackground"/> is false. Blocks until the commits are on disk, each of which is
        /// short.
        /// </summary>
        public PruneResult Prune()
        {
            var status = NativeMethods.recoup_engine_prune(Handle, out var json, out var error);
            return PruneResult.Read(Document(status, json, error));
        }
    }
}
