//! Blocks until repaid: they begin when the refund is unpaid, or a grace later, and end once it is settled.
//!
//! [`Case::unpaid`] notes whether a block is called for, so that only a change of it has consequences: if an operator
//! ends the block of an unpaid refund, it stays ended until the refund was settled and more is refunded.

use super::change::Change;
use super::record::EXPIRE_AT_ONCE;
use super::recovery::{closed_as, owed};
use crate::ledger::{Case, LedgerError, Read};
use crate::model::{
    Action, Block, BlockCause, BlockFor, Decision, EndedBy, Grant, Recovery, Span, Timestamp,
};

/// What became of a refund whose decision blocks until it is repaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Payment {
    /// Something is owed, or it is unknown how much is.
    Unpaid,
    /// It is settled; or its decision no longer blocks until it is repaid.
    Paid,
}

/// The rule of a decision that blocks until repaid, and its grace.
pub(super) fn until_repaid(decision: Option<&Decision>) -> Option<(&str, Option<Span>)> {
    match decision {
        Some(Decision { rule, action: Action::Block(BlockFor::UntilRepaid { grace }) }) => {
            Some((rule, *grace))
        }
        _ => None,
    }
}

/// Whether a refund is to be repaid: something is owed; or it is unknown how much is, and no operator closed it.
pub(super) fn is_unpaid(case: &Case, books: &Recovery) -> bool {
    books.is_owed() || (!books.is_complete() && closed_as(case).is_none())
}

/// Completes a block that is read: with what its user owes, and the user as the host writes the id.
pub(super) fn show_block(read: Read<'_>, block: &mut Block) -> Result<(), LedgerError> {
    if let (true, None, BlockCause::Refund { refund, .. }) = (block.until_settled, &block.ended, &block.cause)
    {
        let balances = read.balances(*refund)?;
        let theirs = balances.iter().filter(|balance| balance.player == block.user);
        block.owes = theirs
            .map(|balance| Grant { item: balance.item.clone(), quantity: owed(balance) })
            .filter(|grant| grant.quantity > 0)
            .collect();
    }
    read.spell(&mut block.user)
}

impl Change<'_> {
    /// Notes in a case whether it is unpaid, and returns what changed.
    pub(super) fn note_payment(case: &mut Case, books: &Recovery) -> Option<Payment> {
        let blocks = until_repaid(case.refund.decision.as_ref()).is_some()
            && case.refund.user.is_some()
            && case.refund.merged_into.is_none();
        let is = blocks && is_unpaid(case, books);
        let was = std::mem::replace(&mut case.unpaid, is);
        match (was, is) {
            (false, true) => Some(Payment::Unpaid),
            (true, false) => Some(Payment::Paid),
            _ => None,
        }
    }

    /// Blocks or unblocks after a change of a case's books, if its decision blocks until it is repaid. For a case that
    /// is saved; its decision was the same before.
    pub(super) fn settle_blocks(&self, case: &Case, payment: Option<Payment>) -> Result<(), LedgerError> {
        match (payment, until_repaid(case.refund.decision.as_ref())) {
            (Some(Payment::Unpaid), Some((rule, grace))) => self.begin_block(case, rule, grace, self.now),
            (Some(Payment::Paid), decision) => {
                self.tx.drop_block_later(case.refund.id)?;
                match decision {
                    Some(_) => self.end_blocks_of(case, EndedBy::Settled),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// As [`settle_blocks`](Self::settle_blocks), for a case that was decided again; `before` is the decision before,
    /// `blocks` are all that the refund ever caused. As everywhere, a block that an operator ended stays ended if only
    /// the decision changed, unless an operator `insists` by deciding.
    pub(super) fn block_until_repaid(
        &self,
        case: &Case,
        payment: Option<Payment>,
        before: Option<&Decision>,
        blocks: &[Block],
        insists: bool,
    ) -> Result<(), LedgerError> {
        let Some((rule, grace)) = until_repaid(case.refund.decision.as_ref()) else { return Ok(()) };
        if let Some((_, grace_before)) = until_repaid(before) {
            let has_block = || match blocks.last().is_some_and(|latest| latest.ended.is_none()) {
                true => Ok::<_, LedgerError>(true),
                false => Ok(self.tx.read().grace_since(case.refund.id)?.is_some()),
            };
            return match payment {
                None if case.unpaid && insists && !has_block()? => {
                    self.begin_block(case, rule, grace, self.now)
                }
                None if case.unpaid && grace != grace_before => self.change_grace(case, rule, grace),
                _ => self.settle_blocks(case, payment),
            };
        }
        let latest = blocks.last();
        let is_forgiven = before.is_some()
            && !insists
            && matches!(latest.and_then(|latest| latest.ended.as_ref()), Some(end) if end.is_by_operator());
        if case.unpaid && !is_forgiven {
            let blocked = matches!(before, Some(Decision { action: Action::Block(_), .. }));
            let since =
                blocks.first().filter(|_| blocked && !insists).map_or(self.now, |first| first.made_at);
            self.begin_block(case, rule, grace, since)?;
        }
        // The new one first, so that the user stays blocked.
        match latest {
            Some(latest) if latest.ended.is_none() => {
                self.end_block(latest.clone(), EndedBy::Redecided, Some(case)).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Blocks the user of an unpaid refund, or notes when.
    fn begin_block(
        &self,
        case: &Case,
        rule: &str,
        grace: Option<Span>,
        since: Timestamp,
    ) -> Result<(), LedgerError> {
        let due_at = grace.map(|grace| since.plus(grace));
        match due_at.filter(|due_at| *due_at > self.now) {
            Some(due_at) => self.tx.block_later(case.refund.id, since, due_at),
            None => self.block_unpaid(case, rule),
        }
    }

    /// Moves the begin of a block that has not begun.
    fn change_grace(&self, case: &Case, rule: &str, grace: Option<Span>) -> Result<(), LedgerError> {
        let Some(since) = self.tx.read().grace_since(case.refund.id)? else { return Ok(()) };
        self.tx.drop_block_later(case.refund.id)?;
        self.begin_block(case, rule, grace, since)
    }

    fn block_unpaid(&self, case: &Case, rule: &str) -> Result<(), LedgerError> {
        let cause = BlockCause::Refund { refund: case.refund.id, rule: rule.to_owned() };
        self.block_for_refund(case, cause, None)
    }

    /// Makes the blocks whose grace is over, the longest overdue first.
    pub(super) fn begin_blocks_due(&self) -> Result<(), LedgerError> {
        for id in self.tx.read().later_blocks_due(self.now, EXPIRE_AT_ONCE)? {
            self.tx.drop_block_later(id)?;
            let Some(case) = self.tx.case(id)?.filter(|case| case.unpaid) else { continue };
            if let Some((rule, _)) = until_repaid(case.refund.decision.as_ref()) {
                self.block_unpaid(&case, rule)?;
            }
        }
        Ok(())
    }

    /// Moves to a case what another one, which is the same refund, had of blocks until repaid.
    pub(super) fn take_over_payment(&self, case: &mut Case, from: &mut Case) -> Result<(), LedgerError> {
        case.unpaid = std::mem::take(&mut from.unpaid);
        if case.unpaid { self.tx.hand_block_later_over(from.refund.id, case.refund.id) } else { Ok(()) }
    }

    /// Forgets that a case is unpaid: its decision no longer counts.
    pub(super) fn drop_payment(&self, case: &mut Case) -> Result<(), LedgerError> {
        if std::mem::take(&mut case.unpaid) {
            self.tx.drop_block_later(case.refund.id)?;
        }
        Ok(())
    }
}
