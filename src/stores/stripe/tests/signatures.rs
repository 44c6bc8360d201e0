//! The cases that Stripe's own libraries assert, and tampering.

use super::*;

const SECRET: &str = "whsec_test_secret";

/// The smallest body that the libraries' tests accept as an event.
const BODY: &[u8] = br#"{
  "id": "evt_test_webhook",
  "object": "event"
}"#;

fn request(header: &str, body: &[u8]) -> StoreRequest {
    let headers = vec![("stripe-signature".to_owned(), header.to_owned())];
    StoreRequest { headers, body: body.to_vec() }
}

fn verifier_with(secrets: &[&str], tolerance_seconds: u32) -> StripeVerifier {
    let secrets = secrets.iter().map(|text| secret(text)).collect();
    StripeVerifier::new(vec![StripeSection { tolerance_seconds, ..StripeSection::new("web shop", secrets) }])
        .unwrap()
}

fn verdict(header: &str) -> Result<Notification, Rejection> {
    verdict_of(&verifier_with(&[SECRET], 300), &request(header, BODY), NOW)
}

fn v1() -> String {
    Stripe::signature(SECRET, NOW, BODY)
}

fn header_at(at: Timestamp) -> String {
    format!("t={},v1={}", at.secs(), Stripe::signature(SECRET, at, BODY))
}

#[test]
fn the_throw_away_stripe_signs_as_another_implementation_does() {
    // Computed with Python's hmac module.
    let at = Timestamp::from_secs(1_492_774_577);
    assert_eq!(
        Stripe::signature(SECRET, at, br#"{"id":"evt_1"}"#),
        "799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f"
    );
}

#[test]
fn a_valid_header_passes() {
    let notification = verdict(&header_at(NOW)).unwrap();
    assert_eq!(notification.event().id(), "evt_test_webhook");
    assert_eq!((notification.section(), notification.signed_at()), ("web shop", NOW));
}

#[test]
fn an_event_of_nothing_but_an_id_means_nothing() {
    let signal = verdict(&header_at(NOW)).unwrap().signal().unwrap();
    assert_eq!(signal.meaning, crate::model::Meaning::Nothing);
    assert_eq!((signal.name.as_str(), signal.at, signal.place.environment), ("unknown", NOW, None));
}

#[test]
fn a_valid_signature_is_found_among_bad_ones_at_any_position() {
    let (t, good, other) = (NOW.secs(), v1(), "0".repeat(64));
    for header in [
        format!("t={t},v1={good},v1=bad_signature"),
        format!("t={t},v1={good},v1=potato"),
        format!("t={t},v1=potato,v1={good}"),
        format!("t={t},v1={other},v1={good}"),
        format!("t={t},v1={good},v1={other}"),
        format!("t={t},v1={other},v1={good},v1={other}"),
        format!("v1={good},t={t}"),
        format!("t={t},v0={other},v1={good}"),
        format!("t={t},v1={good},v0={other}"),
        format!("t={t},v1={good},v2=of-the-future"),
        format!("t={t},v1=,v1={good}"),
    ] {
        assert!(verdict(&header).is_ok(), "{header}");
    }
}

#[test]
fn while_a_secret_is_rolled_either_secret_verifies() {
    let stripe = Stripe {
        webhook_secret: "whsec_old".to_owned(),
        rolled_secret: Some("whsec_new".to_owned()),
        ..stripe()
    };
    let request = stripe.send_body(BODY, NOW);
    for secrets in
        [&["whsec_old"][..], &["whsec_new"], &["whsec_old", "whsec_new"], &["whsec_x", "whsec_new"]]
    {
        assert!(verdict_of(&verifier_with(secrets, 300), &request, NOW).is_ok(), "{secrets:?}");
    }
    assert_eq!(refusal(verdict_of(&verifier_with(&["whsec_x"], 300), &request, NOW)), ("bad_signature", 401));
}

#[test]
fn after_a_roll_the_old_and_the_new_secret_may_both_be_configured() {
    let both = verifier_with(&["whsec_new", "whsec_old"], 300);
    for signing in ["whsec_old", "whsec_new"] {
        let stripe = Stripe { webhook_secret: signing.to_owned(), ..stripe() };
        assert!(verdict_of(&both, &stripe.send_body(BODY, NOW), NOW).is_ok(), "{signing}");
    }
}

#[test]
fn what_is_no_signature_header_is_refused() {
    let bad = ("bad_signature_header", 400);
    for header in [
        "bad_header",
        "i'm not even a real signature header",
        "v1,t=1",
        "t=",
        "",
        "=",
        ",",
        "t=,v1=00",
        "t=x,v1=00",
        "t=-1,v1=00",
        "t=+1,v1=00",
        "t= 1,v1=00",
        "t=1.5,v1=00",
        "t=99999999999999999999,v1=00",
        "v1=00",
    ] {
        assert_eq!(refusal(verdict(header)), bad, "{header:?}");
    }
}

#[test]
fn a_header_without_v1_proves_nothing() {
    let (t, good) = (NOW.secs(), v1());
    for header in [format!("t={t},v0={good}"), format!("t={t}"), format!("t={t},V1={good}")] {
        assert_eq!(refusal(verdict(&header)), ("no_v1_signature", 401), "{header}");
    }
}

#[test]
fn a_request_without_the_header_or_with_two_is_refused() {
    let verifier = verifier_with(&[SECRET], 300);
    let mut request = request(&header_at(NOW), BODY);
    request.headers.push(request.headers[0].clone());
    assert_eq!(refusal(verdict_of(&verifier, &request, NOW)), ("several_signatures", 400));
    request.headers.clear();
    assert_eq!(refusal(verdict_of(&verifier, &request, NOW)), ("no_signature", 401));
}

#[test]
fn bad_and_fake_signatures_are_refused() {
    let (t, good) = (NOW.secs(), v1());
    let fake = Stripe::signature("whsec_another", NOW, BODY);
    for value in ["bad_signature", "fake", "", &fake, &good[..62], &format!("{good}00"), &"0".repeat(64)] {
        assert_eq!(refusal(verdict(&format!("t={t},v1={value}"))), ("bad_signature", 401), "{value}");
    }
}

#[test]
fn what_the_libraries_do_not_agree_on_is_read_strictly() {
    let (t, good) = (NOW.secs(), v1());
    let upper = good.to_ascii_uppercase();
    assert_ne!(upper, good);
    assert_eq!(refusal(verdict(&format!("t={t},v1={upper}"))), ("bad_signature", 401));
    assert_eq!(refusal(verdict(&format!("t={t}, v1={good}"))), ("no_v1_signature", 401));
    for header in [
        format!("t={t},v1={good},junk"),
        format!("t={t},v1={good},"),
        format!("t={t},v1={good},v0=a=b"),
        format!("t={t},t={t},v1={good}"),
        format!("t=1,v1={good},t={t}"),
    ] {
        assert_eq!(refusal(verdict(&header)), ("bad_signature_header", 400), "{header}");
    }
}

#[test]
fn only_age_counts_and_to_the_millisecond() {
    let at = |tolerance: u32, signed: Timestamp, now: Timestamp| {
        verdict_of(&verifier_with(&[SECRET], tolerance), &request(&header_at(signed), BODY), now)
    };
    let old = ("signature_too_old", 401);
    assert!(at(300, ago(300), NOW).is_ok());
    assert_eq!(refusal(at(300, ago(300), NOW.plus(Span::from_millis(1)))), old);
    assert!(at(10, ago(10), NOW).is_ok());
    assert_eq!(refusal(at(10, ago(15), NOW)), old);
    assert!(at(0, Timestamp::from_secs(12_345), NOW).is_ok(), "any age with tolerance off");
    assert!(at(300, ago(-86_400), NOW).is_ok(), "a time in the future");
    assert!(at(300, Timestamp::from_secs(i64::MAX / 1000), NOW).is_ok());
}

#[test]
fn the_error_of_an_old_signature_reports_age_and_tolerance() {
    let message = verdict(&header_at(ago(360))).unwrap_err().to_string();
    assert!(message.contains("6m old") && message.contains("5m is accepted"), "{message}");
}

#[test]
fn age_is_checked_after_the_signature() {
    let forged = format!("t=1,v1={}", "0".repeat(64));
    assert_eq!(refusal(verdict(&forged)), ("bad_signature", 401));
    let not_json = b"i'm not json";
    let header = format!("t=1,v1={}", Stripe::signature(SECRET, Timestamp::from_secs(1), not_json));
    let verdict = verdict_of(&verifier_with(&[SECRET], 300), &request(&header, not_json), NOW);
    assert_eq!(refusal(verdict), ("signature_too_old", 401), "an old body is not read");
}

#[test]
fn every_tampered_byte_is_noticed() {
    let genuine = request(&header_at(NOW), BODY);
    let verifier = verifier_with(&[SECRET], 0);
    assert!(verdict_of(&verifier, &genuine, NOW).is_ok());
    for n in 0..BODY.len() {
        let mut request = genuine.clone();
        request.body[n] ^= 1;
        assert_eq!(refusal(verdict_of(&verifier, &request, NOW)), ("bad_signature", 401), "body byte {n}");
    }
    for body in [&BODY[1..], &BODY[..BODY.len() - 1], b"", &[BODY, b"\n"].concat()] {
        let request = request(&header_at(NOW), body);
        assert_eq!(refusal(verdict_of(&verifier, &request, NOW)), ("bad_signature", 401));
    }
    let (t, good) = (NOW.secs(), v1());
    for n in 0..good.len() {
        let mut digits = good.clone().into_bytes();
        digits[n] = if digits[n] == b'0' { b'1' } else { b'0' };
        let tampered = String::from_utf8(digits).unwrap();
        let request = request(&format!("t={t},v1={tampered}"), BODY);
        assert_eq!(refusal(verdict_of(&verifier, &request, NOW)), ("bad_signature", 401), "digit {n}");
    }
    for t in [(t + 1).to_string(), (t - 1).to_string(), format!("0{t}"), "0".to_owned()] {
        let request = request(&format!("t={t},v1={good}"), BODY);
        assert_eq!(refusal(verdict_of(&verifier, &request, NOW)), ("bad_signature", 401), "t={t}");
    }
    for key in ["whsec_test_secreu", "whsec_test_secre", "whsec_test_secrett", "whsec_Test_secret"] {
        assert_eq!(
            refusal(verdict_of(&verifier_with(&[key], 0), &genuine, NOW)),
            ("bad_signature", 401),
            "{key}"
        );
    }
}

#[test]
fn the_prefix_is_part_of_the_key() {
    let header = format!("t={},v1={}", NOW.secs(), Stripe::signature("test_secret", NOW, BODY));
    assert_eq!(refusal(verdict(&header)), ("bad_signature", 401));
}

#[test]
fn a_signed_body_that_is_no_event_is_a_dead_letter() {
    let stripe = stripe();
    let verifier = verifier(&stripe);
    for body in [
        &b"this is not valid JSON"[..],
        b"",
        b"{",
        b"[]",
        b"7",
        b"\"text\"",
        b"{}",
        br#"{"id":"","object":"event"}"#,
        br#"{"id":7,"object":"event"}"#,
        br#"{"id":"evt_1","object":"charge"}"#,
        br#"{"id":"evt_1","object":null}"#,
        br#"{"id":"evt_1","object":"event","created":"today"}"#,
        br#"{"id":"evt_1","id":"evt_2","object":"event"}"#,
        b"{\"id\":\"\xff\"}",
    ] {
        let rejection = verdict_of(&verifier, &stripe.send_body(body, NOW), NOW).unwrap_err();
        let text = String::from_utf8_lossy(body);
        assert!(rejection.is_authentic(), "{text}");
        assert_eq!((rejection.code(), rejection.http_status()), ("not_understood", 200), "{text}");
    }
}

#[test]
fn a_thin_event_is_refused_by_name_and_kept() {
    let stripe = stripe();
    let thin = json!({
        "id": "evt_test_65R9Ijk8dKEYZcXeRWn16R9A7j1FSQ3w3TGDPLLGSM4CW0",
        "object": "v2.core.event",
        "type": "v1.billing.meter.error_report_triggered",
        "livemode": false,
        "created": "2026-01-01T00:00:00.000Z",
        "related_object": {"id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/mtr_1"},
    });
    let rejection = verdict_of(&verifier(&stripe), &stripe.send(&thin, NOW), NOW).unwrap_err();
    assert_eq!(rejection, StripeError::ThinEvent.into());
    assert_eq!(
        (rejection.code(), rejection.http_status(), rejection.is_authentic()),
        ("thin_event", 200, true)
    );
}
