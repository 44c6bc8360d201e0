//! Messages of stores that Recoup does not know, submitted by the host.

use serde::{Deserialize, Serialize};

use super::placeholder_id::is_placeholder;
use super::purchase::MAX_NAME;
use super::{
    CaseKey, Environment, Extent, Fact, FactKind, Meaning, Money, OrderDetails, Place, Signal, Store,
    Timestamp,
};

/// A message of a store that Recoup does not know ([`Store::custom`](Store::custom)), authenticated and understood by
/// the host. Set `fact` or `purchase`, or neither for a message that is only to be stored.
///
/// ```
/// let message: recoup::CustomMessage = serde_json::from_str(r#"{
///     "store": "custom:samsung", "app": "com.example.game", "environment": "production",
///     "notification_id": "7f3a", "name": "ITEM_REFUNDED", "at": 1767225600000,
///     "fact": { "at": 1767225600000, "what": "refunded", "extent": "full", "trust": "signed",
///               "about": { "order_id": "P2026", "product": "gems.100" } }
/// }"#)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomMessage {
    /// The store, `custom:` and the host's own name.
    pub store: Store,
    /// The app, as the store calls it; 1 to 256 bytes.
    pub app: String,
    /// Whether it is about real money; `None` if the store does not report it.
    #[serde(default)]
    pub environment: Option<Environment>,
    /// Identifies repetitions, unique within store and app; 1 to 256 bytes.
    pub notification_id: String,
    /// What the store calls it; 1 to 256 bytes.
    pub name: String,
    /// When the store made it.
    pub at: Timestamp,
    /// What it reports about an order's refund. `about.order_id` identifies the order, or else
    /// `about.purchase_token`.
    #[serde(default)]
    pub fact: Option<Fact>,
    /// What it reports about a new order.
    #[serde(default)]
    pub purchase: Option<OrderDetails>,
}

/// Why a [`CustomMessage`] is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadMessage {
    /// Recoup itself verifies messages of this store.
    #[error("{store} is verified by Recoup: pass the original request to ingest")]
    KnownStore {
        /// Which one.
        store: Store,
    },
    /// A text is empty or too long.
    #[error("{field} has {size} bytes; it must have 1 to {limit}")]
    Text {
        /// Which one.
        field: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A text has a control character.
    #[error("{field} has a control character (byte {at}): ids are printable text")]
    ControlCharacter {
        /// Which one.
        field: &'static str,
        /// Where, in bytes from 0.
        at: usize,
    },
    /// No id identifies the order.
    #[error("fact.about has neither order_id nor purchase_token, so the refund is not identified")]
    NoOrder,
    /// A placeholder instead of an id.
    #[error("{field} is \"0\", which is no order: leave it out if the store gave no id")]
    PlaceholderId {
        /// Which one.
        field: &'static str,
    },
    /// An amount is negative.
    #[error("{field} is {value}; the minimum is 0")]
    Negative {
        /// Which one.
        field: &'static str,
        /// The value, in millionths of the currency's unit.
        value: i64,
    },
    /// Two meanings.
    #[error("both fact and purchase are set; set one of them")]
    TwoMeanings,
}

/// The longest app, id or name of a custom store's message, in bytes: they are stored with every message.
const MAX_MESSAGE_TEXT: usize = 256;

impl CustomMessage {
    /// The signal of this message.
    ///
    /// # Errors
    /// [`BadMessage`] names the field.
    pub(crate) fn signal(self) -> Result<Signal, BadMessage> {
        if !self.store.is_custom() {
            return Err(BadMessage::KnownStore { store: self.store });
        }
        check("app", &self.app, MAX_MESSAGE_TEXT)?;
        check("notification_id", &self.notification_id, MAX_MESSAGE_TEXT)?;
        check("name", &self.name, MAX_MESSAGE_TEXT)?;
        if let Some(about) = self.fact.as_ref().map(|fact| &fact.about).or(self.purchase.as_ref()) {
            for (field, text) in about.texts() {
                check(field, text, MAX_NAME)?;
            }
            if let Some((field, _)) = about.ids().find(|(_, id)| is_placeholder(id)) {
                return Err(BadMessage::PlaceholderId { field });
            }
            not_negative("price.micros", about.price)?;
        }
        if let Some(fact) = &self.fact {
            not_negative("extent.micros", amount(&fact.what))?;
        }
        let meaning = match (self.fact, self.purchase) {
            (Some(_), Some(_)) => return Err(BadMessage::TwoMeanings),
            (Some(fact), None) => {
                let key = CaseKey::of(&fact.about).ok_or(BadMessage::NoOrder)?;
                Meaning::Case { key, fact }
            }
            (None, Some(about)) => Meaning::Purchase(about),
            (None, None) => Meaning::Nothing,
        };
        Ok(Signal {
            place: Place { store: self.store, app: self.app, environment: self.environment },
            notification_id: self.notification_id,
            name: self.name,
            at: self.at,
            meaning,
        })
    }
}

/// The amount of a refund or of its reversal.
const fn amount(what: &FactKind) -> Option<Money> {
    match what {
        FactKind::Refunded { extent, .. } | FactKind::Reversed { extent: Some(extent), .. } => match extent {
            Extent::Amount(money) | Extent::TotalAmount(money) => Some(*money),
            _ => None,
        },
        _ => None,
    }
}

fn not_negative(field: &'static str, money: Option<Money>) -> Result<(), BadMessage> {
    match money {
        Some(Money { micros: value, .. }) if value < 0 => Err(BadMessage::Negative { field, value }),
        _ => Ok(()),
    }
}

fn check(field: &'static str, text: &str, limit: usize) -> Result<(), BadMessage> {
    match text.len() {
        size if size == 0 || size > limit => Err(BadMessage::Text { field, size, limit }),
        _ => match text.find(char::is_control) {
            Some(at) => Err(BadMessage::ControlCharacter { field, at }),
            None => Ok(()),
        },
    }
}
