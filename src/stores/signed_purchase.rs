//! A purchase as the store signed it for the client that made it: the input, and what is known once the signature
//! verified.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Rejection, SignedPurchaseError, purchase_kind};
use crate::json;
use crate::model::{OrderDetails, Place, Purchase, Signal, Store};

/// The most bytes of purchase data from Google Play or ONE Store. Real data has about 1 KB; tokens and ids in it are
/// bounded by the stores.
const MAX_DATA: usize = 64 * 1024;

/// The most bytes of a base64 signature: one by a key of 8192 bits has 1368 characters.
const MAX_SIGNATURE: usize = 2048;

/// A purchase as a client holds it, byte for byte as the store's library gave it to the client.
///
/// | store | `data` | `signature` |
/// |---|---|---|
/// | App Store | StoreKit 2's transaction, `VerificationResult.jwsRepresentation` | none: it is part of the JWS |
/// | Google Play | `Purchase.getOriginalJson()` (`INAPP_PURCHASE_DATA`) | `Purchase.getSignature()` (`INAPP_DATA_SIGNATURE`) |
/// | ONE Store | `PurchaseData.getOriginalJson()` | `PurchaseData.getSignature()` |
///
/// Do not parse the data and print it again on its way to the server: the signature is of the exact text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SignedPurchase<'a> {
    /// The signed text. Whitespace before and after it is ignored. At most 64 KiB; a JWS at most 256 KiB.
    pub data: &'a [u8],
    /// The signature, base64; `None` or empty for the App Store.
    pub signature: Option<&'a str>,
}

impl<'a> SignedPurchase<'a> {
    /// StoreKit 2's transaction, a JWS.
    #[must_use]
    pub const fn jws(data: &'a [u8]) -> Self {
        Self { data, signature: None }
    }

    /// Purchase data with its signature beside it, as Google Play and ONE Store have them.
    #[must_use]
    pub const fn with_signature(data: &'a [u8], signature: &'a str) -> Self {
        Self { data, signature: Some(signature) }
    }

    /// The signature, unless it is absent or empty.
    pub(crate) fn non_empty_signature(&self) -> Option<&'a str> {
        self.signature.map(str::trim_ascii).filter(|text| !text.is_empty())
    }

    /// Refuses data that is too large, or that is no purchase data of this store.
    pub(crate) fn require_data_of(&self, store: &Store) -> Result<(), Rejection> {
        limit("purchase data", self.data.len(), MAX_DATA)?;
        Ok(purchase_kind::require(store, self.data)?)
    }

    /// Which of the `signers` signed the data; `verifies` checks a signer, a text and a signature. `app` and `key`, the
    /// configuration's key with the licence keys, are for the errors.
    pub(crate) fn signer<T: Copy>(
        &self,
        store: Store,
        (app, key): (&str, &'static str),
        signers: &[T],
        verifies: impl Fn(T, &[u8], &[u8]) -> bool,
    ) -> Result<T, Rejection> {
        let app = || app.chars().take(256).collect::<String>();
        let signature = self
            .non_empty_signature()
            .ok_or(SignedPurchaseError::MissingSignature { store, getter: "getSignature()" })?;
        limit("signature", signature.len(), MAX_SIGNATURE)?;
        if signers.is_empty() {
            return Err(SignedPurchaseError::NoLicenseKey { app: app(), key }.into());
        }
        // Android's base64 breaks lines by default.
        let one_line: String = signature.split_ascii_whitespace().collect();
        let signature = STANDARD.decode(one_line).map_err(|_| SignedPurchaseError::SignatureEncoding)?;
        let by = |text: &[u8]| signers.iter().copied().find(|signer| verifies(*signer, text, &signature));
        // A manually saved file ends in a line break that the store did not sign.
        let (exact, trimmed) = (self.data, self.data.trim_ascii());
        by(exact)
            .or_else(|| (exact != trimmed).then(|| by(trimmed)).flatten())
            .ok_or_else(|| SignedPurchaseError::Signature { app: app(), key }.into())
    }
}

fn limit(what: &'static str, size: usize, limit: usize) -> Result<(), Rejection> {
    if size > limit { Err(Rejection::TooLarge { what, size, limit }) } else { Ok(()) }
}

/// Refuses a `purchaseState` other than 0, purchased. Google Play and ONE Store number canceled and refunded alike;
/// `others` are the states that only one of them has.
pub(crate) fn require_purchased(number: i64, others: &[(i64, &str)]) -> Result<(), SignedPurchaseError> {
    let name = match number {
        0 => return Ok(()),
        1 => "canceled",
        2 => "refunded",
        _ => others
            .iter()
            .find(|(other, _)| *other == number)
            .map_or("in a state that this version does not know", |(_, name)| *name),
    };
    Err(SignedPurchaseError::NotPurchased { state: format!("{name} (purchaseState {number})") })
}

impl fmt::Debug for SignedPurchase<'_> {
    /// Sizes only: purchase tokens do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedPurchase")
            .field("data", &format_args!("{} bytes", self.data.len()))
            .field("signature", &self.signature.map(str::len))
            .finish()
    }
}

/// A purchase whose signature was verified: what the store reports of it. It proves that the store sold this order for
/// this app; not that the client that holds it belongs to the player who paid.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifiedPurchase {
    /// Store, app and environment. Google Play and ONE Store do not say the environment in purchase data: `None`.
    pub place: Place,
    /// The order: its ids, tag, product, quantity, price and time, and whether it was acknowledged when the data was
    /// signed, if the store reports them.
    pub order: OrderDetails,
    /// The refund that the data itself reports: a transaction that the App Store revoked.
    pub revocation: Option<Signal>,
    /// All that was verified, under the names the store's documents use.
    pub decoded: Value,
}

impl VerifiedPurchase {
    /// What verified purchase data of Google Play or ONE Store reports. `ids` names the members that `order` needs one
    /// of.
    pub(crate) fn from_data(
        store: Store,
        app: String,
        order: OrderDetails,
        data: &[u8],
        ids: &'static str,
    ) -> Result<Self, SignedPurchaseError> {
        if order.order_id.is_none() && order.purchase_token.is_none() {
            return Err(SignedPurchaseError::NoOrder { member: ids });
        }
        Ok(Self {
            place: Place { store, app, environment: None },
            order,
            revocation: None,
            decoded: std::str::from_utf8(data).map(json::kept_value).unwrap_or(Value::Null),
        })
    }

    /// The purchase as it is recorded for a user.
    ///
    /// What a family member holds by Family Sharing is recorded by its own transaction id alone: the original
    /// transaction may be the buyer's. Its refunds are not this user's, and this user did not pay its price.
    #[must_use]
    pub fn purchase(&self, user: &str) -> Purchase {
        let shared = self.order.family_shared;
        let order = self.order.clone();
        Purchase {
            user: user.to_owned(),
            app: Some(self.place.app.clone()),
            environment: self.place.environment,
            order_id: order.order_id,
            purchase_token: order.purchase_token,
            original_id: order.original_id.filter(|_| !shared),
            web_order_line_item_id: order.web_order_line_item_id.filter(|_| !shared),
            account_tag: order.account_tag,
            product: order.product,
            product_type: order.product_type,
            quantity: order.quantity.filter(|quantity| *quantity > 0),
            price: order.price.filter(|price| !shared && price.micros >= 0),
            purchased_at: order.purchased_at,
            country: order.country.map(String::from),
            ..Purchase::new(self.place.store.clone(), user, "")
        }
    }
}
