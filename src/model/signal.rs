//! What one store request means: the one type every store's folder turns its wire format into.

use serde::{Deserialize, Serialize};

use super::{CaseKey, Fact, OrderDetails, Place, Timestamp};

/// An authenticated store notification, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Which store, app and environment it speaks of.
    pub place: Place,
    /// What the store tells its repetitions by, unique within store and app: App Store `notificationUUID`,
    /// Pub/Sub `messageId`, Stripe event id.
    pub notification_id: String,
    /// What the store calls it, such as `REFUND` or `voidedPurchaseNotification`.
    pub name: String,
    /// When the store made it.
    pub at: Timestamp,
    /// What it means.
    pub meaning: Meaning,
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
    /// The store wants to be told that this endpoint is ours before it sends anything else: by a GET request to this
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
        use super::What;
        match self {
            Self::Case { fact, .. } => match fact.what {
                What::Refunded { .. } => MeaningKind::Refund,
                What::Reversed { .. } => MeaningKind::Reversal,
                What::Declined => MeaningKind::RefundDeclined,
                What::Requested { .. } => MeaningKind::RefundRequest,
            },
            Self::Purchase(_) => MeaningKind::Purchase,
            Self::ConsentRescinded { .. } => MeaningKind::ConsentRescinded,
            Self::Confirmation { .. } => MeaningKind::Confirmation,
            Self::Test => MeaningKind::Test,
            Self::Order(_) | Self::Nothing => MeaningKind::Nothing,
        }
    }
}
