//! What the host reports about a purchase it has delivered.

use serde::{Deserialize, Serialize};

use super::no_id::names_nothing;
use super::{Environment, Money, OrderDetails, ProductType, Store, Timestamp};

/// The longest user id, in bytes: room for a URN or an e-mail address, and a bound on what the journal repeats.
pub const MAX_USER: usize = 256;

/// The longest order id, token, tag or product id, in bytes. Google's purchase tokens, the longest of them, are
/// documented without a length and stay well under 1 KiB.
pub const MAX_NAME: usize = 4096;

/// The most kinds of items one purchase may grant.
pub const MAX_GRANTS: usize = 1000;

/// A purchase as the host records it: who bought what, and by what names the store will speak of it.
///
/// At least one of `order_id`, `purchase_token` and `original_id` is needed, since a refund is matched by them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// ONE Store `developerPayload`, Stripe's metadata under `user_metadata_key`; for Amazon its own id of the customer,
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
    /// What the player was given for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
}

/// Items given for a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Nothing a refund could be matched by.
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
    /// An id that names nothing.
    #[error("{field} is \"0\", which names no order: leave it out where the store gave none")]
    NamesNothing {
        /// Which one.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} has {size} bytes, and at most {limit} are accepted")]
    TooLong {
        /// Which one.
        field: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A text has a control character: in C it may end early, in a table or a log it may hide what follows.
    #[error("{field} has a control character (byte {at}): remove it, ids have printable characters only")]
    ControlCharacter {
        /// Which one.
        field: &'static str,
        /// Where, in bytes from 0.
        at: usize,
    },
    /// A number is out of its range.
    #[error("{field} is {value}, and must be at least {least}")]
    TooSmall {
        /// Which one.
        field: &'static str,
        /// The value.
        value: i64,
        /// The least that makes sense.
        least: i64,
    },
    /// More grants than can be meant.
    #[error("the purchase grants {count} kinds of items, and at most {limit} are accepted")]
    TooManyGrants {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
}

impl Purchase {
    /// A purchase with a store, a user and an order id, and nothing else said.
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
            grants: Vec::new(),
        }
    }

    /// Whether it can be recorded.
    ///
    /// # Errors
    /// [`BadPurchase`] says which member is wrong.
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
        if let Some((field, _)) = self.ids().find(|(_, id)| names_nothing(id)) {
            return Err(BadPurchase::NamesNothing { field });
        }
        if self.order_id.is_none() && self.purchase_token.is_none() && self.original_id.is_none() {
            return Err(BadPurchase::NoReference);
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

    /// The ids by which its order is matched, each with its member's name.
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

    /// What it says of the order.
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
            ..OrderDetails::default()
        }
    }
}

/// Whether a text can be a user id: 1 to 256 bytes without control characters.
///
/// # Errors
/// [`BadPurchase`] says what is wrong.
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
