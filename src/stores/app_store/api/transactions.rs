//! Get Transaction Info.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/get-transaction-info>

use serde::Deserialize;

use super::call::read;
use super::{AppStoreApi, Place};
use crate::model::Timestamp;
use crate::stores::ApiError;
use crate::stores::app_store::Transaction;
use crate::transport::HttpRequest;
use crate::verify::Authentic;

/// `TransactionInfoResponse`.
#[derive(Deserialize)]
struct TransactionInfo {
    #[serde(rename = "signedTransactionInfo")]
    signed_transaction_info: String,
}

impl AppStoreApi {
    /// One transaction of an app, by its id, as it is now: with its revocation where it was refunded.
    ///
    /// # Errors
    /// [`ApiError`]; `Refused` with code `4040010` where Apple knows no such transaction in that environment.
    pub fn transaction(
        &self,
        app: &str,
        sandbox: bool,
        transaction_id: &str,
        now: Timestamp,
    ) -> Result<Authentic<Transaction>, ApiError> {
        self.transaction_at(&self.place(app, sandbox)?, transaction_id, now)
    }

    pub(super) fn transaction_at(
        &self,
        place: &Place<'_>,
        transaction_id: &str,
        now: Timestamp,
    ) -> Result<Authentic<Transaction>, ApiError> {
        let url = place.url("inApps/v1/transactions").segment(transaction_id);
        let info: TransactionInfo = read(&self.call(place, HttpRequest::get(url), now)?)?;
        self.verified_transaction(place, &info.signed_transaction_info, now)
            .map_err(|refusal| refusal.in_answer("signedTransactionInfo"))
    }
}
