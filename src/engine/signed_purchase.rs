//! Recording a purchase by what the client holds of it.

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

/// What the game adds to a signed purchase: what the store does not say in it. Where the store says it, the store's word
/// is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurchaseExtras {
    /// Production or sandbox. Google Play and ONE Store do not say it.
    pub environment: Option<Environment>,
    /// Kind of product. Google Play and ONE Store do not say it, but for Google Play's subscriptions.
    pub product_type: Option<ProductType>,
    /// What was paid for all of them together; not negative. Google Play and ONE Store do not say it.
    pub price: Option<Money>,
    /// What the player was given for it. No store says it.
    pub grants: Vec<Grant>,
}

impl PurchaseExtras {
    fn add_to(self, mut purchase: Purchase) -> Purchase {
        purchase.environment = purchase.environment.or(self.environment);
        purchase.product_type = purchase.product_type.or(self.product_type);
        purchase.price = purchase.price.or(self.price);
        purchase.grants = self.grants;
        purchase
    }
}

impl Engine {
    /// Verifies a purchase by what the client holds of it, and records it as `user`'s with the ids, tag, product,
    /// quantity, price and time that the store signed. So no id can end up in the wrong field, and an invented order is
    /// refused. Works offline; keys and apps are the configuration's. Waits for one commit.
    ///
    /// A store's signature says that an order was paid, not by which of your users: the first user who shows it has it,
    /// so take it from the client over the player's own session, and put a tag on each purchase. A purchase that carries a
    /// tag which Recoup issued to another user is refused.
    ///
    /// A family member's transaction (`FAMILY_SHARED`) is recorded by its own transaction id alone, without price: the
    /// end of sharing takes it back, and the buyer's refunds are not the family member's.
    ///
    /// Of an order that was refunded, as the transaction says or the ledger knows, the answer is
    /// [`PurchaseOutcome::Revoked`]: deliver nothing. What a revoked transaction reports is ingested as if the notification
    /// had come. The order is recorded, so that its refund finds the user, unless that is decided for another user: then it
    /// stays there, the journal names both, and the game is sent an alert. Otherwise who is blocked could show his purchase
    /// again from a new account.
    ///
    /// # Errors
    /// [`Error::SignedPurchase`] says why it is refused; nothing is recorded then, and no dead letter kept.
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
        self.ledger.writer.run(move |tx| {
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
            Change::take(tx, &rules, now, signal, &body)?;
            Ok(PurchaseOutcome::Revoked)
        })
    }
}

impl Change<'_> {
    fn claim(&self, refund: RefundId, purchase: &Purchase) -> Result<(), LedgerError> {
        let user = self.tx.known_user(&purchase.user)?;
        self.note_claim(&[refund], &[refund], &Purchase { user, ..purchase.clone() })
    }
}

/// The refund of exactly this order, where all of it stands refunded.
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

/// A signature is no proof of ownership: a client can show what another player bought. A tag that Recoup issued is, since
/// only the owner's client was given it.
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
