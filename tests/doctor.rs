//! An examination finds what is wrong, says what to do, and holds no secret; one store's fault hides no other's state.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

#[path = "support/amazon_rvs.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod amazon_rvs;
#[path = "support/app_store_api.rs"]
mod app_store_api;
#[path = "support/google_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod google_api;
#[path = "support/http_server.rs"]
mod http_server;
#[path = "support/one_store_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod one_store_api;
#[path = "support/pacing.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod pacing;
#[path = "support/stripe_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod stripe_api;
#[path = "support/wire.rs"]
mod wire;

use std::process::Command;
use std::sync::Arc;

use amazon_rvs::RvsEmulator;
use app_store_api::AppStoreServers;
use app_store_api::history::Sent;
use google_api::{GoogleApi, Key, PACKAGE};
use one_store_api::OneStoreEmulator;
use pacing::ManualPacing;
use recoup::app_store::NotificationType;
use recoup::testing::{Amazon, GooglePlay, OneStore, Stripe};
use recoup::{
    Clock as _, Config, Engine, EngineOptions, Examination, ExamineOptions, Examined, Finding, Health,
    ManualClock, ReconcileOptions, Request, Span, Store, SystemClock, Timestamp,
};
use serde_json::{Value, json};
use stripe_api::StripeEmulator;

const NOW: Timestamp = app_store_api::NOW;
const STRIPE_KEY: &str = "rk_live_51abcdefghwxyz";
const ONE_SECRET: &str = "one-store-s3cret";
const AMAZON_SECRET: &str = "2:amazon-s3cret";

/// A game that sells at all five stores, and the stores.
struct Shop {
    apple: AppStoreServers,
    google: GoogleApi,
    one_store: OneStoreEmulator,
    stripe: StripeEmulator,
    rvs: RvsEmulator,
    folder: tempfile::TempDir,
    config: Value,
    pacing: Arc<ManualPacing>,
}

impl Shop {
    fn new() -> Self {
        let (apple, google) = (AppStoreServers::start(), GoogleApi::start(NOW));
        let signer = OneStore::new().unwrap();
        let one_store = OneStoreEmulator::start(&signer.client_id, ONE_SECRET, NOW.millis());
        let stripe = StripeEmulator::start(STRIPE_KEY, None, NOW.secs());
        let rvs = RvsEmulator::start(AMAZON_SECRET);
        let amazon = Amazon::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
        file("key.p8", apple.key.p8().as_bytes());
        file("production.der", apple.production.store.root_der());
        file("sandbox.der", apple.sandbox.store.root_der());
        file("google-keys.json", GooglePlay::new().unwrap().jwks().as_bytes());
        file("sns.pem", amazon.certificate().unwrap().as_bytes());
        Key::number(0)
            .write_file(&folder.path().join("account.json"), &google.server.url().segment("token").expose());
        let mut section = apple.section();
        section["extra_roots"] = json!(["production.der", "sandbox.der"]);
        let config = json!({
            "database": "ledger.db",
            "app_store": [section],
            "google_play": [{
                "package_name": PACKAGE,
                "push": {"audience": "a", "service_account_email": "e", "jwks": "google-keys.json"},
                "service_account": "account.json",
                "api_url": google.server.url().expose(),
            }],
            "one_store": [{
                "client_id": signer.client_id, "license_key": signer.license_key().unwrap(),
                "client_secret": ONE_SECRET, "api_url": one_store.url().expose(),
            }],
            "stripe": [{
                "name": "web shop", "webhook_secrets": [Stripe::new().unwrap().webhook_secret],
                "api_key": STRIPE_KEY, "api_url": stripe.url().expose(),
            }],
            "amazon": [{
                "package_name": "com.example.game", "topic_arn": amazon.topic_arn, "certificate": "sns.pem",
                "shared_secret": AMAZON_SECRET, "rvs_url": rvs.url().expose(),
            }],
        });
        Self { apple, google, one_store, stripe, rvs, folder, config, pacing: ManualPacing::at(NOW) }
    }

    fn config(&self) -> Config {
        Config::from_json(self.config.to_string().as_bytes(), self.folder.path()).unwrap()
    }

    fn options(&self) -> EngineOptions {
        EngineOptions::new().clock(ManualClock::new(NOW)).background(false)
    }

    fn engine(&self) -> Engine {
        self.options().open(self.config()).unwrap()
    }

    /// The examination, which never holds a secret.
    fn examine_with(&self, options: ExamineOptions) -> Examination {
        let examination =
            self.options().examine(&self.config(), &options.pacing(self.pacing.clone()), |_| {});
        let shown = format!("{} {examination:?}", serde_json::to_string(&examination).unwrap());
        for secret in [STRIPE_KEY, ONE_SECRET, AMAZON_SECRET, "whsec_", "ya29.", "eyJ", "BEGIN PRIVATE KEY"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        for finding in &examination.findings {
            assert_eq!(finding.health == Health::Ok, finding.advice.is_none(), "{finding:?}");
        }
        examination
    }

    fn examine(&self) -> Examination {
        self.examine_with(ExamineOptions::new())
    }

    fn test_notification(&self) -> Vec<Finding> {
        let mut found = self.examine_with(ExamineOptions::new().app_store_test_notification(true)).findings;
        found.retain(|finding| finding.examined == Examined::TestNotification);
        found
    }
}

fn of(examination: &Examination, store: &Store, examined: Examined) -> Vec<(Health, String)> {
    let findings = examination.findings.iter();
    findings
        .filter(|finding| finding.store.as_ref() == Some(store) && finding.examined == examined)
        .map(|finding| (finding.health, finding.code.clone()))
        .collect()
}

fn has(examination: &Examination, health: Health, code: &str) -> bool {
    examination.findings.iter().any(|finding| finding.health == health && finding.code == code)
}

#[test]
fn a_healthy_shop_is_found_healthy_and_left_as_it_is() {
    let shop = Shop::new();
    let none = shop.examine();
    assert!(has(&none, Health::Warning, "no_ledger"), "{none:?}");
    assert!(!shop.folder.path().join("ledger.db").exists(), "a ledger was made");
    let engine = shop.engine();
    assert!(engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().is_whole());
    let mut told = 0;
    let examination = engine.examine(&ExamineOptions::new().pacing(shop.pacing.clone()), |_| told += 1);
    assert_eq!(told, examination.findings.len());
    // No message has come yet, which is worth a word and breaks nothing.
    assert_eq!(examination.health, Health::Warning, "{examination:#?}");
    for store in Store::ALL {
        let credentials = of(&examination, store, Examined::Credentials);
        assert!(credentials.iter().all(|(health, _)| *health == Health::Ok), "{store}: {credentials:?}");
        assert!(!credentials.is_empty(), "{store}");
        assert_eq!(of(&examination, store, Examined::Webhooks).last().unwrap().1, "never_heard");
    }
    assert_eq!(of(&examination, &Store::GooglePlay, Examined::Sweeps), [(Health::Ok, "swept".to_owned())]);
    assert!(has(&examination, Health::Ok, "sound"), "{examination:#?}");
    assert_eq!(shop.google.complaints(), [""; 0]);
}

#[test]
fn wrong_credentials_are_told_of_each_store_by_itself() {
    let mut shop = Shop::new();
    shop.config["app_store"][0]["api"]["key_id"] = json!("OTHERKEY99");
    shop.config["one_store"][0]["client_secret"] = json!("another-secret");
    shop.config["stripe"][0]["api_key"] = json!("rk_live_another");
    shop.config["amazon"][0]["shared_secret"] = json!("another-secret");
    shop.google.state.lock().unwrap().keys.clear();
    let examination = shop.examine();
    assert_eq!(examination.health, Health::Broken);
    for store in Store::ALL {
        let found = of(&examination, store, Examined::Credentials);
        assert!(
            found.iter().all(|found| *found == (Health::Broken, "credentials_refused".to_owned())),
            "{found:?}"
        );
        assert!(!found.is_empty(), "{store}");
    }
    let shown = format!("{examination:?}");
    assert!(!shown.contains("another-secret") && !shown.contains("rk_live_another"), "{shown}");
}

#[test]
fn one_stores_fault_hides_no_others_state() {
    let mut shop = Shop::new();
    // Nobody listens on the port of a server that has ended.
    let gone = StripeEmulator::start(STRIPE_KEY, None, NOW.secs()).url().expose();
    shop.config["stripe"][0]["api_url"] = json!(gone);
    shop.config["app_store"][0]["api"]["private_key"] = json!("absent.p8");
    shop.config["google_play"][0]["package_name"] = json!("com.example.other");
    let down = one_store_api::error(503, "ServiceMaintenance");
    shop.one_store.with(|state| state.faults.push_back(down));
    let examination = shop.examine();
    assert_eq!(
        of(&examination, &Store::Stripe, Examined::Reachability),
        [(Health::Broken, "no_connection".to_owned())]
    );
    assert!(
        of(&examination, &Store::AppStore, Examined::Configuration).iter().any(|found| found.1 == "unusable")
    );
    assert_eq!(
        of(&examination, &Store::GooglePlay, Examined::Credentials),
        [(Health::Broken, "refused".to_owned())]
    );
    let one_store = of(&examination, &Store::OneStore, Examined::Credentials);
    assert_eq!(one_store, [(Health::Warning, "store_unwell".to_owned())]);
    assert_eq!(
        of(&examination, &Store::Amazon, Examined::Credentials),
        [(Health::Ok, "credentials".to_owned())]
    );
    assert_eq!(shop.rvs.received().len(), 1);
    assert!(shop.stripe.received().is_empty());
    let wrong_name = examination.findings.iter().find(|finding| finding.code == "refused").unwrap();
    assert!(wrong_name.advice.as_ref().unwrap().contains("package_name"), "{wrong_name:?}");
}

#[test]
fn a_section_without_credentials_says_what_is_lost() {
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
    let examination = shop.examine();
    assert_eq!(examination.health, Health::Warning, "{examination:#?}");
    for store in Store::ALL {
        assert_eq!(
            of(&examination, store, Examined::Credentials),
            [(Health::Warning, "no_credentials".to_owned())]
        );
    }
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
        shop.google.server.tell_time(theirs);
        let examination = shop.examine();
        let clock = examination.findings.iter().find(|finding| finding.examined == Examined::Clock).unwrap();
        assert_eq!((clock.health, clock.code.as_str()), (health, code), "{clock:?}");
        assert!(clock.facts.contains(words), "{clock:?}");
    }
    shop.google.state.lock().unwrap().keys.clear();
    let examination = shop.examine();
    let refused = examination.findings.iter().find(|finding| finding.code == "credentials_refused").unwrap();
    assert!(refused.advice.as_ref().unwrap().contains("clock first"), "{refused:?}");
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

#[test]
fn refunds_that_only_sweeps_found_say_that_webhooks_are_lost() {
    let shop = Shop::new();
    let engine = shop.engine();
    let row = json!({"purchaseToken": "t", "orderId": "GPA.1", "purchaseTimeMillis": "1780000000000",
        "voidedTimeMillis": NOW.millis().to_string(), "voidedSource": 0, "voidedReason": 1});
    shop.google.state.lock().unwrap().voided.push((NOW.plus(Span::from_hours(-1)), row));
    assert!(engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().is_whole());
    let lost = (Health::Warning, "webhooks_lost".to_owned());
    assert_eq!(of(&shop.examine(), &Store::GooglePlay, Examined::Webhooks), [lost]);
    // What is in the ledger waits for the game as well.
    let later = EngineOptions::new().clock(ManualClock::new(NOW.plus(Span::from_days(2)))).background(false);
    let examination = later.examine(&shop.config(), &ExamineOptions::new(), |_| {});
    assert!(has(&examination, Health::Warning, "events_wait"), "{examination:#?}");
    assert!(has(&examination, Health::Warning, "sweep_late"), "{examination:#?}");
}

#[test]
fn a_ledger_that_is_none_or_damaged_is_broken_and_left_alone() {
    let shop = Shop::new();
    let path = shop.folder.path().join("ledger.db");
    std::fs::write(&path, "no database at all, but long enough for a header to be looked for").unwrap();
    assert!(has(&shop.examine(), Health::Broken, "ledger_unusable"));
    std::fs::remove_file(&path).unwrap();
    drop(shop.engine());
    let mut bytes = std::fs::read(&path).unwrap();
    // Behind the header's page, the schema's.
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xFF);
    std::fs::write(&path, &bytes).unwrap();
    let examination = shop.examine();
    assert!(has(&examination, Health::Broken, "damaged"), "{examination:#?}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn the_command_line_ends_with_1_only_where_something_is_broken() {
    let mut shop = Shop::new();
    let now = SystemClock.now();
    let stripe = StripeEmulator::start(STRIPE_KEY, None, now.secs());
    shop.config["stripe"][0]["api_url"] = json!(stripe.url().expose());
    shop.config = json!({"database": "ledger.db", "stripe": shop.config["stripe"]});
    let run = |config: &Value, args: &[&str]| {
        std::fs::write(shop.folder.path().join("recoup.json"), config.to_string()).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_recoup"))
            .args(args)
            .args(["doctor", "--config", "recoup.json"])
            .current_dir(shop.folder.path())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!said.contains("rk_live") && !said.contains("whsec_"), "{said}");
        (output.status.code().unwrap(), said)
    };
    let (code, said) = run(&shop.config, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Stripe (web shop)") && said.contains("0 broken"), "{said}");
    let mut wrong = shop.config.clone();
    wrong["stripe"][0]["api_key"] = json!("rk_live_another");
    let (code, said) = run(&wrong, &[]);
    assert_eq!(code, 1, "{said}");
    let to_do = said.split("What to do, the worst first").nth(1).unwrap();
    assert!(to_do.trim_start().starts_with("1. BROKEN, Stripe (web shop): "), "{said}");
    let (code, said) = run(&wrong, &["--json"]);
    let examination: Examination = serde_json::from_str(&said).unwrap();
    assert_eq!((code, examination.health), (1, Health::Broken));
}
