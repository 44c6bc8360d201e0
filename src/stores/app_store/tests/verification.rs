//! What is accepted, and of which app it must be.

use super::*;

#[test]
fn a_notification_and_all_inside_it_is_taken() {
    let apple = apple();
    let renewal = json!({"environment": "Production", "signedDate": NOW.millis(), "autoRenewStatus": 1});
    let body = refund_notification(&apple).renewal_info(renewal).body().unwrap();
    let notification = verdict(&apple, &body).unwrap();
    assert_eq!(notification.payload().notification_type, NotificationType::Refund);
    assert_eq!(notification.transaction().unwrap().transaction_id.as_deref(), Some("T1"));
    assert_eq!(notification.renewal_info().unwrap().auto_renew_status, Some(AutoRenewStatus::On));
    assert_eq!(notification.bundle_id(), apple.bundle_id);
    assert_eq!(notification.environment(), AppStoreEnvironment::Production);
}

#[test]
fn a_bare_jws_is_taken_with_white_space_around_it() {
    let apple = apple();
    let jws = refund_notification(&apple).jws().unwrap();
    verdict(&apple, format!("\n {jws}\r\n").as_bytes()).unwrap();
}

#[test]
fn every_p256_chain_is_taken_too() {
    let apple = AppStore::with_chain(&AppStoreChain { on_p256: true, ..AppStoreChain::default() }).unwrap();
    verdict(&apple, &refund(&apple)).unwrap();
}

#[test]
fn the_third_certificate_is_not_looked_at() {
    let apple = apple();
    let x5c = [&apple.x5c()[0], &apple.x5c()[1], "no certificate"];
    let payload = refund_notification(&apple).payload().unwrap().to_string();
    let jws = apple.sign_with_header(&json!({"alg": "ES256", "x5c": x5c}), payload.as_bytes()).unwrap();
    verdict(&apple, jws.as_bytes()).unwrap();
}

#[test]
fn the_message_must_be_of_a_configured_app() {
    let mut apple = apple();
    let configured = apple.app();
    apple.bundle_id = "com.example.other".to_owned();
    let verifier = AppStoreVerifier::new(vec![configured]).unwrap();
    let body = refund(&apple);
    let rejection = verifier.verify_notification(&Request::of_body(&body), NOW).unwrap_err();
    assert_eq!(rejection, Rejection::UnknownApp { found: "com.example.other".to_owned() });
    assert_eq!(answer(&rejection), ("unknown_app", 403, false));
    let jws = apple.sign(&refunded(&apple)).unwrap();
    assert_eq!(verifier.verify_transaction(&jws, NOW).unwrap_err().code(), "unknown_app");
}

#[test]
fn the_apple_id_counts_in_production_and_only_there() {
    let mut apple = apple();
    let configured = apple.app();
    let verifier = AppStoreVerifier::new(vec![configured]).unwrap();
    let verdict = |body: &[u8]| verifier.verify_notification(&Request::of_body(body), NOW);
    apple.app_apple_id = 99;
    assert_eq!(answer(&verdict(&refund(&apple)).unwrap_err()), ("wrong_app_apple_id", 403, false));
    let without = refund_notification(&apple).data("appAppleId", Value::Null).body().unwrap();
    assert_eq!(answer(&verdict(&without).unwrap_err()), ("not_understood", 200, true));

    apple.environment = AppStoreEnvironment::Sandbox;
    verdict(&refund(&apple)).unwrap();
    let without = refund_notification(&apple).data("appAppleId", Value::Null).body().unwrap();
    verdict(&without).unwrap();
}

#[test]
fn the_environment_must_be_configured() {
    let mut apple = apple();
    let mut app = apple.app();
    app.environments = vec![AppStoreEnvironment::Production];
    let verifier = AppStoreVerifier::new(vec![app]).unwrap();
    apple.environment = AppStoreEnvironment::Sandbox;
    let code = |body: &[u8]| answer(&verifier.verify_notification(&Request::of_body(body), NOW).unwrap_err());
    assert_eq!(code(&refund(&apple)), ("wrong_environment", 403, false));
    let other = refund_notification(&apple).data("environment", json!("Staging")).body().unwrap();
    assert_eq!(code(&other), ("wrong_environment", 403, false));
    let none = refund_notification(&apple).data("environment", Value::Null).body().unwrap();
    assert_eq!(code(&none), ("not_understood", 200, true));
    let transaction = apple.sign(&refunded(&apple)).unwrap();
    assert_eq!(verifier.verify_transaction(&transaction, NOW).unwrap_err().code(), "wrong_environment");
    let renewal = apple.sign(&json!({"environment": "Sandbox"})).unwrap();
    assert_eq!(verifier.verify_renewal_info(&renewal, NOW).unwrap_err().code(), "wrong_environment");
}

#[test]
fn production_and_sandbox_share_a_verifier_each_under_its_own_roots() {
    let (mut live, mut test) = (apple(), apple());
    let mut sandbox = test.app();
    sandbox.environments = vec![AppStoreEnvironment::Sandbox];
    sandbox.app_apple_id = None;
    let mut production = live.app();
    production.environments = vec![AppStoreEnvironment::Production];
    let verifier = AppStoreVerifier::new(vec![sandbox, production]).unwrap();
    let verdict = |body: &[u8]| verifier.verify_notification(&Request::of_body(body), NOW).map(|_| ());

    test.environment = AppStoreEnvironment::Sandbox;
    verdict(&refund(&live)).unwrap();
    verdict(&refund(&test)).unwrap();
    // Each chain is now remembered, and still vouches only for the apps that trust its root.
    test.environment = AppStoreEnvironment::Production;
    live.environment = AppStoreEnvironment::Sandbox;
    assert_eq!(verdict(&refund(&test)).unwrap_err().code(), "chain_signature");
    assert_eq!(verdict(&refund(&live)).unwrap_err().code(), "chain_signature");
}

#[test]
fn what_is_inside_is_verified_and_must_be_of_the_same_app_and_environment() {
    let (apple, forger) = (apple(), forger());
    let forged = forger.sign(&refunded(&apple)).unwrap();
    let body = refund_notification_with(&apple, "signedTransactionInfo", &forged);
    let rejection = verdict(&apple, &body).unwrap_err();
    assert_eq!(answer(&rejection), ("nested_rejected", 401, false));
    assert!(
        matches!(&rejection, Rejection::AppStore { source: AppStoreError::Nested { member: "signedTransactionInfo", source } }
        if source.code() == "chain_signature")
    );

    let mut of_other_app = refunded(&apple);
    of_other_app["bundleId"] = json!("com.example.other");
    let other_app = apple.sign(&of_other_app).unwrap();
    let body = refund_notification_with(&apple, "signedTransactionInfo", &other_app);
    assert_eq!(refusal(&apple, &body), ("nested_of_another_app", 403, false));

    let mut of_sandbox = refunded(&apple);
    of_sandbox["environment"] = json!("Sandbox");
    let sandbox = apple.sign(&of_sandbox).unwrap();
    let body = refund_notification_with(&apple, "signedTransactionInfo", &sandbox);
    assert_eq!(refusal(&apple, &body), ("nested_of_another_environment", 403, false));

    let renewal = apple.sign(&json!({"environment": "Sandbox"})).unwrap();
    let body = refund_notification_with(&apple, "signedRenewalInfo", &renewal);
    assert_eq!(refusal(&apple, &body), ("nested_of_another_environment", 403, false));
    let renewal = forger.sign(&json!({"environment": "Production"})).unwrap();
    let body = refund_notification_with(&apple, "signedRenewalInfo", &renewal);
    assert_eq!(refusal(&apple, &body), ("nested_rejected", 401, false));

    let download = json!({"bundleId": apple.bundle_id, "appAppleId": 99, "receiptType": "Production"});
    let body = apple.notification("RESCIND_CONSENT", NOW).app_transaction(download).body().unwrap();
    assert_eq!(refusal(&apple, &body), ("nested_rejected", 401, false));
}

#[test]
fn the_unsigned_environments_are_refused_where_they_are_not_configured() {
    let mut apple = apple();
    let verifier = verifier(&apple);
    for environment in [AppStoreEnvironment::Xcode, AppStoreEnvironment::LocalTesting] {
        apple.environment = environment;
        let rejection = verifier.verify_notification(&Request::of_body(&refund(&apple)), NOW).unwrap_err();
        assert_eq!(answer(&rejection), ("unsigned_environment", 401, false));
    }
}

#[cfg(feature = "local-testing")]
#[test]
fn the_unsigned_environments_are_taken_as_hints_where_they_are_configured() {
    let mut apple = apple();
    apple.environment = AppStoreEnvironment::Xcode;
    let mut app = apple.app();
    app.environments = vec![AppStoreEnvironment::Xcode];
    let verifier = AppStoreVerifier::new(vec![app]).unwrap();
    let signal =
        verifier.verify_notification(&Request::of_body(&refund(&apple)), NOW).unwrap().signal().unwrap();
    assert_eq!(signal.place.environment, Some(Environment::Sandbox));
    assert!(matches!(signal.meaning, Meaning::Case { fact: Fact { trust: Trust::Hint, .. }, .. }));
    // Production's messages are still not accepted unsigned.
    apple.environment = AppStoreEnvironment::Production;
    let rejection = verifier.verify_notification(&Request::of_body(&refund(&apple)), NOW).unwrap_err();
    assert_eq!(rejection.code(), "wrong_environment");
}

#[test]
fn each_part_of_a_notification_can_name_the_app() {
    let apple = apple();
    for part in ["summary", "externalPurchaseToken", "appData"] {
        let about =
            apple.notification("FUTURE_KIND", NOW).about_as(part).data("externalPurchaseId", json!("1"));
        verdict(&apple, &about.body().unwrap()).unwrap();
        let elsewhere = about.data("bundleId", json!("com.example.other"));
        assert_eq!(refusal(&apple, &elsewhere.body().unwrap()).0, "unknown_app", "{part}");
    }
    let token = |id: &str| {
        let about = apple.notification("EXTERNAL_PURCHASE_TOKEN", NOW).about_as("externalPurchaseToken");
        verdict(&apple, &about.data("externalPurchaseId", json!(id)).body().unwrap()).unwrap().environment()
    };
    assert_eq!(token("SANDBOX_1"), AppStoreEnvironment::Sandbox);
    assert_eq!(token("1_SANDBOX"), AppStoreEnvironment::Production);
    let unnamed = apple.notification("EXTERNAL_PURCHASE_TOKEN", NOW).about_as("externalPurchaseToken");
    let unnamed = unnamed.data("environment", Value::Null);
    let body = unnamed.body().unwrap();
    assert_eq!(verdict(&apple, &body).unwrap().environment(), AppStoreEnvironment::Production);
    // Of another shape, it is a dead letter of production all the same.
    let body = unnamed.member("signedDate", json!("noon")).body().unwrap();
    assert_eq!(refusal(&apple, &body), ("not_understood", 200, true));
    let of_no_app = apple.sign(&json!({"notificationType": "TEST", "signedDate": NOW.millis()})).unwrap();
    assert_eq!(refusal(&apple, of_no_app.as_bytes()), ("not_understood", 200, true));
    let unnamed = apple.notification("TEST", NOW).data("bundleId", Value::Null).body().unwrap();
    assert_eq!(refusal(&apple, &unnamed), ("not_understood", 200, true));
}

#[test]
fn bare_transactions_and_renewal_infos_verify() {
    let (apple, forger) = (apple(), forger());
    let verifier = verifier(&apple);
    let transaction = verifier.verify_transaction(&apple.sign(&refunded(&apple)).unwrap(), NOW).unwrap();
    assert_eq!(transaction.product_id.as_deref(), Some("gems_100"));
    let renewal = json!({"environment": "Sandbox", "productId": "vip"});
    let info = verifier.verify_renewal_info(&apple.sign(&renewal).unwrap(), NOW).unwrap();
    assert_eq!(info.product_id.as_deref(), Some("vip"));
    let forged = forger.sign(&renewal).unwrap();
    assert_eq!(verifier.verify_renewal_info(&forged, NOW).unwrap_err().code(), "chain_signature");
}

#[test]
fn a_renewal_info_is_taken_by_whichever_app_it_verifies_for() {
    let (first, second) = (apple(), apple());
    let mut other = second.app();
    other.bundle_id = "com.example.other".to_owned();
    let verifier = AppStoreVerifier::new(vec![first.app(), other]).unwrap();
    for apple in [&first, &second] {
        let jws = apple.sign(&json!({"environment": "Production"})).unwrap();
        verifier.verify_renewal_info(&jws, NOW).unwrap();
    }
}

#[test]
fn a_renewal_info_is_tried_once_for_all_apps_of_the_same_roots_and_date() {
    let (first, second) = (apple(), apple());
    let named = |app: AppStoreApp, n: u8, effective_date| AppStoreApp {
        bundle_id: format!("com.example.game{n}"),
        effective_date,
        ..app
    };
    let apps = (0..20).map(|n| named(first.app(), n, EffectiveDate::Signed));
    let second_date = (20..30).map(|n| named(first.app(), n, EffectiveDate::Now));
    let second_roots = (30..40).map(|n| named(second.app(), n, EffectiveDate::Signed));
    let verifier = AppStoreVerifier::new(apps.chain(second_date).chain(second_roots).collect()).unwrap();
    let tries = |made_at| {
        let claims = claims::Claims { environment: Some("Production"), made_at, ..claims::Claims::default() };
        1 + verifier.routes.of_environment(&claims, NOW).unwrap().others.len()
    };
    assert_eq!(tries(None), 2);
    assert_eq!(tries(Some(Timestamp::from_secs(1))), 3);
    for apple in [&first, &second] {
        let jws = apple.sign(&json!({"environment": "Production", "signedDate": NOW.millis()})).unwrap();
        verifier.verify_renewal_info(&jws, NOW).unwrap();
    }
    let jws = forger().sign(&json!({"environment": "Production"})).unwrap();
    assert_eq!(verifier.verify_renewal_info(&jws, NOW).unwrap_err().code(), "chain_signature");
}

#[test]
fn a_transaction_is_no_renewal_info() {
    let apple = apple();
    let code = |payload: &Value| {
        let verdict = verifier(&apple).verify_renewal_info(&apple.sign(payload).unwrap(), NOW);
        verdict.map_or_else(|rejection| answer(&rejection), |_| ("taken", 200, true))
    };
    assert_eq!(code(&refunded(&apple)), ("wrong_kind", 400, false));
    for member in ["transactionId", "purchaseDate"] {
        let mut payload = json!({"environment": "Production", "originalTransactionId": "T1"});
        payload[member] = json!(1);
        assert_eq!(code(&payload), ("wrong_kind", 400, false), "{member}");
        payload["originalTransactionId"] = json!(1);
        assert_eq!(code(&payload), ("wrong_kind", 400, false), "{member}");
        payload["originalTransactionId"] = json!("T1");
        payload[member] = Value::Null;
        assert_eq!(code(&payload), ("taken", 200, true), "{member}");
    }
    let of_app = |bundle_id: &str| json!({"environment": "Production", "bundleId": bundle_id});
    assert_eq!(code(&of_app(&apple.bundle_id)), ("taken", 200, true));
    assert_eq!(code(&of_app("com.example.other")), ("unknown_app", 403, false));

    let of_other = refund_notification(&apple).renewal_info(of_app("com.example.other"));
    assert_eq!(refusal(&apple, &of_other.body().unwrap()), ("nested_of_another_app", 403, false));
}

/// Has the same names as any other throw-away App Store, and other keys.
fn forger() -> AppStore {
    AppStore::new().unwrap()
}

fn refund_notification_with(apple: &AppStore, member: &str, jws: &str) -> Vec<u8> {
    apple.notification(NotificationType::Refund, NOW).data(member, json!(jws)).body().unwrap()
}
