//! `recoup refund` as a process that is killed: the next process finds what it did.

use std::process::Stdio;

use recoup::{
    Clock as _, Config, EngineOptions, ReconcileOptions, RefundFilter, StoreActionFilter, StoreActionState,
    SystemClock,
};
use serde_json::json;

use crate::shop::recoup;
use crate::support::stripe_api::{Fault, StripeEmulator};

const KEY: &str = "rk_live_51abcdefghwxyz";

#[test]
fn a_process_killed_while_stripe_refunds_is_followed_by_one_that_finds_it_done() {
    let emulator = StripeEmulator::start(KEY, None, SystemClock.now().secs());
    emulator.charge("ch_1", 1000, "usd");
    let folder = tempfile::tempdir().unwrap();
    let config = json!({
        "database": "ledger.db",
        "stripe": [{
            "name": "shop",
            "webhook_secrets": ["whsec_0123456789abcdef0123456789abcdef"],
            "api_key": KEY,
            "api_url": emulator.url().expose(),
        }],
    });
    std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
    emulator.fault(Fault::NeverAnswered);
    let mut child = recoup(&["refund", "stripe", "--config", "recoup.json", "shop", "pi_1"])
        .args(["--who", "eve", "--why", "bug 7"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    while emulator.refunded("ch_1") == 0 {
        assert_eq!(child.try_wait().unwrap(), None, "it ended without a request");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let config = Config::from_file(folder.path().join("recoup.json")).unwrap();
    let engine = EngineOptions::new().background(false).open(config).unwrap();
    engine.work_on_actions().unwrap();
    let actions = engine.actions(&StoreActionFilter::default(), None, 10).unwrap().items;
    assert_eq!(actions.len(), 1, "{actions:?}");
    assert_eq!((actions[0].state, actions[0].attempts), (StoreActionState::Done, 2));
    let keys = emulator.idempotency_keys();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
    assert_eq!(emulator.refunded("ch_1"), 1000);
    let refunds = engine.refunds(&RefundFilter::default(), None, 10).unwrap().items;
    assert_eq!((refunds.len(), actions[0].refund_id), (1, Some(refunds[0].id)));
    let swept = engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().sweeps.remove(0);
    // The list has the price of its charge as well.
    assert_eq!((swept.found, swept.new), (1, 0));
}
