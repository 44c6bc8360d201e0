//! What makes notices, and what undoes them: blocks, books, reports and reversals.

use super::changes::NewNotice;
use crate::engine::change::Change;
use crate::engine::record::EXPIRE_AT_ONCE;
use crate::engine::recovery::books_of;
use crate::ledger::{Case, LedgerError, NoticeRow, OwedNotice};
use crate::model::{
    Block, EntryKind, Grant, How, NoticeDetails, NoticeName, Recovery, RecoveryEntry, Refund, RefundId,
};

impl Change<'_> {
    /// A refund blocked its player.
    pub(in crate::engine) fn notice_of_block(&self, case: &Case, block: &Block) -> Result<(), LedgerError> {
        if !self.makes_any(&[NoticeName::Blocked, NoticeName::Unblocked]) {
            return Ok(());
        }
        let owed = match case.booked {
            true => {
                owed_items(&books_of(case, &self.tx.read().balances(case.refund.id)?, self.rules.rounding))
            }
            false => Vec::new(),
        };
        let details = NoticeDetails {
            until: block.until,
            until_settled: block.until_settled,
            owed,
            block: Some(block.id),
            ..details_of(&case.refund)
        };
        let new = NewNotice { name: NoticeName::Blocked, refund: Some(&case.refund), details };
        self.change_notices(&block.user, |row| row.name == NoticeName::Unblocked, Some(new))
    }

    /// An operator blocked a player, who is notified of that by the operator.
    pub(in crate::engine) fn notice_of_operators_block(&self, player: &str) -> Result<(), LedgerError> {
        match self.makes_any(&[NoticeName::Unblocked]) {
            true => self.change_notices(player, |row| row.name == NoticeName::Unblocked, None),
            false => Ok(()),
        }
    }

    /// A block ended, and `is_last` if the player has no other.
    pub(in crate::engine) fn notice_of_block_end(
        &self,
        block: &Block,
        refund: Option<&Refund>,
        is_last: bool,
    ) -> Result<(), LedgerError> {
        if !self.makes_any(&[NoticeName::Blocked, NoticeName::Unblocked]) {
            return Ok(());
        }
        let details = NoticeDetails { block: Some(block.id), ..refund.map(details_of).unwrap_or_default() };
        let new = is_last.then_some(NewNotice { name: NoticeName::Unblocked, refund, details });
        let is_of_it =
            |row: &NoticeRow| row.name == NoticeName::Blocked && row.details.block == Some(block.id);
        self.change_notices(&block.user, is_of_it, new)
    }

    /// What is due of a refund changed: its player is notified of a debt if the game reports nothing for a while, and
    /// a notice that waits has the new numbers. `was_booked`: it had books before.
    pub(in crate::engine) fn notice_of_due(
        &self,
        case: &Case,
        books: &Recovery,
        was_booked: bool,
    ) -> Result<(), LedgerError> {
        if !self.makes_any(&[NoticeName::ItemsOwed]) {
            return Ok(());
        }
        if was_booked {
            self.follow_debt(case, books)?;
        }
        if books.is_owed() && case.refund.merged_into.is_none() {
            let due_at = self.now.plus(self.rules.notices.owed_after);
            self.tx.expect_report(case.refund.id, self.now, due_at)?;
        }
        Ok(())
    }

    /// A debt that was settled is back, or one grew, by what an operator did or by a purchase that was refunded: its player
    /// is notified of it if the game reports nothing for a while. A notice that waits is followed otherwise.
    pub(in crate::engine) fn notice_of_more_debt(
        &self,
        case: &Case,
        books: &Recovery,
    ) -> Result<(), LedgerError> {
        let Some(player) = case.refund.user.as_deref().filter(|_| books.is_owed()) else { return Ok(()) };
        if !self.makes_any(&[NoticeName::ItemsOwed]) {
            return Ok(());
        }
        let is_of_it = |row: &NoticeRow| is_of(row, case.refund.id, &[NoticeName::ItemsOwed]);
        if self.tx.read().waiting_notices(player)?.iter().any(is_of_it) {
            return Ok(());
        }
        let due_at = self.now.plus(self.rules.notices.owed_after);
        self.tx.expect_report(case.refund.id, self.now, due_at)
    }

    /// An operator cancelled an entry of the books: a notice of what it reported, which waits, is changed or withdrawn.
    pub(in crate::engine) fn notice_of_correction(
        &self,
        case: &Case,
        entry: &RecoveryEntry,
    ) -> Result<(), LedgerError> {
        let name = match (entry.kind, entry.how) {
            (EntryKind::Taken, How::Reported) => NoticeName::ItemsTaken,
            (EntryKind::Taken, How::Returned) => NoticeName::ItemsReturned,
            _ => return Ok(()),
        };
        if !self.makes_any(&[name]) {
            return Ok(());
        }
        // The notice that waits is of the latest report: it replaced those of earlier ones.
        let is_later =
            |other: &RecoveryEntry| other.how == entry.how && other.user == entry.user && entry.at < other.at;
        if self.tx.read().recovery_entries(entry.refund)?.iter().any(is_later) {
            return Ok(());
        }
        let is_of_it = |row: &NoticeRow| {
            is_of(row, case.refund.id, &[name])
                && row.details.items.iter().any(|grant| grant.item == entry.item)
        };
        let waiting = self.tx.read().waiting_notices(&entry.user)?;
        let Some(row) = waiting.into_iter().find(|row| is_of_it(row)) else { return Ok(()) };
        let mut details = row.details;
        let cancelled = i64::try_from(entry.quantity.unsigned_abs()).unwrap_or(i64::MAX);
        for grant in details.items.iter_mut().filter(|grant| grant.item == entry.item) {
            grant.quantity = grant.quantity.saturating_sub(cancelled);
        }
        details.items.retain(|grant| grant.quantity > 0);
        let new = NewNotice { name, refund: Some(&case.refund), details };
        let new = Some(new).filter(|new| !new.details.items.is_empty());
        self.change_notices(&entry.user, is_of_it, new)
    }

    /// Replaces a notice of a debt that waits by one with the books' numbers, or withdraws it if nothing is owed.
    pub(in crate::engine) fn follow_debt(&self, case: &Case, books: &Recovery) -> Result<(), LedgerError> {
        let Some(player) = case.refund.user.as_deref() else { return Ok(()) };
        if !self.makes_any(&[NoticeName::ItemsOwed]) {
            return Ok(());
        }
        let is_of_it = |row: &NoticeRow| is_of(row, case.refund.id, &[NoticeName::ItemsOwed]);
        let owed = owed_items(books);
        let waiting = self.tx.read().waiting_notices(player)?;
        match waiting.iter().find(|row| is_of_it(row)) {
            Some(row) if row.details.owed != owed => {
                let new = (!owed.is_empty()).then(|| notice_of_debt(&case.refund, owed));
                self.change_notices(player, is_of_it, new)
            }
            _ => Ok(()),
        }
    }

    /// The game reported what it took for a refund, or gave again.
    pub(in crate::engine) fn notice_of_report(
        &self,
        case: &Case,
        player: &str,
        taken: Vec<Grant>,
        returned: &[Grant],
        books: &Recovery,
    ) -> Result<(), LedgerError> {
        let refund = &case.refund;
        if !taken.is_empty() {
            let details = NoticeDetails { items: taken, ..details_of(refund) };
            let new = NewNotice { name: NoticeName::ItemsTaken, refund: Some(refund), details };
            self.change_notices(player, |_| false, Some(new))?;
        }
        if !returned.is_empty() {
            let details = NoticeDetails { items: returned.to_vec(), ..details_of(refund) };
            let new = NewNotice { name: NoticeName::ItemsReturned, refund: Some(refund), details };
            let is_undone = |row: &NoticeRow| is_of(row, refund.id, &[NoticeName::ItemsTaken]);
            self.change_notices(player, is_undone, Some(new))?;
        }
        if refund.user.as_deref() != Some(player) || !self.makes_any(&[NoticeName::ItemsOwed]) {
            return Ok(());
        }
        self.tx.stop_expecting_report(refund.id)?;
        let owed = owed_items(books);
        let is_of_it = |row: &NoticeRow| is_of(row, refund.id, &[NoticeName::ItemsOwed]);
        let new = (!owed.is_empty()).then(|| notice_of_debt(refund, owed));
        self.change_notices(player, is_of_it, new)
    }

    /// The host is notified of a refund for which everything due had come back before.
    pub(in crate::engine) fn notice_of_taken(
        &self,
        case: &Case,
        books: &Recovery,
    ) -> Result<(), LedgerError> {
        let Some(player) = case.refund.user.as_deref() else { return Ok(()) };
        let items: Vec<Grant> = grants(books, |item| item.taken);
        if !books.is_complete() || books.is_owed() || items.is_empty() {
            return Ok(());
        }
        let details = NoticeDetails { items, ..details_of(&case.refund) };
        let new = NewNotice { name: NoticeName::ItemsTaken, refund: Some(&case.refund), details };
        self.change_notices(player, |_| false, Some(new))
    }

    /// A refund was reversed, or given again after a reversal: withdraws what no longer is so.
    pub(in crate::engine) fn notices_of_other_state(
        &self,
        case: &Case,
        is_reversed: bool,
    ) -> Result<(), LedgerError> {
        let Some(player) = case.refund.user.as_deref() else { return Ok(()) };
        let name = if is_reversed { NoticeName::ItemsTaken } else { NoticeName::ItemsReturned };
        self.change_notices(player, |row| is_of(row, case.refund.id, &[name]), None)
    }

    /// A refund turned out to be another player's.
    pub(in crate::engine) fn withdraw_notices(
        &self,
        player: &str,
        refund: RefundId,
    ) -> Result<(), LedgerError> {
        self.change_notices(player, |row| row.refund == Some(refund), None)
    }

    /// A refund took access to a product, or an operator did, or it is back.
    pub(in crate::engine) fn notice_of_access(
        &self,
        player: &str,
        product: &str,
        has: bool,
        refund: Option<&Refund>,
    ) -> Result<(), LedgerError> {
        let (name, opposite) = match has {
            true => (NoticeName::AccessRestored, NoticeName::AccessLost),
            false => (NoticeName::AccessLost, NoticeName::AccessRestored),
        };
        let is_undone = |row: &NoticeRow| {
            [name, opposite].contains(&row.name) && row.details.product.as_deref() == Some(product)
        };
        let details =
            NoticeDetails { product: Some(product.to_owned()), ..refund.map(details_of).unwrap_or_default() };
        self.change_notices(player, is_undone, Some(NewNotice { name, refund, details }))
    }

    /// Expires notices that have waited for too long, and makes those of debts that the game reported nothing about.
    pub(in crate::engine) fn look_after_notices(&self) -> Result<usize, LedgerError> {
        let mut changed = self.expire_old_notices(EXPIRE_AT_ONCE)?;
        for owed in self.tx.read().owed_notices_due(self.now, EXPIRE_AT_ONCE)? {
            self.tx.stop_expecting_report(owed.refund)?;
            changed += usize::from(self.notice_of_silence(owed)?);
        }
        Ok(changed)
    }

    /// Notifies the player of a debt, unless the game has reported since.
    fn notice_of_silence(&self, owed: OwedNotice) -> Result<bool, LedgerError> {
        let Some(case) = self.tx.case(owed.refund)?.filter(|case| case.refund.merged_into.is_none()) else {
            return Ok(false);
        };
        let Some(player) = case.refund.user.as_deref() else { return Ok(false) };
        if case.reported_at.is_some_and(|at| owed.since <= at) {
            return Ok(false);
        }
        let balances = self.tx.read().balances(case.refund.id)?;
        let items = owed_items(&books_of(&case, &balances, self.rules.rounding));
        if items.is_empty() {
            return Ok(false);
        }
        self.change_notices(player, |_| false, Some(notice_of_debt(&case.refund, items)))?;
        Ok(true)
    }

    fn makes_any(&self, names: &[NoticeName]) -> bool {
        names.iter().any(|name| self.rules.notices.makes(*name))
    }
}

fn notice_of_debt(refund: &Refund, owed: Vec<Grant>) -> NewNotice<'_> {
    let details = NoticeDetails { owed, ..details_of(refund) };
    NewNotice { name: NoticeName::ItemsOwed, refund: Some(refund), details }
}

fn is_of(row: &NoticeRow, refund: RefundId, names: &[NoticeName]) -> bool {
    row.refund == Some(refund) && names.contains(&row.name)
}

fn details_of(refund: &Refund) -> NoticeDetails {
    NoticeDetails {
        store: Some(refund.store.clone()),
        product: refund.case.about.product.clone(),
        amount: refund.case.amount,
        ..NoticeDetails::default()
    }
}

fn owed_items(books: &Recovery) -> Vec<Grant> {
    grants(books, |item| item.owed)
}

/// The items of which there is a number above 0.
fn grants(books: &Recovery, number: impl Fn(&crate::model::RecoveryItem) -> i64) -> Vec<Grant> {
    let numbers = books.items.iter().map(|item| Grant { item: item.item.clone(), quantity: number(item) });
    numbers.filter(|grant| grant.quantity > 0).collect()
}
