//! ONE Store's server API, against a server that behaves as its document says.

use recoup::one_store::{MarketCode, OneStoreApi, OneStoreSection, PurchaseState};
use recoup::testing::OneStore;
use recoup::transport::{Secret, TransportError};
use recoup::{
    ApiError, CaseKey, Config, Environment, Extent, Fact, FactKind, Meaning, OrderDetails, Reason, Signal,
    Span, SweepPage, Sweeps as _, Timestamp, Trust, UnexplainedRefund,
};
use recoup_tests::http_server::{Reply, answer};
use recoup_tests::one_store_api::{OneStoreEmulator, error};
use recoup_tests::wire::{client, impatient_client, written};
use serde_json::json;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_123);
const APP: &str = "com.example/game";
const SECRET: &str = "vxIMAGcVz3DAx20uDBr/IDWNJAPNHFl7YruF4uxB6BI=";

struct Shop {
    emulator: OneStoreEmulator,
    section: OneStoreSection,
    api: OneStoreApi,
}

impl Shop {
    fn new() -> Self {
        let emulator = OneStoreEmulator::start(APP, SECRET, NOW.millis());
        let section = OneStoreSection {
            client_secret: Some(Secret::new(SECRET)),
            api_url: Some(emulator.url()),
            ..section()
        };
        let api = OneStoreApi::new(std::slice::from_ref(&section), client()).unwrap().unwrap();
        Self { emulator, section, api }
    }

    fn with(change: impl FnOnce(&mut OneStoreSection)) -> Self {
        let mut shop = Self::new();
        change(&mut shop.section);
        shop.api = OneStoreApi::new(&[shop.section.clone()], client()).unwrap().unwrap();
        shop
    }

    fn voided(&self, count: i64) {
        for n in 0..count {
            let row = json!({"purchaseId": format!("P{n}"), "purchaseTime": NOW.millis() - 9_000,
                             "voidedTime": NOW.millis() - n, "purchaseToken": format!("T{n}"),
                             "marketCode": "MKT_ONE"});
            self.emulator.with(|state| state.voided.push(row));
        }
    }

    fn page(&self, page: Option<&str>, now: Timestamp) -> Result<SweepPage, ApiError> {
        let from = NOW.plus(Span::from_millis(-self.api.window(APP, NOW).millis()));
        let answer = self.api.page(APP, (from, now), page, now);
        if let Err(error) = &answer {
            let shown = format!("{error} {error:?}");
            assert!(
                ![SECRET, "680b3621", "680363621"].iter().any(|secret| shown.contains(secret)),
                "{shown}"
            );
        }
        answer
    }

    fn sweep(&self) -> Vec<Signal> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let page = self.page(next.as_deref(), NOW).unwrap();
            found.extend(page.found.into_iter().map(|(signal, _)| signal));
            next = page.next;
            if next.is_none() {
                return found;
            }
        }
    }

    fn written(&self) -> Vec<String> {
        self.emulator.received().iter().map(written).collect()
    }

    /// How often a token was requested.
    fn tokens(&self) -> usize {
        self.written().iter().filter(|request| request.starts_with("POST /v7/oauth/token\n")).count()
    }
}

fn section() -> OneStoreSection {
    let store = OneStore::new().unwrap();
    let text = json!({"one_store": [{"client_id": APP, "license_key": store.license_key().unwrap()}]});
    Config::from_json(text.to_string().as_bytes(), "").unwrap().one_store.remove(0)
}

fn token_request(market: &str) -> String {
    let lines = [
        "POST /v7/oauth/token",
        "content-type: application/x-www-form-urlencoded",
        &format!("x-market-code: {market}"),
        "grant_type=client_credentials&client_id=com.example%2Fgame\
         &client_secret=vxIMAGcVz3DAx20uDBr%2FIDWNJAPNHFl7YruF4uxB6BI%3D",
    ];
    lines.join("\n")
}

fn request(target: &str, market: &str) -> String {
    let lines = [
        &format!("GET /v7/apps/com.example%2Fgame/{target}"),
        "authorization: Bearer 680b3621-0",
        "content-type: application/json",
        &format!("x-market-code: {market}"),
    ];
    lines.join("\n")
}

#[test]
fn a_row_that_cannot_be_read_holds_up_no_other_and_what_is_strange_costs_no_refund() {
    let shop = Shop::new();
    let body = r#"{"voidedPurchaseList":[{"voidedTime":1},7,{"purchaseId":"P1"},
        {"purchaseId":"P2","voidedTime":"yesterday","purchaseToken":1,"purchaseTime":{}}]}"#;
    shop.emulator.with(|state| state.faults.push_back(answer(200, body)));
    let page = shop.page(None, NOW).unwrap();
    let bodies: Vec<_> = page.unread.iter().map(|(_, body)| body.as_slice()).collect();
    assert_eq!(bodies, [br#"{"voidedTime":1}"#.as_slice(), b"7"]);
    assert!(page.unread.iter().all(|(problem, _)| problem.contains("voidedPurchaseList")), "{page:?}");
    let ids: Vec<_> =
        page.found.iter().map(|(signal, _)| (signal.notification_id.as_str(), signal.at)).collect();
    assert_eq!(ids, [("P1:VOIDED", NOW), ("P2:VOIDED", NOW)]);
}

#[test]
fn a_sweep_of_all_that_is_remembered_is_not_refused_while_it_is_under_way() {
    let shop = Shop::new();
    // Their clock is ahead of this one, and the second page is requested later.
    shop.emulator.with(|state| state.now += 60_000);
    assert_eq!(shop.page(None, NOW).unwrap().next, None);
}

#[test]
fn a_month_is_never_longer_than_the_calendars_wherever_the_day_has_begun() {
    let shop = Shop::new();
    for (at, days) in [
        ("2026-02-28T12:00:00Z", 30),
        // In Korea it is March.
        ("2026-02-28T16:00:00Z", 28),
        ("2026-03-31T14:00:00Z", 28),
        // In Korea it is April, and still March elsewhere.
        ("2026-03-31T16:00:00Z", 28),
        ("2026-04-01T00:00:00Z", 30),
        ("2028-03-15T00:00:00Z", 29),
        ("2026-01-01T00:00:00Z", 30),
        ("2026-09-21T00:00:00Z", 30),
    ] {
        let now: Timestamp = at.parse().unwrap();
        assert_eq!(shop.api.window(APP, now), Span::from_hours(days * 24 - 1), "{at}");
        let from = now.plus(Span::from_millis(-shop.api.window(APP, now).millis()));
        shop.emulator.with(|state| state.now = now.millis() + 60_000);
        assert!(shop.api.page(APP, (from, now), None, now).is_ok(), "{at}");
    }
}

#[test]
fn a_sweeps_requests_are_as_one_store_documents_them() {
    let shop = Shop::new();
    shop.voided(250);
    let found = shop.sweep();
    assert_eq!(found.len(), 250);
    let (from, to) = (NOW.millis() - (30 * 24 - 1) * 3_600_000, NOW.millis());
    let list = |key: &str| {
        request(&format!("voided-purchases?startTime={from}&endTime={to}&maxResults=100{key}"), "MKT_ONE")
    };
    let expected = [
        token_request("MKT_ONE"),
        list(""),
        list("&continuationKey=page%20100"),
        list("&continuationKey=page%20200"),
    ];
    assert_eq!(shop.written(), expected);
    assert_eq!(shop.sweep(), found);
}

#[test]
fn a_voided_purchase_is_all_of_it_refunded_and_confirmed() {
    let shop = Shop::new();
    shop.voided(2);
    let page = shop.page(None, NOW).unwrap();
    let (signal, piece) = &page.found[1];
    assert_eq!(serde_json::from_slice::<serde_json::Value>(piece).unwrap()["purchaseId"], "P1");
    assert_eq!((signal.notification_id.as_str(), signal.name.as_str()), ("P1:VOIDED", "voidedPurchase"));
    // It may be a test phone's.
    assert_eq!((signal.place.app.as_str(), signal.place.environment), (APP, None));
    let Meaning::Case { key, fact: Fact { at, what, trust, about } } = &signal.meaning else {
        panic!("{signal:?}")
    };
    assert_eq!(*key, CaseKey::Order("P1".to_owned()));
    assert_eq!((*at, *trust), (NOW.plus(Span::from_millis(-1)), Trust::Confirmed));
    assert!(
        matches!(what, FactKind::Refunded { step: None, extent: Extent::Full, reason: None, .. }),
        "{what:?}"
    );
    assert_eq!((about.order_id.as_deref(), about.purchase_token.as_deref()), (Some("P1"), Some("T1")));
    assert_eq!(about.purchased_at, Some(NOW.plus(Span::from_millis(-9_000))));
}

#[test]
fn names_with_a_space_at_the_end_are_read_as_well() {
    let shop = Shop::new();
    shop.voided(101);
    shop.emulator.with(|state| {
        state.list_key = "voidedPurchaseList ";
        state.next_key = "continuationKey ";
    });
    assert_eq!(shop.sweep().len(), 101);
}

#[test]
fn a_list_that_is_null_has_nothing_in_it_and_neither_has_an_empty_key() {
    for name in ["voidedPurchaseList", "voidedPurchaseList "] {
        let shop = Shop::new();
        let body = format!(r#"{{"{name}":null,"continuationKey":""}}"#);
        shop.emulator.with(|state| state.faults.push_back(answer(200, &body)));
        assert_eq!(shop.page(None, NOW), Ok(SweepPage::default()));
    }
}

#[test]
fn the_end_is_not_in_the_future_and_neither_is_a_refund() {
    let shop = Shop::new();
    shop.voided(1);
    let later = NOW.plus(Span::from_hours(1));
    let page = shop.api.page(APP, (NOW.plus(Span::from_days(-1)), later), None, NOW).unwrap();
    assert_eq!(page.found.len(), 1);
    // Nine hours ahead, should the milliseconds be of Korean time.
    let row = json!({"purchaseId": "P9", "voidedTime": NOW.millis() + 9 * 3_600_000});
    let body = json!({"voidedPurchaseList": [row]}).to_string();
    shop.emulator.with(|state| state.faults.push_back(answer(200, &body)));
    assert_eq!(shop.page(None, NOW).unwrap().found[0].0.at, NOW);
    assert!(shop.api.overlap().millis() > 9 * 3_600_000);
}

#[test]
fn a_token_serves_until_one_store_gives_another() {
    let shop = Shop::new();
    let at = |seconds: i64| {
        let now = NOW.plus(Span::from_millis(seconds * 1000));
        shop.emulator.with(|state| state.now = now.millis());
        let from = now.plus(Span::from_days(-1));
        shop.api.page(APP, (from, now), None, now).unwrap();
        shop.tokens()
    };
    assert_eq!([at(0), at(1), at(2999)], [1, 1, 1]);
    assert_eq!([at(3001), at(3002), at(6000)], [2, 2, 2]);
    assert_eq!(at(6002), 3);
    // A clock that was set back.
    assert_eq!(at(5000), 4);
}

#[test]
fn a_refused_token_is_fetched_again_once() {
    let shop = Shop::new();
    shop.page(None, NOW).unwrap();
    shop.emulator.with(|state| state.tokens[0].1 = 0);
    shop.page(None, NOW).unwrap();
    assert_eq!(shop.tokens(), 2);
    for _ in 0..2 {
        shop.emulator.with(|state| state.faults.push_back(error(401, "AccessTokenExpired")));
    }
    let refused = shop.page(None, NOW).unwrap_err();
    assert_eq!(refused.code(), "api_credentials");
    assert!(refused.to_string().contains("AccessTokenExpired"), "{refused}");
    assert_eq!(shop.tokens(), 3);
}

#[test]
fn a_market_has_its_own_purchases() {
    let global = Shop::with(|section| section.market_code = MarketCode::Global);
    global.voided(1);
    let missing = global.page(None, NOW).unwrap_err();
    assert!(matches!(&missing, ApiError::Refused { status: 404, code, .. } if code == "NoSuchData"));
    assert!(missing.to_string().contains("market_code"), "{missing}");
    global.emulator.with(|state| state.market = "MKT_GLB");
    assert_eq!(global.sweep().len(), 1);
    assert_eq!(global.written()[0], token_request("MKT_GLB"));
    assert!(global.written()[1].ends_with("\nx-market-code: MKT_GLB"));
}

#[test]
fn the_sandbox_is_distinguished() {
    let shop = Shop::with(|section| section.sandbox = true);
    shop.voided(1);
    assert_eq!(shop.sweep()[0].place.environment, Some(Environment::Sandbox));
}

#[test]
fn details_are_requested_as_one_store_documents_them() {
    let shop = Shop::new();
    let purchase = json!({"consumptionState": 0, "developerPayload": "ann", "purchaseState": 1,
        "purchaseTime": 1_345_678_900_000_i64, "purchaseId": "P1", "acknowledgeState": 1, "quantity": 2});
    let subscription = json!({"acknowledgementState": 1, "autoRenewing": false, "paymentState": null,
        "lastPurchaseId": "P2", "linkedPurchaseToken": null, "startTimeMillis": 1_623_337_199_000_i64,
        "expiryTimeMillis": 1_625_929_199_000_i64, "cancelledTimeMillis": 1_625_929_199_000_i64, "cancelReason": 1});
    shop.emulator.with(|state| {
        state.details.insert("inapp/gems 1/a+b=c%/..".to_owned(), purchase);
        state.details.insert("subscription/pass/T2".to_owned(), subscription);
    });
    let bought = shop.api.purchase_details(APP, "gems 1", "a+b=c%/..", NOW).unwrap();
    assert_eq!((bought.purchase_id.as_str(), bought.purchase_state), ("P1", PurchaseState::Canceled));
    assert_eq!((bought.is_consumed, bought.is_acknowledged), (Some(false), Some(true)));
    assert_eq!((bought.quantity, bought.developer_payload.as_deref()), (Some(2), Some("ann")));
    assert_eq!(bought.purchased_at, Some(Timestamp::from_millis(1_345_678_900_000)));
    let subscribed = shop.api.subscription_details(APP, "pass", "T2", NOW).unwrap();
    assert_eq!(subscribed.last_purchase_id.as_deref(), Some("P2"));
    assert_eq!((subscribed.is_auto_renewing, subscribed.payment_state), (Some(false), None));
    assert_eq!((subscribed.cancel_reason, subscribed.linked_purchase_token), (Some(1), None));
    let ends = Some(Timestamp::from_millis(1_625_929_199_000));
    assert_eq!((subscribed.expires_at, subscribed.canceled_at), (ends, ends));
    let expected = [
        token_request("MKT_ONE"),
        request("purchases/inapp/products/gems%201/a%2Bb%3Dc%25%2F..", "MKT_ONE"),
        request("purchases/subscription/products/pass/T2", "MKT_ONE"),
    ];
    assert_eq!(shop.written(), expected);
    let unknown = shop.api.purchase_details(APP, "pass", "T2", NOW).unwrap_err();
    assert!(matches!(&unknown, ApiError::Refused { code, .. } if code == "NoSuchData"), "{unknown}");
    for (path, bad) in
        [("inapp/a/b", json!({"purchaseId": "P", "purchaseState": 2})), ("subscription/a/b", json!({}))]
    {
        shop.emulator.with(|state| state.details.insert(path.to_owned(), bad));
    }
    assert_eq!(shop.api.purchase_details(APP, "a", "b", NOW).unwrap_err().code(), "api_unreadable");
    assert_eq!(shop.api.subscription_details(APP, "a", "b", NOW).unwrap_err().code(), "api_unreadable");
}

#[test]
fn each_refusal_has_whether_to_retry() {
    for (reply, code, retryable) in [
        (error(403, "AccessBlocked"), "api_refused", false),
        (error(404, "ResourceNotFound"), "api_refused", false),
        (error(409, "InvalidPurchaseState"), "api_refused", false),
        (error(429, "TooManyRequests"), "api_refused", true),
        (error(500, "InternalError"), "api_refused", true),
        (error(503, "ServiceMaintenance"), "api_refused", true),
        (answer(404, "<html>not here</html>"), "api_refused", false),
        (answer(200, "<html>ok</html>"), "api_unreadable", false),
        (answer(200, "{}"), "api_unreadable", false),
        (answer(200, r#"{"voidedPurchaseList":{}}"#), "api_unreadable", false),
        (Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()), "api_transport", true),
    ] {
        let shop = Shop::new();
        let shown = format!("{reply:?}");
        shop.emulator.with(|state| state.faults.push_back(reply));
        let error = shop.page(None, NOW).unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (code, retryable), "{shown}: {error}");
    }
}

#[test]
fn without_a_token_nothing_is_requested() {
    let secret_in_words = error(401, &format!("{SECRET} is not the secret"));
    for (reply, code, retryable) in [
        (error(401, "UnauthorizedClient"), "api_credentials", false),
        (error(403, "AccessBlocked"), "api_credentials", false),
        (secret_in_words, "api_credentials", false),
        (error(503, "ServiceMaintenance"), "api_refused", true),
        (answer(200, r#"{"access_token":"","expires_in":3600}"#), "api_unreadable", false),
        (answer(200, r#"{"access_token":"a\r\nb: c","expires_in":3600}"#), "api_unreadable", false),
        (answer(200, r#"{"access_token":"a"}"#), "api_unreadable", false),
        (answer(200, r#"{"access_token":680363621,"expires_in":3600}"#), "api_unreadable", false),
        (Reply::Raw(b"HTTP/1.1 200 OK\r\n".to_vec()), "api_transport", true),
    ] {
        let shop = Shop::new();
        let shown = format!("{reply:?}");
        shop.emulator.with(|state| state.token_faults.push_back(reply));
        let error = shop.page(None, NOW).unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (code, retryable), "{shown}: {error}");
        assert_eq!(shop.written().len(), 1, "{shown}");
        shop.page(None, NOW).unwrap();
    }
}

#[test]
fn a_page_that_leads_to_itself_is_an_error() {
    let shop = Shop::new();
    let body = r#"{"voidedPurchaseList":[],"continuationKey":"again"}"#;
    shop.emulator.with(|state| state.faults.push_back(answer(200, body)));
    assert_eq!(shop.page(Some("again"), NOW).unwrap_err().code(), "api_unreadable");
}

#[test]
fn a_request_to_a_store_that_does_not_answer_times_out() {
    let shop = Shop::new();
    let api = OneStoreApi::new(std::slice::from_ref(&shop.section), impatient_client()).unwrap().unwrap();
    shop.emulator.with(|state| state.token_faults.push_back(Reply::Silence));
    let error = api.page(APP, (NOW, NOW), None, NOW).unwrap_err();
    assert!(matches!(error, ApiError::Transport { source: TransportError::Timeout { .. } }), "{error}");
}

#[test]
fn secrets_are_read_once_and_never_shown() {
    let with = |secret: Option<&str>, client_id: &str| OneStoreSection {
        client_id: client_id.to_owned(),
        client_secret: secret.map(Secret::new),
        ..section()
    };
    let api = |sections: &[OneStoreSection]| OneStoreApi::new(sections, client());
    assert!(api(&[with(None, "a")]).unwrap().is_none());
    let two = api(&[with(None, "a"), with(Some(SECRET), "a"), with(Some(SECRET), "b")]).unwrap().unwrap();
    assert_eq!(two.apps(), ["a", "b"]);
    let error = two.page("c", (NOW, NOW), None, NOW).unwrap_err();
    assert_eq!(error.code(), "api_not_configured");
    let shown = format!("{two:?} {:?} {error}", with(Some(SECRET), "b"));
    assert!(!shown.contains(SECRET), "{shown}");
    let error = api(&[with(Some(SECRET), "a"), with(Some(SECRET), "a")]).unwrap_err().to_string();
    assert!(error.contains("one_store[1].client_secret") && !error.contains(SECRET), "{error}");
}

#[test]
fn the_configuration_names_market_and_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
    let key = OneStore::new().unwrap().license_key().unwrap();
    let config = |api: &str| {
        let text = format!(r#"{{"one_store":[{{"client_id":"a","license_key":"{key}",{api}}}]}}"#);
        Config::from_json(text.as_bytes(), folder.path())
    };
    let read = config(r#""client_secret_file":"secret","market_code":"MKT_GLB","sandbox":true"#).unwrap();
    assert_eq!(read.one_store[0].market_code, MarketCode::Global);
    assert!(OneStoreApi::new(&read.one_store, client()).unwrap().is_some());
    for bad in [r#""client_secret":7"#, r#""market_code":"MKT_STM""#, r#""api_url":"ftp://h""#] {
        assert!(config(bad).unwrap_err().to_string().contains("one_store[0]."), "{bad}");
    }
}

fn unexplained(hours_after: i64, product: Option<&str>) -> UnexplainedRefund {
    UnexplainedRefund {
        refund: 7,
        at: NOW,
        environment: None,
        about: OrderDetails {
            order_id: Some("P1".to_owned()),
            purchase_token: Some("T1".to_owned()),
            product: product.map(str::to_owned),
            purchased_at: Some(NOW.plus(Span::from_hours(-hours_after))),
            ..OrderDetails::default()
        },
    }
}

/// The cancellation in a purchase's details.
fn explained(hours_after: i64, acknowledged: i64, consumed: i64) -> (Option<Reason>, Option<bool>, bool) {
    let shop = Shop::new();
    let purchased_at = NOW.plus(Span::from_hours(-hours_after));
    let details = json!({"consumptionState": consumed, "purchaseState": 1, "purchaseTime": purchased_at.millis(),
        "purchaseId": "P1", "acknowledgeState": acknowledged, "quantity": 1});
    shop.emulator.with(|state| drop(state.details.insert("inapp/gems/T1".to_owned(), details)));
    let explanation =
        recoup::ExplainsRefunds::explain(&shop.api, APP, &[unexplained(hours_after, Some("gems"))], NOW);
    assert_eq!(explanation.fault, None);
    let Meaning::Case { fact, .. } = &explanation.found[0].0.meaning else { panic!("{explanation:?}") };
    assert_eq!((fact.at, fact.trust), (NOW, Trust::Confirmed), "the same refund as was pushed");
    let FactKind::Refunded { reason, .. } = fact.what else { panic!("{fact:?}") };
    (reason, fact.about.acknowledged, explanation.complete == [7])
}

#[test]
fn one_store_itself_cancels_an_unacknowledged_purchase_after_three_days() {
    let unacknowledged = Some(Reason::Unacknowledged);
    assert_eq!(explained(72, 0, 0), (unacknowledged, Some(false), true));
    assert_eq!(explained(72, 1, 0), (None, Some(true), true));
    assert_eq!(explained(72, 0, 1), (None, Some(true), true), "consuming acknowledges");
    assert_eq!(explained(5, 0, 0), (None, Some(false), true), "too early for ONE Store to cancel by itself");
}

#[test]
fn a_refund_without_a_cause_in_its_details_is_looked_up_in_the_voided_purchases() {
    let shop = Shop::new();
    shop.voided(2);
    for product in [None, Some("pass")] {
        let explanation = recoup::ExplainsRefunds::explain(&shop.api, APP, &[unexplained(72, product)], NOW);
        assert_eq!(
            (explanation.fault, explanation.complete.len()),
            (None, 0),
            "ONE Store may report more later"
        );
        assert_eq!(explanation.found.len(), 2);
    }
}

#[test]
fn an_old_cancellation_is_searched_only_as_far_back_as_one_store_lists() {
    let shop = Shop::new();
    shop.voided(2);
    let old = |hours: i64| UnexplainedRefund {
        at: NOW.plus(Span::from_hours(-hours)),
        ..unexplained(hours + 72, None)
    };
    let explain = |hours| recoup::ExplainsRefunds::explain(&shop.api, APP, &[old(hours)], NOW);
    // ONE Store refuses a start of more than a month ago.
    let explanation = explain(30 * 24 + 10);
    assert_eq!((explanation.fault, explanation.found.len()), (None, 2));
    let sent = shop.written().len();
    assert_eq!(explain(40 * 24), recoup::Explanation::default());
    assert_eq!(shop.written().len(), sent, "nothing was requested");
}
