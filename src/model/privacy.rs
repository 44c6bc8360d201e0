//! Documents on what is kept of a user, and on forgetting one.

use serde::{Deserialize, Serialize};

use super::{
    Block, Consumption, Event, Exclusion, Fact, JournalEntry, Note, Notice, OrderDetails, RecordedPurchase,
    RecoveryEntry, Refund, RefundId, ReviewCase, Store, StoreAction, Timestamp, WebhookMessage,
};

/// All that the ledger keeps under a user id, as [`Engine::export_user`](crate::Engine::export_user) writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct UserExport {
    /// Who, as the host writes it.
    pub user: String,
    /// When it was written.
    pub at: Timestamp,
    /// The account tags of the user.
    pub account_tags: Vec<String>,
    /// What the host recorded.
    pub purchases: Vec<RecordedPurchase>,
    /// What stores reported about the user's orders when they were placed.
    pub orders: Vec<OrderDetails>,
    /// The user's refunds.
    pub refunds: Vec<UserRefund>,
    /// The user's entries in the books of refunds that are another user's: they were this user's before.
    #[serde(default)]
    pub recovery: Vec<RecoveryEntry>,
    /// The stores' messages about the user's orders and refunds.
    pub messages: Vec<UserMessage>,
    /// The user's blocks.
    pub blocks: Vec<Block>,
    /// Notices for the user, in the configured default language.
    pub notices: Vec<Notice>,
    /// Operators' notes on the user and on the user's refunds.
    pub notes: Vec<Note>,
    /// Operators' decisions on the user's access to products.
    pub access_overrides: Vec<UserAccessOverride>,
    /// Exclusions of the user.
    pub exclusions: Vec<Exclusion>,
    /// What the host reported on how orders were used.
    pub consumption: Vec<UserConsumption>,
    /// Store actions about the user's orders.
    pub actions: Vec<StoreAction>,
    /// Refund reviews.
    pub reviews: Vec<ReviewCase>,
    /// Events that wait for the host.
    pub events: Vec<Event>,
    /// Messages about the user to webhook endpoints, sent and not.
    pub webhook_messages: Vec<UserWebhookMessage>,
    /// What happened.
    pub journal: Vec<JournalEntry>,
}

/// A refund with its facts and books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct UserRefund {
    /// The refund.
    pub refund: Refund,
    /// What stores reported of it.
    pub facts: Vec<Fact>,
    /// The entries of its books that are this user's.
    pub recovery: Vec<RecoveryEntry>,
}

/// A store's message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct UserMessage {
    /// Its inbox id.
    pub id: i64,
    /// Which store.
    pub store: Store,
    /// The store's own name for it.
    pub name: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// The refund it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// The raw body, in base64; `None`: it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
}

/// What the host reported on how an order was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct UserConsumption {
    /// The order.
    pub order_id: String,
    /// The report.
    pub report: Consumption,
}

/// An operator's decision on a user's access to a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct UserAccessOverride {
    /// Its number.
    pub id: i64,
    /// The product.
    pub product: String,
    /// Whether the user has access.
    pub access: bool,
    /// Who decided it.
    pub who: String,
    /// Why.
    pub why: String,
    /// When.
    pub made_at: Timestamp,
    /// Until when; `None`: no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// When a later decision replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// A message to a webhook endpoint, with its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct UserWebhookMessage {
    /// The message.
    pub message: WebhookMessage,
    /// What it is about.
    pub event: Event,
}

/// How a user is forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Forget {
    /// Whether to forget a user of whom something is still needed: their blocks end, what they owe and what they should
    /// get back is written off, and open refund reviews stay unanswered.
    pub even_so: bool,
}

/// What forgetting a user changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Forgotten {
    /// What the ledger calls the user from now on. There is no way back from it to the user.
    pub pseudonym: String,
    /// How much was changed or removed.
    #[serde(flatten)]
    pub counts: ForgottenCounts,
    /// Whether the write-ahead log, which has the old contents, was emptied. If not, a program was reading the ledger:
    /// it is emptied once that ends.
    pub log_emptied: bool,
}

/// How much forgetting a user changed or removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ForgottenCounts {
    /// Purchases that are the pseudonym's now.
    pub purchases: u64,
    /// Refunds that are the pseudonym's now.
    pub refunds: u64,
    /// Blocks, all ended.
    pub blocks: u64,
    /// Journal entries that named the user.
    pub journal: u64,
    /// Raw bodies and dead letters that were removed.
    pub messages: u64,
    /// Events that waited, and will not be delivered.
    pub events: u64,
    /// Reports on how orders were used that were removed.
    pub consumption: u64,
    /// Notices that were removed.
    pub notices: u64,
    /// Notes on the user and on the user's refunds that were removed.
    pub notes: u64,
    /// Decisions on access to products that are the pseudonym's now.
    pub access_overrides: u64,
    /// Exclusions of the user, all ended, that are the pseudonym's now.
    pub exclusions: u64,
    /// Messages to webhook endpoints that are the pseudonym's now; those that waited were dropped.
    pub webhook_messages: u64,
}
