//! Stripe's messages in the demo.

use recoup::testing::{SigningError, StoreRequest, Stripe};
use recoup::{EventKind, Purchase, Span, Store, StoreState, Timestamp};
use serde_json::{Value, json};

use super::app_store::before;
use super::scene::{Answer, Scene};
use super::scene::{REFUNDED_AND_BLOCKED, REVERSED, observed, request, usd};
use crate::exit::Failure;

const GILS_CHARGE: &str = "ch_3RthrowAwayGil";
const HANAS_CHARGE: &str = "ch_3RthrowAwayHana";
/// In cents.
const PRICE: i64 = 19_99;
const PART: i64 = 6_00;

/// A throw-away Stripe.
pub(super) struct StripeScenes(Stripe);

impl StripeScenes {
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self(Stripe::new().map_err(|error: SigningError| Failure::Demo(error.to_string()))?))
    }

    pub(super) fn section(&self) -> Value {
        json!({"name": "web shop", "webhook_secrets": [self.0.webhook_secret]})
    }

    pub(super) fn purchases(&self, bought_at: Timestamp) -> Result<Vec<Purchase>, Failure> {
        [("gil", GILS_CHARGE), ("hana", HANAS_CHARGE)]
            .map(|(user, charge)| {
                Ok(Purchase {
                    purchase_token: Some(Stripe::payment_intent_of(charge)),
                    product: Some("gems_2000".to_owned()),
                    price: Some(usd(PRICE * 10_000)?),
                    purchased_at: Some(bought_at),
                    ..Purchase::new(Store::Stripe, user, charge)
                })
            })
            .into_iter()
            .collect()
    }

    /// A refund that fails.
    pub(super) fn scenes(&self, now: Timestamp) -> Vec<Scene> {
        let partly = Some(StoreState::PartlyRefunded);
        let scene = |title, player, sent, expected| request(Store::Stripe, title, player, sent, expected);
        vec![
            scene(
                "The web shop refunds a part to Gil: its own decision, so no player is blocked",
                "gil",
                self.total("evt_gil_1", now),
                observed(Answer::New, partly, &[EventKind::Refund], false),
            ),
            scene(
                "Stripe reports the same part again, as a separate refund",
                "gil",
                self.refund("evt_gil_2", "refund.created", "succeeded", now),
                observed(Answer::New, partly, &[], false),
            ),
            scene(
                "Gil's bank refuses that money, so the refund fails",
                "gil",
                self.refund("evt_gil_3", "refund.failed", "failed", now),
                observed(Answer::New, Some(StoreState::Reversed), &[EventKind::Reversal], false),
            ),
            scene(
                "Hana's bank disputes her payment, and charges it back at once",
                "hana",
                self.dispute("evt_hana_1", "charge.dispute.created", "needs_response", now),
                observed(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
            ),
            scene(
                "The game wins the dispute, and Hana has paid after all",
                "hana",
                self.dispute("evt_hana_2", "charge.dispute.closed", "won", now),
                observed(Answer::New, Some(StoreState::Reversed), REVERSED, false),
            ),
        ]
    }

    /// A refund made an hour ago.
    fn refund(&self, event: &str, event_type: &str, status: &str, now: Timestamp) -> StoreRequest {
        let mut refund = self.0.refund("re_3RthrowAwayGil", GILS_CHARGE, PART, an_hour_before(now));
        refund["status"] = json!(status);
        self.event(event, event_type, refund, now)
    }

    fn total(&self, event: &str, now: Timestamp) -> StoreRequest {
        let charge = self.0.charge(GILS_CHARGE, PRICE, PART, before(now, Span::from_days(2)));
        self.event(event, "charge.refunded", charge, now)
    }

    /// A dispute opened an hour ago.
    fn dispute(&self, event: &str, event_type: &str, status: &str, now: Timestamp) -> StoreRequest {
        let dispute = self.0.dispute("du_3RthrowAwayHana", HANAS_CHARGE, PRICE, status, an_hour_before(now));
        self.event(event, event_type, dispute, now)
    }

    fn event(&self, id: &str, event_type: &str, object: Value, now: Timestamp) -> StoreRequest {
        self.0.send(&self.0.event(id, event_type, object, now), now)
    }
}

const fn an_hour_before(now: Timestamp) -> Timestamp {
    before(now, Span::from_hours(1))
}
