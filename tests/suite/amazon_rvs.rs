//! Amazon's Receipt Verification Service, against a server that behaves as its documents say.

use recoup::amazon::{AmazonApi, AmazonSection, CancelReason, ReceiptType};
use recoup::transport::{Secret, TransportError};
use recoup::{
    ApiError, CaseKey, CheckedReceipt, ChecksReceipts as _, Config, Environment, ExplainsRefunds as _,
    Extent, Fact, FactKind, Initiator, KnownReceipt, Meaning, OrderDetails, ProductType, Reason,
    ReceiptStanding, Signal, Timestamp, Trust, UnexplainedRefund,
};
use recoup_tests::amazon_rvs::{RvsEmulator, canceled, receipt};
use recoup_tests::http_server::{Reply, answer};
use recoup_tests::wire::{client, impatient_client, written};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_123);
const APP: &str = "com.example.game";
const SECRET: &str = "2:smXBjZkWCxDMSBvQ8HBGsUS1PK3jvVc8:abc/d==";
const USER: &str = "l3HL7XppEMhrOGDnur9-ulvqomrSg6qyODKmah76lJU=";
const DAY: i64 = 86_400_000;

struct Shop {
    emulator: RvsEmulator,
    section: AmazonSection,
    api: AmazonApi,
}

impl Shop {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut AmazonSection)) -> Self {
        let emulator = RvsEmulator::start(SECRET);
        let mut section = AmazonSection {
            shared_secret: Some(Secret::new(SECRET)),
            rvs_url: Some(emulator.url()),
            ..section()
        };
        change(&mut section);
        let api = AmazonApi::new(std::slice::from_ref(&section), client()).unwrap().unwrap();
        Self { emulator, section, api }
    }

    /// The result of each receipt: the service's fault for those that it kept from being queried.
    fn check(&self, ids: &[&str]) -> Vec<Checked> {
        let (checked, fault) = self.api.check(APP, &known(ids), NOW);
        let mut found: Vec<Checked> = checked.into_iter().map(answered).collect();
        assert!(fault.is_some() || found.len() == ids.len());
        if let Some(fault) = fault {
            found.resize(ids.len(), Err(fault));
        }
        for error in found.iter().filter_map(|found| found.as_ref().err()) {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("smXB"), "{shown}");
        }
        found
    }

    /// The result of a receipt.
    fn reported(&self, receipt: &Value) -> Option<Signal> {
        self.emulator.add(USER, receipt);
        let mut found = self.check(&[receipt["receiptId"].as_str().unwrap()]);
        found.remove(0).unwrap().map(|(signal, _)| signal)
    }
}

type Checked = Result<Option<(Signal, Vec<u8>)>, ApiError>;

fn answered(checked: CheckedReceipt) -> Checked {
    match checked {
        CheckedReceipt::Reported { found, .. } => Ok(found.map(|found| *found)),
        CheckedReceipt::Unread { problem, .. } => Err(ApiError::Unreadable { problem }),
        CheckedReceipt::Refused(error) | CheckedReceipt::Failed(error) => Err(error),
        other => panic!("{other:?}"),
    }
}

fn known(ids: &[&str]) -> Vec<KnownReceipt> {
    ids.iter().map(|id| KnownReceipt { user_id: USER.to_owned(), receipt_id: (*id).to_owned() }).collect()
}

fn section() -> AmazonSection {
    let text = json!({"amazon": [{"package_name": APP, "topic_arn": "arn:aws:sns:us-east-1:1:t"}]});
    Config::from_json(text.to_string().as_bytes(), "").unwrap().amazon.remove(0)
}

fn bought(id: &str, product_type: &str) -> Value {
    receipt(id, product_type, NOW.millis() - 30 * DAY)
}

fn fact(signal: &Signal) -> &Fact {
    match &signal.meaning {
        Meaning::Case { fact, .. } => fact,
        other => panic!("no case: {other:?}"),
    }
}

fn why(signal: &Signal) -> (Option<Reason>, Option<Initiator>) {
    match &fact(signal).what {
        FactKind::Refunded { reason, initiator, .. } => (*reason, *initiator),
        other => panic!("no refund: {other:?}"),
    }
}

#[test]
fn a_receipt_is_queried_as_amazon_documents_it() {
    let id = "q1YqVbJSyjH28DGPKChw9c0o8nd3y=:3:11/..";
    let of = |shop: &Shop| {
        shop.emulator.add(USER, &bought(id, "CONSUMABLE"));
        shop.api.receipt(APP, USER, id).unwrap();
        shop.emulator.received().iter().map(written).collect::<Vec<_>>()
    };
    let path = "version/1.0/verifyReceiptId/developer/2:smXBjZkWCxDMSBvQ8HBGsUS1PK3jvVc8:abc%2Fd==\
                /user/l3HL7XppEMhrOGDnur9-ulvqomrSg6qyODKmah76lJU=\
                /receiptId/q1YqVbJSyjH28DGPKChw9c0o8nd3y=:3:11%2F..";
    assert_eq!(of(&Shop::new()), [format!("GET /{path}")]);
    assert_eq!(of(&Shop::with(|section| section.sandbox = true)), [format!("GET /sandbox/{path}")]);
}

#[test]
fn every_member_of_a_receipt_is_read() {
    let shop = Shop::new();
    let time = Timestamp::from_millis;
    let full = json!({
        "autoRenewing": true, "betaProduct": true, "cancelDate": 1, "cancelReason": 2, "countryCode": "DE",
        "deferredDate": 3, "deferredSku": "sub2", "freeTrialEndDate": 4, "fulfillmentDate": 5,
        "fulfillmentResult": "UNAVAILABLE", "gracePeriodEndDate": 6, "parentProductId": "p", "productId": "sub1",
        "productType": "SUBSCRIPTION", "promotions": [{"promotionType": "x"}], "purchaseDate": 7, "quantity": 8,
        "receiptId": "R1", "renewalDate": 9, "term": "1 Week", "termSku": "sub1-weekly", "testTransaction": true,
    });
    shop.emulator.add(USER, &full);
    let receipt = shop.api.receipt(APP, USER, "R1").unwrap();
    assert_eq!((receipt.receipt_id.as_str(), receipt.product_id.as_deref()), ("R1", Some("sub1")));
    assert_eq!(
        (receipt.product_type, receipt.parent_product_id),
        (ReceiptType::Subscription, Some("p".to_owned()))
    );
    assert_eq!((receipt.auto_renewing, receipt.quantity), (Some(true), Some(8)));
    assert!(receipt.beta_product && receipt.test_transaction);
    assert_eq!((receipt.cancel_date, receipt.cancel_reason), (Some(time(1)), CancelReason::Amazon));
    assert_eq!((receipt.deferred_date, receipt.deferred_sku.as_deref()), (Some(time(3)), Some("sub2")));
    assert_eq!((receipt.free_trial_end_date, receipt.fulfillment_date), (Some(time(4)), Some(time(5))));
    assert_eq!(receipt.fulfillment_result.as_deref(), Some("UNAVAILABLE"));
    assert_eq!((receipt.grace_period_end_date, receipt.purchase_date), (Some(time(6)), Some(time(7))));
    assert_eq!((receipt.renewal_date, receipt.country_code.as_deref()), (Some(time(9)), Some("DE")));
    assert_eq!((receipt.term.as_deref(), receipt.term_sku.as_deref()), (Some("1 Week"), Some("sub1-weekly")));

    shop.emulator.add(USER, &json!({"receiptId": "R2", "productType": "RENTAL", "cancelReason": 3}));
    let bare = shop.api.receipt(APP, USER, "R2").unwrap();
    assert_eq!(bare.product_type, ReceiptType::Other("RENTAL".to_owned()));
    assert_eq!((bare.cancel_reason, bare.cancel_reason.number()), (CancelReason::Other(3), 3));
    assert!(!bare.beta_product && !bare.test_transaction && bare.cancel_date.is_none());
}

#[test]
fn a_cancelled_consumable_is_refunded_and_confirmed() {
    let shop = Shop::new();
    let at = NOW.millis() - DAY;
    let receipt = canceled(bought("R1", "CONSUMABLE"), at, json!(1));
    let signal = shop.reported(&receipt).unwrap();
    assert_eq!(signal.notification_id, format!("R1:{at}:1"));
    assert_eq!((signal.name.as_str(), signal.at.millis()), ("verifyReceiptId", at));
    assert_eq!((signal.place.app.as_str(), signal.place.environment), (APP, None));
    let Meaning::Case { key, fact: Fact { at: when, what, trust, about } } = &signal.meaning else {
        panic!("{signal:?}")
    };
    assert_eq!(*key, CaseKey::Order("R1".to_owned()));
    assert_eq!((when.millis(), *trust), (at, Trust::Confirmed));
    let expected = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: Some(Reason::Remorse),
        initiator: Some(Initiator::Player),
        subscription_live: None,
    };
    assert_eq!(*what, expected);
    assert_eq!((about.order_id.as_deref(), about.account_tag.as_deref()), (Some("R1"), Some(USER)));
    assert_eq!((about.product.as_deref(), about.quantity), (Some("gems_100"), Some(1)));
    assert_eq!(about.product_type, Some(ProductType::Consumable));
    assert_eq!(about.purchased_at.unwrap().millis(), NOW.millis() - 30 * DAY);
    let found = shop.check(&["R1"]).remove(0).unwrap().unwrap();
    assert_eq!(found.0, signal);
    assert_eq!(serde_json::from_slice::<Value>(&found.1).unwrap(), receipt);
}

#[test]
fn why_may_be_reported_later_under_another_id() {
    let shop = Shop::new();
    let at = NOW.millis() - DAY;
    for (reason, expected, id) in [
        (json!(null), (None, None), format!("R1:{at}:0")),
        (json!(0), (None, None), format!("R1:{at}:0")),
        (json!(1), (Some(Reason::Remorse), Some(Initiator::Player)), format!("R1:{at}:1")),
        (json!(2), (Some(Reason::Other), Some(Initiator::Store)), format!("R1:{at}:2")),
        (json!(3), (None, None), format!("R1:{at}:3")),
    ] {
        let signal = shop.reported(&canceled(bought("R1", "ENTITLED"), at, reason)).unwrap();
        assert_eq!((why(&signal), signal.notification_id.clone()), (expected, id));
        assert_eq!(fact(&signal).trust, Trust::Confirmed);
    }
}

#[test]
fn a_receipt_without_a_refund_reports_nothing() {
    let shop = Shop::new();
    let past = NOW.millis() - DAY;
    let mut ran_out = canceled(bought("R5", "SUBSCRIPTION"), past, json!(1));
    ran_out["renewalDate"] = json!(past);
    for receipt in [
        bought("R1", "CONSUMABLE"),
        bought("R2", "SUBSCRIPTION"),
        // Another plan took its place.
        canceled(bought("R3", "SUBSCRIPTION"), past, json!(4)),
        // Why is not known yet.
        canceled(bought("R4", "SUBSCRIPTION"), past, json!(0)),
        // It was not renewed.
        ran_out,
        // It is yet to come.
        canceled(bought("R6", "SUBSCRIPTION"), NOW.millis() + 1, json!(1)),
    ] {
        assert_eq!(shop.reported(&receipt), None, "{receipt}");
    }
}

#[test]
fn a_cancelled_subscription_is_a_hint() {
    let shop = Shop::new();
    let past = NOW.millis() - DAY;
    for (reason, renewal) in [(1, json!(null)), (2, json!(null)), (1, json!(past + 1))] {
        let mut receipt = canceled(bought("R1", "SUBSCRIPTION"), past, json!(reason));
        receipt["renewalDate"] = renewal;
        let signal = shop.reported(&receipt).unwrap();
        assert_eq!((fact(&signal).trust, fact(&signal).at.millis()), (Trust::Hint, past));
        assert!(matches!(fact(&signal).what, FactKind::Refunded { subscription_live: Some(false), .. }));
    }
}

#[test]
fn a_deleted_receipt_is_a_hint_unless_it_reports_more() {
    let shop = Shop::new();
    shop.emulator.with(|state| state.faults.push_back(answer(410, "")));
    let (signal, body) = shop.check(&["R1"]).remove(0).unwrap().unwrap();
    assert_eq!((signal.notification_id.as_str(), signal.name.as_str()), ("R1:410", "verifyReceiptId 410"));
    assert_eq!((fact(&signal).trust, fact(&signal).at, body.len()), (Trust::Hint, NOW, 0));
    assert_eq!(fact(&signal).about.account_tag.as_deref(), Some(USER));
    let reported = canceled(bought("R1", "CONSUMABLE"), NOW.millis() - DAY, json!(1)).to_string();
    shop.emulator.with(|state| state.faults.push_back(answer(410, &reported)));
    let (signal, _) = shop.check(&["R1"]).remove(0).unwrap().unwrap();
    assert_eq!((fact(&signal).trust, fact(&signal).at.millis()), (Trust::Confirmed, NOW.millis() - DAY));
    shop.emulator.with(|state| state.faults.push_back(answer(410, "")));
    let error = shop.api.receipt(APP, USER, "R1").unwrap_err();
    assert!(matches!(error, ApiError::Refused { status: 410, retryable: false, .. }), "{error}");
}

#[test]
fn a_receipt_is_settled_once_it_is_reported_who_cancelled_it() {
    use ReceiptStanding::{Open, Renews, Settled};
    let shop = Shop::new();
    let (past, ahead) = (NOW.millis() - DAY, NOW.millis() + 1);
    for (receipt, expected) in [
        (bought("R1", "CONSUMABLE"), Open),
        (canceled(bought("R1", "CONSUMABLE"), past, json!(0)), Open),
        (canceled(bought("R1", "CONSUMABLE"), past, json!(3)), Open),
        (canceled(bought("R1", "ENTITLED"), past, json!(1)), Settled),
        (bought("R1", "SUBSCRIPTION"), Renews),
        (canceled(bought("R1", "SUBSCRIPTION"), ahead, json!(1)), Renews),
        (canceled(bought("R1", "SUBSCRIPTION"), past, json!(null)), Open),
        (canceled(bought("R1", "SUBSCRIPTION"), past, json!(2)), Settled),
        (canceled(bought("R1", "SUBSCRIPTION"), past, json!(4)), Settled),
    ] {
        shop.emulator.add(USER, &receipt);
        let (checked, _) = shop.api.check(APP, &known(&["R1"]), NOW);
        let CheckedReceipt::Reported { standing, .. } = &checked[0] else { panic!("{checked:?}") };
        assert_eq!(*standing, expected, "{receipt}");
    }
    shop.emulator.with(|state| state.faults.push_back(answer(410, "")));
    let (checked, _) = shop.api.check(APP, &known(&["R1"]), NOW);
    assert!(matches!(&checked[0], CheckedReceipt::Reported { standing: Settled, .. }), "{checked:?}");
}

#[test]
fn tests_and_betas_are_the_sandbox() {
    let of = |shop: &Shop, member: Option<&str>| {
        let mut receipt = canceled(bought("R1", "CONSUMABLE"), NOW.millis() - DAY, json!(1));
        if let Some(member) = member {
            receipt[member] = json!(true);
        }
        shop.reported(&receipt).unwrap().place.environment
    };
    let shop = Shop::new();
    assert_eq!(of(&shop, None), None);
    assert_eq!(of(&shop, Some("testTransaction")), Some(Environment::Sandbox));
    assert_eq!(of(&shop, Some("betaProduct")), Some(Environment::Sandbox));
    let sandbox = Shop::with(|section| section.sandbox = true);
    assert_eq!(of(&sandbox, None), Some(Environment::Sandbox));
    sandbox.emulator.with(|state| state.faults.push_back(answer(410, "")));
    let (signal, _) = sandbox.check(&["R1"]).remove(0).unwrap().unwrap();
    assert_eq!(signal.place.environment, Some(Environment::Sandbox));
}

#[test]
fn one_bad_receipt_affects_no_other() {
    let shop = Shop::new();
    shop.emulator.add(USER, &canceled(bought("R1", "CONSUMABLE"), NOW.millis() - DAY, json!(1)));
    shop.emulator.add("somebody", &bought("R2", "CONSUMABLE"));
    shop.emulator.add(USER, &json!({"receiptId": "R3", "productType": "CONSUMABLE", "cancelDate": "soon"}));
    let found = shop.check(&["R0", "R2", "R3", "", "R1"]);
    let codes: Vec<_> = found.iter().map(|found| found.as_ref().err().map(ApiError::code)).collect();
    let refused = Some("api_refused");
    assert_eq!(codes, [refused, refused, Some("api_unreadable"), Some("api_transport"), None]);
    assert!(matches!(found[0], Err(ApiError::Refused { status: 400, retryable: false, .. })));
    assert!(matches!(found[1], Err(ApiError::Refused { status: 497, retryable: false, .. })));
    assert!(matches!(&found[3], Err(ApiError::Transport { source }) if source.was_never_sent()));
    assert!(found[4].as_ref().unwrap().is_some());
    assert_eq!(shop.emulator.received().len(), 4);
}

#[test]
fn after_a_fault_of_the_service_the_rest_is_not_queried() {
    for (reply, code, retryable) in
        [(answer(429, ""), "api_refused", true), (answer(496, ""), "api_credentials", false)]
    {
        let shop = Shop::new();
        let shown = format!("{reply:?}");
        for id in ["R1", "R2", "R3"] {
            shop.emulator.add(USER, &canceled(bought(id, "CONSUMABLE"), 1, json!(1)));
        }
        shop.check(&["R1"]).remove(0).unwrap();
        shop.emulator.with(|state| state.faults.push_back(reply));
        let found = shop.check(&["R1", "R2", "R3"]);
        for found in &found {
            let error = found.as_ref().unwrap_err();
            assert_eq!((error.code(), error.is_retryable()), (code, retryable), "{shown}: {error}");
        }
        assert_eq!(shop.emulator.received().len(), 2, "{shown}");
        assert!(shop.check(&["R1", "R2", "R3"]).iter().all(Result::is_ok), "{shown}");
    }
}

#[test]
fn a_fault_of_one_receipt_stops_no_other() {
    for reply in [
        answer(500, ""),
        answer(503, "<html>"),
        Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()),
        Reply::Raw(b"nonsense\r\n\r\n".to_vec()),
    ] {
        let shop = Shop::new();
        let shown = format!("{reply:?}");
        for id in ["R1", "R2", "R3"] {
            shop.emulator.add(USER, &canceled(bought(id, "CONSUMABLE"), 1, json!(1)));
        }
        shop.emulator.with(|state| state.faults.push_back(reply));
        let (checked, fault) = shop.api.check(APP, &known(&["R1", "R2", "R3"]), NOW);
        assert!(fault.is_none() && checked.len() == 3, "{shown}: {checked:?}");
        assert!(matches!(checked[0], CheckedReceipt::Failed(_)), "{shown}: {checked:?}");
        assert!(
            checked[1..].iter().all(|checked| matches!(checked, CheckedReceipt::Reported { .. })),
            "{shown}"
        );
    }
}

#[test]
fn a_service_that_fails_one_receipt_after_the_other_is_down() {
    for (reply, requests) in [(answer(500, ""), 5), (Reply::Raw(b"nonsense\r\n\r\n".to_vec()), 2)] {
        let shop = Shop::new();
        shop.emulator.with(|state| state.faults.extend(std::iter::repeat_n(reply, 9)));
        let ids = ["R1", "R2", "R3", "R4", "R5", "R6", "R7"];
        let (checked, fault) = shop.api.check(APP, &known(&ids), NOW);
        assert!(fault.is_some());
        assert_eq!((checked.len(), shop.emulator.received().len()), (requests, requests));
        assert!(checked.iter().all(|checked| matches!(checked, CheckedReceipt::Failed(_))), "{checked:?}");
    }
}

#[test]
fn a_body_that_is_no_receipt_or_another_receipt_is_refused() {
    let other = bought("R2", "CONSUMABLE").to_string();
    for body in ["", "{}", "[]", "<html>", &other, r#"{"receiptId":"R1"}"#] {
        let shop = Shop::new();
        shop.emulator.with(|state| state.faults.push_back(answer(200, body)));
        assert_eq!(shop.api.receipt(APP, USER, "R1").unwrap_err().code(), "api_unreadable", "{body}");
    }
}

#[test]
fn a_request_to_a_service_that_does_not_answer_times_out_and_its_secret_is_not_shown() {
    let shop = Shop::new();
    let api = AmazonApi::new(std::slice::from_ref(&shop.section), impatient_client()).unwrap().unwrap();
    shop.emulator.with(|state| state.faults.push_back(Reply::Silence));
    let error = api.receipt(APP, USER, "R1").unwrap_err();
    assert!(matches!(error, ApiError::Transport { source: TransportError::Timeout { .. } }), "{error}");
    let shown = format!("{error} {error:?} {api:?} {:?}", shop.section);
    assert!(!shown.contains("smXB"), "{shown}");
}

#[test]
fn a_wrong_secret_is_reported_as_one() {
    let shop = Shop::with(|section| section.shared_secret = Some(Secret::new("other")));
    let error = shop.check(&["R1"]).remove(0).unwrap_err();
    assert_eq!(error.code(), "api_credentials");
    assert!(error.to_string().contains("496") && !error.to_string().contains("other"), "{error}");
}

#[test]
fn secrets_are_configured_once() {
    let with = |secret: Option<&str>, package_name: &str| AmazonSection {
        package_name: package_name.to_owned(),
        shared_secret: secret.map(Secret::new),
        ..section()
    };
    let api = |sections: &[AmazonSection]| AmazonApi::new(sections, client());
    assert!(api(&[with(None, "a")]).unwrap().is_none());
    let two = api(&[with(None, "a"), with(Some(SECRET), "a"), with(Some(SECRET), "b")]).unwrap().unwrap();
    assert_eq!(two.apps(), ["a", "b"]);
    let (found, fault) = two.check("c", &known(&["R1", "R2"]), NOW);
    assert_eq!((found.len(), fault.unwrap().code()), (0, "api_not_configured"));
    let error = api(&[with(Some(SECRET), "a"), with(Some(SECRET), "a")]).unwrap_err().to_string();
    assert!(error.contains("amazon[1].shared_secret") && !error.contains("smXB"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
    let text = json!({"amazon": [{"package_name": APP, "topic_arn": "arn:aws:sns:us-east-1:1:t",
                                  "shared_secret_file": "secret", "rvs_url": "http://localhost:1", "sandbox": true}]});
    let read = Config::from_json(text.to_string().as_bytes(), folder.path()).unwrap();
    assert!(api(&read.amazon).unwrap().is_some());
}

#[test]
fn a_pushed_cancellation_is_explained_by_its_receipt() {
    let shop = Shop::new();
    let refund = |number, order: Option<&str>, user: Option<&str>| UnexplainedRefund {
        refund: number,
        at: NOW,
        environment: None,
        about: OrderDetails {
            order_id: order.map(str::to_owned),
            account_tag: user.map(str::to_owned),
            ..OrderDetails::default()
        },
    };
    let at = NOW.millis() - DAY;
    shop.emulator.add(USER, &canceled(bought("R1", "CONSUMABLE"), at, json!(2)));
    shop.emulator.add(USER, &bought("R2", "CONSUMABLE"));
    let refunds = [
        refund(1, Some("R1"), Some(USER)),
        // Amazon's two services do not agree at once.
        refund(2, Some("R2"), Some(USER)),
        // Without its customer a receipt cannot be queried.
        refund(3, Some("R3"), None),
    ];
    let explanation = shop.api.explain(APP, &refunds, NOW);
    assert_eq!((explanation.fault, explanation.complete), (None, vec![1]));
    assert_eq!(explanation.found.len(), 1);
    assert_eq!(why(&explanation.found[0].0), (Some(Reason::Other), Some(Initiator::Store)));
}

#[test]
fn a_pushed_cancellation_whose_receipt_cannot_be_understood_is_unread() {
    let shop = Shop::new();
    shop.emulator.with(|state| state.faults.push_back(answer(200, r#"{"receiptId":"R1"}"#)));
    let refund = UnexplainedRefund {
        refund: 1,
        at: NOW,
        environment: None,
        about: OrderDetails {
            order_id: Some("R1".to_owned()),
            account_tag: Some(USER.to_owned()),
            ..OrderDetails::default()
        },
    };
    let explanation = shop.api.explain(APP, &[refund], NOW);
    assert_eq!((explanation.found.len(), explanation.complete.len()), (0, 0), "it is queried again");
    assert_eq!(explanation.unread[0].1, br#"{"receiptId":"R1"}"#);
}
