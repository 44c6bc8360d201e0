//! Stripe: whichever process dies at whatever moment, a payment is refunded once.

use std::path::Path;
use std::sync::Arc;

use recoup::testing::Stripe;
use recoup::{
    Currency, Engine, EventKind, Happening, JournalEntry, ManualClock, Money, Outcome, Purchase,
    ReconcileOptions, RefundOrder, Store, StoreActionState, StoreAnswer, StoreState, Timestamp,
};
use recoup_tests::http_server::Reply;
use recoup_tests::stripe_api::{Fault, StripeEmulator};
use serde_json::{Value, json};

use super::killed::Process;
use super::{MINUTE, NOW, only_action, open, refund_kinds, refunds};

const KEY: &str = "rk_live_51abcdefghwxyz";

struct Shop {
    emulator: StripeEmulator,
    stripe: Stripe,
    folder: tempfile::TempDir,
}

impl Shop {
    /// With a charge of 10 dollars.
    fn new(now: Timestamp) -> Self {
        let emulator = StripeEmulator::start(KEY, None, now.secs());
        emulator.charge("ch_1", 1000, "usd");
        let folder = tempfile::tempdir().unwrap();
        let stripe = Stripe::new().unwrap();
        let config = json!({
            "database": "ledger.db",
            "stripe": [{
                "name": "shop",
                "webhook_secrets": [stripe.webhook_secret],
                "tolerance_seconds": 0,
                "api_key": KEY,
                "api_url": emulator.url().expose(),
            }],
        });
        std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
        Self { emulator, stripe, folder }
    }

    /// Changes its section of the configuration.
    fn set(&self, member: &str, value: &Value) {
        let path = self.path().join("recoup.json");
        let mut config: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        config["stripe"][0][member] = value.clone();
        std::fs::write(path, config.to_string()).unwrap();
    }

    fn notify(&self, engine: &Engine, event_type: &str, object: Value) -> Outcome {
        let id = format!("evt_{event_type}_{}", object["status"]);
        let event = self.stripe.event(&id, event_type, object, NOW);
        let request = self.stripe.send(&event, NOW);
        let outcome = request.send(|request| engine.ingest(&Store::Stripe, request)).unwrap();
        assert_eq!(outcome.http_status, 200, "{outcome:?}");
        outcome
    }

    /// The refund that our action made, as Stripe reports it when the bank has sent it back.
    fn failed_refund(&self) -> Value {
        let mut refund = self.stripe.refund("re_1", "ch_1", 400, NOW);
        refund["status"] = json!("failed");
        refund["failure_reason"] = json!("expired_or_canceled_card");
        refund["failure_balance_transaction"] = json!(null);
        refund
    }

    fn warn(&self, engine: &Engine, charge: &str, actionable: bool) {
        let mut warning = self.stripe.early_fraud_warning("issfr_1", charge, NOW);
        warning["actionable"] = json!(actionable);
        self.notify(engine, "radar.early_fraud_warning.created", warning);
    }
}

/// A refund that failed after it was made: its action has failed, the operator is alerted, and the case has the cause.
fn assert_failed_later(engine: &Engine) {
    let action = only_action(engine);
    assert_eq!(action.state, StoreActionState::Failed, "{action:?}");
    let Some(StoreAnswer::Error { code, message }) = &action.answer else { panic!("{action:?}") };
    assert_eq!(code, "refund_failed");
    assert!(message.contains("re_1") && message.contains("expired_or_canceled_card"), "{message}");
    let refund = refunds(engine).remove(0);
    assert_eq!(refund.case.state, StoreState::Reversed);
    assert_eq!(refund.case.failure.as_deref(), Some("expired_or_canceled_card"));
    let alerts = refund_kinds(engine).into_iter().filter(|kind| *kind == EventKind::Alert).count();
    assert_eq!(alerts, 1);
    let journal = engine.order("ch_1").unwrap().journal;
    let failed = |entry: &&JournalEntry| {
        matches!(&entry.what, Happening::ActionAnswered { state: StoreActionState::Failed, .. })
    };
    assert_eq!(journal.iter().filter(failed).count(), 1, "{journal:?}");
}

#[test]
fn a_refund_of_ours_that_fails_later_ends_its_action_as_failed_also_after_a_restart() {
    for event_type in ["refund.failed", "refund.updated"] {
        for restart in [false, true] {
            let shop = Shop::new(NOW);
            let engine = shop.next();
            shop.emulator.refunds_are("pending");
            let action = engine.issue_refund(four_dollars(), "eve", "bug 7", Some("ticket 7")).unwrap();
            assert_eq!(action.state, StoreActionState::Done);
            let engine = if restart {
                drop(engine);
                shop.next()
            } else {
                engine
            };
            shop.notify(&engine, event_type, shop.failed_refund());
            // Reported again by another event it changes nothing.
            shop.notify(&engine, "charge.refund.updated", shop.failed_refund());
            assert_failed_later(&engine);
            let again = engine.issue_refund(four_dollars(), "eve", "bug 7", Some("ticket 7")).unwrap();
            assert_eq!(again.state, StoreActionState::Failed, "the same key is the same refund");
        }
    }
}

#[test]
fn a_sweep_finds_a_refund_of_ours_that_failed() {
    let shop = Shop::new(NOW);
    let engine = shop.next();
    shop.emulator.refunds_are("pending");
    engine.issue_refund(four_dollars(), "eve", "bug 7", None).unwrap();
    shop.emulator.change_refund("re_1", |refund| {
        refund["status"] = json!("failed");
        refund["failure_reason"] = json!("expired_or_canceled_card");
    });
    engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap();
    assert_failed_later(&engine);
}

#[test]
fn a_refund_of_ours_whose_failure_comes_before_our_own_answer_has_failed() {
    let shop = Shop::new(NOW);
    shop.emulator.refunds_are("pending");
    let engine = shop.next();
    shop.notify(&engine, "refund.failed", shop.failed_refund());
    engine.issue_refund(four_dollars(), "eve", "bug 7", None).unwrap();
    assert_failed_later(&engine);
}

#[test]
fn an_early_fraud_warning_is_refunded_once_where_that_is_configured() {
    let shop = Shop::new(NOW);
    shop.set("refund_early_fraud_warnings", &json!(true));
    let engine = shop.next();
    engine.record_purchase(Purchase::new(Store::Stripe, "ann", "ch_1")).unwrap();
    shop.warn(&engine, "ch_1", true);
    let mut again = shop.stripe.early_fraud_warning("issfr_1", "ch_1", NOW);
    again["status"] = json!("again");
    shop.notify(&engine, "radar.early_fraud_warning.updated", again);
    engine.work_on_actions().unwrap();
    let action = only_action(&engine);
    assert_eq!(action.state, StoreActionState::Done, "{action:?}");
    assert_eq!(action.who, "rule: refund on an early fraud warning");
    assert_eq!((shop.keys().len(), shop.emulator.refunded("ch_1")), (1, 1000));
    // It is fraud, so it blocks.
    assert!(engine.is_blocked("ann"));
    let journal = engine.order("ch_1").unwrap().journal;
    assert!(journal.iter().any(|entry| matches!(&entry.what, Happening::ActionWritten { .. })));
}

#[test]
fn an_early_fraud_warning_is_not_refunded_where_that_is_not_configured_or_the_money_is_back() {
    let nothing_was_sent = |shop: &Shop, engine: &Engine, case: &str| {
        engine.work_on_actions().unwrap();
        assert_eq!((shop.keys().len(), shop.emulator.refunded("ch_1")), (0, 0), "{case}");
    };
    let configured = |shop: &Shop| {
        shop.set("refund_early_fraud_warnings", &json!(true));
        shop.next()
    };
    let shop = Shop::new(NOW);
    let engine = shop.next();
    shop.warn(&engine, "ch_1", true);
    nothing_was_sent(&shop, &engine, "not configured");

    let shop = Shop::new(NOW);
    let engine = configured(&shop);
    shop.warn(&engine, "ch_1", false);
    nothing_was_sent(&shop, &engine, "not actionable");

    let shop = Shop::new(NOW);
    let engine = configured(&shop);
    let dispute = shop.stripe.dispute("du_1", "ch_1", 1000, "needs_response", NOW);
    shop.notify(&engine, "charge.dispute.created", dispute);
    shop.warn(&engine, "ch_1", true);
    nothing_was_sent(&shop, &engine, "disputed");

    let shop = Shop::new(NOW);
    let engine = configured(&shop);
    shop.notify(&engine, "charge.refunded", shop.stripe.charge("ch_1", 1000, 1000, NOW));
    shop.warn(&engine, "ch_1", true);
    nothing_was_sent(&shop, &engine, "refunded");

    let mut shop = Shop::new(NOW);
    shop.stripe.livemode = false;
    let engine = configured(&shop);
    shop.warn(&engine, "ch_1", true);
    nothing_was_sent(&shop, &engine, "a test, and the key is live");
}

impl Shop {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The engine that comes after.
    fn next(&self) -> Engine {
        open(self.path(), &Arc::new(ManualClock::new(NOW.plus(MINUTE))))
    }

    /// The idempotency keys of the requested refunds.
    fn keys(&self) -> Vec<String> {
        self.emulator.idempotency_keys()
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

/// The action is done, at this attempt, and one refund of four dollars is in the ledger, whoever reports it.
fn assert_refunded_once(shop: &Shop, engine: &Engine, attempts: u32) {
    let action = only_action(engine);
    assert_eq!((action.state, action.attempts), (StoreActionState::Done, attempts), "{action:?}");
    assert_eq!(shop.emulator.refunded("ch_1"), 400);
    let refunds = refunds(engine);
    assert_eq!((refunds.len(), action.refund_id), (1, Some(refunds[0].id)));
    assert_eq!(refunds[0].case.amount.unwrap().micros, 4_000_000);
    let swept = engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().sweeps.remove(0);
    // The list has the price of its charge as well.
    assert_eq!((swept.found, swept.new), (1, 0));
    // The same call is the same refund.
    engine.issue_refund(four_dollars(), "eve", "bug 7", Some("ticket 7")).unwrap();
    assert_eq!(shop.emulator.refunded("ch_1"), 400);
}

#[test]
fn a_part_is_refunded_once_where_the_process_is_killed_after_it_was_sent() {
    let shop = Shop::new(NOW);
    // The query for the currency is answered, and the refund never.
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
    assert_eq!((before.state, before.attempts), (StoreActionState::Sending, 1), "it was not recorded");
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    assert_eq!(shop.keys().len(), 1);
    assert_refunded_once(&shop, &engine, 2);
}

#[test]
fn a_refund_whose_query_for_the_currency_got_an_unreadable_answer_was_not_sent_and_has_failed() {
    let shop = Shop::new(NOW);
    // Not HTTP: no request to it is repeated.
    shop.emulator.fault(Fault::Instead(Reply::Raw(b"SSH\r\n\r\n".to_vec())));
    let engine = shop.next();
    let action = engine.issue_refund(four_dollars(), "eve", "bug 7", None).unwrap();
    assert_eq!(action.state, StoreActionState::Failed, "{action:?}");
    assert_eq!((shop.keys().len(), shop.emulator.refunded("ch_1")), (0, 0));
}
