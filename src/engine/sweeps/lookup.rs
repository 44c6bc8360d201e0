//! Asking a store about one order, for what neither a webhook nor a sweep reported.

use serde::Serialize;

use super::Counts;
use crate::engine::Engine;
use crate::error::Error;
use crate::model::Store;
use crate::stores::app_store::RefundPage;
use crate::stores::{ApiError, Sweeps as _, not_configured};

/// The most pages of one customer's refunds, of 20 each: a store that has more to say goes round in circles.
const MAX_PAGES: usize = 500;

/// What [`Engine::reconcile_order`] found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LookedUp {
    /// The store.
    pub store: Store,
    /// The app that the order is of.
    pub app: String,
    /// Whether it is an order of the sandbox.
    pub sandbox: bool,
    /// How many refunds the store named.
    pub found: u64,
    /// How many of them were of orders not known to be refunded.
    pub new: u64,
    /// How many reported anything else that was not known.
    pub changed: u64,
    /// How many could not be read, and are kept as dead letters from now on.
    pub unread: u64,
}

impl Engine {
    /// Asks a store what it refunded of an order, and takes it in as [`reconcile`](Self::reconcile) does. For support:
    /// a player says that they were refunded, and no webhook said so; and for refunds older than a sweep reaches.
    ///
    /// Only the App Store can be asked so yet. It answers with all refunds of the customer whose transaction it is
    /// (Get Refund History), up to the first ones; any transaction id of theirs will do. `app` is a bundle id; without
    /// one, all apps with credentials are asked in turn, each in production and then in the sandbox, until one knows
    /// the transaction.
    ///
    /// Waits for the store on this thread. What one page reported is durable before the next is asked for.
    ///
    /// # Errors
    /// [`Error::BadAction`] for another store; [`Error::Api`], with code `4040010` where Apple knows no such transaction;
    /// [`Error::Ledger`].
    pub fn reconcile_order(&self, store: &Store, app: Option<&str>, order: &str) -> Result<LookedUp, Error> {
        if *store != Store::AppStore {
            let problem = format!(
                "{} cannot be asked about one order: reconcile all of the store, without an order",
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

    fn look_up(&self, app: &str, sandbox: bool, order: &str) -> Result<LookedUp, Error> {
        let api = self.stores.apis.app_store()?;
        let (mut counts, mut revision) = (Counts::default(), None);
        for _ in 0..MAX_PAGES {
            let page = api.refund_lookup(app, sandbox, order, revision.as_deref(), self.now())?;
            let RefundPage { found, unread, revision: next, has_more } = page;
            counts.add(self.take_rows_and_unread(&Store::AppStore, found, unread)?);
            revision = next;
            if !has_more {
                let Counts { found, new, changed, unread, .. } = counts;
                return Ok(LookedUp {
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

/// Apple `TransactionIdNotFoundError`: it may be another app's, or the other environment's.
fn is_unknown(error: &ApiError) -> bool {
    matches!(error, ApiError::Refused { code, .. } if code == "4040010")
}
