//! What somebody gave where a store's signed purchase is expected: games mix these up, and "not JSON" helps nobody.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::SignedPurchaseError;
use super::app_store::SignedKind;
use crate::json;
use crate::model::Store;

/// The most of a text that is looked at.
const MAX_LOOKED_AT: usize = 256 * 1024;

const GOOGLES: &str = "the purchase data of Google Play's billing library (Purchase.getOriginalJson())";
const ONE_STORES: &str = "the purchase data of ONE Store's library (PurchaseData.getOriginalJson())";
const APPLES: &str = SignedKind::Transaction.name();

/// Refuses what is clearly something else than the store's signed purchase. What cannot be recognised is left to the store's
/// own reader.
pub(crate) fn require(store: &Store, data: &[u8]) -> Result<(), SignedPurchaseError> {
    let expected = match store {
        Store::AppStore => APPLES,
        Store::GooglePlay => GOOGLES,
        Store::OneStore => ONE_STORES,
        _ => return Err(SignedPurchaseError::NotSigned { store: store.clone() }),
    };
    match kind_of(data) {
        Some(found) if found != expected => Err(SignedPurchaseError::WrongKind { found, expected }),
        _ => Ok(()),
    }
}

/// What a text is, where its form reports.
pub(crate) fn kind_of(data: &[u8]) -> Option<&'static str> {
    let text = data.trim_ascii();
    if text.len() > MAX_LOOKED_AT {
        return None;
    }
    match text.first()? {
        b'{' => kind_of_json(text),
        // DER's SEQUENCE in base64, as all receipts of StoreKit 1 begin.
        b'M' if text.starts_with(b"MII") => Some("an App Store receipt of StoreKit 1 (base64)"),
        _ => kind_of_jws(text),
    }
}

/// What a text is that should be a JWS and has not its form.
pub(crate) fn other_than_jws(data: &[u8]) -> Option<&'static str> {
    kind_of(data).filter(|_| matches!(data.trim_ascii().first(), Some(b'{' | b'M')))
}

fn kind_of_jws(text: &[u8]) -> Option<&'static str> {
    let text = std::str::from_utf8(text).ok()?;
    let mut segments = text.split('.');
    let (Some(_), Some(payload), Some(_), None) =
        (segments.next(), segments.next(), segments.next(), segments.next())
    else {
        return None;
    };
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    Some(SignedKind::of(&payload).map_or("a JWS of another kind", SignedKind::name))
}

/// Members that distinguishes JSON texts. Values do not matter.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Marks {
    signed_payload: Option<IgnoredAny>,
    #[serde(rename = "unified_receipt")]
    unified_receipt: Option<IgnoredAny>,
    signed_transaction_info: Option<IgnoredAny>,
    signed_transactions: Option<IgnoredAny>,
    message: Option<IgnoredAny>,
    voided_purchase_notification: Option<IgnoredAny>,
    one_time_product_notification: Option<IgnoredAny>,
    subscription_notification: Option<IgnoredAny>,
    msg_version: Option<IgnoredAny>,
    kind: Option<IgnoredAny>,
    #[serde(rename = "Payload")]
    payload: Option<IgnoredAny>,
    json: Option<IgnoredAny>,
    purchase_id: Option<IgnoredAny>,
    order_id: Option<IgnoredAny>,
    purchase_token: Option<IgnoredAny>,
}

fn kind_of_json(text: &[u8]) -> Option<&'static str> {
    let marks: Marks = json::from_slice(text).ok()?;
    let is = |mark: &Option<IgnoredAny>| mark.is_some();
    Some(if is(&marks.signed_payload) {
        "the body of an App Store notification (signedPayload)"
    } else if is(&marks.unified_receipt) {
        "the body of a version 1 App Store notification"
    } else if is(&marks.signed_transaction_info) || is(&marks.signed_transactions) {
        "an answer of the App Store Server API: unpack the JWS in it"
    } else if is(&marks.msg_version) {
        "a ONE Store notification (PNS)"
    } else if is(&marks.message)
        || is(&marks.voided_purchase_notification)
        || is(&marks.one_time_product_notification)
        || is(&marks.subscription_notification)
    {
        "a Google Play notification (RTDN)"
    } else if is(&marks.kind) {
        "an answer of a store's server API"
    } else if is(&marks.payload) {
        "a receipt of Unity IAP: unpack its Payload"
    } else if is(&marks.json) {
        "a Payload of Unity IAP: its member json is the data, and signature the signature"
    } else if is(&marks.purchase_id) {
        ONE_STORES
    } else if is(&marks.order_id) || is(&marks.purchase_token) {
        GOOGLES
    } else {
        return None;
    })
}
