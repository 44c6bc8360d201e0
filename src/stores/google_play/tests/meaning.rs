//! The meaning of each kind of notification.

use serde_json::{Value, json};

use super::*;
use crate::model::{
    CaseKey, Extent, Fact, FactKind, Meaning, MeaningKind, ProductType, Reason, Signal, Store, Trust,
};

const AT: Timestamp = Timestamp::from_millis(1_800_000_000_123);

fn refunded(step: Option<String>, extent: Extent, subscription_live: Option<bool>) -> FactKind {
    FactKind::Refunded { step, extent, reason: None, initiator: None, subscription_live }
}

fn signal_of(message: &Value) -> Result<Signal, Rejection> {
    let message = DeveloperNotification::parse(message.to_string().as_bytes()).unwrap();
    Notification::for_test("m-1", message).signal()
}

/// The case a message is about.
fn case_of(message: &Value) -> (CaseKey, Fact) {
    match signal_of(message).unwrap().meaning {
        Meaning::Case { key, fact } => (key, fact),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_signal_names_its_source() {
    let signal = signal_of(&google().test(AT)).unwrap();
    assert_eq!(signal.place.store, Store::GooglePlay);
    assert_eq!(signal.place.app, "com.example.game");
    assert_eq!(signal.place.environment, None);
    assert_eq!((signal.notification_id.as_str(), signal.name.as_str()), ("m-1", "testNotification"));
    assert_eq!((signal.at, signal.meaning), (AT, Meaning::Test));
}

#[test]
fn a_full_void_is_a_refund_of_its_order() {
    let google = google();
    let types = [
        (VoidedProductType::OneTime, Some(ProductType::OneTime)),
        (VoidedProductType::Subscription, Some(ProductType::Subscription)),
        (VoidedProductType::Unknown(9), None),
    ];
    for (voided, product_type) in types {
        let (key, fact) = case_of(&google.voided_purchase("GPA.1", "token", voided, RefundType::Full, AT));
        assert_eq!(key, CaseKey::Order("GPA.1".to_owned()));
        assert_eq!(fact.what, refunded(None, Extent::Full, None));
        assert_eq!((fact.at, fact.trust), (AT, Trust::Signed));
        assert_eq!(fact.about.order_id.as_deref(), Some("GPA.1"));
        assert_eq!(fact.about.purchase_token.as_deref(), Some("token"));
        assert_eq!(fact.about.product_type, product_type);
    }
}

#[test]
fn a_void_by_quantity_is_a_step_reported_by_its_time() {
    let google = google();
    let partial = |at| {
        let kind = RefundType::QuantityBasedPartial;
        case_of(&google.voided_purchase("GPA.1", "token", VoidedProductType::OneTime, kind, at)).1.what
    };
    assert_eq!(partial(AT), refunded(Some("1800000000123".to_owned()), Extent::Part, None));
    assert_ne!(partial(AT), partial(AT.plus(Span::from_millis(1))));
}

#[test]
fn a_void_of_unknown_type_never_claims_more_than_a_part() {
    let google = google();
    let step = Some("1800000000123".to_owned());
    for content in [json!({"orderId": "GPA.1", "refundType": 3}), json!({"orderId": "GPA.1"})] {
        let (_, fact) = case_of(&google.notification("voidedPurchaseNotification", &content, AT));
        assert_eq!(fact.what, refunded(step.clone(), Extent::Part, None), "{content}");
    }
}

#[test]
fn a_void_without_order_goes_by_its_token_and_without_either_is_not_understood() {
    let google = google();
    let by_token = json!({"purchaseToken": "token", "productType": 2, "refundType": 1});
    let (key, _) = case_of(&google.notification("voidedPurchaseNotification", &by_token, AT));
    assert_eq!(key, CaseKey::Token { token: "token".to_owned(), same_within_millis: None });
    let neither = google.notification("voidedPurchaseNotification", &json!({"refundType": 1}), AT);
    assert!(matches!(signal_of(&neither), Err(Rejection::NotUnderstood { .. })));
}

#[test]
fn a_revoked_subscription_is_a_refund_by_token_that_ends_it() {
    let message = google().subscription(SubscriptionNotificationType::Revoked, "token", "vip", AT);
    let (key, fact) = case_of(&message);
    assert_eq!(key, CaseKey::Token { token: "token".to_owned(), same_within_millis: Some(86_400_000) });
    assert_eq!(fact.what, refunded(None, Extent::Full, Some(false)));
    assert_eq!(fact.trust, Trust::Signed);
    assert_eq!(fact.about.product.as_deref(), Some("vip"));
    assert_eq!(signal_of(&message).unwrap().name, "SUBSCRIPTION_REVOKED");
}

#[test]
fn subscription_types_are_purchases_revocations_or_nothing() {
    let google = google();
    for number in 0..=25 {
        let kind = SubscriptionNotificationType::from_number(number);
        let signal = signal_of(&google.subscription(kind, "token", "vip", AT)).unwrap();
        let expected = match number {
            1 | 2 | 4 | 7 => MeaningKind::Purchase,
            12 => MeaningKind::Refund,
            _ => MeaningKind::Nothing,
        };
        assert_eq!(signal.meaning.kind(), expected, "{number}");
    }
    let unknown = google.subscription(SubscriptionNotificationType::Unknown(21), "token", "vip", AT);
    assert_eq!(signal_of(&unknown).unwrap().name, "subscriptionNotification 21");
}

#[test]
fn a_cancelled_one_time_product_is_only_a_hint() {
    let google = google();
    let message = google.one_time_product(OneTimeProductNotificationType::Canceled, "token", "gems", AT);
    let (key, fact) = case_of(&message);
    assert_eq!(key, CaseKey::Token { token: "token".to_owned(), same_within_millis: None });
    assert_eq!(fact.trust, Trust::Hint);
    assert_eq!(fact.what, refunded(None, Extent::Full, None));
    assert_eq!(fact.about.product.as_deref(), Some("gems"));
}

#[test]
fn other_one_time_types_are_a_purchase_or_nothing() {
    let google = google();
    let purchase = google.one_time_product(OneTimeProductNotificationType::Purchased, "token", "gems", AT);
    let Meaning::Purchase(order) = signal_of(&purchase).unwrap().meaning else { panic!("no purchase") };
    assert_eq!((order.purchase_token.as_deref(), order.product.as_deref()), (Some("token"), Some("gems")));
    let unknown = google.one_time_product(OneTimeProductNotificationType::Unknown(3), "token", "gems", AT);
    assert_eq!(signal_of(&unknown).unwrap().meaning, Meaning::Nothing);
}

#[test]
fn a_refund_review_has_a_day_and_a_token_to_answer_with() {
    let (key, fact) = case_of(&google().pending_refund_review("GPA.1", "pending", Some("account"), AT));
    assert_eq!(key, CaseKey::Order("GPA.1".to_owned()));
    let requested = FactKind::Requested {
        deadline: Some(Timestamp::from_millis(1_800_086_400_123)),
        reason: Some(Reason::Chargeback),
        token: Some("pending".to_owned()),
    };
    assert_eq!((fact.what, fact.trust), (requested, Trust::Signed));
    assert_eq!(fact.about.account_tag.as_deref(), Some("account"));
}

#[test]
fn a_kind_of_a_later_version_is_nothing_yet() {
    let signal = signal_of(&google().notification("tomorrowsNotification", &json!({"orderId": "GPA.1"}), AT));
    let signal = signal.unwrap();
    assert_eq!((signal.name.as_str(), signal.meaning), ("tomorrowsNotification", Meaning::Nothing));
}

#[test]
fn an_id_that_names_nothing_is_absent() {
    let google = google();
    for id in ["", "0"] {
        let void = |order: &str, token: &str| {
            google.voided_purchase(order, token, VoidedProductType::OneTime, RefundType::Full, AT)
        };
        let (key, fact) = case_of(&void(id, "token"));
        assert_eq!(key, CaseKey::Token { token: "token".to_owned(), same_within_millis: None });
        assert_eq!(fact.about.order_id, None);
        let (key, fact) = case_of(&void("GPA.1", id));
        assert_eq!(key, CaseKey::Order("GPA.1".to_owned()));
        assert_eq!(fact.about.purchase_token, None);
        assert_eq!(signal_of(&void(id, id)).unwrap_err().code(), "not_understood");
        for kind in ["subscriptionNotification", "oneTimeProductNotification"] {
            let content = json!({"notificationType": 2, "purchaseToken": id});
            let message = google.notification(kind, &content, AT).to_string();
            assert!(DeveloperNotification::parse(message.as_bytes()).is_err(), "{kind} {id:?}");
        }
    }
}
