//! What an operator does.

use super::*;
use crate::model::{Export, ExportFormat, ExportKind};

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code()
}

/// Two messages: the first dead, the second delivered.
fn with_a_dead_message() -> Shop {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    for _ in 0..10 {
        shop.receiver.answers([answer(500, None, b"")]);
        assert_eq!(shop.send(), 1);
        shop.advance(Span::from_hours(30));
    }
    shop.refund("bob", "2");
    shop.send();
    assert_eq!(shop.states(), [WebhookState::Dead, WebhookState::Delivered]);
    shop.receiver.take();
    shop
}

#[test]
fn messages_are_sent_again_by_id_by_time_and_if_dead() {
    let shop = with_a_dead_message();
    let replay = |which: &WebhookReplay| shop.fixture.engine.replay_webhooks(which, "eve", "their outage");
    let crm = || "crm".to_owned();
    let first = shop.messages()[0].clone();
    assert_eq!(replay(&WebhookReplay::Dead { endpoint: crm() }), Ok(1));
    assert_eq!(shop.messages()[0].attempts, 0);
    assert_eq!(code(replay(&WebhookReplay::Message(first.id))), "not_a_message");
    let sent = shop.sent();
    assert_eq!((sent.len(), &sent[0].0), (1, &first.webhook_id));
    assert_eq!(replay(&WebhookReplay::Dead { endpoint: crm() }), Ok(0));
    assert_eq!(replay(&WebhookReplay::Message(first.id)), Ok(1));
    assert_eq!(shop.sent_orders(), ["1"]);
    let period = |since, until| WebhookReplay::Period { endpoint: crm(), since, until };
    assert_eq!(replay(&period(NOON, Some(NOON.plus(Span::from_millis(1))))), Ok(1));
    assert_eq!(shop.sent_orders(), ["1"]);
    shop.advance(Span::from_millis(1));
    assert_eq!(replay(&period(NOON, None)), Ok(2));
    assert_eq!(shop.sent_orders(), ["1", "2"]);
    assert_eq!(code(replay(&WebhookReplay::Message(99))), "unknown_message");
    assert_eq!(code(replay(&WebhookReplay::Dead { endpoint: "cmr".to_owned() })), "unknown_endpoint");
    assert_eq!(code(shop.fixture.engine.replay_webhooks(&WebhookReplay::Message(1), "eve", "")), "bad_text");
}

#[test]
fn an_endpoint_that_an_operator_ends_gets_nothing_more() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    let end = || shop.fixture.engine.end_webhook("crm", "eve", "replaced by another");
    end().unwrap();
    assert_eq!((shop.send(), shop.states()), (0, vec![WebhookState::Dropped]));
    shop.refund("bob", "2");
    assert_eq!(shop.messages().len(), 1);
    assert_eq!(shop.endpoint().ended.unwrap().why, "replaced by another");
    assert_eq!(code(end()), "unknown_endpoint");
    assert_eq!(code(shop.fixture.engine.end_webhook("cmr", "eve", "x")), "unknown_endpoint");
    let dead = WebhookReplay::Dead { endpoint: "crm".to_owned() };
    assert_eq!(code(shop.fixture.engine.replay_webhooks(&dead, "eve", "x")), "unknown_endpoint");
}

#[test]
fn a_test_message_is_signed_and_its_answer_reported() {
    let shop = Shop::crm(json!({}));
    shop.receiver.answers([answer(200, None, b""), answer(401, None, b"who are you?")]);
    let test = || shop.fixture.engine.test_webhook("crm").unwrap();
    let good = test();
    assert_eq!((good.delivered, good.status, good.problem), (true, Some(200), None));
    let request = shop.receiver.take().remove(0);
    assert_eq!(body(&request)["type"], "recoup.test");
    let key = crate::webhooks::SigningKey::new(&crate::transport::Secret::new(SECRET)).unwrap();
    let signature = key.sign(field(&request, "webhook-id"), NOON.secs(), request.body_bytes());
    assert_eq!(field(&request, "webhook-signature"), signature);
    let bad = test();
    assert_eq!((bad.delivered, bad.status), (false, Some(401)));
    assert!(bad.problem.unwrap().contains("who are you?"));
    assert_eq!(shop.messages(), []);
    let game = shop.another(&json!({ "database": "ledger.db" }));
    assert_eq!(code(game.test_webhook("crm")), "no_secret");
    assert_eq!(code(game.test_webhook("cmr")), "unknown_endpoint");
}

#[test]
fn an_endpoint_is_shown_as_it_is_configured() {
    let shop = Shop::crm(json!({ "stores": ["one-store", "custom:samsung"], "environments": ["sandbox"] }));
    let endpoint = shop.endpoint();
    assert_eq!(
        (endpoint.name.as_str(), endpoint.format, endpoint.configured),
        ("crm", WebhookFormat::Recoup, true)
    );
    assert_eq!(endpoint.events, Some(vec![EventKind::Refund]));
    assert_eq!(endpoint.stores, Some(vec![Store::OneStore, Store::custom("samsung").unwrap()]));
    assert_eq!(endpoint.environments, [Environment::Sandbox]);
    assert_eq!((endpoint.since, endpoint.served_at, endpoint.delivered_at), (NOON, None, None));
}

#[test]
fn what_an_endpoint_wants_may_change() {
    let mut shop = Shop::crm(json!({}));
    let mut config = shop.config.clone();
    config["webhooks"][0]["events"] = json!(["alert"]);
    shop.reopen(&config);
    shop.refund("ann", "1");
    let kinds: Vec<_> = shop.messages().iter().map(|message| message.kind).collect();
    assert_eq!(kinds, [EventKind::Alert]);
}

#[test]
fn messages_are_exported_with_their_webhook_ids() {
    let shop = Shop::crm(json!({}));
    shop.refund("ann", "1");
    shop.refund("bob", "2");
    let export = |user: Option<&str>| {
        let mut out = Vec::new();
        let export = Export {
            user: user.map(str::to_owned),
            ..Export::new(ExportKind::WebhookMessages, ExportFormat::Csv)
        };
        shop.fixture.engine.export(&export, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let all = export(None);
    assert_eq!(all.lines().count(), 3, "{all}");
    let of_bob = export(Some("bob"));
    let webhook_id = shop.messages()[1].webhook_id.clone();
    assert!(of_bob.lines().count() == 2 && of_bob.contains(&format!("2,crm,{webhook_id},")), "{of_bob}");
}
