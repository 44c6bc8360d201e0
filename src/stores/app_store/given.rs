//! The kind of a text that came where the body of a notification is expected. A body that is nearly right is refused
//! with a helpful name, since "not JSON" is no help.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::AppStoreError;
use crate::json;

/// How much of base64 is decoded to recognise its content; four letters are three bytes.
const BEGINNING: usize = 64;

const AS_IT_CAME: &str = "Give the request's body as it came, before any framework has decoded it";

/// Members that distinguishes JSON texts. Values do not matter.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Marks {
    notification_type: Option<IgnoredAny>,
    unified_receipt: Option<IgnoredAny>,
    latest_receipt: Option<IgnoredAny>,
    #[serde(rename = "notificationType")]
    v2_type: Option<IgnoredAny>,
    data: Option<IgnoredAny>,
    #[serde(rename = "transactionId")]
    transaction_id: Option<IgnoredAny>,
    #[serde(rename = "signedTransactionInfo")]
    signed_transaction: Option<IgnoredAny>,
    #[serde(rename = "signedTransactions")]
    signed_transactions: Option<IgnoredAny>,
    #[serde(rename = "notificationHistory")]
    history: Option<IgnoredAny>,
    #[serde(rename = "receipt-data")]
    receipt_data: Option<IgnoredAny>,
    #[serde(rename = "isBase64Encoded")]
    is_base64: Option<IgnoredAny>,
    body: Option<IgnoredAny>,
}

/// The kind of a body that is no notification and no JWS, if its form shows it.
pub(super) fn in_place_of_a_body(body: &[u8]) -> Option<AppStoreError> {
    if is_utf16(body) {
        return other("UTF-16", "Give it in UTF-8, as the App Store posts it");
    }
    let marks: Marks = json::from_slice(body).ok()?;
    let is = |mark: &Option<IgnoredAny>| mark.is_some();
    if is(&marks.notification_type) || is(&marks.unified_receipt) {
        return other(
            "a version 1 App Store notification, which is unsigned",
            "In App Store Connect, choose the app, App Information, App Store Server Notifications, and set \
             \"Version 2 Notifications\" for the production and the sandbox URL",
        );
    }
    if is(&marks.is_base64) && is(&marks.body) {
        return other(
            "an event of AWS API Gateway or Lambda",
            "Give its member body, decoded from base64 where isBase64Encoded is true",
        );
    }
    if is(&marks.history) {
        return other(
            "an answer of Get Notification History",
            "Give each item of notificationHistory separately",
        );
    }
    if is(&marks.signed_transactions) {
        return other(
            "an answer of Get Transaction History or Get Refund History",
            "`recoup reconcile app-store --order ID` requests a customer's refunds itself",
        );
    }
    if is(&marks.v2_type) {
        return other("the decoded content of a notification, without its signature", AS_IT_CAME);
    }
    if is(&marks.data) || is(&marks.signed_transaction) {
        return other("a part of a decoded notification (data), without its signature", AS_IT_CAME);
    }
    if is(&marks.transaction_id) {
        return other("a decoded transaction, without its signature", AS_IT_CAME);
    }
    if is(&marks.receipt_data) || is(&marks.latest_receipt) {
        return other("a receipt of StoreKit 1, or an answer about one", NO_RECEIPTS);
    }
    None
}

const NO_RECEIPTS: &str =
    "Receipts report no refunds. Set the notifications' URL in App Store Connect to this server";

/// The kind of a text that has only letters of a JWS, and is none.
pub(super) fn in_place_of_a_jws(text: &str) -> Option<AppStoreError> {
    if text.contains('.') {
        return None;
    }
    let beginning = text.get(..text.len().min(BEGINNING) / 4 * 4)?;
    match STANDARD.decode(beginning).ok()?.as_slice() {
        // DER's SEQUENCE of a length in two bytes: PKCS #7.
        [0x30, 0x82, ..] => other("an App Store receipt of StoreKit 1 (base64)", NO_RECEIPTS),
        bytes if bytes.trim_ascii_start().starts_with(b"{") => other(
            "base64 of JSON, as AWS API Gateway hands bodies to Lambda (isBase64Encoded)",
            "Decode it from base64 first",
        ),
        _ => None,
    }
}

/// With a byte order mark, or with every other of the first bytes zero.
fn is_utf16(body: &[u8]) -> bool {
    matches!(body, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{', 0, ..] | [0, b'{', ..])
}

#[allow(clippy::unnecessary_wraps, reason = "it is what both readers give")]
const fn other(found: &'static str, advice: &'static str) -> Option<AppStoreError> {
    Some(AppStoreError::OtherBody { found, advice })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(given: Option<AppStoreError>) -> Option<&'static str> {
        given.map(|error| match error {
            AppStoreError::OtherBody { found, .. } => found,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn each_thing_that_is_no_body_is_named() {
        for (body, name) in [
            (br#"{"notification_type":"REFUND","password":"x"}"#.as_slice(), "version 1"),
            (br#"{"unified_receipt":{}}"#, "version 1"),
            (br#"{"isBase64Encoded":true,"body":"e30="}"#, "Lambda"),
            (br#"{"notificationHistory":[]}"#, "Get Notification History"),
            (br#"{"signedTransactions":[]}"#, "Refund History"),
            (br#"{"notificationType":"REFUND","data":{}}"#, "decoded content"),
            (br#"{"data":{"signedTransactionInfo":"a.b.c"}}"#, "part of a decoded"),
            (br#"{"transactionId":"1"}"#, "decoded transaction"),
            (br#"{"receipt-data":"MII"}"#, "receipt"),
            (b"\xff\xfe{\0", "UTF-16"),
            (b"\0{\0\"", "UTF-16"),
        ] {
            let found = found(in_place_of_a_body(body)).unwrap_or_default();
            assert!(found.contains(name), "{}: {found}", String::from_utf8_lossy(body));
        }
        for body in [b"{}".as_slice(), b"", b"hello", b"{\"a\":", b"\xff"] {
            assert_eq!(found(in_place_of_a_body(body)), None);
        }
    }

    #[test]
    fn base64_that_is_no_jws_is_named() {
        for (text, name) in [
            (STANDARD.encode(r#" {"signedPayload":"a.b.c"}"#), "Lambda"),
            (STANDARD.encode([&[0x30, 0x82, 0x13, 0xb6][..], &[6; 80]].concat()), "receipt"),
        ] {
            let found = found(in_place_of_a_jws(&text)).unwrap_or_default();
            assert!(found.contains(name), "{text}: {found}");
        }
        for text in ["", "a.b.c", "hello", "AAAA"] {
            assert_eq!(found(in_place_of_a_jws(text)), None, "{text}");
        }
    }
}
