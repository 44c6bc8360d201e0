//! Amazon's messages in the demo.

use recoup::amazon::NotificationType;
use recoup::testing::{Amazon, SigningError};
use recoup::{Purchase, Store, StoreState, Timestamp};
use serde_json::{Value, json};

use super::scene::{Answer, Scene};
use super::scene::{REFUNDED_AND_BLOCKED, observed, request};
use crate::exit::Failure;

const JONS_RECEIPT: &str = "q1YqVrJSSjEuMEkzSkpUqgUA";

/// A throw-away Amazon.
pub(super) struct AmazonScenes(Amazon);

impl AmazonScenes {
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

    /// The endpoint is confirmed once, then refunds are reported.
    pub(super) fn scenes(&self, now: Timestamp) -> Result<Vec<Scene>, Failure> {
        let confirmation = self.0.subscription_confirmation("5f0f8f2a-0001", now).map_err(failed)?;
        let cancelled =
            self.0.real_time_notification(NotificationType::ConsumableCancelled, JONS_RECEIPT, now);
        let cancelled = self.0.notification(&cancelled, "5f0f8f2a-0002", now).map_err(failed)?;
        let scene = |title, sent, expected| request(Store::Amazon, title, "jon", sent, expected);
        Ok(vec![
            scene(
                "Amazon wants the endpoint confirmed",
                confirmation,
                observed(Answer::ToConfirm, None, &[], false),
            ),
            scene(
                "Amazon cancels Jon's purchase, without product and reason",
                cancelled,
                observed(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
            ),
        ])
    }
}

fn failed(error: SigningError) -> Failure {
    Failure::Demo(error.to_string())
}
