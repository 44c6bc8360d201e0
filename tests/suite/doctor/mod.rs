//! A doctor run finds what is wrong, reports what to do, and holds no secret; one store's fault hides no other's state.

mod credentials;
mod ledger;
mod network;
mod open_work;
mod shop;
mod webhooks_and_sweeps;

use recoup::{DoctorArea, DoctorOptions, Health, ReconcileOptions, Store};
use recoup_tests::one_store_api;
use recoup_tests::stripe_api::StripeEmulator;
use serde_json::json;
use shop::{NOW, STRIPE_KEY, Shop, has, of};

#[test]
fn a_healthy_shop_is_found_healthy_and_left_as_it_is() {
    let shop = Shop::new();
    let none = shop.doctor();
    assert!(has(&none, Health::Warning, "no_ledger"), "{none:?}");
    assert!(!shop.folder.path().join("ledger.db").exists(), "a ledger was made");
    let engine = shop.engine();
    assert!(engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().is_whole());
    let mut reported = 0;
    let report = engine.doctor(&DoctorOptions::new().pacing(shop.pacing.clone()), |_| reported += 1);
    assert_eq!(reported, report.findings.len());
    // No message has come yet, which is a warning and breaks nothing.
    assert_eq!(report.health, Health::Warning, "{report:#?}");
    for store in &shop.stores() {
        let credentials = of(&report, store, DoctorArea::Credentials);
        assert!(credentials.iter().all(|(health, _)| *health == Health::Ok), "{store}: {credentials:?}");
        assert!(!credentials.is_empty(), "{store}");
        assert_eq!(of(&report, store, DoctorArea::Webhooks).last().unwrap().1, "no_webhook_received");
    }
    assert_eq!(of(&report, &Store::GooglePlay, DoctorArea::Sweeps), [(Health::Ok, "swept".to_owned())]);
    assert!(has(&report, Health::Ok, "sound"), "{report:#?}");
    assert_eq!(shop.google.complaints(), [""; 0]);
}

#[test]
fn one_stores_fault_hides_no_others_state() {
    let mut shop = Shop::new();
    // Nothing listens on the port of a server that has ended.
    let gone = StripeEmulator::start(STRIPE_KEY, None, NOW.secs()).url().expose();
    shop.config["stripe"][0]["api_url"] = json!(gone);
    shop.config["app_store"][0]["api"]["private_key"] = json!("absent.p8");
    shop.config["google_play"][0]["package_name"] = json!("com.example.other");
    let down = one_store_api::error(503, "ServiceMaintenance");
    shop.one_store.with(|state| state.faults.push_back(down));
    let report = shop.doctor();
    assert_eq!(
        of(&report, &Store::Stripe, DoctorArea::Reachability),
        [(Health::Broken, "no_connection".to_owned())]
    );
    assert!(
        of(&report, &Store::AppStore, DoctorArea::Configuration).iter().any(|found| found.1 == "unusable")
    );
    assert_eq!(
        of(&report, &Store::GooglePlay, DoctorArea::Credentials),
        [(Health::Broken, "refused".to_owned())]
    );
    let one_store = of(&report, &Store::OneStore, DoctorArea::Credentials);
    assert_eq!(one_store, [(Health::Warning, "store_unwell".to_owned())]);
    assert_eq!(
        of(&report, &Store::Amazon, DoctorArea::Credentials),
        [(Health::Ok, "credentials".to_owned())]
    );
    assert_eq!(shop.rvs.received().len(), 1);
    assert!(shop.stripe.received().is_empty());
    let wrong_name = report.findings.iter().find(|finding| finding.code == "refused").unwrap();
    assert!(wrong_name.advice.as_ref().unwrap().contains("package_name"), "{wrong_name:?}");
}

#[test]
fn a_clock_that_is_wrong_is_measured_by_the_stores_own() {
    let shop = Shop::new();
    let secs = u64::try_from(NOW.secs()).unwrap();
    for (theirs, health, code, words) in [
        (secs, Health::Ok, "clock", "agrees"),
        (secs + 50, Health::Ok, "clock", "agrees"),
        (secs + 90, Health::Warning, "clock_differs", "1m 30s behind"),
        (secs - 600, Health::Broken, "clock_wrong", "ahead of"),
    ] {
        shop.google.server.report_time(theirs);
        let report = shop.doctor();
        let clock = report.findings.iter().find(|finding| finding.area == DoctorArea::Clock).unwrap();
        assert_eq!((clock.health, clock.code.as_str()), (health, code), "{clock:?}");
        assert!(clock.facts.contains(words), "{clock:?}");
    }
    shop.google.state.lock().unwrap().keys.clear();
    let report = shop.doctor();
    let refused = report.findings.iter().find(|finding| finding.code == "credentials_refused").unwrap();
    assert!(refused.advice.as_ref().unwrap().contains("clock first"), "{refused:?}");
}
