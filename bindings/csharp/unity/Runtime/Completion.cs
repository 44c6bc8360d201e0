using System.Threading;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// The result of a request that was given to <see cref="RecoupEngine.Submit(StoreRequest, ulong)"/>. It does not
    /// change; any number of threads may read it at once.
    /// </summary>
    public sealed class Completion
    {
        private OutcomeDetails details;
        private FailureDetails failure;

        private Completion(
            RecoupStatus status, ulong tag, OutcomeKind kind, Meaning meaning, int httpStatus, long refundId, bool isNew,
            string json)
        {
            Status = status;
            Tag = tag;
            Kind = kind;
            Meaning = meaning;
            HttpStatus = httpStatus;
            RefundId = refundId;
            IsNew = isNew;
            Json = json;
        }

        /// <summary>The status that <see cref="RecoupEngine.Ingest(StoreRequest)"/> would have failed with, or Ok.</summary>
        public RecoupStatus Status { get; }

        /// <summary>The tag it was submitted with.</summary>
        public ulong Tag { get; }

        /// <summary>The outcome; 0 if the status is not Ok.</summary>
        public OutcomeKind Kind { get; }

        /// <summary>Its meaning.</summary>
        public Meaning Meaning { get; }

        /// <summary>Answer the store with this HTTP status, whatever <see cref="Status"/> is.</summary>
        public int HttpStatus { get; }

        /// <summary>The refund it is about, for <see cref="RecoupEngine.QueryRefund(long)"/>; 0: none.</summary>
        public long RefundId { get; }

        /// <summary>Whether it reported anything new.</summary>
        public bool IsNew { get; }

        /// <summary>As <see cref="Outcome.Details"/>; null if the status is not Ok.</summary>
        public OutcomeDetails Details
        {
            get
            {
                var read = Volatile.Read(ref details);
                if (read == null && Status == RecoupStatus.Ok)
                {
                    read = OutcomeDetails.Read(JsonValue.Parse(Json));
                    Volatile.Write(ref details, read);
                }
                return read;
            }
        }

        /// <summary>Why the request could not be ingested; null if the status is Ok.</summary>
        public FailureDetails Failure
        {
            get
            {
                var read = Volatile.Read(ref failure);
                if (read == null && Status != RecoupStatus.Ok)
                {
                    read = FailureDetails.Read(JsonValue.Parse(Json));
                    Volatile.Write(ref failure, read);
                }
                return read;
            }
        }

        /// <summary>The details or the failure as the library wrote them, for your log.</summary>
        public string Json { get; }

        /// <summary>The outcome that <see cref="RecoupEngine.Ingest(StoreRequest)"/> would have returned.</summary>
        /// <exception cref="RecoupException">It would have failed.</exception>
        public Outcome Outcome()
        {
            if (Status != RecoupStatus.Ok)
            {
                throw RecoupException.Of(this);
            }
            return new Outcome(Kind, Meaning, HttpStatus, RefundId, IsNew, Json);
        }

        internal static unsafe Completion Read(NativeCompletion* native, string json)
        {
            return new Completion(
                (RecoupStatus)native->status, native->tag, (OutcomeKind)native->kind, (Meaning)native->meaning,
                native->http_status, native->refund_id, native->is_new != 0, json);
        }
    }
}
