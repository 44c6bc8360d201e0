//! The throw-away stores of the history, and the requests by which they report refunds.

use std::path::Path;

use fastrand::Rng;
use recoup::amazon::NotificationType;
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::one_store::PurchaseState;
use recoup::testing::{
    Amazon, AppStore, GooglePlay, OneStore, SigningError, StoreRequest, Stripe, TestSigner,
};
use recoup::{Store, Timestamp};
use serde_json::{Map, Value, json};

use super::sales::Sale;
use crate::exit::Failure;

pub(super) struct Stores {
    app_store: AppStore,
    google_play: GooglePlay,
    one_store: OneStore,
    stripe: Stripe,
    amazon: Amazon,
}

impl Stores {
    pub(super) fn new() -> Result<Self, SigningError> {
        Ok(Self {
            app_store: AppStore::new()?,
            google_play: GooglePlay::new()?,
            one_store: OneStore::new()?,
            stripe: Stripe::new()?,
            amazon: Amazon::new()?,
        })
    }

    /// The sections of a configuration that accepts their messages.
    pub(super) fn sections(&self, folder: &Path) -> Result<Map<String, Value>, SigningError> {
        let signers: [&dyn TestSigner; 5] =
            [&self.app_store, &self.google_play, &self.one_store, &self.stripe, &self.amazon];
        let mut sections = Map::new();
        for signer in signers {
            let key = signer.store().as_str().replace('-', "_");
            sections.insert(key, json!([signer.section(folder)?]));
        }
        Ok(sections)
    }

    /// The report that a sale was refunded: mostly all of it.
    pub(super) fn refund(&self, sale: &Sale, at: Timestamp, rng: &mut Rng) -> Result<StoreRequest, Failure> {
        self.signed_refund(sale, at, rng).map_err(failed)
    }

    fn signed_refund(&self, sale: &Sale, at: Timestamp, rng: &mut Rng) -> Result<StoreRequest, SigningError> {
        let number = sale.number;
        match sale.store {
            Store::AppStore => {
                let mut transaction = AppStore::refunded(self.transaction(sale), at);
                transaction["revocationReason"] = json!(u8::from(rng.u8(0..5) == 0));
                if rng.u8(0..6) == 0 {
                    transaction["revocationType"] = json!("REFUND_PRORATED");
                    transaction["revocationPercentage"] = json!(50_000);
                }
                self.notification("REFUND", number, transaction, &[], at)
            }
            Store::GooglePlay => {
                let token = format!("token-of-{}", sale.order);
                let (one_time, full) = (VoidedProductType::OneTime, RefundType::Full);
                let voided = self.google_play.voided_purchase(&sale.order, &token, one_time, full, at);
                self.google_play.push(&voided, &format!("90{number:014}"), at)
            }
            Store::OneStore => self
                .one_store
                .payment(&sale.order, PurchaseState::Canceled, sale.bought_at)
                .with("productId", &json!(sale.product))
                .with("price", &json!((sale.price.micros / 1_000_000).to_string()))
                .request(),
            Store::Stripe => {
                let cents = sale.price.micros / 10_000;
                let (kind, object) = match rng.u8(0..3) {
                    0 => {
                        let id = format!("du_3Rq{number:012}");
                        (
                            "charge.dispute.created",
                            self.stripe.dispute(&id, &sale.order, cents, "needs_response", at),
                        )
                    }
                    _ => {
                        let id = format!("re_3Rq{number:012}");
                        ("refund.created", self.stripe.refund(&id, &sale.order, cents, at))
                    }
                };
                Ok(self.stripe.send(&self.stripe.event(&format!("evt_{number:016}"), kind, object, at), at))
            }
            _ => {
                let kind = NotificationType::ConsumableCancelled;
                let cancelled = self.amazon.real_time_notification(kind, &sale.order, at);
                self.amazon.notification(&cancelled, &format!("5f0f8f2a-{number:012}"), at)
            }
        }
    }

    /// The App Store takes a refund back.
    pub(super) fn reversal(&self, sale: &Sale, at: Timestamp) -> Result<StoreRequest, Failure> {
        self.notification("REFUND_REVERSED", sale.number + REVERSALS, self.transaction(sale), &[], at)
            .map_err(failed)
    }

    /// The App Store asks how much of a purchase was used, before it decides.
    pub(super) fn question(&self, sale: &Sale, at: Timestamp) -> Result<StoreRequest, Failure> {
        let reason = [("consumptionRequestReason", json!("UNINTENDED_PURCHASE"))];
        self.notification("CONSUMPTION_REQUEST", sale.number + QUESTIONS, self.transaction(sale), &reason, at)
            .map_err(failed)
    }

    /// A genuine message without what a refund needs.
    pub(super) fn not_understood(&self, number: u32, at: Timestamp) -> Result<StoreRequest, Failure> {
        self.app_store.not_understood(number, at).map_err(failed)
    }

    fn transaction(&self, sale: &Sale) -> Value {
        let mut transaction = self.app_store.transaction(&sale.order, sale.product, sale.bought_at);
        transaction["price"] = json!(sale.price.micros / 1_000);
        transaction["currency"] = json!(sale.price.currency.as_str());
        transaction["storefront"] = json!(sale.storefront);
        transaction
    }

    fn notification(
        &self,
        kind: &str,
        number: u32,
        mut transaction: Value,
        more: &[(&str, Value)],
        at: Timestamp,
    ) -> Result<StoreRequest, SigningError> {
        transaction["signedDate"] = json!(at.millis());
        let id = format!("7b1e6f3a-52c4-4d18-9a60-{number:012}");
        let mut notification = self.app_store.notification(kind, at).id(&id).transaction(transaction);
        for (member, value) in more {
            notification = notification.data(member, value.clone());
        }
        Ok(StoreRequest { headers: Vec::new(), body: notification.body()? })
    }
}

/// Messages about one sale have different ids.
const REVERSALS: u32 = 1_000_000;
const QUESTIONS: u32 = 2_000_000;

pub(super) fn failed(error: SigningError) -> Failure {
    Failure::Demo(error.to_string())
}
