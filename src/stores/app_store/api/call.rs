//! One call of the API.

use serde::Deserialize;

use super::failure::refused;
use super::{AppStoreApi, Place};
use crate::json;
use crate::model::{Meaning, Signal, Timestamp, Trust};
use crate::stores::app_store::{Notification, Transaction};
use crate::stores::{ApiError, Rejection};
use crate::transport::{HttpRequest, HttpResponse};
use crate::verify::Authentic;

impl AppStoreApi {
    /// Sends a request with a token of its own. Gives answers of success only.
    pub(super) fn call(
        &self,
        place: &Place<'_>,
        request: HttpRequest,
        now: Timestamp,
    ) -> Result<HttpResponse, ApiError> {
        let token = place.access.key.token(place.bundle_id, now, &self.random)?;
        let response = self.transport.send(&request.header("Accept", "application/json").bearer(&token))?;
        if response.is_success() { Ok(response) } else { Err(refused(&response)) }
    }

    /// Verifies a notification in the API's answer: `{"signedPayload":…}`, as Apple posts it.
    pub(super) fn notification(
        &self,
        place: &Place<'_>,
        item: &[u8],
        now: Timestamp,
    ) -> Result<Notification, Refusal> {
        let notification = self.verifier.listed_notification(item, &place.around(), now)?;
        require_place(place, notification.bundle_id(), notification.environment().name())?;
        Ok(notification)
    }

    /// Verifies a transaction in the API's answer.
    pub(super) fn verified_transaction(
        &self,
        place: &Place<'_>,
        jws: &str,
        now: Timestamp,
    ) -> Result<Authentic<Transaction>, Refusal> {
        let (transaction, bundle_id, environment) =
            self.verifier.listed_transaction(jws, &place.around(), now)?;
        require_place(place, &bundle_id, environment.name())?;
        Ok(transaction)
    }
}

/// The items of one page that are not taken, until it is known whether they or the configuration are at fault.
#[derive(Default)]
pub(super) struct NotTaken {
    unread: Vec<(String, Vec<u8>)>,
    of_unknown_root: usize,
}

impl NotTaken {
    /// `what` names the item.
    pub(super) fn add(&mut self, refusal: Refusal, what: &str, item: &str) {
        self.of_unknown_root += usize::from(refusal.is_of_unknown_root());
        self.unread.push((refusal.words(what), item.as_bytes().to_vec()));
    }

    /// What is to be kept as dead letters. Where no item was `taken` and several are signed under roots that are not
    /// trusted, the configuration's roots are wrong, and all can be had again once they are right.
    pub(super) fn unread(self, taken: usize) -> Result<Vec<(String, Vec<u8>)>, ApiError> {
        match self.unread.first() {
            Some((problem, _))
                if taken == 0 && self.of_unknown_root == self.unread.len() && self.unread.len() > 1 =>
            {
                Err(ApiError::Unreadable { problem: problem.clone() })
            }
            _ => Ok(self.unread),
        }
    }
}

/// Why something signed in an answer is not taken.
pub(super) enum Refusal {
    /// It does not verify, or is not understood.
    Rejected(Rejection),
    /// It is of another app or environment than was asked about.
    Elsewhere { found: String },
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Refusal {
    /// Whether no trusted root vouches for its certificates. Where that is so of several items and no other is fine, it
    /// is rather the configuration's roots that are wrong than the items.
    pub(super) const fn is_of_unknown_root(&self) -> bool {
        matches!(self, Self::Rejected(Rejection::Chain { .. }))
    }

    /// As what the call comes to. `what` names the part of the answer.
    pub(super) fn in_answer(self, what: &str) -> ApiError {
        ApiError::Unreadable { problem: self.words(what) }
    }

    /// In words. `what` names the part of the answer.
    pub(super) fn words(self, what: &str) -> String {
        match self {
            Self::Rejected(rejection) => format!("{what} is not taken: {rejection}"),
            Self::Elsewhere { found } => format!("{what} is of {found}, which was not asked about"),
        }
    }
}

fn require_place(place: &Place<'_>, bundle_id: &str, environment: &str) -> Result<(), Refusal> {
    if bundle_id == place.bundle_id && environment == place.environment.name() {
        return Ok(());
    }
    Err(Refusal::Elsewhere { found: format!("{bundle_id} ({environment})") })
}

/// What Apple signs and gives when asked is surer than what somebody sent us that Apple signed.
pub(super) fn confirmed(mut signal: Signal) -> Signal {
    if let Meaning::Case { fact, .. } = &mut signal.meaning {
        fact.trust = Trust::Confirmed;
    }
    signal
}

/// Reads a `T` from an answer.
pub(super) fn read<'de, T: Deserialize<'de>>(response: &'de HttpResponse) -> Result<T, ApiError> {
    json::from_slice(response.body()).map_err(|error| ApiError::Unreadable { problem: error.to_string() })
}
