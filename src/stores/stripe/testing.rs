//! A throw-away Stripe.

use std::fmt;
use std::path::Path;

use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

use crate::model::{Store, Timestamp};
use crate::testing::signer::SigningError;
use crate::testing::signer::{SignedRefund, TestSigner};
use crate::testing::store_request::StoreRequest;

/// A throw-away Stripe account: it has a webhook secret, and sends realistic events, signed with it.
///
/// The objects are JSON with Stripe's names: change them before sending, to test more than the methods cover. The
/// public fields are what its events claim; set them to what the configuration under test expects, or to something
/// else to see an event refused.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use recoup::Timestamp;
/// use recoup::stripe::{StripeSection, StripeVerifier, WebhookSecret};
/// use recoup::testing::Stripe;
///
/// let stripe = Stripe::new()?;
/// let secret = WebhookSecret::new(&stripe.webhook_secret)?;
/// let verifier = StripeVerifier::new(vec![StripeSection::new("web shop", vec![secret])])?;
///
/// let now = Timestamp::from_secs(1_800_000_000);
/// let refund = stripe.refund("re_1", "ch_1", 499, now);
/// let request = stripe.send(&stripe.event("evt_1", "refund.created", refund, now), now);
/// let notification = request.send(|request| verifier.verify_notification(request, now))?;
/// assert_eq!(notification.signal()?.name, "refund.created");
/// # Ok(())
/// # }
/// ```
pub struct Stripe {
    /// The endpoint's secret, `whsec_…`.
    pub webhook_secret: String,
    /// A second secret that also signs, as while Stripe rolls the first; its signature comes first.
    pub rolled_secret: Option<String>,
    /// Whether its events are about real money.
    pub livemode: bool,
    /// The connected account of its events.
    pub account: Option<String>,
    /// The currency of its objects, in lower case as Stripe writes it.
    pub currency: String,
}

impl Stripe {
    /// With a new secret, live, in US dollars.
    ///
    /// # Errors
    /// [`SigningError`] if the system returns no random numbers.
    pub fn new() -> Result<Self, SigningError> {
        Ok(Self {
            webhook_secret: Self::new_secret()?,
            rolled_secret: None,
            livemode: true,
            account: None,
            currency: "usd".to_owned(),
        })
    }

    /// A new webhook secret.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn new_secret() -> Result<String, SigningError> {
        let mut random = [0; 24];
        SystemRandom::new()
            .fill(&mut random)
            .map_err(|_| SigningError { problem: "the system returned no random numbers".to_owned() })?;
        Ok(format!("whsec_{}", hex(&random)))
    }

    /// A successful refund of `amount` minor units. Its payment intent is the charge's
    /// [`payment_intent_of`](Self::payment_intent_of).
    #[must_use]
    pub fn refund(&self, id: &str, charge: &str, amount: i64, created: Timestamp) -> Value {
        json!({
            "id": id,
            "object": "refund",
            "amount": amount,
            "balance_transaction": "txn_1",
            "charge": charge,
            "created": created.secs(),
            "currency": self.currency,
            "destination_details": {"card": {"type": "refund"}, "type": "card"},
            "metadata": {},
            "payment_intent": Self::payment_intent_of(charge),
            "reason": null,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": "succeeded",
            "transfer_reversal": null,
        })
    }

    /// A captured charge of `amount` minor units, of which `refunded` are refunded.
    #[must_use]
    pub fn charge(&self, id: &str, amount: i64, refunded: i64, created: Timestamp) -> Value {
        json!({
            "id": id,
            "object": "charge",
            "amount": amount,
            "amount_captured": amount,
            "amount_refunded": refunded,
            "captured": true,
            "created": created.secs(),
            "currency": self.currency,
            "customer": "cus_1",
            "disputed": false,
            "livemode": self.livemode,
            "metadata": {},
            "paid": true,
            "payment_intent": Self::payment_intent_of(id),
            "refunded": refunded == amount,
            "status": "succeeded",
        })
    }

    /// A dispute of `amount` minor units, with a status such as `needs_response`.
    #[must_use]
    pub fn dispute(&self, id: &str, charge: &str, amount: i64, status: &str, created: Timestamp) -> Value {
        json!({
            "id": id,
            "object": "dispute",
            "amount": amount,
            "balance_transactions": [],
            "charge": charge,
            "created": created.secs(),
            "currency": self.currency,
            "evidence": {},
            "evidence_details": {
                "due_by": created.secs().saturating_add(7 * 86_400),
                "has_evidence": false,
                "past_due": false,
                "submission_count": 0,
            },
            "is_charge_refundable": status.starts_with("warning_"),
            "livemode": self.livemode,
            "metadata": {},
            "payment_intent": Self::payment_intent_of(charge),
            "reason": "fraudulent",
            "status": status,
        })
    }

    /// An early fraud warning on a charge that is neither refunded nor disputed.
    #[must_use]
    pub fn early_fraud_warning(&self, id: &str, charge: &str, created: Timestamp) -> Value {
        json!({
            "id": id,
            "object": "radar.early_fraud_warning",
            "actionable": true,
            "charge": charge,
            "created": created.secs(),
            "fraud_type": "made_with_stolen_card",
            "livemode": self.livemode,
            "payment_intent": Self::payment_intent_of(charge),
        })
    }

    /// The payment intent of a charge: `pi_1` for `ch_1`.
    #[must_use]
    pub fn payment_intent_of(charge: &str) -> String {
        let number = charge.split_once('_').map_or(charge, |(_, number)| number);
        format!("pi_{number}")
    }

    /// An event about an object.
    #[must_use]
    pub fn event(&self, id: &str, event_type: &str, object: Value, created: Timestamp) -> Value {
        let mut event = json!({
            "id": id,
            "object": "event",
            "api_version": "2024-10-28.acacia",
            "created": created.secs(),
            "data": {"object": object},
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": {"id": null, "idempotency_key": null},
            "type": event_type,
        });
        if let (Some(account), Some(members)) = (&self.account, event.as_object_mut()) {
            members.insert("account".to_owned(), json!(account));
        }
        event
    }

    /// The request with an event, signed at `at`.
    #[must_use]
    pub fn send(&self, event: &Value, at: Timestamp) -> StoreRequest {
        self.send_body(event.to_string().as_bytes(), at)
    }

    /// As [`send`](Self::send), with any body.
    #[must_use]
    pub fn send_body(&self, body: &[u8], at: Timestamp) -> StoreRequest {
        let mut header = format!("t={}", at.secs());
        for secret in self.rolled_secret.iter().chain([&self.webhook_secret]) {
            header += &format!(",v1={}", Self::signature(secret, at, body));
        }
        let headers = vec![
            ("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned()),
            ("Stripe-Signature".to_owned(), header),
        ];
        StoreRequest { headers, body: body.to_vec() }
    }

    /// One `v1` of the header: the HMAC-SHA256 of the time and the body, in hex.
    #[must_use]
    pub fn signature(secret: &str, at: Timestamp, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let mut signed = format!("{}.", at.secs()).into_bytes();
        signed.extend_from_slice(body);
        hex(hmac::sign(&key, &signed).as_ref())
    }
}

impl TestSigner for Stripe {
    fn store(&self) -> Store {
        Store::Stripe
    }

    fn section(&self, _folder: &Path) -> Result<Value, SigningError> {
        Ok(json!({"name": "web shop", "webhook_secrets": [self.webhook_secret]}))
    }

    fn full_refund(&self, number: u32, at: Timestamp) -> Result<SignedRefund, SigningError> {
        let order_id = format!("ch_{number}");
        let charge = self.charge(&order_id, 499, 499, at);
        let event = self.event(&format!("evt_{number}"), "charge.refunded", charge, at);
        Ok(SignedRefund { order_id, request: self.send(&event, at) })
    }

    fn not_understood(&self, number: u32, at: Timestamp) -> Result<StoreRequest, SigningError> {
        let mut refund = self.refund(&format!("re_{number}"), "ch_odd", 499, at);
        refund["status"] = json!("lent");
        Ok(self.send(&self.event(&format!("evt_odd_{number}"), "refund.updated", refund, at), at))
    }

    fn forger(&self) -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(Self {
            webhook_secret: Self::new_secret()?,
            account: self.account.clone(),
            ..Self::new()?
        }))
    }

    fn set_app(&mut self, app: &str) {
        self.account = Some(app.to_owned());
    }
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe")
            .field("livemode", &self.livemode)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
