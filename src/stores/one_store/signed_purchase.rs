//! Verifies a purchase by what the client holds of it: purchase data, and ONE Store's signature by the app's licence key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::members::Members;
use super::{OneStoreApp, OneStoreVerifier};
use crate::json::{self, JsonError};
use crate::model::{OrderDetails, Place, Store};
use crate::stores::signed_purchase::{MAX_DATA, MAX_SIGNATURE};
use crate::stores::{Rejection, SignedPurchase, SignedPurchaseError, VerifiedPurchase, purchase_kind};

/// Where the configuration has the key.
const KEY: &str = "one_store[].license_key";

impl OneStoreVerifier {
    /// Verifies a purchase as the client got it from ONE Store: `getOriginalJson()` with `getSignature()`, SHA512withRSA
    /// by the app's licence key over the exact text.
    ///
    /// The data names the app by `packageName`: where that is not the client id, the configuration's `package_name` must
    /// have it. Nothing in it says when it was signed, what was paid, or whether it is of the sandbox.
    ///
    /// # Errors
    /// - 413: too large. 400: not JSON, cut short, or something else than ONE Store's purchase data.
    /// - 403: of an app that is not configured; or genuine, and canceled or refunded.
    /// - 401: the signature is missing or not by one of the app's keys over this text.
    pub fn verify_purchase(&self, signed: &SignedPurchase<'_>) -> Result<VerifiedPurchase, Rejection> {
        if signed.data.len() > MAX_DATA {
            return Err(Rejection::TooLarge {
                what: "purchase data",
                size: signed.data.len(),
                limit: MAX_DATA,
            });
        }
        purchase_kind::require(&Store::OneStore, signed.data)?;
        let members = Members::parse(signed.data).map_err(|source| Rejection::Body { source })?;
        let apps = self.apps_of(&members)?;
        let app = signer(&apps, signed)?;
        if let Some(state) = not_purchased(&members)? {
            return Err(SignedPurchaseError::NotPurchased { state }.into());
        }
        let order = order(&members)?;
        if order.order_id.is_none() && order.purchase_token.is_none() {
            return Err(SignedPurchaseError::NoOrder { member: "purchaseId or purchaseToken" }.into());
        }
        Ok(VerifiedPurchase {
            place: Place { store: Store::OneStore, app: app.client_id.clone(), environment: None },
            order,
            revocation: None,
            decoded: std::str::from_utf8(signed.data).map(json::kept_value).unwrap_or(Value::Null),
        })
    }
}

/// The app whose key signed the data.
fn signer<'a>(apps: &[&'a OneStoreApp], signed: &SignedPurchase<'_>) -> Result<&'a OneStoreApp, Rejection> {
    let signature = signed
        .said_signature()
        .ok_or(SignedPurchaseError::MissingSignature { store: Store::OneStore, getter: "getSignature()" })?;
    if signature.len() > MAX_SIGNATURE {
        let size = signature.len();
        return Err(Rejection::TooLarge { what: "signature", size, limit: MAX_SIGNATURE });
    }
    let one_line: String = signature.split_ascii_whitespace().collect();
    let signature = STANDARD.decode(one_line).map_err(|_| SignedPurchaseError::SignatureEncoding)?;
    // A file that was saved by hand ends in a line break that ONE Store did not sign.
    let (exact, trimmed) = (signed.data, signed.data.trim_ascii());
    let by = |text: &[u8]| apps.iter().find(|app| app.license_key.verifies_sha512(text, &signature));
    let app = by(exact).or_else(|| (exact != trimmed).then(|| by(trimmed)).flatten());
    app.copied().ok_or_else(|| {
        let app = apps.first().map_or_else(String::new, |app| app.client_id.clone());
        SignedPurchaseError::Signature { app, key: KEY }.into()
    })
}

/// Which state it is in where it is not purchased; `None` where it is. ONE Store's library takes a purchase without a
/// state for purchased.
fn not_purchased(members: &Members<'_>) -> Result<Option<String>, Rejection> {
    let number = members.whole("purchaseState").map_err(malformed)?.unwrap_or(0);
    let name = match number {
        0 => return Ok(None),
        1 => "canceled",
        2 => "refunded",
        _ => "in a state that this version does not know",
    };
    Ok(Some(format!("{name} (purchaseState {number})")))
}

fn order(members: &Members<'_>) -> Result<OrderDetails, Rejection> {
    let text = |name| members.text(name).map_err(malformed);
    let id = |name| members.id(name).map_err(malformed);
    Ok(OrderDetails {
        order_id: id("purchaseId")?,
        purchase_token: id("purchaseToken")?,
        account_tag: text("developerPayload")?,
        product: text("productId")?,
        acknowledged: members.flag("acknowledgeState").ok().flatten(),
        quantity: members.whole("quantity").ok().flatten().and_then(|quantity| u32::try_from(quantity).ok()),
        purchased_at: members.time("purchaseTime").ok().flatten(),
        ..OrderDetails::default()
    })
}

fn malformed(error: impl Into<JsonError>) -> Rejection {
    Rejection::Body { source: error.into() }
}
