//! How far a payment was captured, of stores where a payment is authorised first and captured later.

use serde::{Deserialize, Serialize};

use super::{Money, Timestamp};

/// What one message says of a payment's capture.
///
/// A store that authorises first and captures later may report the release of what was never captured exactly as it
/// reports a refund (Stripe before API version 2025-03-31.basil). Nothing was paid, so nothing came back. A refund of such
/// a store counts once a message says that the payment was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Capture {
    /// The message says nothing of it.
    NotReported,
    /// No message said anything of it in time, so the payment is presumed to be captured.
    Presumed,
    /// So far it was captured.
    Reported(CaptureReport),
}

/// How far a payment was captured at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaptureReport {
    /// The time this is true for, by the store's clock.
    pub at: Timestamp,
    /// What was authorised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised: Option<Money>,
    /// What was captured of it; `None`: nothing, by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<Money>,
    /// What was refunded of what was captured, in all by then; without what was released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
}
