//! One change of many refunds by an operator.

use serde::{Deserialize, Serialize};

use super::{Action, ClosedAs, RefundId, RefundStatus, WorkStatus};

/// The most refunds that one call changes: each is a commit, so that other callers do not wait for all of them.
pub const MAX_BULK: usize = 500;

/// What is done with each of many refunds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum BulkAction {
    /// Assigns it, as `Engine::assign_refund`.
    Assign {
        /// To whom; `None`: to no one.
        to: Option<String>,
    },
    /// Closes it, as `Engine::close_refund`.
    Close {
        /// As what.
        closed_as: ClosedAs,
    },
    /// Takes back that it was closed, as `Engine::reopen_refund`.
    Reopen,
    /// Decides it, as `Engine::overrule`.
    Overrule {
        /// What is done with it; `None`: the policy decides again.
        action: Option<Action>,
    },
    /// Forgives all that is owed for it, as `Engine::forgive`.
    Forgive {
        /// Whether it is written off, since it cannot be had.
        #[serde(default)]
        written_off: bool,
    },
    /// Sets its status, as `Engine::set_refund_status`.
    SetStatus {
        /// Which.
        status: RefundStatus,
    },
}

/// What became of one refund of many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct BulkResult {
    /// Which.
    pub refund: RefundId,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: BulkOutcome,
}

/// Whether one refund of many was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkOutcome {
    /// It is as the action wants it.
    Done {
        /// Its work status then.
        work_status: WorkStatus,
        /// Its revision then.
        revision: i64,
    },
    /// It was not changed.
    Failed {
        /// The error's code, a stable name for programs.
        code: String,
        /// The error's message.
        message: String,
    },
}
