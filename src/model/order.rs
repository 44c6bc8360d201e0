//! What is known about one order: by what names the stores call it, what was bought, for how much.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::no_id::names_nothing;
use super::{Capture, Environment, Money, ProductType, Timestamp};

/// What a store said about the order a notification speaks of. What it did not say stays `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Owned through family sharing, not bought by this player. App Store `inAppOwnershipType` FAMILY_SHARED.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub family_shared: bool,
    /// The id App Store gives one app's download by one account: `appTransactionId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_transaction_id: Option<String>,
    /// Further ids of the same payment, by any of which it may be recorded: Stripe's invoice (`in_…`) and checkout session
    /// (`cs_…`), Google Play's linked tokens.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub related_ids: BTreeSet<String>,
    /// Whether the merchant's own server put the account tag there, with a secret key, so that no player can have written
    /// it: Stripe's metadata.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tag_by_merchant: bool,
    /// What one message says of the payment's capture. `None` of stores that do not authorise first, and in what a case
    /// [folds](super::CaseState::fold) to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<Capture>,
    /// The token of the subscription that this one took the place of: Google Play and ONE Store `linkedPurchaseToken`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked_token: Option<String>,
    /// The latest order of a subscription that was paid, where the store was asked: Google Play
    /// `latestSuccessfulOrderId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_order_id: Option<String>,
    /// When a renewal was paid of which the store named only the purchase token: Google Play `SUBSCRIPTION_PURCHASED`,
    /// `SUBSCRIPTION_RENEWED`, `SUBSCRIPTION_RECOVERED`. It says which refunds of one token are of different renewals, and
    /// nothing about any one order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// Whether the game has acknowledged the purchase, as the store's API reports it: Google Play `acknowledgementState`,
    /// ONE Store `acknowledgeState`. Both give the money back three days after a purchase that was not acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<bool>,
}

/// The account tag that an order carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CarriedTag<'a> {
    pub(crate) text: &'a str,
    /// Whether no player can have written it.
    pub(crate) by_merchant: bool,
}

impl OrderDetails {
    /// The account tag, where the order carries one.
    pub(crate) fn carried_tag(&self) -> Option<CarriedTag<'_>> {
        self.account_tag.as_deref().map(|text| CarriedTag { text, by_merchant: self.tag_by_merchant })
    }

    /// The ids by which orders are matched, each with its member's name.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.texts().filter(|(name, _)| !matches!(*name, "account_tag" | "product"))
    }

    /// Drops each id that names nothing, and an empty account tag: `0` may be a player's tag.
    pub(crate) fn drop_ids_that_name_nothing(&mut self) {
        for id in [
            &mut self.order_id,
            &mut self.purchase_token,
            &mut self.original_id,
            &mut self.web_order_line_item_id,
            &mut self.app_transaction_id,
            &mut self.linked_token,
            &mut self.latest_order_id,
        ] {
            id.take_if(|id| names_nothing(id));
        }
        self.related_ids.retain(|id| !names_nothing(id));
        self.account_tag.take_if(|tag| tag.is_empty());
    }

    /// The texts that are said, each with its member's name.
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

    /// Takes from `other` what this one does not say.
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
        // What no player can have written counts more than what anybody may have.
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
        self.family_shared |= other.family_shared;
    }
}

/// By what a refund is distinguished from every other refund of the same store and app.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaseKey {
    /// The order's own id.
    Order(String),
    /// The store named only the purchase token. The same refund is expected under its order id as well: the two are
    /// one where their times lie within `same_within_millis`, or at any distance where that is `None` (a token that
    /// stands for a single purchase). Farther apart they are one as well, unless it is known that another renewal was paid
    /// between them, or the order's refund was taken back between them.
    Token {
        /// The purchase token.
        token: String,
        /// How far apart the two messages about one refund may lie whatever else is known; renewals are farther apart.
        same_within_millis: Option<i64>,
    },
}

impl CaseKey {
    /// The key of an order by its id, or else by its token, which then stands for a single purchase.
    pub(crate) fn of(about: &OrderDetails) -> Option<Self> {
        let by_token =
            || Some(Self::Token { token: about.purchase_token.clone()?, same_within_millis: None });
        about.order_id.clone().map(Self::Order).or_else(by_token)
    }

    /// The key as the ledger keeps it.
    #[must_use]
    pub fn as_text(&self) -> String {
        match self {
            Self::Order(id) => format!("order:{id}"),
            Self::Token { token, .. } => format!("token:{token}"),
        }
    }
}

/// Where an order belongs: which app of the store, and which environment where the store says so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The store.
    pub store: super::Store,
    /// Bundle id or package name; ONE Store's client id; the `name` of Stripe's section.
    pub app: String,
    /// Production or sandbox; `None` where the store's message does not tell (Google Play; Amazon, but for beta tests).
    pub environment: Option<Environment>,
}
