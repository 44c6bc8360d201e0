//! Inquiries: requests to a store for the reason of a refund.

use serde::{Deserialize, Serialize};

use super::{RefundId, Store, Timestamp};

/// A query to a store about one refund that was pushed without a reason. It opens with the notification, and is
/// repeated until the store has answered.
///
/// Until its deadline, a refund that the rules would alert on or block for only [notifies](crate::Action::Notify). An
/// answer after the deadline still changes the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Inquiry {
    /// The refund.
    pub refund_id: RefundId,
    /// The store.
    pub store: Store,
    /// The app or account, as the configuration names it.
    pub app: String,
    /// Its state.
    pub state: InquiryState,
    /// When the notification was ingested.
    pub opened_at: Timestamp,
    /// Until when the decision waits.
    pub deadline: Timestamp,
    /// How often the store was queried.
    pub attempts: u32,
    /// When the store is next queried; `None` once it is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// The latest error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
}

/// The state of an [`Inquiry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InquiryState {
    /// The decision waits for the answer.
    Waiting,
    /// The deadline has passed and the refund was decided without an answer. Queries continue.
    Overdue,
    /// The store has answered.
    Answered,
    /// There was no answer within a day. Sweeps may still bring it.
    Failed,
}

impl InquiryState {
    /// The name used in the ledger and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Overdue => "overdue",
            Self::Answered => "answered",
            Self::Failed => "failed",
        }
    }

    /// Whether the store will be queried again.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Overdue)
    }
}
