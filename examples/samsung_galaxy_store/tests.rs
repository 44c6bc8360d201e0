//! From a signed notification of Samsung's to the blocked player.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use recoup::{
    AttributedBy, Config, Engine, EngineOptions, Environment, EventKind, ManualClock, Purchase, RefundFilter,
    Store, StoreState, Timestamp,
};
use ring::{digest, hmac};
use rsa::pkcs8::EncodePublicKey as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};

use super::{SamsungGalaxyStore, webhook};

const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);
const PACKAGE: &str = "com.example.game";
const RS256: &str = r#"{"alg":"RS256","typ":"JWT"}"#;

/// DER of DigestInfo up to the digest (RFC 8017 §9.2).
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32];

/// The developer's key, and another's.
fn keys() -> &'static [RsaPrivateKey; 2] {
    static KEYS: OnceLock<[RsaPrivateKey; 2]> = OnceLock::new();
    KEYS.get_or_init(|| {
        [2048, 2048].map(|bits| RsaPrivateKey::new(&mut rsa::rand_core::OsRng, bits).unwrap())
    })
}

fn pem(key: &RsaPrivateKey) -> String {
    let der = RsaPublicKey::from(key).to_public_key_der().unwrap();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der.as_bytes()))
}

fn claims(sub: &str, data: &Value) -> Value {
    json!({
        "iss": "iap.samsungapps.com", "sub": sub, "aud": [PACKAGE],
        "nbf": NOON.secs(), "iat": NOON.secs(), "data": data, "version": "2.0",
    })
}

fn refund(order: &str) -> Value {
    let purchase_id = format!("purchase-of-{order}");
    let data = json!({"orderId": order, "purchaseId": purchase_id, "testPayYn": "N", "betaTestYn": "N"});
    claims("ITEM_REFUNDED", &data)
}

fn unsigned(header: &str, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn signed_by(key: &RsaPrivateKey, claims: &Value) -> String {
    rs256(key, &unsigned(RS256, claims))
}

fn rs256(key: &RsaPrivateKey, text: &str) -> String {
    let padding = Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256_PREFIX.into() };
    let signature = key.sign(padding, digest::digest(&digest::SHA256, text.as_bytes()).as_ref()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn signed(claims: &Value) -> String {
    signed_by(&keys()[0], claims)
}

/// A game server that sells in Samsung Galaxy Store, to Ann.
struct Server {
    engine: Engine,
    samsung: SamsungGalaxyStore,
    _folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::from_json(br#"{"database": "ledger.db"}"#, folder.path()).unwrap();
        let engine = EngineOptions::new().clock(Arc::new(ManualClock::new(NOON))).open(config).unwrap();
        let samsung = SamsungGalaxyStore::new(PACKAGE, pem(&keys()[0]).as_bytes()).unwrap();
        engine.record_purchase(Purchase::new(samsung_store(), "ann", "S20260901KR00000001")).unwrap();
        Self { engine, samsung, _folder: folder }
    }

    fn posted(&self, body: &str) -> u16 {
        webhook(&self.engine, &self.samsung, body.as_bytes()).0
    }

    fn events(&self) -> Vec<EventKind> {
        let events = self.engine.poll(100).unwrap();
        for event in &events {
            self.engine.ack(event.id).unwrap();
        }
        events.iter().map(|event| event.kind).collect()
    }

    /// That a body is answered so, and changes nothing.
    fn refuses(&self, body: &str, status: u16) {
        assert_eq!(self.posted(body), status, "{body}");
        assert!(!self.engine.is_blocked("ann"));
        assert_eq!((self.events(), self.engine.dead_letters(None, 10).unwrap().items.len()), (vec![], 0));
    }
}

fn samsung_store() -> Store {
    Store::custom("samsung").unwrap()
}

const ANNS: &str = "S20260901KR00000001";

#[test]
fn a_refund_blocks_the_player_who_bought_and_its_repetitions_report_nothing() {
    let server = Server::new();
    let body = signed(&refund(ANNS));
    assert_eq!(server.posted(&body), 200);
    assert!(server.engine.is_blocked("ann"));
    assert_eq!(server.events(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);

    // The same bytes, and the same refund signed again a minute later.
    let mut later = refund(ANNS);
    later["iat"] = json!(NOON.secs() + 60);
    for body in [body, signed(&later)] {
        let answer = webhook(&server.engine, &server.samsung, body.as_bytes());
        assert_eq!(answer, (200, "ingested, new: false".to_owned()));
        assert_eq!(server.events(), []);
    }
    let refunds = server.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items;
    assert_eq!(refunds.len(), 1);
    assert_eq!((&refunds[0].store, refunds[0].case.state), (&samsung_store(), StoreState::Refunded));
    assert_eq!((refunds[0].case.at, refunds[0].attributed_by), (NOON, Some(AttributedBy::Order)));
    assert!(server.engine.order(ANNS).unwrap().journal.len() >= 2, "the journal reports it");
}

#[test]
fn what_the_purchase_reported_fills_in_its_refund() {
    let server = Server::new();
    let data = json!({"itemId": "gems_100", "orderId": "S2", "purchaseId": "p2", "testPayYn": "N", "betaTestYn": "N"});
    assert_eq!(server.posted(&signed(&claims("ITEM_PURCHASED", &data))), 200);
    assert_eq!(server.posted(&signed(&refund("S2"))), 200);
    let refunds = server.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items;
    assert_eq!(refunds[0].case.about.product.as_deref(), Some("gems_100"));
    assert_eq!(server.events(), [EventKind::Unattributed]);
}

#[test]
fn testers_are_not_blocked() {
    for member in ["testPayYn", "betaTestYn"] {
        let server = Server::new();
        let mut test = refund(ANNS);
        test["data"][member] = json!("Y");
        assert_eq!(server.posted(&signed(&test)), 200);
        assert_eq!((server.events(), server.engine.is_blocked("ann")), (vec![EventKind::Refund], false));
        let refunds = server.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items;
        assert_eq!(refunds[0].environment, Some(Environment::Sandbox));
    }
}

#[test]
fn tests_of_the_endpoint_and_subscriptions_are_accepted_and_mean_nothing() {
    let server = Server::new();
    for sub in ["TEST", "ARS_SUBSCRIBED", "A_LATER_EVENT"] {
        assert_eq!(server.posted(&signed(&claims(sub, &json!({"sellerName": null})))), 200);
    }
    assert_eq!(server.events(), []);
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let server = Server::new();
    server.refuses(&signed_by(&keys()[1], &refund(ANNS)), 401);
}

#[test]
fn other_algorithms_are_refused() {
    let server = Server::new();
    let none = unsigned(r#"{"alg":"none","typ":"JWT"}"#, &refund(ANNS));
    server.refuses(&format!("{none}."), 401);
    // The classic: the public key as the secret of an HMAC.
    let hs256 = unsigned(r#"{"alg":"HS256","typ":"JWT"}"#, &refund(ANNS));
    let secret = hmac::Key::new(hmac::HMAC_SHA256, pem(&keys()[0]).as_bytes());
    let tag = hmac::sign(&secret, hs256.as_bytes());
    server.refuses(&format!("{hs256}.{}", URL_SAFE_NO_PAD.encode(tag)), 401);
    // Nor is the genuine key's signature taken under another name, or with an extension that must be understood.
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS256"}"#, r#"{"alg":"RS256","crit":["b64"],"b64":false}"#]
    {
        server.refuses(&rs256(&keys()[0], &unsigned(header, &refund(ANNS))), 401);
    }
}

#[test]
fn an_alteration_after_signing_is_refused() {
    let server = Server::new();
    let other = signed(&refund("S-other"));
    let (_, signature) = other.rsplit_once('.').unwrap();
    server.refuses(&format!("{}.{signature}", unsigned(RS256, &refund(ANNS))), 401);
    server.refuses(&format!("{}.", unsigned(RS256, &refund(ANNS))), 401);
}

#[test]
fn a_token_for_another_app_or_by_another_issuer_is_refused() {
    let server = Server::new();
    for (claim, value) in
        [("aud", json!(["com.example.other"])), ("aud", json!([])), ("iss", json!("evil.example"))]
    {
        let mut other = refund(ANNS);
        other[claim] = value;
        server.refuses(&signed(&other), 403);
    }
}

#[test]
fn with_a_clock_that_is_behind_samsung_sends_again() {
    let server = Server::new();
    let mut early = refund(ANNS);
    early["nbf"] = json!(NOON.secs() + 301);
    server.refuses(&signed(&early), 503);
    early["nbf"] = json!(NOON.secs() + 300);
    assert_eq!(server.posted(&signed(&early)), 200);
}

#[test]
fn damage_is_refused_and_what_is_signed_but_not_understood_is_not_lost_unseen() {
    let server = Server::new();
    let body = signed(&refund(ANNS));
    for damaged in ["", ".", "..", "a.b.c", "{}", &format!("{body}.x"), &body.replace('.', "")] {
        server.refuses(damaged, 400);
    }
    server.refuses(&"a".repeat(64 * 1024 + 1), 413);
    server.refuses(&signed(&claims("ITEM_REFUNDED", &json!({"purchaseId": "p"}))), 500);
    server.refuses(&signed(&json!({"sub": "ITEM_REFUNDED"})), 500);
}

#[test]
fn a_key_that_is_none_is_refused_when_the_server_starts() {
    for key in ["", "MIIB", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] {
        assert!(SamsungGalaxyStore::new(PACKAGE, key.as_bytes()).is_err(), "{key}");
    }
}
