//! What one store request means: the type that every store's folder turns its wire format into.

use serde::{Deserialize, Serialize};

use super::placeholder_id::is_placeholder;
use super::{CaseKey, Fact, OrderDetails, Place, Timestamp};

/// An authenticated store notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The store, app and environment.
    pub place: Place,
    /// Identifies the store's repetitions, unique within store and app: App Store `notificationUUID`, Pub/Sub
    /// `messageId`, Stripe event id.
    pub notification_id: String,
    /// The store's own name for it, such as `REFUND` or `voidedPurchaseNotification`.
    pub name: String,
    /// When the store sent it.
    pub at: Timestamp,
    /// What it means.
    pub meaning: Meaning,
}

/// An id that identifies no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadId {
    /// It contains a lone surrogate.
    #[error("its {0} contains a lone surrogate or U+FFFD, so it identifies no order reliably")]
    Broken(&'static str),
    /// It is empty or `0`.
    #[error("its {0} is empty or \"0\", so it identifies no order")]
    PlaceholderId(&'static str),
    /// It contains U+0000, which some databases cannot store.
    #[error("its {0} contains U+0000, which no store's id contains")]
    Nul(&'static str),
}

impl Signal {
    /// The ids that identify orders, with their field names.
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

    /// JSON can hold a lone surrogate (`"\ud800"`), which is read as U+FFFD and could merge two ids, so a message
    /// with such an id is not understood. A tag that has one is dropped: players choose tags, and must not keep their
    /// refunds from being understood. A placeholder id is dropped too, since it could merge two orders; the refund is
    /// then identified by another id, and without one the message is not understood. A message with U+0000 in any
    /// text but a tag is not understood.
    pub(crate) fn whole_ids(mut self) -> Result<Self, BadId> {
        let is_broken = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
        if let Some((name, _)) = self.ids().find(|(_, id)| is_broken(id)) {
            return Err(BadId::Broken(name));
        }
        if let Some(about) = self.about_mut() {
            about.account_tag.take_if(|tag| is_broken(tag) || tag.contains('\0'));
            about.app_transaction_id.take_if(|id| is_broken(id) || id.contains('\0'));
            about.drop_placeholder_ids();
        }
        if let Meaning::Case { key, fact } = &mut self.meaning {
            match key {
                CaseKey::Order(id) if is_placeholder(id) => {
                    *key = CaseKey::of(&fact.about).ok_or(BadId::PlaceholderId("order_id"))?;
                }
                CaseKey::Token { token, .. } if is_placeholder(token) => {
                    return Err(BadId::PlaceholderId("purchase_token"));
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
    /// One order's refund: given, reversed, declined or requested.
    Case {
        /// Which refund.
        key: CaseKey,
        /// The fact.
        fact: Fact,
    },
    /// A purchase or renewal. Its details complete those of a later refund; recording the purchase for a player
    /// remains the host's part.
    Purchase(OrderDetails),
    /// Something about an order that moves no money, such as an authorisation or its release. It is stored, since it
    /// explains other messages of the order.
    Order(OrderDetails),
    /// The player withdrew the consent to share consumption data. App Store RESCIND_CONSENT.
    ConsentRescinded {
        /// The player's order, as far as the store reports it.
        about: OrderDetails,
    },
    /// The store wants this endpoint confirmed before it sends anything else: by a GET request to this URL, without
    /// following redirects. Amazon SNS `SubscriptionConfirmation`.
    Confirmation {
        /// The URL, checked by the store's rules.
        url: String,
    },
    /// The store's test message.
    Test,
    /// Authentic, and irrelevant to refunds.
    Nothing,
}

/// A [`Meaning`]'s kind, as outcomes and the journal show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MeaningKind {
    /// Money was refunded.
    Refund,
    /// A refund was reversed.
    Reversal,
    /// A refund request was declined.
    RefundDeclined,
    /// A refund request is under review.
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
    fn an_id_with_u_0000_is_not_understood_and_such_a_tag_is_dropped() {
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
