//! Keeps the books of refunds: what should come back follows the refund; what came back, the game and operators report.

mod buy_again;
mod debtors;
mod repay;
mod report;

pub(super) use report::{check_key, owed, refused};

use super::attribution::summed;
use super::change::{Change, Rules};
use super::until_repaid::Payment;
use crate::ledger::{Balance, Case, LedgerError, NewRecoveryEntry};
use crate::model::{
    Action, Catalogue, ClosedAs, Decision, Due, EntryKind, Environment, EventKind, Grant, GrantSource, How,
    Overruling, Recovery, RecoveryEntry, RecoveryItem, RefundId, Rounding, WorkStatus, WorkView,
};

/// The books of a case after a change.
pub(super) struct Booked {
    /// Those of its player.
    pub(super) books: Recovery,
    /// Whether what is owed, or what the player gets back, changed.
    pub(super) changed: bool,
    /// Whether the refund became paid or unpaid, if its decision blocks until it is repaid.
    pub(super) payment: Option<Payment>,
}

impl Change<'_> {
    /// Writes what is due for a case as it is now, and sets its work status. The caller saves the case, and then calls
    /// [`settle_blocks`](Self::settle_blocks).
    pub(super) fn book(&self, case: &mut Case) -> Result<Booked, LedgerError> {
        follow_closing(case);
        let was_booked = case.booked;
        let mut balances = match case.booked {
            true => self.tx.read().balances(case.refund.id)?,
            false => Vec::new(),
        };
        let changed = self.book_due(case, &mut balances)?;
        self.book_repaid_refund(case)?;
        let books = books_of(case, &balances, self.rules.rounding);
        self.set_work_status(case, &books, &balances);
        case.owing = books.is_owed() && case.refund.work_status != WorkStatus::Excluded;
        self.mark_closed(case);
        let payment = Self::note_payment(case, &books);
        if changed {
            self.notice_of_due(case, &books, was_booked)?;
        }
        Ok(Booked { books, changed, payment })
    }

    /// What the catalogue says that the product grants, if nothing better is known. It is called once the host is
    /// notified of the refund and the product is known, and not again: a later catalogue changes nothing. Nor does it
    /// change what an operator closed.
    pub(super) fn look_up_granted(&self, case: &mut Case) {
        if case.granted.is_none() && case.notified.is_some() && closed_as(case).is_none() {
            case.granted = granted_by_catalogue(case, &self.rules.catalogue);
        }
    }

    /// As [`book`](Self::book), where nothing else about the case changed: saves it, and notifies the host if what is
    /// owed changed.
    pub(super) fn book_again(&self, case: &Case) -> Result<(), LedgerError> {
        let mut case = case.clone();
        let state = |case: &Case| (case.booked, case.refund.work_status, case.owing, case.closed);
        let before = state(&case);
        let booked = self.book(&mut case)?;
        let is_same = before == state(&case);
        if is_same && !booked.changed && booked.payment.is_none() {
            return Ok(());
        }
        case.refund.updated_at = self.now;
        self.tx.save_decision(&mut case)?;
        if booked.changed {
            self.queue_with_books(EventKind::Recovery, &case, booked.books)?;
        }
        self.settle_blocks(&case, booked.payment)
    }

    /// Books that nothing is due from a player any more, because the refund is another's; returns that player's books.
    pub(super) fn book_out(&self, case: &Case, player: &str) -> Result<Recovery, LedgerError> {
        let mut theirs = case.clone();
        theirs.refund.user = Some(player.to_owned());
        theirs.notified = None;
        Ok(self.book(&mut theirs)?.books)
    }

    /// Moves what came back and what was forgiven from the books of one case to those of another, which is the same
    /// refund: of every player it ever was of. Whether there was anything to move.
    pub(super) fn carry_books(&self, from: &Case, to: &mut Case) -> Result<bool, LedgerError> {
        let mut moved = false;
        if !from.booked {
            return Ok(moved);
        }
        let mut theirs = self.tx.read().balances(to.refund.id)?;
        for mut balance in self.tx.read().balances(from.refund.id)? {
            let place = position(&mut theirs, &balance.player, &balance.item);
            let Some(other) = theirs.get_mut(place) else { continue };
            other.granted = other.granted.max(balance.granted);
            for (kind, quantity) in
                [(EntryKind::Taken, balance.taken), (EntryKind::Forgiven, balance.forgiven)]
            {
                self.add(from.refund.id, &mut balance, kind, quantity.saturating_neg(), How::Carried, None)?;
                self.add(to.refund.id, other, kind, quantity, How::Carried, None)?;
                moved |= quantity != 0;
            }
        }
        to.booked |= moved;
        Ok(moved)
    }

    /// Writes the difference between what is due and what was booked as due, for every player it ever was of.
    fn book_due(&self, case: &mut Case, balances: &mut Vec<Balance>) -> Result<bool, LedgerError> {
        let due = due_of(case, self.rules.rounding);
        for (grant, _) in &due {
            let Some(player) = case.refund.user.as_deref() else { break };
            let place = position(balances, player, &grant.item);
            if let Some(balance) = balances.get_mut(place).filter(|balance| balance.granted != grant.quantity)
            {
                // A balance says of no item that more is due than was granted.
                balance.granted = grant.quantity.max(balance.due);
                if case.booked {
                    self.tx.save_balance(case.refund.id, balance)?;
                }
            }
        }
        let mut changed = false;
        for balance in balances.iter_mut() {
            let is_its_player = case.refund.user.as_deref() == Some(&balance.player);
            let of_item = due.iter().find(|(grant, _)| is_its_player && grant.item == balance.item);
            let wanted = of_item.map_or(0, |(_, due)| due.quantity);
            let more = wanted.saturating_sub(balance.due);
            if more != 0 {
                self.add(case.refund.id, balance, EntryKind::Due, more, How::Decided, None)?;
                case.booked = true;
                changed = true;
            }
            if let Some((grant, _)) = of_item
                && balance.granted != grant.quantity
            {
                balance.granted = grant.quantity;
                self.tx.save_balance(case.refund.id, balance)?;
            }
        }
        Ok(changed)
    }

    /// Moves the books of a case to that of the refund that it turned out to be, and returns those of its player there;
    /// `None` if there was nothing to move.
    pub(super) fn carry_to(&self, from: &Case, to: &mut Case) -> Result<Option<Recovery>, LedgerError> {
        if !self.carry_books(from, to)? {
            return Ok(None);
        }
        let balances = self.tx.read().balances(to.refund.id)?;
        let player = from.refund.user.as_deref().unwrap_or_default();
        Ok(Some(books_of_player(to, player, &balances, self.rules.rounding)))
    }

    /// Adds to one sum of a balance, by an entry; nothing for a quantity of 0.
    pub(super) fn add(
        &self,
        refund: RefundId,
        balance: &mut Balance,
        kind: EntryKind,
        quantity: i64,
        how: How,
        who: Option<&str>,
    ) -> Result<(), LedgerError> {
        let entry = NewRecoveryEntry { kind, quantity, how, corrects: None, purchase: None, who };
        self.add_entry(refund, balance, &entry, how == How::Returned)
    }

    /// Cancels an entry by its negative.
    fn add_correction(
        &self,
        entry: &RecoveryEntry,
        balance: &mut Balance,
        who: &str,
    ) -> Result<(), LedgerError> {
        let new = NewRecoveryEntry {
            kind: entry.kind,
            quantity: entry.quantity.saturating_neg(),
            how: How::Corrected,
            corrects: Some(entry.id),
            purchase: None,
            who: Some(who),
        };
        self.add_entry(entry.refund, balance, &new, entry.how == How::Returned)
    }

    fn add_entry(
        &self,
        refund: RefundId,
        balance: &mut Balance,
        entry: &NewRecoveryEntry<'_>,
        is_return: bool,
    ) -> Result<(), LedgerError> {
        if entry.quantity == 0 {
            return Ok(());
        }
        let sum = match entry.kind {
            EntryKind::Due => &mut balance.due,
            EntryKind::Taken => &mut balance.taken,
            EntryKind::Forgiven => &mut balance.forgiven,
        };
        *sum = sum.saturating_add(entry.quantity);
        if is_return {
            balance.returned = balance.returned.saturating_sub(entry.quantity);
        }
        self.tx.book(refund, balance, entry, self.now)
    }

    fn set_work_status(&self, case: &mut Case, books: &Recovery, balances: &[Balance]) {
        let refund = &case.refund;
        let decision = refund.decision.as_ref();
        let is_its_player = |balance: &&Balance| refund.user.as_deref() == Some(&balance.player);
        let view = WorkView {
            state: refund.case.state,
            trust: refund.case.trust,
            environment: case.effective_environment.unwrap_or(Environment::Production),
            is_merged: refund.merged_into.is_some(),
            is_attributed: refund.user.is_some(),
            // A refund whose user is unknown has no decision yet.
            is_excluded: matches!(decision, Some(Decision { action: Action::Exclude, .. }))
                || matches!(case.overruled, Some(Overruling { action: Action::Exclude, .. })),
            needs_person: matches!(decision, Some(Decision { action: Action::Alert | Action::Block(_), .. })),
            books,
            is_to_return_elsewhere: balances
                .iter()
                .any(|balance| !is_its_player(&balance) && balance.taken > balance.due),
            was_returned: balances.iter().filter(is_its_player).any(|balance| balance.returned > 0),
            is_begun: case.reported_at.is_some() || refund.assignee.is_some(),
            closed_as: closed_as(case),
        };
        case.refund.work_status = view.status();
    }
}

/// How an operator closed a case, as far as that holds for what is refunded now.
pub(super) fn closed_as(case: &Case) -> Option<ClosedAs> {
    let refunded = &case.refund.case.reported_total;
    case.closed.filter(|closed| closed.holds_for(refunded)).map(|closed| closed.closed_as)
}

/// Notes of what a closing holds, once the size of a part became known that had none: it is the same part.
fn follow_closing(case: &mut Case) {
    let refunded = case.refund.case.reported_total;
    if let Some(closed) = case.closed.as_mut().filter(|closed| closed.was_sized(&refunded)) {
        closed.total = refunded;
    }
}

/// What an operator did about a case holds for the case of the same refund that counts, unless that has its own.
pub(super) fn take_over_work(case: &mut Case, from: &Case) {
    // Both keep it, in case they turn out to be two refunds.
    case.closed = case.closed.or(from.closed);
    if case.refund.assignee.is_none() {
        case.refund.assignee.clone_from(&from.refund.assignee);
    }
    let source = |case: &Case| case.granted.as_ref().map(|(source, _)| *source);
    let is_better = match (source(case), source(from)) {
        (None, Some(GrantSource::Operator | GrantSource::Catalogue)) => true,
        (Some(GrantSource::Catalogue), other) => other == Some(GrantSource::Operator),
        // The record of a purchase is looked for by each case.
        _ => false,
    };
    if is_better {
        case.granted.clone_from(&from.granted);
    }
}

/// What the purchase granted. What the catalogue says is of one, and counts for as many as were bought; the stores report
/// no quantity for one.
pub(super) fn granted_of(case: &Case) -> Option<Vec<Grant>> {
    let (source, grants) = case.granted.as_ref()?;
    let times = match source {
        GrantSource::Catalogue => i64::from(case.refund.case.about.quantity.unwrap_or(1)),
        GrantSource::Operator | GrantSource::Purchase => 1,
    };
    let all = |grant: &Grant| Grant { quantity: grant.quantity.saturating_mul(times), ..grant.clone() };
    Some(grants.iter().map(all).collect())
}

fn granted_by_catalogue(case: &Case, catalogue: &Catalogue) -> Option<(GrantSource, Vec<Grant>)> {
    let product = case.refund.case.about.product.as_ref()?;
    let of_one = catalogue.grants(&case.place.store, product, None);
    (!of_one.is_empty()).then(|| (GrantSource::Catalogue, summed(of_one)))
}

/// The books that a case would have if this had been decided and notified: what is due follows from that, what came back
/// is as it was booked. Reads and writes nothing.
pub(super) fn books_if(case: &mut Case, mut balances: Vec<Balance>, rules: &Rules) -> Recovery {
    if case.granted.is_none() && case.notified.is_some() {
        case.granted = granted_by_catalogue(case, &rules.catalogue);
    }
    let due = due_of(case, rules.rounding);
    if let Some(player) = case.refund.user.as_deref() {
        for (grant, _) in &due {
            position(&mut balances, player, &grant.item);
        }
        for balance in balances.iter_mut().filter(|balance| balance.player == player) {
            let of_item = due.iter().find(|(grant, _)| grant.item == balance.item);
            balance.due = of_item.map_or(0, |(_, due)| due.quantity);
            balance.granted = of_item.map_or(balance.granted, |(grant, _)| grant.quantity);
        }
    }
    books_of(case, &balances, rules.rounding)
}

/// What is due of each granted item: nothing if the host was not notified of the refund.
fn due_of(case: &Case, rounding: Rounding) -> Vec<(Grant, Due)> {
    let (Some(granted), Some(_)) = (granted_of(case), &case.refund.user) else { return Vec::new() };
    let of = |grant: &Grant| match (&case.notified, case.refund.merged_into) {
        (Some(total), None) => Due::of(total, &case.refund.case.about, grant.quantity, rounding),
        _ => Due { quantity: 0, sized: true },
    };
    granted.iter().map(|grant| (grant.clone(), of(grant))).collect()
}

/// The books of a case's player, as they are shown.
pub(super) fn books_of(case: &Case, balances: &[Balance], rounding: Rounding) -> Recovery {
    let due = due_of(case, rounding);
    let sized = match (&case.notified, due.is_empty()) {
        (Some(total), true) => total.full,
        _ => due.iter().all(|(_, due)| due.sized),
    };
    let player = case.refund.user.as_deref();
    let mut items: Vec<RecoveryItem> = balances
        .iter()
        .filter(|balance| player == Some(&balance.player))
        .map(|balance| {
            let to_return = to_return(case, balance, rounding);
            let Balance { item, granted, due, taken, forgiven, .. } = balance.clone();
            RecoveryItem { to_return, ..RecoveryItem::new(item, granted, due, taken, forgiven) }
        })
        .collect();
    for (grant, _) in &due {
        if !items.iter().any(|item| item.item == grant.item) {
            items.push(RecoveryItem::new(grant.item.clone(), grant.quantity, 0, 0, 0));
        }
    }
    items.sort_by(|one, other| one.item.cmp(&other.item));
    let known = case.granted.is_some();
    let settled = known && sized && items.iter().all(|item| item.owed == 0);
    Recovery { known, sized, granted_by: case.granted.as_ref().map(|(source, _)| *source), settled, items }
}

/// The books of a case for one player, of whom it may have been before: then nothing is due from them.
pub(super) fn books_of_player(
    case: &Case,
    player: &str,
    balances: &[Balance],
    rounding: Rounding,
) -> Recovery {
    if case.refund.user.as_deref() == Some(player) {
        return books_of(case, balances, rounding);
    }
    let mut theirs = case.clone();
    theirs.refund.user = Some(player.to_owned());
    theirs.notified = None;
    books_of(&theirs, balances, rounding)
}

/// How many of an item a player gets back. None while the refund is in force and it is not known how much of it is due:
/// then what was taken may be due.
pub(super) fn to_return(case: &Case, balance: &Balance, rounding: Rounding) -> i64 {
    let is_its_player = case.refund.user.as_deref() == Some(&balance.player);
    let is_in_force = is_its_player && case.notified.is_some() && case.refund.merged_into.is_none();
    let is_known = || case.granted.is_some() && due_of(case, rounding).iter().all(|(_, due)| due.sized);
    let beyond = balance.taken.saturating_sub(balance.due).max(0);
    if beyond > 0 && is_in_force && !is_known() { 0 } else { beyond }
}

/// The place of a player's balance of an item, which is added if there is none.
pub(super) fn position(balances: &mut Vec<Balance>, player: &str, item: &str) -> usize {
    let known = balances.iter().position(|balance| balance.player == player && balance.item == item);
    known.unwrap_or_else(|| {
        balances.push(Balance {
            player: player.to_owned(),
            item: item.to_owned(),
            granted: 0,
            due: 0,
            taken: 0,
            forgiven: 0,
            returned: 0,
        });
        balances.len() - 1
    })
}
