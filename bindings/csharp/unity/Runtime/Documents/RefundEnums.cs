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

    /// <summary>The status of the operator's work on a refund. It follows from the refund's books.</summary>
    public enum WorkStatus
    {
        /// <summary>Something is owed, or it is unknown how much is, and nothing was done yet.</summary>
        Open = 1,

        /// <summary>
        /// Something is owed, and something was taken, forgiven, reported, or the refund is assigned to a person.
        /// </summary>
        Recovering = 2,

        /// <summary>The player gets something back after a reversal.</summary>
        Returning = 3,

        /// <summary>All that was due came back.</summary>
        Recovered = 4,

        /// <summary>A part of what was due came back, the rest was forgiven.</summary>
        PartlyRecovered = 5,

        /// <summary>Nothing came back, and all of it was forgiven.</summary>
        WrittenOff = 6,

        /// <summary>The refund was reversed, and the player got back what was taken.</summary>
        Returned = 7,

        /// <summary>A rule or an operator excluded it.</summary>
        Excluded = 8,

        /// <summary>
        /// There is nothing to do: nothing is refunded, or nothing was granted, or no decision asks for a person.
        /// </summary>
        NothingDue = 9,
    }

    /// <summary>A status that an operator sets. Each does what it means, with all consequences.</summary>
    public enum RefundStatus
    {
        /// <summary>
        /// All came back: what is owed is booked as taken; where the books do not know what is due, the refund is closed.
        /// </summary>
        Recovered = 1,

        /// <summary>The refund does not count: the decision is overruled. Blocks that it caused end.</summary>
        Excluded = 2,

        /// <summary>
        /// What is owed is forgiven, since the studio cannot get it; where the books do not know what is due, the refund is closed.
        /// </summary>
        WrittenOff = 3,

        /// <summary>The refund is open again: closing, overruling, forgiving and an earlier status are undone.</summary>
        Open = 4,
    }

    /// <summary>How an operator closes a refund of which the books do not know how much was due.</summary>
    public enum ClosedAs
    {
        /// <summary>All came back.</summary>
        Recovered = 1,

        /// <summary>A part came back.</summary>
        PartlyRecovered = 2,

        /// <summary>Nothing came back.</summary>
        WrittenOff = 3,
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
