//! What Google Play's billing library gives the client of a purchase: `INAPP_PURCHASE_DATA`, now
//! `Purchase.getOriginalJson()`.
//!
//! <https://developer.android.com/google/play/billing/billing_reference#getBuyIntent>,
//! <https://developer.android.com/reference/com/android/billingclient/api/Purchase>

use serde::Deserialize;

use crate::model::{OrderDetails, ProductType, Timestamp};
use crate::stores::wire::{Integer, id, said};

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
