//! Refunds and the total refunded of a charge.

use super::*;
use crate::model::{
    Capture, CaseKey, Environment, Extent, FactKind, Initiator, Meaning, OrderDetails, Reason, Trust,
};

/// The key and fact of a signal that is about a case.
pub(super) fn reported(signal: Result<Signal, Rejection>) -> (CaseKey, crate::model::Fact) {
    match signal.unwrap().meaning {
        Meaning::Case { key, fact } => (key, fact),
        other => panic!("{other:?} is about no case"),
    }
}

pub(super) fn usd(cents: i64) -> crate::model::Money {
    reading::money(cents, "usd").unwrap()
}

fn refund() -> Value {
    stripe().refund("re_1", "ch_1", 499, ago(60))
}

fn refund_but(change: impl FnOnce(&mut Value)) -> Value {
    let mut refund = refund();
    change(&mut refund);
    refund
}

fn why(reason: &str) -> (Option<Reason>, Option<Initiator>) {
    match reported(signal_of("refund.created", refund_but(|refund| refund["reason"] = json!(reason)))).1.what
    {
        FactKind::Refunded { reason, initiator, .. } => (reason, initiator),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refund_is_a_step_of_its_charge_at_the_time_it_was_made() {
    let signal = signal_of("refund.created", refund()).unwrap();
    assert_eq!((signal.name.as_str(), signal.notification_id.as_str()), ("refund.created", "evt_1"));
    assert_eq!((signal.place.app.as_str(), signal.at), ("web shop", NOW));
    assert_eq!(signal.place.store, crate::model::Store::Stripe);
    assert_eq!(signal.place.environment, Some(Environment::Production));
    let (key, fact) = reported(Ok(signal));
    assert_eq!(key, CaseKey::Order("ch_1".to_owned()));
    assert_eq!((fact.at, fact.trust), (ago(60), Trust::Signed));
    let about = OrderDetails {
        order_id: Some("ch_1".to_owned()),
        purchase_token: Some("pi_1".to_owned()),
        capture: Some(Capture::NotReported),
        ..OrderDetails::default()
    };
    assert_eq!(fact.about, about);
    let (step, extent) = (Some("re_1".to_owned()), Extent::Amount(usd(499)));
    let initiator = Some(Initiator::Developer);
    let what = FactKind::Refunded { step, extent, reason: None, initiator, subscription_live: None };
    assert_eq!(fact.what, what);
}

#[test]
fn a_refunds_status_means_the_same_in_every_event() {
    for event_type in ["refund.created", "refund.updated", "charge.refund.updated"] {
        for status in ["pending", "succeeded", "failed", "canceled", "requires_action"] {
            let object = refund_but(|refund| refund["status"] = json!(status));
            let meaning = signal_of(event_type, object).unwrap().meaning;
            match (status, meaning) {
                ("pending" | "succeeded", Meaning::Case { fact, .. }) => {
                    assert!(matches!(fact.what, FactKind::Refunded { .. }));
                    assert_eq!(fact.at, ago(60));
                }
                ("failed" | "canceled", Meaning::Case { fact, .. }) => {
                    let (step, extent) = (Some("re_1".to_owned()), Some(Extent::Amount(usd(499))));
                    assert_eq!(fact.what, FactKind::Reversed { step, extent, failure: None });
                    assert_eq!(fact.at, NOW);
                }
                ("requires_action", Meaning::Nothing) => {}
                (status, meaning) => panic!("{event_type} {status}: {meaning:?}"),
            }
        }
    }
    let (_, fact) = reported(signal_of("refund.failed", refund()));
    assert!(matches!(fact.what, FactKind::Reversed { step: Some(step), .. } if step == "re_1"));
}

#[test]
fn a_status_that_is_not_known_is_kept_for_a_person() {
    for status in [json!("teleported"), json!(null)] {
        let object = refund_but(|refund| refund["status"] = status);
        assert_eq!(refusal(signal_of("refund.updated", object)), ("not_understood", 200));
    }
}

#[test]
fn a_refund_is_the_merchants_act_whatever_its_reason() {
    let by_merchant = Some(Initiator::Developer);
    assert_eq!(why("requested_by_customer"), (Some(Reason::Remorse), by_merchant));
    assert_eq!(why("fraudulent"), (Some(Reason::Fraud), by_merchant));
    assert_eq!(why("duplicate"), (Some(Reason::Other), by_merchant));
    assert_eq!(why("of a later version"), (Some(Reason::Other), by_merchant));
}

#[test]
fn an_authorisation_that_ran_out_is_no_refund() {
    for event_type in ["refund.created", "refund.updated", "charge.refund.updated"] {
        let object = refund_but(|refund| refund["reason"] = json!("expired_uncaptured_charge"));
        assert_eq!(signal_of(event_type, object).unwrap().meaning, Meaning::Nothing, "{event_type}");
    }
}

#[test]
fn a_failed_refund_reports_the_reason_in_one_word() {
    for (reason, expected) in [
        (json!("expired_or_canceled_card"), Some("expired_or_canceled_card")),
        (json!("lost or\n\u{202e}stolen"), Some("lostorstolen")),
        (json!(""), None),
        (json!(null), None),
    ] {
        let object = refund_but(|refund| refund["failure_reason"] = reason.clone());
        let (_, fact) = reported(signal_of("refund.failed", object));
        let FactKind::Reversed { failure, .. } = fact.what else { panic!("{fact:?}") };
        assert_eq!(failure.as_deref(), expected, "{reason}");
    }
}

#[test]
fn a_refund_of_a_payment_intent_only_is_the_payment_intents_case() {
    let object = refund_but(|refund| refund["charge"] = json!(null));
    let (key, fact) = reported(signal_of("refund.created", object));
    assert_eq!(key, CaseKey::Token { token: "pi_1".to_owned(), same_within_millis: None });
    assert_eq!((fact.about.order_id, fact.about.purchase_token), (None, Some("pi_1".to_owned())));
    let (key, _) =
        reported(signal_of("refund.created", refund_but(|refund| refund["payment_intent"] = json!(null))));
    assert_eq!(key, CaseKey::Order("ch_1".to_owned()));
    let of_nothing = refund_but(|refund| {
        refund["payment_intent"] = json!(null);
        refund["charge"] = json!(null);
    });
    assert_eq!(refusal(signal_of("refund.created", of_nothing)), ("not_understood", 200));
}

#[test]
fn references_are_ids_or_expanded_objects() {
    let mut charge = stripe().charge("ch_1", 999, 0, ago(600));
    charge["metadata"] = json!({"user_id": "ann"});
    let object = refund_but(|refund| refund["charge"] = charge.clone());
    let (key, fact) = reported(signal_of("refund.created", object));
    assert_eq!(key, CaseKey::Order("ch_1".to_owned()));
    assert_eq!(fact.about.account_tag.as_deref(), Some("ann"));
    assert_eq!((fact.about.price, fact.about.purchased_at), (Some(usd(999)), Some(ago(600))));

    let intent = json!({"id": "pi_9", "object": "payment_intent", "amount_received": 999, "currency": "usd",
        "latest_charge": "ch_9", "metadata": {"user_id": "bea"}});
    let object = refund_but(|refund| {
        refund["charge"] = json!(null);
        refund["payment_intent"] = intent.clone();
    });
    let (key, fact) = reported(signal_of("refund.created", object));
    assert_eq!(key, CaseKey::Order("ch_9".to_owned()), "the payment intent names its charge");
    assert_eq!(fact.about.purchase_token.as_deref(), Some("pi_9"));
    assert_eq!((fact.about.account_tag.as_deref(), fact.about.price), (Some("bea"), Some(usd(999))));

    charge["payment_intent"] = intent;
    let (_, fact) = reported(signal_of("charge.refunded", {
        charge["amount_refunded"] = json!(1);
        charge
    }));
    assert_eq!(fact.about.purchase_token.as_deref(), Some("pi_9"));
    assert_eq!(fact.about.account_tag.as_deref(), Some("ann"), "the charge's own metadata comes first");
    for bad in [json!(""), json!(7), json!({}), json!({"id": ""}), json!([])] {
        let object = refund_but(|refund| refund["charge"] = bad);
        assert_eq!(refusal(signal_of("refund.created", object)), ("not_understood", 200));
    }
}

#[test]
fn the_account_tag_is_the_configured_key_of_the_metadata() {
    let tag = |metadata: Value| {
        let object = refund_but(|refund| refund["metadata"] = metadata);
        reported(signal_of("refund.created", object)).1.about.account_tag
    };
    assert_eq!(tag(json!({"user_id": "ann", "other": "x"})).as_deref(), Some("ann"));
    for none in [json!({"other": "x"}), json!({"user_id": ""}), json!({"user_id": 7}), json!([]), json!(null)]
    {
        assert_eq!(tag(none.clone()), None, "{none}");
    }
    let stripe = stripe();
    let keyless = StripeSection { user_metadata_key: None, ..section(&stripe) };
    let object = refund_but(|refund| refund["metadata"] = json!({"user_id": "ann"}));
    let request = stripe.send(&stripe.event("evt_1", "refund.created", object, NOW), NOW);
    let verifier = StripeVerifier::new(vec![keyless]).unwrap();
    let (_, fact) = reported(verdict_of(&verifier, &request, NOW).unwrap().signal());
    assert_eq!(fact.about.account_tag, None);
}

fn charge(amount: i64, refunded: i64) -> Value {
    stripe().charge("ch_1", amount, refunded, ago(600))
}

fn total_of(charge: Value) -> Option<(Extent, Option<Reason>)> {
    total_in(Some("2024-10-28.acacia"), charge)
}

/// The same of an endpoint with another API version.
fn total_in(version: Option<&str>, charge: Value) -> Option<(Extent, Option<Reason>)> {
    let signal = signal_but("charge.refunded", charge, |event| event["api_version"] = json!(version));
    match signal.unwrap().meaning {
        Meaning::Case { fact, .. } => match fact.what {
            FactKind::Refunded { step: None, extent, reason, .. } => Some((extent, reason)),
            other => panic!("{other:?}"),
        },
        Meaning::Order(_) => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refunded_charge_reports_the_total_by_then() {
    let (key, fact) = reported(signal_of("charge.refunded", charge(999, 499)));
    assert_eq!((key, fact.at), (CaseKey::Order("ch_1".to_owned()), NOW));
    assert_eq!((fact.about.price, fact.about.purchased_at), (Some(usd(999)), Some(ago(600))));
    assert_eq!(fact.about.purchase_token.as_deref(), Some("pi_1"));
    let extent = Extent::TotalAmount(usd(499));
    let initiator = Some(Initiator::Developer);
    let what = FactKind::Refunded { step: None, extent, reason: None, initiator, subscription_live: None };
    assert_eq!(fact.what, what);
    assert_eq!(total_of(charge(999, 0)), None);
}

#[test]
fn what_was_authorised_and_not_captured_was_never_paid() {
    let capture = |captured: i64, refunded: i64, all: bool| {
        let mut charge = charge(1000, refunded);
        (charge["amount_captured"], charge["refunded"]) = (json!(captured), json!(all));
        charge
    };
    let (_, fact) = reported(signal_of("charge.refunded", capture(600, 1000, true)));
    assert_eq!(fact.about.price, Some(usd(600)));
    let total = |cents| Some((Extent::TotalAmount(usd(cents)), None));
    assert_eq!(total_of(capture(600, 1000, true)), total(600));
    assert_eq!(total_of(capture(600, 600, true)), total(600));
    assert_eq!(total_of(capture(600, 500, false)), total(100));
    assert_eq!(total_of(capture(600, 400, false)), None, "only the rest was released");
    let mut released = capture(0, 1000, true);
    released["captured"] = json!(false);
    assert_eq!(total_of(released), None);
    let mut old = charge(1000, 300);
    old.as_object_mut().unwrap().remove("amount_captured");
    assert_eq!(total_of(old), total(300));
}

#[test]
fn since_basil_the_total_is_of_what_was_captured_and_so_is_that_of_an_unknown_version() {
    let capture = |captured: i64, refunded: i64| {
        let mut charge = charge(1000, refunded);
        charge["amount_captured"] = json!(captured);
        charge["refunded"] = json!(refunded == captured);
        charge
    };
    let total = |cents| Some((Extent::TotalAmount(usd(cents)), None));
    for version in [Some("2025-03-31.basil"), Some("2026-01-28.clover"), Some("next"), None] {
        assert_eq!(total_in(version, capture(600, 500)), total(500), "{version:?}");
        assert_eq!(total_in(version, capture(600, 600)), total(600), "{version:?}");
        assert_eq!(total_in(version, capture(600, 0)), None, "{version:?}");
    }
    assert_eq!(total_in(Some("2025-02-24.acacia"), capture(600, 500)), total(100));
    // For an account before basil: the released rest is not in it.
    assert_eq!(total_in(Some("2025-02-24.acacia"), capture(600, 200)), total(200));
}

#[test]
fn an_event_about_money_needs_its_required_members() {
    for member in ["id", "amount", "currency", "status", "created"] {
        let object = refund_but(|refund| drop(refund.as_object_mut().unwrap().remove(member)));
        assert_eq!(refusal(signal_of("refund.created", object)), ("not_understood", 200), "{member}");
    }
    for member in ["id", "amount_refunded", "currency"] {
        let mut object = charge(999, 499);
        object.as_object_mut().unwrap().remove(member);
        assert_eq!(refusal(signal_of("charge.refunded", object)), ("not_understood", 200), "{member}");
    }
    for member in ["created", "livemode", "data"] {
        let without = |event: &mut Value| drop(event.as_object_mut().unwrap().remove(member));
        let verdict = signal_but("refund.created", refund(), without);
        assert_eq!(refusal(verdict), ("not_understood", 200), "{member}");
    }
}

#[test]
fn events_of_no_concern_mean_nothing_whatever_they_hold() {
    for event_type in
        ["customer.created", "charge.updated", "charge.dispute.of_the_future", "invoice.created", "x"]
    {
        for object in [json!({}), json!(null), json!({"amount": -1})] {
            assert_eq!(signal_of(event_type, object).unwrap().meaning, Meaning::Nothing, "{event_type}");
        }
    }
}

#[test]
fn test_mode_is_the_sandbox() {
    let signal = signal_but("refund.created", refund(), |event| event["livemode"] = json!(false)).unwrap();
    assert_eq!(signal.place.environment, Some(Environment::Sandbox));
}

#[test]
fn an_id_that_names_nothing_makes_no_refund_and_relates_no_payments() {
    for id in ["", "0"] {
        for member in ["id", "charge", "payment_intent"] {
            let refused = signal_of("refund.created", refund_but(|refund| refund[member] = json!(id)));
            assert_eq!(refusal(refused), ("not_understood", 200), "{member} {id:?}");
        }
        let mut charge = stripe().charge("ch_1", 499, 499, ago(60));
        charge["invoice"] = json!(id);
        let (_, fact) = reported(signal_of("charge.refunded", charge));
        assert!(fact.about.related_ids.is_empty(), "{id:?}");
        let event = signal_but("refund.created", refund(), |event| event["id"] = json!(id));
        assert_eq!(refusal(event), ("not_understood", 200), "{id:?}");
    }
}

#[test]
fn a_member_that_nothing_reads_costs_no_refund() {
    let deep = format!("{}1{}", "[".repeat(25), "]".repeat(25));
    let stripe = stripe();
    let mut whole = refund();
    let mut charge = stripe.charge("ch_1", 499, 499, ago(60));
    charge["metadata"] = json!({"user_id": "ann", "note": "HERE"});
    charge["invoice"] = json!({"id": "in_1", "note": "HERE"});
    charge["new"] = json!("HERE");
    whole["charge"] = charge;
    let mut event = stripe.event("evt_1", "refund.created", whole, NOW);
    let meaning = |event: &str| {
        let request = stripe.send_body(event.as_bytes(), NOW);
        verdict_of(&verifier(&stripe), &request, NOW).and_then(|notification| notification.signal())
    };
    let plain = reported(meaning(&event.to_string()));
    assert_eq!(plain.1.about.account_tag.as_deref(), Some("ann"));
    assert_eq!(plain.1.about.related_ids, ["in_1".to_owned()].into());
    event["data"]["object"]["new"] = json!("HERE");
    event["data"]["previous_attributes"] = json!("HERE");
    event["request"] = json!("HERE");
    for odd in [
        r#"{"a":1,"a":2}"#,
        r#""\ud800""#,
        r#"{"\ud800":1,"\ud801":2}"#,
        r#"{"$serde_json::private::RawValue":"[[[["}"#,
        "1e999999",
        &deep,
    ] {
        let text = event.to_string().replace("\"HERE\"", odd);
        for name in ["x", "$serde_json::private::RawValue"] {
            let twice = format!("\"{name}\":{odd},\"{name}\":{odd},");
            let text = text.replace("\"data\":{", &format!("{twice}\"data\":{{{twice}"));
            let text = text.replace("\"object\":{", &format!("\"object\":{{{twice}"));
            assert_eq!(reported(meaning(&text)), plain, "{odd}");
        }
        let request = stripe.send_body(text.as_bytes(), NOW);
        let notification = verdict_of(&verifier(&stripe), &request, NOW).unwrap();
        assert_eq!(notification.event().object().unwrap()["id"], "re_1", "{odd}");
    }
    for read in ["id", "data", "object", "created", "livemode", "type", "account"] {
        let twice = event.to_string().replacen('{', &format!("{{\"{read}\":null,\"{read}\":null,"), 1);
        assert_eq!(refusal(meaning(&twice)), ("not_understood", 200), "{read}");
    }
    for read in ["amount", "charge", "status"] {
        let object = event["data"]["object"].to_string();
        let twice = object.replacen('{', &format!("{{\"{read}\":null,"), 1);
        let twice = event.to_string().replace(&object, &twice);
        assert_eq!(refusal(meaning(&twice)), ("not_understood", 200), "{read}");
    }
}
