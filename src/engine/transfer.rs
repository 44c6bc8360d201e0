//! An operator moves a purchase from one player to another.

use serde::Serialize;

use super::attribution::CaseInputs;
use super::change::Change;
use super::record::OperatorRemark;
use super::{Engine, by_operator};
use crate::error::Error;
use crate::ledger::{Case, LedgerError, NewEntry};
use crate::model::attribution::Record;
use crate::model::{Happening, MAX_NAME, Purchase, RefundId, Store, check_text};

/// The most records or refunds that one transfer moves: ten years of weekly renewals.
const MAX_MOVED: i64 = 520;

/// The result of [`Engine::transfer_purchase`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TransferResult {
    /// The store.
    pub store: Store,
    /// The requested order id or token.
    pub order: String,
    /// The user who had the purchase; `None` if it was not recorded.
    pub from: Option<String>,
    /// The user who has it now.
    pub to: String,
    /// How many records moved to this user or were created.
    pub purchases: usize,
    /// How many refunds moved to this user.
    pub refunds: usize,
}

impl Engine {
    /// Moves a purchase to another user: if support moved it to another account, or the wrong user recorded it. The
    /// record moves; without one, but with a refund of the order, one is created. Refunds of the order move too, with
    /// all consequences: those for the old user end, and the rules are applied to the new one. Refunds of other
    /// orders of the same family stay.
    ///
    /// `order` is an order id or a token; `store` is required only if two stores have it. `who` and `why` go to the
    /// journal. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownOrder`] if neither a record nor a refund has this id; [`Error::BadAction`] if several stores
    /// have it and `store` is `None`; [`Error::BadText`] for an invalid text; [`Error::Ledger`].
    pub fn transfer_purchase(
        &self,
        store: Option<&Store>,
        order: &str,
        to_user: &str,
        who: &str,
        why: &str,
    ) -> Result<TransferResult, Error> {
        let by = by_operator(to_user, who, why)?;
        check_text("order", order, MAX_NAME)?;
        let (store, order, to) = (store.cloned(), order.to_owned(), to_user.to_owned());
        self.change(move |change| change.transfer(store.as_ref(), &order, &to, &by))
    }
}

impl Change<'_> {
    fn transfer(
        &self,
        store: Option<&Store>,
        order: &str,
        to: &str,
        by: &OperatorRemark,
    ) -> Result<TransferResult, Error> {
        let read = self.tx.read();
        let to = self.tx.known_user(to)?;
        let refunds = self.refunds_to_move(store, order)?;
        let mut records = read.records_of_order(store, order, MAX_MOVED)?;
        let mut unrecorded = Vec::new();
        for case in &refunds {
            let of_it = self.records_of_refund(case)?;
            if of_it.is_empty() {
                unrecorded.push(case);
            }
            records.extend(of_it);
        }
        records.sort_unstable_by_key(|record| record.id);
        records.dedup_by_key(|record| record.id);

        let mut stores: Vec<&Store> = records.iter().map(|record| &record.recorded.purchase.store).collect();
        stores.extend(refunds.iter().map(|case| &case.place.store));
        stores.sort_unstable();
        stores.dedup();
        let store = match stores.as_slice() {
            [] => return Err(Error::UnknownOrder { order: order.to_owned() }),
            [one] => (*one).clone(),
            several => {
                let names: Vec<&str> = several.iter().map(|store| store.as_str()).collect();
                let problem = format!("{} all have an order {order:?}: name the store", names.join(", "));
                return Err(Error::BadAction { problem });
            }
        };

        let before: Vec<(RefundId, Option<String>)> =
            refunds.iter().map(|case| (case.refund.id, case.refund.user.clone())).collect();
        let from = records
            .iter()
            .map(|record| record.user().to_owned())
            .chain(before.iter().filter_map(|(_, user)| user.clone()))
            .find(|user| *user != to);
        self.journal_transfer(&store, order, from.as_deref(), &to, by)?;

        let mut touched: Vec<RefundId> = before.iter().map(|(id, _)| *id).collect();
        let mut purchases = 0;
        for record in records.iter().filter(|record| record.user() != to) {
            let moved = Purchase { user: to.clone(), ..record.recorded.purchase.clone() };
            self.tx.update_purchase(record, &moved)?;
            touched.extend(read.refunds_touched_by(&moved, true)?);
            purchases += 1;
        }
        for case in unrecorded {
            self.tx.insert_purchase(&record_of(case, order, &to), self.now)?;
            purchases += 1;
        }
        touched.sort_unstable();
        touched.dedup();
        self.refold_all(touched)?;

        let mut moved = 0;
        for (id, user) in before {
            let now = self.tx.refund(id)?.and_then(|refund| refund.user);
            moved += usize::from(now.as_ref() == Some(&to) && user.as_ref() != Some(&to));
        }
        let from = from.map(|from| read.spelling(&from)).transpose()?;
        let to = read.spelling(&to)?;
        Ok(TransferResult { store, order: order.to_owned(), from, to, purchases, refunds: moved })
    }

    /// The records of exactly the refunded order, by any of its ids.
    fn records_of_refund(&self, case: &Case) -> Result<Vec<Record>, LedgerError> {
        let mut facts = self.tx.facts(case.refund.id)?;
        for same in self.same_purchases(case, &case.refund.case.about)? {
            facts.extend(self.tx.facts(same.refund.id)?);
        }
        let Some(CaseInputs { family, mut records, .. }) = self.case_inputs(case, facts)? else {
            return Ok(Vec::new());
        };
        records.retain(|record| family.is_of_this_order(&record.recorded.purchase));
        Ok(records)
    }

    /// The refunds of exactly this order, or with this token.
    fn refunds_to_move(&self, store: Option<&Store>, order: &str) -> Result<Vec<Case>, LedgerError> {
        let read = self.tx.read();
        let mut cases = Vec::new();
        for refund in read.refunds_of_order(order, MAX_MOVED)? {
            let id = refund.merged_into.unwrap_or(refund.id);
            let is_known = cases.iter().any(|known: &Case| known.refund.id == id);
            if store.is_none_or(|store| *store == refund.store) && !is_known {
                cases.extend(self.tx.case(id)?);
            }
        }
        Ok(cases)
    }

    /// Two entries, one in each player's history.
    fn journal_transfer(
        &self,
        store: &Store,
        order: &str,
        from: Option<&str>,
        to: &str,
        by: &OperatorRemark,
    ) -> Result<(), LedgerError> {
        let happening = Happening::PurchaseTransferred {
            store: store.clone(),
            from: from.map(str::to_owned),
            to: to.to_owned(),
            who: by.who.clone(),
            why: by.why.clone(),
        };
        for user in from.into_iter().chain([to]) {
            let entry = NewEntry { order: Some(order), user: Some(user), ..NewEntry::default() };
            self.tx.write_journal(entry, self.now, &happening)?;
        }
        Ok(())
    }
}

/// A record of the refunded order, with what the store reported about it.
fn record_of(case: &Case, order: &str, user: &str) -> Purchase {
    let about = &case.refund.case.about;
    let order_id = about.order_id.clone();
    Purchase {
        app: Some(case.place.app.clone()),
        environment: case.effective_environment,
        purchase_token: about.purchase_token.clone(),
        original_id: about.original_id.clone(),
        web_order_line_item_id: about.web_order_line_item_id.clone(),
        product: about.product.clone(),
        product_type: about.product_type,
        quantity: about.quantity,
        price: about.price,
        purchased_at: about.purchased_at,
        country: about.country.map(String::from),
        order_id: order_id.or_else(|| about.purchase_token.is_none().then(|| order.to_owned())),
        ..Purchase::new(case.place.store.clone(), user, order)
    }
}
