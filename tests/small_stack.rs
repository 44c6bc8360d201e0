//! Every parser of the crate on the small thread of a host: 64 KiB of stack, and 256 KiB in unoptimised builds, where the
//! frames of the crates that read certificates do not fit into less. What overflows ends this process.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::sync::{Arc, Mutex};

use recoup::testing::{Amazon, AppStore, GooglePlay, OneStore, StoreRequest, Stripe};
use recoup::transport::http::{HeaderMap, StatusCode};
use recoup::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use recoup::{
    Apis, Config, CustomMessage, Engine, EngineOptions, KnownReceipt, ManualClock, Purchase, Span, Store,
    SweptBy, Timestamp, Verifier,
};
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const STACK: usize = if cfg!(debug_assertions) { 256 << 10 } else { 64 << 10 };

/// Runs it on a small stack.
fn on_a_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

/// Values that ask much of a reader: as deep as may be and deeper, text inside text, half characters, many keys.
fn nasty() -> Vec<String> {
    let arrays = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    let mut wrapped = arrays(20);
    for _ in 0..10 {
        wrapped = format!(r#"{{"$serde_json::private::RawValue":{}}}"#, json!(wrapped));
    }
    let mut nasty =
        vec![wrapped, r#""\ud800""#.to_owned(), "1e999".to_owned(), r#"{"a":1,"a":[2]}"#.to_owned()];
    for depth in [20, 26, 27, 28, 29, 30, 31, 32, 33, 5000] {
        nasty.extend([arrays(depth), objects(depth)]);
    }
    let keys: Vec<_> = (0..2000).map(|n| format!("\"k{n}\":[{n}]")).collect();
    nasty.push(format!("{{{}}}", keys.join(",")));
    nasty
}

/// The value's text with `nasty` in place of each `"NASTY"`.
fn with(value: &Value, nasty: &str) -> String {
    value.to_string().replace("\"NASTY\"", nasty)
}

/// Answers everything with one body.
struct Canned(Mutex<String>);

impl Transport for Canned {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let is_of_token = request.url().expose().ends_with("/token");
        let token = || json!({"access_token": "t", "expires_in": 3600, "status": "SUCCESS"}).to_string();
        let body = if is_of_token { token() } else { self.0.lock().unwrap().clone() };
        Ok(HttpResponse::new(StatusCode::OK, HeaderMap::new(), body.into_bytes()))
    }
}

struct Shop {
    apple: AppStore,
    google: GooglePlay,
    one_store: OneStore,
    stripe: Stripe,
    amazon: Amazon,
    folder: tempfile::TempDir,
    config: Value,
}

impl Shop {
    fn new() -> Self {
        let (apple, google) = (AppStore::new().unwrap(), GooglePlay::new().unwrap());
        let (one_store, stripe, amazon) =
            (OneStore::new().unwrap(), Stripe::new().unwrap(), Amazon::new().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("root.der", apple.root_der());
        write("keys.json", google.jwks().as_bytes());
        write("sns.pem", amazon.certificate().unwrap().as_bytes());
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
        let account = json!({
            "type": "service_account",
            "private_key_id": "1",
            "private_key": key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
            "client_email": "refunds@example.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token",
        });
        write("google.json", account.to_string().as_bytes());
        let rng = ring::rand::SystemRandom::new();
        let p8 = ring::signature::EcdsaKeyPair::generate_pkcs8(
            &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            &rng,
        )
        .unwrap();
        use base64::Engine as _;
        let p8 = base64::engine::general_purpose::STANDARD.encode(p8.as_ref());
        write(
            "apple.p8",
            format!("-----BEGIN PRIVATE KEY-----\n{p8}\n-----END PRIVATE KEY-----\n").as_bytes(),
        );
        let config = json!({
            "database": "ledger.db",
            "app_store": [{
                "bundle_id": apple.bundle_id, "app_apple_id": apple.app_apple_id,
                "extra_roots": ["root.der"], "only_extra_roots": true,
                "api": {"issuer_id": "i", "key_id": "k", "private_key": "apple.p8"},
            }],
            "google_play": [{
                "package_name": google.package_name,
                "push": {
                    "audience": google.audience,
                    "service_account_email": google.service_account_email,
                    "jwks": "keys.json",
                },
                "service_account": "google.json",
            }],
            "one_store": [{"client_id": one_store.client_id, "license_key": one_store.license_key().unwrap(),
                           "client_secret": "s"}],
            "stripe": [{"name": "s", "webhook_secrets": [stripe.webhook_secret], "api_key": "rk_live_1"}],
            "amazon": [{"package_name": amazon.package_name, "topic_arn": amazon.topic_arn,
                        "certificate": "sns.pem", "shared_secret": "s"}],
            "reconcile": {"off": true},
        });
        Self { apple, google, one_store, stripe, amazon, folder, config }
    }

    fn config(&self) -> Config {
        Config::from_json(self.config.to_string().as_bytes(), self.folder.path()).unwrap()
    }

    /// Of each store a message that is signed and has the value in places that are read and in places that are not.
    fn messages(&self, nasty: &str) -> Vec<(Store, StoreRequest)> {
        let plain = |body: String| StoreRequest { headers: Vec::new(), body: body.into_bytes() };
        let header = json!({"alg": "ES256", "x5c": self.apple.x5c()});
        let signed = |text: &str| self.apple.sign_with_header(&header, text.as_bytes()).unwrap();
        let mut transaction = AppStore::refunded(self.apple.transaction("T1", "gems", NOW), NOW);
        transaction["new"] = json!("NASTY");
        transaction["offerIdentifier"] = json!("NASTY");
        let mut outer = self.apple.notification("REFUND", NOW).payload().unwrap();
        outer["data"]["signedTransactionInfo"] = json!(signed(&with(&transaction, nasty)));
        outer["new"] = json!("NASTY");
        let read = json!({"environment": "Production", "bundleId": self.apple.bundle_id, "transactionId": "T1",
                          "signedDate": NOW.millis(), "advancedCommerceInfo": {"descriptors": "NASTY"}});
        let mut of_read = self.apple.notification("REFUND", NOW).payload().unwrap();
        of_read["data"]["signedTransactionInfo"] = json!(signed(&with(&read, nasty)));
        let mut messages = Vec::new();
        for text in [with(&outer, nasty), with(&of_read, nasty), nasty.to_owned()] {
            messages.push((Store::AppStore, plain(signed(&text))));
            messages.push((
                Store::AppStore,
                plain(format!(r#"{{"signedPayload":{},"x":{nasty}}}"#, json!(signed(&text)))),
            ));
        }
        let unsigned = format!(r#"{{"notificationType":5,"data":{{"bundleId":"a"}},"x":{nasty}}}"#);
        messages.push((
            Store::AppStore,
            plain(self.apple.sign_with_header(&json!({"alg": "ES256"}), unsigned.as_bytes()).unwrap()),
        ));

        let mut voided = self.google.notification("voidedPurchaseNotification", &json!({"orderId": "GPA.1", "purchaseToken": "t", "productType": 2, "refundType": 1, "new": "NASTY"}), NOW);
        voided["new"] = json!("NASTY");
        let mut push = self.google.push(&voided, "m-1", NOW).unwrap();
        messages.push((Store::GooglePlay, push.clone()));
        let text = with(&voided, nasty);
        push.body = self.google.push(&json!(1), "m-1", NOW).unwrap().body;
        use base64::Engine as _;
        let data = base64::engine::general_purpose::STANDARD.encode(&text);
        let body =
            json!({"message": {"data": data, "messageId": "m-1", "attributes": "NASTY"}, "x": "NASTY"});
        push.body = with(&body, nasty).into_bytes();
        messages.push((Store::GooglePlay, push.clone()));
        push.body = text.into_bytes();
        messages.push((Store::GooglePlay, push));

        let payment = self.one_store.payment("P1", recoup::one_store::PurchaseState::Canceled, NOW);
        let payment = payment.with_raw("new", nasty).with_raw("developerPayload", nasty);
        messages.push((Store::OneStore, payment.request().unwrap()));

        let mut event =
            self.stripe.event("evt_1", "refund.created", self.stripe.refund("re_1", "ch_1", 500, NOW), NOW);
        event["data"]["object"]["new"] = json!("NASTY");
        event["data"]["object"]["metadata"] = json!({"user_id": "NASTY"});
        event["request"] = json!("NASTY");
        messages.push((Store::Stripe, self.stripe.send_body(with(&event, nasty).as_bytes(), NOW)));
        // Objects in place of ids, each in the one before.
        for depth in [1, 10, 20, 22, 26] {
            let mut charge = json!("ch_0");
            for n in 0..depth {
                let member = if n % 2 == 0 { "latest_charge" } else { "payment_intent" };
                charge = json!({"id": format!("{n}x"), member: charge, "invoice": "NASTY"});
            }
            event["data"]["object"][if depth % 2 == 0 { "charge" } else { "payment_intent" }] = charge;
            messages.push((Store::Stripe, self.stripe.send_body(with(&event, nasty).as_bytes(), NOW)));
        }

        let mut rtn = self.amazon.real_time_notification(
            recoup::amazon::NotificationType::ConsumableCancelled,
            "R1",
            NOW,
        );
        rtn["relatedReceipts"] = json!("NASTY");
        rtn["new"] = json!("NASTY");
        let envelope = self.amazon.envelope("Notification", &with(&rtn, nasty), "m-1", NOW);
        messages.push((Store::Amazon, self.amazon.signed(envelope).unwrap()));
        for store in Store::ALL {
            messages.push((store.clone(), plain(nasty.to_owned())));
            messages.push((store.clone(), plain(format!(r#"{{"a":{nasty}}}"#))));
        }
        messages
    }
}

#[test]
fn every_message_is_read_on_a_small_stack() {
    let shop = Shop::new();
    let verifier = Verifier::new(&shop.config()).unwrap();
    let engine =
        EngineOptions::new().clock(ManualClock::new(NOW)).background(false).open(shop.config()).unwrap();
    let (mut understood, mut refused) = (0, 0);
    for nasty in nasty() {
        for (store, request) in shop.messages(&nasty) {
            let verdict = on_a_small_stack(|| {
                let verdict = request.send(|request| verifier.notification(&store, request, NOW));
                request.send(|request| engine.ingest(&store, request)).unwrap();
                verdict.map(|verified| verified.decoded.to_string().len())
            });
            match verdict {
                Ok(_) => understood += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(understood > 50 && refused > 50, "{understood} {refused}");
}

#[test]
fn every_answer_of_a_store_is_read_on_a_small_stack() {
    let shop = Shop::new();
    let canned = Arc::new(Canned(Mutex::default()));
    let transport: Arc<dyn Transport> = canned.clone();
    let apis =
        Apis::new(&shop.config(), transport, Arc::new(recoup::transport::SystemPacing::new())).unwrap();
    let row = json!({"orderId": "GPA.1", "purchaseToken": "t", "voidedQuantity": "NASTY", "id": "re_1",
                     "purchaseId": "P1", "voidedTime": 1, "new": "NASTY", "signedPayload": "a.b.c"});
    let list = json!({"voidedPurchases": [row, "NASTY"], "voidedPurchaseList": [row, "NASTY"], "data": [row],
                      "has_more": false, "notificationHistory": [row, "NASTY"], "signedTransactions": ["NASTY"],
                      "receiptId": "R1", "productType": "CONSUMABLE", "new": "NASTY", "error": "NASTY"});
    for nasty in nasty() {
        *canned.0.lock().unwrap() = with(&list, &nasty);
        for (store, sweeps) in apis.sweeps() {
            on_a_small_stack(|| match sweeps {
                SweptBy::List(list) => {
                    for app in list.apps() {
                        drop(list.page(&app, (NOW.plus(Span::from_days(-1)), NOW), None, NOW));
                    }
                }
                SweptBy::Receipts(receipts) => {
                    let known = KnownReceipt { user_id: "u".to_owned(), receipt_id: "R1".to_owned() };
                    drop(receipts.check(&receipts.apps()[0], &[known], NOW));
                }
                #[allow(unreachable_patterns, reason = "it may have more")]
                _ => panic!("{store} is swept in another way"),
            });
        }
        on_a_small_stack(|| {
            let apple = apis.app_store().unwrap();
            drop(apple.refund_lookup(&shop.apple.bundle_id, false, "1", None, NOW));
            drop(apis.google_play().unwrap().order(&shop.google.package_name, "GPA.1", NOW));
            drop(apis.one_store().unwrap().purchase_details(&shop.one_store.client_id, "p", "t", NOW));
        });
    }
}

/// Configuration with its policies, purchases and messages of the host's own.
#[test]
fn the_hosts_arguments_are_read_on_a_small_stack() {
    let shop = Shop::new();
    for nasty in nasty() {
        let policy = json!([{"name": "NASTY", "match": {"product": "NASTY"}, "action": {"block": "NASTY"}}]);
        for (member, value) in [
            ("policy", &policy),
            ("reviews", &policy),
            ("new", &json!("NASTY")),
            ("app_store", &json!("NASTY")),
        ] {
            let mut config = shop.config.clone();
            config[member] = value.clone();
            let text = with(&config, &nasty);
            on_a_small_stack(|| drop(Config::from_json(text.as_bytes(), shop.folder.path())));
        }
        on_a_small_stack(|| drop(Config::from_json(nasty.as_bytes(), shop.folder.path())));
    }
    let engine = on_a_small_stack(|| Engine::open(shop.config()).unwrap());
    on_a_small_stack(|| {
        engine.record_purchase(Purchase::new(Store::Stripe, "ann", "ch_1")).unwrap();
        let message: CustomMessage = serde_json::from_value(json!({
            "store": "custom:samsung", "app": "a", "notification_id": "1", "name": "REFUND", "at": NOW.millis(),
            "fact": {"at": NOW.millis(), "what": "refunded", "extent": "full", "trust": "signed",
                     "about": {"order_id": "P1"}},
        }))
        .unwrap();
        engine.record_message(message, b"{}").unwrap();
        engine.order("P1").unwrap();
        let _ = engine.is_blocked("ann");
        engine.poll(10).unwrap();
    });
}
