//! The engine: the one type a host holds. It connects the other modules, and owns the clock and the writer's thread.

mod access;
mod account_tags;
mod attribution;
mod background;
mod capture;
mod change;
#[cfg(feature = "operators")]
mod changed_since;
mod clock;
mod decide;
mod doctor;
mod exclusions;
mod export;
mod figures;
mod in_view;
mod ingest;
mod inquiry;
mod merge;
mod notices;
#[cfg(feature = "operators")]
mod operators;
mod options;
mod overruling;
mod privacy;
mod query;
mod record;
mod recovery;
mod refusals;
mod retention;
mod reviews;
mod same_purchase;
mod signed_purchase;
mod steady;
mod stopping;
mod store_actions;
mod sweeps;
mod transfer;
#[cfg(feature = "gateway")]
mod trial;
mod try_policy;
mod until_repaid;
mod watcher;
mod webhooks;
mod work;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use background::WorkResult;
#[cfg(feature = "operators")]
pub use changed_since::ChangedSince;
pub use clock::{Clock, ManualClock, Randomness, SystemClock, SystemRandomness};
pub use doctor::DoctorOptions;
#[cfg(feature = "schemas")]
pub(crate) use ingest::OutcomeDocument;
pub use ingest::{Outcome, OutcomeKind};
pub use options::EngineOptions;
pub use query::{MAX_HISTORY, MAX_PAGE};
pub use record::PurchaseOutcome;
pub use reviews::{ConsumptionOf, MAX_USAGE};
pub use signed_purchase::PurchaseExtras;
pub use sweeps::{Gap, Progress, ReconcileOptions, ReconcileOrderResult, ReconcileResult, Sweep, SweepEnd};
pub use transfer::TransferResult;

use crate::blocklist::Blocklist;
use crate::config::Config;
use crate::error::Error;
use crate::ledger::{Ledger, LedgerError, Tx};
#[cfg(feature = "operators")]
use crate::model::Acting;
use crate::model::{BadPurchase, Block, Event, EventId, Purchase, Span, Store, Timestamp, check_user};
use crate::outbox::{Delivery, Handled};
use crate::stores::{KeySources, Verifier};
use crate::transport::Transport;
use background::{Background, Stores};
use change::{Change, Rules};
use record::OperatorRemark;
use refusals::{Refusals, Suppressed};
use webhooks::{SendingThreads, Webhooks};

/// The most purchases one call records: they share one transaction, and other callers wait for it.
pub const MAX_PURCHASES: usize = 10_000;

/// How many events a tick polls at a time. They share one commit; what the budget leaves is released.
const TICK_BATCH: usize = 64;

/// The longest operator name or reason, in bytes: a line or two.
pub const MAX_REMARK: usize = 1024;

/// A refund engine over one ledger. Every method may be called from any thread; share it in an [`Arc`].
///
/// Each method's documentation states what it waits for. [`is_blocked`](Self::is_blocked) waits for nothing.
pub struct Engine {
    ledger: Arc<Ledger>,
    rules: Arc<Rules>,
    clock: Arc<dyn Clock>,
    blocklist: Arc<Blocklist>,
    delivery: Arc<Delivery>,
    verifier: Arc<Verifier>,
    stores: Arc<Stores>,
    /// For requests outside a store's API: confirming the endpoint to Amazon SNS.
    transport: Option<Arc<dyn Transport>>,
    /// The configuration as given, for doctor.
    config: Arc<Config>,
    /// The host's key sources.
    keys: KeySources,
    refusals: Arc<Refusals>,
    randomness: Arc<dyn Randomness>,
    background: Option<Background>,
    /// The configuration's endpoints for events, and the threads that send.
    webhooks: Arc<Webhooks>,
    sending: Option<SendingThreads>,
    /// Whether this is the host's engine, and not a view of it.
    is_hosts: bool,
    /// The operator whose call this view is.
    #[cfg(feature = "operators")]
    acting: Option<Arc<Acting>>,
}

impl Engine {
    /// Opens the engine with the system clock. See [`EngineOptions`] for others.
    ///
    /// # Errors
    /// [`Error::Config`] for a configuration that is invalid, [`Error::Ledger`] for a ledger that cannot be opened.
    pub fn open(config: Config) -> Result<Self, Error> {
        EngineOptions::new().open(config)
    }

    /// Whether the user has an active block. For every login and match: no I/O, no lock, no allocation.
    ///
    /// A block made by this engine is visible as soon as the call that made it returns, one made by another process
    /// on the same ledger within a second.
    #[must_use]
    pub fn is_blocked(&self, user: &str) -> bool {
        self.blocklist.contains(user)
    }

    /// How many users are blocked.
    #[must_use]
    pub fn blocked_users(&self) -> usize {
        self.blocklist.len()
    }

    /// Records a purchase that the host has delivered. Waits for one commit.
    ///
    /// A repeated call may add fields; recorded fields are never overwritten. Earlier refunds of the purchase are
    /// attributed now, with all consequences.
    ///
    /// # Errors
    /// As [`record_purchases`](Self::record_purchases).
    pub fn record_purchase(&self, purchase: Purchase) -> Result<PurchaseOutcome, Error> {
        let outcomes = self.record_purchases(vec![purchase])?;
        Ok(outcomes.first().copied().unwrap_or(PurchaseOutcome::AlreadyRecorded))
    }

    /// Records up to [`MAX_PURCHASES`] purchases, all or none. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::BadPurchase`] and [`Error::PurchaseOfAnotherUser`] name the first that cannot be recorded;
    /// [`Error::TooMany`]; [`Error::Ledger`].
    pub fn record_purchases(&self, purchases: Vec<Purchase>) -> Result<Vec<PurchaseOutcome>, Error> {
        if purchases.len() > MAX_PURCHASES {
            let count = purchases.len();
            return Err(Error::TooMany { what: "purchases", count, limit: MAX_PURCHASES });
        }
        for (index, purchase) in purchases.iter().enumerate() {
            purchase.check().map_err(|source| Error::BadPurchase { index, source })?;
        }
        let (rules, now) = (Arc::clone(&self.rules), self.clock.now());
        self.run(move |tx| record::record_purchases(tx, &rules, now, &purchases))
    }

    /// Blocks a user, for a time or until [`unblock`](Self::unblock), by an operator. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::BadText`] for an empty or overlong user, name or reason; [`Error::Ledger`].
    pub fn block(&self, user: &str, span: Option<Span>, who: &str, why: &str) -> Result<Block, Error> {
        let by = by_operator(user, who, why)?;
        let user = user.to_owned();
        self.change(move |change| Ok(change.block_by_operator(&user, span, &by)?))
    }

    /// Ends all active blocks of a user, by an operator, and returns their number. Waits for one commit.
    ///
    /// A refund that caused one of them does not block again, however often the store repeats it.
    ///
    /// # Errors
    /// As [`block`](Self::block).
    pub fn unblock(&self, user: &str, who: &str, why: &str) -> Result<usize, Error> {
        let by = by_operator(user, who, why)?;
        let user = user.to_owned();
        self.change(move |change| Ok(change.unblock_by_operator(&user, &by)?))
    }

    /// Ends the blocks that have expired, and makes those whose grace is over
    /// ([`BlockFor::UntilRepaid`](crate::BlockFor::UntilRepaid)); expires old notices, and makes those of debts that the
    /// game reported nothing about. Returns how many blocks ended. This also happens in the background about five times a second; call it if a
    /// test has moved the clock. Waits for one commit.
    ///
    /// This call trusts the clock. The background does not trust a leap: if the clock is suddenly more than a minute
    /// ahead of a monotonic one, blocks that end within the leap end once it has stayed ahead for an hour. So a clock
    /// that is wrong for a moment ends no block early.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn expire_blocks(&self) -> Result<usize, Error> {
        self.change(|change| {
            let ended = change.expire_blocks()?;
            change.look_after_notices()?;
            Ok(ended)
        })
    }

    /// Up to `limit` events (at most 1000) that no other poll has leased, in the order they were made; a user's
    /// events always in order. Act on each, then [`ack`](Self::ack) it; an event that is not acknowledged within the
    /// lease is delivered again.
    ///
    /// With nothing new it returns at once, without I/O. Otherwise waits for one commit.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn poll(&self, limit: usize) -> Result<Vec<Event>, Error> {
        Ok(self.delivery.poll(&self.ledger, self.clock.now(), limit)?)
    }

    /// Acknowledges an event. Acknowledging it again returns `false`. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownEvent`] if no event ever had this id; [`Error::Ledger`].
    pub fn ack(&self, id: EventId) -> Result<bool, Error> {
        self.delivery.ack(&self.ledger, self.clock.now(), id)?.ok_or(Error::UnknownEvent { id })
    }

    /// Passes events to `handler` on this thread, one by one, until none is left or `budget` is used up; at least
    /// one, if there is one. Events for which it returns [`Handled::Done`] are acknowledged, a batch per commit:
    /// after a crash in between they are delivered again. Returns the number of events handled.
    ///
    /// If the handler returns [`Handled::Later`], the same user's later events wait for that one.
    ///
    /// The handler may call the engine. With nothing new this returns at once, without I/O.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn tick(&self, budget: Duration, handler: impl FnMut(&Event) -> Handled) -> Result<usize, Error> {
        self.tick_until(budget, || false, handler)
    }

    /// As [`tick`](Self::tick), but ends after the current event once `stop` returns true.
    pub(crate) fn tick_until(
        &self,
        budget: Duration,
        stop: impl Fn() -> bool,
        mut handler: impl FnMut(&Event) -> Handled,
    ) -> Result<usize, Error> {
        let begun = Instant::now();
        let mut handled = 0;
        loop {
            let polled_at = self.now();
            let batch = self.poll(TICK_BATCH)?;
            if batch.is_empty() {
                return Ok(handled);
            }
            let (mut done, mut untouched) = (Vec::with_capacity(batch.len()), Vec::new());
            let mut put_off: Vec<Option<String>> = Vec::new();
            let mut spent = false;
            for event in batch {
                if spent || put_off.contains(&event.user) {
                    untouched.push(event.id);
                    continue;
                }
                handled += 1;
                match handler(&event) {
                    Handled::Done => done.push(event.id),
                    // An event without a user delays no other.
                    Handled::Later if event.user.is_some() => put_off.push(event.user),
                    Handled::Later => {}
                }
                spent = begun.elapsed() >= budget
                    || stop()
                    || self.now().since(polled_at).millis() >= self.delivery.half_lease().millis();
            }
            self.delivery.settle(&self.ledger, self.now(), done, untouched)?;
            if begun.elapsed() >= budget || stop() {
                return Ok(handled);
            }
        }
    }

    /// Waits until there may be events to [`poll`](Self::poll), at most `timeout`, and returns whether there may be.
    /// Returns `false` at once, also to current waiters, when the engine is [closed](Self::close).
    #[must_use]
    pub fn wait(&self, timeout: Duration) -> bool {
        self.wait_for(timeout, || false)
    }

    /// As [`wait`](Self::wait), and also until `also` returns true; the code that changes its result calls
    /// [`wake`](Self::wake).
    #[cfg_attr(not(feature = "capi"), allow(dead_code))]
    pub(crate) fn wait_for(&self, timeout: Duration, also: impl Fn() -> bool) -> bool {
        self.delivery.notifier().wait(timeout, || self.clock.now(), also)
    }

    #[cfg(any(feature = "capi", feature = "gateway"))]
    pub(crate) fn is_closed(&self) -> bool {
        self.delivery.notifier().is_closed()
    }

    #[cfg(feature = "capi")]
    pub(crate) fn wake(&self) {
        self.delivery.notifier().wake();
    }

    /// Copies the ledger to a new file at `path`: one consistent state, in one file, while this engine and other
    /// processes keep writing. It contains everything acknowledged before the call.
    ///
    /// Only its owner can read the file. It is written under another name in the same folder and renamed once it is
    /// complete and synced, so a file at `path` is a complete backup. `docs/in-your-process.md` describes how to
    /// restore one.
    ///
    /// Never copy the ledger's files by other means while an engine has them open: they are consistent only together,
    /// and opening and closing them in the engine's process releases the engine's locks. Blocks until the copy is
    /// complete; writers do not wait for it, but the write-ahead log grows meanwhile.
    ///
    /// # Errors
    /// [`LedgerError::BackupExists`](crate::LedgerError::BackupExists) if `path` exists;
    /// [`LedgerError::Backup`](crate::LedgerError::Backup) if the backup fails;
    /// [`LedgerError::Closed`](crate::LedgerError::Closed).
    pub fn backup(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        Ok(self.ledger.back_up(path.as_ref())?)
    }

    /// The current time by the engine's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Finishes running work, releases leased events, and closes the ledger. If a store is being queried, waits for
    /// its answer, at most for a request's time limit. Later calls fail with [`LedgerError::Closed`], except
    /// [`is_blocked`](Self::is_blocked), which still answers from memory. Dropping the engine does the same.
    ///
    /// # Errors
    /// [`Error::Ledger`] if leases could not be released; the ledger is closed regardless.
    pub fn close(&self) -> Result<(), Error> {
        self.stores.stopping.stop();
        self.webhooks.wakers.stop();
        if let Some(background) = &self.background {
            background.stop();
        }
        if let Some(sending) = &self.sending {
            sending.join();
        }
        self.write_refusals();
        let owner = self.delivery.owner();
        match self.ledger.writer.run(move |tx| tx.end_sweep_holds(Some(&owner))) {
            Ok(_) | Err(LedgerError::Closed) => {}
            Err(error) => {
                tracing::warn!(%error, "could not release the sweep lease; other processes must wait for it to expire")
            }
        }
        let released = match self.delivery.release(&self.ledger) {
            Err(LedgerError::Closed) => Ok(()),
            other => other,
        };
        self.delivery.notifier().close();
        self.ledger.close();
        Ok(released?)
    }

    /// Counts a refused request, and logs it, up to a limit per minute. `store` is `None` if the web server refused
    /// it before any store's check.
    pub(crate) fn count_refusal(&self, store: Option<&Store>, code: &'static str, words: &str) {
        if let Some(words) = self.refusals.note(store, code, words, self.now()) {
            match store {
                Some(store) => {
                    tracing::warn!(target: "recoup::engine::ingest", %store, code, "request rejected: {words}")
                }
                None => {
                    tracing::warn!(target: "recoup::gateway", code, "request refused: {words}")
                }
            }
        }
    }

    /// Logs that a request was not ingested because of an internal error, up to a limit per minute.
    #[cfg(feature = "gateway")]
    pub(crate) fn failed(&self, store: &Store, error: &Error) {
        if let Some(words) = self.refusals.note(Some(store), error.code(), &error.to_string(), self.now()) {
            tracing::error!(target: "recoup::gateway", %store, code = error.code(), "request not ingested: {words}");
        }
    }

    /// Writes the counts that are not in the ledger yet.
    fn write_refusals(&self) {
        let now = self.now();
        self.refusals.suppressed(now.plus(Span::from_hours(1))).iter().for_each(Suppressed::log);
        let rows = self.refusals.take_unwritten(now, true);
        if rows.is_empty() {
            return;
        }
        let written = self.ledger.writer.run(move |tx| tx.add_refusals(&rows));
        if let Err(error) = written
            && error != LedgerError::Closed
        {
            tracing::warn!(%error, "some refused requests were not counted in the ledger");
        }
    }

    /// The same engine for another thread, or for the later commits of an operator's call: it is no operator's.
    fn view(&self) -> Self {
        Self {
            ledger: Arc::clone(&self.ledger),
            rules: Arc::clone(&self.rules),
            clock: Arc::clone(&self.clock),
            blocklist: Arc::clone(&self.blocklist),
            delivery: Arc::clone(&self.delivery),
            verifier: Arc::clone(&self.verifier),
            stores: Arc::clone(&self.stores),
            background: None,
            webhooks: Arc::clone(&self.webhooks),
            sending: None,
            transport: self.transport.clone(),
            config: Arc::clone(&self.config),
            keys: self.keys.clone(),
            refusals: Arc::clone(&self.refusals),
            randomness: Arc::clone(&self.randomness),
            is_hosts: false,
            #[cfg(feature = "operators")]
            acting: None,
        }
    }

    fn change<T: Send + 'static>(
        &self,
        work: impl Fn(&Change<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (rules, now) = (Arc::clone(&self.rules), self.clock.now());
        self.run(move |tx| work(&Change { tx, rules: &rules, now, inbox: None }))
    }

    /// The way of every change that somebody asks for. An operator's leaves a row of the audit, in the same transaction.
    fn run<T, E>(&self, job: impl Fn(&Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<LedgerError> + Send + 'static,
    {
        #[cfg(feature = "operators")]
        if let Some(acting) = &self.acting {
            let (acting, now) = (Arc::clone(acting), self.clock.now());
            return self.ledger.writer.run(move |tx| tx.audited(&acting, now, || job(tx)));
        }
        self.ledger.writer.run(job)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if !self.is_hosts {
            return;
        }
        if let Err(error) = self.close() {
            tracing::warn!(%error, "leased events are delivered again only after their lease");
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("blocked_users", &self.blocked_users()).finish_non_exhaustive()
    }
}

fn by_operator(user: &str, who: &str, why: &str) -> Result<OperatorRemark, Error> {
    check_user(user)?;
    for (field, text) in [("who", who), ("why", why)] {
        match text.len() {
            0 => return Err(BadPurchase::Empty { field }.into()),
            size if size > MAX_REMARK => {
                return Err(BadPurchase::TooLong { field, size, limit: MAX_REMARK }.into());
            }
            _ => {}
        }
    }
    Ok(OperatorRemark { who: who.to_owned(), why: why.to_owned() })
}

#[cfg(test)]
mod tests;
