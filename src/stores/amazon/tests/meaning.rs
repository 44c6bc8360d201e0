//! The meaning of a verified message.

use super::*;
use crate::model::{
    CaseKey, Environment, Extent, Fact, FactKind, Meaning, MeaningKind, OrderDetails, ProductType, Signal,
    Store, Trust,
};

fn signal(change: impl FnOnce(&mut Value)) -> Signal {
    let mut rtn = amazon().real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    change(&mut rtn);
    let rtn = RealTimeNotification::parse(&rtn.to_string()).unwrap();
    Notification::for_test(rtn).signal().unwrap()
}

fn of_type(notification_type: &NotificationType) -> Signal {
    signal(|rtn| rtn["notificationType"] = json!(notification_type))
}

fn fact(signal: Signal) -> (CaseKey, Fact) {
    match signal.meaning {
        Meaning::Case { key, fact } => (key, fact),
        other => panic!("no case: {other:?}"),
    }
}

#[test]
fn each_of_the_sixteen_types_has_its_meaning() {
    use NotificationType as Type;
    for notification_type in Type::ALL {
        let expected = match notification_type {
            Type::ConsumableCancelled | Type::EntitlementCancelled | Type::SubscriptionCancelled => {
                MeaningKind::Refund
            }
            Type::ConsumablePurchased
            | Type::EntitlementPurchased
            | Type::SubscriptionPurchased
            | Type::SubscriptionRenewed
            | Type::SubscriptionOutOfGracePeriod
            | Type::SubscriptionModifiedImmediate
            | Type::SubscriptionConvertedFreeTrialToPaid => MeaningKind::Purchase,
            _ => MeaningKind::Nothing,
        };
        let signal = of_type(notification_type);
        assert_eq!(signal.meaning.kind(), expected, "{notification_type:?}");
        assert_eq!(signal.name, notification_type.name());
    }
    let new = of_type(&Type::Unknown("SUBSCRIPTION_PAUSED".to_owned()));
    assert_eq!((new.meaning, new.name.as_str()), (Meaning::Nothing, "SUBSCRIPTION_PAUSED"));
}

#[test]
fn a_cancelled_purchase_is_a_full_refund_of_its_receipt() {
    for (notification_type, product_type, trust, live) in [
        (NotificationType::ConsumableCancelled, ProductType::Consumable, Trust::Signed, None),
        (NotificationType::EntitlementCancelled, ProductType::NonConsumable, Trust::Signed, None),
        (NotificationType::SubscriptionCancelled, ProductType::Subscription, Trust::Hint, Some(false)),
    ] {
        let signal = of_type(&notification_type);
        assert_eq!(
            (signal.place.store.clone(), signal.place.app.as_str()),
            (Store::Amazon, "com.example.game")
        );
        assert_eq!((signal.notification_id.as_str(), signal.at), ("m-1", NOW));
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason: None,
            initiator: None,
            subscription_live: live,
        };
        let about = OrderDetails {
            order_id: Some("receipt-1".to_owned()),
            account_tag: Some(amazon().app_user_id),
            product_type: Some(product_type),
            ..OrderDetails::default()
        };
        let expected = (CaseKey::Order("receipt-1".to_owned()), Fact { at: NOW, what, trust, about });
        assert_eq!(fact(signal), expected);
    }
}

#[test]
fn related_receipts_change_nothing_about_which_order_a_cancellation_is_of() {
    let plain = fact(signal(|_| {}));
    for related in [json!({"cancelledReceiptId": "other"}), json!([]), json!(null)] {
        assert_eq!(fact(signal(|rtn| rtn["relatedReceipts"] = related)), plain);
    }
}

#[test]
fn a_changed_plan_is_a_purchase_of_the_new_receipt_and_no_refund_of_the_old() {
    let changed = signal(|rtn| {
        rtn["notificationType"] = json!("SUBSCRIPTION_MODIFIED_IMMEDIATE");
        rtn["receiptId"] = json!("new");
        rtn["relatedReceipts"] = json!({"cancelledReceiptId": "old"});
    });
    match changed.meaning {
        Meaning::Purchase(about) => assert_eq!(about.order_id.as_deref(), Some("new")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_beta_purchase_is_of_the_sandbox_and_any_other_of_no_known_environment() {
    for (beta, expected) in [
        (json!(true), Some(Environment::Sandbox)),
        (json!("true"), Some(Environment::Sandbox)),
        (json!(1), Some(Environment::Sandbox)),
        (json!(false), None),
        (json!("false"), None),
        (json!(null), None),
    ] {
        let signal = signal(|rtn| rtn["betaProductTransaction"] = beta.clone());
        assert_eq!(signal.place.environment, expected, "{beta}");
    }
}

#[test]
fn confirmations_are_reported_as_such() {
    let amazon = amazon();
    let signal = |request| verdict(&request).unwrap().signal().unwrap();
    let confirmation = signal(amazon.subscription_confirmation("m-1", NOW).unwrap());
    assert_eq!((confirmation.name.as_str(), confirmation.at), ("SubscriptionConfirmation", NOW));
    assert_eq!(confirmation.place.app, "com.example.game");
    match confirmation.meaning {
        Meaning::Confirmation { url } => {
            assert!(
                url.starts_with("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&"),
                "{url}"
            );
        }
        other => panic!("{other:?}"),
    }
    let left = signal(amazon.unsubscribe_confirmation("m-2", NOW).unwrap());
    assert_eq!((left.name.as_str(), left.meaning), ("UnsubscribeConfirmation", Meaning::Nothing));
}
