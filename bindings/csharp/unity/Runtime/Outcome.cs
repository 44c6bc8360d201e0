using System.Threading;
using Recoup.Native;

namespace Recoup
{
    /// <summary>What became of a store's request.</summary>
    public enum OutcomeKind
    {
        /// <summary>Authentic and ingested, durably.</summary>
        Accepted = 1,

        /// <summary>
        /// Authentic but not understood: kept for a person to look at, and answered with success, since the store would
        /// only send the same again.
        /// </summary>
        DeadLetter = 2,

        /// <summary>Not taken: forged, malformed, or not for the configured apps. Nothing was changed.</summary>
        Rejected = 3,
    }

    /// <summary>What an accepted request means. Later versions of the library may tell others.</summary>
    public enum Meaning
    {
        /// <summary>It was not accepted, or means something that is not named here.</summary>
        Unknown = 0,

        /// <summary>Money went back.</summary>
        Refund = 1,

        /// <summary>Money that went back came again.</summary>
        Reversal = 2,

        /// <summary>The store turned a refund request down.</summary>
        RefundDeclined = 3,

        /// <summary>The player asked for a refund, or a bank for a chargeback, and the store looks at it.</summary>
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

        /// <summary>Nothing to a refund engine.</summary>
        Nothing = 8,

        /// <summary>
        /// The store wants to know that this endpoint is yours: send a GET request to <see cref="OutcomeDetails.ConfirmUrl"/>.
        /// </summary>
        Confirmation = 9,
    }

    /// <summary>What became of a store's request. It does not change; any number of threads may read it at once.</summary>
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

        /// <summary>What happened.</summary>
        public OutcomeKind Kind { get; }

        /// <summary>What it means.</summary>
        public Meaning Meaning { get; }

        /// <summary>Answer the store with this HTTP status. Success is said only after the fact is on disk.</summary>
        public int HttpStatus { get; }

        /// <summary>The refund it is about, for <see cref="RecoupEngine.QueryRefund(long)"/>; 0: none.</summary>
        public long RefundId { get; }

        /// <summary>Whether it reported anything that was not known.</summary>
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
