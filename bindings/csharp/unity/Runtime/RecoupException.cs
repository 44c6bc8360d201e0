using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>Why a call failed. It does not change; any number of threads may read it at once.</summary>
    public sealed class RecoupException : Exception
    {
        internal RecoupException(
            RecoupStatus status, string code, string message, bool retryable, int httpStatus, int? sqliteCode = null)
            : base(message)
        {
            Status = status;
            Code = code;
            Retryable = retryable;
            HttpStatus = httpStatus;
            SqliteCode = sqliteCode;
        }

        /// <summary>What kind of failure.</summary>
        public RecoupStatus Status { get; }

        /// <summary>
        /// A stable name for programs and logs, in snake case, finer than the status: such as not_utf8, bad_purchase,
        /// newer_schema.
        /// </summary>
        public string Code { get; }

        /// <summary>Whether the same call may succeed later without any change on your side.</summary>
        public bool Retryable { get; }

        /// <summary>
        /// If a store's request was not ingested: answer with this HTTP status, so that the store sends the same again.
        /// </summary>
        public int HttpStatus { get; }

        /// <summary>
        /// SQLite's extended result code if the ledger failed, such as 778 (SQLITE_IOERR_WRITE); null for other failures.
        /// </summary>
        public int? SqliteCode { get; }

        /// <summary>Throws unless a call succeeded; the error object is freed.</summary>
        internal static void ThrowIfFailed(int status, IntPtr error)
        {
            if (status != (int)RecoupStatus.Ok)
            {
                throw Take(status, error);
            }
        }

        internal static RecoupException Take(int status, IntPtr owned)
        {
            using (var error = new ErrorHandle(owned))
            {
                var sqlite = NativeMethods.recoup_error_sqlite_code(error);
                return new RecoupException(
                    (RecoupStatus)status,
                    Utf8.ToString(NativeMethods.recoup_error_code(error)),
                    Utf8.ToString(NativeMethods.recoup_error_message(error)),
                    NativeMethods.recoup_error_is_retryable(error) != 0,
                    NativeMethods.recoup_error_http_status(error),
                    sqlite == 0 ? (int?)null : sqlite);
            }
        }

        /// <summary>For a submitted request that failed, which comes with a document instead of an error object.</summary>
        internal static RecoupException Of(Completion completion)
        {
            var failure = completion.Failure;
            return new RecoupException(
                completion.Status, failure.Code, failure.Message, failure.Retryable, completion.HttpStatus);
        }

        /// <summary>For tasks of an engine that was closed.</summary>
        internal static RecoupException Closed()
        {
            return new RecoupException(
                RecoupStatus.Closed, "closed", "the engine was closed before it reported the result of the request", false, 503);
        }
    }
}
