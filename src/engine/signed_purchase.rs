//! Recording signed purchases: proofs of purchase that the client holds.

use std::sync::Arc;

use super::Engine;
use super::change::{Change, Rules};
use super::record::{PurchaseOutcome, record_purchases};
use crate::error::Error;
use crate::ledger::{Case, LedgerError, Read, Tx};
use crate::model::{
    AccountTags, AttributedBy, Environment, Grant, Money, Place, ProductType, Purchase, RefundId, Store,
    StoreState, check_user,
};
use crate::stores::{SignedPurchase, VerifiedPurchase};
use crate::uuid;

/// What the game adds to a signed purchase. Where the store's data has a value, that value is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurchaseExtras {
    /// Production or sandbox. Not in Google Play's and ONE Store's data.
    pub environment: Option<Environment>,
    /// Kind of product. Not in Google Play's and ONE Store's data, except Google Play's subscriptions.
    pub product_type: Option<ProductType>,
    /// What was paid for all of them together; not negative. Not in Google Play's and ONE Store's data.
    pub price: Option<Money>,
    /// The buyer's country, two letters A to Z as in ISO 3166-1.
    pub country: Option<String>,
    /// The items that the player received. Not in any store's data.
    pub grants: Vec<Grant>,
}

impl PurchaseExtras {
    fn add_to(self, mut purchase: Purchase) -> Purchase {
        purchase.environment = purchase.environment.or(self.environment);
        purchase.product_type = purchase.product_type.or(self.product_type);
        purchase.price = purchase.price.or(self.price);
        purchase.country = purchase.country.or(self.country);
        purchase.grants = self.grants;
        purchase
    }
}

impl Engine {
    /// Verifies a signed purchase from the client, and records it for `user` with the ids, tag, product, quantity,
    /// price and time that the store signed. So no id can be in the wrong field, and an invented order is refused.
    /// Works offline; keys and apps are in the configuration. Waits for one commit.
    ///
    /// A store's signature proves that an order was paid, not by which of your users: the first user who presents it
    /// has it, so receive it over the player's own session, and put an issued tag on each purchase. A purchase with a
    /// tag that Recoup issued to another user is refused.
    ///
    /// A family member's transaction (`FAMILY_SHARED`) is recorded by its own transaction id alone, without price:
    /// the end of sharing revokes it, and the buyer's refunds do not affect the family member.
    ///
    /// If the order was refunded, according to the transaction or the ledger, the result is
    /// [`PurchaseOutcome::Revoked`]: deliver nothing. A revoked transaction is ingested like its notification. The
    /// order is recorded, so that its refund is attributed to the user, unless that refund is decided for another
    /// user: then it stays there, the journal names both, and the game gets an alert. Otherwise a blocked player
    /// could present the purchase again from a new account.
    ///
    /// # Errors
    /// [`Error::SignedPurchase`] if it does not verify; nothing is recorded, and no dead letter stored.
    /// [`Error::PurchaseOfAnotherUser`]; [`Error::TagOfAnotherUser`]; [`Error::BadPurchase`]; [`Error::BadText`] for the user; [`Error::Ledger`].
    pub fn record_signed_purchase(
        &self,
        store: &Store,
        user: &str,
        signed: &SignedPurchase<'_>,
        extras: PurchaseExtras,
    ) -> Result<PurchaseOutcome, Error> {
        check_user(user)?;
        let verified = self.verifier.purchase(store, signed, self.clock.now()).map_err(|rejection| {
            tracing::debug!(store = %store, code = rejection.code(), "signed purchase refused: {rejection}");
            Error::SignedPurchase(Box::new(rejection))
        })?;
        let purchase = extras.add_to(verified.purchase(user));
        purchase.check().map_err(|source| Error::BadPurchase { index: 0, source })?;
        let VerifiedPurchase { revocation, .. } = verified;
        let body = signed.data.trim_ascii().to_vec();
        let (rules, now) = (Arc::clone(&self.rules), self.clock.now());
        self.run(move |tx| {
            refuse_tag_of_another_user(tx, &rules, &purchase)?;
            let mut outcome = PurchaseOutcome::Revoked;
            let refund = refund_of(&tx.read(), &purchase)?;
            let change = Change { tx, rules: &rules, now, inbox: None };
            if let Some(refund) = refund.as_ref().filter(|refund| stays(refund, &purchase.user)) {
                change.claim(refund.refund.id, &purchase)?;
            } else {
                let outcomes = record_purchases(tx, &rules, now, std::slice::from_ref(&purchase))?;
                if refund.is_none() {
                    let first = outcomes.first().copied();
                    outcome =
                        first.ok_or_else(|| LedgerError::Internal("no outcome of a purchase".to_owned()))?;
                }
            }
            let Some(signal) = &revocation else { return Ok(outcome) };
            Change::ingest(tx, &rules, now, signal, &body)?;
            Ok(PurchaseOutcome::Revoked)
        })
    }
}

impl Change<'_> {
    fn claim(&self, refund: RefundId, purchase: &Purchase) -> Result<(), LedgerError> {
        let user = self.tx.known_user(&purchase.user)?;
        self.record_claim(&[refund], &[refund], &Purchase { user, ..purchase.clone() })
    }
}

/// The refund of exactly this order, if all of it is refunded.
fn refund_of(read: &Read<'_>, purchase: &Purchase) -> Result<Option<Case>, LedgerError> {
    let (Some(app), Some(order)) =
        (&purchase.app, purchase.order_id.as_ref().or(purchase.purchase_token.as_ref()))
    else {
        return Ok(None);
    };
    let place = Place { store: purchase.store.clone(), app: app.clone(), environment: purchase.environment };
    let Some(id) = read.case_of_order(&place, order)? else { return Ok(None) };
    Ok(read.case(id)?.filter(|case| case.refund.case.state == StoreState::Refunded))
}

/// Whether a refund is decided for another user, without a record of its order.
fn stays(case: &Case, user: &str) -> bool {
    let is_of_another = case.refund.user.as_ref().is_some_and(|keeper| *keeper != uuid::canonical(user));
    case.decided && is_of_another && case.refund.attributed_by != Some(AttributedBy::Order)
}

/// A signature does not prove ownership: a client can present another player's purchase. A tag that Recoup issued
/// does, since only its owner's client received it.
fn refuse_tag_of_another_user(tx: &Tx<'_>, rules: &Rules, purchase: &Purchase) -> Result<(), Error> {
    let Some(tag) = purchase.account_tag.as_deref().filter(|_| rules.account_tags != AccountTags::Ignore)
    else {
        return Ok(());
    };
    match tx.read().user_of_tag(tag)? {
        Some(owner) if owner != uuid::canonical(&purchase.user) => {
            let order = purchase.order_id.clone().or_else(|| purchase.purchase_token.clone());
            let user = tx.read().spelling(&owner)?;
            Err(Error::TagOfAnotherUser { order: order.unwrap_or_default(), user })
        }
        _ => Ok(()),
    }
}
