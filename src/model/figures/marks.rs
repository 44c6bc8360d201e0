//! What only the figures need of a refund, kept in its row so that what it adds to the sums follows from the row alone.

use serde::{Deserialize, Serialize};

use crate::model::{Currency, Purchase, Timestamp};

/// What only the figures need of a refund.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct FigureMarks {
    /// The host's record of exactly this order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bought: Option<Bought>,
    /// How it became known that money was refunded; `None` while none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seen: Option<Seen>,
    /// When it first blocked its player.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blocked_at: Option<Timestamp>,
    /// Since when nothing is left to do about what is refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closed_at: Option<Timestamp>,
}

impl FigureMarks {
    /// Nothing is refunded any more: what follows is another refund.
    pub(crate) fn forget_refund(&mut self) {
        *self = Self { bought: self.bought.take(), ..Self::default() };
    }

    /// Takes over those of a case that turned out to be the same refund.
    pub(crate) fn take_over(&mut self, other: &Self) {
        fn earlier<T: Ord>(own: Option<T>, other: Option<T>) -> Option<T> {
            own.into_iter().chain(other).min()
        }
        self.seen = earlier(self.seen, other.seen);
        self.blocked_at = earlier(self.blocked_at, other.blocked_at);
    }
}

/// A recorded purchase as the sums of purchases count it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bought {
    /// When it was bought; where that was not recorded, when it was recorded.
    pub(crate) at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) product: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<Currency>,
}

impl Bought {
    /// `None` for a purchase that repays a refund: it is not among the purchases.
    pub(crate) fn of(purchase: &Purchase, recorded_at: Timestamp) -> Option<Self> {
        purchase.repays.is_none().then(|| Self {
            at: purchase.purchased_at.unwrap_or(recorded_at),
            product: purchase.product.clone(),
            country: purchase.country.clone(),
            currency: purchase.price.map(|price| price.currency),
        })
    }
}

/// How it became known that money was refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// By this machine's clock.
    pub(crate) at: Timestamp,
    /// By a sweep, and not by the store's own message.
    pub(crate) swept: bool,
}
