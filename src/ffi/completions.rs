//! The results of submitted requests.

use serde::Serialize;

use super::failure::Failure;
use super::outcomes::{recoup_meaning, recoup_outcome, recoup_outcome_kind};
use super::sized::Sized32;
use super::status::{RECOUP_STATUS_OK, recoup_status};
use crate::engine::Outcome;

/// The result of a submitted request. Set struct_size before the call; the rest is written on success, and members
/// that the library does not know are set to zero. Holds no pointers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_completion {
    /// sizeof(recoup_completion).
    pub struct_size: u32,
    /// What recoup_engine_ingest would have returned. If it is not RECOUP_STATUS_OK, all below except tag and
    /// http_status is zero.
    pub status: recoup_status,
    /// The tag it was submitted with.
    pub tag: u64,
    /// The refund it is about, for recoup_engine_query_refund; 0: none.
    pub refund_id: i64,
    /// The outcome: RECOUP_OUTCOME_*.
    pub kind: recoup_outcome_kind,
    /// Its meaning: RECOUP_MEANING_*.
    pub meaning: recoup_meaning,
    /// Answer the store with this HTTP status.
    pub http_status: i32,
    /// 1 if it reported anything new; 0 for a repetition.
    pub is_new: u8,
    /// Zero.
    pub reserved: [u8; 3],
}

const _: () = assert!(size_of::<recoup_completion>() == 40, "no padding");

// SAFETY: C's layout, no padding by the assertion above, and integers may be zero.
unsafe impl Sized32 for recoup_completion {
    const NAME: &'static str = "recoup_completion";
    const FIRST_SIZE: usize = 40;
}

/// The result of one request.
pub(super) struct Done {
    pub(super) tag: u64,
    pub(super) outcome: Result<Outcome, Failure>,
}

impl Done {
    pub(super) fn completion(&self) -> recoup_completion {
        let mut completion = recoup_completion {
            struct_size: u32::try_from(size_of::<recoup_completion>()).unwrap_or(0),
            status: RECOUP_STATUS_OK,
            tag: self.tag,
            refund_id: 0,
            kind: 0,
            meaning: 0,
            http_status: 0,
            is_new: 0,
            reserved: [0; 3],
        };
        match &self.outcome {
            Ok(outcome) => {
                let outcome = recoup_outcome::new(outcome);
                completion.refund_id = outcome.refund_id;
                completion.kind = outcome.kind;
                completion.meaning = outcome.meaning;
                completion.http_status = outcome.http_status;
                completion.is_new = outcome.is_new;
            }
            Err(failure) => {
                completion.status = failure.status;
                completion.http_status = i32::from(failure.http_status);
            }
        }
        completion
    }

    pub(super) fn details(&self) -> CompletionDetails<'_> {
        match &self.outcome {
            Ok(outcome) => CompletionDetails::Outcome(outcome),
            Err(failure) => CompletionDetails::Failure {
                code: failure.code,
                message: &failure.message,
                retryable: failure.retryable,
            },
        }
    }
}

/// The result of a request, as its details show it.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum CompletionDetails<'a> {
    /// The request was answered.
    Outcome(&'a Outcome),
    /// The request could not be ingested: the store must send it again.
    Failure {
        /// A stable name for programs, in snake case.
        code: &'static str,
        /// What went wrong, for people.
        message: &'a str,
        /// Whether the same may succeed later with nothing changed.
        retryable: bool,
    },
}
