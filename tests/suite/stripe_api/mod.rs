//! Stripe's server API, against a server that behaves as its documents say.

mod lists;
mod refunds;

use std::collections::BTreeMap;

use recoup::stripe::{
    StripeApi, StripePayment, StripeRefund, StripeRefundReason, StripeSection, StripeVerifier, WebhookSecret,
};
use recoup::testing::Stripe;
use recoup::transport::{Secret, TransportError};
use recoup::{
    ApiError, Capture, CaseKey, Currency, Environment, Fact, FactKind, Meaning, Money, RefundAnswer, Signal,
    Span, SweepPage, Sweeps as _, Timestamp, Trust,
};
use recoup_tests::http_server::{Reply, answer};
use recoup_tests::stripe_api::{Fault, StripeEmulator, error};
use recoup_tests::wire::{client, impatient_client, written};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const KEY: &str = "rk_live_51abcdefghwxyz";
const HEAD: &str = "authorization: Bearer rk_live_51abcdefghwxyz";
const DAY: i64 = 86_400;

struct Shop {
    emulator: StripeEmulator,
    section: StripeSection,
    stripe: Stripe,
    api: StripeApi,
}

impl Shop {
    fn new() -> Self {
        Self::of(None)
    }

    fn of(account: Option<&str>) -> Self {
        let emulator = StripeEmulator::start(KEY, account, NOW.secs());
        let stripe = Stripe::new().unwrap();
        let secret = WebhookSecret::new(&stripe.webhook_secret).unwrap();
        let section = StripeSection {
            user_metadata_key: Some("user_id".to_owned()),
            account: account.map(str::to_owned),
            api_key: Some(Secret::new(KEY)),
            api_url: Some(emulator.url()),
            ..StripeSection::new("web shop", vec![secret])
        };
        let api = StripeApi::new(std::slice::from_ref(&section), client()).unwrap().unwrap();
        Self { emulator, section, stripe, api }
    }

    fn refund(&self, refund: &StripeRefund, key: &str) -> Result<RefundAnswer, ApiError> {
        let answer = self.api.refund("web shop", refund, key);
        if let Err(error) = &answer {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("rk_live_") && !shown.contains("wxyz"), "{shown}");
        }
        answer
    }

    fn written(&self) -> Vec<String> {
        self.emulator.received().iter().map(written).collect()
    }

    /// A whole sweep of the last day.
    fn sweep(&self) -> Vec<Signal> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let page = self.page(next.as_deref()).unwrap();
            found.extend(page.found.into_iter().map(|(signal, _)| signal));
            next = page.next;
            if next.is_none() {
                return found;
            }
        }
    }

    fn page(&self, page: Option<&str>) -> Result<SweepPage, ApiError> {
        self.api.page("web shop", (NOW.plus(Span::from_days(-1)), NOW), page, NOW)
    }

    /// What a webhook about the same object would say.
    fn reported(&self, event_type: &str, object: Value, at: i64) -> Signal {
        let verifier = StripeVerifier::new(vec![self.section.clone()]).unwrap();
        let at = Timestamp::from_secs(at);
        let request = self.stripe.send(&self.stripe.event("evt_1", event_type, object, at), at);
        request.send(|request| verifier.verify_notification(request, at)).unwrap().signal().unwrap()
    }
}

fn all_of(payment: StripePayment) -> StripeRefund {
    StripeRefund { payment, amount: None, reason: None, metadata: BTreeMap::new() }
}

fn charge(id: &str) -> StripePayment {
    StripePayment::Charge(id.to_owned())
}

fn money(micros: i64, currency: &str) -> Money {
    Money { micros, currency: Currency::new(currency).unwrap() }
}

fn part(micros: i64, currency: &str) -> StripeRefund {
    StripeRefund { amount: Some(money(micros, currency)), ..all_of(charge("ch_1")) }
}

fn done(id: &str) -> RefundAnswer {
    RefundAnswer::Done { refund_id: Some(id.to_owned()) }
}

fn case(signal: &Signal) -> (CaseKey, Fact) {
    match &signal.meaning {
        Meaning::Case { key, fact } => (key.clone(), fact.clone()),
        other => panic!("no case: {other:?}"),
    }
}

#[test]
fn the_keys_mode_decides_whether_it_is_real() {
    for (key, environment) in [
        ("sk_live_1", Environment::Production),
        ("rk_live_1", Environment::Production),
        ("sk_test_1", Environment::Sandbox),
        ("rk_test_1", Environment::Sandbox),
    ] {
        let emulator = StripeEmulator::start(key, None, NOW.secs());
        let shop = Shop::new();
        emulator.add_refund(shop.stripe.refund("re_1", "ch_1", 100, NOW));
        let section =
            StripeSection { api_key: Some(Secret::new(key)), api_url: Some(emulator.url()), ..shop.section };
        let api = StripeApi::new(&[section], client()).unwrap().unwrap();
        let page = api.page("web shop", (NOW, NOW), None, NOW).unwrap();
        assert_eq!(page.found[0].0.place.environment, Some(environment), "{key}");
    }
}

#[test]
fn keys_are_read_once_and_never_shown() {
    let shop = Shop::new();
    let with = |key: Option<&str>, name: &str| StripeSection {
        name: name.to_owned(),
        api_key: key.map(Secret::new),
        ..shop.section.clone()
    };
    let api = |sections: &[StripeSection]| StripeApi::new(sections, client());
    assert!(api(&[with(None, "a")]).unwrap().is_none());
    let two = api(&[with(None, "a"), with(Some(KEY), "b"), with(Some(KEY), "c")]).unwrap().unwrap();
    assert_eq!(two.apps(), ["b", "c"]);
    let error = two.refund("a", &all_of(charge("ch_1")), "k").unwrap_err();
    assert_eq!(error.code(), "api_not_configured");
    let shown = format!("{two:?} {:?} {error}", with(Some(KEY), "b"));
    assert!(!shown.contains(KEY), "{shown}");
    for bad in ["pk_live_zq9", "whsec_zq9", "sk_live_", "zq9", "sk_live_zq9\n", "sk_org_live_zq9"] {
        let error = api(&[with(Some(bad), "a")]).unwrap_err().to_string();
        assert!(error.contains("stripe[0].api_key") && !error.contains("zq9"), "{error}");
    }
    let error = api(&[with(Some(KEY), "a"), with(Some(KEY), "a")]).unwrap_err().to_string();
    assert!(error.contains("stripe[1].name"), "{error}");
}

#[test]
fn the_key_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stripe.key"), format!("{KEY}\n")).unwrap();
    let config = |api: &str| {
        let text = format!(r#"{{"stripe":[{{"name":"a","webhook_secrets":["whsec_1"],{api}}}]}}"#);
        recoup::Config::from_json(text.as_bytes(), folder.path())
    };
    let read = config(r#""api_key_file":"stripe.key","api_url":"https://localhost:1/base""#).unwrap();
    assert!(StripeApi::new(&read.stripe, client()).unwrap().is_some());
    for bad in
        [r#""api_key":["rk_live_x"]"#, r#""api_url":"https://u:rk_live_x@h""#, r#""api_kee":"rk_live_x""#]
    {
        let error = config(bad).unwrap_err().to_string();
        assert!(error.contains("stripe[0].api_") && !error.contains("rk_live_x"), "{error}");
    }
}
