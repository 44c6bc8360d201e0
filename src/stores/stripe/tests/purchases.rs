//! Events that fill in what a refund does not report.

use super::refunds::usd;
use super::*;
use crate::model::{Capture, CaptureReport, Meaning, OrderDetails};

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
            tag_by_merchant: true,
            price: Some(usd(999)),
            purchased_at: Some(ago(60)),
            capture: Some(Capture::Reported(CaptureReport {
                at: NOW,
                authorised: Some(usd(999)),
                captured: Some(usd(999)),
                refunded: Some(usd(0)),
            })),
            ..OrderDetails::default()
        };
        assert_eq!(purchase(event_type, charge.clone()), about);
    }
    charge["amount_captured"] = json!(600);
    assert_eq!(purchase("charge.captured", charge.clone()).price, Some(usd(600)));
    (charge["captured"], charge["amount_captured"]) = (json!(false), json!(0));
    let Meaning::Order(details) = signal_of("charge.succeeded", charge).unwrap().meaning else { panic!() };
    let Some(Capture::Reported(report)) = details.capture else { panic!("{details:?}") };
    assert_eq!((details.price, report.authorised, report.captured), (None, Some(usd(999)), None));
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
fn a_paid_checkout_session_reports_the_player_of_its_payment() {
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
        assert_eq!((details.account_tag, details.price), (None, Some(usd(999))));
        assert_eq!(details.related_ids, ["cs_1".to_owned()].into());
    }
    let with_both = purchase("checkout.session.completed", but("metadata", json!({"user_id": "bea"})));
    assert_eq!(with_both.account_tag.as_deref(), Some("bea"));
    for nothing in [but("payment_status", json!("unpaid")), but("payment_intent", json!(null))] {
        let meaning = signal_of("checkout.session.completed", nothing).unwrap().meaning;
        assert_eq!(meaning, Meaning::Nothing);
    }
}

#[test]
fn a_sessions_client_reference_id_is_a_tag_only_where_that_is_switched_on() {
    let stripe = stripe();
    let tag = |switched_on: bool, metadata: Value| {
        let section = StripeSection { client_reference_id: switched_on, ..section(&stripe) };
        let session = json!({"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1",
            "payment_status": "paid", "client_reference_id": "ann", "metadata": metadata});
        let request = stripe.send(&stripe.event("evt_1", "checkout.session.completed", session, NOW), NOW);
        let verifier = StripeVerifier::new(vec![section]).unwrap();
        match verdict_of(&verifier, &request, NOW).unwrap().signal().unwrap().meaning {
            Meaning::Purchase(details) => details.account_tag,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(tag(false, json!({})), None);
    assert_eq!(tag(true, json!({})).as_deref(), Some("ann"));
    assert_eq!(tag(true, json!({"user_id": "bea"})).as_deref(), Some("bea"), "metadata comes first");
}

fn order(event_type: &str, object: Value) -> OrderDetails {
    match signal_of(event_type, object).unwrap().meaning {
        Meaning::Purchase(details) | Meaning::Order(details) => details,
        other => panic!("{other:?} is about no order"),
    }
}

#[test]
fn an_invoice_names_payment_subscription_and_player_in_both_forms() {
    let before = json!({"id": "in_1", "object": "invoice", "charge": "ch_1", "payment_intent": "pi_1",
        "subscription": "sub_1", "subscription_details": {"metadata": {"user_id": "ann"}}, "metadata": null,
        "amount_paid": 999, "currency": "usd", "status_transitions": {"paid_at": ago(5).secs()}});
    let since = json!({"id": "in_1", "object": "invoice", "metadata": {}, "amount_paid": 999, "currency": "usd",
        "parent": {"type": "subscription_details",
            "subscription_details": {"subscription": "sub_1", "metadata": {"user_id": "ann"}}},
        "payments": {"object": "list", "data": [
            {"id": "inpay_1", "invoice": "in_1", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}}]},
        "status_transitions": {"paid_at": ago(5).secs()}});
    for (form, charge) in [(&before, Some("ch_1")), (&since, None)] {
        for event_type in ["invoice.paid", "invoice.payment_succeeded"] {
            let details = purchase(event_type, form.clone());
            assert_eq!(
                (details.order_id.as_deref(), details.purchase_token.as_deref()),
                (charge, Some("pi_1"))
            );
            assert_eq!(
                (details.original_id.as_deref(), details.account_tag.as_deref()),
                (Some("sub_1"), Some("ann"))
            );
            assert_eq!((details.price, details.purchased_at), (Some(usd(999)), Some(ago(5))));
            assert_eq!(details.related_ids, ["in_1".to_owned()].into());
        }
    }
    for member in
        ["payments", "parent", "subscription_details", "status_transitions", "charge", "payment_intent"]
    {
        let mut without = since.clone();
        without[member] = json!(null);
        let details = order("invoice.paid", without);
        assert_eq!(details.related_ids, ["in_1".to_owned()].into(), "{member}");
    }
}

#[test]
fn subscriptions_their_sessions_and_payments_of_invoices_tie_ids_together() {
    let session = json!({"id": "cs_1", "object": "checkout.session", "mode": "subscription", "payment_intent": null,
        "payment_status": "paid", "subscription": "sub_1", "invoice": "in_1", "metadata": {"user_id": "ann"}});
    let details = order("checkout.session.completed", session);
    assert_eq!(
        (details.original_id.as_deref(), details.account_tag.as_deref()),
        (Some("sub_1"), Some("ann"))
    );
    assert_eq!(details.related_ids, ["cs_1".to_owned(), "in_1".to_owned()].into());
    assert_eq!(details.price, None, "the subscription's payments have prices of their own");

    let subscription = json!({"id": "sub_1", "object": "subscription", "latest_invoice": "in_1", "metadata": {"user_id": "ann"}});
    for event_type in ["customer.subscription.created", "customer.subscription.updated"] {
        let details = order(event_type, subscription.clone());
        assert_eq!(
            (details.original_id.as_deref(), details.account_tag.as_deref()),
            (Some("sub_1"), Some("ann"))
        );
    }

    let payment = json!({"id": "inpay_1", "object": "invoice_payment", "invoice": "in_1",
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"}});
    let details = order("invoice_payment.paid", payment);
    assert_eq!(details.purchase_token.as_deref(), Some("pi_1"));
    assert_eq!(details.related_ids, ["in_1".to_owned()].into());

    let mut charge = stripe().charge("ch_1", 999, 0, ago(60));
    charge["invoice"] = json!("in_1");
    assert_eq!(order("charge.succeeded", charge).related_ids, ["in_1".to_owned()].into());
}
