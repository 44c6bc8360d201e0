using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Reports how far an order was used, before a refund review or when <see cref="EventKind.Review"/> reports one; a later
        /// report replaces an earlier one. An open refund review is answered by the configuration's rules, soon after this call and
        /// not in it: by the engine itself, or by <see cref="Work"/>. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="order">The store's id: App Store transaction id, Google Play order id.</param>
        /// <param name="reportJson">
        /// {"consent": whether the player has agreed that the store is informed, and any of "delivery" ("delivered" if absent,
        /// "quality_issue", "wrong_item", "server_outage", "not_delivered"), "consumed" in thousandths of a percent from 0 to
        /// 100000, "sample_given" (whether the player could try it before), "usage": [{"at" in Unix milliseconds, "what",
        /// "ip_address"}, ...], oldest first, at most 1000}. Without consent the App Store gets no report, and Google Play's report
        /// has neither how much was used nor when.
        /// </param>
        /// <returns>
        /// The latest refund review of the order; null if there is none.
        /// </returns>
        /// <exception cref="RecoupException">
        /// InvalidArgument: a share of more than 100000 (bad_action), too many uses (too_many).
        /// </exception>
        public unsafe RefundReview ReportConsumption(string order, string reportJson)
        {
            fixed (byte* id = Utf8.Bytes(order, nameof(order), out var idLen))
            fixed (byte* report = Utf8.Bytes(reportJson, nameof(reportJson), out var reportLen))
            {
                var status = NativeMethods.recoup_engine_report_consumption(
                    Handle, id, idLen, report, reportLen, out var review, out var error);
                return RefundReview.ReadOrNull(Document(status, review, error));
            }
        }

        /// <summary>
        /// A page of refund reviews, newest first. Reads the disk, and never waits for a writer or for a store.
        /// </summary>
        /// <param name="filterJson">
        /// An object with any of "store", "state", "order_id" and "refund_id", or empty for all.
        /// </param>
        /// <param name="after">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        /// <param name="limit">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        public unsafe Page<RefundReview> QueryReviews(string filterJson = "", long after = 0, int limit = 100)
        {
            fixed (byte* filter = Utf8.Bytes(filterJson, nameof(filterJson), out var len))
            {
                var status = NativeMethods.recoup_engine_query_reviews(
                    Handle, filter, len, after, Size(limit, nameof(limit)), out var json, out var error);
                return Page<RefundReview>.Read(Document(status, json, error), RefundReview.Read);
            }
        }

        /// <summary>
        /// What became of the refund reviews since a time. Reads all of them from the disk, and never waits for a writer.
        /// </summary>
        /// <param name="since">From when on.</param>
        public ReviewFigures QueryReviewFigures(DateTimeOffset since)
        {
            return QueryReviewFigures(since.ToUnixTimeMilliseconds());
        }

        /// <summary>The same with Unix milliseconds.</summary>
        /// <param name="sinceMs">From when on.</param>
        public ReviewFigures QueryReviewFigures(long sinceMs)
        {
            var status = NativeMethods.recoup_engine_query_review_figures(Handle, sinceMs, out var json, out var error);
            return ReviewFigures.Read(Document(status, json, error));
        }
    }
}
