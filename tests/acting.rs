//! Refunds by the game, over HTTP: each is made once, also where the process is killed before the answer is written, and
//! stands in the ledger once, whoever tells of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

#[path = "support/google_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod google_api;
#[path = "support/http_server.rs"]
mod http_server;
#[path = "support/stripe_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod stripe_api;
#[path = "support/wire.rs"]
mod wire;

use std::process::{Command, Stdio};
use std::sync::Arc;

use google_api::{GoogleApi, Key, PACKAGE};
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::{GooglePlay, Stripe};
use recoup::{
    Clock as _, Config, Engine, EngineOptions, EventKind, ManualClock, Purchase, ReconcileOptions,
    RefundFilter, RefundOrder, Span, Store, StoreActionFilter, StoreActionState, SystemClock, Timestamp,
    Trust,
};
use serde_json::json;
use stripe_api::{Fault, StripeEmulator};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const STRIPE_KEY: &str = "rk_live_51abcdefghwxyz";

fn refund_kinds(engine: &Engine) -> Vec<EventKind> {
    let events = engine.poll(100).unwrap();
    events.iter().for_each(|event| assert!(engine.ack(event.id).unwrap()));
    events.iter().map(|event| event.kind).collect()
}

#[test]
fn a_google_refund_without_revocation_is_in_the_ledger_once_it_is_confirmed_and_only_once() {
    let (google, api) = (GooglePlay::new().unwrap(), GoogleApi::start(NOW));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keys.json"), google.jwks()).unwrap();
    Key::number(0)
        .write_file(&folder.path().join("account.json"), &api.server.url().segment("token").expose());
    let config = json!({
        "database": "ledger.db",
        "google_play": [{
            "package_name": PACKAGE,
            "push": {
                "audience": google.audience,
                "service_account_email": google.service_account_email,
                "jwks": "keys.json",
            },
            "service_account": "account.json",
            "api_url": api.server.url().expose(),
        }],
    });
    let clock = Arc::new(ManualClock::new(NOW));
    let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
    let engine = EngineOptions::new().clock(Arc::clone(&clock)).background(false).open(config).unwrap();
    engine.record_purchase(Purchase::new(Store::GooglePlay, "mia", "GPA.1")).unwrap();
    let order = json!({"orderId": "GPA.1", "purchaseToken": "token", "state": "PROCESSED"});
    api.state.lock().unwrap().orders.insert("GPA.1".to_owned(), order);

    let order =
        RefundOrder::GooglePlay { app: PACKAGE.to_owned(), order_id: "GPA.1".to_owned(), revoke: false };
    let action = engine.issue_refund(order, "eve", "bug 7", None).unwrap();
    assert_eq!(action.state, StoreActionState::Confirming);
    assert!(engine.refunds(&RefundFilter::default(), None, 10).unwrap().items.is_empty());
    clock.advance(Span::from_millis(60_000));
    api.pass(Span::from_millis(60_000));
    engine.work_on_actions().unwrap();
    let refunds = engine.refunds(&RefundFilter::default(), None, 10).unwrap().items;
    assert_eq!(refunds.len(), 1);
    assert_eq!((refunds[0].case.trust, refunds[0].user.as_deref()), (Trust::Confirmed, Some("mia")));
    let action = engine.action(action.id).unwrap().unwrap();
    assert_eq!((action.state, action.refund_id), (StoreActionState::Done, Some(refunds[0].id)));
    assert_eq!(refund_kinds(&engine), [EventKind::Refund]);
    assert!(!engine.is_blocked("mia"), "for what the game gave back itself");

    let void =
        google.voided_purchase("GPA.1", "token", VoidedProductType::OneTime, RefundType::Full, engine.now());
    let push = google.push(&void, "m1", engine.now()).unwrap();
    push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap();
    assert_eq!(engine.refunds(&RefundFilter::default(), None, 10).unwrap().items.len(), 1);
    assert_eq!(refund_kinds(&engine), []);
    assert!(!engine.is_blocked("mia"));
    assert_eq!(api.state.lock().unwrap().done.len(), 1);
    assert_eq!(api.complaints(), [""; 0]);
}

#[test]
fn a_process_killed_while_stripe_refunds_is_followed_by_one_that_finds_it_done() {
    let (stripe, now) = (Stripe::new().unwrap(), SystemClock.now());
    let emulator = StripeEmulator::start(STRIPE_KEY, None, now.secs());
    emulator.charge("ch_1", 1000, "usd");
    let folder = tempfile::tempdir().unwrap();
    let config = json!({
        "database": "ledger.db",
        "stripe": [{
            "name": "shop",
            "webhook_secrets": [stripe.webhook_secret],
            "api_key": STRIPE_KEY,
            "api_url": emulator.url().expose(),
        }],
    });
    std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
    emulator.fault(Fault::NeverAnswered);
    let mut child = Command::new(env!("CARGO_BIN_EXE_recoup"))
        .args([
            "refund",
            "stripe",
            "--config",
            "recoup.json",
            "shop",
            "pi_1",
            "--who",
            "eve",
            "--why",
            "bug 7",
        ])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    while emulator.received().is_empty() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended and asked nobody");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let config = Config::from_file(folder.path().join("recoup.json")).unwrap();
    let engine = EngineOptions::new().background(false).open(config).unwrap();
    engine.work_on_actions().unwrap();
    let actions = engine.actions(&StoreActionFilter::default(), None, 10).unwrap().items;
    assert_eq!((actions.len(), actions[0].state, actions[0].attempts), (1, StoreActionState::Done, 2));
    let received = emulator.received();
    let keys: Vec<_> = received.iter().map(|request| request.header("Idempotency-Key")).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1] && keys[0].is_some(), "{keys:?}");
    assert_eq!(emulator.refunded("ch_1"), 1000);
    let refunds = engine.refunds(&RefundFilter::default(), None, 10).unwrap().items;
    assert_eq!((refunds.len(), actions[0].refund_id), (1, Some(refunds[0].id)));
    let swept = engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().sweeps.remove(0);
    assert_eq!((swept.found, swept.new, swept.changed), (1, 0, 0));
}
