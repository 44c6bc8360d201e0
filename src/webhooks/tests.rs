//! Signatures against the project's own vectors and its Rust library, the schedule, and the bodies.

mod iap_refund_events;
mod requests;
mod signatures;

use std::time::Duration;

use super::*;
use crate::model::{Environment, Span, Timestamp, WebhookFormat};
use crate::transport::Secret;

fn key(text: &str) -> SigningKey {
    SigningKey::new(&Secret::new(text)).unwrap()
}

fn endpoint(format: WebhookFormat, keys: Vec<SigningKey>) -> Endpoint {
    Endpoint {
        name: "crm".to_owned(),
        url: "https://crm.example.com/hook".parse().unwrap(),
        keys,
        authorization: None,
        format,
        kinds: None,
        stores: None,
        environments: vec![Environment::Production],
        skips_unsized: false,
        timeout: Duration::from_secs(15),
        in_flight: 1,
    }
}

#[test]
fn ten_tries_follow_the_recommended_schedule_within_a_fifth() {
    let minutes = |minutes: i64| Span::from_millis(minutes * 60_000).millis();
    let waits = [
        5_000,
        minutes(5),
        minutes(30),
        minutes(120),
        minutes(300),
        minutes(600),
        minutes(840),
        minutes(1200),
        minutes(1440),
    ];
    for (attempt, wait) in (1..).zip(waits) {
        assert_eq!(next_try(attempt, None, 0).unwrap().millis(), wait * 8 / 10);
        assert_eq!(next_try(attempt, None, 200).unwrap().millis(), wait);
        assert_eq!(next_try(attempt, None, 400).unwrap().millis(), wait * 12 / 10);
        assert_eq!(next_try(attempt, None, 401), next_try(attempt, None, 0));
    }
    assert_eq!(next_try(10, None, 0), None);
    assert_eq!(next_try(10, Some(Span::from_hours(1)), 0), None);
    assert_eq!(next_try(11, None, u32::MAX), None);
    assert!(next_try(9, None, u32::MAX).unwrap() < LONGEST_WAIT);
}

#[test]
fn retry_after_counts_where_it_is_later_and_a_day_at_most() {
    let wait = |requested| next_try(2, Some(Span::from_millis(requested)), 200).unwrap();
    assert_eq!(wait(1_000), Span::from_millis(300_000));
    assert_eq!(wait(400_000), Span::from_millis(400_000));
    assert_eq!(wait(i64::MAX), Span::from_hours(24));
}

#[test]
fn a_ledgers_id_is_base32_and_no_message_id_has_a_dot() {
    assert_eq!(ledger_id(&[0; LEDGER_ID_SIZE]), "aaaaaaaaaaaaaaaa");
    assert_eq!(ledger_id(&[0xff; LEDGER_ID_SIZE]), "7777777777777777");
    // RFC 4648 §10 has `foobar`; its first five bytes fill a group.
    assert_eq!(ledger_id(b"foobafooba"), "mzxw6ytbmzxw6ytb");
    assert_eq!(message_id("mzxw6ytbmzxw6ytb", 1042), "evt_mzxw6ytbmzxw6ytb_1042");
}

#[test]
fn times_have_milliseconds_always() {
    assert_eq!(body::iso_8601(Timestamp::from_millis(1_739_927_006_287)), "2025-02-19T01:03:26.287Z");
    assert_eq!(body::iso_8601(Timestamp::from_secs(0)), "1970-01-01T00:00:00.000Z");
    assert_eq!(body::iso_8601(Timestamp::from_millis(-1)), "1969-12-31T23:59:59.999Z");
}

#[test]
fn an_overloaded_endpoint_is_left_alone_as_it_requests_or_for_five_minutes_at_most() {
    let (second, minute, hour) = (Span::from_millis(1000), Span::from_millis(60_000), Span::from_hours(1));
    let five = Span::from_millis(5 * 60_000);
    for (next, requested, held) in [
        (second, None, second),
        (hour, None, five),
        (hour, Some(minute), minute),
        (hour, Some(hour), hour),
        (minute, Some(hour), minute),
        (hour, Some(Span::from_millis(0)), five),
    ] {
        assert_eq!(hold(next, requested), held, "{next} {requested:?}");
    }
}
