using System.Threading;
using Recoup.Native;

namespace Recoup
{
    /// <summary>The outcome of a store's request.</summary>
    public enum OutcomeKind
    {
        /// <summary>Authentic and ingested, durably.</summary>
        Accepted = 1,

        /// <summary>
        /// Authentic but not understood: stored for a person to look at, and answered with success, since the store would
        /// only send the same again.
        /// </summary>
        DeadLetter = 2,

        /// <summary>Rejected: forged, malformed, or not for the configured apps. Nothing was changed.</summary>
        Rejected = 3,
    }

    /// <summary>The meaning of an accepted request. Later versions of the library may add some.</summary>
    public enum Meaning
    {
        /// <summary>It was not accepted, or has a meaning that this version of the assembly does not name.</summary>
        Unknown = 0,

        /// <summary>A refund.</summary>
        Refund = 1,

        /// <summary>A reversed refund: the player has paid again.</summary>
        Reversal = 2,

        /// <summary>The store declined a refund request.</summary>
        RefundDeclined = 3,

        /// <summary>The player requested a refund, or a bank a chargeback, and the store reviews it.</summary>
        RefundRequest = 4,

        /// <summary>
        /// A purchase or a renewal. Recording purchases stays yours:
        /// <see cref="RecoupEngine.RecordPurchase(Purchase)"/>.
        /// </summary>
        Purchase = 5,

        /// <summary>The player withdrew the consent to share consumption data.</summary>
        ConsentRescinded = 6,

        /// <summary>The store's test message.</summary>
        Test = 7,

        /// <summary>Nothing that concerns refunds.</summary>
        Nothing = 8,

        /// <summary>
        /// The store wants this endpoint confirmed: send a GET request to <see cref="OutcomeDetails.ConfirmUrl"/>.
        /// </summary>
        Confirmation = 9,
    }

    /// <summary>The outcome of a store's request. It does not change; any number of threads may read it at once.</summary>
    public sealed class Outcome
    {
        private OutcomeDetails details;

        internal Outcome(OutcomeKind kind, Meaning meaning, int httpStatus, long refundId, bool isNew, string json)
        {
            Kind = kind;
            Meaning = meaning;
            HttpStatus = httpStatus;
            RefundId = refundId;
            IsNew = isNew;
            Json = json;
        }

        /// <summary>The kind of outcome.</summary>
        public OutcomeKind Kind { get; }

        /// <summary>Its meaning.</summary>
        public Meaning Meaning { get; }

        /// <summary>Answer the store with this HTTP status. It is a success only after the fact is on disk.</summary>
        public int HttpStatus { get; }

        /// <summary>The refund it is about, for <see cref="RecoupEngine.QueryRefund(long)"/>; 0: none.</summary>
        public long RefundId { get; }

        /// <summary>Whether it reported anything new.</summary>
        public bool IsNew { get; }

        /// <summary>More of it: the store's name for it or why it was not accepted, the player, and an URL to confirm.</summary>
        public OutcomeDetails Details
        {
            get
            {
                var read = Volatile.Read(ref details);
                if (read == null)
                {
                    read = OutcomeDetails.Read(JsonValue.Parse(Json));
                    Volatile.Write(ref details, read);
                }
                return read;
            }
        }

        /// <summary>The details as the library wrote them, for your log.</summary>
        public string Json { get; }

        internal static Outcome Of(NativeOutcome native, string json)
        {
            return new Outcome(
                (OutcomeKind)native.kind, (Meaning)native.meaning, native.http_status, native.refund_id,
                native.is_new != 0, json);
        }
    }
}
