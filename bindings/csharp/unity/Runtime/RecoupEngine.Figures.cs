using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Figures of a time: how many purchases and refunds, their sums by currency, rates, and their course by day or month. Sums
        /// are never added across currencies. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="question">Which figures; null: those of the last 30 days, without groups and lists.</param>
        /// <exception cref="RecoupException">InvalidArgument (bad_question).</exception>
        public Figures QueryFigures(FiguresQuestion question = null)
        {
            return QueryFiguresJson(question == null ? string.Empty : question.Json());
        }

        internal unsafe Figures QueryFiguresJson(string question)
        {
            fixed (byte* json = Utf8.Bytes(question, nameof(question), out var len))
            {
                var status = NativeMethods.recoup_engine_query_figures(Handle, json, len, out var figures, out var error);
                return Figures.Read(Document(status, figures, error));
            }
        }

        /// <summary>
        /// How many refunds have each work status. Reads the disk, and never waits for a writer: the counts are kept, whatever the
        /// number of refunds.
        /// </summary>
        public IReadOnlyList<WorkCount> QueryWorkCounts()
        {
            var status = NativeMethods.recoup_engine_query_work_counts(Handle, out var json, out var error);
            return ReadList(Document(status, json, error), WorkCount.Read);
        }

        /// <summary>
        /// A page of the players who owe something, by their id. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="after">The <see cref="DebtorPage.Next"/> of the page before; empty or null: the first page.</param>
        /// <param name="limit">At most how many, 1 to 1000.</param>
        public unsafe DebtorPage QueryDebtors(string after = "", int limit = 100)
        {
            fixed (byte* bytes = Utf8.Bytes(after ?? string.Empty, nameof(after), out var len))
            {
                var status = NativeMethods.recoup_engine_query_debtors(
                    Handle, bytes, len, Size(limit, nameof(limit)), out var json, out var error);
                return DebtorPage.Read(Document(status, json, error));
            }
        }
    }
}
