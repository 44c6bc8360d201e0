//! Several processes on one ledger, and processes that die.

use super::*;
use crate::engine::webhooks::testing::claim;

#[test]
fn a_process_without_the_endpoint_queues_for_it_and_another_sends() {
    let shop = Shop::crm(json!({}));
    let game = shop.another(&json!({ "database": "ledger.db" }));
    game.record_purchase(purchase("ann", "1")).unwrap();
    game.ingest_signal(signal("n", CaseKey::Order("1".to_owned()), refunded(order("1"), 0)), b"{}").unwrap();
    assert_eq!(game.send_webhooks(), Ok(0));
    assert!(!game.webhooks().unwrap()[0].configured && shop.endpoint().configured);
    assert_eq!(shop.sent_orders(), ["1"]);
}

#[test]
fn a_message_whose_sender_died_is_sent_again_under_the_same_id() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    let (first, body) = claim(&shop.fixture.engine, "crm").unwrap();
    assert_eq!(shop.message().state, WebhookState::Sending);
    // It may still be at work.
    assert_eq!(shop.send(), 0);
    shop.advance(Span::from_millis(15_000 + 60_000 - 1));
    assert_eq!(shop.send(), 0);
    shop.advance(Span::from_millis(1));
    let sent = shop.sent();
    assert_eq!((sent.len(), &sent[0].0), (1, &first));
    assert_eq!(sent[0].1, serde_json::from_str::<Value>(&body).unwrap());
    assert_eq!((shop.message().state, shop.message().attempts), (WebhookState::Delivered, 2));
}

#[test]
fn the_only_process_sends_at_once_what_a_dead_one_was_sending() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    claim(&shop.fixture.engine, "crm").unwrap();
    let Shop { fixture: Fixture { folder, clock, engine, .. }, receiver, config } = shop;
    drop(engine);
    let engine = open_with(folder.path(), &clock, &config, &receiver, false);
    assert_eq!(engine.send_webhooks(), Ok(1));
}

/// Answers only after another engine has sent the message.
struct Slow {
    shop: Mutex<Option<(Arc<ManualClock>, Engine)>>,
    answer: Mutex<Option<Sent>>,
}

impl Transport for Slow {
    fn send(&self, _: &HttpRequest) -> Sent {
        let (clock, other) = self.shop.lock().unwrap().take().unwrap();
        clock.advance(Span::from_hours(1));
        assert_eq!(other.send_webhooks(), Ok(1));
        self.answer.lock().unwrap().take().unwrap()
    }
}

#[test]
fn of_two_senders_a_success_counts_and_a_late_failure_does_not() {
    for (theirs, late_answer, state, status) in [
        (204, answer(500, None, b""), WebhookState::Delivered, 204),
        (500, answer(200, None, b""), WebhookState::Delivered, 200),
        (503, answer(500, None, b""), WebhookState::Waiting, 503),
    ] {
        let shop = Shop::crm(json!({}));
        shop.refund("ann", "1");
        shop.receiver.answers([answer(theirs, None, b"")]);
        let other = shop.another(&shop.config);
        let clock = Arc::clone(&shop.fixture.clock);
        let slow: Arc<dyn Transport> = Arc::new(Slow {
            shop: Mutex::new(Some((Arc::clone(&clock), other))),
            answer: Mutex::new(Some(late_answer)),
        });
        let config =
            Config::from_json(shop.config.to_string().as_bytes(), shop.fixture.folder.path()).unwrap();
        let engine =
            EngineOptions::new().clock(clock).transport(slow).background(false).open(config).unwrap();
        assert_eq!(engine.send_webhooks(), Ok(1));
        let message = shop.message();
        assert_eq!((message.state, message.status, message.attempts), (state, Some(status), 2));
    }
}

#[test]
fn an_endpoint_that_no_process_serves_is_reported_after_an_hour() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    shop.advance(Span::from_millis(3_600_000));
    assert_eq!(shop.doctor(), [""; 0]);
    shop.advance(Span::from_millis(1));
    assert_eq!(shop.doctor(), ["unserved_webhook"]);
    shop.send();
    assert_eq!(shop.doctor(), [""; 0]);
    assert_eq!(shop.endpoint().served_at, Some(shop.fixture.clock.now()));
}

#[test]
fn a_ledger_keeps_its_id() {
    let mut shop = Shop::crm(json!({}));
    let ledger = shop.fixture.engine.webhooks.ledger.clone();
    let config = shop.config.clone();
    shop.reopen(&config);
    assert_eq!(shop.fixture.engine.webhooks.ledger, ledger);
    assert_ne!(Shop::crm(json!({})).fixture.engine.webhooks.ledger, ledger);
}

/// A receiver that does something first.
struct Meanwhile<F>(F, Arc<Receiver>);

impl<F: Fn() + Send + Sync> Transport for Meanwhile<F> {
    fn send(&self, request: &HttpRequest) -> Sent {
        (self.0)();
        self.1.send(request)
    }
}

/// Another engine on the shop's ledger.
fn with_transport(shop: &Shop, transport: impl Transport + 'static, background: bool) -> Engine {
    let config = Config::from_json(shop.config.to_string().as_bytes(), shop.fixture.folder.path()).unwrap();
    let transport: Arc<dyn Transport> = Arc::new(transport);
    let clock = Arc::clone(&shop.fixture.clock);
    EngineOptions::new().clock(clock).transport(transport).background(background).open(config).unwrap()
}

#[test]
fn gone_at_a_former_url_does_not_end_the_endpoint_at_its_new_one() {
    let shop = Shop::crm(json!({}));
    let mut moved = shop.config.clone();
    moved["webhooks"][0]["url"] = json!("https://crm.example.com/new");
    let new = shop.another(&moved);
    shop.refund("ann", "1");
    shop.receiver.answers([answer(410, None, b"")]);
    assert_eq!(shop.sent_orders(), ["1"], "at the former URL");
    assert_eq!((shop.endpoint().ended, shop.message().state), (None, WebhookState::Waiting));
    shop.fixture.clock.set(shop.message().next_at.unwrap());
    shop.receiver.answers([answer(429, Some("3600"), b"")]);
    assert_eq!(shop.send(), 1);
    assert_eq!(shop.endpoint().held_back_until, None, "the former URL is overloaded, not this one");
    shop.fixture.clock.set(shop.message().next_at.unwrap());
    assert_eq!(new.send_webhooks(), Ok(1));
    assert_eq!(shop.message().state, WebhookState::Delivered);
}

#[test]
fn an_endpoint_that_always_has_something_to_send_counts_as_served() {
    let shop = Shop::crm(json!({}));
    for (user, id) in [("ann", "1"), ("bob", "2"), ("cid", "3")] {
        shop.refund(user, id);
    }
    let (clock, minutes) = (Arc::clone(&shop.fixture.clock), Span::from_millis(11 * 60_000));
    let slow = Meanwhile(move || clock.advance(minutes), Arc::clone(&shop.receiver));
    let engine = with_transport(&shop, slow, false);
    assert_eq!(engine.send_webhooks(), Ok(3));
    assert_eq!(shop.endpoint().served_at, Some(shop.fixture.clock.now()));
}

#[test]
fn a_request_that_hangs_keeps_no_other_waiting() {
    let shop = Shop::crm(json!({ "in_flight": 2 }));
    let (arrived, arrivals) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (arrived, released) = (Mutex::new(arrived), Mutex::new(Some(released)));
    let hang = move || {
        arrived.lock().unwrap().send(()).unwrap();
        let first = released.lock().unwrap().take();
        if let Some(released) = first {
            // Until the test has ended, if it fails.
            let _ = released.recv();
        }
    };
    let receiver = Arc::clone(&shop.receiver);
    shop.fixture.engine.close().unwrap();
    let engine = with_transport(&shop, Meanwhile(hang, receiver), true);
    let refund = |user: &str, id: &str| {
        engine.record_purchase(purchase(user, id)).unwrap();
        let signal = signal(id, CaseKey::Order(id.to_owned()), refunded(order(id), 0));
        engine.ingest_signal(signal, b"{}").unwrap();
    };
    let in_time = Duration::from_secs(60);
    refund("ann", "1");
    arrivals.recv_timeout(in_time).unwrap();
    refund("bob", "2");
    let second = arrivals.recv_timeout(in_time);
    release.send(()).unwrap();
    second.unwrap();
    engine.close().unwrap();
    assert_eq!(shop.receiver.take().len(), 2);
}
