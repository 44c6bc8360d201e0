//! What the host records about a purchase it has delivered.

use serde::{Deserialize, Serialize};

use super::placeholder_id::is_placeholder;
use super::{Country, Environment, Money, OrderDetails, ProductType, RefundId, Store, Timestamp};

/// The longest user id, in bytes: enough for a URN or an e-mail address.
pub const MAX_USER: usize = 256;

/// The longest order id, token, tag or product id, in bytes. Google's purchase tokens, the longest of them, are
/// documented without a length and stay well under 1 KiB.
pub const MAX_NAME: usize = 4096;

/// The most kinds of items one purchase may grant.
pub const MAX_GRANTS: usize = 1000;

/// A purchase as the host records it: who bought what, and the ids by which the store will report it.
///
/// At least one of `order_id`, `purchase_token` and `original_id` is required: refunds are matched by them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Purchase {
    /// The store that sold it.
    pub store: Store,
    /// The host's own id of the player; 1 to 256 bytes. A UUID is compared without regard to case.
    pub user: String,
    /// Bundle id or package name; ONE Store's client id; the `name` of Stripe's section. `None` fits any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// Production or sandbox; `None` fits either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// App Store `transactionId`, Google Play `orderId`, ONE Store `purchaseId`, Stripe's charge (`ch_…`, `py_…`), Amazon
    /// `receiptId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Google Play and ONE Store `purchaseToken`, Stripe's payment intent (`pi_…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_token: Option<String>,
    /// App Store `originalTransactionId`, Stripe's subscription (`sub_…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_id: Option<String>,
    /// App Store `webOrderLineItemId`: the same for all transaction ids of one purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_order_line_item_id: Option<String>,
    /// The tag the game put on the purchase: App Store `appAccountToken`, Google Play `obfuscatedExternalAccountId`,
    /// ONE Store `developerPayload`, Stripe's metadata under `user_metadata_key`; for Amazon its id of the customer,
    /// `appUserId`. Refunds of other purchases that carry the same tag are then this user's too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_tag: Option<String>,
    /// The token of the subscription that this one replaced: Google Play `linkedPurchaseToken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_token: Option<String>,
    /// Product id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Kind of product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_type: Option<ProductType>,
    /// How many were bought; at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// What was paid for all of them together; not negative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// When it was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchased_at: Option<Timestamp>,
    /// When what was bought ends, such as a subscription's paid period; `None`: never, or unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The buyer's country, two letters A to Z as in ISO 3166-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The items that the player received.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// The refund that the player repays by buying again. Such a purchase grants nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repays: Option<RefundId>,
}

/// Items given for a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The game's name of the item.
    pub item: String,
    /// How many; at least 1.
    pub quantity: i64,
}

/// Why a purchase cannot be recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadPurchase {
    /// No id that a refund could be matched by.
    #[error(
        "a purchase needs at least one of order_id, purchase_token and original_id, or no refund can be matched to it"
    )]
    NoReference,
    /// A text is empty.
    #[error("{field} is empty: leave it out or give it a value")]
    Empty {
        /// Which one.
        field: &'static str,
    },
    /// A placeholder instead of an id.
    #[error("{field} is \"0\", which is no order: leave it out if the store gave no id")]
    PlaceholderId {
        /// Which one.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} has {size} bytes; the limit is {limit}")]
    TooLong {
        /// Which one.
        field: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A text has a control character: C code may cut it there, a table or a log may hide what follows.
    #[error("{field} has a control character (byte {at}): ids are printable text")]
    ControlCharacter {
        /// Which one.
        field: &'static str,
        /// Where, in bytes from 0.
        at: usize,
    },
    /// A number is out of its range.
    #[error("{field} is {value}; the minimum is {least}")]
    TooSmall {
        /// Which one.
        field: &'static str,
        /// The value.
        value: i64,
        /// The minimum.
        least: i64,
    },
    /// Not a country's code.
    #[error("{country:?} is no country: expected two letters A to Z as in ISO 3166-1, such as KR")]
    BadCountry {
        /// The text.
        country: String,
    },
    /// Too many grants.
    #[error("the purchase grants {count} kinds of items; the limit is {limit}")]
    TooManyGrants {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
}

impl Purchase {
    /// A purchase with a store, a user and an order id, and nothing else.
    #[must_use]
    pub fn new(store: Store, user: impl Into<String>, order_id: impl Into<String>) -> Self {
        Self {
            store,
            user: user.into(),
            app: None,
            environment: None,
            order_id: Some(order_id.into()),
            purchase_token: None,
            original_id: None,
            web_order_line_item_id: None,
            account_tag: None,
            linked_token: None,
            product: None,
            product_type: None,
            quantity: None,
            price: None,
            purchased_at: None,
            expires_at: None,
            country: None,
            grants: Vec::new(),
            repays: None,
        }
    }

    /// Checks that it can be recorded.
    ///
    /// # Errors
    /// [`BadPurchase`] names the field.
    pub fn check(&self) -> Result<(), BadPurchase> {
        check_user(&self.user)?;
        for (field, text) in [
            ("app", &self.app),
            ("order_id", &self.order_id),
            ("purchase_token", &self.purchase_token),
            ("original_id", &self.original_id),
            ("web_order_line_item_id", &self.web_order_line_item_id),
            ("account_tag", &self.account_tag),
            ("linked_token", &self.linked_token),
            ("product", &self.product),
        ] {
            if let Some(text) = text {
                check_text(field, text, MAX_NAME)?;
            }
        }
        if let Some((field, _)) = self.ids().find(|(_, id)| is_placeholder(id)) {
            return Err(BadPurchase::PlaceholderId { field });
        }
        if self.order_id.is_none() && self.purchase_token.is_none() && self.original_id.is_none() {
            return Err(BadPurchase::NoReference);
        }
        if let Some(country) = &self.country
            && !(country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase()))
        {
            return Err(BadPurchase::BadCountry { country: country.clone() });
        }
        at_least("quantity", self.quantity.map(i64::from), 1)?;
        at_least("price.micros", self.price.map(|price| price.micros), 0)?;
        if self.grants.len() > MAX_GRANTS {
            return Err(BadPurchase::TooManyGrants { count: self.grants.len(), limit: MAX_GRANTS });
        }
        for grant in &self.grants {
            check_text("grants.item", &grant.item, MAX_NAME)?;
            at_least("grants.quantity", Some(grant.quantity), 1)?;
        }
        Ok(())
    }

    /// The ids by which its order is matched, each with its field name.
    fn ids(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("order_id", &self.order_id),
            ("purchase_token", &self.purchase_token),
            ("original_id", &self.original_id),
            ("web_order_line_item_id", &self.web_order_line_item_id),
            ("linked_token", &self.linked_token),
        ]
        .into_iter()
        .filter_map(|(field, id)| Some((field, id.as_deref()?)))
    }

    /// The order's details, as recorded.
    #[must_use]
    pub fn details(&self) -> OrderDetails {
        OrderDetails {
            order_id: self.order_id.clone(),
            purchase_token: self.purchase_token.clone(),
            original_id: self.original_id.clone(),
            web_order_line_item_id: self.web_order_line_item_id.clone(),
            account_tag: self.account_tag.clone(),
            product: self.product.clone(),
            product_type: self.product_type,
            quantity: self.quantity,
            price: self.price,
            purchased_at: self.purchased_at,
            country: self.country.as_deref().and_then(|country| Country::new(country).ok()),
            ..OrderDetails::default()
        }
    }
}

/// Checks that a text can be a user id: 1 to 256 bytes without control characters.
///
/// # Errors
/// [`BadPurchase`] describes the problem.
pub fn check_user(user: &str) -> Result<(), BadPurchase> {
    check_text("user", user, MAX_USER)
}

pub(crate) fn check_text(field: &'static str, text: &str, limit: usize) -> Result<(), BadPurchase> {
    match text.len() {
        0 => Err(BadPurchase::Empty { field }),
        size if size > limit => Err(BadPurchase::TooLong { field, size, limit }),
        _ => match text.find(char::is_control) {
            Some(at) => Err(BadPurchase::ControlCharacter { field, at }),
            None => Ok(()),
        },
    }
}

fn at_least(field: &'static str, value: Option<i64>, least: i64) -> Result<(), BadPurchase> {
    match value {
        Some(value) if value < least => Err(BadPurchase::TooSmall { field, value, least }),
        _ => Ok(()),
    }
}
