//! Items that players give back of their own accord, and entries that operators cancel.

use super::report::{check_items, check_key, owed, refused};
use crate::engine::change::Change;
use crate::engine::record::OperatorRemark;
use crate::engine::{Engine, by_operator};
use crate::error::Error;
use crate::ledger::Balance;
use crate::model::{
    AppliedRepayment, EntryKind, Grant, Happening, How, Recovery, RecoveryEntry, RefundId, Repayment,
    RepaymentOutcome, check_text, check_user,
};
use crate::uuid;

impl Engine {
    /// Books items that a player gives back of their own accord, such as what they earned since: the oldest debts of
    /// each item are paid first. Repeating it under the same key returns the first answer and changes nothing. Waits
    /// for one commit.
    ///
    /// What exceeds the debts is not booked, and returned in `too_much`: give it back at once.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_key`, `key_reused` or `bad_item`; [`Error::BadText`]; [`Error::Ledger`].
    pub fn repay(&self, user: &str, repayment: &Repayment) -> Result<RepaymentOutcome, Error> {
        check_user(user)?;
        check_key(&repayment.key)?;
        check_items(&repayment.items)?;
        for (field, text) in [("who", &repayment.who), ("why", &repayment.why)] {
            text.as_deref().map_or(Ok(()), |text| check_text(field, text, crate::engine::MAX_REMARK))?;
        }
        let (user, repayment) = (user.to_owned(), repayment.clone());
        let outcome = self.change(move |change| {
            let player = uuid::canonical(&user);
            change.once(&repayment.key, &(&player, &repayment), || change.book_repayment(&player, &repayment))
        })?;
        Ok(outcome)
    }

    /// Cancels an entry of the books that was a mistake, by another entry. Entries of what is due are not cancelled:
    /// they follow the refund. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_entry`, `not_correctable`, `already_corrected` or `more_than_taken`;
    /// [`Error::BadText`]; [`Error::Ledger`].
    pub fn correct(&self, entry: i64, who: &str, why: &str) -> Result<Recovery, Error> {
        let by = by_operator("-", who, why)?;
        self.change(move |change| change.correct(entry, &by))
    }
}

impl Change<'_> {
    fn book_repayment(&self, player: &str, repayment: &Repayment) -> Result<RepaymentOutcome, Error> {
        let mut debts = Vec::new();
        for (refund, balance) in self.tx.read().debts_of(player)? {
            let Some(case) = self.tx.case(refund)? else { continue };
            debts.push((case.refund.case.at, refund, balance));
        }
        debts.sort_by_key(|(at, refund, _)| (*at, *refund));
        let mut outcome = RepaymentOutcome::default();
        for Grant { item, quantity } in &repayment.items {
            let mut left = *quantity;
            for (_, refund, balance) in debts.iter_mut().filter(|(_, _, balance)| balance.item == *item) {
                let quantity = owed(balance).min(left);
                if quantity == 0 {
                    continue;
                }
                let who = repayment.who.as_deref();
                self.add(*refund, balance, EntryKind::Taken, quantity, How::Repaid, who)?;
                left = left.saturating_sub(quantity);
                outcome.applied.push(AppliedRepayment { refund: *refund, item: item.clone(), quantity });
            }
            if left > 0 {
                outcome.too_much.push(Grant { item: item.clone(), quantity: left });
            }
        }
        let mut refunds: Vec<RefundId> = outcome.applied.iter().map(|applied| applied.refund).collect();
        refunds.sort_unstable();
        refunds.dedup();
        for refund in refunds {
            let mut case = self.case_to_book(refund)?;
            let of_refund = outcome.applied.iter().filter(|applied| applied.refund == refund);
            let items = of_refund
                .map(|applied| Grant { item: applied.item.clone(), quantity: applied.quantity })
                .collect();
            let (who, why) = (repayment.who.clone(), repayment.why.clone());
            self.journal(&case, &Happening::Repaid { items, who, why })?;
            let books = self.save_books(&mut case, false)?;
            self.follow_debt(&case, &books)?;
        }
        outcome.debts = super::report::debts_of(self.tx.read(), player, self.tx.spelling(player)?)?;
        Ok(outcome)
    }

    fn correct(&self, id: i64, by: &OperatorRemark) -> Result<Recovery, Error> {
        let Some(entry) = self.tx.read().recovery_entry(id)? else {
            return Err(refused("unknown_entry", &format!("the books have no entry {id}")));
        };
        self.cancel(&entry, by)?;
        let mut case = self.case_to_book(entry.refund)?;
        let books = self.save_books(&mut case, true)?;
        self.notice_of_correction(&case, &entry)?;
        // What was taken or forgiven and is not any more is owed again.
        if entry.quantity > 0 {
            self.notice_of_more_debt(&case, &books)?;
        }
        Ok(books)
    }

    /// Cancels an entry. The caller saves the books of its refund.
    pub(in crate::engine) fn cancel(&self, entry: &RecoveryEntry, by: &OperatorRemark) -> Result<(), Error> {
        let id = entry.id;
        if entry.kind == EntryKind::Due || matches!(entry.how, How::Corrected | How::Carried | How::Bought) {
            let facts = match entry.kind {
                EntryKind::Due => format!(
                    "entry {id} is what is due: it follows the refund. Correct what the purchase granted instead"
                ),
                _ => format!(
                    "entry {id} was made by Recoup or cancels another: only reports and waivers are cancelled"
                ),
            };
            return Err(refused("not_correctable", &facts));
        }
        if self.tx.read().is_corrected(id)? {
            return Err(refused("already_corrected", &format!("entry {id} is cancelled already")));
        }
        let mut balances = self.tx.read().balances(entry.refund)?;
        let place = super::position(&mut balances, &entry.user, &entry.item);
        let Some(balance) = balances.get_mut(place) else { return Ok(()) };
        let quantity = entry.quantity.saturating_neg();
        check_not_negative(balance, entry, quantity)?;
        self.add_correction(entry, balance, &by.who)?;
        if let Some(case) = self.tx.case(entry.refund)? {
            let happening = Happening::Corrected {
                entry: id,
                kind: entry.kind,
                item: entry.item.clone(),
                quantity: entry.quantity,
                who: by.who.clone(),
                why: by.why.clone(),
            };
            self.journal(&case, &happening)?;
        }
        Ok(())
    }
}

/// Later entries may have built on the one that is cancelled.
fn check_not_negative(balance: &Balance, entry: &RecoveryEntry, quantity: i64) -> Result<(), Error> {
    let sum = match entry.kind {
        EntryKind::Forgiven => balance.forgiven,
        EntryKind::Due | EntryKind::Taken => balance.taken,
    };
    if sum.saturating_add(quantity) >= 0 {
        return Ok(());
    }
    let facts = format!(
        "only {sum} {} are booked as {}: entry {} of {} cannot be cancelled. Cancel the later entries first",
        entry.item,
        if entry.kind == EntryKind::Forgiven { "forgiven" } else { "taken" },
        entry.id,
        entry.quantity,
    );
    Err(refused("more_than_taken", &facts))
}
