//! ONE Store's messages in the demo.

use recoup::one_store::PurchaseState;
use recoup::testing::{OneStore, SigningError, StoreRequest};
use recoup::{Purchase, Span, Store, StoreState, Timestamp};
use serde_json::{Value, json};

use super::app_store::before;
use super::scene::{Answer, Scene};
use super::scene::{REFUNDED_AND_BLOCKED, observed, request};
use crate::exit::Failure;

const IDAS_PURCHASE: &str = "26112113302000000001";

/// A throw-away ONE Store.
pub(super) struct OneStoreScenes(OneStore);

impl OneStoreScenes {
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self(OneStore::new().map_err(failed)?))
    }

    pub(super) fn section(&self) -> Result<Value, Failure> {
        Ok(json!({
            "client_id": self.0.client_id,
            "license_key": self.0.license_key().map_err(failed)?,
        }))
    }

    pub(super) fn purchases(&self, bought_at: Timestamp) -> Vec<Purchase> {
        vec![Purchase {
            purchase_token: Some(format!("token-of-{IDAS_PURCHASE}")),
            purchased_at: Some(bought_at),
            ..Purchase::new(Store::OneStore, "ida", IDAS_PURCHASE)
        }]
    }

    /// Paid, then cancelled, under one purchase id.
    pub(super) fn scenes(&self, now: Timestamp) -> Result<Vec<Scene>, Failure> {
        let scene = |title, sent, expected| request(Store::OneStore, title, "ida", sent, expected);
        Ok(vec![
            scene(
                "ONE Store reports Ida's payment, with product and price",
                self.payment(PurchaseState::Completed, now)?,
                observed(Answer::New, None, &[], false),
            ),
            scene(
                "ONE Store cancels it, under the same purchase id",
                self.payment(PurchaseState::Canceled, now)?,
                observed(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
            ),
        ])
    }

    fn payment(&self, state: PurchaseState, now: Timestamp) -> Result<StoreRequest, Failure> {
        self.0.payment(IDAS_PURCHASE, state, before(now, Span::from_days(2))).request().map_err(failed)
    }
}

fn failed(error: SigningError) -> Failure {
    Failure::Demo(error.to_string())
}
