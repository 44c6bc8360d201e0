//! Requests that are no notifications: each is reported by its own code, and the store gets the right answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

fn header(apple: &AppStore) -> Value {
    json!({"alg": "ES256", "x5c": apple.x5c()})
}

fn signed_bytes(apple: &AppStore, payload: &[u8]) -> Vec<u8> {
    apple.sign_with_header(&header(apple), payload).unwrap().into_bytes()
}

#[test]
fn bodies_that_cannot_be_read() {
    let apple = apple();
    let whole = refund(&apple);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
    for (body, expected) in [
        (b"".as_slice(), ("truncated", 400, false)),
        (&whole[..whole.len() - 2], ("truncated", 400, false)),
        (b"{\"signedPayload\":\"\xff\"}", ("not_utf8", 400, false)),
        (b"\xff", ("not_utf8", 400, false)),
        (b"{signedPayload}", ("not_json", 400, false)),
        (b"<html>", ("not_json", 400, false)),
        (b"{\"signedPayload\":\"a.b.c\"} x", ("not_json", 400, false)),
        (b"{\"signedPayload\":\"a\",\"signedPayload\":\"b\"}", ("duplicate_key", 400, false)),
        (deep.as_bytes(), ("too_deep", 400, false)),
        (b"{}", ("wrong_shape", 400, false)),
        (b"[1]", ("wrong_shape", 400, false)),
        (b"{\"signedPayload\":1}", ("wrong_shape", 400, false)),
        (b"{\"signedPayload\":null}", ("wrong_shape", 400, false)),
        (b"{\"signedPayload\":\"\"}", ("jws_segments", 400, false)),
        (b"hello", ("jws_segments", 400, false)),
        (b"a.b.c.d", ("jws_segments", 400, false)),
        (b"a.b", ("jws_segments", 400, false)),
        (b"a.b.c", ("jws_base64", 400, false)),
    ] {
        let text = String::from_utf8_lossy(body);
        assert_eq!(refusal(&apple, body), expected, "{text:.80}");
    }
}

#[test]
fn oversize_is_refused_before_it_is_read() {
    let apple = apple();
    let body = vec![b' '; 256 * 1024 + 1];
    assert_eq!(refusal(&apple, &body), ("too_large", 413, false));
    let jws = "a".repeat(256 * 1024 + 1);
    let rejection = verifier(&apple).verify_transaction(&jws, NOW).unwrap_err();
    assert_eq!(answer(&rejection), ("too_large", 413, false));
}

#[test]
fn only_es256_is_taken() {
    let apple = apple();
    let payload = refund_notification(&apple).payload().unwrap().to_string();
    for alg in ["none", "HS256", "RS256", "ES384", "es256", ""] {
        let header = json!({"alg": alg, "x5c": apple.x5c()});
        let jws = apple.sign_with_header(&header, payload.as_bytes()).unwrap();
        assert_eq!(refusal(&apple, jws.as_bytes()), ("wrong_algorithm", 401, false), "{alg}");
    }
    for (header, expected) in [
        (json!({"x5c": apple.x5c()}), ("wrong_shape", 400, false)),
        (json!({"alg": 1, "x5c": apple.x5c()}), ("wrong_shape", 400, false)),
        (json!({"alg": "ES256", "crit": ["b64"], "x5c": apple.x5c()}), ("critical_extension", 401, false)),
        (json!({"alg": "ES256", "crit": null, "x5c": apple.x5c()}), ("critical_extension", 401, false)),
    ] {
        let jws = apple.sign_with_header(&header, payload.as_bytes()).unwrap();
        assert_eq!(refusal(&apple, jws.as_bytes()), expected, "{header:.60}");
    }
}

#[test]
fn headers_are_read_strictly() {
    let apple = apple();
    let payload = URL_SAFE_NO_PAD.encode(refund_notification(&apple).payload().unwrap().to_string());
    for (header, code) in [
        ("{\"alg\":\"ES256\",\"alg\":\"none\"}".to_owned(), "duplicate_key"),
        ("{\"alg\":\"ES256\"".to_owned(), "truncated"),
        ("nothing".to_owned(), "not_json"),
        (format!("{{\"alg\":{}{}}}", "[".repeat(50), "]".repeat(50)), "too_deep"),
    ] {
        let jws = format!("{}.{payload}.AAAA", URL_SAFE_NO_PAD.encode(&header));
        assert_eq!(refusal(&apple, jws.as_bytes()), (code, 400, false), "{header:.60}");
    }
}

#[test]
fn a_message_altered_at_any_position_is_refused() {
    let apple = apple();
    let jws = refund_notification(&apple).jws().unwrap();
    let [header, payload, signature]: [&str; 3] = jws.split('.').collect::<Vec<_>>().try_into().unwrap();
    let content = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let altered = URL_SAFE_NO_PAD.encode(content.replace("\"REFUND\"", "\"REVOKE\""));
    let jws = |payload: &str, signature: &str| format!("{header}.{payload}.{signature}").into_bytes();
    assert_eq!(refusal(&apple, &jws(&altered, signature)), ("bad_signature", 401, false));
    assert_eq!(refusal(&apple, &jws(payload, &signature[..80])), ("bad_signature", 401, false));
    assert_eq!(refusal(&apple, &jws(payload, "")), ("bad_signature", 401, false));
    assert_eq!(refusal(&apple, &jws(payload, &format!("{signature}=="))), ("jws_base64", 400, false));
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    assert_eq!(refusal(&apple, &jws(payload, &zeros)), ("bad_signature", 401, false));

    // Another header with the same certificates means the same, but is not the signed text.
    let reordered = json!({"x5c": apple.x5c(), "alg": "ES256", "typ": "JWT"}).to_string();
    let reordered = format!("{}.{payload}.{signature}", URL_SAFE_NO_PAD.encode(reordered));
    assert_eq!(refusal(&apple, reordered.as_bytes()), ("bad_signature", 401, false));
}

#[test]
fn payloads_that_cannot_be_read() {
    let (apple, forger) = (apple(), apple());
    for (payload, code) in [
        (b"\xff\xff".as_slice(), "not_utf8"),
        (b"{\"data\":", "truncated"),
        (b"data", "not_json"),
        (b"{\"data\":1,\"data\":2}", "duplicate_key"),
        (b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "too_deep"),
    ] {
        assert_eq!(refusal(&apple, &signed_bytes(&forger, payload)), (code, 400, false));
        // Apple's own is kept: it would only be sent again.
        assert_eq!(refusal(&apple, &signed_bytes(&apple, payload)), ("not_understood", 200, true));
    }
}

#[test]
fn apples_own_of_another_shape_is_a_dead_letter_and_a_forgers_is_not() {
    let (apple, forger) = (apple(), apple());
    let odd = |by: &AppStore, member: &str, value: Value| {
        refund_notification(by).member(member, value).body().unwrap()
    };
    for (member, value) in [("notificationType", json!(7)), ("signedDate", json!("today"))] {
        assert_eq!(
            refusal(&apple, &odd(&apple, member, value.clone())),
            ("not_understood", 200, true),
            "{member}"
        );
        let (_, status, authentic) = refusal(&apple, &odd(&forger, member, value));
        assert_eq!((status, authentic), (401, false), "{member}");
    }
    let in_data = refund_notification(&apple).data("bundleId", json!(7)).body().unwrap();
    let rejection = verdict(&apple, &in_data).unwrap_err();
    assert_eq!(answer(&rejection), ("not_understood", 200, true));
    assert!(rejection.to_string().contains("bundleId"), "{rejection}");

    let mut transaction = refunded(&apple);
    transaction["price"] = json!("4.99");
    let inside = apple.notification("REFUND", NOW).transaction(transaction).body().unwrap();
    let rejection = verdict(&apple, &inside).unwrap_err();
    assert_eq!(answer(&rejection), ("not_understood", 200, true));
    assert!(rejection.to_string().contains("signedTransactionInfo: at price"), "{rejection}");

    let elsewhere = refund_notification(&apple)
        .member("notificationUUID", json!(2))
        .data("bundleId", json!("com.example.other"))
        .body()
        .unwrap();
    assert_eq!(refusal(&apple, &elsewhere).0, "unknown_app");
}

#[test]
fn what_apple_signed_for_a_players_device_is_no_notification() {
    let apple = apple();
    let download = json!({
        "receiptType": "Production",
        "appAppleId": apple.app_apple_id,
        "bundleId": apple.bundle_id,
        "receiptCreationDate": NOW.millis(),
    });
    let data = json!({
        "bundleId": apple.bundle_id,
        "appAppleId": apple.app_apple_id,
        "environment": "Production",
    });
    for (payload, code) in [
        (download, "wrong_kind"),
        (refunded(&apple), "wrong_kind"),
        (json!({"environment": "Production", "originalTransactionId": "1"}), "not_a_notification"),
        (json!({"data": data}), "not_a_notification"),
        (json!({"notificationType": null, "data": data}), "not_a_notification"),
    ] {
        let jws = apple.sign(&payload).unwrap();
        assert_eq!(refusal(&apple, jws.as_bytes()), (code, 400, false), "{payload}");
        let padded = json!({"signedPayload": jws, "pad": "1"}).to_string();
        assert_eq!(refusal(&apple, padded.as_bytes()), (code, 400, false), "{payload}");
    }
}

#[test]
fn what_is_unreadable_inside_a_genuine_notification_is_a_dead_letter() {
    let (apple, forger) = (apple(), apple());
    let jws = apple.sign(&refunded(&apple)).unwrap();
    let (signed, _) = jws.rsplit_once('.').unwrap();
    let header = signed.split('.').next().unwrap();
    for member in ["signedTransactionInfo", "signedRenewalInfo"] {
        for nested in [
            "a".to_owned(),
            signed.to_owned(),
            "a.b.c".to_owned(),
            format!("{header}.e30=.AAAA"),
            format!("{header}.{}.AAAA", URL_SAFE_NO_PAD.encode("{")),
            String::from_utf8(signed_bytes(&apple, b"{\"environment\":1,\"environment\":2}")).unwrap(),
        ] {
            let body =
                |by: &AppStore| by.notification("REFUND", NOW).data(member, json!(nested)).body().unwrap();
            let rejection = verdict(&apple, &body(&apple)).unwrap_err();
            assert_eq!(answer(&rejection), ("not_understood", 200, true), "{nested:.40}");
            assert!(rejection.to_string().contains(member), "{rejection}");
            assert!(!verdict(&apple, &body(&forger)).unwrap_err().is_authentic());
        }
        let empty = apple.notification("TEST", NOW).data(member, json!("")).body().unwrap();
        verdict(&apple, &empty).unwrap();
    }
}
