//! What a host says for a store that Recoup does not know.

use serde::{Deserialize, Serialize};

use super::no_id::names_nothing;
use super::purchase::MAX_NAME;
use super::{
    CaseKey, Environment, Extent, Fact, FactKind, Meaning, Money, OrderDetails, Place, Signal, Store,
    Timestamp,
};

/// A message of a store that Recoup does not know ([`Store::custom`](Store::custom)), authenticated and
/// understood by the host. Exactly one of `fact` and `purchase` is given, or neither for a message that only is to be
/// kept.
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
#[serde(deny_unknown_fields)]
pub struct CustomMessage {
    /// The store, `custom:` and the host's own name of it.
    pub store: Store,
    /// The app, as the store calls it; 1 to 256 bytes.
    pub app: String,
    /// Whether real money moved; `None` where the store does not tell.
    #[serde(default)]
    pub environment: Option<Environment>,
    /// What the store reports repetitions by, unique within store and app; 1 to 256 bytes.
    pub notification_id: String,
    /// What the store calls it; 1 to 256 bytes.
    pub name: String,
    /// When the store made it.
    pub at: Timestamp,
    /// What it says of an order's refund. The order is known by `about.order_id`, or else by `about.purchase_token`.
    #[serde(default)]
    pub fact: Option<Fact>,
    /// What it says of an order that was made.
    #[serde(default)]
    pub purchase: Option<OrderDetails>,
}

/// Why a [`CustomMessage`] cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadMessage {
    /// The store is one whose messages Recoup verifies itself.
    #[error("{store} is verified by Recoup: give it the request as it came, by ingest")]
    KnownStore {
        /// Which one.
        store: Store,
    },
    /// A text is empty or too long.
    #[error("{field} has {size} bytes, and 1 to {limit} are accepted")]
    Text {
        /// Which one.
        field: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A text has a control character.
    #[error("{field} has a control character (byte {at}): remove it, ids have printable characters only")]
    ControlCharacter {
        /// Which one.
        field: &'static str,
        /// Where, in bytes from 0.
        at: usize,
    },
    /// Nothing names the order.
    #[error(
        "fact.about names neither order_id nor purchase_token, so nothing tells which refund it is about"
    )]
    NoOrder,
    /// An id that names nothing.
    #[error("{field} is \"0\", which names no order: leave it out where the store gave none")]
    NamesNothing {
        /// Which one.
        field: &'static str,
    },
    /// An amount is negative.
    #[error("{field} is {value}, and must be at least 0")]
    Negative {
        /// Which one.
        field: &'static str,
        /// The value, in millionths of the currency's unit.
        value: i64,
    },
    /// Two meanings.
    #[error("both fact and purchase are given, and a message has one meaning")]
    TwoMeanings,
}

/// The longest name of a custom store's app, message or message kind, in bytes: they are kept with every message.
const MAX_MESSAGE_TEXT: usize = 256;

impl CustomMessage {
    /// The signal it is.
    ///
    /// # Errors
    /// [`BadMessage`] says which member is wrong.
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
            if let Some((field, _)) = about.ids().find(|(_, id)| names_nothing(id)) {
                return Err(BadMessage::NamesNothing { field });
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

/// The amount of a refund, or of its reversal.
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
