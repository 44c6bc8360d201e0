//! Signatures by Standard Webhooks, checked by code that is not ours.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use super::*;

/// Of the project's Rust library: <https://github.com/standard-webhooks/standard-webhooks>, `libraries/rust/src/lib.rs`.
#[test]
fn the_projects_vector_of_a_shared_secret_is_signed_the_same() {
    let signature = key("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").sign(
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        1_649_367_553,
        br#"{"email":"test@example.com","username":"test_user"}"#,
    );
    assert_eq!(signature, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
}

/// Of the project's Go library, `libraries/go/webhook_asymmetric_test.go`.
#[test]
fn the_projects_vector_of_a_private_key_is_signed_the_same() {
    let signature = key("whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=").sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        br#"{"test": 2432232314}"#,
    );
    let expected =
        "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==";
    assert_eq!(signature, expected);
}

#[test]
fn the_projects_own_library_verifies_a_request() {
    let (old, new) =
        ("whsec_b2xkIHNlY3JldCBvZiB0aGlzIGVuZHBvaW50", "whsec_bmV3IHNlY3JldCBvZiB0aGlzIGVuZHBvaW50");
    let endpoint = endpoint(WebhookFormat::Recoup, vec![key(new), key(old)]);
    // It compares with the system's time.
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let at = Timestamp::from_secs(i64::try_from(since.as_secs()).unwrap());
    let body = r#"{"type":"refund.refunded","user":"김"}"#;
    let request = request(&endpoint, &Signed { id: "evt_abc_1", at, body });
    for secret in [old, new] {
        let verifier = standardwebhooks::Webhook::new(secret).unwrap();
        verifier.verify(request.body_bytes(), request.headers()).unwrap();
        assert!(verifier.verify(b"{}", request.headers()).is_err());
    }
    let other = standardwebhooks::Webhook::new("whsec_YW5vdGhlciBlbmRwb2ludCdzIG93biBzZWNyZXQ=").unwrap();
    assert!(other.verify(request.body_bytes(), request.headers()).is_err());
}

#[test]
fn a_private_key_may_have_its_public_key_behind_it() {
    let seed = [7; 32];
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let public = pair.public_key().as_ref();
    let both = [&seed[..], public].concat();
    let short = key(&format!("whsk_{}", STANDARD.encode(seed)));
    let long = key(&format!("whsk_{}", STANDARD.encode(both)));
    let signature = short.sign("evt_a_1", 1, b"{}");
    assert_eq!(signature, long.sign("evt_a_1", 1, b"{}"));
    let bytes = STANDARD.decode(signature.strip_prefix("v1a,").unwrap()).unwrap();
    UnparsedPublicKey::new(&ED25519, public).verify(b"evt_a_1.1.{}", &bytes).unwrap();
    let mixed = format!("whsk_{}", STANDARD.encode([seed, [8; 32]].concat()));
    let error = SigningKey::new(&Secret::new(mixed)).unwrap_err().to_string();
    assert!(error.contains("Ed25519"), "{error}");
}

#[test]
fn secrets_of_a_wrong_form_or_length_are_refused_without_repeating_them() {
    let of = |size| format!("whsec_{}", STANDARD.encode(vec![b'x'; size]));
    for size in [24, 32, 64] {
        assert!(SigningKey::new(&Secret::new(of(size))).is_ok(), "{size}");
    }
    for (text, why) in [
        (of(23), "23 bytes"),
        (of(65), "65 bytes"),
        ("whsec_".to_owned(), "0 bytes"),
        ("whsec_!!!!!!!!!!!!".to_owned(), "base64"),
        ("c2VjcmV0".to_owned(), "whsec_"),
        ("whpk_c2VjcmV0".to_owned(), "whsk_"),
        (format!("whsk_{}", STANDARD.encode([1; 31])), "Ed25519"),
    ] {
        let error = SigningKey::new(&Secret::new(text.clone())).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert!(
            !format!("{error} {error:?}")
                .contains(text.trim_start_matches("whsec_").get(..8).unwrap_or("\0"))
        );
    }
    assert_eq!(format!("{:?}", key(&of(24))), "whsec_<hidden>");
}
