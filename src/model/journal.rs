//! The journal: what happened, in order, with its cause. Entries are never changed.

use serde::{Deserialize, Serialize};

use super::{
    Action, ActionId, AttributedBy, BlockId, ClosedAs, Decision, EndedBy, EntryKind, EventId, EventKind,
    ExclusionAction, ExclusionKind, ForgottenCounts, Grant, InquiryState, MeaningKind, NoticeId, NoticeName,
    NoticeState, Pruned, RefundId, RefundStatus, Rest, ReviewOutcome, ReviewReply, ReviewState, Store,
    StoreActionKind, StoreActionState, StoreAnswer, StoreState, Timestamp,
};

/// A journal entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct JournalEntry {
    /// Its id; grows over time.
    pub id: i64,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// The inbox id of the store message that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox: Option<i64>,
    /// The refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// What can happen to a refund, an order or a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Happening {
    /// A store's notification was ingested.
    Received {
        /// Which store.
        store: Store,
        /// The store's own name for it.
        name: String,
        /// What it means.
        meaning: MeaningKind,
        /// Identifies the store's repetitions of it.
        notification_id: String,
    },
    /// The host recorded the purchase of refunds that waited for it.
    PurchaseRecorded {
        /// Which store.
        store: Store,
        /// The product, if reported.
        product: Option<String>,
    },
    /// The refund's state changed.
    StateChanged {
        /// Before; `None` for a new refund.
        from: Option<StoreState>,
        /// After.
        to: StoreState,
    },
    /// More or less of the order is refunded than before, or more became known about it.
    Updated {
        /// Its state.
        state: StoreState,
    },
    /// The refund's user was found, or changed.
    Attributed {
        /// The evidence.
        by: AttributedBy,
        /// The player it was attributed to before.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// The refund's user is unknown.
    Unattributed,
    /// Another user recorded a purchase of the same family, or with the same account tag. The refund was decided, and
    /// its user keeps it.
    Claimed {
        /// The user who keeps it.
        keeper: String,
        /// The user with the other claim.
        claimant: String,
    },
    /// An operator moved the purchase to another user.
    PurchaseTransferred {
        /// Which store.
        store: Store,
        /// The user who had it; `None` where it was not recorded.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The user who has it now.
        to: String,
        /// Who did it.
        who: String,
        /// Why.
        why: String,
    },
    /// The refund is now known by its order id.
    Merged {
        /// The refund that counts.
        into: RefundId,
    },
    /// No message reported in time whether the payment was captured, so it is presumed captured and the refund
    /// counts.
    CapturePresumed,
    /// The payment was refunded and charged back at the same time, for more than was paid.
    PaidBackTwice,
    /// The policy decided.
    Decided {
        /// The decision.
        #[serde(flatten)]
        decision: Decision,
        /// The version of the policy.
        policy_version: i64,
    },
    /// The user was blocked.
    Blocked {
        /// The block.
        block: BlockId,
        /// When it ends.
        until: Option<Timestamp>,
        /// Whether it ends once the refund is settled.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        until_settled: bool,
        /// Who did it, where a person did.
        #[serde(skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Why, if a person did.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A block ended.
    BlockEnded {
        /// The block.
        block: BlockId,
        /// Why.
        #[serde(flatten)]
        why: EndedBy,
    },
    /// The game reported what it took back for the refund, or gave again.
    RecoveryReported {
        /// What it took.
        taken: Vec<Grant>,
        /// What it gave again.
        returned: Vec<Grant>,
        /// What happens to what is still owed.
        rest: Rest,
        /// Who reported it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Why, where an operator reported it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// An operator forgave what was owed.
    Forgiven {
        /// What.
        items: Vec<Grant>,
        /// Whether the studio cannot get it, rather than does not want it.
        written_off: bool,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// An operator set what the purchase granted.
    GrantedSet {
        /// What.
        grants: Vec<Grant>,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// The player gave items back of their own accord.
    Repaid {
        /// What.
        items: Vec<Grant>,
        /// Who reported it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// The player paid again for what was refunded, by a recorded purchase, or that purchase was refunded in turn.
    BoughtAgain {
        /// The purchase.
        purchase: i64,
        /// What it pays for now.
        items: Vec<Grant>,
    },
    /// An operator cancelled an entry of the books.
    Corrected {
        /// The entry.
        entry: i64,
        /// What it was of.
        kind: EntryKind,
        /// The item.
        item: String,
        /// How many.
        quantity: i64,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// An operator closed the refund, where the books do not know what is due.
    Closed {
        /// How.
        closed_as: ClosedAs,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// An operator opened the refund again.
    Reopened {
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// An operator set the refund's status.
    StatusSet {
        /// The status.
        status: RefundStatus,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// The refund was assigned to an operator, or to none.
    Assigned {
        /// To whom.
        to: Option<String>,
        /// Who did it.
        who: String,
        /// Why.
        why: String,
    },
    /// An operator wrote a note.
    Noted {
        /// The note.
        note: i64,
        /// Who.
        who: String,
    },
    /// An operator decided on the refund.
    Overruled {
        /// What is done with it; `None`: the policy decides again.
        action: Option<Action>,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// An operator made an exclusion.
    ExclusionMade {
        /// The exclusion.
        exclusion: i64,
        /// What it goes by.
        kind: ExclusionKind,
        /// The order, user or pattern of products.
        value: String,
        /// What it does.
        action: ExclusionAction,
        /// When it ends.
        until: Option<Timestamp>,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// An operator ended an exclusion.
    ExclusionEnded {
        /// The exclusion.
        exclusion: i64,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// A notice for the player was made.
    NoticeMade {
        /// The notice.
        notice: NoticeId,
        /// What it is about.
        name: NoticeName,
    },
    /// A notice was acknowledged, expired or withdrawn.
    NoticeEnded {
        /// The notice.
        notice: NoticeId,
        /// What it is about.
        name: NoticeName,
        /// How it ended.
        state: NoticeState,
    },
    /// An operator granted the user access to a product.
    AccessGranted {
        /// The product.
        product: String,
        /// Until when; `None`: no end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// An operator revoked the user's access to a product.
    AccessRevoked {
        /// The product.
        product: String,
        /// Until when; `None`: no end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// An event was queued for the host.
    EventMade {
        /// The event.
        event: EventId,
        /// Its kind.
        kind: EventKind,
    },
    /// The host acknowledged an event.
    EventAcknowledged {
        /// The event.
        event: EventId,
        /// Its kind.
        kind: EventKind,
    },
    /// A webhook endpoint ended: nothing more is queued for it.
    EndpointEnded {
        /// Its name.
        endpoint: String,
        /// Who ended it; `None`: it answered 410.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Why.
        why: String,
    },
    /// The last try to send a message to a webhook endpoint failed.
    MessageDead {
        /// The endpoint's name.
        endpoint: String,
        /// The message.
        message: i64,
        /// Its event.
        event: EventId,
        /// Why the last try failed.
        problem: String,
    },
    /// An operator had messages sent again to a webhook endpoint.
    MessagesReplayed {
        /// The endpoint's name.
        endpoint: String,
        /// How many.
        count: u64,
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// The notification gave no reason: an inquiry was opened, and a decision to alert or to block waits.
    InquiryOpened {
        /// Until when the decision waits.
        deadline: Timestamp,
    },
    /// The store has not answered in time: the refund is decided without an answer. Queries continue.
    InquiryOverdue,
    /// The store has answered, or is no longer queried.
    InquirySettled {
        /// Answered or failed.
        state: InquiryState,
        /// The last error, if the store is no longer queried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// The player withdrew the consent to share consumption data.
    ConsentRescinded,
    /// A store action was written to the ledger.
    ActionWritten {
        /// The action.
        action: ActionId,
        /// Its kind.
        kind: StoreActionKind,
        /// Who requested it.
        who: String,
        /// Why.
        why: String,
    },
    /// An action is being sent to its store.
    ActionSending {
        /// The action.
        action: ActionId,
        /// The number of the attempt, from 1.
        attempt: u32,
    },
    /// A store answered an action, or could not be reached.
    ActionAnswered {
        /// The action.
        action: ActionId,
        /// Its state.
        state: StoreActionState,
        /// The store's answer.
        answer: StoreAnswer,
    },
    /// The host reported how far an order was used.
    ConsumptionReported {
        /// Whether the player has consented to share it with the store.
        consent: bool,
    },
    /// A refund review was decided, or its deadline passed.
    ReviewSettled {
        /// The review.
        review: i64,
        /// Its state.
        state: ReviewState,
        /// The rule that matched.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
        /// The rule's answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<ReviewReply>,
    },
    /// A store decided on a refund request.
    ReviewDecided {
        /// The review.
        review: i64,
        /// The outcome.
        outcome: ReviewOutcome,
    },
    /// What was older than its retention was removed.
    Pruned {
        /// How much of each kind.
        #[serde(flatten)]
        pruned: Pruned,
    },
    /// A user was forgotten; the entry's user is the pseudonym.
    UserForgotten {
        /// How much was changed or removed.
        #[serde(flatten)]
        counts: ForgottenCounts,
        /// Who requested it.
        who: String,
        /// Why.
        why: String,
    },
    /// A sweep started too late: this period is past the store's retention. What was refunded then, and is not known,
    /// is lost.
    SweepGap {
        /// Which store.
        store: Store,
        /// The app or account.
        app: String,
        /// Start of the period.
        from: Timestamp,
        /// End of the period.
        to: Timestamp,
    },
}
