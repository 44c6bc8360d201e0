//! Purchases that a client holds, and each kind of JWS in place of each other.

use super::*;
use crate::stores::{SignedPurchase, VerifiedPurchase};

fn purchase_verdict(apple: &AppStore, jws: &str) -> Result<VerifiedPurchase, Rejection> {
    verifier(apple).verify_purchase(&SignedPurchase::jws(jws.as_bytes()), NOW)
}

fn bought(apple: &AppStore) -> Value {
    apple.transaction("T2", "gems_100", NOW)
}

/// The verdict on a transaction that was changed before Apple signed it.
fn signed_with(change: impl FnOnce(&mut Value)) -> Result<VerifiedPurchase, Rejection> {
    let apple = apple();
    let mut transaction = bought(&apple);
    change(&mut transaction);
    purchase_verdict(&apple, &apple.sign(&transaction).unwrap())
}

fn refused(verdict: Result<VerifiedPurchase, Rejection>) -> (&'static str, u16) {
    let rejection = verdict.unwrap_err();
    (rejection.code(), rejection.http_status())
}

#[test]
fn what_apple_signed_is_what_is_recorded() {
    let verified = signed_with(|transaction| {
        transaction["originalTransactionId"] = json!("T1");
        transaction["appAccountToken"] = json!("6D8B4E52-0D21-4C4F-9B6C-3A2F1E0D9C8B");
        transaction["quantity"] = json!(2);
    })
    .unwrap();
    assert!(verified.revocation.is_none());
    let purchase = verified.purchase("ada");
    assert_eq!((purchase.order_id.as_deref(), purchase.original_id.as_deref()), (Some("T2"), Some("T1")));
    assert_eq!(purchase.account_tag.as_deref(), Some("6d8b4e52-0d21-4c4f-9b6c-3a2f1e0d9c8b"));
    assert_eq!((purchase.quantity, purchase.purchased_at), (Some(2), Some(NOW)));
    assert_eq!(purchase.price.map(|price| price.micros), Some(4_990_000));
    assert_eq!(purchase.product_type, Some(ProductType::Consumable));
    assert_eq!(purchase.environment, Some(Environment::Production));
    assert_eq!(purchase.app.as_deref(), Some("com.example.game"));
    assert_eq!(purchase.check(), Ok(()));
}

#[test]
fn a_family_members_purchase_has_neither_the_buyers_id_nor_price() {
    let verified = signed_with(|transaction| {
        transaction["originalTransactionId"] = json!("T1");
        transaction["inAppOwnershipType"] = json!("FAMILY_SHARED");
    })
    .unwrap();
    let purchase = verified.purchase("ada");
    assert_eq!(
        (purchase.order_id.as_deref(), purchase.original_id, purchase.price),
        (Some("T2"), None, None)
    );
}

#[test]
fn a_revoked_transaction_reports_its_refund() {
    let apple = apple();
    let transaction = AppStore::refunded(bought(&apple), NOW);
    let verified = purchase_verdict(&apple, &apple.sign(&transaction).unwrap()).unwrap();
    let signal = verified.revocation.unwrap();
    assert_eq!(signal.notification_id, "signed-purchase:Production:T2:1800000000000:\"full\"");
    let Meaning::Case { key, fact } = signal.meaning else { panic!("{signal:?}") };
    assert_eq!((key, fact.at, fact.trust), (CaseKey::Order("T2".to_owned()), NOW, Trust::Signed));
    assert!(matches!(fact.what, FactKind::Refunded { extent: Extent::Full, .. }));
}

#[test]
fn app_environment_chain_and_time_are_checked_as_for_notifications() {
    assert_eq!(refused(signed_with(|t| t["bundleId"] = json!("com.example.other"))), ("unknown_app", 403));
    assert_eq!(refused(signed_with(|t| t["bundleId"] = Value::Null)), ("no_bundle_id", 400));
    assert_eq!(refused(signed_with(|t| t["environment"] = Value::Null)), ("no_environment", 400));
    assert_eq!(refused(signed_with(|t| t["environment"] = json!("Beta"))), ("wrong_environment", 403));
    for environment in ["Xcode", "LocalTesting"] {
        assert_eq!(
            refused(signed_with(|t| t["environment"] = json!(environment))),
            ("unsigned_environment", 401)
        );
    }
    assert_eq!(refused(signed_with(|t| t["transactionId"] = json!(""))), ("no_order", 400));
    let sandbox = signed_with(|t| t["environment"] = json!("Sandbox")).unwrap();
    assert_eq!(sandbox.place.environment, Some(Environment::Sandbox));

    let (apple, stranger) = (apple(), AppStore::new().unwrap());
    let forged = stranger.sign(&bought(&apple)).unwrap();
    assert_eq!(refused(purchase_verdict(&apple, &forged)), ("chain_signature", 401));
    // Its certificates must have been valid when it was signed.
    let later = NOW.plus(Span::from_days(100 * 365));
    let expired = signed_with(|t| t["signedDate"] = json!(later.millis()));
    assert_eq!(refused(expired), ("certificate_expired", 401));
    // By configuration, now.
    let now = AppStoreApp { effective_date: EffectiveDate::Now, ..apple.app() };
    let verifier = AppStoreVerifier::new(vec![now]).unwrap();
    let jws = apple.sign(&bought(&apple)).unwrap();
    let verdict = |at| verifier.verify_purchase(&SignedPurchase::jws(jws.as_bytes()), at);
    verdict(NOW).unwrap();
    assert_eq!(refused(verdict(later)), ("certificate_expired", 401));
}

#[test]
fn each_byte_of_the_jws_counts() {
    let apple = apple();
    let jws = apple.sign(&bought(&apple)).unwrap();
    let verifier = verifier(&apple);
    let verdict = |jws: &[u8]| verifier.verify_purchase(&SignedPurchase::jws(jws), NOW);
    verdict(format!("\n{jws}\n").as_bytes()).unwrap();
    for at in (0..jws.len() - 1).step_by(3) {
        let mut altered = jws.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        assert!(verdict(&altered).is_err(), "{at}");
    }
    for end in [0, 10, jws.len() / 2, jws.len() - 1] {
        assert!(verdict(&jws.as_bytes()[..end]).is_err(), "{end}");
    }
    let oversize = "A".repeat(256 * 1024 + 1);
    assert_eq!(refused(verdict(oversize.as_bytes())), ("too_large", 413));
    assert!(verdict(b"\xff\xfe").is_err());
    let beside = SignedPurchase::with_signature(jws.as_bytes(), "AAAA");
    assert_eq!(refused(verifier.verify_purchase(&beside, NOW)), ("unexpected_signature", 400));
    verifier.verify_purchase(&SignedPurchase::with_signature(jws.as_bytes(), ""), NOW).unwrap();
}

/// One of each kind, by its name in messages.
fn kinds(apple: &AppStore) -> Vec<(&'static str, String)> {
    let body: Value = serde_json::from_slice(&refund(apple)).unwrap();
    let renewal = json!({"environment": "Production", "originalTransactionId": "T1", "autoRenewStatus": 1,
                         "productId": "vip", "signedDate": NOW.millis()});
    let app = json!({"receiptType": "Production", "bundleId": apple.bundle_id, "appAppleId": apple.app_apple_id,
                     "receiptCreationDate": NOW.millis(), "originalApplicationVersion": "1.0"});
    vec![
        ("notification (", body["signedPayload"].as_str().unwrap().to_owned()),
        ("transaction (signedTransactionInfo", apple.sign(&bought(apple)).unwrap()),
        ("renewal info (", apple.sign(&renewal).unwrap()),
        ("app transaction (", apple.sign(&app).unwrap()),
    ]
}

#[test]
fn each_kind_given_for_each_other_is_named_with_what_was_expected() {
    let apple = apple();
    let verifier = verifier(&apple);
    type Verify<'a> = Box<dyn Fn(&str) -> Option<Rejection> + 'a>;
    let expected: Vec<(&str, Verify<'_>)> = vec![
        ("notification (", Box::new(|jws| verdict(&apple, jws.as_bytes()).err())),
        ("transaction (signedTransactionInfo", Box::new(|jws| verifier.verify_transaction(jws, NOW).err())),
        ("renewal info (", Box::new(|jws| verifier.verify_renewal_info(jws, NOW).err())),
        ("transaction (signedTransactionInfo", Box::new(|jws| purchase_verdict(&apple, jws).err())),
    ];
    for (expected, verify) in &expected {
        for (given, jws) in kinds(&apple) {
            let rejection = verify(&jws);
            if given == *expected {
                assert_eq!(rejection, None, "{given}");
                continue;
            }
            let rejection = rejection.unwrap();
            assert_eq!(answer(&rejection), ("wrong_kind", 400, false), "{given} for {expected}");
            let message = rejection.to_string();
            let (found, wanted) = message.split_once(": expected ").unwrap();
            assert!(found.contains(given) && wanted.contains(expected), "{message}");
        }
    }
    // The whole body of a notification, and a receipt of StoreKit 1.
    for text in [String::from_utf8(refund(&apple)).unwrap(), "MIIUTwYJKoZIhvcNAQcCoIIUQDCCFDwCAQ".to_owned()]
    {
        for rejection in
            [verifier.verify_transaction(&text, NOW).err(), purchase_verdict(&apple, &text).err()]
        {
            assert_eq!(answer(&rejection.unwrap()), ("wrong_kind", 400, false), "{text}");
        }
    }
}

#[test]
fn a_nested_jws_of_another_kind_is_a_dead_letter() {
    let apple = apple();
    for (member, expected) in [("signedTransactionInfo", 1), ("signedRenewalInfo", 2)] {
        for (at, (_, jws)) in kinds(&apple).into_iter().enumerate().filter(|(at, _)| *at != expected) {
            let notification = apple.notification(NotificationType::Refund, NOW);
            let notification = match member {
                "signedRenewalInfo" => notification.transaction(refunded(&apple)),
                _ => notification,
            };
            let body = notification.data(member, json!(jws)).body().unwrap();
            assert_eq!(refusal(&apple, &body), ("not_understood", 200, true), "{member} {at}");
        }
    }
}
