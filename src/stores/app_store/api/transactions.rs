//! Get Transaction Info, and Get Refund History: one customer's refunds.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/get-transaction-info>,
//! <https://developer.apple.com/documentation/appstoreserverapi/get-refund-history>.

use serde::Deserialize;

use super::call::{NotTaken, Refusal, read};
use super::{AppStoreApi, Place};
use crate::json::{self, Raw};
use crate::model::{Signal, Timestamp, Trust};
use crate::stores::app_store::Transaction;
use crate::stores::app_store::meaning::revocation;
use crate::stores::{ApiError, Rejection};
use crate::transport::HttpRequest;
use crate::verify::Authentic;

/// `TransactionInfoResponse`.
#[derive(Deserialize)]
struct TransactionInfo {
    #[serde(rename = "signedTransactionInfo")]
    signed_transaction_info: String,
}

impl AppStoreApi {
    /// The present state of one transaction of an app, by its id: with its revocation if it was refunded.
    ///
    /// # Errors
    /// [`ApiError`]; `Refused` with code `4040010` if Apple has no such transaction in that environment.
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

/// One page of a customer's refunds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefundPage {
    /// The refunds, in the order of revocation, each with its signed transaction. The facts are
    /// [`Confirmed`](crate::Trust::Confirmed), and the same whenever the same refund is looked up.
    pub found: Vec<(Signal, Vec<u8>)>,
    /// Transactions that cannot be read or do not verify, each with its problem.
    pub unread: Vec<(String, Vec<u8>)>,
    /// The end of this page. The next page begins there; and so does a later look-up, if it is kept.
    pub revision: Option<String>,
    /// Whether there is a next page now.
    pub has_more: bool,
}

/// `RefundHistoryResponse`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundHistory<'a> {
    #[serde(default, borrow)]
    signed_transactions: Vec<Raw<'a>>,
    #[serde(default)]
    revision: Option<String>,
    #[serde(default)]
    has_more: bool,
}

impl AppStoreApi {
    /// Up to 20 refunds of the customer of a transaction, from `revision` on; from the first if there is none. Any of
    /// the customer's transaction ids will do.
    ///
    /// # Errors
    /// [`ApiError`]. One transaction that cannot be read is [unread](RefundPage::unread); `Unreadable` is the answer as a
    /// whole, or several that are signed under roots that are not trusted, with none beside them that is fine.
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
        let response = self.call(&place, HttpRequest::get(url), now)?;
        let answer: RefundHistory<'_> = read(&response)?;
        if answer.has_more && (answer.revision.is_none() || answer.revision.as_deref() == revision) {
            let problem = "there are more refunds, and no new revision to request them by".to_owned();
            return Err(ApiError::Unreadable { problem });
        }
        let (mut found, mut not_taken) = (Vec::new(), NotTaken::default());
        for (n, item) in answer.signed_transactions.iter().enumerate() {
            match self.refunded(&place, item.get(), now) {
                Ok(refund) => found.push(refund),
                Err(refusal) => not_taken.add(refusal, &format!("signedTransactions[{n}]"), item.get()),
            }
        }
        let unread = not_taken.unread(found.len())?;
        Ok(RefundPage { found, unread, revision: answer.revision, has_more: answer.has_more })
    }

    fn refunded(&self, place: &Place<'_>, item: &str, now: Timestamp) -> Result<(Signal, Vec<u8>), Refusal> {
        let jws: String = json::value_from_str(item).map_err(|source| Rejection::Body { source })?;
        let transaction = self.verified_transaction(place, &jws, now)?;
        let signal = revocation(
            place.bundle_id,
            place.environment,
            &transaction,
            ("refund-lookup", "refund/lookup"),
            Trust::Confirmed,
        )
        .map_err(|missing| Rejection::NotUnderstood { problem: format!("a refund without {missing}") })?;
        Ok((signal, jws.into_bytes()))
    }
}
