//! Purchases that a client holds: what is signed, by which key, and every way to damage it.

use super::*;
use crate::stores::{SignedPurchase, VerifiedPurchase};

fn verdict_of(apps: Vec<OneStoreApp>, data: &str, signature: &str) -> Result<VerifiedPurchase, Rejection> {
    let verifier = OneStoreVerifier::new(apps).unwrap();
    verifier.verify_purchase(&SignedPurchase::with_signature(data.as_bytes(), signature))
}

fn verdict(data: &str, signature: &str) -> Result<VerifiedPurchase, Rejection> {
    verdict_of(vec![app(&store())], data, signature)
}

fn refused(verdict: Result<VerifiedPurchase, Rejection>) -> (&'static str, u16) {
    let rejection = verdict.unwrap_err();
    assert!(!rejection.is_authentic(), "{rejection}");
    (rejection.code(), rejection.http_status())
}

/// The verdict on data that was changed before ONE Store signed it.
fn data_with(change: impl FnOnce(&mut Value)) -> Result<VerifiedPurchase, Rejection> {
    let store = store();
    let mut data = store.purchase_data("P1", PAID);
    change(&mut data);
    let text = data.to_string();
    verdict(&text, &store.sign(text.as_bytes()).unwrap())
}

#[test]
fn what_one_store_signed_is_what_is_recorded() {
    let verified = data_with(|data| {
        data["developerPayload"] = json!("tag-of-ada");
        data["quantity"] = json!(2);
        data["acknowledgeState"] = json!(1);
    })
    .unwrap();
    assert_eq!((verified.order.acknowledged, verified.revocation.is_some()), (Some(true), false));
    let purchase = verified.purchase("ada");
    assert_eq!(purchase.order_id.as_deref(), Some("P1"));
    assert_eq!(purchase.purchase_token.as_deref(), Some("token-of-P1"));
    assert_eq!(purchase.account_tag.as_deref(), Some("tag-of-ada"));
    assert_eq!(purchase.product.as_deref(), Some("gems_100"));
    assert_eq!((purchase.quantity, purchase.purchased_at, purchase.price), (Some(2), Some(PAID), None));
    assert_eq!((purchase.app.as_deref(), purchase.environment), (Some("com.example.game"), None));
    assert_eq!(purchase.check(), Ok(()));
    assert_eq!(verified.decoded["orderId"], "order-of-P1");
}

#[test]
fn the_app_is_known_by_its_client_id_or_package_name() {
    let named = |client_id: &str, package_name: Option<&str>| OneStoreApp {
        client_id: client_id.to_owned(),
        package_name: package_name.map(str::to_owned),
        ..app(&store())
    };
    let text = store().purchase_data("P1", PAID).to_string();
    let signature = store().sign(text.as_bytes()).unwrap();
    let of = |app| verdict_of(vec![app], &text, &signature);
    assert_eq!(of(named("OA00001", Some("com.example.game"))).unwrap().place.app, "OA00001");
    assert_eq!(refused(of(named("OA00001", None))), ("unknown_app", 403));
}

#[test]
fn each_byte_of_the_data_and_of_the_signature_counts() {
    let text = store().purchase_data("P1", PAID).to_string();
    let signature = store().sign(text.as_bytes()).unwrap();
    verdict(&text, &signature).unwrap();
    verdict(&format!("{text}\r\n"), &signature).unwrap();
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
    // The client's text is signed as it is: spaces count here, unlike in notifications.
    assert_eq!(refused(verdict(&text.replace(':', ": "), &signature)), ("bad_signature", 401));
    for at in (0..signature.len() - 2).step_by(5) {
        let mut bytes = signature.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(
            refused(verdict(&text, &String::from_utf8(bytes).unwrap())),
            ("bad_signature", 401),
            "{at}"
        );
    }
    assert_eq!(refused(verdict(&text, "")), ("missing_signature", 401));
    assert_eq!(refused(verdict(&text, "?")), ("signature_encoding", 401));
    assert_eq!(refused(verdict(&text, &"A".repeat(2049))), ("too_large", 413));
}

#[test]
fn only_the_apps_own_key_counts_whatever_its_length() {
    let text = store().purchase_data("P1", PAID).to_string();
    let forged = OneStore::impostor().unwrap().sign(text.as_bytes()).unwrap();
    assert_eq!(refused(verdict(&text, &forged)), ("bad_signature", 401));
    let longer = OneStore::with_longer_key().unwrap();
    let signature = longer.sign(text.as_bytes()).unwrap();
    verdict_of(vec![app(&store()), app(&longer)], &text, &signature).unwrap();
}

#[test]
fn what_is_not_purchased_is_refused() {
    for (state, word) in [(1, "canceled"), (2, "refunded"), (9, "does not know")] {
        let rejection = data_with(|data| data["purchaseState"] = json!(state)).unwrap_err();
        assert_eq!((rejection.code(), rejection.http_status()), ("not_purchased", 403), "{state}");
        assert!(rejection.to_string().contains(word), "{rejection}");
    }
}

#[test]
fn damaged_and_mistaken_data_is_named() {
    let text = store().purchase_data("P1", PAID).to_string();
    let signed = |text: &str| verdict(text, &store().sign(text.as_bytes()).unwrap());
    assert_eq!(refused(signed(&text[..text.len() - 1])), ("truncated", 400));
    assert_eq!(refused(signed("[]")), ("wrong_shape", 400));
    assert_eq!(refused(signed(&format!("{{{}}}", " ".repeat(65_536)))), ("too_large", 413));
    assert_eq!(refused(data_with(|data| data["purchaseState"] = json!("zero"))), ("wrong_shape", 400));
    assert_eq!(refused(data_with(|data| data["purchaseId"] = json!([1]))), ("wrong_shape", 400));
    let notification = String::from_utf8(canceled(&store()).request().unwrap().body).unwrap();
    for (text, found) in [
        (notification.as_str(), "a ONE Store notification (PNS)"),
        (r#"{"orderId":"GPA.1","packageName":"a","purchaseToken":"t"}"#, "Google Play's billing library"),
        ("eyJh.eyJ0cmFuc2FjdGlvbklkIjoiMSJ9.AAAA", "an App Store transaction"),
    ] {
        let rejection = verdict(text, "AAAA").unwrap_err();
        assert_eq!(rejection.code(), "wrong_kind", "{text}");
        let message = rejection.to_string();
        assert!(
            message.contains(found) && message.contains("expected the purchase data of ONE Store"),
            "{message}"
        );
    }
}
