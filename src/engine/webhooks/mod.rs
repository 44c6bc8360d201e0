//! Events out to the studio's own services. The ledger makes a message for each endpoint by the statement that queues an
//! event, in whichever process; the engines whose configuration has the endpoint send it.
//!
//! A message is claimed, sent and finished; each step but the second is one commit, so that a process that dies leaves a
//! message that another one sends again, under the same `webhook-id`.

mod background;
mod claim;
mod helpers;
mod operating;
mod registration;
mod sending;
#[cfg(test)]
pub(super) mod testing;

use std::sync::Arc;

pub(super) use background::{SendingThreads, Wakers};
pub(super) use registration::register;

use super::Engine;
use crate::error::Error;
use crate::ledger::{EndpointRow, LedgerError, MessageCounts, Read};
use crate::model::{
    EventKind, Page, Store, WebhookEnd, WebhookEndpoint, WebhookMessage, WebhookMessageFilter,
};
use crate::uuid;
use crate::webhooks::{Endpoint, ledger_id, message_id};

/// The endpoints of this engine's configuration.
pub(super) struct Webhooks {
    pub(super) endpoints: Vec<Arc<Endpoint>>,
    /// The ledger's id, as text.
    pub(super) ledger: String,
    pub(super) wakers: Arc<Wakers>,
}

impl Webhooks {
    /// `ledger` is the ledger's id.
    pub(super) fn new(endpoints: Vec<Arc<Endpoint>>, ledger: &[u8], wakers: Arc<Wakers>) -> Self {
        Self { endpoints, ledger: ledger_id(ledger), wakers }
    }

    fn endpoint(&self, name: &str) -> Option<&Arc<Endpoint>> {
        self.endpoints.iter().find(|endpoint| endpoint.name == name)
    }
}

impl Engine {
    /// All webhook endpoints that this ledger knows, by name, with the ended ones.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn webhooks(&self) -> Result<Vec<WebhookEndpoint>, Error> {
        self.read(|read| {
            let rows = read.endpoints()?;
            rows.into_iter()
                .map(|row| {
                    let counts = read.message_counts(&row.name)?;
                    Ok(shown(row, counts, |name| self.webhooks.endpoint(name).is_some()))
                })
                .collect()
        })
    }

    /// Messages to webhook endpoints that match the filter, newest first; `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn webhook_messages(
        &self,
        filter: &WebhookMessageFilter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Page<WebhookMessage>, Error> {
        let filter =
            WebhookMessageFilter { user: filter.user.as_deref().map(uuid::canonical), ..filter.clone() };
        let query = |read: Read<'_>, before, limit| {
            let mut messages = read.messages(&filter, before, limit)?;
            messages.iter_mut().try_for_each(|message| self.complete(read, message))?;
            Ok(messages)
        };
        self.page(after, limit, query, |message| message.id)
    }

    /// Adds what is not in a message's row, and writes its user as the host does.
    pub(super) fn complete(&self, read: Read<'_>, message: &mut WebhookMessage) -> Result<(), LedgerError> {
        message.webhook_id = message_id(&self.webhooks.ledger, message.event);
        message.user.iter_mut().try_for_each(|user| read.spell(user))
    }
}

fn shown(row: EndpointRow, counts: MessageCounts, is_configured: impl Fn(&str) -> bool) -> WebhookEndpoint {
    let stores =
        row.stores.0.map(|names| names.iter().filter_map(|name| name.parse::<Store>().ok()).collect());
    let events = row.kinds.0.map(|names| {
        EventKind::ALL.iter().copied().filter(|kind| names.iter().any(|name| name == kind.as_str())).collect()
    });
    let environments = row.environments.0.unwrap_or_default();
    let (problem_at, problem) = row.problem.unzip();
    WebhookEndpoint {
        configured: is_configured(&row.name),
        name: row.name,
        format: row.format,
        events,
        stores,
        environments: [crate::model::Environment::Production, crate::model::Environment::Sandbox]
            .into_iter()
            .filter(|environment| environments.iter().any(|name| name == environment.as_str()))
            .collect(),
        since: row.since,
        served_at: row.served_at,
        held_back_until: row.held_until,
        ended: row.ended.map(|(at, why)| WebhookEnd { at, why }),
        waiting: counts.waiting,
        held: counts.held,
        dead: counts.dead,
        delivered_at: counts.delivered_at,
        problem,
        problem_at,
    }
}
