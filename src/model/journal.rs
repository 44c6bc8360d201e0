//! What happened, in order, with its cause. Nothing is ever edited away.

use serde::{Deserialize, Serialize};

use super::{
    ActionId, AttributedBy, BlockId, Decision, EndedBy, EventId, EventKind, InquiryState, MeaningKind,
    RefundId, ReviewOutcome, ReviewReply, ReviewState, Store, StoreActionKind, StoreActionState, StoreAnswer,
    StoreState, Timestamp,
};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Grows in the order things happened.
    pub id: i64,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// The store message that led to it, by its number in the inbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox: Option<i64>,
    /// The refund it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// The user it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// What can happen to a refund, an order or a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Happening {
    /// A store's notification was ingested.
    Received {
        /// Which store.
        store: Store,
        /// What the store calls it.
        name: String,
        /// What it means.
        meaning: MeaningKind,
        /// What the store reports its repetitions by.
        notification_id: String,
    },
    /// The host recorded the purchase, and refunds were waiting for it.
    PurchaseRecorded {
        /// Which store.
        store: Store,
        /// The product, where said.
        product: Option<String>,
    },
    /// Where the refund stands changed.
    StateChanged {
        /// From; `None` for a refund not known before.
        from: Option<StoreState>,
        /// To.
        to: StoreState,
    },
    /// More or less of the order is refunded than before, or more became known about it.
    Updated {
        /// Where it stands.
        state: StoreState,
    },
    /// The refund's user was found, or found to be another.
    Attributed {
        /// How.
        by: AttributedBy,
        /// The user it was taken for before.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// The refund's user is not known.
    Unattributed,
    /// Another user recorded a purchase of the same family, or with the same account tag. The refund was decided, and
    /// its user keeps it.
    Claimed {
        /// The user who keeps it.
        keeper: String,
        /// The other user.
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
    /// The same refund is known under its order id.
    Merged {
        /// The refund that counts.
        into: RefundId,
    },
    /// No message said in time whether the payment was captured, so it is presumed to be, and the refund counts.
    CapturePresumed,
    /// The payment was refunded and charged back at the same time, for more than was paid.
    PaidBackTwice,
    /// The policy decided.
    Decided {
        /// What it said.
        #[serde(flatten)]
        decision: Decision,
        /// Which version of it.
        policy_version: i64,
    },
    /// The user was blocked.
    Blocked {
        /// The block.
        block: BlockId,
        /// When it ends by itself.
        until: Option<Timestamp>,
        /// Who did it, where a person did.
        #[serde(skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        /// Why, where a person said.
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
    /// The notification gave no reason: the store is asked, and a decision to alert or to block waits.
    InquiryOpened {
        /// Until when.
        deadline: Timestamp,
    },
    /// The store has not answered in time: the refund is decided without an answer. The store is still asked.
    InquiryOverdue,
    /// The store has answered, or is no longer asked.
    InquirySettled {
        /// Which of the two.
        state: InquiryState,
        /// What went wrong the last time, where the store is no longer asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// The player withdrew the consent to share consumption data.
    ConsentRescinded,
    /// Something is to be asked of a store.
    ActionWritten {
        /// The action.
        action: ActionId,
        /// What it asks.
        kind: StoreActionKind,
        /// Who asked for it.
        who: String,
        /// Why.
        why: String,
    },
    /// An action goes to its store now.
    ActionSending {
        /// The action.
        action: ActionId,
        /// How often it has been sent, this time included.
        attempt: u32,
    },
    /// A store answered an action, or could not be reached.
    ActionAnswered {
        /// The action.
        action: ActionId,
        /// How far it is now.
        state: StoreActionState,
        /// What the store said.
        answer: StoreAnswer,
    },
    /// The host reported how far an order was used.
    ConsumptionReported {
        /// Whether the player has agreed that the store is informed.
        consent: bool,
    },
    /// A store's question about a refund request was decided on, or its time ran out.
    ReviewSettled {
        /// The question.
        review: i64,
        /// Where it stands now.
        state: ReviewState,
        /// The rule that fitted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
        /// What that rule answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<ReviewReply>,
    },
    /// A store decided on a refund request.
    ReviewDecided {
        /// The question.
        review: i64,
        /// What came of it.
        outcome: ReviewOutcome,
    },
    /// A sweep could not ask for all that it should have: this period is past the store's retention. What was refunded
    /// then, and is not known, is lost.
    SweepGap {
        /// Which store.
        store: Store,
        /// Which app or account.
        app: String,
        /// From when.
        from: Timestamp,
        /// To when.
        to: Timestamp,
    },
}
