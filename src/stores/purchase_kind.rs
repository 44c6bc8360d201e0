//! The kind of a text that came where a store's signed purchase is expected: games mix these up, and "not JSON" is no
//! help.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::IgnoredAny;

use super::{KnownText, SignedPurchaseError, StoreProfile, profile};
use crate::json;
use crate::model::Store;

/// The longest text that is examined.
const MAX_LOOKED_AT: usize = 256 * 1024;

/// Texts of no single store. Stores' own texts that have these members as well come first, their purchases after.
const OF_NO_STORE: [KnownText; 3] = [
    KnownText { name: "an answer of a store's server API", has: &["kind"], has_not: &[] },
    KnownText { name: "a receipt of Unity IAP: unpack its Payload", has: &["Payload"], has_not: &[] },
    KnownText {
        name: "a Payload of Unity IAP: its member json is the data, and signature the signature",
        has: &["json"],
        has_not: &[],
    },
];

/// Refuses what is clearly something else than the store's signed purchase. An unrecognised text is left to the store's
/// own reader.
pub(crate) fn require(store: &Store, data: &[u8]) -> Result<(), SignedPurchaseError> {
    let Some(KnownText { name: expected, .. }) = profile(store).signed_purchase else {
        return Err(SignedPurchaseError::NotSigned { store: store.clone() });
    };
    match kind_of(data) {
        Some(found) if found != expected => Err(SignedPurchaseError::WrongKind { found, expected }),
        _ => Ok(()),
    }
}

/// The kind of a text, if its form shows it.
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

/// The kind of a text that should be a JWS and does not have its form.
pub(crate) fn other_than_jws(data: &[u8]) -> Option<&'static str> {
    kind_of(data).filter(|_| matches!(data.trim_ascii().first(), Some(b'{' | b'M')))
}

fn profiles() -> impl Iterator<Item = &'static StoreProfile> {
    Store::ALL.iter().map(profile)
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
    let known = profiles().find_map(|profile| (profile.jws)(&payload));
    Some(known.unwrap_or("a JWS of another kind"))
}

fn kind_of_json(text: &[u8]) -> Option<&'static str> {
    // Values do not matter, except that `null` counts as absent.
    let members: BTreeMap<String, Option<IgnoredAny>> = json::from_slice(text).ok()?;
    let is_member = |name: &str| members.get(name).is_some_and(Option::is_some);
    let others = profiles().flat_map(|profile| profile.other_texts).chain(&OF_NO_STORE);
    let purchases = profiles().filter_map(|profile| profile.signed_purchase.as_ref());
    others.chain(purchases).find(|text| text.fits(is_member)).map(|text| text.name)
}
