//! Purchases that a client holds: what is signed, by which key, and every way to damage it.

use super::*;
use crate::model::ProductType;
use crate::stores::{SignedPurchase, VerifiedPurchase};

fn app_with_key(google: &GooglePlay) -> GooglePlayApp {
    let key = GooglePlayApp::license_key(&google.package_name, &google.license_key().unwrap()).unwrap();
    GooglePlayApp { license_keys: vec![key], ..app(google) }
}

fn verdict_of(apps: Vec<GooglePlayApp>, data: &str, signature: &str) -> Result<VerifiedPurchase, Rejection> {
    let verifier = GooglePlayVerifier::new(apps).unwrap();
    verifier.verify_purchase(&SignedPurchase::with_signature(data.as_bytes(), signature))
}

fn verdict(data: &str, signature: &str) -> Result<VerifiedPurchase, Rejection> {
    verdict_of(vec![app_with_key(&google())], data, signature)
}

fn refused(verdict: Result<VerifiedPurchase, Rejection>) -> (&'static str, u16) {
    let rejection = verdict.unwrap_err();
    assert!(!rejection.is_authentic(), "{rejection}");
    (rejection.code(), rejection.http_status())
}

fn data() -> Value {
    google().purchase_data("GPA.1-2-3-4", "gems_100", NOW)
}

/// The verdict on data that was changed before Google signed it.
fn signed_with(change: impl FnOnce(&mut Value)) -> Result<VerifiedPurchase, Rejection> {
    let mut data = data();
    change(&mut data);
    let text = data.to_string();
    verdict(&text, &google().sign_purchase(&text).unwrap())
}

#[test]
fn what_google_signed_is_what_is_recorded() {
    let verified = signed_with(|data| {
        data["obfuscatedAccountId"] = json!("tag-of-ada");
        data["obfuscatedProfileId"] = json!("profile");
        data["quantity"] = json!(3);
        data["acknowledged"] = json!(true);
    })
    .unwrap();
    assert_eq!(verified.order.acknowledged, Some(true));
    assert!(verified.revocation.is_none());
    assert_eq!(verified.decoded["obfuscatedProfileId"], "profile");
    let purchase = verified.purchase("ada");
    assert_eq!(purchase.order_id.as_deref(), Some("GPA.1-2-3-4"));
    assert_eq!(purchase.purchase_token.as_deref(), Some("token-of-GPA.1-2-3-4"));
    assert_eq!(purchase.account_tag.as_deref(), Some("tag-of-ada"));
    assert_eq!(purchase.product.as_deref(), Some("gems_100"));
    assert_eq!((purchase.quantity, purchase.purchased_at), (Some(3), Some(NOW)));
    assert_eq!((purchase.environment, purchase.price, &purchase.original_id), (None, None, &None));
    assert_eq!(purchase.app.as_deref(), Some("com.example.game"));
    assert_eq!((purchase.user.as_str(), purchase.check()), ("ada", Ok(())));
}

#[test]
fn older_and_newer_forms_of_the_data_are_read() {
    let subscription = signed_with(|data| data["autoRenewing"] = json!(true)).unwrap();
    assert_eq!(subscription.order.product_type, Some(ProductType::Subscription));
    // An ended subscription has the same data as a one-time product.
    let ended = signed_with(|data| data["autoRenewing"] = json!(false)).unwrap();
    assert_eq!(ended.order.product_type, None);
    let members = |products: Value| {
        signed_with(|data| {
            data.as_object_mut().unwrap().remove("productId");
            data["productIds"] = products;
        })
    };
    assert_eq!(members(json!(["vip"])).unwrap().order.product.as_deref(), Some("vip"));
    assert_eq!(members(json!(["vip", "more"])).unwrap().order.product, None);
    let older = signed_with(|data| {
        let members = data.as_object_mut().unwrap();
        for later in ["purchaseState", "purchaseToken", "quantity", "acknowledged"] {
            members.remove(later);
        }
        data["token"] = json!("t");
        data["purchaseTime"] = json!(NOW.millis().to_string());
    })
    .unwrap();
    assert_eq!(older.order.purchase_token.as_deref(), Some("t"));
    assert_eq!((older.order.purchased_at, older.order.acknowledged), (Some(NOW), None));
    // A promotion code's purchase has no order id.
    let promotion = signed_with(|data| data["orderId"] = json!("")).unwrap();
    assert_eq!((promotion.order.order_id.as_deref(), promotion.purchase("ada").check()), (None, Ok(())));
}

#[test]
fn each_byte_of_the_data_counts() {
    let text = data().to_string();
    let signature = google().sign_purchase(&text).unwrap();
    verdict(&text, &signature).unwrap();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(altered) = String::from_utf8(bytes) else { continue };
        let refused = refused(verdict(&altered, &signature));
        let codes = [
            "bad_signature",
            "not_json",
            "unknown_app",
            "wrong_kind",
            "wrong_shape",
            "truncated",
            "duplicate_key",
        ];
        assert!(codes.contains(&refused.0), "{refused:?} for {altered}");
    }
    for spaced in [text.replace(':', ": "), text.replacen(',', ",\n", 1)] {
        assert_eq!(refused(verdict(&spaced, &signature)), ("bad_signature", 401), "{spaced}");
    }
    // A file's own line break, which is not signed.
    verdict(&format!("{text}\n"), &format!("{signature}\n")).unwrap();
    // Android's base64 breaks lines.
    let lines: Vec<&str> =
        signature.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    verdict(&text, &lines.join("\n")).unwrap();
}

#[test]
fn each_byte_of_the_signature_counts() {
    let text = data().to_string();
    let signature = google().sign_purchase(&text).unwrap();
    for at in (0..signature.len() - 2).step_by(7) {
        let mut bytes = signature.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(
            refused(verdict(&text, &String::from_utf8(bytes).unwrap())),
            ("bad_signature", 401),
            "{at}"
        );
    }
    assert_eq!(refused(verdict(&text, "")), ("missing_signature", 401));
    assert_eq!(refused(verdict(&text, " \n")), ("missing_signature", 401));
    assert_eq!(refused(verdict(&text, "?")), ("signature_encoding", 401));
    assert_eq!(refused(verdict(&text, &signature[..signature.len() - 4])), ("bad_signature", 401));
    assert_eq!(refused(verdict(&text, &"A".repeat(2048))), ("bad_signature", 401));
    assert_eq!(refused(verdict(&text, &"A".repeat(2049))), ("too_large", 413));
    let of_another =
        google().sign_purchase(&google().purchase_data("GPA.9", "gems_100", NOW).to_string()).unwrap();
    assert_eq!(refused(verdict(&text, &of_another)), ("bad_signature", 401));
}

#[test]
fn only_the_apps_own_keys_count() {
    let text = data().to_string();
    let forged = GooglePlay::impostor().unwrap().sign_purchase(&text).unwrap();
    assert_eq!(refused(verdict(&text, &forged)), ("bad_signature", 401));

    let mut other = GooglePlay::impostor().unwrap();
    "com.example.other".clone_into(&mut other.package_name);
    let apps = vec![app_with_key(&google()), app_with_key(&other)];
    assert_eq!(refused(verdict_of(apps.clone(), &text, &forged)), ("bad_signature", 401));
    let of_other = other.purchase_data("GPA.1", "gems_100", NOW).to_string();
    let verified = verdict_of(apps, &of_other, &other.sign_purchase(&of_other).unwrap()).unwrap();
    assert_eq!(verified.place.app, "com.example.other");
    assert_eq!(refused(verdict(&of_other, &other.sign_purchase(&of_other).unwrap())), ("unknown_app", 403));

    // While the app has two keys, either counts.
    let mut both = app_with_key(&google());
    let impostor = GooglePlay::impostor().unwrap();
    both.license_keys.push(GooglePlayApp::license_key("a", &impostor.license_key().unwrap()).unwrap());
    verdict_of(vec![both.clone()], &text, &forged).unwrap();
    verdict_of(vec![both], &text, &google().sign_purchase(&text).unwrap()).unwrap();
}

#[test]
fn without_a_licence_key_the_error_names_where_to_find_it() {
    let text = data().to_string();
    let rejection = verdict_of(vec![app(&google())], &text, "AAAA").unwrap_err();
    assert_eq!((rejection.code(), rejection.http_status()), ("no_license_key", 500));
    let message = rejection.to_string();
    for part in ["google_play[].license_keys", "com.example.game", "Monetization setup > Licensing"] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[test]
fn what_is_not_purchased_is_refused_only_once_it_is_known_to_be_googles() {
    for (state, word) in
        [(1, "canceled"), (2, "refunded"), (4, "pending"), (7, "does not know"), (-1, "does not know")]
    {
        let rejection = signed_with(|data| data["purchaseState"] = json!(state)).unwrap_err();
        assert_eq!((rejection.code(), rejection.http_status()), ("not_purchased", 403), "{state}");
        assert!(rejection.to_string().contains(word), "{rejection}");
    }
    let mut pending = data();
    pending["purchaseState"] = json!(4);
    assert_eq!(refused(verdict(&pending.to_string(), "AAAA")), ("bad_signature", 401));
}

#[test]
fn damaged_and_mistaken_data_is_named() {
    let signed = |text: &str| verdict(text, &google().sign_purchase(text).unwrap());
    let text = data().to_string();
    assert_eq!(refused(signed(&text[..text.len() - 1])), ("truncated", 400));
    assert_eq!(refused(signed("")), ("truncated", 400));
    assert_eq!(refused(signed("[]")), ("wrong_shape", 400));
    assert_eq!(refused(signed("7")), ("wrong_shape", 400));
    assert_eq!(refused(signed(&text.replacen('{', "{\"orderId\":\"GPA.9\",", 1))), ("duplicate_key", 400));
    assert_eq!(
        refused(signed(&text.replacen('{', &format!("{{\"x\":\"{}\",", "x".repeat(65_536)), 1))),
        ("too_large", 413)
    );
    assert_eq!(refused(signed_with(|data| data["purchaseState"] = json!("zero"))), ("wrong_shape", 400));
    assert_eq!(refused(signed_with(|data| data["packageName"] = json!(null))), ("unknown_app", 403));
    let nameless = signed_with(|data| {
        data["orderId"] = json!("");
        data["purchaseToken"] = json!("");
    });
    // With neither id it does not even have the form of a purchase.
    assert_eq!(refused(nameless), ("no_order", 400));
}

#[test]
fn another_kind_of_text_is_named_with_what_was_expected() {
    let push = push(&google());
    let notification = String::from_utf8(push.body).unwrap();
    for (text, found) in [
        (notification.as_str(), "a Google Play notification"),
        (&google().test(NOW).to_string(), ""),
        (r#"{"signedPayload":"a.b.c"}"#, "the body of an App Store notification"),
        (r#"{"unified_receipt":{},"notification_type":"CANCEL"}"#, "version 1"),
        (r#"{"signedTransactionInfo":"a.b.c"}"#, "App Store Server API"),
        (r#"{"msgVersion":"3.1.0","purchaseId":"1"}"#, "a ONE Store notification"),
        (r#"{"purchaseId":"1","orderId":"2"}"#, "ONE Store's library"),
        (r#"{"kind":"androidpublisher#productPurchase","orderId":"GPA.1"}"#, "server API"),
        (r#"{"Store":"GooglePlay","TransactionID":"t","Payload":"{}"}"#, "Unity IAP"),
        (r#"{"json":"{}","signature":"AAAA"}"#, "Unity IAP"),
        ("MIIUTwYJKoZIhvcNAQcCoIIUQDCCFDwCAQ", "StoreKit 1"),
        ("eyJh.eyJ0cmFuc2FjdGlvbklkIjoiMSJ9.AAAA", "an App Store transaction"),
        ("eyJh.e30.AAAA", "a JWS of another kind"),
    ] {
        let rejection = verdict(text, "AAAA").unwrap_err();
        if found.is_empty() {
            assert_eq!(rejection.code(), "bad_signature", "{text}");
            continue;
        }
        assert_eq!((rejection.code(), rejection.http_status()), ("wrong_kind", 400), "{text}");
        let message = rejection.to_string();
        assert!(
            message.contains(found) && message.contains("expected the purchase data of Google Play"),
            "{message}"
        );
    }
}

#[test]
fn keys_of_less_than_2048_bits_and_other_text_are_refused_by_the_configuration() {
    let short = crate::testing::OneStore::new().unwrap().license_key().unwrap();
    for (key, problem) in
        [(short.as_str(), "1024 bits"), ("?", "not base64"), ("AAAA", "SubjectPublicKeyInfo")]
    {
        let refused = GooglePlayApp::license_key("com.example.game", key).unwrap_err().to_string();
        assert!(refused.contains(problem) && refused.contains("Licensing"), "{refused}");
    }
    let mut short_app = app(&google());
    short_app.license_keys = vec![RsaPublicKey::from_license_key(&short).unwrap()];
    assert!(matches!(
        GooglePlayVerifier::new(vec![short_app]),
        Err(GooglePlayConfigError::LicenseKey { .. })
    ));
}
