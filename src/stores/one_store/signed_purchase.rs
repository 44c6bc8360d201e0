//! Verifies a purchase by what the client holds of it: purchase data, and ONE Store's signature by the app's licence key.

use super::OneStoreVerifier;
use super::members::Members;
use crate::json::JsonError;
use crate::model::{OrderDetails, Store};
use crate::stores::signed_purchase::require_purchased;
use crate::stores::{Rejection, SignedPurchase, VerifiedPurchase};

/// The configuration key of the licence key.
const KEY: &str = "one_store[].license_key";

impl OneStoreVerifier {
    /// Verifies a purchase as the client got it from ONE Store: `getOriginalJson()` with `getSignature()`, SHA512withRSA
    /// by the app's licence key over the exact text.
    ///
    /// The data names the app by `packageName`: if that is not the client id, the configuration's `package_name` must
    /// have it. It does not report when it was signed, what was paid, or whether it is of the sandbox.
    ///
    /// # Errors
    /// - 413: too large. 400: not JSON, cut short, or something else than ONE Store's purchase data.
    /// - 403: of an app that is not configured; or genuine, and canceled or refunded.
    /// - 401: the signature is missing or not by one of the app's keys over this text.
    pub fn verify_purchase(&self, signed: &SignedPurchase<'_>) -> Result<VerifiedPurchase, Rejection> {
        signed.require_data_of(&Store::OneStore)?;
        let members = Members::parse(signed.data).map_err(|source| Rejection::Body { source })?;
        let apps = self.apps_of(&members)?;
        let client_id = apps.first().map_or("", |app| app.client_id.as_str());
        let app = signed.signer(Store::OneStore, (client_id, KEY), &apps, |app, text, signature| {
            app.license_key.verifies_sha512(text, signature)
        })?;
        // ONE Store's library treats a purchase without a state as purchased.
        require_purchased(members.whole("purchaseState").map_err(malformed)?.unwrap_or(0), &[])?;
        let (app, order) = (app.client_id.clone(), order(&members)?);
        let ids = "purchaseId or purchaseToken";
        Ok(VerifiedPurchase::from_data(Store::OneStore, app, order, signed.data, ids)?)
    }
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
