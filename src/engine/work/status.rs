//! One plain call for hosts and operators who want no more than a status: by refund or by order.

use std::collections::BTreeMap;

use crate::engine::change::Change;
use crate::engine::record::OperatorRemark;
use crate::engine::recovery::{owed, refused};
use crate::engine::{Engine, by_operator};
use crate::error::Error;
use crate::ledger::{Balance, Case, LedgerError, Read};
use crate::model::{
    Action, ClosedAs, EntryKind, Happening, How, MAX_NAME, Overruling, RecoveryEntry, Refund, RefundAt,
    RefundId, RefundRef, RefundStatus, WorkStatus, check_text,
};

/// How many refunds of one order are looked at: only the renewals of one subscription's token are more than a few.
const OF_ORDER: i64 = 100;

impl Engine {
    /// Sets the status of a refund, by its id or by the order's: does what the status means, with all consequences.
    /// Setting a status again changes nothing. Waits for one commit. Needs no recorded purchase and no user.
    ///
    /// `recovered` books all that is owed as taken, and `written_off` forgives it; where the books do not know what is
    /// due, they close the refund. `excluded` overrules the decision. `open` undoes all of these.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::UnknownOrder`]; [`Error::Conflict`]; [`Error::Refused`] with the code
    /// `not_refunded` if nothing is refunded, `several_refunds` if the order id is that of several, `nothing_owed` if the books know that nothing is
    /// due, or `came_back` if the refund cannot be opened, since the game reported that all came back;
    /// [`Error::BadText`]; [`Error::Ledger`].
    pub fn set_refund_status(
        &self,
        refund: impl Into<RefundAt>,
        status: RefundStatus,
        who: &str,
        why: &str,
    ) -> Result<Refund, Error> {
        let by = by_operator("-", who, why)?;
        let refund = checked(refund)?;
        self.change(move |change| {
            let case = change.case_at(&refund)?;
            change.set_status(case, status, &by)
        })
    }

    /// The refund of an order id or purchase token; `None` if nothing of it is refunded.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `several_refunds` if the id is that of several; [`Error::Ledger`].
    pub fn refund_of_order(&self, order: &str) -> Result<Option<Refund>, Error> {
        let mut refunds = self.read(|read| {
            let mut refunds = refunds_of_order(read, order)?;
            refunds.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            Ok(refunds)
        })?;
        match refunds.len() {
            0 | 1 => Ok(refunds.pop()),
            _ => Err(several(order, &refunds)),
        }
    }
}

impl Change<'_> {
    /// The case to change, if it is still as the operator saw it.
    pub(in crate::engine) fn case_at(&self, at: &RefundAt) -> Result<Case, Error> {
        let id = match &at.refund {
            RefundRef::Refund(id) => *id,
            RefundRef::Order(order) => self.refund_to_change(order)?,
        };
        let current = self.tx.refund(id)?.ok_or(Error::UnknownRefund { id })?.revision;
        if at.revision.is_some_and(|revision| revision != current) {
            return Err(Error::Conflict { current });
        }
        self.case_to_book(id)
    }

    fn refund_to_change(&self, order: &str) -> Result<RefundId, Error> {
        let refunds = refunds_of_order(self.tx.read(), order)?;
        match refunds.as_slice() {
            [refund] => Ok(refund.id),
            [] if self.tx.read().purchases_of_order(order, 1)?.is_empty() => {
                Err(Error::UnknownOrder { order: order.to_owned() })
            }
            [] => Err(refused(
                "not_refunded",
                &format!(
                    "order {order:?} is recorded, and nothing of it is refunded: there is no status to set"
                ),
            )),
            several_of_it => Err(several(order, several_of_it)),
        }
    }

    pub(super) fn set_status(
        &self,
        mut case: Case,
        status: RefundStatus,
        by: &OperatorRemark,
    ) -> Result<Refund, Error> {
        let before = case.refund.work_status;
        let is_set = match status {
            RefundStatus::Recovered => before == WorkStatus::Recovered,
            RefundStatus::WrittenOff => before == WorkStatus::WrittenOff,
            RefundStatus::Excluded => before == WorkStatus::Excluded,
            RefundStatus::Open => matches!(before, WorkStatus::Open | WorkStatus::Recovering),
        };
        if is_set {
            return self.spelled_refund(case.refund);
        }
        if !case.refund.case.state.is_refunded() {
            let facts = format!(
                "refund {} is {}: nothing is refunded",
                case.refund.id,
                case.refund.case.state.as_str()
            );
            return Err(refused("not_refunded", &facts));
        }
        let is_overruled = matches!(case.overruled, Some(Overruling { action: Action::Exclude, .. }));
        if is_overruled && status != RefundStatus::Excluded {
            self.overrule(&case.refund.id.into(), None, by)?;
            case = self.case_to_book(case.refund.id)?;
        }
        match status {
            RefundStatus::Recovered => {
                self.settle_all(&mut case, EntryKind::Taken, ClosedAs::Recovered, by)?
            }
            RefundStatus::WrittenOff => {
                self.settle_all(&mut case, EntryKind::Forgiven, ClosedAs::WrittenOff, by)?;
            }
            RefundStatus::Excluded => {
                self.overrule(&case.refund.id.into(), Some(Action::Exclude), by)?;
            }
            RefundStatus::Open => self.open_again(&mut case, by)?,
        }
        let (who, why) = (by.who.clone(), by.why.clone());
        self.journal(&case, &Happening::StatusSet { status, who, why })?;
        let id = case.refund.id;
        let case = self.tx.case(id)?.ok_or(Error::UnknownRefund { id })?;
        self.spelled_refund(case.refund)
    }

    /// Books all that is owed, or closes the case where the books do not know what is due.
    fn settle_all(
        &self,
        case: &mut Case,
        kind: EntryKind,
        closed_as: ClosedAs,
        by: &OperatorRemark,
    ) -> Result<(), Error> {
        let how = if kind == EntryKind::Taken { How::StatusSet } else { How::WrittenOff };
        let id = case.refund.id;
        let mut is_booked = false;
        for mut balance in self.tx.read().balances(id)? {
            if case.refund.user.as_deref() == Some(&balance.player) {
                let quantity = owed(&balance);
                self.add(id, &mut balance, kind, quantity, how, Some(&by.who))?;
                is_booked |= quantity > 0;
            }
        }
        if is_booked {
            self.save_books(case, true)?;
        }
        if case.refund.work_status == closed_as.work_status()
            || is_booked && !case.refund.work_status.is_to_do()
        {
            return Ok(());
        }
        self.close_case(case, closed_as)
    }

    /// Takes a part of an entry off its sum again, or an entry that cannot be cancelled.
    fn take_off(&self, entry: &RecoveryEntry, quantity: i64, by: &OperatorRemark) -> Result<(), LedgerError> {
        let balances = self.tx.read().balances(entry.refund)?;
        let is_of_it = |balance: &Balance| balance.player == entry.user && balance.item == entry.item;
        let Some(mut balance) = balances.into_iter().find(is_of_it) else { return Ok(()) };
        let less = quantity.saturating_neg();
        self.add(entry.refund, &mut balance, entry.kind, less, How::Corrected, Some(&by.who))
    }

    /// Undoes what set the status: closing, forgiving, and an earlier status.
    fn open_again(&self, case: &mut Case, by: &OperatorRemark) -> Result<(), Error> {
        let id = case.refund.id;
        case.closed = None;
        let entries = self.tx.read().recovery_entries(id)?;
        let mut left = set_by_operators(&entries);
        // The newest first: what an older one booked may have been returned since.
        for entry in entries.iter().rev().filter(|entry| is_set(entry) && !is_cancelled(entry, &entries)) {
            let Some(left) = left.get_mut(&place_of(entry)) else { continue };
            let quantity = entry.quantity.min(*left);
            if quantity <= 0 {
                continue;
            }
            *left = left.saturating_sub(quantity);
            if quantity == entry.quantity && entry.how != How::Carried {
                self.cancel(entry, by)?;
            } else {
                self.take_off(entry, quantity, by)?;
            }
        }
        self.save_books(case, true)?;
        if matches!(case.refund.work_status, WorkStatus::Open | WorkStatus::Recovering) {
            return Ok(());
        }
        let reports: Vec<String> = entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::Taken && entry.quantity > 0)
            .map(|entry| format!("entry {}: {} {}", entry.id, entry.quantity, entry.item))
            .collect();
        let status = case.refund.work_status.as_str();
        Err(match reports.is_empty() {
            true => refused("nothing_owed", &format!("refund {id} is {status}: nothing is due for it")),
            false => refused(
                "came_back",
                &format!(
                    "refund {id} is {status}: the game reported what came back ({}). Cancel the entry that is wrong",
                    reports.join(", ")
                ),
            ),
        })
    }
}

/// The refund that a call names, if it can be one.
pub(in crate::engine) fn checked(refund: impl Into<RefundAt>) -> Result<RefundAt, Error> {
    let at = refund.into();
    if let RefundRef::Order(order) = &at.refund {
        check_text("order", order, MAX_NAME)?;
    }
    Ok(at)
}

/// The player, item and sum that an entry adds to.
type Place<'a> = (&'a str, &'a str, bool);

fn place_of(entry: &RecoveryEntry) -> Place<'_> {
    (&entry.user, &entry.item, entry.kind == EntryKind::Forgiven)
}

/// Whether an entry was made by what `open` undoes: forgiving, also of the same refund under another id, or a status.
fn is_set(entry: &RecoveryEntry) -> bool {
    entry.kind == EntryKind::Forgiven && entry.how != How::Corrected || entry.how == How::StatusSet
}

fn is_cancelled(entry: &RecoveryEntry, entries: &[RecoveryEntry]) -> bool {
    entries.iter().any(|other| other.corrects == Some(entry.id))
}

/// How many of each item's forgiven and taken are what an operator set, and were not undone since. What the game returned
/// was set by an operator first, and reported by the game only beyond that.
fn set_by_operators(entries: &[RecoveryEntry]) -> BTreeMap<Place<'_>, i64> {
    let mut sums: BTreeMap<Place<'_>, (i64, i64)> = BTreeMap::new();
    let counts = |entry: &&RecoveryEntry| {
        entry.kind != EntryKind::Due && entry.corrects.is_none() && !is_cancelled(entry, entries)
    };
    for entry in entries.iter().filter(counts) {
        let (all, set) = sums.entry(place_of(entry)).or_default();
        *all = all.saturating_add(entry.quantity);
        // What a purchase paid for was none of this, also where its refund takes that away.
        if is_set(entry) || entry.quantity < 0 && entry.how != How::Bought {
            *set = set.saturating_add(entry.quantity);
        }
        *set = (*set).clamp(0, (*all).max(0));
    }
    sums.into_iter().map(|(place, (_, set))| (place, set)).collect()
}

/// The refunds of an order that count.
fn refunds_of_order(read: Read<'_>, order: &str) -> Result<Vec<Refund>, crate::ledger::LedgerError> {
    let mut refunds = read.refunds_of_order(order, OF_ORDER)?;
    refunds.retain(|refund| refund.merged_into.is_none());
    Ok(refunds)
}

fn several(order: &str, refunds: &[Refund]) -> Error {
    let ids: Vec<String> = refunds.iter().map(|refund| refund.id.to_string()).collect();
    let facts = format!("{order:?} belongs to refunds {}: name one of them", ids.join(", "));
    refused("several_refunds", &facts)
}
