//! Get Refund History: one customer's refunds.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/get-refund-history>

use serde::Deserialize;

use super::call::read;
use super::{AppStoreApi, Place};
use crate::model::{CaseKey, Fact, Meaning, Signal, Store, Timestamp, Trust, What};
use crate::stores::ApiError;
use crate::stores::app_store::Transaction;
use crate::stores::app_store::meaning::refund;
use crate::stores::app_store::order::order_details;
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
            let signal = signal(&place, &transaction).map_err(|missing| ApiError::Unreadable {
                problem: format!("{what} is a refund without {missing}"),
            })?;
            found.push((signal, jws.into_bytes()));
        }
        Ok(RefundPage { found, revision: answer.revision, has_more: answer.has_more })
    }
}

/// What a refunded transaction says; or which member it lacks. No notification tells it, so its id is made of what
/// makes it this refund: one that is changed later has another.
fn signal(place: &Place<'_>, transaction: &Transaction) -> Result<Signal, &'static str> {
    let id = transaction.transaction_id.clone().filter(|id| !id.is_empty()).ok_or("transactionId")?;
    let revoked_at = transaction.revocation_date.ok_or("revocationDate")?;
    let (what, mut about) = refund(transaction, None);
    about.fill_from(&order_details(transaction, None));
    let extent = match &what {
        What::Refunded { extent, .. } => serde_json::to_string(extent).unwrap_or_default(),
        _ => String::new(),
    };
    Ok(Signal {
        place: crate::model::Place {
            store: Store::AppStore,
            app: place.bundle_id.to_owned(),
            environment: Some(place.environment.into()),
        },
        notification_id: format!(
            "refund-lookup:{}:{id}:{}:{extent}",
            place.environment.name(),
            revoked_at.millis()
        ),
        name: "refund/lookup".to_owned(),
        at: revoked_at,
        meaning: Meaning::Case {
            key: CaseKey::Order(id),
            fact: Fact { at: revoked_at, what, trust: Trust::Confirmed, about },
        },
    })
}
