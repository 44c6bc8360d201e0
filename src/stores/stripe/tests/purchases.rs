//! Events that fill in what a refund does not say.

use super::refunds::usd;
use super::*;
use crate::model::{Meaning, OrderDetails};

fn purchase(event_type: &str, object: Value) -> OrderDetails {
    match signal_of(event_type, object).unwrap().meaning {
        Meaning::Purchase(details) => details,
        other => panic!("{other:?} is no purchase"),
    }
}

#[test]
fn a_charge_is_a_purchase_once_it_is_captured() {
    let mut charge = stripe().charge("ch_1", 999, 0, ago(60));
    charge["metadata"] = json!({"user_id": "ann"});
    for event_type in ["charge.succeeded", "charge.captured"] {
        let about = OrderDetails {
            order_id: Some("ch_1".to_owned()),
            purchase_token: Some("pi_1".to_owned()),
            account_tag: Some("ann".to_owned()),
            price: Some(usd(999)),
            purchased_at: Some(ago(60)),
            ..OrderDetails::default()
        };
        assert_eq!(purchase(event_type, charge.clone()), about);
    }
    charge["amount_captured"] = json!(600);
    assert_eq!(purchase("charge.captured", charge.clone()).price, Some(usd(600)));
    (charge["captured"], charge["amount_captured"]) = (json!(false), json!(0));
    assert_eq!(signal_of("charge.succeeded", charge).unwrap().meaning, Meaning::Nothing);
}

#[test]
fn a_payment_intent_is_a_purchase_of_its_latest_charge() {
    let mut intent = json!({"id": "pi_1", "object": "payment_intent", "amount": 999, "amount_received": 999,
        "currency": "usd", "latest_charge": "ch_1", "metadata": {"user_id": "ann"}});
    let details = purchase("payment_intent.succeeded", intent.clone());
    assert_eq!(
        (details.order_id.as_deref(), details.purchase_token.as_deref()),
        (Some("ch_1"), Some("pi_1"))
    );
    assert_eq!((details.account_tag.as_deref(), details.price), (Some("ann"), Some(usd(999))));
    assert_eq!(details.purchased_at, Some(NOW));
    intent["latest_charge"] = stripe().charge("ch_1", 999, 0, ago(60));
    let details = purchase("payment_intent.succeeded", intent);
    assert_eq!((details.order_id.as_deref(), details.purchased_at), (Some("ch_1"), Some(ago(60))));
}

#[test]
fn a_paid_checkout_session_tells_whose_its_payment_is() {
    let session = json!({"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1",
        "payment_status": "paid", "client_reference_id": "ann", "amount_total": 999, "currency": "usd"});
    let but = |member: &str, value: Value| {
        let mut session = session.clone();
        session[member] = value;
        session
    };
    for event_type in ["checkout.session.completed", "checkout.session.async_payment_succeeded"] {
        let details = purchase(event_type, session.clone());
        assert_eq!((details.order_id, details.purchase_token.as_deref()), (None, Some("pi_1")));
        assert_eq!((details.account_tag.as_deref(), details.price), (Some("ann"), Some(usd(999))));
    }
    let with_both = purchase("checkout.session.completed", but("metadata", json!({"user_id": "bea"})));
    assert_eq!(with_both.account_tag.as_deref(), Some("bea"), "the configured key comes first");
    for nothing in [but("payment_status", json!("unpaid")), but("payment_intent", json!(null))] {
        let meaning = signal_of("checkout.session.completed", nothing).unwrap().meaning;
        assert_eq!(meaning, Meaning::Nothing);
    }
}
