//! Other texts in place of a notification's body: read if that changes nothing that is signed, else named.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

#[test]
fn a_byte_order_mark_and_json_in_a_string_change_nothing_that_is_signed() {
    let apple = apple();
    let body = refund(&apple);
    let marked = [b"\xef\xbb\xbf".as_slice(), &body].concat();
    let twice = json!(String::from_utf8(body.clone()).unwrap()).to_string();
    let item = json!({"signedPayload": refund_notification(&apple).jws().unwrap(),
                      "sendAttempts": [{"attemptDate": 1, "sendAttemptResult": "SUCCESS"}]});
    for body in [&body, &marked, twice.as_bytes(), item.to_string().as_bytes()] {
        assert_eq!(verdict(&apple, body).unwrap().signal().unwrap().name, "REFUND");
    }
    // One extra level of quoting, not two.
    let thrice = json!(twice).to_string();
    assert_eq!(refusal(&apple, thrice.as_bytes()), ("wrong_shape", 400, false));
}

#[test]
fn what_is_no_notification_is_named_with_what_was_expected_and_what_to_do() {
    let apple = apple();
    let body = String::from_utf8(refund(&apple)).unwrap();
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(body.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let receipt = STANDARD.encode([&[0x30, 0x82, 0x13, 0xb6][..], &[0xfb; 90]].concat());
    let payload = refund_notification(&apple).payload().unwrap();
    for (body, named) in [
        (br#"{"notification_type":"REFUND","password":"s3cret","bid":"a"}"#.to_vec(), "version 1"),
        (STANDARD.encode(&body).into_bytes(), "isBase64Encoded"),
        (receipt.into_bytes(), "receipt"),
        (utf16, "UTF-16"),
        (json!({"data": payload["data"]}).to_string().into_bytes(), "part of a decoded notification"),
        (payload.to_string().into_bytes(), "decoded content"),
    ] {
        let rejection = verdict(&apple, &body).unwrap_err();
        assert_eq!(answer(&rejection), ("other_body", 400, false), "{named}");
        let words = rejection.to_string();
        assert!(words.contains(named) && words.contains("signedPayload"), "{words}");
        assert!(!words.contains("s3cret"), "{words}");
    }
    let v1 = verdict(&apple, br#"{"notification_type":"REFUND"}"#).unwrap_err().to_string();
    assert!(v1.contains("Version 2 Notifications") && v1.contains("App Store Connect"), "{v1}");
}
