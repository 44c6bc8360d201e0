//! One call of the API.

use serde::Deserialize;

use super::failure::refused;
use super::{AppStoreApi, Place};
use crate::crypto::Authentic;
use crate::json;
use crate::model::{Meaning, Signal, Timestamp, Trust};
use crate::stores::app_store::{Notification, Transaction};
use crate::stores::{ApiError, Rejection, Request};
use crate::transport::{HttpRequest, HttpResponse};

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
        let notification = self.verifier.verify_notification(&Request::of_body(item), now)?;
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
        let transaction = self.verifier.verify_transaction(jws, now)?;
        let bundle_id = transaction.bundle_id.as_deref().unwrap_or_default();
        require_place(place, bundle_id, transaction.environment.as_deref().unwrap_or_default())?;
        Ok(transaction)
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
    /// Whether Apple signed it all the same.
    pub(super) const fn is_verified(&self) -> bool {
        matches!(self, Self::Rejected(Rejection::NotUnderstood { .. }) | Self::Elsewhere { .. })
    }

    /// As what the call comes to. `what` names the part of the answer.
    pub(super) fn in_answer(self, what: &str) -> ApiError {
        let problem = match self {
            Self::Rejected(rejection) => format!("{what} is not taken: {rejection}"),
            Self::Elsewhere { found } => format!("{what} is of {found}, which was not asked about"),
        };
        ApiError::Unreadable { problem }
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
