//! The refund that a transaction itself reports, where no notification did.

use super::AppStoreEnvironment;
use super::meaning::refund;
use super::order::order_details;
use super::transaction::Transaction;
use crate::model::{CaseKey, Fact, Meaning, Place, Signal, Store, Trust, What, id_in};

/// What a revoked transaction says of its refund; or which member it lacks. `source` is where the transaction came from,
/// such as `refund-lookup`.
///
/// No notification reports it, so its id is made of what makes it this refund: one that is changed later has another.
pub(super) fn revocation(
    bundle_id: &str,
    environment: AppStoreEnvironment,
    transaction: &Transaction,
    (source, name): (&str, &str),
    trust: Trust,
) -> Result<Signal, &'static str> {
    let id = id_in(&transaction.transaction_id).ok_or("transactionId")?;
    let revoked_at = transaction.revocation_date.ok_or("revocationDate")?;
    let (what, mut about) = refund(transaction, None);
    about.fill_from(&order_details(transaction, None));
    let extent = match &what {
        What::Refunded { extent, .. } => serde_json::to_string(extent).unwrap_or_default(),
        _ => String::new(),
    };
    Ok(Signal {
        place: Place {
            store: Store::AppStore,
            app: bundle_id.to_owned(),
            environment: Some(environment.into()),
        },
        notification_id: format!("{source}:{}:{id}:{}:{extent}", environment.name(), revoked_at.millis()),
        name: name.to_owned(),
        at: revoked_at,
        meaning: Meaning::Case { key: CaseKey::Order(id), fact: Fact { at: revoked_at, what, trust, about } },
    })
}
