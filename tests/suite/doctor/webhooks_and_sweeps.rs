//! Whether the stores' messages arrive, and whether sweeps find the refunds whose message was lost.

use recoup::app_store::NotificationType;
use recoup::{
    DoctorArea, DoctorOptions, EngineOptions, Health, ManualClock, ReconcileOptions, Request, Span, Store,
};
use recoup_tests::app_store_api::history::Sent;
use recoup_tests::google_api::error;
use serde_json::json;

use super::shop::{NOW, Shop, has, mentions, of, the};

#[test]
fn refunds_that_only_sweeps_found_show_that_webhooks_are_lost() {
    let shop = Shop::new();
    let engine = shop.engine();
    let row = json!({"purchaseToken": "t", "orderId": "GPA.1", "purchaseTimeMillis": "1780000000000",
        "voidedTimeMillis": NOW.millis().to_string(), "voidedSource": 0, "voidedReason": 1});
    shop.google.state.lock().unwrap().voided.push((NOW.plus(Span::from_hours(-1)), row));
    assert!(engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().is_whole());
    let lost = (Health::Warning, "webhooks_lost".to_owned());
    assert_eq!(of(&shop.doctor(), &Store::GooglePlay, DoctorArea::Webhooks), [lost]);
    // What is in the ledger waits for the game as well.
    let later = EngineOptions::new().clock(ManualClock::new(NOW.plus(Span::from_days(2)))).background(false);
    let report = later.doctor(&shop.config(), &DoctorOptions::new(), |_| {});
    assert!(has(&report, Health::Warning, "events_wait"), "{report:#?}");
    assert!(has(&report, Health::Warning, "sweep_late"), "{report:#?}");
}

fn sweep(shop: &Shop) {
    let _ = shop.engine().reconcile(&ReconcileOptions::default(), |_| {}).unwrap();
}

#[test]
fn a_store_that_was_never_swept_and_one_whose_sweep_failed_are_reported_with_the_cause() {
    let shop = Shop::of("google_play");
    drop(shop.engine());
    mentions(the(&shop.doctor(), "never_swept"), "never swept", "recoup reconcile google-play");
    shop.google.fault("voidedpurchases", error(403, "permissionDenied", "Insufficient permissions."));
    sweep(&shop);
    let report = shop.doctor();
    let failed = the(&report, "sweep_failed");
    assert_eq!(failed.health, Health::Warning);
    mentions(failed, "Insufficient permissions.", "recoup reconcile google-play");
    mentions(failed, "the last complete one: never", "");
    sweep(&shop);
    assert!(has(&shop.doctor(), Health::Ok, "swept"));
}

#[test]
fn a_sweep_is_late_by_what_is_due_and_after_a_day_where_the_host_sweeps() {
    for (every, fine, late, words) in [
        (json!({"every": "2h"}), Span::from_hours(4), Span::from_hours(5), "one is due every 2h"),
        (json!({"off": true}), Span::from_hours(23), Span::from_hours(25), "reconcile.off"),
    ] {
        let mut shop = Shop::of("google_play");
        shop.config["reconcile"] = every;
        sweep(&shop);
        shop.now = NOW.plus(fine);
        assert!(has(&shop.doctor(), Health::Ok, "swept"), "{words}");
        shop.now = NOW.plus(late);
        let report = shop.doctor();
        let finding = the(&report, "sweep_late");
        assert_eq!(finding.health, Health::Warning);
        mentions(finding, words, "recoup reconcile google-play");
    }
}

#[test]
fn a_time_that_the_store_no_longer_reports_of_is_named() {
    let mut shop = Shop::of("google_play");
    sweep(&shop);
    // Google reports thirty days.
    shop.now = NOW.plus(Span::from_days(45));
    shop.google.pass(Span::from_days(45));
    sweep(&shop);
    let report = shop.doctor();
    let gap = the(&report, "gap");
    assert_eq!((gap.health, gap.area), (Health::Warning, DoctorArea::Sweeps));
    mentions(gap, "past the store's retention", "the store's console");
    assert!(gap.facts.contains(&NOW.to_string()[..10]), "{gap:?}");
    assert!(has(&report, Health::Ok, "swept"));
}

#[test]
fn apples_test_notification_is_followed_to_our_own_ledger() {
    let shop = Shop::new();
    let engine = shop.engine();
    let found = shop.test_notification();
    assert!(
        found.iter().all(|finding| finding.code == "no_url" && finding.health == Health::Broken),
        "{found:?}"
    );
    assert_eq!(found.len(), 2, "production and sandbox");

    let expect = |attempts: &[&'static str], code: &str| {
        for environment in [&shop.apple.production, &shop.apple.sandbox] {
            let payload = environment.store.notification(NotificationType::Test, NOW).id("t1").jws().unwrap();
            let attempts = attempts.iter().map(|result| (NOW, *result)).collect();
            let sent = Sent { kind: "TEST".to_owned(), at: NOW, signed_payload: payload, attempts };
            environment.known().tests.insert("token_1".to_owned(), sent);
        }
        let found = shop.test_notification();
        assert!(found.iter().all(|finding| finding.code == code), "{code}: {found:?}");
        found
    };
    let failed = expect(&["TLS_ISSUE"], "not_delivered");
    assert!(
        failed[0].facts.contains("TLS_ISSUE") && failed[0].advice.as_ref().unwrap().contains("certificate")
    );
    shop.pacing.slept().iter().for_each(|wait| assert!(wait.as_secs() <= 20));
    let before = shop.pacing.passed();
    expect(&[], "not_sent");
    assert_eq!((shop.pacing.passed() - before).as_secs(), 120, "a minute an environment");
    expect(&["SUCCESS"], "delivered_elsewhere");
    let sandbox = shop.apple.sandbox.known().tests["token_1"].signed_payload.clone();
    let production = shop.apple.production.known().tests["token_1"].signed_payload.clone();
    for payload in [sandbox, production] {
        let body = json!({"signedPayload": payload}).to_string();
        let outcome = engine.ingest(&Store::AppStore, &Request::of_body(body.as_bytes())).unwrap();
        assert_eq!(outcome.http_status, 200);
    }
    let delivered = shop.test_notification();
    assert!(delivered.iter().all(|finding| finding.code == "delivered" && finding.health == Health::Ok));
}
