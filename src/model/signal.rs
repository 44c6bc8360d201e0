//! What one store request means: the one type every store's folder turns its wire format into.

use serde::{Deserialize, Serialize};

use super::no_id::names_nothing;
use super::{CaseKey, Fact, OrderDetails, Place, Timestamp};

/// An authenticated store notification, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Which store, app and environment it speaks of.
    pub place: Place,
    /// What the store reports its repetitions by, unique within store and app: App Store `notificationUUID`,
    /// Pub/Sub `messageId`, Stripe event id.
    pub notification_id: String,
    /// What the store calls it, such as `REFUND` or `voidedPurchaseNotification`.
    pub name: String,
    /// When the store made it.
    pub at: Timestamp,
    /// What it means.
    pub meaning: Meaning,
}

/// An id by which no order can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadId {
    /// It has half a character in it.
    #[error(
        "its {0} has half a character in it (a lone surrogate, or U+FFFD), so it names no order for sure"
    )]
    Broken(&'static str),
    /// It is empty or `0`.
    #[error("its {0} is empty or \"0\", so it names no order")]
    NamesNothing(&'static str),
    /// It has U+0000 in it, which not every database keeps in a text.
    #[error("its {0} has the character U+0000 in it, which no name of a store has")]
    Nul(&'static str),
}

impl Signal {
    /// The texts by which orders are distinguished, where they are said.
    fn ids(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let key = match &self.meaning {
            Meaning::Case { key, .. } => Some(key),
            _ => None,
        };
        let key = key.map(|key| match key {
            CaseKey::Order(id) => ("order_id", id.as_str()),
            CaseKey::Token { token, .. } => ("purchase_token", token.as_str()),
        });
        let ids = self.about().into_iter().flat_map(OrderDetails::texts);
        let ids = ids.filter(|(name, _)| matches!(*name, "order_id" | "purchase_token" | "original_id"));
        key.into_iter().chain(ids).chain([("notification_id", self.notification_id.as_str())])
    }

    fn about(&self) -> Option<&OrderDetails> {
        match &self.meaning {
            Meaning::Case { fact, .. } => Some(&fact.about),
            Meaning::Purchase(about) | Meaning::Order(about) | Meaning::ConsentRescinded { about } => {
                Some(about)
            }
            _ => None,
        }
    }

    fn about_mut(&mut self) -> Option<&mut OrderDetails> {
        match &mut self.meaning {
            Meaning::Case { fact, .. } => Some(&mut fact.about),
            Meaning::Purchase(about) | Meaning::Order(about) | Meaning::ConsentRescinded { about } => {
                Some(about)
            }
            _ => None,
        }
    }

    /// JSON can hold half a character (`"\ud800"`), which is read as U+FFFD. Two ids could become one by it, so such an id
    /// makes the message one that is not understood. A tag that has it is left out: players can choose tags, and must not
    /// keep their refunds from being understood. An id that names nothing is left out as well: two orders could become one
    /// by it. A refund is then known by another of its ids; without one the message is not understood. A message with U+0000
    /// in any name but a tag is not understood.
    pub(crate) fn whole_ids(mut self) -> Result<Self, BadId> {
        let is_broken = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
        if let Some((name, _)) = self.ids().find(|(_, id)| is_broken(id)) {
            return Err(BadId::Broken(name));
        }
        if let Some(about) = self.about_mut() {
            about.account_tag.take_if(|tag| is_broken(tag) || tag.contains('\0'));
            about.app_transaction_id.take_if(|id| is_broken(id) || id.contains('\0'));
            about.drop_ids_that_name_nothing();
        }
        if let Meaning::Case { key, fact } = &mut self.meaning {
            match key {
                CaseKey::Order(id) if names_nothing(id) => {
                    *key = CaseKey::of(&fact.about).ok_or(BadId::NamesNothing("order_id"))?;
                }
                CaseKey::Token { token, .. } if names_nothing(token) => {
                    return Err(BadId::NamesNothing("purchase_token"));
                }
                CaseKey::Order(_) | CaseKey::Token { .. } => {}
            }
        }
        let texts = self.about().into_iter().flat_map(OrderDetails::texts);
        let mut texts = self.ids().chain(texts).chain([("name", self.name.as_str())]);
        let nul = texts.find(|(_, text)| text.contains('\0')).map(|(name, _)| name);
        drop(texts);
        nul.map_or(Ok(self), |name| Err(BadId::Nul(name)))
    }
}

/// What a notification means to a refund engine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// Something about one order's refund: given, reversed, declined or asked for.
    Case {
        /// Which refund.
        key: CaseKey,
        /// What is said of it.
        fact: Fact,
    },
    /// A purchase or renewal was made. What it says of the order fills in what its refund does not say; whose it is
    /// remains the host's to record.
    Purchase(OrderDetails),
    /// Something about an order that moves no money, such as an authorisation that was made or released. It is kept,
    /// since it says what other messages of the order mean.
    Order(OrderDetails),
    /// The player withdrew the consent to share consumption data. App Store RESCIND_CONSENT.
    ConsentRescinded {
        /// Whose, as far as the store says.
        about: OrderDetails,
    },
    /// The store wants to know that this endpoint is ours before it sends anything else: by a GET request to this
    /// URL, without following redirects. Amazon SNS `SubscriptionConfirmation`.
    Confirmation {
        /// The URL, checked by the store's rules.
        url: String,
    },
    /// The store's test message.
    Test,
    /// Authentic, and nothing to a refund engine.
    Nothing,
}

/// A [`Meaning`]'s kind, as outcomes and the journal show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MeaningKind {
    /// Money went back.
    Refund,
    /// It came again.
    Reversal,
    /// The request was turned down.
    RefundDeclined,
    /// A request is being looked at.
    RefundRequest,
    /// A purchase or renewal.
    Purchase,
    /// Consent withdrawn.
    ConsentRescinded,
    /// The endpoint is to be confirmed.
    Confirmation,
    /// A test message.
    Test,
    /// Nothing to a refund engine.
    Nothing,
}

impl Meaning {
    /// Which kind this is.
    #[must_use]
    pub const fn kind(&self) -> MeaningKind {
        use super::FactKind;
        match self {
            Self::Case { fact, .. } => match fact.what {
                FactKind::Refunded { .. } => MeaningKind::Refund,
                FactKind::Reversed { .. } => MeaningKind::Reversal,
                FactKind::Declined => MeaningKind::RefundDeclined,
                FactKind::Requested { .. } => MeaningKind::RefundRequest,
            },
            Self::Purchase(_) => MeaningKind::Purchase,
            Self::ConsentRescinded { .. } => MeaningKind::ConsentRescinded,
            Self::Confirmation { .. } => MeaningKind::Confirmation,
            Self::Test => MeaningKind::Test,
            Self::Order(_) | Self::Nothing => MeaningKind::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Environment, Store};
    use super::*;

    fn order(about: OrderDetails) -> Signal {
        let place = Place {
            store: Store::Stripe,
            app: "com.example.game".to_owned(),
            environment: Some(Environment::Production),
        };
        let at = Timestamp::from_millis(0);
        Signal {
            place,
            notification_id: "n1".to_owned(),
            name: "charge.captured".to_owned(),
            at,
            meaning: Meaning::Order(about),
        }
    }

    #[test]
    fn a_name_with_u_0000_is_not_understood_and_such_a_tag_is_none() {
        let nul = || Some("a\0b".to_owned());
        for (name, about) in [
            ("order_id", OrderDetails { order_id: nul(), ..OrderDetails::default() }),
            (
                "web_order_line_item_id",
                OrderDetails { web_order_line_item_id: nul(), ..OrderDetails::default() },
            ),
            ("product", OrderDetails { product: nul(), ..OrderDetails::default() }),
            (
                "related_ids",
                OrderDetails { related_ids: nul().into_iter().collect(), ..OrderDetails::default() },
            ),
        ] {
            assert_eq!(order(about).whole_ids(), Err(BadId::Nul(name)));
        }
        let named = Signal { name: "a\0".to_owned(), ..order(OrderDetails::default()) };
        assert_eq!(named.whole_ids(), Err(BadId::Nul("name")));
        let of_notification = Signal { notification_id: "\0".to_owned(), ..order(OrderDetails::default()) };
        assert_eq!(of_notification.whole_ids(), Err(BadId::Nul("notification_id")));
        let tagged =
            OrderDetails { account_tag: nul(), app_transaction_id: nul(), ..OrderDetails::default() };
        assert_eq!(order(tagged).whole_ids(), Ok(order(OrderDetails::default())));
    }
}
