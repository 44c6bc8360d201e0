//! The ids of one purchase, and which record of it decides.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::{
    OrderDetails, ProductType, Purchase, RecordedPurchase, Store, Timestamp, is_subscription,
};
use super::AttributedBy;

/// The ids under which one refund's order, and the purchases it belongs to, may have been recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Family {
    /// Ids of exactly this order.
    orders: BTreeSet<String>,
    /// Tokens that identify this order: of it alone, or because the store names no order.
    tokens: BTreeSet<String>,
    /// Whether those tokens belong to this order alone.
    tokens_are_single: bool,
    /// Ids that other orders of the same purchase share.
    shared: BTreeSet<String>,
    /// Google Play: the order ids without the renewal number.
    bases: BTreeSet<String>,
    /// Whether the store names an order, and not only its token.
    names_order: bool,
    /// When the order was placed; if unknown, when it was refunded.
    made_at: Timestamp,
    family_shared: bool,
}

/// A recorded purchase of the family, with its row id in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: i64,
    pub(crate) recorded: RecordedPurchase,
}

impl Record {
    pub(crate) fn user(&self) -> &str {
        &self.recorded.purchase.user
    }

    fn made_at(&self) -> Timestamp {
        self.recorded.purchase.purchased_at.unwrap_or(self.recorded.recorded_at)
    }
}

impl Family {
    /// The family of an order. `reported` combines all that is known about it; `parts` are the single messages, which
    /// may use other ids. `token_is_single`: the store's message names a token of a single purchase. `refunded_at` is
    /// used if the order's time is unknown.
    pub(crate) fn of<'a>(
        store: &Store,
        reported: &'a OrderDetails,
        parts: impl IntoIterator<Item = &'a OrderDetails>,
        token_is_single: bool,
        refunded_at: Timestamp,
    ) -> Self {
        let is_one_time = reported.product_type.is_some_and(|kind| !is_subscription(kind));
        let mut family = Self {
            orders: BTreeSet::new(),
            tokens: BTreeSet::new(),
            tokens_are_single: false,
            shared: BTreeSet::new(),
            bases: BTreeSet::new(),
            names_order: false,
            made_at: reported.purchased_at.unwrap_or(refunded_at),
            family_shared: reported.family_shared,
        };
        let mut tokens = BTreeSet::new();
        for part in parts.into_iter().chain([reported]) {
            family.orders.extend(part.order_id.clone());
            tokens.extend(part.purchase_token.clone());
            // A family member's purchase may share ids with the buyer's, who is not to blame.
            if !reported.family_shared {
                family.shared.extend(part.original_id.clone());
                family.shared.extend(part.web_order_line_item_id.clone());
                family.shared.extend(part.related_ids.iter().cloned());
                family.shared.extend(part.linked_token.clone());
            }
        }
        family.names_order = !family.orders.is_empty();
        // Stripe's payment intent belongs to one payment, whatever was bought.
        let is_single = is_one_time || token_is_single || *store == Store::Stripe;
        family.tokens_are_single = is_single;
        if is_single || !family.names_order {
            family.tokens = tokens;
        } else {
            family.shared.extend(tokens);
        }
        if *store == Store::GooglePlay && !is_one_time {
            let bases = family.orders.iter().chain(&family.shared).filter(|id| id.starts_with("GPA."));
            family.bases = bases.map(|id| renewal(id).0.to_owned()).collect();
        }
        family
    }

    /// Every id under which it may be recorded, once, and whether the id is of exactly this order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (&str, bool)> {
        let own = self.orders.union(&self.tokens).map(|id| (id.as_str(), true));
        let is_own = |id: &&String| self.orders.contains(*id) || self.tokens.contains(*id);
        let others = self.shared.union(&self.bases).filter(move |id| !is_own(id));
        own.chain(others.map(|id| (id.as_str(), false)))
    }

    /// Google Play: the ids whose renewals belong to the family.
    pub(crate) fn bases(&self) -> impl Iterator<Item = &str> {
        self.bases.iter().map(String::as_str)
    }

    /// The ids that may be original ids of other orders.
    pub(crate) fn originals(&self) -> impl Iterator<Item = &str> {
        self.orders
            .iter()
            .chain(self.shared.iter().filter(|id| !self.orders.contains(*id)))
            .map(String::as_str)
    }

    /// Whether a record is of exactly this order. An id recorded in the wrong field counts if the record names no
    /// other order.
    pub(crate) fn is_of_this_order(&self, purchase: &Purchase) -> bool {
        let is_token = |id: &String| self.tokens.contains(id);
        let token = purchase.purchase_token.as_ref();
        match &purchase.order_id {
            Some(id) if self.orders.contains(id) || is_token(id) => true,
            Some(_) => !self.names_order && token.is_some_and(is_token),
            None => token.is_some_and(|token| is_token(token) || self.orders.contains(token)),
        }
    }

    /// The record of the family that determines the player, and by which evidence. `keeper` is the player who already
    /// has the refund.
    pub(crate) fn holder<'r>(
        &self,
        records: &'r [Record],
        keeper: Option<&str>,
    ) -> Option<(AttributedBy, &'r Record)> {
        let exact: Vec<&Record> =
            records.iter().filter(|record| self.is_of_this_order(&record.recorded.purchase)).collect();
        let kept = exact.iter().filter(|record| keeper == Some(record.user())).min_by_key(|record| record.id);
        // All renewals share a subscription's token, and several players may have recorded them.
        let first = || match self.names_order || self.tokens_are_single {
            true => exact.iter().min_by_key(|record| record.id).copied(),
            false => self.holder_at_the_time(&exact),
        };
        if let Some(found) = kept.copied().or_else(first) {
            return Some((AttributedBy::Order, found));
        }
        if self.family_shared {
            return None;
        }
        let all: Vec<&Record> = records.iter().collect();
        self.holder_at_the_time(&all).map(|found| (AttributedBy::Family, found))
    }

    fn holder_at_the_time<'r>(&self, records: &[&'r Record]) -> Option<&'r Record> {
        let own = self.orders.iter().find_map(|id| self.base_number(id));
        let number_of = |record: &Record| self.number_of(&record.recorded.purchase);
        if let Some(own) = own {
            let numbered = records.iter().filter_map(|record| Some((number_of(record)?, *record)));
            let before = numbered.filter(|(number, _)| *number <= own);
            let latest =
                before.max_by_key(|(number, record)| (*number, record.made_at(), Reverse(record.id)));
            if let Some((_, record)) = latest {
                return Some(record);
            }
        }
        // Later renewals count only if nothing else is recorded.
        let is_later = |record: &Record| own.zip(number_of(record)).is_some_and(|(own, number)| number > own);
        let (later, others): (Vec<&Record>, Vec<&Record>) =
            records.iter().copied().partition(|record| is_later(record));
        let records = if others.is_empty() { later } else { others };
        let order = |record: &&'r Record| (record.made_at(), record.user().to_owned(), record.id);
        let before = records.iter().copied().filter(|record| record.made_at() <= self.made_at);
        before.max_by_key(order).or_else(|| records.iter().copied().min_by_key(order))
    }

    /// Which renewal of the family's Google Play order a record is of.
    fn number_of(&self, purchase: &Purchase) -> Option<i64> {
        let ids = [&purchase.order_id, &purchase.original_id, &purchase.purchase_token];
        ids.into_iter().flatten().find_map(|id| self.base_number(id))
    }

    fn base_number(&self, id: &str) -> Option<i64> {
        let (base, number) = renewal(id);
        self.bases.contains(base).then_some(number)
    }
}

/// A Google Play order id without the renewal number, and that number; -1 for the first order, which has none.
/// <https://developer.android.com/google/play/billing/lifecycle/subscriptions>
fn renewal(id: &str) -> (&str, i64) {
    let parts = id.rsplit_once("..").and_then(|(base, number)| Some((base, number.parse::<u32>().ok()?)));
    parts.map_or((id, -1), |(base, number)| (base, i64::from(number)))
}

/// The base of a Google Play order id; `None` if it is not one, or has no renewal number.
pub(crate) fn base_order(id: &str) -> Option<&str> {
    let (base, number) = renewal(id);
    (id.starts_with("GPA.") && number >= 0).then_some(base)
}

/// Whether two orders with different ids at the store are one purchase: the same `webOrderLineItemId`, or
/// transactions of one non-consumable, which a restore creates.
pub(crate) fn is_same_purchase(one: &OrderDetails, other: &OrderDetails) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    let kept = |order: &OrderDetails| order.product_type == Some(ProductType::NonConsumable);
    one.family_shared == other.family_shared
        && (same(&one.web_order_line_item_id, &other.web_order_line_item_id)
            || same(&one.original_id, &other.original_id) && kept(one) && kept(other))
}
