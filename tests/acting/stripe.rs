//! Stripe: whoever dies when, a payment is refunded once.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use recoup::testing::Stripe;
use recoup::{
    Clock as _, Config, Currency, Engine, EngineOptions, ManualClock, Money, ReconcileOptions, RefundOrder,
    StoreActionState, SystemClock, Timestamp,
};
use serde_json::json;

use crate::http_server::Reply;
use crate::killed::Process;
use crate::stripe_api::{Fault, StripeEmulator};
use crate::{MINUTE, NOW, only_action, open, refunds};

const KEY: &str = "rk_live_51abcdefghwxyz";

struct Shop {
    emulator: StripeEmulator,
    folder: tempfile::TempDir,
}

impl Shop {
    /// With a charge of 10 dollars.
    fn new(now: Timestamp) -> Self {
        let emulator = StripeEmulator::start(KEY, None, now.secs());
        emulator.charge("ch_1", 1000, "usd");
        let folder = tempfile::tempdir().unwrap();
        let config = json!({
            "database": "ledger.db",
            "stripe": [{
                "name": "shop",
                "webhook_secrets": [Stripe::new().unwrap().webhook_secret],
                "api_key": KEY,
                "api_url": emulator.url().expose(),
            }],
        });
        std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
        Self { emulator, folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The engine that comes after.
    fn next(&self) -> Engine {
        open(self.path(), &Arc::new(ManualClock::new(NOW.plus(MINUTE))))
    }

    /// The idempotency keys of the refunds that were asked for.
    fn keys(&self) -> Vec<String> {
        let posts = self.emulator.received().into_iter().filter(|request| request.line.starts_with("POST "));
        posts.map(|request| request.header("Idempotency-Key").unwrap().to_owned()).collect()
    }
}

fn four_dollars() -> RefundOrder {
    let amount = Money { micros: 4_000_000, currency: Currency::new("USD").unwrap() };
    RefundOrder::Stripe {
        app: "shop".to_owned(),
        payment: "ch_1".to_owned(),
        amount: Some(amount),
        reason: None,
    }
}

/// The action is done, at this attempt, and one refund of four dollars is in the ledger, whoever tells of it.
fn assert_refunded_once(shop: &Shop, engine: &Engine, attempts: u32) {
    let action = only_action(engine);
    assert_eq!((action.state, action.attempts), (StoreActionState::Done, attempts), "{action:?}");
    assert_eq!(shop.emulator.refunded("ch_1"), 400);
    let refunds = refunds(engine);
    assert_eq!((refunds.len(), action.refund_id), (1, Some(refunds[0].id)));
    assert_eq!(refunds[0].case.amount.unwrap().micros, 4_000_000);
    let swept = engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().sweeps.remove(0);
    assert_eq!((swept.found, swept.new, swept.changed), (1, 0, 0));
    // The same call is the same refund.
    engine.issue_refund(four_dollars(), "eve", "bug 7", Some("ticket 7")).unwrap();
    assert_eq!(shop.emulator.refunded("ch_1"), 400);
}

#[test]
fn a_process_killed_while_stripe_refunds_is_followed_by_one_that_finds_it_done() {
    let shop = Shop::new(SystemClock.now());
    shop.emulator.fault(Fault::NeverAnswered);
    let mut child = Command::new(env!("CARGO_BIN_EXE_recoup"))
        .args(["refund", "stripe", "--config", "recoup.json", "shop", "pi_1"])
        .args(["--who", "eve", "--why", "bug 7"])
        .current_dir(shop.path())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    while shop.emulator.refunded("ch_1") == 0 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended and asked nobody");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let config = Config::from_file(shop.path().join("recoup.json")).unwrap();
    let engine = EngineOptions::new().background(false).open(config).unwrap();
    engine.work_on_actions().unwrap();
    let action = only_action(&engine);
    assert_eq!((action.state, action.attempts), (StoreActionState::Done, 2));
    let keys = shop.keys();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
    assert_eq!(shop.emulator.refunded("ch_1"), 1000);
    let refunds = refunds(&engine);
    assert_eq!((refunds.len(), action.refund_id), (1, Some(refunds[0].id)));
    let swept = engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().sweeps.remove(0);
    assert_eq!((swept.found, swept.new, swept.changed), (1, 0, 0));
}

#[test]
fn a_part_is_refunded_once_where_the_process_is_killed_after_it_was_sent() {
    let shop = Shop::new(NOW);
    // The question for the currency is answered, and the refund never.
    shop.emulator.fault(Fault::Answered);
    shop.emulator.fault(Fault::NeverAnswered);
    let process = Process::refund(shop.path(), &four_dollars());
    process.kill_once(|| shop.emulator.refunded("ch_1") > 0);

    let engine = shop.next();
    let before = only_action(&engine);
    assert_eq!((before.state, before.attempts), (StoreActionState::Sending, 1));
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    let keys = shop.keys();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
    assert_refunded_once(&shop, &engine, 2);
}

#[test]
fn a_part_is_refunded_once_where_the_process_is_killed_before_it_is_sent() {
    let shop = Shop::new(NOW);
    Process::killed_before_it_posts(shop.path(), &four_dollars(), "/v1/refunds");
    assert_eq!((shop.keys().len(), shop.emulator.refunded("ch_1")), (0, 0));

    let engine = shop.next();
    let before = only_action(&engine);
    assert_eq!((before.state, before.attempts), (StoreActionState::Sending, 1), "it was not written down");
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    assert_eq!(shop.keys().len(), 1);
    assert_refunded_once(&shop, &engine, 2);
}

#[test]
fn a_refund_whose_question_for_the_currency_cannot_be_read_was_not_sent_and_has_failed() {
    let shop = Shop::new(NOW);
    // Not HTTP: nobody asks that again.
    shop.emulator.fault(Fault::Instead(Reply::Raw(b"SSH\r\n\r\n".to_vec())));
    let engine = shop.next();
    let action = engine.issue_refund(four_dollars(), "eve", "bug 7", None).unwrap();
    assert_eq!(action.state, StoreActionState::Failed, "{action:?}");
    assert_eq!((shop.keys().len(), shop.emulator.refunded("ch_1")), (0, 0));
}
