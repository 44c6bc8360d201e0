//! Which events are queued for which endpoint, and what is sent.

use super::*;
use crate::engine::change::Change;
use crate::ledger::{LedgerError, Tx, ran};

#[test]
fn an_event_is_sent_once_with_its_data() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    assert_eq!(shop.states(), [WebhookState::Waiting]);
    let sent = shop.sent();
    let [(id, body)] = &sent[..] else { panic!("{sent:?}") };
    let events = shop.fixture.events();
    let event = events.iter().find(|event| event.kind == EventKind::Refund).unwrap();
    let ledger = body["data"]["ledger"].as_str().unwrap();
    assert_eq!(ledger.len(), 16);
    assert_eq!(*id, format!("evt_{ledger}_{}", event.id));
    assert_eq!(
        (&body["type"], &body["timestamp"]),
        (&json!("refund.refunded"), &json!("2026-09-21T14:13:20.000Z"))
    );
    let data = &body["data"];
    assert_eq!(
        (&data["event"], &data["kind"], &data["user"]),
        (&json!(event.id), &json!("refund"), &json!("ann"))
    );
    assert_eq!(data["refund"], serde_json::to_value(&event.refund).unwrap());
    assert_eq!(data["recovery"], serde_json::to_value(&event.recovery).unwrap());
    assert!(
        data.as_object().unwrap().contains_key("block") && data["block"].is_null() && data["gap"].is_null()
    );
    let message = shop.message();
    assert_eq!((message.state, message.attempts, message.status), (WebhookState::Delivered, 1, Some(204)));
    assert_eq!((message.webhook_id, message.settled_at), (id.clone(), Some(NOON)));
    shop.advance(Span::from_days(7));
    assert_eq!(shop.send(), 0);
}

#[test]
fn every_endpoint_gets_what_it_wants_under_the_same_id() {
    let all = json!({ "name": "all", "url": "https://all.example.com", "secrets": [SECRET] });
    let blocks =
        json!({ "name": "blocks", "url": "https://b.example.com", "secrets": [SECRET], "events": ["block"] });
    let google = json!({ "name": "google", "url": "https://g.example.com", "secrets": [SECRET],
        "stores": ["google-play"] });
    let sandbox = json!({ "name": "sandbox", "url": "https://s.example.com", "secrets": [SECRET],
        "environments": ["sandbox"], "format": "cloudevents" });
    let shop = Shop::new(json!([all, blocks, google, sandbox]));
    shop.refund("ann", "1");
    shop.fixture.engine.block("bob", None, "eve", "cheats").unwrap();
    let mut test = fact(
        order("2"),
        0,
        FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason: None,
            initiator: None,
            subscription_live: None,
        },
    );
    test.about.product = Some("gems".to_owned());
    let mut signal = signal("sandboxed", CaseKey::Order("2".to_owned()), test);
    signal.place.environment = Some(Environment::Sandbox);
    shop.fixture.engine.ingest_signal(signal, b"{}").unwrap();

    assert_eq!(shop.send(), shop.messages().len());
    let requests = shop.receiver.take();
    let of = |host: &str| -> Vec<String> {
        let theirs = requests.iter().filter(|request| request.url().host() == host);
        let mut types: Vec<_> =
            theirs.map(|request| body(request)["type"].as_str().unwrap().to_owned()).collect();
        types.sort();
        types
    };
    assert_eq!(of("all.example.com"), ["refund.alert", "refund.refunded", "user.blocked", "user.blocked"]);
    assert_eq!(of("b.example.com"), ["user.blocked", "user.blocked"]);
    // An operator's block is of no store, and of no environment.
    assert_eq!(of("g.example.com"), ["user.blocked"]);
    assert_eq!(of("s.example.com"), ["recoup.refund.unattributed", "recoup.user.blocked"]);
    let ids = |host: &str| -> Vec<String> {
        let theirs = requests.iter().filter(|request| request.url().host() == host);
        theirs.map(|request| field(request, "webhook-id").to_owned()).collect()
    };
    assert!(ids("b.example.com").iter().all(|id| ids("all.example.com").contains(id)));
    let cloud =
        requests.iter().find(|request| body(request)["type"] == "recoup.refund.unattributed").unwrap();
    assert_eq!(field(cloud, "content-type"), "application/cloudevents+json");
    let event = body(cloud);
    assert_eq!(
        (&event["specversion"], &event["datacontenttype"]),
        (&json!("1.0"), &json!("application/json"))
    );
    assert_eq!(event["id"], field(cloud, "webhook-id"));
    assert_eq!(event["source"], format!("/recoup/{}", event["data"]["ledger"].as_str().unwrap()));
    assert_eq!(event["subject"], event["data"]["refund"]["id"].to_string());
    assert_eq!(
        (&event["time"], &event["data"]["kind"]),
        (&json!("2026-09-21T14:13:20.000Z"), &json!("unattributed"))
    );
}

#[test]
fn an_endpoint_costs_a_refund_no_statement() {
    let count = |shop: &Shop| {
        shop.fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
        let (rules, signal) = (
            Arc::clone(&shop.fixture.engine.rules),
            signal("n", CaseKey::Order("1".to_owned()), refunded(order("1"), 0)),
        );
        let run = move |tx: &Tx<'_>| {
            ran::take();
            Ok::<_, LedgerError>(Change::ingest(tx, &rules, NOON, &signal, b"{}")?.new)
        };
        assert!(shop.fixture.engine.ledger.writer.run(run).unwrap());
        shop.fixture.engine.ledger.writer.run(|_| Ok::<_, LedgerError>(ran::take())).unwrap().len()
    };
    let (with, without) = (Shop::crm(json!({})), Shop::new(json!([])));
    assert_eq!(count(&with), count(&without));
    assert_eq!((with.states().len(), without.states().len()), (1, 0));
}

#[test]
fn a_users_messages_are_sent_in_order_and_delay_no_other_user() {
    let shop = Shop::crm(json!({}));
    for (user, id) in [("ann", "1"), ("ann", "2"), ("bob", "3")] {
        shop.refund(user, id);
    }
    shop.receiver.answers([answer(500, None, b"")]);
    assert_eq!(shop.sent_orders(), ["1", "3"]);
    assert_eq!(shop.states(), [WebhookState::Waiting, WebhookState::Waiting, WebhookState::Delivered]);
    shop.advance(Span::from_millis(6_000));
    assert_eq!(shop.sent_orders(), ["1", "2"]);
    assert_eq!(shop.states(), [WebhookState::Delivered; 3]);
}

#[test]
fn messages_without_a_user_wait_for_none() {
    let shop = Shop::crm(json!({ "events": ["unattributed"] }));
    shop.fixture.ingest_order(refunded(order("1"), 0));
    shop.fixture.ingest_order(refunded(order("2"), 0));
    shop.receiver.answers([answer(500, None, b"")]);
    assert_eq!(shop.sent_orders(), ["1", "2"]);
    assert_eq!(shop.states(), [WebhookState::Waiting, WebhookState::Delivered]);
}

/// Answers once as many requests are under way.
struct Together(std::sync::Barrier);

impl Transport for Together {
    fn send(&self, _: &HttpRequest) -> Sent {
        self.0.wait();
        answer(200, None, b"")
    }
}

#[test]
fn as_many_are_sent_at_once_as_the_endpoint_allows() {
    let folder = tempfile::tempdir().unwrap();
    let config = json!({ "database": "ledger.db", "webhooks": [crm(json!({ "in_flight": 3 }))] });
    let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
    let together: Arc<dyn Transport> = Arc::new(Together(std::sync::Barrier::new(3)));
    let engine = EngineOptions::new().transport(together).background(false).open(config).unwrap();
    for (user, id) in [("ann", "1"), ("bob", "2"), ("cid", "3")] {
        engine.record_purchase(purchase(user, id)).unwrap();
        engine
            .ingest_signal(signal(id, CaseKey::Order(id.to_owned()), refunded(order(id), 0)), b"{}")
            .unwrap();
    }
    assert_eq!(engine.send_webhooks(), Ok(3));
}

#[test]
fn the_background_sends_without_being_called() {
    struct Passing(Mutex<std::sync::mpsc::Sender<Value>>);
    impl Transport for Passing {
        fn send(&self, request: &HttpRequest) -> Sent {
            self.0.lock().unwrap().send(body(request)).unwrap();
            answer(200, None, b"")
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let config = json!({ "database": "ledger.db", "webhooks": [crm(json!({}))] });
    let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
    let (passed, arrived) = std::sync::mpsc::channel();
    let engine = EngineOptions::new().transport(Arc::new(Passing(Mutex::new(passed)))).open(config).unwrap();
    engine.record_purchase(purchase("ann", "1")).unwrap();
    engine
        .ingest_signal(signal("n", CaseKey::Order("1".to_owned()), refunded(order("1"), 0)), b"{}")
        .unwrap();
    let body = arrived.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(body["data"]["user"], "ann");
    engine.close().unwrap();
    assert_eq!(engine.send_webhooks().unwrap_err().code(), "closed");
}

#[test]
fn a_user_is_written_as_the_host_does() {
    const ANN: &str = "6B29FC40-CA47-1067-B31D-00DD010662DA";
    let shop = Shop::crm(json!({}));
    shop.refund(ANN, "1");
    assert_eq!(shop.sent()[0].1["data"]["user"], ANN);
    assert_eq!(shop.message().user.as_deref(), Some(ANN));
    let theirs = WebhookMessageFilter { user: Some(ANN.to_lowercase()), ..WebhookMessageFilter::default() };
    assert_eq!(shop.fixture.engine.webhook_messages(&theirs, None, 10).unwrap().items.len(), 1);
}
