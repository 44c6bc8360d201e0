//! Whether a player has access to a product: by an operator, or else by purchases that no refund takes away. Pure rules.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{
    Catalogue, OrderDetails, ProductType, Purchase, RecordedPurchase, RefundId, ReportedTotal, Store,
    StoreState, Timestamp, is_subscription,
};

/// Whether a user has access to a product, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Access {
    /// The product id.
    pub product: String,
    /// Whether the user has access now.
    pub has: bool,
    /// Why.
    pub because: AccessReason,
    /// Until when this is so, as far as is known now; `None`: no end is known.
    pub until: Option<Timestamp>,
}

/// Why a user has access, or has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "by", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccessReason {
    /// An operator granted or revoked it.
    Operator {
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
    /// A recorded purchase gives it.
    Purchase {
        /// The store.
        store: Store,
        /// The order id, or else the token or the original id.
        order: String,
    },
    /// A refund took it.
    Refund {
        /// The refund.
        refund: RefundId,
    },
    /// What was bought has ended.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// What was bought has not begun.
    NotBegun {
        /// When it begins.
        at: Timestamp,
    },
    /// No recorded purchase of this user gives access to this product.
    NoPurchase,
}

/// What a partial refund does to access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartialRefunds {
    /// The player keeps access.
    #[default]
    Keep,
    /// The player loses access.
    Revoke,
}

/// The operator's choices about access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AccessRules {
    /// Whether refunds take access.
    pub(crate) off_at_refund: bool,
    /// What partial refunds do.
    pub(crate) partial: PartialRefunds,
}

/// What an operator decided on a user's access to a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccessOverride {
    pub(crate) access: bool,
    pub(crate) who: String,
    pub(crate) why: String,
    pub(crate) until: Option<Timestamp>,
}

/// A refund, as far as it matters for access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AccessRefund<'a> {
    pub(crate) id: RefundId,
    pub(crate) store: &'a Store,
    pub(crate) state: StoreState,
    pub(crate) at: Timestamp,
    /// What the host was notified of as refunded.
    pub(crate) notified: Option<&'a ReportedTotal>,
    /// Whether a rule or an operator excludes it, be it after the host was notified.
    pub(crate) is_excluded: bool,
    pub(crate) subscription_live: Option<bool>,
    pub(crate) about: &'a OrderDetails,
}

/// What the answer depends on.
pub(crate) struct AccessView<'a> {
    pub(crate) product: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) rules: AccessRules,
    pub(crate) catalogue: &'a Catalogue,
    /// The operator's latest decision that was not replaced, whether or not its time is over.
    pub(crate) by_operator: Option<&'a AccessOverride>,
    /// The user's purchases of the product.
    pub(crate) purchases: &'a [RecordedPurchase],
    /// The user's refunds, of any product; those that another refund represents are left out.
    pub(crate) refunds: &'a [AccessRefund<'a>],
}

impl AccessRules {
    /// Whether a refund takes access to what it refunds. Not if the subscription stayed active: then an old renewal was
    /// refunded.
    pub(crate) fn takes(self, refund: &AccessRefund<'_>) -> bool {
        if !self.off_at_refund
            || refund.notified.is_none()
            || refund.is_excluded
            || refund.subscription_live == Some(true)
        {
            return false;
        }
        match refund.state {
            StoreState::Refunded => true,
            // A revocation date revokes, whatever the share.
            StoreState::PartlyRefunded => {
                refund.subscription_live == Some(false)
                    || *refund.store == Store::AppStore
                    || self.partial == PartialRefunds::Revoke
            }
            _ => false,
        }
    }
}

/// The kind of a product: as the order has it, or else as the catalogue says, as no store says of Google Play's one-time
/// products.
fn kind_of(
    catalogue: &Catalogue,
    store: &Store,
    product: &str,
    known: Option<ProductType>,
) -> Option<ProductType> {
    match known {
        None | Some(ProductType::OneTime) => {
            catalogue.product(store, product).and_then(|row| row.product_type)
        }
        known => known,
    }
}

/// Whether owning a product gives access: by the catalogue, or else by its kind.
pub(crate) fn gives_access(
    catalogue: &Catalogue,
    store: &Store,
    product: &str,
    known: Option<ProductType>,
) -> bool {
    let by_kind = || {
        let kind = kind_of(catalogue, store, product, known);
        kind.is_some_and(|kind| kind == ProductType::NonConsumable || is_subscription(kind))
    };
    catalogue.product(store, product).and_then(|row| row.access).unwrap_or_else(by_kind)
}

impl AccessView<'_> {
    /// The answer.
    pub(crate) fn answer(&self) -> Access {
        let product = self.product.to_owned();
        if let Some(by) = self.by_operator.filter(|by| by.until.is_none_or(|until| self.now < until)) {
            let because = AccessReason::Operator { who: by.who.clone(), why: by.why.clone() };
            return Access { product, has: by.access, because, until: by.until };
        }
        let mut best: Option<(Rank, Access)> = None;
        for recorded in self.purchases.iter().filter(|recorded| self.gives(&recorded.purchase)) {
            let (rank, because) = self.of(recorded);
            let until = if rank.has() { recorded.purchase.expires_at } else { None };
            if best.as_ref().is_none_or(|(known, _)| *known < rank) {
                best = Some((rank, Access { product: product.clone(), has: rank.has(), because, until }));
            }
        }
        match best {
            Some((_, access)) => access,
            None => Access { product, has: false, because: AccessReason::NoPurchase, until: None },
        }
    }

    fn gives(&self, purchase: &Purchase) -> bool {
        gives_access(self.catalogue, &purchase.store, self.product, purchase.product_type)
    }

    fn of(&self, recorded: &RecordedPurchase) -> (Rank, AccessReason) {
        let purchase = &recorded.purchase;
        let kind = kind_of(self.catalogue, &purchase.store, self.product, purchase.product_type);
        let renews = kind.is_some_and(is_subscription);
        let taken = self
            .refunds
            .iter()
            .filter(|refund| self.rules.takes(refund) && concerns(refund, recorded, renews))
            .max_by_key(|refund| (refund.at, refund.id));
        if let Some(refund) = taken {
            return (Rank::Refunded(refund.at), AccessReason::Refund { refund: refund.id });
        }
        if let Some(at) = purchase.expires_at.filter(|at| *at <= self.now) {
            return (Rank::Expired(at), AccessReason::Expired { at });
        }
        if let Some(at) = purchase.purchased_at.filter(|at| self.now < *at) {
            return (Rank::NotBegun, AccessReason::NotBegun { at });
        }
        let order = [&purchase.order_id, &purchase.purchase_token, &purchase.original_id];
        let order = order.into_iter().flatten().next().cloned().unwrap_or_default();
        let end = purchase.expires_at.unwrap_or(Timestamp::from_millis(i64::MAX));
        (Rank::Has(end), AccessReason::Purchase { store: purchase.store.clone(), order })
    }
}

/// Which of a user's purchases is the answer: the one that lasts longest, or else a refunded one before an expired one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    NotBegun,
    Expired(Timestamp),
    Refunded(Timestamp),
    Has(Timestamp),
}

impl Rank {
    const fn has(self) -> bool {
        matches!(self, Self::Has(_))
    }
}

/// Whether a refund that takes access is of this purchase. `renews`: renewals of a subscription share ids, and each has
/// an order id of its own.
fn concerns(refund: &AccessRefund<'_>, recorded: &RecordedPurchase, renews: bool) -> bool {
    let purchase = &recorded.purchase;
    if *refund.store != purchase.store {
        return false;
    }
    let about = refund.about;
    let is_id = |id: &Option<String>| {
        id.as_ref().is_some_and(|id| {
            [&about.order_id, &about.purchase_token, &about.web_order_line_item_id, &about.original_id]
                .into_iter()
                .any(|known| known.as_ref() == Some(id))
                || about.related_ids.contains(id)
        })
    };
    let ids = [
        &purchase.order_id,
        &purchase.purchase_token,
        &purchase.web_order_line_item_id,
        &purchase.original_id,
    ];
    let is_of_family = ids.into_iter().any(is_id);
    if !renews || !is_of_family {
        return is_of_family;
    }
    let is_of_order = purchase
        .order_id
        .as_ref()
        .is_some_and(|order| about.order_id.as_ref() == Some(order) || about.related_ids.contains(order))
        || (about.web_order_line_item_id.is_some()
            && about.web_order_line_item_id == purchase.web_order_line_item_id);
    if is_of_order {
        return true;
    }
    // No refund is of what was bought after it. Where the time of purchase was not recorded, it was recorded soon after.
    if refund.at < purchase.purchased_at.unwrap_or(recorded.recorded_at) {
        return false;
    }
    // The whole subscription ended, with all that was paid of it before; or one of the two names no order.
    refund.subscription_live == Some(false) || about.order_id.is_none() || purchase.order_id.is_none()
}
