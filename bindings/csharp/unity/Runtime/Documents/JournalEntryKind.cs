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

        /// <summary>The game reported what it took back for the refund, or gave again.</summary>
        RecoveryReported = 28,

        /// <summary>An operator forgave what was owed.</summary>
        Forgiven = 29,

        /// <summary>An operator set what the purchase granted.</summary>
        GrantedSet = 30,

        /// <summary>The player gave items back of their own accord.</summary>
        Repaid = 31,

        /// <summary>
        /// The player paid again for what was refunded, by a recorded purchase, or that purchase was refunded in turn.
        /// </summary>
        BoughtAgain = 32,

        /// <summary>An operator cancelled an entry of the books.</summary>
        Corrected = 33,

        /// <summary>An operator closed the refund, where the books do not know what is due.</summary>
        Closed = 34,

        /// <summary>An operator opened the refund again.</summary>
        Reopened = 35,

        /// <summary>An operator set the refund's status.</summary>
        StatusSet = 36,

        /// <summary>The refund was assigned to an operator, or to none.</summary>
        Assigned = 37,

        /// <summary>An operator wrote a note.</summary>
        Noted = 38,

        /// <summary>An operator decided on the refund.</summary>
        Overruled = 39,

        /// <summary>An operator made an exclusion.</summary>
        ExclusionMade = 40,

        /// <summary>An operator ended an exclusion.</summary>
        ExclusionEnded = 41,

        /// <summary>A notice for the player was made.</summary>
        NoticeMade = 42,

        /// <summary>A notice was acknowledged, expired or withdrawn.</summary>
        NoticeEnded = 43,

        /// <summary>An operator granted the player access to a product.</summary>
        AccessGranted = 44,

        /// <summary>An operator revoked the player's access to a product.</summary>
        AccessRevoked = 45,

        /// <summary>A webhook endpoint ended: nothing more is queued for it.</summary>
        EndpointEnded = 46,

        /// <summary>The last try to send a message to a webhook endpoint failed.</summary>
        MessageDead = 47,

        /// <summary>An operator had messages sent again to a webhook endpoint.</summary>
        MessagesReplayed = 48,

        /// <summary>What was older than its retention was removed.</summary>
        Pruned = 49,

        /// <summary>A player was forgotten; the entry's user is the pseudonym.</summary>
        UserForgotten = 50,
    }
}
