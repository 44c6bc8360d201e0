//! Limits of header and body.

use super::*;
use crate::stores::Request;

fn verdict(stripe: &Stripe, header: &str, body: &[u8]) -> Result<Notification, Rejection> {
    let headers = [("Stripe-Signature", header)];
    verifier(stripe).verify_notification(&Request { headers: &headers, body }, NOW)
}

#[test]
fn a_header_of_8_kib_is_read_and_no_longer_one() {
    let (stripe, body) = (stripe(), br#"{"id":"evt_1"}"#);
    let genuine = stripe.send_body(body, NOW).headers[1].1.clone();
    let padded = |size: usize| format!("{genuine},v0={}", "0".repeat(size - genuine.len() - 4));
    assert!(verdict(&stripe, &padded(8192), body).is_ok());
    assert_eq!(refusal(verdict(&stripe, &padded(8193), body)), ("too_large", 413));
}

#[test]
fn of_32_signatures_each_is_tried_and_more_are_refused() {
    let (stripe, body) = (stripe(), br#"{"id":"evt_1"}"#);
    let good = Stripe::signature(&stripe.webhook_secret, NOW, body);
    let header = |bad: usize| format!("t={}{},v1={good}", NOW.secs(), ",v1=00".repeat(bad));
    assert!(verdict(&stripe, &header(31), body).is_ok());
    assert_eq!(refusal(verdict(&stripe, &header(32), body)), ("bad_signature_header", 400));
}

#[test]
fn a_body_of_1_mib_is_read_and_no_longer_one() {
    let stripe = stripe();
    let body = |size: usize| {
        let mut body = br#"{"id":"evt_1"}"#.to_vec();
        body.resize(size, b' ');
        body
    };
    let sent = |size: usize| verdict_of(&verifier(&stripe), &stripe.send_body(&body(size), NOW), NOW);
    assert!(sent(1 << 20).is_ok());
    assert_eq!(refusal(sent((1 << 20) + 1)), ("too_large", 413));
}
