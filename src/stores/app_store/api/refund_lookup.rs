//! Get Refund History: one customer's refunds.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/get-refund-history>

use serde::Deserialize;

use super::AppStoreApi;
use super::call::read;
use crate::model::{Signal, Timestamp, Trust};
use crate::stores::ApiError;
use crate::stores::app_store::revocation::revocation;
use crate::transport::HttpRequest;

/// One page of a customer's refunds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefundPage {
    /// What was refunded, in the order of revocation, each with its signed transaction. The facts are
    /// [`Confirmed`](crate::Trust::Confirmed), and the same whenever the same refund is looked up.
    pub found: Vec<(Signal, Vec<u8>)>,
    /// Where this page ends. The next page begins there; and so does a later look, if it is kept.
    pub revision: Option<String>,
    /// Whether there is a next page now.
    pub has_more: bool,
}

/// `RefundHistoryResponse`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundHistory {
    #[serde(default)]
    signed_transactions: Vec<String>,
    #[serde(default)]
    revision: Option<String>,
    #[serde(default)]
    has_more: bool,
}

impl AppStoreApi {
    /// Up to 20 refunds of the customer that a transaction belongs to, from `revision` on; from the first where there
    /// is none. Any of the customer's transaction ids will do.
    ///
    /// # Errors
    /// [`ApiError`]; `Unreadable` where one of the transactions does not verify.
    pub fn refund_lookup(
        &self,
        app: &str,
        sandbox: bool,
        any_transaction_id: &str,
        revision: Option<&str>,
        now: Timestamp,
    ) -> Result<RefundPage, ApiError> {
        let place = self.place(app, sandbox)?;
        let mut url = place.url("inApps/v2/refund/lookup").segment(any_transaction_id);
        if let Some(revision) = revision {
            url = url.query("revision", revision);
        }
        let answer: RefundHistory = read(&self.call(&place, HttpRequest::get(url), now)?)?;
        if answer.has_more && (answer.revision.is_none() || answer.revision.as_deref() == revision) {
            let problem = "there are more refunds, and no new revision to ask for them by".to_owned();
            return Err(ApiError::Unreadable { problem });
        }
        let mut found = Vec::new();
        for (n, jws) in answer.signed_transactions.into_iter().enumerate() {
            let what = format!("signedTransactions[{n}]");
            let transaction =
                self.verified_transaction(&place, &jws, now).map_err(|refusal| refusal.in_answer(&what))?;
            let signal = revocation(
                place.bundle_id,
                place.environment,
                &transaction,
                ("refund-lookup", "refund/lookup"),
                Trust::Confirmed,
            )
            .map_err(|missing| ApiError::Unreadable {
                problem: format!("{what} is a refund without {missing}"),
            })?;
            found.push((signal, jws.into_bytes()));
        }
        Ok(RefundPage { found, revision: answer.revision, has_more: answer.has_more })
    }
}
