//! What an endpoint answers, or does not, and when a message is sent again.

use super::*;

/// The next try is within a fifth of this wait.
fn assert_waits(shop: &Shop, wait: Span) {
    let next = shop.message().next_at.unwrap().since(shop.fixture.clock.now()).millis();
    assert!((wait.millis() * 8 / 10..=wait.millis() * 12 / 10).contains(&next), "{next} for {wait}");
}

#[test]
fn a_message_is_dead_after_ten_tries_under_one_id() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    let minutes = |minutes: i64| Span::from_millis(minutes * 60_000);
    let waits = [
        Span::from_millis(5_000),
        minutes(5),
        minutes(30),
        minutes(120),
        minutes(300),
        minutes(600),
        minutes(840),
        minutes(1200),
        minutes(1440),
    ];
    let mut ids = Vec::new();
    for wait in waits {
        shop.receiver.answers([answer(500, None, b"no \x07table")]);
        ids.extend(shop.sent().into_iter().map(|(id, _)| id));
        assert_eq!(shop.message().state, WebhookState::Waiting);
        assert_waits(&shop, wait);
        // Not before its time.
        assert_eq!(shop.send(), 0);
        let next = shop.message().next_at.unwrap();
        shop.fixture.clock.set(next);
    }
    shop.receiver.answers([late()]);
    ids.extend(shop.sent().into_iter().map(|(id, _)| id));
    assert_eq!(ids.len(), 10);
    assert!(ids.iter().all(|id| *id == ids[0]));
    let message = shop.message();
    assert_eq!((message.state, message.attempts, message.status), (WebhookState::Dead, 10, None));
    assert!(message.problem.unwrap().contains("took too long"));
    shop.advance(Span::from_days(30));
    assert_eq!(shop.send(), 0);
    let journal = shop.fixture.engine.user("ann").unwrap().journal;
    let dead =
        journal.iter().filter(|entry| matches!(&entry.what, crate::model::Happening::MessageDead { .. }));
    assert_eq!(dead.count(), 1);
    assert_eq!(shop.endpoint().dead, 1);
    assert_eq!(shop.doctor(), ["dead_messages"]);
}

#[test]
fn each_failure_is_kept_with_its_reason() {
    let host = || "crm.example.com".to_owned();
    for (failure, status, words) in [
        (late(), None, "took too long"),
        (Err(TransportError::Connect { host: host(), problem: "refused".to_owned() }), None, "no connection"),
        (
            Err(TransportError::Interrupted { host: host(), problem: "cut".to_owned() }),
            None,
            "broke the connection",
        ),
        (Err(TransportError::Redirect { host: host(), status: 301 }), Some(301), "redirect"),
        (answer(301, None, b""), Some(301), "redirect"),
        (answer(404, None, b"no such route"), Some(404), "no such route"),
    ] {
        let shop = Shop::crm(json!({}));
        shop.refund("ann", "1");
        shop.receiver.answers([failure]);
        assert_eq!(shop.send(), 1);
        let message = shop.message();
        assert_eq!((message.state, message.status), (WebhookState::Waiting, status));
        assert!(message.problem.as_ref().unwrap().contains(words), "{message:?}");
        assert_eq!(shop.endpoint().problem, message.problem);
        assert_waits(&shop, Span::from_millis(5_000));
    }
}

#[test]
fn success_with_garbage_is_success() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    shop.receiver.answers([answer(200, None, b"\xff\xfe<html>error</html>")]);
    shop.send();
    assert_eq!((shop.message().state, shop.message().problem), (WebhookState::Delivered, None));
    assert_eq!(shop.endpoint().delivered_at, Some(NOON));
}

#[test]
fn gone_ends_the_endpoint() {
    let mut shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    shop.refund("bob", "2");
    shop.receiver.answers([answer(410, Some("60"), b"")]);
    assert_eq!(shop.sent_orders(), ["1"]);
    assert_eq!(shop.states(), [WebhookState::Dropped; 2]);
    assert!(shop.endpoint().ended.unwrap().why.contains("410"));
    shop.refund("cid", "3");
    assert_eq!(shop.messages().len(), 2);
    assert_eq!(shop.doctor(), ["webhook_ended"]);
    // Also after a restart, and until it is sent elsewhere.
    let config = shop.config.clone();
    shop.reopen(&config);
    shop.refund("dan", "4");
    assert_eq!(shop.messages().len(), 2);
    let mut moved = config;
    moved["webhooks"][0]["url"] = json!("https://crm.example.com/new");
    shop.reopen(&moved);
    shop.refund("eve", "5");
    assert_eq!(shop.sent_orders(), ["5"]);
    assert_eq!(shop.endpoint().ended, None);
}

#[test]
fn an_overloaded_endpoint_gets_nothing_until_that_messages_next_try() {
    for status in [429, 502, 504] {
        let shop = Shop::crm(json!({}));
        shop.refund("ann", "1");
        shop.refund("bob", "2");
        shop.receiver.answers([answer(status, None, b"")]);
        assert_eq!(shop.sent_orders(), ["1"], "{status}");
        let until = shop.endpoint().held_back_until.unwrap();
        let first = shop.messages()[0].next_at.unwrap();
        assert_eq!(until, first);
        shop.fixture.clock.set(until.plus(Span::from_millis(-1)));
        assert_eq!(shop.send(), 0);
        shop.fixture.clock.set(until);
        assert_eq!(shop.sent_orders().len(), 2);
    }
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    shop.refund("bob", "2");
    shop.receiver.answers([answer(503, None, b"")]);
    assert_eq!(shop.sent_orders(), ["1", "2"]);
}

#[test]
fn retry_after_is_heeded_where_it_is_later() {
    for (value, wait) in [
        ("3600", Some(Span::from_hours(1))),
        ("Mon, 21 Sep 2026 15:13:20 GMT", Some(Span::from_hours(1))),
        ("999999", Some(Span::from_hours(24))),
        ("0", None),
        ("Mon, 21 Sep 2026 14:00:00 GMT", None),
        ("soon", None),
    ] {
        let shop = Shop::crm(json!({}));
        shop.refund("ann", "1");
        shop.receiver.answers([answer(429, Some(value), b"")]);
        shop.send();
        match wait {
            Some(wait) => assert_eq!(shop.message().next_at, Some(NOON.plus(wait)), "{value}"),
            None => assert_waits(&shop, Span::from_millis(5_000)),
        }
    }
}

#[test]
fn a_clock_that_was_ahead_puts_nothing_off() {
    let shop = Shop::crm(json!({}));
    shop.fixture.clock.set(NOON.plus(Span::from_days(400)));
    shop.refund("ann", "1");
    shop.receiver.answers([answer(429, None, b"")]);
    assert_eq!(shop.send(), 1);
    shop.receiver.take();
    shop.fixture.clock.set(NOON);
    assert_eq!(shop.sent_orders(), ["1"]);
    assert_eq!(shop.message().state, WebhookState::Delivered);
}

/// Fails nine of ten tries of the first message, and lets the second one's time come.
#[test]
fn one_message_that_is_always_refused_keeps_the_others_waiting_for_minutes_alone() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    for _ in 0..5 {
        shop.receiver.answers([answer(502, None, b"poison")]);
        assert_eq!(shop.sent_orders(), ["1"]);
        let next = shop.messages()[0].next_at.unwrap();
        if shop.messages()[0].attempts < 5 {
            shop.fixture.clock.set(next);
        }
    }
    assert_waits(&shop, Span::from_hours(5));
    shop.refund("bob", "2");
    assert_eq!(shop.send(), 0);
    shop.advance(Span::from_millis(5 * 60_000));
    assert_eq!(shop.sent_orders(), ["2"]);
}

#[test]
fn a_shorter_hold_does_not_end_a_longer_one() {
    let shop = Shop::crm(json!({}));
    let hold = |until: Timestamp| {
        let held = shop.fixture.engine.change(move |change| {
            let beyond = change.now.plus(crate::webhooks::LONGEST_WAIT);
            Ok(change.tx.hold_endpoint_back("crm", until, beyond)?)
        });
        held.unwrap();
        shop.endpoint().held_back_until.unwrap()
    };
    let (minute, hour) = (NOON.plus(Span::from_millis(60_000)), NOON.plus(Span::from_hours(1)));
    assert_eq!(hold(hour), hour);
    assert_eq!(hold(minute), hour);
    assert_eq!(hold(hour.plus(Span::from_hours(1))), hour.plus(Span::from_hours(1)));
    // Set while the clock was ahead.
    hold(NOON.plus(Span::from_days(400)));
    assert_eq!(hold(minute), minute);
}

#[test]
fn what_waits_behind_another_is_looked_at_when_that_is_due_and_sent_once_it_is_settled() {
    let shop = Shop::crm(json!({}));
    for id in ["1", "2", "3"] {
        shop.refund("ann", id);
    }
    shop.receiver.answers([answer(500, None, b"")]);
    assert_eq!(shop.sent_orders(), ["1"]);
    let first = shop.messages()[0].next_at.unwrap();
    assert!(shop.messages().iter().all(|message| message.next_at.unwrap() >= first));
    shop.fixture.clock.set(first);
    assert_eq!(shop.sent_orders(), ["1", "2", "3"]);
}
