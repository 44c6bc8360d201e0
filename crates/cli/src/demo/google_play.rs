//! Google Play's messages in the demo.

use recoup::Timestamp;
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::{GooglePlay, SigningError, StoreRequest};
use serde_json::{Value, json};

use crate::exit::Failure;

/// A throw-away Google Play, and a forger with another key.
pub(super) struct GooglePlayScenes {
    genuine: GooglePlay,
    forger: GooglePlay,
}

/// The purchase of a notification.
#[derive(Clone, Copy)]
pub(super) struct Order<'a> {
    pub(super) id: &'a str,
    pub(super) token: &'a str,
}

impl GooglePlayScenes {
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self {
            genuine: GooglePlay::new().map_err(failed)?,
            forger: GooglePlay::impostor().map_err(failed)?,
        })
    }

    pub(super) fn keys(&self) -> String {
        self.genuine.jwks()
    }

    pub(super) fn section(&self) -> Value {
        json!({
            "package_name": self.genuine.package_name,
            "push": {
                "audience": self.genuine.audience,
                "service_account_email": self.genuine.service_account_email,
                "subscription": self.genuine.subscription,
            },
        })
    }

    /// All of an order, or some of its items, was voided at `voided_at`; reported at `at`.
    pub(super) fn void(
        &self,
        message: &str,
        order: Order<'_>,
        refund: RefundType,
        voided_at: Timestamp,
        at: Timestamp,
    ) -> Result<StoreRequest, Failure> {
        let voided = self.genuine.voided_purchase(
            order.id,
            order.token,
            VoidedProductType::OneTime,
            refund,
            voided_at,
        );
        self.genuine.push(&voided, message, at).map_err(failed)
    }

    /// The same, pushed with a forger's token.
    pub(super) fn forged_void(
        &self,
        message: &str,
        order: Order<'_>,
        at: Timestamp,
    ) -> Result<StoreRequest, Failure> {
        let voided = self.forger.voided_purchase(
            order.id,
            order.token,
            VoidedProductType::OneTime,
            RefundType::Full,
            at,
        );
        self.forger.push(&voided, message, at).map_err(failed)
    }

    /// A chargeback that Google reviews first.
    pub(super) fn review(
        &self,
        message: &str,
        order: Order<'_>,
        at: Timestamp,
    ) -> Result<StoreRequest, Failure> {
        let review = self.genuine.pending_refund_review(order.id, "pending-refund-token", None, at);
        self.genuine.push(&review, message, at).map_err(failed)
    }
}

fn failed(error: SigningError) -> Failure {
    Failure::Demo(error.to_string())
}
