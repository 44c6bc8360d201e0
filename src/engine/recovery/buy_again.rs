//! Purchases by which players pay again for what was refunded, and what happens when those are refunded in turn.

use std::collections::BTreeMap;

use super::report::{owed, refused};
use crate::engine::change::Change;
use crate::error::Error;
use crate::ledger::{Balance, Case, LedgerError, NewRecoveryEntry};
use crate::model::{
    Due, EntryKind, Grant, Happening, How, Purchase, RecoveryEntry, RefundId, ReportedTotal, Rounding,
};

impl Change<'_> {
    /// Books a new purchase that repays a refund: it takes the place of all that is owed.
    pub(in crate::engine) fn book_buying_again(
        &self,
        refund: RefundId,
        purchase: &Purchase,
    ) -> Result<(), Error> {
        let mut case = self.case_to_book(refund)?;
        let id = case.refund.id;
        let order = purchase.order_id.as_deref().or(purchase.purchase_token.as_deref()).unwrap_or_default();
        let refuse = |code, facts: String| Err(refused(code, &format!("purchase {order:?}: {facts}")));
        if case.refund.user.as_deref() != Some(&purchase.user) {
            return refuse("not_this_users", format!("refund {id} is not {:?}'s", purchase.user));
        }
        if purchase.product.is_some() && purchase.product != case.refund.case.about.product {
            let product = case.refund.case.about.product.as_deref().unwrap_or("an unknown product");
            return refuse(
                "another_product",
                format!("refund {id} is of {product}: sell that, or name no product"),
            );
        }
        if !purchase.grants.is_empty() {
            let facts = format!("a purchase that repays refund {id} grants nothing: leave its grants out");
            return refuse("repaying_purchase_grants", facts);
        }
        let entries = self.tx.read().recovery_entries(id)?;
        if bought(&entries).values().any(|items| items.values().any(|sums| sums.net() > 0)) {
            return refuse("repaid_already", format!("another purchase repays refund {id} already"));
        }
        let Some(number) = self.tx.read().same_purchase(purchase)?.map(|record| record.id) else {
            return Ok(());
        };
        let mut items = Vec::new();
        for mut balance in self.tx.read().balances(id)? {
            let quantity = owed(&balance);
            if balance.player == purchase.user && quantity > 0 {
                items.push(Grant { item: balance.item.clone(), quantity });
                self.add_bought(id, &mut balance, number, quantity)?;
            }
        }
        if items.is_empty() {
            return refuse("nothing_owed", format!("nothing is owed for refund {id}: leave repays out"));
        }
        self.journal(&case, &Happening::BoughtAgain { purchase: number, items })?;
        self.save_books(&mut case, true)?;
        Ok(())
    }

    /// Follows the refund of a purchase that repaid another refund: in the proportion in which it is refunded, what it
    /// paid for is owed again.
    pub(super) fn book_repaid_refund(&self, case: &Case) -> Result<(), LedgerError> {
        let (Some(repaid), Some(number)) = (case.repays, case.purchase) else { return Ok(()) };
        let Some(mut other) = self.tx.case(repaid)? else { return Ok(()) };
        if let Some(into) = other.refund.merged_into
            && let Some(counting) = self.tx.case(into)?
        {
            other = counting;
        }
        let id = other.refund.id;
        let nothing = ReportedTotal::default();
        let total = case.notified.as_ref().filter(|_| case.refund.merged_into.is_none()).unwrap_or(&nothing);
        let mut entries = self.tx.read().recovery_entries(repaid)?;
        if id != repaid {
            // Paid for before the two turned out to be one refund.
            entries.extend(self.tx.read().recovery_entries(id)?);
        }
        let Some(paid) = bought(&entries).remove(&number) else { return Ok(()) };
        let (mut items, mut is_more) = (Vec::new(), false);
        for mut balance in self.tx.read().balances(id)? {
            let Some(sums) = paid.get(&(balance.player.clone(), balance.item.clone())) else { continue };
            let wanted = Due::of(total, &case.refund.case.about, sums.paid, Rounding::Down).quantity;
            // What came back otherwise meanwhile is not taken from this.
            let more = wanted.saturating_sub(sums.cancelled).min(balance.taken);
            if more != 0 {
                is_more |= more > 0;
                self.add_bought(id, &mut balance, number, more.saturating_neg())?;
                let quantity = sums.paid.saturating_sub(wanted);
                items.push(Grant { item: balance.item, quantity });
            }
        }
        if !items.is_empty() {
            self.journal(&other, &Happening::BoughtAgain { purchase: number, items })?;
            let books = self.save_books(&mut other, true)?;
            if is_more {
                self.notice_of_more_debt(&other, &books)?;
            }
        }
        Ok(())
    }

    fn add_bought(
        &self,
        refund: RefundId,
        balance: &mut Balance,
        purchase: i64,
        quantity: i64,
    ) -> Result<(), LedgerError> {
        let entry = NewRecoveryEntry {
            kind: EntryKind::Taken,
            quantity,
            how: How::Bought,
            corrects: None,
            purchase: Some(purchase),
            who: None,
        };
        self.add_entry(refund, balance, &entry, false)
    }
}

/// What one purchase paid for of an item, and how much of that was cancelled by its own refund.
#[derive(Clone, Copy, Default)]
struct Sums {
    paid: i64,
    cancelled: i64,
}

impl Sums {
    const fn net(self) -> i64 {
        self.paid.saturating_sub(self.cancelled)
    }
}

/// The sums of each purchase, by player and item. The first entry of each says what was paid for.
fn bought(entries: &[RecoveryEntry]) -> BTreeMap<i64, BTreeMap<(String, String), Sums>> {
    let mut purchases: BTreeMap<i64, BTreeMap<(String, String), Sums>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.how == How::Bought) {
        let Some(purchase) = entry.purchase else { continue };
        let place = (entry.user.clone(), entry.item.clone());
        let sums = purchases.entry(purchase).or_default().entry(place).or_default();
        match sums.paid {
            0 => sums.paid = entry.quantity,
            _ => sums.cancelled = sums.cancelled.saturating_sub(entry.quantity),
        }
    }
    purchases
}
