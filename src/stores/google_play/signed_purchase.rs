//! Verifies a purchase by what the client holds of it: purchase data (`INAPP_PURCHASE_DATA`, now
//! `Purchase.getOriginalJson()`), and Google's signature by the app's licence key.
//!
//! Signature: <https://developer.android.com/google/play/billing/security#verify>. Data:
//! <https://developer.android.com/google/play/billing/billing_reference#getBuyIntent>,
//! <https://developer.android.com/reference/com/android/billingclient/api/Purchase>.

use serde::Deserialize;

use super::{GooglePlayVerifier, RsaPublicKey};
use crate::json;
use crate::model::{OrderDetails, ProductType, Store, Timestamp};
use crate::stores::signed_purchase::require_purchased;
use crate::stores::wire::{Integer, id, text};
use crate::stores::{Rejection, SignedPurchase, VerifiedPurchase};

/// The configuration key of the licence keys.
const KEY: &str = "google_play[].license_keys";
/// The `purchaseState` that only Google Play has.
const PENDING: (i64, &str) = (4, "pending");

impl GooglePlayVerifier {
    /// Verifies a purchase as the client got it from Google Play: `getOriginalJson()` with `getSignature()`,
    /// SHA1withRSA by the app's licence key over the exact text.
    ///
    /// It reports neither when it was signed nor whether a licence tester bought it: it verifies as long as the key is
    /// configured, and its environment is unknown.
    ///
    /// # Errors
    /// - 413: too large. 400: not JSON, cut short, or something else than Google Play's purchase data.
    /// - 403: of an app that is not configured; or genuine, and pending, canceled or refunded.
    /// - 401: the signature is missing or not by one of the app's keys over this text.
    /// - 500 ([`NoLicenseKey`](crate::SignedPurchaseError::NoLicenseKey)): the app has no licence key in the configuration.
    pub fn verify_purchase(&self, signed: &SignedPurchase<'_>) -> Result<VerifiedPurchase, Rejection> {
        signed.require_data_of(&Store::GooglePlay)?;
        let data: PurchaseData =
            json::from_slice(signed.data).map_err(|source| Rejection::Body { source })?;
        let package_name = data.package_name.clone().unwrap_or_default();
        let apps: Vec<_> = self.apps.iter().filter(|app| app.package_name == package_name).collect();
        if apps.is_empty() {
            return Err(Rejection::UnknownApp { found: package_name.chars().take(256).collect() });
        }
        let keys: Vec<_> = apps.iter().flat_map(|app| &app.license_keys).collect();
        signed.signer(Store::GooglePlay, (&package_name, KEY), &keys, RsaPublicKey::verifies_sha1)?;
        require_purchased(data.purchase_state.map_or(0, |state| state.0), &[PENDING])?;
        let ids = "orderId or purchaseToken";
        Ok(VerifiedPurchase::from_data(Store::GooglePlay, package_name, data.order(), signed.data, ids)?)
    }
}

/// Purchase data. Every member may be missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PurchaseData {
    /// Absent while the purchase is pending, and if nothing was paid, as with a promotion code.
    #[serde(default, deserialize_with = "id")]
    pub(super) order_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub(super) package_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    product_id: Option<String>,
    /// Instead of `productId` if a subscription has several products.
    #[serde(default)]
    product_ids: Option<Vec<String>>,
    #[serde(default)]
    purchase_time: Option<Integer>,
    /// Absent counts as purchased, as in Google's own library.
    #[serde(default)]
    purchase_state: Option<Integer>,
    #[serde(default, deserialize_with = "id")]
    purchase_token: Option<String>,
    /// The token's former name.
    #[serde(default, deserialize_with = "id")]
    token: Option<String>,
    #[serde(default)]
    quantity: Option<Integer>,
    #[serde(default)]
    acknowledged: Option<bool>,
    /// Only of subscriptions; of a one-time product absent or `false`.
    #[serde(default)]
    auto_renewing: Option<bool>,
    #[serde(default, deserialize_with = "text")]
    obfuscated_account_id: Option<String>,
}

impl PurchaseData {
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
