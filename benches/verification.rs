//! An App Store refund verified, outer and nested, its chain known: against the two bare P-256 verifications over the
//! same bytes that no verifier can do without.
//!
//! Aim: at least 90 % of the bare rate, so at most 1.11 times the time.
#![allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
#![allow(clippy::print_stdout, reason = "the table at the end is what this is run for")]

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use criterion::Criterion;
use recoup::app_store::{AppStoreVerifier, NotificationType};
use recoup::testing::AppStore;
use recoup::{Request, Timestamp};
use recoup_benches::by_turns;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// One JWS cut up as a verifier needs it, beforehand.
struct Bare {
    signing_input: String,
    signature: Vec<u8>,
}

fn main() {
    let apple = AppStore::new().expect("a throw-away store");
    let verifier = AppStoreVerifier::new(vec![apple.app()]).expect("a verifier");
    let gone = AppStore::refunded(apple.transaction("2000000811000001", "com.example.gems_100", NOW), NOW);
    let renewal = apple.notification(NotificationType::Refund, NOW).transaction(gone);
    let body = renewal.body().expect("a body");
    verifier.verify_notification(&Request::of_body(&body), NOW).expect("a genuine notification");

    let (outer, nested) = cut(&body);
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, leaf_key(&apple));
    let verify = || {
        let request = Request::of_body(black_box(&body));
        assert!(verifier.verify_notification(&request, NOW).is_ok());
    };
    let bare = || {
        for part in [&outer, &nested] {
            assert!(key.verify(black_box(part.signing_input.as_bytes()), &part.signature).is_ok());
        }
    };

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("App Store refund");
    group.bench_function("verified, outer and nested", |bench| bench.iter(verify));
    group.bench_function("two bare P-256 verifications", |bench| bench.iter(bare));
    group.finish();
    criterion.final_summary();

    println!("\n{:<40} {:>12} {:>12} {:>7} {:>7}", "by turns", "ours", "peer", "ratio", "aim");
    println!("{}", by_turns("verified against two bare P-256", Some(1.0 / 0.9), (31, 200), verify, bare));
}

/// The outer JWS of a notification's body, and the transaction's inside it.
fn cut(body: &[u8]) -> (Bare, Bare) {
    let body: Value = serde_json::from_slice(body).expect("JSON");
    let outer = body["signedPayload"].as_str().expect("a JWS");
    let payload = outer.split('.').nth(1).expect("a payload");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    let payload: Value = serde_json::from_slice(&payload).expect("JSON");
    let nested = payload["data"]["signedTransactionInfo"].as_str().expect("a JWS");
    (bare(outer), bare(nested))
}

fn bare(jws: &str) -> Bare {
    let (signing_input, signature) = jws.rsplit_once('.').expect("three segments");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    Bare { signing_input: signing_input.to_owned(), signature }
}

/// The leaf's public key: the 65 bytes of an uncompressed point (RFC 5480 §2.2) behind its SubjectPublicKeyInfo head.
fn leaf_key(apple: &AppStore) -> Vec<u8> {
    const HEAD: &[u8] = &[
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    let leaf = STANDARD.decode(apple.x5c().first().expect("a leaf")).expect("base64");
    let at = leaf.windows(HEAD.len()).position(|window| window == HEAD).expect("a P-256 key") + HEAD.len();
    leaf[at..at + 65].to_vec()
}
