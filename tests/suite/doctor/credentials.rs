//! The stores' answers to credentials, reported in a way that an operator can act on.

use recoup::{DoctorArea, DoctorReport, Health, Store};
use recoup_tests::app_store_api::text;
use recoup_tests::google_api::error;
use recoup_tests::http_server::Reply;
use recoup_tests::stripe_api::{self, Fault, StripeEmulator};
use recoup_tests::wire;
use serde_json::{Value, json};

use super::shop::{NOW, Shop, has, mentions, of, the};

#[test]
fn wrong_credentials_are_reported_of_each_store_by_itself() {
    let mut shop = Shop::new();
    shop.config["app_store"][0]["api"]["key_id"] = json!("OTHERKEY99");
    shop.config["one_store"][0]["client_secret"] = json!("another-secret");
    shop.config["stripe"][0]["api_key"] = json!("rk_live_another");
    shop.config["amazon"][0]["shared_secret"] = json!("another-secret");
    shop.google.state.lock().unwrap().keys.clear();
    let report = shop.doctor();
    assert_eq!(report.health, Health::Broken);
    for store in &shop.stores() {
        let found = of(&report, store, DoctorArea::Credentials);
        assert!(
            found.iter().all(|found| *found == (Health::Broken, "credentials_refused".to_owned())),
            "{found:?}"
        );
        assert!(!found.is_empty(), "{store}");
    }
    let shown = format!("{report:?}");
    assert!(!shown.contains("another-secret") && !shown.contains("rk_live_another"), "{shown}");
}

#[test]
fn a_section_without_credentials_reports_what_is_lost() {
    let mut shop = Shop::new();
    for (store, key) in [
        ("app_store", "api"),
        ("google_play", "service_account"),
        ("one_store", "client_secret"),
        ("stripe", "api_key"),
        ("amazon", "shared_secret"),
    ] {
        shop.config[store][0].as_object_mut().unwrap().remove(key);
    }
    let report = shop.doctor();
    assert_eq!(report.health, Health::Warning, "{report:#?}");
    for store in &shop.stores() {
        assert_eq!(
            of(&report, store, DoctorArea::Credentials),
            [(Health::Warning, "no_credentials".to_owned())]
        );
    }
}

fn credentials<'a>(report: &'a DoctorReport, store: &'a Store) -> Vec<&'a recoup::Finding> {
    let findings = report.findings.iter();
    findings
        .filter(|finding| finding.store.as_ref() == Some(store) && finding.area == DoctorArea::Credentials)
        .collect()
}

#[test]
fn an_app_store_key_of_another_issuer_id_or_app_names_all_three() {
    let mut shop = Shop::of("app_store");
    let fine = shop.config["app_store"][0].clone();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut section = fine.clone();
        change(&mut section);
        section
    };
    for section in [
        with(&|section| section["api"]["issuer_id"] = json!("99b16628-15e4-4668-972b-eeff55eeff55")),
        with(&|section| section["api"]["key_id"] = json!("OTHERKEY99")),
        with(&|section| section["bundle_id"] = json!("com.example.another")),
    ] {
        shop.config["app_store"][0] = section;
        let report = shop.doctor();
        let found = credentials(&report, &Store::AppStore);
        assert_eq!(found.len(), 2, "production and sandbox: {found:#?}");
        for finding in found {
            assert_eq!((finding.health, finding.code.as_str()), (Health::Broken, "credentials_refused"));
            mentions(finding, "401", "api.key_id");
            mentions(finding, "", "api.issuer_id");
            mentions(finding, "", "bundle_id");
        }
    }
}

#[test]
fn each_environment_of_the_app_store_is_queried_by_itself() {
    let mut shop = Shop::of("app_store");
    shop.apple.production.known().instead.push_back(text(401, "Unauthenticated\n\nRequest ID: AAAA.0.0\n"));
    let report = shop.doctor();
    let [production, sandbox] = credentials(&report, &Store::AppStore)[..] else { panic!("{report:#?}") };
    assert_eq!((production.health, sandbox.health), (Health::Broken, Health::Ok));
    mentions(production, "production: ", "never released");
    assert!(sandbox.facts.starts_with("sandbox: "), "{sandbox:?}");

    shop.config["app_store"][0]["environments"] = json!(["sandbox"]);
    let report = shop.doctor();
    let [sandbox] = credentials(&report, &Store::AppStore)[..] else { panic!("{report:#?}") };
    assert!(sandbox.facts.starts_with("sandbox: ") && sandbox.health == Health::Ok, "{sandbox:?}");
    assert!(the(&report, "keys").facts.starts_with("messages of sandbox are verified"), "{report:#?}");
    assert_eq!(shop.apple.production.server.received().len(), 1);
}

#[test]
fn a_right_that_a_google_service_account_lacks_is_reported_with_where_to_grant_it() {
    let shop = Shop::of("google_play");
    let denied = "The current user has insufficient permissions to perform the requested operation.";
    let token = |body: &str| Reply::Answer(400, Vec::new(), body.as_bytes().to_vec());
    let grant = r#"{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}"#;
    let (api, broken, warning) = ("voidedpurchases", Health::Broken, Health::Warning);
    for (at, reply, health, code, facts, advice) in [
        ("/token", token(grant), broken, "credentials_refused", "Invalid JWT Signature", "new JSON key"),
        (api, error(401, "permissionDenied", denied), broken, "credentials_refused", "401", "invited"),
        (
            api,
            error(403, "permissionDenied", denied),
            broken,
            "refused",
            "insufficient permissions",
            "View financial data",
        ),
        (
            api,
            error(403, "accessNotConfigured", "Not used."),
            broken,
            "refused",
            "403",
            "Enable the Google Play",
        ),
        (api, error(404, "applicationNotFound", "None."), broken, "refused", "404", "package_name"),
        (api, error(403, "rateLimitExceeded", "Slow."), warning, "store_unwell", "Slow.", "in some minutes"),
        (api, error(503, "backendError", "Oops."), warning, "store_unwell", "503", "in some minutes"),
    ] {
        // Where a token is refused, another is requested.
        shop.google.fault(at, reply.clone());
        shop.google.fault(at, reply);
        let report = shop.doctor();
        let [finding] = credentials(&report, &Store::GooglePlay)[..] else { panic!("{report:#?}") };
        assert_eq!((finding.health, finding.code.as_str()), (health, code), "{finding:#?}");
        mentions(finding, facts, advice);
        shop.google.state.lock().unwrap().faults.clear();
    }
}

/// A shop whose Stripe key is this one.
fn with_key(key: &str) -> Shop {
    let mut shop = Shop::of("stripe");
    shop.stripe = StripeEmulator::start(key, None, NOW.secs());
    shop.config["stripe"][0]["api_key"] = json!(key);
    shop.config["stripe"][0]["api_url"] = json!(shop.stripe.url().expose());
    shop
}

#[test]
fn a_stripe_key_that_may_not_read_is_reported_what_to_give_it() {
    let shop = with_key("rk_live_51abcdefghwxyz");
    let (status, body) = stripe_api::error(403, "invalid_request_error", None, "The key lacks permissions.");
    shop.stripe.fault(Fault::Instead(wire::json(status, &body)));
    let report = shop.doctor();
    let finding = the(&report, "credentials_refused");
    assert_eq!(finding.health, Health::Broken);
    mentions(finding, "403", "Disputes: read");
}

#[test]
fn a_stripe_key_of_the_other_mode_is_seen_by_what_it_lists_and_by_what_events_report() {
    for (key, is, live) in
        [("rk_test_51abcdefghwxyz", "test", true), ("rk_live_51abcdefghwxyz", "live", false)]
    {
        let shop = with_key(key);
        assert!(!has(&shop.doctor(), Health::Broken, "wrong_mode"));
        shop.stripe
            .add_dispute(json!({"id": "du_1", "object": "dispute", "created": NOW.secs(), "livemode": live}));
        let report = shop.doctor();
        let listed = the(&report, "wrong_mode");
        assert_eq!((listed.health, listed.area), (Health::Broken, DoctorArea::Credentials));
        mentions(listed, &format!("the key is a {is} key"), "webhook secrets");

        // With nothing listed, the webhook's message decides.
        let shop = with_key(key);
        let engine = shop.engine();
        let notify = |n: i32, live: bool| {
            let refund = shop.events.refund(&format!("re_{n}"), &format!("ch_{n}"), 499, NOW);
            let mut event = shop.events.event(&format!("evt_{n}"), "refund.created", refund, NOW);
            event["livemode"] = json!(live);
            let outcome =
                shop.events.send(&event, NOW).send(|request| engine.ingest(&Store::Stripe, request)).unwrap();
            assert_eq!(outcome.http_status, 200);
        };
        notify(1, live);
        let report = shop.doctor();
        let reported = the(&report, "wrong_mode");
        assert_eq!((reported.health, reported.area), (Health::Broken, DoctorArea::Credentials));
        mentions(reported, if live { "are real" } else { "are of test mode" }, "cannot refund");
        // Both may come to one section, for tests on the live account.
        notify(2, !live);
        assert!(!has(&shop.doctor(), Health::Broken, "wrong_mode"));
    }
}
