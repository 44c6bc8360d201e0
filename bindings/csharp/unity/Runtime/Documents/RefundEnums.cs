namespace Recoup
{
    /// <summary>The store's state of an order's refund.</summary>
    public enum StoreState
    {
        /// <summary>A refund request is under review.</summary>
        PendingReview = 1,

        /// <summary>A refund request was declined.</summary>
        Declined = 2,

        /// <summary>A part of the money was refunded.</summary>
        PartlyRefunded = 3,

        /// <summary>All of the money was refunded.</summary>
        Refunded = 4,

        /// <summary>It was refunded, and the refund was reversed.</summary>
        Reversed = 5,

        /// <summary>
        /// The store reported a refund that may be the release of an authorisation that was never captured, and has not yet
        /// reported which. It has no consequences until then, or until a minute has passed.
        /// </summary>
        Unconfirmed = 6,

        /// <summary>The authorisation was released without a capture: nothing was paid, and nothing refunded.</summary>
        Released = 7,
    }

    /// <summary>The state of the operator's work on a refund.</summary>
    public enum WorkStatus
    {
        /// <summary>Nothing done yet.</summary>
        Open = 1,

        /// <summary>A rule excluded it: nothing to do.</summary>
        Excluded = 2,
    }

    /// <summary>Why the money was refunded, in one vocabulary for all stores.</summary>
    public enum Reason
    {
        /// <summary>The store reported "other". App Store revocationReason 0, Google Play voidedReason 0.</summary>
        Other = 1,

        /// <summary>The player changed their mind. Google Play 1; App Store UNSATISFIED_WITH_PURCHASE.</summary>
        Remorse = 2,

        /// <summary>The player claims that it never arrived. Google Play 2; App Store FULFILLMENT_ISSUE.</summary>
        NotReceived = 3,

        /// <summary>It did not work. Google Play 3; App Store revocationReason 1.</summary>
        Defective = 4,

        /// <summary>Bought by mistake, or by a child. Google Play 4; App Store UNINTENDED_PURCHASE.</summary>
        AccidentalPurchase = 5,

        /// <summary>Another person's payment method. Google Play 5.</summary>
        Fraud = 6,

        /// <summary>The player's own payment method, disputed in bad faith. Google Play 6.</summary>
        FriendlyFraud = 7,

        /// <summary>The player's bank took the money back. Google Play 7.</summary>
        Chargeback = 8,

        /// <summary>The game never acknowledged the purchase, so the store refunded it. Google Play 8.</summary>
        Unacknowledged = 9,

        /// <summary>A family member no longer shares the purchase. App Store REVOKE.</summary>
        FamilySharingLost = 10,

        /// <summary>A legal obligation. App Store LEGAL.</summary>
        Legal = 11,

        /// <summary>An error of the store itself.</summary>
        StoreFault = 12,
    }

    /// <summary>Who initiated a refund.</summary>
    public enum Initiator
    {
        /// <summary>The player.</summary>
        Player = 1,

        /// <summary>The game's own team.</summary>
        Developer = 2,

        /// <summary>The store by itself.</summary>
        Store = 3,

        /// <summary>The player's bank.</summary>
        Bank = 4,
    }

    /// <summary>How reliable a report is.</summary>
    public enum Trust
    {
        /// <summary>
        /// Not signed, or signed but no report that money moved. By default no player is blocked for it.
        /// </summary>
        Hint = 1,

        /// <summary>The store's signature or token was verified.</summary>
        Signed = 2,

        /// <summary>The store's own API confirmed it.</summary>
        Confirmed = 3,
    }

    /// <summary>What a rule does.</summary>
    public enum RuleActionKind
    {
        /// <summary>No event is queued, and the refund never counts.</summary>
        Exclude = 1,

        /// <summary>A refund event is queued. The refund does not count against the player.</summary>
        Notify = 2,

        /// <summary>A refund event is queued, and the refund counts.</summary>
        Record = 3,

        /// <summary>An alert event is queued as well.</summary>
        Alert = 4,

        /// <summary>The player is blocked as well.</summary>
        Block = 5,
    }

    /// <summary>What is known of a payment's capture.</summary>
    public enum CaptureKind
    {
        /// <summary>The message reports nothing about it.</summary>
        NotReported = 1,

        /// <summary>No message reported a capture in time, so the payment is presumed captured.</summary>
        Presumed = 2,

        /// <summary>Captured as far as reported.</summary>
        Reported = 3,
    }
}
