//! Absent members are taken from the content around the message; unreadable content of Apple's is a dead letter.

use super::*;
use crate::config::Config;
use crate::model::Meaning;
use crate::stores::Verifier;

/// A notification's payload with the texts of its inner JWS in place, signed.
fn refund_of(apple: &AppStore, transaction: &Value, renewal_info: Option<&Value>) -> Vec<u8> {
    let mut refund = apple.notification(NotificationType::Refund, NOW).transaction(transaction.clone());
    if let Some(renewal_info) = renewal_info {
        refund = refund.renewal_info(renewal_info.clone());
    }
    refund.body().unwrap()
}

fn without(mut value: Value, member: &str) -> Value {
    value.as_object_mut().unwrap().remove(member);
    value
}

#[test]
fn absent_members_of_a_transaction_or_renewal_info_are_the_notifications() {
    let apple = apple();
    let renewal_info = json!({"originalTransactionId": "T1", "autoRenewStatus": 0, "signedDate": NOW.millis(),
                              "environment": "Production"});
    for member in ["bundleId", "environment", "signedDate"] {
        for absent in [None, Some(Value::Null), Some(json!(""))] {
            if member == "signedDate" && absent == Some(json!("")) {
                continue;
            }
            let leave_out = |whole: &Value| match &absent {
                None => without(whole.clone(), member),
                Some(value) => {
                    let mut whole = whole.clone();
                    whole[member] = value.clone();
                    whole
                }
            };
            let body = refund_of(&apple, &leave_out(&refunded(&apple)), Some(&leave_out(&renewal_info)));
            let signal = verdict(&apple, &body).unwrap().signal().unwrap();
            assert_eq!(signal.place.app, apple.bundle_id, "{member} {absent:?}");
            assert_eq!(signal.place.environment, Some(Environment::Production), "{member} {absent:?}");
            assert!(matches!(signal.meaning, Meaning::Case { .. }), "{member} {absent:?}");
        }
    }
}

#[test]
fn a_member_that_differs_is_refused() {
    let apple = apple();
    for (member, other, code) in [
        ("bundleId", "com.example.other", "nested_of_another_app"),
        ("environment", "Sandbox", "nested_of_another_environment"),
    ] {
        let mut transaction = refunded(&apple);
        transaction[member] = json!(other);
        assert_eq!(refusal(&apple, &refund_of(&apple, &transaction, None)), (code, 403, false));
    }
}

#[test]
fn an_inner_jws_by_its_time_is_as_old_as_the_notification() {
    // The certificates are valid around the time of signing only.
    let apple = apple();
    let later = NOW.plus(Span::from_days(3650));
    let body = refund_of(&apple, &without(refunded(&apple), "signedDate"), None);
    verifier(&apple).verify_notification(&Request::of_body(&body), later).unwrap();
}

#[test]
fn a_bare_transaction_inherits_from_nothing() {
    let apple = apple();
    let refused = |member: &str| {
        let jws = apple.sign(&without(refunded(&apple), member)).unwrap();
        answer(&verifier(&apple).verify_transaction(&jws, NOW).unwrap_err())
    };
    assert_eq!(refused("bundleId"), ("no_bundle_id", 400, false));
    assert_eq!(refused("environment"), ("no_environment", 400, false));
}

#[test]
fn a_download_without_an_apple_id_is_of_the_notifications_app() {
    let apple = apple();
    let download = json!({"receiptType": "Production", "bundleId": apple.bundle_id, "appTransactionId": "7",
                          "receiptCreationDate": NOW.millis()});
    let body = apple.notification("RESCIND_CONSENT", NOW).app_transaction(download).body().unwrap();
    let about = verdict(&apple, &body).unwrap().signal().unwrap().meaning;
    assert!(
        matches!(about, Meaning::ConsentRescinded { about } if about.app_transaction_id.as_deref() == Some("7"))
    );
}

#[test]
fn apples_message_of_no_app_is_kept_and_a_forgers_is_refused() {
    let (apple, forger) = (apple(), apple());
    for (member, code) in
        [("bundleId", "no_bundle_id"), ("environment", "no_environment"), ("appAppleId", "no_app_apple_id")]
    {
        let body = |by: &AppStore| refund_notification(by).data(member, Value::Null).body().unwrap();
        assert_eq!(refusal(&apple, &body(&apple)), ("not_understood", 200, true), "{member}");
        let forged = refusal(&apple, &body(&forger));
        assert!(!forged.2, "{member}");
        assert!(forged.0 == code || member == "appAppleId", "{member}: {forged:?}");
    }
    let about_nothing = |by: &AppStore| {
        by.sign(&json!({"notificationType": "REFUND", "data": "x", "signedDate": NOW.millis()})).unwrap()
    };
    assert_eq!(refusal(&apple, about_nothing(&apple).as_bytes()), ("not_understood", 200, true));
    assert_eq!(refusal(&apple, about_nothing(&forger).as_bytes()), ("no_bundle_id", 400, false));
    // A JWS from a player's device is not kept.
    let jws = apple.sign(&without(refunded(&apple), "bundleId")).unwrap();
    assert_eq!(refusal(&apple, jws.as_bytes()), ("wrong_kind", 400, false));
}

/// A member that is never read may hold anything.
#[test]
fn an_odd_value_in_an_unread_member_costs_no_refund() {
    let apple = apple();
    let header = json!({"alg": "ES256", "x5c": apple.x5c()});
    let signed = |text: &str| apple.sign_with_header(&header, text.as_bytes()).unwrap();
    let with = |value: &Value, odd: &str| {
        let text = value.to_string();
        format!("{},{odd}}}", text.strip_suffix('}').unwrap())
    };
    for odd in [
        r#""new":"\ud800""#,
        r#""new":1e999"#,
        r#""new":{"a":1,"a":2}"#,
        r#""new":{"$serde_json::private::RawValue":"[["}"#,
        r#""new":1,"new":2"#,
        r#""offerIdentifier":"\udc00""#,
        r#""offerIdentifier":{"a":[]}"#,
        r#""webOrderLineItemId":143441"#,
        r#""summary":"x","status":"active""#,
        r#""appData":[1],"externalPurchaseToken":7,"consumptionRequestReason":[]"#,
    ] {
        let transaction = signed(&with(&refunded(&apple), odd));
        let mut payload = apple.notification(NotificationType::Refund, NOW).payload().unwrap();
        payload["data"]["signedTransactionInfo"] = json!(transaction);
        let data = with(&payload["data"], odd);
        payload["data"] = json!("DATA");
        let text = with(&payload, odd).replace("\"DATA\"", &data);
        let signal = verdict(&apple, signed(&text).as_bytes()).and_then(|read| read.signal());
        let signal = signal.unwrap_or_else(|rejection| panic!("{odd}: {rejection}"));
        assert!(matches!(signal.meaning, Meaning::Case { .. }), "{odd}");
        let body = format!(r#"{{"signedPayload":"{}",{odd}}}"#, signed(&text));
        verdict(&apple, body.as_bytes()).unwrap_or_else(|rejection| panic!("{odd}: {rejection}"));
    }
}

#[test]
fn an_id_that_lacks_half_a_character_is_a_dead_letter_and_such_a_tag_is_none() {
    let apple = apple();
    let folder = tempfile::tempdir().unwrap();
    let text = json!({"app_store": [apple.section(folder.path()).unwrap()]}).to_string();
    let verifier = Verifier::new(&Config::from_json(text.as_bytes(), folder.path()).unwrap()).unwrap();
    let header = json!({"alg": "ES256", "x5c": apple.x5c()});
    let refund = |member: &str| {
        let mut transaction = refunded(&apple);
        transaction[member] = json!("HALF");
        let text = transaction.to_string().replace("HALF", r"a\ud800");
        let transaction = apple.sign_with_header(&header, text.as_bytes()).unwrap();
        let body = apple.notification("REFUND", NOW).data("signedTransactionInfo", json!(transaction)).body();
        verifier.delivered(&Store::AppStore, &Request::of_body(&body.unwrap()), NOW)
    };
    for id in ["transactionId", "originalTransactionId"] {
        assert_eq!(answer(&refund(id).unwrap_err()), ("not_understood", 200, true), "{id}");
    }
    let Meaning::Case { fact, .. } = refund("appAccountToken").unwrap().meaning else { panic!("no case") };
    assert_eq!(fact.about.account_tag, None);
}
