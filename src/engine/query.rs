//! Queries. Each reads one consistent state of the ledger, and never waits for the writer.

use super::Engine;
use super::until_repaid::show_block;
use crate::error::Error;
#[cfg(feature = "gateway")]
use crate::ledger::{Amount, KeptKind};
use crate::ledger::{LedgerError, Read};
use crate::model::{
    Block, DeadLetter, Event, EventId, OrderHistory, Page, Policy, RecordedPurchase, Refund, RefundId, Stats,
    UserHistory,
};
use crate::uuid;

/// The most items of a page: it is in memory.
pub const MAX_PAGE: usize = 1000;

/// The most journal entries, purchases, refunds or blocks in a history: the newest ones.
pub const MAX_HISTORY: usize = 10_000;

impl Engine {
    /// One refund.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn refund(&self, id: RefundId) -> Result<Option<Refund>, Error> {
        self.read(|read| {
            let mut refund = read.refund(id)?;
            refund.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            Ok(refund)
        })
    }

    /// All that is known about a user, up to [`MAX_HISTORY`] of each. UUIDs are found regardless of case.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn user(&self, user: &str) -> Result<UserHistory, Error> {
        let limit = i64::try_from(MAX_HISTORY).unwrap_or(i64::MAX);
        let known = uuid::canonical(user);
        self.read(|read| {
            let spelling = read.spelling(&known)?;
            let mut history = UserHistory {
                blocked: read.is_blocked(&known)?,
                blocks: read.blocks_of_user(&known, limit)?,
                refunds: read.refunds_of_user(&known, limit)?,
                purchases: read.purchases_of_user(&known, limit)?,
                journal: read.journal_of_user(&known, limit)?,
                // If the host never wrote it, as in the request.
                user: if spelling == known { user.to_owned() } else { spelling },
            };
            history.refunds.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            spell_purchases(read, &mut history.purchases)?;
            history.blocks.iter_mut().try_for_each(|block| show_block(read, block))?;
            history.journal.iter_mut().try_for_each(|entry| read.spell_entry(entry))?;
            Ok(history)
        })
    }

    /// All that is known about an order, by its order id or its purchase token, up to [`MAX_HISTORY`] of each.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn order(&self, order: &str) -> Result<OrderHistory, Error> {
        let limit = i64::try_from(MAX_HISTORY).unwrap_or(i64::MAX);
        self.read(|read| {
            let mut history = OrderHistory {
                order: order.to_owned(),
                purchases: read.purchases_of_order(order, limit)?,
                refunds: read.refunds_of_order(order, limit)?,
                inquiries: read.inquiries_of_order(order, limit)?,
                journal: read.journal_of_order(order, limit)?,
            };
            history.refunds.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            spell_purchases(read, &mut history.purchases)?;
            history.journal.iter_mut().try_for_each(|entry| read.spell_entry(entry))?;
            Ok(history)
        })
    }

    /// Blocks, newest first: the active ones, or all with the ended ones.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn blocks(&self, with_ended: bool, after: Option<i64>, limit: usize) -> Result<Page<Block>, Error> {
        self.page(
            after,
            limit,
            |read, before, limit| {
                let mut blocks = read.blocks(with_ended, before, limit)?;
                blocks.iter_mut().try_for_each(|block| show_block(read, block))?;
                Ok(blocks)
            },
            |block| block.id,
        )
    }

    /// Authentic messages that were not understood, newest first.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn dead_letters(&self, after: Option<i64>, limit: usize) -> Result<Page<DeadLetter>, Error> {
        self.page(after, limit, |read, before, limit| read.dead_letters(before, limit), |letter| letter.id)
    }

    /// The raw body of a notification, by the inbox id from the journal; `None` if there is no such notification, or if
    /// its body was removed by retention or with its user: then [`removed_body`](Self::removed_body) has its SHA-256.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn raw_body(&self, inbox: i64) -> Result<Option<Vec<u8>>, Error> {
        self.read(|read| read.body(inbox))
    }

    /// The SHA-256 of a notification's raw body that was removed: a copy of the body can still be recognised by it.
    /// `None` while the body is there, and if there is no such notification.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn removed_body(&self, inbox: i64) -> Result<Option<Vec<u8>>, Error> {
        self.read(|read| read.removed_body(inbox))
    }

    /// A policy, by the version from the journal.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn policy(&self, version: i64) -> Result<Option<Policy>, Error> {
        self.read(|read| read.policy(version))
    }

    /// An event that is not yet acknowledged, with the refund and the block at the time of the event.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn event(&self, id: EventId) -> Result<Option<Event>, Error> {
        self.read(|read| read.event(id))
    }

    /// The number of unacknowledged events.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn events_waiting(&self) -> Result<i64, Error> {
        self.read(|read| read.events_waiting())
    }

    /// Figures for a dashboard.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn stats(&self) -> Result<Stats, Error> {
        let blocked_users = u64::try_from(self.blocked_users()).unwrap_or(u64::MAX);
        Ok(Stats { blocked_users, events_waiting: self.events_waiting()? })
    }

    /// How much is stored of what has limits, and the limits: dead letters, then hints.
    #[cfg(feature = "gateway")]
    pub(crate) fn kept(&self) -> Result<[(&'static str, Amount, Amount); 2], Error> {
        let limits = self.config.limits;
        self.read(|read| {
            Ok([
                ("dead_letter", read.kept(KeptKind::DeadLetters)?, limits.of_dead_letters()),
                ("hint", read.kept(KeptKind::Hints)?, limits.of_hints()),
            ])
        })
    }

    /// The size of the write-ahead log, in bytes.
    #[cfg(feature = "gateway")]
    pub(crate) fn log_bytes(&self) -> u64 {
        self.ledger.log_size()
    }

    /// The number of decisions to alert or to block that wait for an inquiry.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn decisions_waiting(&self) -> Result<i64, Error> {
        self.read(|read| read.decisions_waiting())
    }

    /// Waits until the ledger could be written, and writes nothing. Does not detect a full disk.
    #[cfg(feature = "gateway")]
    pub(crate) fn wait_for_a_write(&self) -> Result<(), Error> {
        self.ledger.writer.run(|_| Ok(()))
    }

    pub(super) fn read<T>(&self, query: impl FnOnce(Read<'_>) -> Result<T, LedgerError>) -> Result<T, Error> {
        Ok(self.ledger.readers.read(query)?)
    }

    pub(super) fn page<T>(
        &self,
        after: Option<i64>,
        limit: usize,
        query: impl FnOnce(Read<'_>, i64, i64) -> Result<Vec<T>, LedgerError>,
        id: impl Fn(&T) -> i64,
    ) -> Result<Page<T>, Error> {
        let wanted = limit.clamp(1, MAX_PAGE);
        // One more than requested shows whether there is a next page.
        let count = i64::try_from(wanted + 1).unwrap_or(i64::MAX);
        let mut items = self.read(|read| query(read, after.unwrap_or(i64::MAX), count))?;
        let more = items.len() > wanted;
        items.truncate(wanted);
        let next = if more { items.last().map(id) } else { None };
        Ok(Page { items, next })
    }
}

/// Replaces the users of purchases by the host's spelling.
fn spell_purchases(read: Read<'_>, purchases: &mut [RecordedPurchase]) -> Result<(), LedgerError> {
    purchases.iter_mut().try_for_each(|recorded| read.spell(&mut recorded.purchase.user))
}
