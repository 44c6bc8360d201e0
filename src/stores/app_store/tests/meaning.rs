//! The meaning of notifications to a refund engine.

use super::*;

fn signal_of(apple: &AppStore, notification: &crate::testing::AppStoreNotification<'_>) -> Signal {
    verdict(apple, &notification.body().unwrap()).unwrap().signal().unwrap()
}

fn fact_of(apple: &AppStore, notification: &crate::testing::AppStoreNotification<'_>) -> Fact {
    match signal_of(apple, notification).meaning {
        Meaning::Case { key, fact } => {
            assert_eq!(key, CaseKey::Order("T1".to_owned()));
            fact
        }
        other => panic!("{other:?}"),
    }
}

/// A refund whose transaction has these members besides.
fn refund_with(apple: &AppStore, members: &Value) -> Fact {
    let mut transaction = apple.transaction("T1", "gems_100", NOW);
    for (member, value) in members.as_object().unwrap() {
        transaction[member] = value.clone();
    }
    fact_of(apple, &apple.notification("REFUND", NOW).transaction(transaction))
}

fn extent(fact: &Fact) -> Extent {
    match &fact.what {
        FactKind::Refunded { extent, .. } => *extent,
        other => panic!("{other:?}"),
    }
}

fn usd(micros: i64) -> Money {
    Money { micros, currency: Currency::new("USD").unwrap() }
}

#[test]
fn a_refund_reports_all_that_apple_reports() {
    let mut apple = apple();
    apple.environment = AppStoreEnvironment::Sandbox;
    let earlier = Timestamp::from_millis(NOW.millis() - 5_000);
    let mut transaction = AppStore::refunded(apple.transaction("T1", "gems_100", earlier), earlier);
    transaction["originalTransactionId"] = json!("T0");
    transaction["quantity"] = json!(3);
    transaction["revocationReason"] = json!(1);
    transaction["appAccountToken"] = json!("7E3FB204-2139-4C0A-9E1B-0C0FF6E1F3AB");
    transaction["appTransactionId"] = json!("A1");
    let notification = apple.notification("REFUND", NOW).id("u-1").transaction(transaction);
    assert_eq!(
        signal_of(&apple, &notification),
        Signal {
            place: Place {
                store: Store::AppStore,
                app: apple.bundle_id.clone(),
                environment: Some(Environment::Sandbox)
            },
            notification_id: "u-1".to_owned(),
            name: "REFUND".to_owned(),
            at: NOW,
            meaning: Meaning::Case {
                key: CaseKey::Order("T1".to_owned()),
                fact: Fact {
                    at: earlier,
                    what: FactKind::Refunded {
                        step: None,
                        extent: Extent::Full,
                        reason: Some(Reason::Defective),
                        initiator: None,
                        subscription_live: None,
                    },
                    trust: Trust::Signed,
                    about: OrderDetails {
                        order_id: Some("T1".to_owned()),
                        purchase_token: None,
                        original_id: Some("T0".to_owned()),
                        account_tag: Some("7e3fb204-2139-4c0a-9e1b-0c0ff6e1f3ab".to_owned()),
                        product: Some("gems_100".to_owned()),
                        product_type: Some(ProductType::Consumable),
                        quantity: Some(3),
                        price: Some(usd(4_990_000)),
                        purchased_at: Some(earlier),
                        family_shared: false,
                        app_transaction_id: Some("A1".to_owned()),
                        country: Country::new("US").ok(),
                        ..OrderDetails::default()
                    },
                },
            },
        }
    );
}

#[test]
fn a_refund_reports_how_much() {
    let apple = apple();
    let extent = |members: Value| extent(&refund_with(&apple, &members));
    let share = |percentage| Extent::Share(MilliPercent::new(percentage).unwrap());
    assert_eq!(extent(json!({})), Extent::Full);
    assert_eq!(
        extent(json!({"revocationType": "REFUND_FULL", "revocationPercentage": 100_000})),
        Extent::Full
    );
    for members in [json!({}), json!({"revocationType": "REFUND_FULL"})] {
        let beside = |percentage: i64| {
            let mut members = members.clone();
            members["revocationPercentage"] = json!(percentage);
            extent(members)
        };
        assert_eq!(beside(33_333), share(33_333));
        for whole in [0, -1, 100_000, 100_001] {
            assert_eq!(beside(whole), Extent::Full, "{whole}");
        }
    }
    assert_eq!(
        extent(json!({"revocationType": "FAMILY_REVOKE", "revocationPercentage": 33_333})),
        Extent::Full
    );
    let prorated = |percentage: Value| {
        extent(json!({"revocationType": "REFUND_PRORATED", "revocationPercentage": percentage}))
    };
    assert_eq!(prorated(json!(33_333)), share(33_333));
    assert_eq!(prorated(json!(0)), share(0));
    assert_eq!(prorated(json!(100_000)), Extent::Full);
    assert_eq!(prorated(Value::Null), Extent::Part);
    assert_eq!(prorated(json!(100_001)), Extent::Part);
    assert_eq!(
        extent(json!({"revocationType": "REFUND_NEW", "revocationPercentage": 50_000})),
        share(50_000)
    );
}

#[test]
fn an_advanced_commerce_refund_is_the_sum_over_its_items() {
    let apple = apple();
    let extent =
        |items: Value| extent(&refund_with(&apple, &json!({"advancedCommerceInfo": {"items": items}})));
    let item = |price: i64, refunds: Value| json!({"SKU": "s", "price": price, "refunds": refunds});
    let back = |amount: i64, kind: &str| json!({"refundAmount": amount, "refundType": kind, "refundReason": "OTHER"});

    let full = item(1000, json!([back(1000, "FULL")]));
    let part = item(2000, json!([back(500, "PRORATED"), back(250, "CUSTOM")]));
    let none = json!({"SKU": "s", "price": 100});
    assert_eq!(extent(json!([full])), Extent::Full);
    assert_eq!(extent(json!([full, full])), Extent::Full);
    assert_eq!(extent(json!([full, part])), Extent::TotalAmount(usd(1_750_000)));
    assert_eq!(extent(json!([full, none])), Extent::TotalAmount(usd(1_000_000)));
    assert_eq!(
        extent(json!([part, item(10, json!([{"refundType": "FULL"}]))])),
        Extent::TotalAmount(usd(760_000))
    );
    // Custom refunds that add up to the price are a full refund, too.
    assert_eq!(extent(json!([item(700, json!([back(500, "CUSTOM"), back(200, "CUSTOM")]))])), Extent::Full);
    // What is absent or impossible is a part of unknown size.
    assert_eq!(extent(json!([full, item(10, json!([{"refundType": "CUSTOM"}]))])), Extent::Part);
    let huge = item(1, json!([back(i64::MAX, "CUSTOM")]));
    assert_eq!(extent(json!([huge, huge, none])), Extent::Part);
    // An item list without refunds decides nothing.
    assert_eq!(extent(json!([none])), Extent::Full);
}

#[test]
fn a_refunded_renewal_reports_whether_the_subscription_is_live() {
    let apple = apple();
    let live = |kind: &str, status: Option<i64>| {
        let mut transaction = refunded(&apple);
        transaction["type"] = json!(kind);
        let mut notification = apple.notification("REFUND", NOW).transaction(transaction);
        if let Some(status) = status {
            notification = notification.status(status);
        }
        match fact_of(&apple, &notification).what {
            FactKind::Refunded { subscription_live, .. } => subscription_live,
            other => panic!("{other:?}"),
        }
    };
    let renewable = "Auto-Renewable Subscription";
    for (status, expected) in
        [(1, Some(true)), (2, Some(false)), (3, Some(false)), (4, Some(true)), (5, Some(false)), (6, None)]
    {
        assert_eq!(live(renewable, Some(status)), expected, "{status}");
    }
    assert_eq!(live(renewable, None), None);
    assert_eq!(live("Consumable", Some(1)), None);
}

#[test]
fn lost_family_sharing_is_no_refund_of_this_player() {
    let apple = apple();
    let revoke = |kind: &str, reason: Value, revocation_type: &str| {
        let mut transaction = refunded(&apple);
        transaction["revocationReason"] = reason;
        transaction["revocationType"] = json!(revocation_type);
        let fact = fact_of(&apple, &apple.notification(kind, NOW).transaction(transaction));
        assert!(fact.about.family_shared);
        assert_eq!(extent(&fact), Extent::Full);
        match fact.what {
            FactKind::Refunded { reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(revoke("REVOKE", json!(0), "FAMILY_REVOKE"), Some(Reason::FamilySharingLost));
    assert_eq!(revoke("REVOKE", Value::Null, "FAMILY_REVOKE"), Some(Reason::FamilySharingLost));
    assert_eq!(revoke("REVOKE", json!(1), "FAMILY_REVOKE"), Some(Reason::Defective));
    assert_eq!(revoke("REVOKE", json!(0), "REFUND_PRORATED"), Some(Reason::FamilySharingLost));
    assert_eq!(revoke("REFUND", json!(0), "FAMILY_REVOKE"), Some(Reason::FamilySharingLost));
}

#[test]
fn reversals_and_refusals_are_of_the_time_they_are_reported() {
    let apple = apple();
    let earlier = Timestamp::from_millis(NOW.millis() - 5_000);
    // A revocation date that is still present does not change the time of the fact.
    let transaction = AppStore::refunded(apple.transaction("T1", "gems_100", earlier), earlier);
    for (kind, what) in [
        ("REFUND_REVERSED", FactKind::Reversed { step: None, extent: None, failure: None }),
        ("REFUND_DECLINED", FactKind::Declined),
    ] {
        let fact = fact_of(&apple, &apple.notification(kind, NOW).transaction(transaction.clone()));
        assert_eq!((fact.at, fact.what), (NOW, what));
    }
}

#[test]
fn a_refund_request_has_a_deadline_and_a_reason() {
    let apple = apple();
    for (reason, expected) in [
        ("UNINTENDED_PURCHASE", Some(Reason::AccidentalPurchase)),
        ("FULFILLMENT_ISSUE", Some(Reason::NotReceived)),
        ("UNSATISFIED_WITH_PURCHASE", Some(Reason::Remorse)),
        ("LEGAL", Some(Reason::Legal)),
        ("OTHER", Some(Reason::Other)),
        ("BORED", None),
    ] {
        let notification = apple
            .notification("CONSUMPTION_REQUEST", NOW)
            .transaction(apple.transaction("T1", "gems_100", NOW))
            .data("consumptionRequestReason", json!(reason));
        let deadline = Some(NOW.plus(Span::from_hours(12)));
        let requested = FactKind::Requested { deadline, reason: expected, token: None };
        assert_eq!(fact_of(&apple, &notification).what, requested);
    }
}

#[test]
fn rescinded_consent_names_the_download() {
    let apple = apple();
    let download = json!({
        "bundleId": apple.bundle_id,
        "appAppleId": apple.app_apple_id,
        "receiptType": "Production",
        "receiptCreationDate": NOW.millis(),
        "appTransactionId": "A1",
    });
    let signal = signal_of(&apple, &apple.notification("RESCIND_CONSENT", NOW).app_transaction(download));
    let about = OrderDetails { app_transaction_id: Some("A1".to_owned()), ..OrderDetails::default() };
    assert_eq!(signal.meaning, Meaning::ConsentRescinded { about });
}

#[test]
fn purchases_are_reported_and_the_rest_is_nothing() {
    let apple = apple();
    // With a date of revocation: only a refund notification is a refund.
    for kind in ["ONE_TIME_CHARGE", "SUBSCRIBED", "DID_RENEW", "OFFER_REDEEMED"] {
        let signal = signal_of(&apple, &apple.notification(kind, NOW).transaction(refunded(&apple)));
        assert!(
            matches!(&signal.meaning, Meaning::Purchase(about) if about.order_id.as_deref() == Some("T1"))
        );
        assert_eq!(signal_of(&apple, &apple.notification(kind, NOW)).meaning, Meaning::Nothing);
    }
    assert_eq!(signal_of(&apple, &apple.notification("TEST", NOW)).meaning, Meaning::Test);
    for kind in ["EXPIRED", "DID_CHANGE_RENEWAL_PREF", "METADATA_UPDATE", "FROM_2031"] {
        let signal = signal_of(&apple, &apple.notification(kind, NOW).transaction(refunded(&apple)));
        assert_eq!(signal.meaning, Meaning::Nothing, "{kind}");
    }
}

#[test]
fn a_refund_of_no_transaction_is_a_dead_letter() {
    let apple = apple();
    for kind in ["REFUND", "REVOKE", "REFUND_REVERSED", "REFUND_DECLINED", "CONSUMPTION_REQUEST"] {
        let mut unnamed = refunded(&apple);
        unnamed["transactionId"] = Value::Null;
        let mut empty = refunded(&apple);
        empty["transactionId"] = json!("");
        let notification = || apple.notification(kind, NOW);
        for notification in
            [notification(), notification().transaction(unnamed), notification().transaction(empty)]
        {
            let verified = verdict(&apple, &notification.body().unwrap()).unwrap();
            assert_eq!(answer(&verified.signal().unwrap_err()), ("not_understood", 200, true), "{kind}");
        }
    }
}

#[test]
fn values_that_cannot_be_counted_are_not_reported() {
    let apple = apple();
    let about = |members: Value| refund_with(&apple, &members).about;
    assert_eq!(about(json!({"price": i64::MAX})).price, None);
    assert_eq!(about(json!({"currency": "dollars"})).price, None);
    for no_currency in [json!({"price": 0, "currency": null}), json!({"price": 0, "currency": ""})] {
        assert_eq!(about(no_currency.clone()).price.map(|price| price.micros), Some(0), "{no_currency}");
    }
    assert_eq!(about(json!({"price": Value::Null})).price, None);
    assert_eq!(about(json!({"quantity": -1})).quantity, None);
    assert_eq!(about(json!({"appAccountToken": ""})).account_tag, None);
    let renewal = json!({"environment": "Production", "appAccountToken": "ABC"});
    let fact = fact_of(&apple, &refund_notification(&apple).renewal_info(renewal));
    assert_eq!(fact.about.account_tag.as_deref(), Some("abc"));
}

#[test]
fn an_id_that_names_nothing_is_absent() {
    let apple = apple();
    for id in ["", "0"] {
        let members = json!({
            "originalTransactionId": id,
            "webOrderLineItemId": id,
            "appTransactionId": id,
        });
        let about = refund_with(&apple, &members).about;
        assert_eq!(about.order_id.as_deref(), Some("T1"));
        let ids = (about.original_id, about.web_order_line_item_id, about.app_transaction_id);
        assert_eq!(ids, (None, None, None), "{id:?}");

        let mut unnamed = refunded(&apple);
        unnamed["transactionId"] = json!(id);
        let refused =
            verdict(&apple, &apple.notification("REFUND", NOW).transaction(unnamed).body().unwrap());
        let refused = refused.unwrap().signal().unwrap_err();
        assert_eq!(answer(&refused), ("not_understood", 200, true), "{id:?}");

        let by_fingerprint = signal_of(&apple, &refund_notification(&apple).id(id)).notification_id;
        assert!(by_fingerprint.starts_with("sha256:"), "{by_fingerprint}");
    }
    let unset = json!({"appAccountToken": "00000000-0000-0000-0000-000000000000"});
    assert_eq!(refund_with(&apple, &unset).about.account_tag, None);
}

#[test]
fn a_negative_amount_is_unknown() {
    let apple = apple();
    for price in [-1, -4990, i64::MIN] {
        assert_eq!(refund_with(&apple, &json!({"price": price})).about.price, None, "{price}");
    }
    let items = |refund: i64, price: i64| {
        let refunds = json!([{"refundAmount": 500}, {"refundAmount": refund}]);
        let items = json!([{"SKU": "s", "price": price, "refunds": refunds}]);
        extent(&refund_with(&apple, &json!({"advancedCommerceInfo": {"items": items}})))
    };
    assert_eq!(items(250, 1000), Extent::TotalAmount(usd(750_000)));
    assert_eq!(items(-250, 1000), Extent::Part);
    assert_eq!(items(-250, -1000), Extent::Part);
    assert_eq!(items(250, -1000), Extent::TotalAmount(usd(750_000)));
}
