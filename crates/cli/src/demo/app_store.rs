//! The App Store's messages in the demo.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use recoup::testing::{AppStore, SigningError, StoreRequest};
use recoup::{Span, Timestamp};
use serde_json::{Value, json};

use crate::exit::Failure;

/// A throw-away App Store, and a forger with a certificate chain of the same names.
pub(super) struct AppStoreScenes {
    genuine: AppStore,
    forger: AppStore,
}

/// The purchase of a notification.
#[derive(Clone, Copy)]
pub(super) struct Sale<'a> {
    pub(super) transaction: &'a str,
    pub(super) product: &'a str,
    /// Thousandths of a US dollar.
    pub(super) price: i64,
    pub(super) environment: &'a str,
    pub(super) bought_at: Timestamp,
}

/// How a sale was refunded.
#[derive(Clone, Copy)]
pub(super) struct Revocation {
    pub(super) at: Timestamp,
    /// Thousandths of a percent; `None`: all of it.
    pub(super) share: Option<u32>,
}

impl AppStoreScenes {
    pub(super) fn new() -> Result<Self, Failure> {
        // Each generates its own keys, with the same names.
        Ok(Self { genuine: AppStore::new().map_err(failed)?, forger: AppStore::new().map_err(failed)? })
    }

    pub(super) fn root(&self) -> &[u8] {
        self.genuine.root_der()
    }

    pub(super) fn section(&self) -> Value {
        json!({
            "bundle_id": self.genuine.bundle_id,
            "app_apple_id": self.genuine.app_apple_id,
            "environments": ["production", "sandbox"],
        })
    }

    /// The player requests a refund, and the App Store requests a review.
    pub(super) fn consumption_request(
        &self,
        id: &str,
        sale: Sale<'_>,
        at: Timestamp,
    ) -> Result<StoreRequest, Failure> {
        let more = &[("consumptionRequestReason", "UNINTENDED_PURCHASE")];
        notification(&self.genuine, id, "CONSUMPTION_REQUEST", sale, None, more, at)
    }

    pub(super) fn refund(
        &self,
        id: &str,
        sale: Sale<'_>,
        revocation: Revocation,
        at: Timestamp,
    ) -> Result<StoreRequest, Failure> {
        notification(&self.genuine, id, "REFUND", sale, Some(revocation), NOTHING_MORE, at)
    }

    /// The same, signed by a forger's chain.
    pub(super) fn forged_refund(
        &self,
        id: &str,
        sale: Sale<'_>,
        revocation: Revocation,
        at: Timestamp,
    ) -> Result<StoreRequest, Failure> {
        notification(&self.forger, id, "REFUND", sale, Some(revocation), NOTHING_MORE, at)
    }

    pub(super) fn reversal(&self, id: &str, sale: Sale<'_>, at: Timestamp) -> Result<StoreRequest, Failure> {
        notification(&self.genuine, id, "REFUND_REVERSED", sale, None, NOTHING_MORE, at)
    }
}

/// Nothing beside the transaction.
const NOTHING_MORE: &[(&str, &str)] = &[];

fn notification(
    store: &AppStore,
    id: &str,
    kind: &str,
    sale: Sale<'_>,
    revocation: Option<Revocation>,
    more: &[(&str, &str)],
    at: Timestamp,
) -> Result<StoreRequest, Failure> {
    let mut notification = store
        .notification(kind, at)
        .id(id)
        .data("environment", json!(sale.environment))
        .transaction(transaction(store, sale, revocation, at));
    for (member, value) in more {
        notification = notification.data(member, json!(value));
    }
    Ok(StoreRequest { headers: Vec::new(), body: notification.body().map_err(failed)? })
}

fn transaction(store: &AppStore, sale: Sale<'_>, revocation: Option<Revocation>, at: Timestamp) -> Value {
    let mut transaction = store.transaction(sale.transaction, sale.product, sale.bought_at);
    transaction["environment"] = json!(sale.environment);
    transaction["price"] = json!(sale.price);
    if let Some(revocation) = revocation {
        transaction = AppStore::refunded(transaction, revocation.at);
        if let Some(share) = revocation.share {
            transaction["revocationType"] = json!("REFUND_PRORATED");
            transaction["revocationPercentage"] = json!(share);
        }
    }
    transaction["signedDate"] = json!(at.millis());
    transaction
}

fn failed(error: SigningError) -> Failure {
    Failure::Demo(error.to_string())
}

/// A genuine notification with another id, which its signature does not cover.
pub(super) fn under_another_id(request: &StoreRequest, id: &str) -> Option<StoreRequest> {
    let mut body: Value = serde_json::from_slice(&request.body).ok()?;
    let (header, rest) = body.get("signedPayload")?.as_str()?.split_once('.')?;
    let (payload, signature) = rest.split_once('.')?;
    let mut payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    payload["notificationUUID"] = json!(id);
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    body["signedPayload"] = json!(format!("{header}.{payload}.{signature}"));
    Some(StoreRequest { headers: request.headers.clone(), body: body.to_string().into_bytes() })
}

/// An earlier time.
pub(super) const fn before(at: Timestamp, span: Span) -> Timestamp {
    Timestamp::from_millis(at.millis().saturating_sub(span.millis()))
}
