//! Verifies a purchase by what the client holds of it: purchase data (`INAPP_PURCHASE_DATA`, now
//! `Purchase.getOriginalJson()`), and Google's signature by the app's licence key.
//!
//! Signature: <https://developer.android.com/google/play/billing/security#verify>. Data:
//! <https://developer.android.com/google/play/billing/billing_reference#getBuyIntent>,
//! <https://developer.android.com/reference/com/android/billingclient/api/Purchase>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::{GooglePlayApp, GooglePlayVerifier};
use crate::json;
use crate::model::{OrderDetails, Place, ProductType, Store, Timestamp};
use crate::stores::signed_purchase::{MAX_DATA, MAX_SIGNATURE};
use crate::stores::wire::{Integer, id, said};
use crate::stores::{Rejection, SignedPurchase, SignedPurchaseError, VerifiedPurchase, purchase_kind};

/// Where the configuration has the key.
const KEY: &str = "google_play[].license_keys";

impl GooglePlayVerifier {
    /// Verifies a purchase as the client got it from Google Play: `getOriginalJson()` with `getSignature()`,
    /// SHA1withRSA by the app's licence key over the exact text.
    ///
    /// Nothing in it says when it was signed, or whether a licence tester bought it: it verifies as long as the key is
    /// configured, and its environment is unknown.
    ///
    /// # Errors
    /// - 413: too large. 400: not JSON, cut short, or something else than Google Play's purchase data.
    /// - 403: of an app that is not configured; or genuine, and pending, canceled or refunded.
    /// - 401: the signature is missing or not by one of the app's keys over this text.
    /// - 500 ([`SignedPurchaseError::NoLicenseKey`]): the app has no licence key in the configuration.
    pub fn verify_purchase(&self, signed: &SignedPurchase<'_>) -> Result<VerifiedPurchase, Rejection> {
        if signed.data.len() > MAX_DATA {
            return Err(Rejection::TooLarge {
                what: "purchase data",
                size: signed.data.len(),
                limit: MAX_DATA,
            });
        }
        purchase_kind::require(&Store::GooglePlay, signed.data)?;
        let data: PurchaseData =
            json::from_slice(signed.data).map_err(|source| Rejection::Body { source })?;
        let package_name = data.package_name.clone().unwrap_or_default();
        let apps: Vec<_> = self.apps.iter().filter(|app| app.package_name == package_name).collect();
        if apps.is_empty() {
            return Err(Rejection::UnknownApp { found: package_name.chars().take(256).collect() });
        }
        verify_signature(&apps, &package_name, signed)?;
        if let Some(state) = data.not_purchased() {
            return Err(SignedPurchaseError::NotPurchased { state }.into());
        }
        let order = data.order();
        if order.order_id.is_none() && order.purchase_token.is_none() {
            return Err(SignedPurchaseError::NoOrder { member: "orderId or purchaseToken" }.into());
        }
        Ok(VerifiedPurchase {
            place: Place { store: Store::GooglePlay, app: package_name, environment: None },
            order,
            revocation: None,
            decoded: std::str::from_utf8(signed.data).map(json::kept_value).unwrap_or(Value::Null),
        })
    }
}

fn verify_signature(
    apps: &[&GooglePlayApp],
    package_name: &str,
    signed: &SignedPurchase<'_>,
) -> Result<(), Rejection> {
    let app = || package_name.chars().take(256).collect::<String>();
    let signature = signed.said_signature().ok_or(SignedPurchaseError::MissingSignature {
        store: Store::GooglePlay,
        getter: "getSignature()",
    })?;
    if signature.len() > MAX_SIGNATURE {
        let size = signature.len();
        return Err(Rejection::TooLarge { what: "signature", size, limit: MAX_SIGNATURE });
    }
    let keys: Vec<_> = apps.iter().flat_map(|app| &app.license_keys).collect();
    if keys.is_empty() {
        return Err(SignedPurchaseError::NoLicenseKey { app: app(), key: KEY }.into());
    }
    // Android's base64 breaks lines unless it is told not to.
    let one_line: String = signature.split_ascii_whitespace().collect();
    let signature = STANDARD.decode(one_line).map_err(|_| SignedPurchaseError::SignatureEncoding)?;
    // A file that was saved by hand ends in a line break that Google did not sign.
    let (exact, trimmed) = (signed.data, signed.data.trim_ascii());
    let is_signed = |text: &[u8]| keys.iter().any(|key| key.verifies_sha1(text, &signature));
    if is_signed(exact) || (exact != trimmed && is_signed(trimmed)) {
        return Ok(());
    }
    Err(SignedPurchaseError::Signature { app: app(), key: KEY }.into())
}

/// Purchase data. Every member may be missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PurchaseData {
    /// Absent while the purchase is pending, and where nothing was paid, as with a promotion code.
    #[serde(default, deserialize_with = "id")]
    pub(super) order_id: Option<String>,
    #[serde(default, deserialize_with = "said")]
    pub(super) package_name: Option<String>,
    #[serde(default, deserialize_with = "said")]
    product_id: Option<String>,
    /// Instead of `productId` where a subscription has several products.
    #[serde(default)]
    product_ids: Option<Vec<String>>,
    #[serde(default)]
    purchase_time: Option<Integer>,
    #[serde(default)]
    purchase_state: Option<Integer>,
    #[serde(default, deserialize_with = "id")]
    purchase_token: Option<String>,
    /// What the token was called before.
    #[serde(default, deserialize_with = "id")]
    token: Option<String>,
    #[serde(default)]
    quantity: Option<Integer>,
    #[serde(default)]
    acknowledged: Option<bool>,
    /// Only of subscriptions; of a one-time product absent or `false`.
    #[serde(default)]
    auto_renewing: Option<bool>,
    #[serde(default, deserialize_with = "said")]
    obfuscated_account_id: Option<String>,
}

impl PurchaseData {
    /// Which state it is in where it is not purchased; `None` where it is. Google's own library takes a purchase without
    /// a state for purchased.
    pub(super) fn not_purchased(&self) -> Option<String> {
        let number = self.purchase_state.map_or(0, |state| state.0);
        let name = match number {
            0 => return None,
            1 => "canceled",
            2 => "refunded",
            4 => "pending",
            _ => "in a state that this version does not know",
        };
        Some(format!("{name} (purchaseState {number})"))
    }

    /// The order, in the model's words.
    pub(super) fn order(&self) -> OrderDetails {
        let only_product = self.product_ids.as_deref().and_then(|ids| match ids {
            [one] => Some(one.clone()),
            _ => None,
        });
        OrderDetails {
            order_id: self.order_id.clone(),
            purchase_token: self.purchase_token.clone().or_else(|| self.token.clone()),
            account_tag: self.obfuscated_account_id.clone(),
            product: self.product_id.clone().or(only_product),
            product_type: (self.auto_renewing == Some(true)).then_some(ProductType::Subscription),
            acknowledged: self.acknowledged,
            quantity: self.quantity.and_then(|quantity| u32::try_from(quantity.0).ok()),
            purchased_at: self.purchase_time.map(|time| Timestamp::from_millis(time.0)),
            ..OrderDetails::default()
        }
    }
}
