//! One customer's refunds, and one transaction.

use recoup::testing::AppStore;
use recoup::{
    ApiError, CaseKey, Environment, Extent, FactKind, Meaning, MilliPercent, Reason, Signal, Span, Store,
    Trust,
};
use recoup_tests::app_store_api::consumption::Kind;
use recoup_tests::app_store_api::{AppStoreServers, NOW};
use serde_json::json;

use super::{APP, api, lines};

fn refund(store: &AppStore, n: i64) -> serde_json::Value {
    let at = NOW.plus(Span::from_millis(n));
    AppStore::refunded(store.transaction(&format!("20000{n:02}"), "gems_100", NOW), at)
}

fn customer(servers: &AppStoreServers, refunds: i64) {
    let store = &servers.production.store;
    servers.production.sell(&store.transaction("2000000", "gems_100", NOW), Kind::default());
    servers.production.known().refunds =
        (1..=refunds).map(|n| store.sign(&refund(store, n)).unwrap()).collect();
}

#[test]
fn a_customers_refunds_come_in_pages_and_resume_at_a_kept_revision() {
    let servers = AppStoreServers::start();
    customer(&servers, 41);
    let api = api(&servers);
    let (mut revision, mut found) = (None, Vec::new());
    loop {
        let page = api.refund_lookup(APP, false, "2000000", revision.as_deref(), NOW).unwrap();
        found.extend(page.found);
        revision = page.revision;
        if !page.has_more {
            break;
        }
    }
    assert_eq!(found.len(), 41);
    let path = "GET /inApps/v2/refund/lookup/2000000";
    let expected = [
        format!("{path} HTTP/1.1"),
        format!("{path}?revision=r%3D20 HTTP/1.1"),
        format!("{path}?revision=r%3D40 HTTP/1.1"),
    ];
    assert_eq!(lines(&servers.production), expected);

    let page = api.refund_lookup(APP, false, "2000000", revision.as_deref(), NOW).unwrap();
    assert_eq!((page.found.len(), page.has_more), (0, false));
    // The same refund is the same notification whenever it is looked up, and whenever Apple signed it.
    let mut again = refund(&servers.production.store, 1);
    again["signedDate"] = json!(NOW.millis() + 1);
    servers.production.known().refunds = vec![servers.production.store.sign(&again).unwrap()];
    let page = api.refund_lookup(APP, false, "2000000", None, NOW).unwrap();
    assert_eq!(page.found[0].0, found[0].0);
    assert_ne!(page.found[0].1, found[0].1);
}

#[test]
fn a_looked_up_refund_reports_the_same_as_its_notification() {
    let servers = AppStoreServers::start();
    customer(&servers, 0);
    let store = &servers.production.store;
    let mut part = refund(store, 1);
    part["revocationType"] = json!("REFUND_PRORATED");
    part["revocationPercentage"] = json!(33_333);
    part["revocationReason"] = json!(1);
    let mut family = refund(store, 2);
    family["revocationType"] = json!("FAMILY_REVOKE");
    servers.production.known().refunds = [&part, &family].map(|refund| store.sign(refund).unwrap()).to_vec();
    let found = api(&servers).refund_lookup(APP, false, "2000000", None, NOW).unwrap().found;
    let (signal, piece) = &found[0];
    assert_eq!(signal.place.store, Store::AppStore);
    assert_eq!((signal.place.app.as_str(), signal.place.environment), (APP, Some(Environment::Production)));
    let (key, fact) = case(signal);
    assert_eq!(key, &CaseKey::Order("2000001".to_owned()));
    assert_eq!((fact.trust, fact.at), (Trust::Confirmed, NOW.plus(Span::from_millis(1))));
    let FactKind::Refunded { extent, reason, .. } = &fact.what else { panic!("{fact:?}") };
    assert_eq!(
        (*extent, *reason),
        (Extent::Share(MilliPercent::new(33_333).unwrap()), Some(Reason::Defective))
    );
    assert_eq!(fact.about.product.as_deref(), Some("gems_100"));
    assert_eq!(piece.split(|byte| *byte == b'.').count(), 3);

    let (_, fact) = case(&found[1].0);
    assert!(fact.about.family_shared);
    assert!(
        matches!(fact.what, FactKind::Refunded { reason: Some(Reason::FamilySharingLost), .. }),
        "{fact:?}"
    );
    // A refund that became larger is reported again.
    part["revocationPercentage"] = json!(66_666);
    servers.production.known().refunds = vec![store.sign(&part).unwrap()];
    let more = api(&servers).refund_lookup(APP, false, "2000000", None, NOW).unwrap().found;
    assert_ne!(more[0].0.notification_id, signal.notification_id);
}

fn case(signal: &Signal) -> (&CaseKey, &recoup::Fact) {
    match &signal.meaning {
        Meaning::Case { key, fact } => (key, fact),
        other => panic!("{other:?}"),
    }
}

#[test]
fn refunds_that_are_not_signed_by_apple_for_this_app_are_not_taken() {
    let servers = AppStoreServers::start();
    customer(&servers, 0);
    let store = &servers.production.store;
    let mut of_another_app = refund(store, 1);
    of_another_app["bundleId"] = json!("com.example.other");
    let mut never_refunded = refund(store, 1);
    never_refunded.as_object_mut().unwrap().remove("revocationDate");
    let forger = AppStore::new().unwrap();
    for jws in [
        store.sign(&of_another_app).unwrap(),
        store.sign(&never_refunded).unwrap(),
        forger.sign(&refund(&forger, 1)).unwrap(),
        servers.sandbox.store.sign(&refund(&servers.sandbox.store, 1)).unwrap(),
        "a.b.c".to_owned(),
    ] {
        servers.production.known().refunds = vec![jws];
        let page = api(&servers).refund_lookup(APP, false, "2000000", None, NOW).unwrap();
        assert!(page.found.is_empty(), "{page:?}");
        assert!(page.unread[0].0.contains("signedTransactions[0]"), "{page:?}");
    }
}

#[test]
fn one_refund_that_cannot_be_read_costs_no_other() {
    let servers = AppStoreServers::start();
    customer(&servers, 0);
    let store = &servers.production.store;
    let mut silent = refund(store, 1);
    silent.as_object_mut().unwrap().remove("bundleId");
    silent["environment"] = json!("");
    let (silent, good) = (store.sign(&silent).unwrap(), store.sign(&refund(store, 2)).unwrap());
    servers.production.known().refunds = vec!["a.b.c".to_owned(), silent, good];
    let page = api(&servers).refund_lookup(APP, false, "2000000", None, NOW).unwrap();
    assert_eq!((page.found.len(), page.unread.len()), (2, 1));
    assert_eq!(page.found[0].0.place.app, APP);
    // Where none is signed under a trusted root, it is the roots that are wrong.
    let forger = AppStore::new().unwrap();
    let forged = |n| forger.sign(&refund(&forger, n)).unwrap();
    servers.production.known().refunds = vec![forged(1), forged(2)];
    let error = api(&servers).refund_lookup(APP, false, "2000000", None, NOW).unwrap_err();
    assert!(matches!(error, ApiError::Unreadable { .. }), "{error}");
}

#[test]
fn one_transaction_is_queried_in_its_environment() {
    let servers = AppStoreServers::start();
    let store = &servers.sandbox.store;
    servers.sandbox.sell(&store.transaction("2000001", "gems_100", NOW), Kind::default());
    let api = api(&servers);
    let transaction = api.transaction(APP, true, "2000001", NOW).unwrap();
    assert_eq!(transaction.product_id.as_deref(), Some("gems_100"));
    assert_eq!(lines(&servers.sandbox), ["GET /inApps/v1/transactions/2000001 HTTP/1.1"]);
    let refused = api.transaction(APP, false, "2000001", NOW).unwrap_err();
    assert!(
        matches!(&refused, ApiError::Refused { status: 404, code, retryable: false, .. } if code == "4040010"),
        "{refused}"
    );
    // Production that hands out the sandbox's is not believed.
    servers.production.sell(&store.transaction("2000001", "gems_100", NOW), Kind::default());
    let jws = store.sign(&store.transaction("2000001", "gems_100", NOW)).unwrap();
    servers.production.known().transactions.insert("2000001".to_owned(), (jws, Kind::default()));
    assert!(matches!(api.transaction(APP, false, "2000001", NOW), Err(ApiError::Unreadable { .. })));
}
