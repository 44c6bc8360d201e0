//! What Amazon sends in the demo.

use recoup::amazon::NotificationType;
use recoup::testing::{Amazon, SigningError};
use recoup::{Purchase, Store, StoreState, Timestamp};
use serde_json::{Value, json};

use super::scene::{Answer, Scene};
use super::scenes::{REFUNDED_AND_BLOCKED, request, seen};
use crate::exit::Failure;

const JONS_RECEIPT: &str = "q1YqVrJSSjEuMEkzSkpUqgUA";

/// A throw-away Amazon.
pub(super) struct Appstore(Amazon);

impl Appstore {
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self(Amazon::new().map_err(failed)?))
    }

    pub(super) fn certificate(&self) -> Result<String, Failure> {
        self.0.certificate().map_err(failed)
    }

    pub(super) fn section(&self) -> Value {
        json!({"package_name": self.0.package_name, "topic_arn": self.0.topic_arn})
    }

    pub(super) fn purchases(&self, bought_at: Timestamp) -> Vec<Purchase> {
        vec![Purchase {
            account_tag: Some(self.0.app_user_id.clone()),
            product: Some("gems_500".to_owned()),
            purchased_at: Some(bought_at),
            ..Purchase::new(Store::Amazon, "jon", JONS_RECEIPT)
        }]
    }

    /// The endpoint is confirmed once, then it is notified of refunds.
    pub(super) fn scenes(&self, now: Timestamp) -> Result<Vec<Scene>, Failure> {
        let confirmation = self.0.subscription_confirmation("5f0f8f2a-0001", now).map_err(failed)?;
        let cancelled =
            self.0.real_time_notification(NotificationType::ConsumableCancelled, JONS_RECEIPT, now);
        let cancelled = self.0.notification(&cancelled, "5f0f8f2a-0002", now).map_err(failed)?;
        let scene = |title, sent, expected| request(Store::Amazon, title, "jon", sent, expected);
        Ok(vec![
            scene(
                "Amazon asks whether this endpoint is the game's",
                confirmation,
                seen(Answer::ToConfirm, None, &[], false),
            ),
            scene(
                "Amazon cancels what Jon bought, and does not say what it was or why",
                cancelled,
                seen(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
            ),
        ])
    }
}

fn failed(error: SigningError) -> Failure {
    Failure::Demo(error.to_string())
}
