//! The meaning of signed messages.

use super::*;
use crate::model::{
    CaseKey, Environment, Extent, Fact, FactKind, Meaning, Money, OrderDetails, Signal, Store, Trust,
};

fn signal(change: impl FnOnce(OneStorePayment<'_>) -> OneStorePayment<'_>) -> Signal {
    signed_with(change).unwrap().signal().unwrap()
}

fn about(signal: &Signal) -> OrderDetails {
    match &signal.meaning {
        Meaning::Case { fact, .. } => fact.about.clone(),
        Meaning::Purchase(about) => about.clone(),
        other => panic!("{other:?} is about nothing"),
    }
}

fn price(json: &str, currency: &str) -> Option<i64> {
    let currency = currency.to_owned();
    let signal = signal(|payment| payment.with_raw("price", json).with_raw("priceCurrencyCode", &currency));
    about(&signal).price.map(|price| price.micros)
}

fn krw(micros: i64) -> Money {
    Money { micros, currency: crate::model::Currency::new("KRW").unwrap() }
}

#[test]
fn a_cancelled_payment_is_a_full_refund_of_when_it_was_received() {
    let signal = signal(|payment| payment.with("developerPayload", &json!("ann")));
    let about = OrderDetails {
        order_id: Some("P1".to_owned()),
        purchase_token: Some("token-of-P1".to_owned()),
        account_tag: Some("ann".to_owned()),
        product: Some("gems_100".to_owned()),
        price: Some(krw(4_900_000_000)),
        purchased_at: Some(PAID),
        ..OrderDetails::default()
    };
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: None,
    };
    let fact = Fact { at: NOW, what, trust: Trust::Signed, about };
    assert_eq!(signal.meaning, Meaning::Case { key: CaseKey::Order("P1".to_owned()), fact });
    assert_eq!(
        (signal.notification_id.as_str(), signal.name.as_str(), signal.at),
        ("P1:CANCELED", "CANCELED", NOW)
    );
    assert_eq!((signal.place.store, signal.place.app.as_str()), (Store::OneStore, "com.example.game"));
    assert_eq!(signal.place.environment, Some(Environment::Production));
}

#[test]
fn a_completed_payment_is_a_purchase_of_when_it_was_paid() {
    let signal = signal(|payment| payment.with("purchaseState", &json!("COMPLETED")));
    assert!(matches!(&signal.meaning, Meaning::Purchase(about) if about.price == Some(krw(4_900_000_000))));
    assert_eq!((signal.notification_id.as_str(), signal.at), ("P1:COMPLETED", PAID));
}

#[test]
fn prices_are_text_or_numbers_and_exact() {
    for (json, micros) in [
        ("\"20000\"", 20_000_000_000),
        ("20000", 20_000_000_000),
        ("20000.0", 20_000_000_000),
        ("\"4.99\"", 4_990_000),
        ("4.99", 4_990_000),
        ("0.1", 100_000),
        ("2E+4", 20_000_000_000),
        ("0", 0),
    ] {
        assert_eq!(price(json, "\"KRW\""), Some(micros), "{json}");
    }
}

#[test]
fn a_price_without_a_value_is_unknown_and_costs_no_refund() {
    for json in ["null", "\"\"", "\"₩20,000\"", "\"free\"", "-1", "0.0000001", "99999999999999999999", "[1]"]
    {
        assert_eq!(price(json, "\"KRW\""), None, "{json}");
    }
    for currency in ["null", "\"\"", "\"WON!\"", "7"] {
        assert_eq!(price("20000", currency), None, "{currency}");
        assert_eq!(price("0", currency), Some(0), "{currency}: nothing is nothing in any currency");
    }
}

#[test]
fn any_of_three_members_makes_a_purchase_a_test() {
    let environment =
        |name: &str, value: Value| signal(|payment| payment.with(name, &value)).place.environment;
    for (name, value) in [
        ("environment", json!("SANDBOX")),
        ("environment", json!("sandbox")),
        ("isTestMdn", json!(true)),
        ("isTestMdn", json!("true")),
        ("msgVersion", json!("3.1.0D")),
        ("msgVersion", json!("3.0.0[D]")),
        ("msgVersion", json!("2.0.0.D")),
    ] {
        assert_eq!(environment(name, value.clone()), Some(Environment::Sandbox), "{name} {value}");
    }
    for (name, value) in [
        ("environment", Value::Null),
        ("isTestMdn", Value::Null),
        ("isTestMdn", json!("false")),
        ("msgVersion", Value::Null),
        ("msgVersion", json!("2.0.0")),
        ("msgVersion", json!("4.0.0")),
    ] {
        assert_eq!(environment(name, value.clone()), Some(Environment::Production), "{name} {value}");
    }
}

#[test]
fn null_empty_and_missing_members_are_absent() {
    let members = ["productId", "purchaseToken", "developerPayload", "purchaseTimeMillis", "price"];
    for absent in ["null", "\"\"", "left out"] {
        let signal = signal(|payment| {
            members.iter().fold(payment, |payment, name| match absent {
                "left out" => payment.without(name),
                json => payment.with_raw(name, json),
            })
        });
        let nothing_else = OrderDetails { order_id: Some("P1".to_owned()), ..OrderDetails::default() };
        assert_eq!(about(&signal), nothing_else, "{absent}");
    }
    let untimed =
        signal(|payment| payment.without("purchaseTimeMillis").with("purchaseState", &json!("COMPLETED")));
    assert_eq!(untimed.at, NOW);
}

#[test]
fn older_spellings_are_read() {
    let older = signal(|payment| {
        payment
            .without("clientId")
            .without("purchaseTimeMillis")
            .without("purchaseState")
            .with("packageName", &json!("com.example.game"))
            .with("purchaseMillis", &json!(PAID.millis().to_string()))
            .with("purcahseState", &json!("CANCELED"))
            .with_raw("purchaseId", "12345678901234567890")
    });
    assert_eq!(older.notification_id, "12345678901234567890:CANCELED");
    assert_eq!(about(&older).purchased_at, Some(PAID));
}

#[test]
fn all_that_was_signed_is_reported_known_or_not() {
    let notification =
        signed_with(|payment| payment.with("serviceUserId", &json!({"of": ["a web shop"]}))).unwrap();
    let decoded = serde_json::to_value(&notification).unwrap();
    assert_eq!(decoded["serviceUserId"], json!({"of": ["a web shop"]}));
    assert_eq!(decoded["purchaseId"], "P1");
    assert_eq!(decoded["price"], "4900");
    assert!(decoded["billingKey"].is_null() && decoded.as_object().unwrap().contains_key("billingKey"));
    assert!(decoded.get("signature").is_none());
    assert_eq!(decoded.as_object().unwrap().len(), 18);
}

#[test]
fn a_signed_message_that_cannot_be_understood_is_a_dead_letter() {
    for (name, json) in [
        ("purchaseId", "null"),
        ("purchaseId", "\"\""),
        ("purchaseId", "\"0\""),
        ("purchaseId", "0"),
        ("purchaseId", "{}"),
        ("purchaseState", "\"PENDING\""),
        ("purchaseState", "null"),
        ("purchaseState", "\"canceled\""),
        ("messageType", "\"SOMETHING_ELSE\""),
        ("environment", "\"STAGING\""),
        ("isTestMdn", "\"maybe\""),
    ] {
        let verdict = signed_with(|payment| payment.with_raw(name, json));
        assert_eq!(refusal(verdict), ("not_understood", 200), "{name} {json}");
    }
}

#[test]
fn what_a_refund_does_not_need_does_not_cost_it() {
    for (name, json) in [
        ("purchaseTimeMillis", "\"2026-01-01 10:00:00\""),
        ("purchaseTimeMillis", "1.5"),
        ("developerPayload", "{}"),
        ("productId", "[]"),
        ("purchaseToken", "true"),
        ("isTestMdn", "\"N\""),
        ("isTestMdn", "0"),
    ] {
        let verdict = signed_with(|payment| payment.with_raw(name, json));
        assert!(verdict.is_ok(), "{name} {json}");
    }
    for json in ["\"Y\"", "1", "true"] {
        let verdict = signed_with(|payment| payment.with_raw("isTestMdn", json));
        assert_eq!(
            verdict.unwrap().signal().unwrap().place.environment,
            Some(Environment::Sandbox),
            "{json}"
        );
    }
}

#[test]
fn a_token_that_names_nothing_is_absent() {
    for token in ["\"\"", "\"0\"", "0"] {
        let signal = signal(|payment| payment.with_raw("purchaseToken", token));
        assert_eq!(about(&signal).purchase_token, None, "{token}");
    }
}

#[test]
fn a_member_that_nothing_reads_costs_no_refund() {
    let deep = format!("{}1{}", "[".repeat(29), "]".repeat(29));
    let plain = signal(|payment| payment);
    for odd in [
        r#"{"a":1,"a":2}"#,
        r#""\ud800""#,
        r#"{"\ud800":1,"\ud801":2}"#,
        r#"{"$serde_json::private::RawValue":"[[[["}"#,
        "1e999999",
        &deep,
    ] {
        for name in ["x", "$serde_json::private::RawValue"] {
            // The names are read by their meaning, and these are one.
            let escaped = name.replace('x', "\\u0078").replace("$serde", "\\u0024serde");
            let store = store();
            let request = canceled(&store).with_raw(name, odd).with_raw("HERE", odd);
            let text = request.text().replace("\"HERE\"", &format!("\"{escaped}\""));
            let signature = store.sign(text.as_bytes()).unwrap();
            let body = text.replacen('{', &format!("{{\"signature\":\"{signature}\","), 1);
            let notification = verdict(body.as_bytes()).unwrap();
            let read = notification.signal().unwrap();
            assert_eq!((&read.meaning, &read.name), (&plain.meaning, &plain.name), "{odd}");
        }
    }
}
