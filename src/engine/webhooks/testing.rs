//! For tests of the engine: a sender that dies.

use std::sync::Arc;

use super::claim::Claim;
use crate::engine::Engine;

/// Claims the next message as a sender does that then dies; its `webhook-id` and its body.
pub(in crate::engine) fn claim(engine: &Engine, endpoint: &str) -> Option<(String, String)> {
    let endpoint = Arc::clone(engine.webhooks.endpoint(endpoint)?);
    let (ledger, owner) = (engine.webhooks.ledger.clone(), [7; 16]);
    let config = Arc::clone(&engine.config);
    let claimed =
        engine.change(move |change| Ok(change.claim_webhook(&endpoint, &config, &ledger, owner)?)).unwrap();
    match claimed {
        Claim::Send(claimed) => Some((claimed.webhook_id, claimed.body)),
        Claim::Nothing | Claim::Again => None,
    }
}
