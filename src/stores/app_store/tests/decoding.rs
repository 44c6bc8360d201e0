//! The values read from messages, known to this version or not.

use super::*;

#[test]
fn every_kind_of_notification_decodes_and_prints_as_it_came() {
    let apple = apple();
    let verifier = verifier(&apple);
    assert_eq!((NotificationType::KNOWN.len(), Subtype::KNOWN.len()), (23, 19));
    let kinds = NotificationType::KNOWN.iter().map(NotificationType::as_str).chain(["FROM_2031"]);
    let subtypes: Vec<_> = Subtype::KNOWN.iter().map(Subtype::as_str).chain(["ANOTHER"]).collect();
    for (n, kind) in kinds.enumerate() {
        let subtype = subtypes[n % subtypes.len()];
        let body = apple
            .notification(kind, NOW)
            .subtype(subtype)
            .transaction(refunded(&apple))
            .data("newMember", json!([{"a": 1}]))
            .body()
            .unwrap();
        let notification = verifier.verify_notification(&Request::of_body(&body), NOW).unwrap();
        let signal = notification.signal().unwrap();
        assert_eq!(signal.name, kind);
        let printed = serde_json::to_value(&notification).unwrap();
        assert_eq!((&printed["notificationType"], &printed["subtype"]), (&json!(kind), &json!(subtype)));
    }
    let unknown: NotificationType = "FROM_2031".into();
    assert_eq!(unknown, NotificationType::Unknown("FROM_2031".to_owned()));
    for known in NotificationType::KNOWN {
        assert!(!matches!(NotificationType::from(known.as_str()), NotificationType::Unknown(_)));
    }
}

#[test]
fn unknown_values_of_other_enumerations_are_kept() {
    let apple = apple();
    let mut transaction = refunded(&apple);
    for (member, value) in [
        ("type", json!("Rental")),
        ("inAppOwnershipType", json!("LENT")),
        ("transactionReason", json!("GIFT")),
        ("revocationReason", json!(9)),
        ("revocationType", json!("REFUND_ODD")),
        ("offerType", json!(17)),
        ("revocationPercentage", json!(-5)),
    ] {
        transaction[member] = value;
    }
    let body = apple
        .notification("REFUND", NOW)
        .transaction(transaction.clone())
        .status(42)
        .data("consumptionRequestReason", json!("BORED"))
        .body()
        .unwrap();
    let notification = verdict(&apple, &body).unwrap();
    assert_eq!(notification.payload().data.as_ref().unwrap().status, Some(SubscriptionStatus::Unknown(42)));
    let printed = serde_json::to_value(&notification).unwrap();
    assert_eq!(printed["transactionInfo"], transaction);
    let Meaning::Case { fact, .. } = notification.signal().unwrap().meaning else { panic!() };
    let FactKind::Refunded { extent, reason, subscription_live, .. } = fact.what else { panic!() };
    assert_eq!((extent, reason, subscription_live), (Extent::Part, None, None));
    assert_eq!(fact.about.product_type, None);
}

#[test]
fn times_may_have_decimals_and_prices_need_all_of_i64() {
    let apple = apple();
    let mut transaction = refunded(&apple);
    transaction["purchaseDate"] = json!(1_697_679_936_049.729_7);
    transaction["price"] = json!(9_007_199_254_740_993_i64);
    transaction["expiresDate"] = Value::Null;
    let transaction = verifier(&apple).verify_transaction(&apple.sign(&transaction).unwrap(), NOW).unwrap();
    assert_eq!(transaction.purchase_date, Some(Timestamp::from_millis(1_697_679_936_049)));
    assert_eq!(transaction.price, Some(9_007_199_254_740_993));
    assert_eq!(transaction.expires_date, None);

    for bad in [json!(1e300), json!(u64::MAX), json!("1697679936049.7"), json!(true), json!("")] {
        let mut transaction = refunded(&apple);
        transaction["purchaseDate"] = bad;
        let rejection =
            verifier(&apple).verify_transaction(&apple.sign(&transaction).unwrap(), NOW).unwrap_err();
        assert_eq!(answer(&rejection), ("not_understood", 200, true));
    }
}

#[test]
fn a_notification_without_an_id_goes_by_its_fingerprint() {
    let apple = apple();
    let without = || apple.notification("TEST", NOW).member("notificationUUID", Value::Null);
    let body = without().body().unwrap();
    let id = |body: &[u8]| verdict(&apple, body).unwrap().signal().unwrap().notification_id;
    assert_eq!(id(&body), id(&body));
    assert_eq!(id(&body).len(), "sha256:".len() + 64);
    assert_ne!(id(&body), id(&without().subtype("OTHER").body().unwrap()));
    assert_eq!(id(&apple.notification("TEST", NOW).id("u-1").body().unwrap()), "u-1");
}

#[test]
fn whole_numbers_may_have_decimals_or_be_text() {
    let apple = apple();
    let plain = verifier(&apple).verify_transaction(&apple.sign(&refunded(&apple)).unwrap(), NOW).unwrap();
    for member in [
        "price",
        "quantity",
        "signedDate",
        "purchaseDate",
        "revocationDate",
        "revocationReason",
        "revocationPercentage",
    ] {
        let number = refunded(&apple)[member].as_i64().unwrap();
        for written in [json!(number.to_string()), serde_json::from_str(&format!("{number}.0")).unwrap()] {
            let mut transaction = refunded(&apple);
            transaction[member] = written;
            let read = verifier(&apple).verify_transaction(&apple.sign(&transaction).unwrap(), NOW).unwrap();
            assert_eq!(read, plain, "{member}");
        }
    }
    for odd in [json!(4990.5), json!("4.99"), json!(" 1"), json!(u64::MAX), json!(1e300), json!([])] {
        let mut transaction = refunded(&apple);
        transaction["price"] = odd.clone();
        let jws = apple.sign(&transaction).unwrap();
        assert_eq!(
            verifier(&apple).verify_transaction(&jws, NOW).unwrap_err().code(),
            "not_understood",
            "{odd}"
        );
    }
}

#[test]
fn the_apple_id_and_the_date_may_have_decimals_or_be_text_wherever_they_are_read() {
    let apple = apple();
    let id = apple.app_apple_id;
    for id in [json!(id.to_string()), serde_json::from_str(&format!("{id}.0")).unwrap()] {
        let notification = refund_notification(&apple).data("appAppleId", id);
        verdict(&apple, &notification.body().unwrap()).unwrap();
        let misshapen =
            notification.member("version", json!("2.0")).data("signedRenewalInfo", json!(1)).body().unwrap();
        assert_eq!(refusal(&apple, &misshapen), ("not_understood", 200, true));
    }
    let long_ago = 1_000_000_000_000_i64;
    for date in [json!(long_ago.to_string()), json!(1_000_000_000_000.5)] {
        let misshapen =
            refund_notification(&apple).member("signedDate", date).data("signedRenewalInfo", json!(1));
        assert_eq!(refusal(&apple, &misshapen.body().unwrap()).0, "certificate_not_yet_valid");
    }
}

#[test]
fn an_odd_member_that_decides_nothing_is_left_out() {
    let apple = apple();
    let plain = verdict(&apple, &refund(&apple)).unwrap().signal().unwrap();
    for member in [
        "webOrderLineItemId",
        "subscriptionGroupIdentifier",
        "originalPurchaseDate",
        "expiresDate",
        "isUpgraded",
        "offerType",
        "offerIdentifier",
        "offerDiscountType",
        "offerPeriod",
        "storefrontId",
        "transactionReason",
        "billingPlanType",
        "commitmentInfo",
    ] {
        let mut transaction = refunded(&apple);
        transaction[member] = json!([1]);
        let body = apple.notification("REFUND", NOW).transaction(transaction).body().unwrap();
        assert_eq!(verdict(&apple, &body).unwrap().signal().unwrap(), plain, "{member}");
    }
    let with_storefront = |storefront: Value| {
        let mut transaction = refunded(&apple);
        transaction["storefront"] = storefront;
        let body = apple.notification("REFUND", NOW).transaction(transaction).body().unwrap();
        verdict(&apple, &body).unwrap().signal().unwrap()
    };
    let without = with_storefront(json!(null));
    assert_ne!(without, plain, "a storefront is the country");
    for odd in [json!([1]), json!("United States"), json!("")] {
        assert_eq!(with_storefront(odd.clone()), without, "{odd}");
    }
    for items in
        [json!(null), json!([]), json!([{"SKU": 1, "description": 2, "offer": 3, "revocationDate": "x"}])]
    {
        let mut transaction = refunded(&apple);
        transaction["advancedCommerceInfo"] = json!({
            "items": items, "taxRate": 0.5, "taxCode": 1, "estimatedTax": "x", "descriptors": 1, "period": 1,
        });
        let body = apple.notification("REFUND", NOW).transaction(transaction).body().unwrap();
        assert_eq!(verdict(&apple, &body).unwrap().signal().unwrap(), plain, "{items}");
    }
    let odd = refund_notification(&apple)
        .member("version", json!(2))
        .member("subtype", json!(3))
        .data("bundleVersion", json!(4))
        .renewal_info(json!({"environment": "Production", "offerPeriod": 1, "autoRenewStatus": "on", "renewalDate": []}));
    assert_eq!(verdict(&apple, &odd.body().unwrap()).unwrap().signal().unwrap(), plain);
    let mut transaction = refunded(&apple);
    transaction["transactionId"] = json!(2_000_001);
    let body = apple.notification("REFUND", NOW).transaction(transaction).body().unwrap();
    assert_eq!(refusal(&apple, &body), ("not_understood", 200, true));
}

#[test]
fn a_fingerprint_is_of_what_was_signed_and_not_of_the_signature() {
    let apple = apple();
    let payload = apple.notification("TEST", NOW).member("notificationUUID", Value::Null).payload().unwrap();
    // ECDSA signs the same twice in two ways.
    let (first, second) = (apple.sign(&payload).unwrap(), apple.sign(&payload).unwrap());
    assert_ne!(first, second);
    let id = |jws: &str| verdict(&apple, jws.as_bytes()).unwrap().id().to_owned();
    assert_eq!(id(&first), id(&second));
}

#[test]
fn a_member_that_nothing_reads_costs_no_refund() {
    let apple = apple();
    let deep = format!("{}1{}", "[".repeat(25), "]".repeat(25));
    let header = json!({"alg": "ES256", "x5c": apple.x5c()});
    let meaning = |transaction: &str, outer: &dyn Fn(String) -> String| {
        let transaction = apple.sign_with_header(&header, transaction.as_bytes()).unwrap();
        let mut payload = refund_notification(&apple).payload().unwrap();
        payload["data"]["signedTransactionInfo"] = json!(transaction);
        let jws = apple.sign_with_header(&header, outer(payload.to_string()).as_bytes()).unwrap();
        verdict(&apple, jws.as_bytes()).unwrap().signal().unwrap().meaning
    };
    let mut transaction = refunded(&apple);
    transaction["storefront"] = json!(null);
    let plain = meaning(&transaction.to_string(), &|text| text);
    for member in ["offerPeriod", "storefront", "commitmentInfo", "new"] {
        transaction[member] = json!("HERE");
    }
    transaction["advancedCommerceInfo"] =
        json!({"descriptors": "HERE", "taxCode": "HERE", "items": [{"SKU": "HERE", "offer": "HERE"}]});
    for odd in [
        r#"{"a":1,"a":2}"#,
        r#""\ud800""#,
        r#"{"\ud800":1,"\ud801":2}"#,
        r#"{"$serde_json::private::RawValue":"[[[["}"#,
        "1e999999",
        &deep,
    ] {
        let twice = format!("\"x\":{odd},\"x\":{odd},");
        let text = transaction.to_string().replace("\"HERE\"", odd).replacen('{', &format!("{{{twice}"), 1);
        let outer = |text: String| {
            text.replacen('{', &format!("{{{twice}\"subtype\":{odd},\"summary\":{odd},"), 1)
                .replace("\"data\":{", &format!("\"data\":{{{twice}\"bundleVersion\":{odd},"))
        };
        assert_eq!(meaning(&text, &outer), plain, "{odd}");
    }
}
