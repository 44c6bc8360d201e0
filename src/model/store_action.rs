//! What Recoup asks of a store: money given back, subscriptions ended, refund reviews answered.

use serde::{Deserialize, Serialize};

use super::{Money, RefundId, Store, Timestamp};

/// The ledger's number of an action.
pub type ActionId = i64;

/// A payment to be given back.
///
/// Only Google Play and Stripe let a seller do this. The App Store refunds by itself, and asks the game first (answer
/// its reviews instead); ONE Store refunds in its developer console, and Amazon through its support. So there is nothing
/// here to name them with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "store", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum RefundOrder {
    /// All that is left of a Google Play order, at most three years old. `orders.refund`.
    GooglePlay {
        /// The package name.
        app: String,
        /// The order, such as `GPA.3345-1234-5678-90123`.
        order_id: String,
        /// Whether the player's access ends at once, and a subscription's renewals with it.
        #[serde(default)]
        revoke: bool,
    },
    /// A Stripe payment, whole or in part.
    Stripe {
        /// The account, by the name that its section of the configuration gives it.
        app: String,
        /// The charge (`ch_…`, `py_…`) or the payment intent (`pi_…`).
        payment: String,
        /// How much, in the currency that was paid in; `None`: all that is left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Money>,
        /// Why, for Stripe's reports.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<RefundReason>,
    },
}

/// Why a seller refunds, in Stripe's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundReason {
    /// It was paid twice.
    Duplicate,
    /// Somebody else paid with the card. Stripe then puts the card and the email address on its block lists.
    Fraudulent,
    /// The player asked.
    RequestedByCustomer,
}

/// A Google Play subscription to be ended at once. `purchases.subscriptionsv2.revoke`.
///
/// Apple's and Amazon's subscriptions are ended by the player, Stripe's by the host that made them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeSubscription {
    /// The package name.
    pub app: String,
    /// The subscription's purchase token.
    pub purchase_token: String,
    /// What of its price goes back.
    pub refund: RevocationRefund,
}

/// What of a revoked subscription's price goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationRefund {
    /// The latest charge.
    Full,
    /// The share of the latest charge for the time that is left.
    Prorated,
    /// Of one item of a subscription with add-ons, by its product id; the others go on.
    Item(String),
}

/// What an action asks of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreActionKind {
    /// A payment is to be given back.
    Refund,
    /// A subscription is to be ended.
    RevokeSubscription,
    /// A refund review is answered.
    AnswerReview,
}

impl StoreActionKind {
    /// The name used in the ledger and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::RevokeSubscription => "revoke_subscription",
            Self::AnswerReview => "answer_review",
        }
    }
}

/// How far an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreActionState {
    /// It is on disk and was not sent, or the store could not take it and it will be sent again.
    Written,
    /// It is with the store, and there is no answer yet; after a crash, until it is looked into.
    Sending,
    /// The store has taken it, and is asked whether money moved.
    Confirming,
    /// The store did it.
    Done,
    /// The store did not do it and will not.
    Failed,
    /// It was sent, and whether the store did it could not be found out. Look into the store's own console.
    Unknown,
}

impl StoreActionState {
    /// The name used in the ledger and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Sending => "sending",
            Self::Confirming => "confirming",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// Whether nothing more will be done.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Unknown)
    }
}

/// What a store has said to an action last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreAnswer {
    /// It is done.
    Done {
        /// The refund's id at the store, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// The request was taken; whether and when money moves is not said yet.
    Accepted {
        /// The refund's id at the store, where it has one already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// It had been refunded before.
    AlreadyRefunded,
    /// It was not done.
    Error {
        /// A stable name for programs, such as `api_refused`.
        code: String,
        /// The store's words, without secrets.
        message: String,
    },
}

/// One thing that Recoup has asked of a store, or is about to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreAction {
    /// Its number.
    pub id: ActionId,
    /// The caller's own name for it: the same key given again is this same action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Which store.
    pub store: Store,
    /// The app or account.
    pub app: String,
    /// What is asked.
    pub kind: StoreActionKind,
    /// The refund that a review's answer is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    /// The order, payment or purchase token.
    pub order_id: String,
    /// What is asked, in full.
    pub request: serde_json::Value,
    /// Who asked for it: a person, or the rule that did.
    pub who: String,
    /// Why.
    pub why: String,
    /// How far it is.
    pub state: StoreActionState,
    /// How often it was sent.
    pub attempts: u32,
    /// What the store has said last.
    pub answer: Option<StoreAnswer>,
    /// When it was asked for.
    pub at: Timestamp,
    /// When it is next sent, or asked about; `None` where it is settled.
    pub next_at: Option<Timestamp>,
    /// When it became [settled](StoreActionState::is_settled).
    pub settled_at: Option<Timestamp>,
}

/// Which actions to list; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreActionFilter {
    /// Of this store.
    pub store: Option<Store>,
    /// Of this kind.
    pub kind: Option<StoreActionKind>,
    /// This far.
    pub state: Option<StoreActionState>,
    /// Of this order, payment or purchase token.
    pub order_id: Option<String>,
    /// About this refund.
    pub refund_id: Option<RefundId>,
}
