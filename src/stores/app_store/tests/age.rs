//! How old a delivered notification may be.

use super::*;

fn delivered(verifier: &AppStoreVerifier, body: &[u8], now: Timestamp) -> Result<Notification, Rejection> {
    verifier.verify_delivery(&Request::of_body(body), now)
}

#[test]
fn what_was_signed_too_long_ago_is_refused_where_it_is_delivered_and_nowhere_else() {
    let apple = apple();
    let body = refund(&apple);
    let verifier = verifier(&apple);
    let limit = AppStoreApp::DEFAULT_MAX_AGE;
    delivered(&verifier, &body, NOW.plus(limit)).unwrap();
    let late = NOW.plus(limit).plus(Span::from_millis(1));
    let rejection = delivered(&verifier, &body, late).unwrap_err();
    assert_eq!(answer(&rejection), ("too_old", 403, false));
    let words = rejection.to_string();
    assert!(words.contains("180d") && words.contains("--allow-old") && words.contains("max_age"), "{words}");
    verifier.verify_notification(&Request::of_body(&body), late).unwrap();
    // A future date gains a forger nothing, and clocks differ.
    delivered(&verifier, &body, NOW.plus(Span::from_days(-400))).unwrap();
}

#[test]
fn each_app_has_its_own_limit() {
    let apple = apple();
    let app = AppStoreApp { max_age: Span::from_days(1), ..apple.app() };
    let verifier = AppStoreVerifier::new(vec![app]).unwrap();
    let body = refund(&apple);
    delivered(&verifier, &body, NOW.plus(Span::from_days(1))).unwrap();
    let late = NOW.plus(Span::from_days(2));
    assert_eq!(answer(&delivered(&verifier, &body, late).unwrap_err()), ("too_old", 403, false));
}

/// An old message is no dead letter either, and a forged one is refused for being forged.
#[test]
fn an_old_message_that_cannot_be_read_is_not_kept() {
    let (apple, forger) = (apple(), apple());
    let late = NOW.plus(Span::from_days(200));
    let of_no_app = |by: &AppStore| {
        by.sign(&json!({"notificationType": "REFUND", "signedDate": NOW.millis()})).unwrap().into_bytes()
    };
    let refused = |body: &[u8]| answer(&delivered(&verifier(&apple), body, late).unwrap_err());
    assert_eq!(refused(&of_no_app(&apple)), ("too_old", 403, false));
    assert_eq!(refused(&of_no_app(&forger)), ("no_bundle_id", 400, false));
    let odd = refund_notification(&apple).data("signedRenewalInfo", json!(7)).body().unwrap();
    assert_eq!(refused(&odd), ("too_old", 403, false));
    assert_eq!(refused(&refund(&forger)).1, 401);
}
