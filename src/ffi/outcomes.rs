//! Outcomes of stores' requests, and how to answer them.

use super::sized::Sized32;
use crate::engine::{Outcome, OutcomeKind};
use crate::model::MeaningKind;

/// The outcome of a store's request: one of RECOUP_OUTCOME_*.
pub type recoup_outcome_kind = i32;

/// Authentic and ingested, durably.
pub const RECOUP_OUTCOME_ACCEPTED: recoup_outcome_kind = 1;

/// Authentic but not understood: stored for a person to look at, and answered with success, since the store would
/// only send the same again.
pub const RECOUP_OUTCOME_DEAD_LETTER: recoup_outcome_kind = 2;

/// Rejected: forged, malformed, or not for the configured apps. Nothing was changed.
pub const RECOUP_OUTCOME_REJECTED: recoup_outcome_kind = 3;

/// The meaning of an accepted request: one of RECOUP_MEANING_*. Later versions may add some.
pub type recoup_meaning = i32;

/// It was not accepted, or has a meaning that this version of the header does not name.
pub const RECOUP_MEANING_UNKNOWN: recoup_meaning = 0;

/// A refund.
pub const RECOUP_MEANING_REFUND: recoup_meaning = 1;

/// A reversed refund: the player has paid again.
pub const RECOUP_MEANING_REVERSAL: recoup_meaning = 2;

/// The store declined a refund request.
pub const RECOUP_MEANING_REFUND_DECLINED: recoup_meaning = 3;

/// The player requested a refund, or a bank a chargeback, and the store reviews it.
pub const RECOUP_MEANING_REFUND_REQUEST: recoup_meaning = 4;

/// A purchase or a renewal. Recording purchases stays yours: recoup_engine_record_purchase.
pub const RECOUP_MEANING_PURCHASE: recoup_meaning = 5;

/// The player withdrew the consent to share consumption data.
pub const RECOUP_MEANING_CONSENT_RESCINDED: recoup_meaning = 6;

/// The store's test message.
pub const RECOUP_MEANING_TEST: recoup_meaning = 7;

/// Nothing that concerns refunds.
pub const RECOUP_MEANING_NOTHING: recoup_meaning = 8;

/// The store wants this endpoint confirmed: send a GET request to "confirm_url" of the details.
pub const RECOUP_MEANING_CONFIRMATION: recoup_meaning = 9;

/// The outcome of a store's request. Set struct_size before the call; the rest is written on success, and members
/// that the library does not know are set to zero.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_outcome {
    /// sizeof(recoup_outcome).
    pub struct_size: u32,
    /// The outcome: RECOUP_OUTCOME_*.
    pub kind: recoup_outcome_kind,
    /// Its meaning: RECOUP_MEANING_*.
    pub meaning: recoup_meaning,
    /// Answer the store with this HTTP status. It is a success only after the commit is on disk.
    pub http_status: i32,
    /// The refund it is about, for recoup_engine_query_refund; 0: none.
    pub refund_id: i64,
    /// 1 if it reported anything new; 0 for a repetition, under the same id or another one.
    pub is_new: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

const _: () = assert!(size_of::<recoup_outcome>() == 32, "no padding");

// SAFETY: C's layout, no padding by the assertion above, and integers may be zero.
unsafe impl Sized32 for recoup_outcome {
    const NAME: &'static str = "recoup_outcome";
    const FIRST_SIZE: usize = 32;
}

impl recoup_outcome {
    pub(super) fn new(outcome: &Outcome) -> Self {
        let (kind, meaning) = match &outcome.what {
            OutcomeKind::Accepted { meaning, .. } => (RECOUP_OUTCOME_ACCEPTED, code_of(*meaning)),
            OutcomeKind::DeadLetter(_) => (RECOUP_OUTCOME_DEAD_LETTER, RECOUP_MEANING_UNKNOWN),
            OutcomeKind::Rejected(_) => (RECOUP_OUTCOME_REJECTED, RECOUP_MEANING_UNKNOWN),
        };
        Self {
            struct_size: 0,
            kind,
            meaning,
            http_status: i32::from(outcome.http_status),
            refund_id: outcome.refund.unwrap_or(0),
            is_new: u8::from(outcome.new),
            reserved: [0; 7],
        }
    }
}

const fn code_of(meaning: MeaningKind) -> recoup_meaning {
    match meaning {
        MeaningKind::Refund => RECOUP_MEANING_REFUND,
        MeaningKind::Reversal => RECOUP_MEANING_REVERSAL,
        MeaningKind::RefundDeclined => RECOUP_MEANING_REFUND_DECLINED,
        MeaningKind::RefundRequest => RECOUP_MEANING_REFUND_REQUEST,
        MeaningKind::Purchase => RECOUP_MEANING_PURCHASE,
        MeaningKind::ConsentRescinded => RECOUP_MEANING_CONSENT_RESCINDED,
        MeaningKind::Test => RECOUP_MEANING_TEST,
        MeaningKind::Nothing => RECOUP_MEANING_NOTHING,
        MeaningKind::Confirmation => RECOUP_MEANING_CONFIRMATION,
    }
}
