//! Looking up one order at a store, for refunds that neither a webhook nor a sweep reported.

use serde::Serialize;

use super::Counts;
use crate::engine::Engine;
use crate::error::Error;
use crate::model::Store;
use crate::stores::app_store::RefundPage;
use crate::stores::{ApiError, Sweeps as _, not_configured};

/// The most pages of one customer's refunds, of 20 each: a store with more is assumed to loop.
const MAX_PAGES: usize = 500;

/// The result of [`Engine::reconcile_order`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReconcileOrderResult {
    /// The store.
    pub store: Store,
    /// The order's app.
    pub app: String,
    /// Whether it is a sandbox order.
    pub sandbox: bool,
    /// How many refunds the store listed.
    pub found: u64,
    /// How many of them were of orders not known to be refunded.
    pub new: u64,
    /// How many reported something else that was new.
    pub changed: u64,
    /// How many could not be read, and were stored as dead letters.
    pub unread: u64,
}

impl Engine {
    /// Looks up an order's refunds at its store, and ingests them as [`reconcile`](Self::reconcile) does. For
    /// support, if a player reports a refund that no webhook did; and for refunds older than a sweep reaches.
    ///
    /// Only the App Store supports this. It returns all refunds of the customer of the transaction (Get Refund
    /// History), back to the first; any of the customer's transaction ids will do. `app` is a bundle id; without one,
    /// all apps with credentials are tried in turn, each in production and then in the sandbox, until one has the
    /// transaction.
    ///
    /// Waits for the store on this thread. Each page is durable before the next is requested.
    ///
    /// # Errors
    /// [`Error::BadAction`] for another store; [`Error::Api`], with code `4040010` if Apple does not know the
    /// transaction; [`Error::Ledger`].
    pub fn reconcile_order(
        &self,
        store: &Store,
        app: Option<&str>,
        order: &str,
    ) -> Result<ReconcileOrderResult, Error> {
        if *store != Store::AppStore {
            let problem = format!(
                "{} cannot look up one order: reconcile the whole store, without an order",
                store.title()
            );
            return Err(Error::BadAction { problem });
        }
        if order.is_empty() {
            return Err(Error::BadAction { problem: "the order is empty: give a transaction id".to_owned() });
        }
        let apps = match app {
            Some(app) => vec![app.to_owned()],
            None => self.stores.apis.app_store()?.apps(),
        };
        let mut unknown: Option<ApiError> = None;
        for app in &apps {
            for sandbox in [false, true] {
                match self.look_up(app, sandbox, order) {
                    Err(Error::Api(error @ ApiError::NotConfigured { .. })) => {
                        unknown.get_or_insert(error);
                    }
                    Err(Error::Api(error)) if is_unknown(&error) => unknown = Some(error),
                    other => return other,
                }
            }
        }
        Err(unknown.unwrap_or_else(|| not_configured(store, "any app")).into())
    }

    fn look_up(&self, app: &str, sandbox: bool, order: &str) -> Result<ReconcileOrderResult, Error> {
        let api = self.stores.apis.app_store()?;
        let (mut counts, mut revision) = (Counts::default(), None);
        for _ in 0..MAX_PAGES {
            let page = api.refund_lookup(app, sandbox, order, revision.as_deref(), self.now())?;
            let RefundPage { found, unread, revision: next, has_more } = page;
            counts.add(self.ingest_rows_and_unread(&Store::AppStore, found, unread)?);
            revision = next;
            if !has_more {
                let Counts { found, new, changed, unread, .. } = counts;
                return Ok(ReconcileOrderResult {
                    store: Store::AppStore,
                    app: app.to_owned(),
                    sandbox,
                    found,
                    new,
                    changed,
                    unread,
                });
            }
        }
        let problem = format!("there are more than {MAX_PAGES} pages");
        Err(ApiError::Unreadable { problem }.into())
    }
}

/// Apple `TransactionIdNotFoundError`: it may belong to another app or the other environment.
fn is_unknown(error: &ApiError) -> bool {
    matches!(error, ApiError::Refused { code, .. } if code == "4040010")
}
