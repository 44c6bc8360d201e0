//! Store actions: what Recoup requests from a store: refunds, ended subscriptions, answers to refund reviews.

use serde::{Deserialize, Serialize};

use super::{Money, RefundId, Store, Timestamp};

/// A store action's id in the ledger.
pub type ActionId = i64;

/// The payment to refund.
///
/// Only Google Play and Stripe let a seller do this. The App Store decides on refunds itself, after a refund review;
/// ONE Store refunds in its developer console, and Amazon through its support.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
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

/// Why a seller refunds, in Stripe's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundReason {
    /// It was paid twice.
    Duplicate,
    /// Another person paid with the card. Stripe then puts the card and the email address on its block lists.
    Fraudulent,
    /// The player requested it.
    RequestedByCustomer,
}

/// A Google Play subscription to be ended at once. `purchases.subscriptionsv2.revoke`.
///
/// Apple's and Amazon's subscriptions are ended by the player, Stripe's by the host that made them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeSubscription {
    /// The package name.
    pub app: String,
    /// The subscription's purchase token.
    pub purchase_token: String,
    /// How much of its price is refunded.
    pub refund: RevocationRefund,
}

/// How much of a revoked subscription's price is refunded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationRefund {
    /// The latest charge.
    Full,
    /// The share of the latest charge for the time that is left.
    Prorated,
    /// One item of a subscription with add-ons, by its product id; the others continue.
    Item(String),
}

/// The kind of a store action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreActionKind {
    /// A payment is refunded.
    Refund,
    /// A subscription is ended.
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

/// The state of a store action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreActionState {
    /// Not sent yet, or the store could not accept it and it will be sent again.
    Written,
    /// Sent, and not yet answered; after a crash, until the store's state is checked.
    Sending,
    /// The store has accepted it; Recoup queries the store until the money has moved.
    Confirming,
    /// The store did it.
    Done,
    /// The store did not do it and will not.
    Failed,
    /// Sent, and whether the store did it could not be found out. Check the store's console.
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

    /// Whether it is final.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Unknown)
    }
}

/// The store's latest answer to an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "result", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreAnswer {
    /// It is done.
    Done {
        /// The refund's id at the store, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// The store accepted the request; it has not reported yet whether and when money moves.
    Accepted {
        /// The refund's id at the store, if it has one already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// It had been refunded before.
    AlreadyRefunded,
    /// It was not done.
    Error {
        /// A stable name for programs, such as `api_refused`.
        code: String,
        /// The store's message, without secrets.
        message: String,
    },
}

/// A store action: a request to a store, sent or about to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct StoreAction {
    /// Its id.
    pub id: ActionId,
    /// The caller's own name for it: a repeated call with the same key is the same action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Which store.
    pub store: Store,
    /// The app or account.
    pub app: String,
    /// Its kind.
    pub kind: StoreActionKind,
    /// The refund of the answered review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    /// The order, payment or purchase token.
    pub order_id: String,
    /// The request in full.
    pub request: serde_json::Value,
    /// Who requested it: a person or a rule.
    pub who: String,
    /// Why.
    pub why: String,
    /// Its state.
    pub state: StoreActionState,
    /// How often it was sent.
    pub attempts: u32,
    /// The store's latest answer.
    pub answer: Option<StoreAnswer>,
    /// When it was requested.
    pub at: Timestamp,
    /// When it is next sent or queried; `None` once it is settled.
    pub next_at: Option<Timestamp>,
    /// When it became [settled](StoreActionState::is_settled).
    pub settled_at: Option<Timestamp>,
}

/// Which actions to list; unset fields match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct StoreActionFilter {
    /// Of this store.
    pub store: Option<Store>,
    /// Of this kind.
    pub kind: Option<StoreActionKind>,
    /// In this state.
    pub state: Option<StoreActionState>,
    /// Of this order, payment or purchase token.
    pub order_id: Option<String>,
    /// About this refund.
    pub refund_id: Option<RefundId>,
}
