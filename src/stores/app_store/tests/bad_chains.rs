//! Chains that are refused, each for its own reason.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::testing::ChainValidity;
use crate::verify::{ChainError, ChainPart};

/// The refusal of a refund by a store with these certificates, if they are trusted.
fn refused(chain: &AppStoreChain) -> (&'static str, u16) {
    let apple = AppStore::with_chain(chain).unwrap();
    let (code, status, authentic) = refusal(&apple, &refund(&apple));
    assert!(!authentic);
    (code, status)
}

fn chain() -> AppStoreChain {
    AppStoreChain::default()
}

/// A refund whose header has these certificates, signed by `signer`'s leaf.
fn with_x5c(signer: &AppStore, x5c: &Value) -> Vec<u8> {
    let payload = refund_notification(signer).payload().unwrap().to_string();
    signer.sign_with_header(&json!({"alg": "ES256", "x5c": x5c}), payload.as_bytes()).unwrap().into_bytes()
}

#[test]
fn both_markers_are_needed_and_each_in_its_place() {
    let (leaf, intermediate) = (chain().leaf_marker, chain().intermediate_marker);
    for (leaf_marker, intermediate_marker) in [
        (None, intermediate.clone()),
        (leaf.clone(), None),
        (intermediate.clone(), intermediate),
        (leaf.clone(), leaf),
        (Some(vec![1, 2, 840, 113_635, 100, 6, 11, 2]), chain().intermediate_marker),
    ] {
        let bad = AppStoreChain { leaf_marker, intermediate_marker, ..chain() };
        assert_eq!(refused(&bad), ("certificate_marker_missing", 401));
    }
}

#[test]
fn roles_are_kept() {
    let code = |chain: AppStoreChain| refused(&chain);
    assert_eq!(code(AppStoreChain { leaf_is_authority: true, ..chain() }), ("certificate_authority", 401));
    assert_eq!(
        code(AppStoreChain { intermediate_is_authority: false, ..chain() }),
        ("certificate_authority", 401)
    );
    assert_eq!(code(AppStoreChain { leaf_may_sign: false, ..chain() }), ("certificate_key_usage", 401));
    assert_eq!(
        code(AppStoreChain { intermediate_may_issue: false, ..chain() }),
        ("certificate_key_usage", 401)
    );
    assert_eq!(code(AppStoreChain { leaf_on_p384: true, ..chain() }), ("certificate_key_type", 401));
    assert_eq!(code(AppStoreChain { critical_marker: true, ..chain() }), ("chain_refused", 401));
}

#[test]
fn the_path_goes_through_the_intermediate_that_was_checked() {
    assert_eq!(refused(&AppStoreChain { leaf_issued_by_root: true, ..chain() }), ("chain_names", 401));
    let name = chain().root_name;
    let past = AppStoreChain { leaf_issued_by_root: true, intermediate_name: name, ..chain() };
    assert_eq!(refused(&past), ("chain_refused", 401));
}

#[test]
fn all_three_must_be_valid_at_the_effective_date() {
    let before =
        ChainValidity { not_after: Timestamp::from_secs(NOW.secs() - 1), ..ChainValidity::default() };
    let after =
        ChainValidity { not_before: Timestamp::from_secs(NOW.secs() + 1), ..ChainValidity::default() };
    for (validity, code) in [(before, "certificate_expired"), (after, "certificate_not_yet_valid")] {
        assert_eq!(refused(&AppStoreChain { leaf_validity: validity, ..chain() }), (code, 401));
        assert_eq!(refused(&AppStoreChain { intermediate_validity: validity, ..chain() }), (code, 401));
        assert_eq!(refused(&AppStoreChain { root_validity: validity, ..chain() }), (code, 401));
    }
    let apple = AppStore::with_chain(&AppStoreChain { root_validity: before, ..chain() }).unwrap();
    let error = verdict(&apple, &refund(&apple)).unwrap_err();
    let expired = ChainError::Expired { part: ChainPart::Root, at: NOW, not_after: before.not_after };
    assert_eq!(error, Rejection::Chain { source: expired });

    let exact = ChainValidity { not_before: NOW, not_after: NOW };
    let apple = AppStore::with_chain(&AppStoreChain {
        leaf_validity: exact,
        intermediate_validity: exact,
        root_validity: exact,
        ..chain()
    });
    let apple = apple.unwrap();
    verdict(&apple, &refund(&apple)).unwrap();
}

#[test]
fn a_remembered_chain_is_still_held_to_the_effective_date() {
    let validity = ChainValidity { not_before: NOW, not_after: NOW.plus(Span::from_days(1)) };
    let apple = AppStore::with_chain(&AppStoreChain { root_validity: validity, ..chain() }).unwrap();
    let verifier = verifier(&apple);
    let at = |at: Timestamp| {
        let test = apple.notification("TEST", at).body().unwrap();
        verifier.verify_notification(&Request::of_body(&test), NOW).map(|_| ())
    };
    at(NOW).unwrap();
    at(NOW.plus(Span::from_days(1))).unwrap();
    assert_eq!(at(NOW.plus(Span::from_days(2))).unwrap_err().code(), "certificate_expired");
    assert_eq!(at(NOW.plus(Span::from_days(-1))).unwrap_err().code(), "certificate_not_yet_valid");
}

#[test]
fn the_effective_date_is_the_signers_or_the_clocks() {
    let apple = AppStore::with_chain(&AppStoreChain {
        leaf_validity: ChainValidity { not_before: NOW, not_after: NOW },
        ..chain()
    });
    let apple = apple.unwrap();
    let body = refund(&apple);
    let later = NOW.plus(Span::from_days(30));
    let verdict = |effective_date, now| {
        let verifier = AppStoreVerifier::new(vec![AppStoreApp { effective_date, ..apple.app() }]).unwrap();
        verifier.verify_notification(&Request::of_body(&body), now).map(|_| ())
    };
    verdict(EffectiveDate::Signed, later).unwrap();
    verdict(EffectiveDate::Now, NOW).unwrap();
    assert_eq!(verdict(EffectiveDate::Now, later).unwrap_err().code(), "certificate_expired");

    let undated = apple.notification("TEST", NOW).member("signedDate", Value::Null).body().unwrap();
    let verifier = verifier(&apple);
    let verdict = |now| verifier.verify_notification(&Request::of_body(&undated), now).map(|_| ());
    verdict(NOW).unwrap();
    assert_eq!(verdict(later).unwrap_err().code(), "certificate_expired");
}

#[test]
fn only_configured_roots_are_trusted() {
    let (apple, forger) = (apple(), apple());
    assert_eq!(refusal(&apple, &refund(&forger)), ("chain_signature", 401, false));
    let stranger = AppStoreChain { root_name: "Another Root".to_owned(), ..chain() };
    let stranger = AppStore::with_chain(&stranger).unwrap();
    assert_eq!(refusal(&apple, &refund(&stranger)), ("unknown_root", 401, false));

    // The genuine intermediate does not make a forger's leaf genuine, nor the genuine leaf a forger's message.
    let mixed = json!([forger.x5c()[0], apple.x5c()[1], apple.x5c()[2]]);
    assert_eq!(refusal(&apple, &with_x5c(&forger, &mixed)), ("chain_signature", 401, false));
    assert_eq!(refusal(&apple, &with_x5c(&forger, &json!(apple.x5c()))), ("bad_signature", 401, false));
}

#[test]
fn of_two_roots_with_one_name_the_right_one_is_found() {
    let (first, second) = (apple(), apple());
    let mut app = second.app();
    app.roots = vec![first.root_der().to_vec(), second.root_der().to_vec()];
    let verifier = AppStoreVerifier::new(vec![app]).unwrap();
    for apple in [&first, &second] {
        verifier.verify_notification(&Request::of_body(&refund(apple)), NOW).unwrap();
    }
}

#[test]
fn malformed_chains_are_distinguished() {
    let apple = apple();
    let [leaf, intermediate, root] = apple.x5c() else { unreachable!() };
    let huge = "A".repeat(9 * 1024);
    let not_der = "AAAA";
    let url_safe = leaf.replace('+', "-").replace('/', "_");
    let url_safe = if url_safe == *leaf { format!("{leaf}-") } else { url_safe };
    for (x5c, expected) in [
        (json!([leaf, intermediate]), ("chain_length", 400, false)),
        (json!([leaf, intermediate, root, root]), ("chain_length", 400, false)),
        (json!([]), ("chain_length", 400, false)),
        (Value::Null, ("chain_missing", 400, false)),
        (json!("MII"), ("wrong_shape", 400, false)),
        (json!([leaf, 1, root]), ("wrong_shape", 400, false)),
        (json!([url_safe, intermediate, root]), ("certificate_base64", 400, false)),
        (json!([leaf, format!(" {intermediate}"), root]), ("certificate_base64", 400, false)),
        (json!([not_der, intermediate, root]), ("certificate_der", 400, false)),
        (json!([leaf, not_der, root]), ("certificate_der", 400, false)),
        (json!([huge, intermediate, root]), ("certificate_too_large", 413, false)),
        (json!([leaf, intermediate, huge]), ("certificate_too_large", 413, false)),
        (json!([leaf, intermediate, "A".repeat(30_000)]), ("header_too_large", 413, false)),
    ] {
        assert_eq!(refusal(&apple, &with_x5c(&apple, &x5c)), expected, "{x5c:.120}");
    }
}

/// The same certificate with other bytes; its signature does not matter, since these are seen before it is checked.
fn leaf_with(apple: &AppStore, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut der = STANDARD.decode(&apple.x5c()[0]).unwrap();
    change(&mut der);
    with_x5c(apple, &json!([STANDARD.encode(der), apple.x5c()[1], apple.x5c()[2]]))
}

#[test]
fn the_leafs_key_must_name_p256() {
    let apple = apple();
    let (ec_public_key, p256) =
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
    for oid in [ec_public_key.as_slice(), &p256] {
        let another = leaf_with(&apple, |der| {
            let at = der.windows(oid.len()).position(|bytes| bytes == oid).unwrap();
            der[at + oid.len() - 1] += 1;
        });
        assert_eq!(refusal(&apple, &another), ("certificate_key_type", 401, false));
    }
}

#[test]
fn no_bytes_may_follow_a_certificate() {
    let apple = apple();
    let longer = leaf_with(&apple, |der| der.extend([0, 0, 0]));
    assert_eq!(refusal(&apple, &longer), ("certificate_der", 400, false));
}

#[test]
fn a_chain_is_remembered_once_and_only_when_it_signed_something() {
    let (apple, forger) = (apple(), apple());
    let verifier = verifier(&apple);
    let proven = || verifier.routes.proven_chains(&apple.bundle_id);
    let verdict = |body: &[u8]| verifier.verify_notification(&Request::of_body(body), NOW).map(|_| ());

    verdict(&refund(&forger)).unwrap_err();
    verdict(&with_x5c(&forger, &json!(apple.x5c()))).unwrap_err();
    assert_eq!(proven(), 0);
    verdict(&refund(&apple)).unwrap();
    verdict(&refund(&apple)).unwrap();
    assert_eq!(proven(), 1);

    // Under a header that is remembered, a wrong signature is as wrong as before.
    let jws = refund_notification(&apple).jws().unwrap();
    let other = apple.notification("TEST", NOW).jws().unwrap();
    let (signing_input, _) = jws.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let swapped = format!("{signing_input}.{signature}");
    assert_eq!(verdict(swapped.as_bytes()).unwrap_err().code(), "bad_signature");
}

#[test]
fn remembered_chains_are_bounded() {
    let apple = apple();
    let verifier = verifier(&apple);
    let payload = apple.notification("TEST", NOW).payload().unwrap().to_string();
    for n in 0..40 {
        let header = json!({"alg": "ES256", "kid": n.to_string(), "x5c": apple.x5c()});
        let jws = apple.sign_with_header(&header, payload.as_bytes()).unwrap();
        verifier.verify_notification(&Request::of_body(jws.as_bytes()), NOW).unwrap();
    }
    assert_eq!(verifier.routes.proven_chains(&apple.bundle_id), 32);
}
