//! What is known about one order: its ids at the store, the product, the price.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::placeholder_id::is_placeholder;
use super::{Country, Environment, Money, ProductType, Timestamp};

/// What a store reported about the order of a notification. What it did not report is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct OrderDetails {
    /// The order's own id: App Store `transactionId`, Google Play `orderId`, ONE Store `purchaseId`, Stripe's charge
    /// (`ch_…`, `py_…`), Amazon `receiptId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// The purchase token: Google Play `purchaseToken`, which all renewals of one subscription share; ONE Store
    /// `purchaseToken`; Stripe's payment intent (`pi_…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_token: Option<String>,
    /// The id that all renewals of one subscription share: App Store `originalTransactionId`, Stripe's subscription
    /// (`sub_…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_id: Option<String>,
    /// The id of one purchase, however many transaction ids it has: App Store `webOrderLineItemId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_order_line_item_id: Option<String>,
    /// The tag the game put on the purchase: App Store `appAccountToken`, Google Play `obfuscatedExternalAccountId`,
    /// ONE Store `developerPayload`, Stripe's metadata under `user_metadata_key`. Amazon's is its own id of the customer,
    /// `appUserId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_tag: Option<String>,
    /// Product id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Kind of product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_type: Option<ProductType>,
    /// How many were bought in this one order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// What was paid for all of them together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// When it was bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchased_at: Option<Timestamp>,
    /// Shared by a family member, not bought by this player. App Store `inAppOwnershipType` FAMILY_SHARED.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub family_shared: bool,
    /// The App Store's id of one app's download by one account: `appTransactionId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_transaction_id: Option<String>,
    /// Further ids of the same payment, under which the game may have recorded it: Stripe's invoice (`in_…`) and
    /// checkout session (`cs_…`), Google Play's linked tokens.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub related_ids: BTreeSet<String>,
    /// Whether the merchant's own server wrote the account tag, with a secret key, so that no player can have written
    /// it: Stripe's metadata.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tag_by_merchant: bool,
    /// What one message reports about the payment's capture. `None` for stores that do not authorise first, and in a
    /// [folded](super::CaseState::fold) case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<Capture>,
    /// The token of the subscription that this one replaced: Google Play and ONE Store `linkedPurchaseToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked_token: Option<String>,
    /// The latest paid order of a subscription, if the store's API reported it: Google Play
    /// `latestSuccessfulOrderId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_order_id: Option<String>,
    /// When a renewal was paid for which the store named only the purchase token: Google Play
    /// `SUBSCRIPTION_PURCHASED`, `SUBSCRIPTION_RENEWED`, `SUBSCRIPTION_RECOVERED`. It separates refunds of one token
    /// by renewal, and describes no single order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// Whether the game has acknowledged the purchase, according to the store's API: Google Play
    /// `acknowledgementState`, ONE Store `acknowledgeState`. Both stores refund an unacknowledged purchase after
    /// three days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<bool>,
    /// The buyer's country: as the host recorded it, or else the App Store's `storefront`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
}

/// What one message reports about a payment's capture.
///
/// A store that authorises first and captures later may report the release of an uncaptured amount exactly as it
/// reports a refund (Stripe before API version 2025-03-31.basil). Nothing was paid, so nothing was refunded. A refund
/// at such a store counts once a message reports a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Capture {
    /// The message reports nothing about it.
    NotReported,
    /// No message reported a capture in time, so the payment is presumed captured.
    Presumed,
    /// Captured as far as reported here.
    Reported(CaptureReport),
}

/// How far a payment was captured at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct CaptureReport {
    /// The time of this report, by the store's clock.
    pub at: Timestamp,
    /// What was authorised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorised: Option<Money>,
    /// How much of it was captured; `None`: nothing, by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<Money>,
    /// How much of the captured amount was refunded in total by then, without what was released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
}

/// Who writes the account tags of a store's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagWriter {
    /// The game, on each purchase: a tag may be a user id.
    Game,
    /// The store: a tag is the store's own id of its customer.
    Store,
}

/// The account tag of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CarriedTag<'a> {
    pub(crate) text: &'a str,
    pub(crate) writer: TagWriter,
    /// Whether the merchant's server wrote it, so that no player can have.
    pub(crate) by_merchant: bool,
}

impl OrderDetails {
    /// The account tag, if the order has one, of a store whose tags are by `writer`.
    pub(crate) fn carried_tag(&self, writer: TagWriter) -> Option<CarriedTag<'_>> {
        let text = self.account_tag.as_deref()?;
        Some(CarriedTag { text, writer, by_merchant: self.tag_by_merchant })
    }

    /// The ids by which orders are matched, each with its field name.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.texts().filter(|(name, _)| !matches!(*name, "account_tag" | "product"))
    }

    /// Drops each placeholder id, and an empty account tag. `0` may be a player's tag.
    pub(crate) fn drop_placeholder_ids(&mut self) {
        for id in [
            &mut self.order_id,
            &mut self.purchase_token,
            &mut self.original_id,
            &mut self.web_order_line_item_id,
            &mut self.app_transaction_id,
            &mut self.linked_token,
            &mut self.latest_order_id,
        ] {
            id.take_if(|id| is_placeholder(id));
        }
        self.related_ids.retain(|id| !is_placeholder(id));
        self.account_tag.take_if(|tag| tag.is_empty());
    }

    /// All texts that are present, each with its field name.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("order_id", &self.order_id),
            ("purchase_token", &self.purchase_token),
            ("original_id", &self.original_id),
            ("web_order_line_item_id", &self.web_order_line_item_id),
            ("account_tag", &self.account_tag),
            ("product", &self.product),
            ("app_transaction_id", &self.app_transaction_id),
            ("linked_token", &self.linked_token),
            ("latest_order_id", &self.latest_order_id),
        ]
        .into_iter()
        .filter_map(|(field, text)| Some((field, text.as_deref()?)))
        .chain(self.related_ids.iter().map(|id| ("related_ids", id.as_str())))
    }

    /// Fills in from `other` what is missing here.
    pub(crate) fn fill_from(&mut self, other: &Self) {
        fn fill<T: Clone>(own: &mut Option<T>, other: &Option<T>) {
            if own.is_none() {
                own.clone_from(other);
            }
        }
        fill(&mut self.order_id, &other.order_id);
        fill(&mut self.purchase_token, &other.purchase_token);
        fill(&mut self.original_id, &other.original_id);
        fill(&mut self.web_order_line_item_id, &other.web_order_line_item_id);
        // A tag that no player can have written takes precedence.
        let is_surer = other.tag_by_merchant && !self.tag_by_merchant;
        if other.account_tag.is_some() && (self.account_tag.is_none() || is_surer) {
            self.account_tag.clone_from(&other.account_tag);
            self.tag_by_merchant = other.tag_by_merchant;
        }
        fill(&mut self.product, &other.product);
        fill(&mut self.product_type, &other.product_type);
        fill(&mut self.quantity, &other.quantity);
        fill(&mut self.price, &other.price);
        fill(&mut self.purchased_at, &other.purchased_at);
        fill(&mut self.app_transaction_id, &other.app_transaction_id);
        fill(&mut self.capture, &other.capture);
        self.related_ids.extend(other.related_ids.iter().cloned());
        fill(&mut self.linked_token, &other.linked_token);
        fill(&mut self.latest_order_id, &other.latest_order_id);
        fill(&mut self.acknowledged, &other.acknowledged);
        fill(&mut self.country, &other.country);
        self.family_shared |= other.family_shared;
    }
}

/// What identifies a refund within a store and app.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaseKey {
    /// The order's own id.
    Order(String),
    /// The store named only the purchase token. The same refund may also be reported by its order id. The two are one
    /// refund if their times are at most `same_within_millis` apart, or at any distance if that is `None` (a token of
    /// a single purchase). Farther apart they are also one, unless another renewal is known to have been paid between
    /// them, or the order's refund was reversed between them.
    Token {
        /// The purchase token.
        token: String,
        /// How far apart the two messages about one refund may be in any case; renewals are farther apart.
        same_within_millis: Option<i64>,
    },
}

impl CaseKey {
    /// The key of an order by its id, or else by its token, which then identifies a single purchase.
    pub(crate) fn of(about: &OrderDetails) -> Option<Self> {
        let by_token =
            || Some(Self::Token { token: about.purchase_token.clone()?, same_within_millis: None });
        about.order_id.clone().map(Self::Order).or_else(by_token)
    }

    /// The key as the ledger stores it.
    #[must_use]
    pub fn as_text(&self) -> String {
        match self {
            Self::Order(id) => format!("order:{id}"),
            Self::Token { token, .. } => format!("token:{token}"),
        }
    }
}

/// The origin of an order: the store, the app and, if the store reports it, the environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The store.
    pub store: super::Store,
    /// Bundle id or package name; ONE Store's client id; the `name` of Stripe's section.
    pub app: String,
    /// Production or sandbox; `None` if the store's message does not report it (Google Play; Amazon, except beta
    /// tests).
    pub environment: Option<Environment>,
}
