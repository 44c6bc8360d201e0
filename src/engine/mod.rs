//! The engine: the one type a host holds. Wires the rooms, owns time and the writer's thread.

mod change;
mod clock;
mod decide;
mod ingest;
mod options;
mod query;
mod record;
mod watch;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub use clock::{Clock, ManualClock, SystemClock};
pub use ingest::{Outcome, What as OutcomeKind};
pub use options::EngineOptions;
pub use query::{MAX_HISTORY, MAX_PAGE};
pub use record::PurchaseOutcome;

use crate::blocklist::Blocklist;
use crate::config::Config;
use crate::delivery::{Delivery, Handled};
use crate::error::Error;
use crate::ledger::{Ledger, LedgerError};
use crate::model::{BadPurchase, Block, Event, EventId, Purchase, Span, Timestamp, check_user};
use crate::stores::Verifier;
use change::{Change, Rules};
use record::ByHand;

/// The most purchases one call records: they share one transaction, and other callers wait for it.
pub const MAX_PURCHASES: usize = 10_000;

/// The longest name or reason of somebody who blocks by hand, in bytes: a line or two.
pub const MAX_REMARK: usize = 1024;

/// A refund engine over one ledger. Every method may be called from any thread; share it in an [`Arc`].
///
/// What a method waits for is said with it. [`is_blocked`](Self::is_blocked) waits for nothing.
pub struct Engine {
    ledger: Ledger,
    rules: Arc<Rules>,
    clock: Arc<dyn Clock>,
    blocklist: Arc<Blocklist>,
    delivery: Delivery,
    verifier: Verifier,
}

impl Engine {
    /// Opens the engine with the machine's clock. See [`EngineOptions`] for others.
    ///
    /// # Errors
    /// [`Error::Config`] for a configuration that cannot be used, [`Error::Ledger`] for a ledger that cannot be opened.
    pub fn open(config: Config) -> Result<Self, Error> {
        EngineOptions::new().open(config)
    }

    /// Whether any block of the user stands. For every login and match: no I/O, no lock, no allocation.
    ///
    /// A block made by this engine is seen as soon as the call that made it returns, one made by another process on
    /// the same ledger within a second.
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
    /// Call it again with more members and they are added; what was recorded is never overwritten. Refunds that came
    /// before are attributed now, with all that follows.
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
        self.ledger.writer.run(move |tx| record::record_purchases(tx, &rules, now, &purchases))
    }

    /// Blocks a user by hand, for a time or until [`unblock`](Self::unblock). Waits for one commit.
    ///
    /// # Errors
    /// [`Error::BadText`] for an empty or overlong user, name or reason; [`Error::Ledger`].
    pub fn block(&self, user: &str, span: Option<Span>, who: &str, why: &str) -> Result<Block, Error> {
        let by = by_hand(user, who, why)?;
        let user = user.to_owned();
        self.change(move |change| Ok(change.block_by_hand(&user, span, &by)?))
    }

    /// Ends all standing blocks of a user by hand; how many there were. Waits for one commit.
    ///
    /// A refund that caused one of them does not block again, however often the store repeats it.
    ///
    /// # Errors
    /// As [`block`](Self::block).
    pub fn unblock(&self, user: &str, who: &str, why: &str) -> Result<usize, Error> {
        let by = by_hand(user, who, why)?;
        let user = user.to_owned();
        self.change(move |change| Ok(change.unblock_by_hand(&user, &by)?))
    }

    /// Ends the blocks whose time is up. This happens by itself about five times a second; call it where a test has
    /// moved the clock. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn expire_blocks(&self) -> Result<usize, Error> {
        self.change(|change| Ok(change.expire_blocks()?))
    }

    /// Up to `limit` events (at most 1000) that nobody has on lease, in the order they were made; of one user always
    /// in order. Act on each, then [`ack`](Self::ack) it; what is not acknowledged within the lease comes again.
    ///
    /// With nothing new it returns at once, without I/O. Otherwise waits for one commit.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn poll(&self, limit: usize) -> Result<Vec<Event>, Error> {
        Ok(self.delivery.poll(&self.ledger, self.clock.now(), limit)?)
    }

    /// Settles an event for good. Acknowledging again is fine and returns `false`. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownEvent`] where no event was ever made under this id; [`Error::Ledger`].
    pub fn ack(&self, id: EventId) -> Result<bool, Error> {
        self.delivery.ack(&self.ledger, self.clock.now(), id)?.ok_or(Error::UnknownEvent { id })
    }

    /// Hands events to `handler` on this thread, one after another, until none is left or `budget` is spent; always
    /// at least one where there is one. What the handler calls [`Handled::Done`] is acknowledged. Returns how many it
    /// was given.
    ///
    /// The handler may call the engine. With nothing new this returns at once, without I/O.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn tick(&self, budget: Duration, mut handler: impl FnMut(&Event) -> Handled) -> Result<usize, Error> {
        let begun = Instant::now();
        let mut handled = 0;
        loop {
            // One at a time: what the budget leaves undone must not sit on this engine's lease.
            let Some(event) = self.poll(1)?.pop() else { return Ok(handled) };
            handled += 1;
            if handler(&event) == Handled::Done {
                self.ack(event.id)?;
            }
            if begun.elapsed() >= budget {
                return Ok(handled);
            }
        }
    }

    /// The current time by the engine's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets what was begun finish, gives leased events back, and closes the ledger. Later calls fail with
    /// [`LedgerError::Closed`], but for [`is_blocked`](Self::is_blocked), which goes on answering from memory.
    /// Dropping the engine does the same.
    ///
    /// # Errors
    /// [`Error::Ledger`] where leases could not be given back; the ledger is closed all the same.
    pub fn close(&self) -> Result<(), Error> {
        let released = match self.delivery.release(&self.ledger) {
            Err(LedgerError::Closed) => Ok(()),
            other => other,
        };
        self.ledger.close();
        Ok(released?)
    }

    fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Change<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (rules, now) = (Arc::clone(&self.rules), self.clock.now());
        self.ledger.writer.run(move |tx| work(&Change { tx, rules: &rules, now, inbox: None }))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::warn!(%error, "events on lease come back only after the lease");
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("blocked_users", &self.blocked_users()).finish_non_exhaustive()
    }
}

fn by_hand(user: &str, who: &str, why: &str) -> Result<ByHand, Error> {
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
    Ok(ByHand { who: who.to_owned(), why: why.to_owned() })
}

#[cfg(test)]
mod tests;
