//! One row of the list of voided purchases, and what it means.

use serde::Deserialize;
use serde_json::Value;

use crate::json::{self, JsonError};
use crate::model::{
    CaseKey, Extent, Fact, Meaning, OrderDetails, Place, Signal, Store, Timestamp, Trust, What,
};
use crate::stores::google_play::{VoidedReason, VoidedSource};
use crate::stores::wire::{Integer, id, kept, lossy};

/// `VoidedPurchase`. Google's documents show numbers as numbers and as text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VoidedPurchase {
    #[serde(default, deserialize_with = "id")]
    purchase_token: Option<String>,
    #[serde(default, deserialize_with = "id")]
    order_id: Option<String>,
    #[serde(default, deserialize_with = "lossy::any")]
    purchase_time_millis: Option<Integer>,
    #[serde(default, deserialize_with = "lossy::any")]
    voided_time_millis: Option<Integer>,
    #[serde(default, deserialize_with = "lossy::any")]
    voided_source: Option<VoidedSource>,
    #[serde(default, deserialize_with = "lossy::any")]
    voided_reason: Option<VoidedReason>,
    /// How many items a partial refund took back; absent where all, or all that was left, went back.
    #[serde(default, deserialize_with = "kept")]
    voided_quantity: Option<Value>,
}

/// What Google calls it (`kind`, `androidpublisher#voidedPurchase`).
const NAME: &str = "voidedPurchase";

impl VoidedPurchase {
    pub(super) fn parse(row: &str) -> Result<Self, JsonError> {
        json::from_slice(row.as_bytes())
    }

    /// What the row says; nothing where it names neither order nor purchase. What else is missing or not understood costs
    /// no refund: the time is then when it was heard of.
    ///
    /// Its facts fold with those that `voidedPurchaseNotification` told of the same order: all that was left under no
    /// step; a part under a step of its own, which [`CaseState::fold`](crate::CaseState::fold) knows to stand for one
    /// of the parts of unknown size that were pushed.
    pub(super) fn signal(&self, package_name: &str, now: Timestamp) -> Option<Signal> {
        let at = self.voided_time_millis.map_or(now, |millis| Timestamp::from_millis(millis.0));
        let key = match (&self.order_id, &self.purchase_token) {
            (Some(order), _) => CaseKey::Order(order.clone()),
            (None, Some(token)) => CaseKey::Token { token: token.clone(), same_within_millis: None },
            (None, None) => return None,
        };
        let (step, extent) = match self.voided_quantity.as_ref().map(count) {
            None => (None, Extent::Full),
            Some(Some(quantity @ 1..)) => {
                (Some(format!("{}-{quantity}", at.millis())), Extent::Quantity(quantity))
            }
            // A part, of a size that cannot be.
            Some(_) => (Some(self.time()), Extent::Part),
        };
        let what = What::Refunded {
            step,
            extent,
            reason: self.voided_reason.and_then(VoidedReason::reason),
            initiator: self.voided_source.and_then(VoidedSource::initiator),
            subscription_live: None,
        };
        let about = OrderDetails {
            order_id: self.order_id.clone(),
            purchase_token: self.purchase_token.clone(),
            purchased_at: self.purchase_time_millis.map(|millis| Timestamp::from_millis(millis.0)),
            ..OrderDetails::default()
        };
        let fact = Fact { at, what, trust: Trust::Confirmed, about };
        Some(signal(package_name, self.id(), at, Meaning::Case { key, fact }))
    }

    /// By what the row is told from all others, and is the same on every sweep. A quantity tells apart two partial
    /// refunds of one moment.
    fn id(&self) -> String {
        let name = self.order_id.as_ref().or(self.purchase_token.as_ref()).map_or("", String::as_str);
        let quantity = match &self.voided_quantity {
            None => "full".to_owned(),
            Some(quantity) => count(quantity).map_or_else(|| quantity.to_string(), |n| n.to_string()),
        };
        format!("voided:{name}:{}:{quantity}", self.time())
    }

    fn time(&self) -> String {
        self.voided_time_millis.map_or_else(|| "untimed".to_owned(), |millis| millis.0.to_string())
    }
}

fn count(quantity: &Value) -> Option<u32> {
    u32::try_from(Integer::deserialize(quantity).ok()?.0).ok()
}

fn signal(package_name: &str, notification_id: String, at: Timestamp, meaning: Meaning) -> Signal {
    Signal {
        place: Place {
            store: Store::GooglePlay,
            app: package_name.to_owned(),
            // The list does not tell licence testers' purchases from others.
            environment: None,
        },
        notification_id,
        name: NAME.to_owned(),
        at,
        meaning,
    }
}
