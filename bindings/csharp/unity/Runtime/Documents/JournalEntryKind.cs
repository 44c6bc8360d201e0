namespace Recoup
{
    /// <summary>What can happen to a refund, an order or a player.</summary>
    public enum JournalEntryKind
    {
        /// <summary>A store's notification was ingested.</summary>
        Received = 1,

        /// <summary>The game recorded the purchase of refunds that waited for it.</summary>
        PurchaseRecorded = 2,

        /// <summary>The refund's state changed.</summary>
        StateChanged = 3,

        /// <summary>More or less of the order is refunded than before, or more became known about it.</summary>
        Updated = 4,

        /// <summary>The refund's player was found, or changed.</summary>
        Attributed = 5,

        /// <summary>The refund's player is unknown.</summary>
        Unattributed = 6,

        /// <summary>
        /// Another player recorded a purchase of the same family, or with the same account tag. The refund was decided,
        /// and its player keeps it.
        /// </summary>
        Claimed = 7,

        /// <summary>An operator moved the purchase to another player.</summary>
        PurchaseTransferred = 8,

        /// <summary>The refund is now known by its order id.</summary>
        Merged = 9,

        /// <summary>
        /// No message reported in time whether the payment was captured, so it is presumed captured and the refund
        /// counts.
        /// </summary>
        CapturePresumed = 10,

        /// <summary>The payment was refunded and charged back at the same time, for more than was paid.</summary>
        PaidBackTwice = 11,

        /// <summary>The policy decided.</summary>
        Decided = 12,

        /// <summary>The player was blocked.</summary>
        Blocked = 13,

        /// <summary>A block ended.</summary>
        BlockEnded = 14,

        /// <summary>An event was queued.</summary>
        EventMade = 15,

        /// <summary>The game acknowledged an event.</summary>
        EventAcknowledged = 16,

        /// <summary>
        /// The notification gave no reason: an inquiry was opened, and a decision to alert or to block waits.
        /// </summary>
        InquiryOpened = 17,

        /// <summary>The store has not answered in time: the refund is decided without an answer. Queries continue.</summary>
        InquiryOverdue = 18,

        /// <summary>The store has answered, or is no longer queried.</summary>
        InquirySettled = 19,

        /// <summary>The player withdrew the consent to share consumption data.</summary>
        ConsentRescinded = 20,

        /// <summary>A store action was written to the ledger.</summary>
        ActionWritten = 21,

        /// <summary>A store action is being sent to its store.</summary>
        ActionSending = 22,

        /// <summary>A store answered an action, or could not be reached.</summary>
        ActionAnswered = 23,

        /// <summary>The game reported how far an order was used.</summary>
        ConsumptionReported = 24,

        /// <summary>A refund review was decided, or its deadline passed.</summary>
        ReviewSettled = 25,

        /// <summary>A store decided on a refund request.</summary>
        ReviewDecided = 26,

        /// <summary>
        /// A sweep started too late: this period is past the store's retention. What was refunded then, and is not known,
        /// is lost.
        /// </summary>
        SweepGap = 27,
    }
}
