//! Questions about what is known. Each is answered from one consistent state of the ledger, beside the writer.

use super::Engine;
use crate::error::Error;
#[cfg(feature = "gateway")]
use crate::ledger::{Amount, KeptKind};
use crate::ledger::{LedgerError, Read};
use crate::model::{
    Block, DeadLetter, Event, EventId, OrderHistory, Page, Policy, RecordedPurchase, Refund, RefundFilter,
    RefundId, Stats, UserHistory,
};
use crate::uuid;

/// The most items a page has: it is held in memory.
pub const MAX_PAGE: usize = 1000;

/// The most journal entries, purchases, refunds or blocks that a history shows: the newest ones.
pub const MAX_HISTORY: usize = 10_000;

impl Engine {
    /// Refunds that fit the filter, newest first; `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn refunds(
        &self,
        filter: &RefundFilter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Page<Refund>, Error> {
        let filter = RefundFilter { user: filter.user.as_deref().map(uuid::canonical), ..filter.clone() };
        let query = |read: Read<'_>, before, limit| {
            let mut refunds = read.refunds(&filter, before, limit)?;
            refunds.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            Ok(refunds)
        };
        self.page(after, limit, query, |refund| refund.id)
    }

    /// Refunds whose user is not known, newest first.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn unattributed(&self, after: Option<i64>, limit: usize) -> Result<Page<Refund>, Error> {
        let filter = RefundFilter { unattributed: Some(true), ..RefundFilter::default() };
        self.refunds(&filter, after, limit)
    }

    /// One refund.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn refund(&self, id: RefundId) -> Result<Option<Refund>, Error> {
        self.ask(|read| {
            let mut refund = read.refund(id)?;
            refund.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            Ok(refund)
        })
    }

    /// All that is known of a user, up to [`MAX_HISTORY`] of each. A UUID is found in upper and in lower case.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn user(&self, user: &str) -> Result<UserHistory, Error> {
        let limit = i64::try_from(MAX_HISTORY).unwrap_or(i64::MAX);
        let known = uuid::canonical(user);
        let filter = RefundFilter { user: Some(known.clone()), ..RefundFilter::default() };
        self.ask(|read| {
            let spelling = read.spelling(&known)?;
            let mut history = UserHistory {
                blocked: read.is_blocked(&known)?,
                blocks: read.blocks_of_user(&known, limit)?,
                refunds: read.refunds(&filter, i64::MAX, limit)?,
                purchases: read.purchases_of_user(&known, limit)?,
                journal: read.journal_of_user(&known, limit)?,
                // Where the host never wrote it, as it is asked for.
                user: if spelling == known { user.to_owned() } else { spelling },
            };
            history.refunds.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            spell_purchases(read, &mut history.purchases)?;
            history.blocks.iter_mut().try_for_each(|block| read.spell(&mut block.user))?;
            history.journal.iter_mut().try_for_each(|entry| read.spell_entry(entry))?;
            Ok(history)
        })
    }

    /// All that is known of an order, by its order id or its purchase token, up to [`MAX_HISTORY`] of each.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn order(&self, order: &str) -> Result<OrderHistory, Error> {
        let limit = i64::try_from(MAX_HISTORY).unwrap_or(i64::MAX);
        self.ask(|read| {
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

    /// Blocks, newest first: the standing ones, or all that ever were.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn blocks(&self, with_ended: bool, after: Option<i64>, limit: usize) -> Result<Page<Block>, Error> {
        self.page(
            after,
            limit,
            |read, before, limit| {
                let mut blocks = read.blocks(with_ended, before, limit)?;
                blocks.iter_mut().try_for_each(|block| read.spell(&mut block.user))?;
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

    /// The raw body of a notification, by the `inbox` number that the journal names.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn raw_body(&self, inbox: i64) -> Result<Option<Vec<u8>>, Error> {
        self.ask(|read| read.body(inbox))
    }

    /// The policy that decided something, by the version that the journal names.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn policy(&self, version: i64) -> Result<Option<Policy>, Error> {
        self.ask(|read| read.policy(version))
    }

    /// An event that was not acknowledged yet, with the refund and the block as they stood when it was made.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn event(&self, id: EventId) -> Result<Option<Event>, Error> {
        self.ask(|read| read.event(id))
    }

    /// How many events wait to be acknowledged.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn events_waiting(&self) -> Result<i64, Error> {
        self.ask(|read| read.events_waiting())
    }

    /// Figures for a dashboard.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn stats(&self) -> Result<Stats, Error> {
        let blocked_users = u64::try_from(self.blocked_users()).unwrap_or(u64::MAX);
        Ok(Stats { blocked_users, events_waiting: self.events_waiting()? })
    }

    /// How much is kept of what has limits, and how much may be: dead letters, then hints.
    #[cfg(feature = "gateway")]
    pub(crate) fn kept(&self) -> Result<[(&'static str, Amount, Amount); 2], Error> {
        let limits = self.config.limits;
        self.ask(|read| {
            Ok([
                ("dead_letter", read.kept(KeptKind::DeadLetters)?, limits.of_dead_letters()),
                ("hint", read.kept(KeptKind::Hints)?, limits.of_hints()),
            ])
        })
    }

    /// The size of the log beside the ledger, in bytes.
    #[cfg(feature = "gateway")]
    pub(crate) fn log_bytes(&self) -> u64 {
        self.ledger.log_size()
    }

    /// How many decisions to alert or to block wait for a store's answer why it refunded.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn decisions_waiting(&self) -> Result<i64, Error> {
        self.ask(|read| read.decisions_waiting())
    }

    /// Waits until the ledger could be written, and writes nothing. A full disk is not noticed.
    #[cfg(feature = "gateway")]
    pub(crate) fn wait_for_a_write(&self) -> Result<(), Error> {
        self.ledger.writer.run(|_| Ok(()))
    }

    pub(super) fn ask<T>(&self, query: impl FnOnce(Read<'_>) -> Result<T, LedgerError>) -> Result<T, Error> {
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
        // One more than wanted tells whether there is a next page.
        let asked = i64::try_from(wanted + 1).unwrap_or(i64::MAX);
        let mut items = self.ask(|read| query(read, after.unwrap_or(i64::MAX), asked))?;
        let more = items.len() > wanted;
        items.truncate(wanted);
        let next = if more { items.last().map(id) } else { None };
        Ok(Page { items, next })
    }
}

/// Writes the users of purchases as the host does.
fn spell_purchases(read: Read<'_>, purchases: &mut [RecordedPurchase]) -> Result<(), LedgerError> {
    purchases.iter_mut().try_for_each(|recorded| read.spell(&mut recorded.purchase.user))
}
