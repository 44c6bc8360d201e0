//! Writes the configuration's endpoints to the ledger, so that every process queues messages for them.

use std::sync::Arc;

use ring::digest::{SHA256, digest};
use serde_json::json;

use crate::config::Config;
use crate::ledger::{LedgerError, NewEndpoint, Tx, WantedNames};
use crate::model::{Environment, EventKind, Store, Timestamp, WebhookFormat};
use crate::webhooks::Endpoint;

/// Writes the endpoints. `alone`: no other process has the ledger open.
pub(in crate::engine) fn register(
    tx: &Tx<'_>,
    endpoints: &[Arc<Endpoint>],
    config: &Config,
    alone: bool,
    now: Timestamp,
) -> Result<(), LedgerError> {
    for endpoint in endpoints {
        tx.register_endpoint(&described(endpoint, config), now)?;
        if alone {
            tx.end_all_sending_to(&endpoint.name, now)?;
        }
    }
    Ok(())
}

fn described(endpoint: &Endpoint, config: &Config) -> NewEndpoint {
    fn names<T>(wanted: Option<&[T]>, name: impl Fn(&T) -> String) -> WantedNames {
        WantedNames(wanted.map(|wanted| wanted.iter().map(name).collect()))
    }
    NewEndpoint {
        name: endpoint.name.clone(),
        format: endpoint.format,
        kinds: names(endpoint.kinds.as_deref(), |kind: &EventKind| kind.as_str().to_owned()),
        stores: names(endpoint.stores.as_deref(), |store: &Store| store.as_str().to_owned()),
        environments: names(Some(&endpoint.environments), |environment: &Environment| {
            environment.as_str().to_owned()
        }),
        target: endpoint.target(),
        rendered_by: rendered_by(endpoint, config),
    }
}

/// What bodies depend on beside the refund: of `IapRefundEvent` the catalogue, and what happens to parts.
pub(super) fn rendered_by(endpoint: &Endpoint, config: &Config) -> Vec<u8> {
    let by = match endpoint.format {
        WebhookFormat::IapRefundEvent => json!([config.catalogue, endpoint.skips_unsized]),
        WebhookFormat::Recoup | WebhookFormat::Cloudevents => json!([]),
    };
    digest(&SHA256, by.to_string().as_bytes()).as_ref().to_vec()
}
