//! A trial refund that is rolled back: whether the next refund could be stored.

use serde_json::json;

use super::Engine;
use super::change::Change;
use super::record;
use crate::error::Error;
use crate::model::{CustomMessage, Purchase};

/// The trial's store; no host can use this name.
const STORE: &str = "custom:recoup-trial";

/// The size of the message in bytes: more than the few pages that SQLite holds in memory during a trial, so that a
/// full disk shows.
const BODY: usize = 96 << 10;

impl Engine {
    /// Records a purchase and a refund of it, up to the commit, and rolls both back.
    ///
    /// # Errors
    /// What the next refund would fail with: [`Error::Ledger`].
    pub(crate) fn try_a_refund(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let internal =
            |error: serde_json::Error| crate::ledger::LedgerError::Internal(format!("no trial: {error}"));
        let purchase: Purchase = serde_json::from_value(json!({
            "store": STORE, "app": "trial", "environment": "production", "user": "recoup-trial", "order_id": "trial",
        }))
        .map_err(internal)?;
        let message: CustomMessage = serde_json::from_value(json!({
            "store": STORE, "app": "trial", "environment": "production", "notification_id": "trial", "name": "refund",
            "at": now.millis(),
            "fact": {
                "at": now.millis(), "trust": "signed", "about": {"order_id": "trial"}, "what": "refunded",
                "extent": "full",
            },
        }))
        .map_err(internal)?;
        let signal = message.signal()?;
        let rules = std::sync::Arc::clone(&self.rules);
        self.ledger.writer.try_out(move |tx| {
            record::record_purchases(tx, &rules, now, std::slice::from_ref(&purchase))?;
            Change::ingest(tx, &rules, now, &signal, &vec![0; BODY])?;
            Ok(())
        })?;
        Ok(())
    }
}
