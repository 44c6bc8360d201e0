//! Makes a scenario's folder: the configuration, the keys, and the requests that stores send, signed by throw-away
//! stores.

use std::error::Error;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recoup::app_store::NotificationType;
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::one_store::PurchaseState;
use recoup::testing::{Amazon, AppStore, GooglePlay, OneStore, StoreRequest, Stripe};
use recoup::{Timestamp, amazon};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

/// When the scenario begins.
const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

/// Fills `folder`, which must exist and be empty.
pub fn fill(folder: &Path) -> Result<(), Box<dyn Error>> {
    let shop = Shop {
        folder,
        apple: AppStore::new()?,
        google: GooglePlay::new()?,
        one_store: OneStore::new()?,
        stripe: Stripe::new()?,
        amazon: Amazon::new()?,
    };
    shop.configuration()?;
    shop.app_store()?;
    shop.google_play()?;
    shop.one_store()?;
    shop.stripe()?;
    shop.amazon()?;
    shop.signed_purchases()?;
    fs::write(folder.join("scenario.txt"), include_str!("scenario.txt"))?;
    Ok(())
}

struct Shop<'a> {
    folder: &'a Path,
    apple: AppStore,
    google: GooglePlay,
    one_store: OneStore,
    stripe: Stripe,
    amazon: Amazon,
}

impl Shop<'_> {
    fn configuration(&self) -> Result<(), Box<dyn Error>> {
        let (apple, google) = (&self.apple, &self.google);
        self.write("root.der", apple.root_der())?;
        self.write("keys.json", google.jwks().as_bytes())?;
        self.write("sns.pem", self.amazon.certificate()?.as_bytes())?;
        let config = json!({
            "database": "ledger.db",
            "app_store": [{
                "bundle_id": apple.bundle_id,
                "app_apple_id": apple.app_apple_id,
                "extra_roots": ["root.der"],
                "only_extra_roots": true,
            }],
            "google_play": [{
                "package_name": google.package_name,
                "license_keys": [google.license_key()?],
                "push": {
                    "audience": google.audience,
                    "service_account_email": google.service_account_email,
                    "subscription": google.subscription,
                    "jwks": "keys.json",
                },
            }],
            "one_store": [{
                "client_id": self.one_store.client_id,
                "license_key": self.one_store.license_key()?,
            }],
            "stripe": [{
                "name": "web shop",
                "webhook_secrets": [self.stripe.webhook_secret],
                "user_metadata_key": "user_id",
            }],
            "amazon": [{
                "package_name": self.amazon.package_name,
                "topic_arn": self.amazon.topic_arn,
                "certificate": "sns.pem",
            }],
        });
        self.write("config.json", config.to_string().as_bytes())?;
        self.with_apis(config)?;
        let purchases = json!([
            {"store": "app-store", "user": "gus", "order_id": "2000000000000005", "product": "gems.100"},
            {"store": "app-store", "user": "gus", "order_id": "2000000000000006", "quantity": 2,
             "price": {"micros": 1_000_000, "currency": "KRW"}, "grants": [{"item": "gem", "quantity": 5}]},
        ]);
        self.write("purchases.json", purchases.to_string().as_bytes())?;
        let samsung = json!({
            "store": "custom:samsung", "app": "com.example.game", "environment": "production",
            "notification_id": "isn-1", "name": "ITEM_REFUNDED", "at": NOON,
            "fact": {"at": NOON, "what": "refunded", "extent": "full", "trust": "signed",
                     "about": {"order_id": "S-1", "account_tag": "dora", "product": "gems.100"}},
        });
        self.write("samsung.json", samsung.to_string().as_bytes())
    }

    /// The same with credentials of two stores' APIs. The App Store's sandbox is left out, so that a sweep has half as
    /// many pages; and Google Play, since a doctor run reports the age of the file of its keys.
    fn with_apis(&self, mut config: Value) -> Result<(), Box<dyn Error>> {
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| "the system returned no random bytes")?;
        let key = STANDARD.encode(pair.as_ref());
        let key = format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n");
        self.write("key.p8", key.as_bytes())?;
        config["app_store"][0]["environments"] = json!(["production"]);
        config["app_store"][0]["api"] = json!({
            "issuer_id": "57246542-96fe-1a63-e053-0824d011072a",
            "key_id": "2X9R4HXF34",
            "private_key": "key.p8",
        });
        config["stripe"][0]["api_key"] = json!("rk_live_scenario");
        config["notices"] = json!({"events": true});
        config["webhooks"] = json!([{
            "name": "crm",
            "url": "http://127.0.0.1:9/refunds",
            "secrets": [format!("whsec_{}", STANDARD.encode([7; 32]))],
            "events": ["refund", "access"],
            "in_flight": 1,
        }]);
        if let Some(members) = config.as_object_mut() {
            members.remove("google_play");
        }
        self.write("config-api.json", config.to_string().as_bytes())?;
        let refund = |payment: &str, key: &str| {
            json!({"order": {"store": "stripe", "app": "web shop", "payment": payment, "reason": "requested_by_customer"},
                   "who": "eve", "why": "ticket 12", "key": key})
        };
        self.write("refund-order.json", refund("ch_2", "ticket-12").to_string().as_bytes())?;
        self.write("refund-other.json", refund("ch_3", "ticket-12").to_string().as_bytes())?;
        self.write("refund-refused.json", refund("ch_3", "ticket-13").to_string().as_bytes())?;
        self.write("refund-unsent.json", refund("ch_4", "ticket-14").to_string().as_bytes())?;
        let list = |rows: Value| json!({"object": "list", "data": rows, "has_more": false}).to_string();
        let mut refunded = self.stripe.refund("re_2", "ch_2", 500, NOON);
        refunded["charge"] = self.stripe.charge("ch_2", 999, 500, NOON);
        self.write("refunds.json", list(json!([refunded])).as_bytes())?;
        self.write("nothing.json", list(json!([])).as_bytes())?;
        let mut refunded =
            AppStore::refunded(self.apple.transaction("2000000000000007", "gems.100", NOON), NOON);
        if let Some(members) = refunded.as_object_mut() {
            members.remove("appAccountToken");
        }
        let history = json!({
            "signedTransactions": [self.apple.sign(&refunded)?], "revision": "r1", "hasMore": false,
        });
        self.write("lookup.json", history.to_string().as_bytes())?;
        let unknown = json!({"errorCode": 4_040_010, "errorMessage": "Transaction id not found."});
        self.write("unknown.json", unknown.to_string().as_bytes())
    }

    fn app_store(&self) -> Result<(), Box<dyn Error>> {
        let refund = self.app_store_refund("2000000000000001", "uuid-1", "Production")?;
        self.request("refund-ann", &refund)?;
        let mut forged = refund.clone();
        // A byte of the signature, before its last characters, whose low bits mean nothing.
        let at = forged.body.len() - 20;
        if let Some(byte) = forged.body.get_mut(at) {
            *byte = if *byte == b'A' { b'B' } else { b'A' };
        }
        self.request("forged", &forged)?;
        // At a fixed place: the length of a signed body varies, and the fault names the column.
        let half = refund.body.get(..1000).unwrap_or_default();
        self.request("truncated", &StoreRequest { headers: Vec::new(), body: half.to_vec() })?;
        self.request("not-json", &StoreRequest { headers: Vec::new(), body: b"refund=1".to_vec() })?;
        self.request("refund-gus", &self.app_store_refund("2000000000000005", "uuid-5", "Production")?)?;
        self.request("sandbox", &self.app_store_refund("2000000000000003", "uuid-3", "Sandbox")?)?;

        let transaction = || self.apple.transaction("2000000000000001", "gems.100", NOON);
        let review = self.apple.notification(NotificationType::ConsumptionRequest, NOON).id("uuid-2");
        self.app_store_request("review-ann", review.transaction(transaction()).body()?)?;
        let review = self.apple.notification(NotificationType::ConsumptionRequest, NOON).id("uuid-6");
        let bought = self.apple.transaction("2000000000000006", "gems.100", NOON);
        self.app_store_request("review-gus", review.transaction(bought).body()?)?;
        let reversal = self.apple.notification(NotificationType::RefundReversed, NOON).id("uuid-4");
        self.app_store_request("reversal-ann", reversal.transaction(transaction()).body()?)
    }

    fn app_store_refund(
        &self,
        order: &str,
        id: &str,
        environment: &str,
    ) -> Result<StoreRequest, Box<dyn Error>> {
        let mut transaction = AppStore::refunded(self.apple.transaction(order, "gems.100", NOON), NOON);
        transaction["environment"] = json!(environment);
        if let Some(members) = transaction.as_object_mut() {
            members.remove("appAccountToken");
        }
        let notification = self.apple.notification(NotificationType::Refund, NOON).id(id);
        let notification = notification.data("environment", json!(environment)).transaction(transaction);
        Ok(StoreRequest { headers: Vec::new(), body: notification.body()? })
    }

    fn app_store_request(&self, name: &str, body: Vec<u8>) -> Result<(), Box<dyn Error>> {
        self.request(name, &StoreRequest { headers: Vec::new(), body })
    }

    fn google_play(&self) -> Result<(), Box<dyn Error>> {
        let void = |order: &str, token: &str| {
            self.google.voided_purchase(order, token, VoidedProductType::OneTime, RefundType::Full, NOON)
        };
        self.request("refund-bob", &self.google.push(&void("GPA.1", "token-1"), "message-1", NOON)?)?;
        self.request("refund-nobody", &self.google.push(&void("GPA.2", "token-2"), "message-2", NOON)?)?;
        let mut other_app = void("GPA.3", "token-3");
        other_app["packageName"] = json!("com.example.other");
        self.request("dead-letter", &self.google.push(&other_app, "message-3", NOON)?)?;
        self.request("test", &self.google.push(&self.google.test(NOON), "message-4", NOON)?)
    }

    /// What the players' clients hold of purchases: NAME.data, and NAME.signature where it is beside it.
    fn signed_purchases(&self) -> Result<(), Box<dyn Error>> {
        let mut transaction = self.apple.transaction("2000000000000009", "gems.100", NOON);
        if let Some(members) = transaction.as_object_mut() {
            members.remove("appAccountToken");
        }
        self.write("signed-app-store.data", self.apple.sign(&transaction)?.as_bytes())?;
        let bought = self.google.purchase_data("GPA.9", "gems.100", NOON).to_string();
        self.write("signed-google-play.data", bought.as_bytes())?;
        self.write("signed-google-play.signature", self.google.sign_purchase(&bought)?.as_bytes())?;
        let bought = self.one_store.purchase_data("ONE-9", NOON).to_string();
        self.write("signed-one-store.data", bought.as_bytes())?;
        self.write("signed-one-store.signature", self.one_store.sign(bought.as_bytes())?.as_bytes())
    }

    fn one_store(&self) -> Result<(), Box<dyn Error>> {
        let forger = OneStore::impostor()?;
        let paid = self.one_store.payment("ONE-1", PurchaseState::Completed, NOON);
        self.request("one-store-paid", &paid.request()?)?;
        let canceled = self.one_store.payment("ONE-1", PurchaseState::Canceled, NOON);
        self.request("one-store-canceled", &canceled.request()?)?;
        let forged = forger.payment("ONE-2", PurchaseState::Canceled, NOON);
        self.request("one-store-forged", &forged.request()?)
    }

    /// A part of a charge is refunded, which then fails.
    fn stripe(&self) -> Result<(), Box<dyn Error>> {
        let refund = |status: &str| {
            let mut refund = self.stripe.refund("re_1", "ch_1", 400, NOON);
            (refund["status"], refund["reason"]) = (json!(status), json!("fraudulent"));
            refund["charge"] = self.stripe.charge("ch_1", 999, 400, NOON);
            refund
        };
        let created = self.stripe.event("evt_1", "refund.created", refund("succeeded"), NOON);
        self.request("stripe-refund", &self.stripe.send(&created, NOON))?;
        let failed = self.stripe.event("evt_2", "refund.failed", refund("failed"), NOON);
        self.request("stripe-failed", &self.stripe.send(&failed, NOON))?;
        self.request("stripe-forged", &Stripe::new()?.send(&created, NOON))
    }

    fn amazon(&self) -> Result<(), Box<dyn Error>> {
        let cancelled = amazon::NotificationType::ConsumableCancelled;
        let cancelled = self.amazon.real_time_notification(cancelled, "receipt-1", NOON);
        self.request("amazon-cancelled", &self.amazon.notification(&cancelled, "message-1", NOON)?)?;
        let forged = Amazon::impostor()?.notification(&cancelled, "message-2", NOON)?;
        self.request("amazon-forged", &forged)?;
        self.request("amazon-confirm", &self.amazon.subscription_confirmation("message-3", NOON)?)
    }

    fn request(&self, name: &str, request: &StoreRequest) -> Result<(), Box<dyn Error>> {
        self.write(&format!("{name}.body"), &request.body)?;
        let lines: String =
            request.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        self.write(&format!("{name}.headers"), lines.as_bytes())
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), Box<dyn Error>> {
        Ok(fs::write(self.folder.join(name), content)?)
    }
}
