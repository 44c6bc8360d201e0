//! What the stores' server APIs have in common. A folder with an API has its requests and answers in `api/`, and there
//! one type for the API itself, which implements of these what the store can do. What a store cannot do has no method.

use crate::model::{MilliPercent, RefundId, Signal, Span, Store, Timestamp};
use crate::transport::TransportError;

/// Why a store's API did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The configuration has no credentials for it.
    #[error("{store}, {app}: {key} is not configured, and without it the store's API cannot be asked")]
    NotConfigured {
        /// The store.
        store: Store,
        /// The app or account.
        app: String,
        /// Which key of the configuration.
        key: &'static str,
    },
    /// The credentials cannot be used, or the store does not take them.
    #[error("the store does not take the credentials: {problem}")]
    Credentials {
        /// What is wrong, without secrets.
        problem: String,
    },
    /// There was no answer.
    #[error("{source}")]
    Transport {
        /// What went wrong.
        #[from]
        source: TransportError,
    },
    /// The store said no.
    #[error("the store answered {status} {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The store's own code, such as `4040010` or `purchaseTokenNoLongerValid`; empty where it gave none.
        code: String,
        /// The store's own words, cut to a line.
        message: String,
        /// Whether the store's documents say that the same may be asked again.
        retryable: bool,
    },
    /// The answer is not what the store's documents say.
    #[error("the store's answer cannot be read: {problem}")]
    Unreadable {
        /// What is wrong with it.
        problem: String,
    },
}

impl ApiError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured { .. } => "api_not_configured",
            Self::Credentials { .. } => "api_credentials",
            Self::Transport { .. } => "api_transport",
            Self::Refused { .. } => "api_refused",
            Self::Unreadable { .. } => "api_unreadable",
        }
    }

    /// Whether the same may succeed later without anybody changing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::NotConfigured { .. } | Self::Credentials { .. } | Self::Unreadable { .. } => false,
            Self::Transport { source } => source.is_retryable(),
            Self::Refused { retryable, .. } => *retryable,
        }
    }
}

/// What a sweep found on one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepPage {
    /// What the page says, each with its own piece of the answer for the journal. Their facts are
    /// [`Confirmed`](crate::Trust::Confirmed), and their notification ids are the same whenever they are swept again.
    pub found: Vec<(Signal, Vec<u8>)>,
    /// How to ask for the next page; `None` on the last.
    pub next: Option<String>,
}

/// A store that can be asked what was refunded in a time.
pub trait Sweeps: Send + Sync {
    /// The apps or accounts that can be asked: those whose section has credentials.
    fn apps(&self) -> Vec<String>;

    /// How far back the store remembers. What is older than this and was not heard of is lost.
    fn window(&self) -> Span;

    /// How far a sweep reaches back behind the last one: stores list some refunds late.
    fn overlap(&self) -> Span;

    /// One page of what was refunded between two times, by the store's own meaning of these.
    fn page(
        &self,
        app: &str,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<SweepPage, ApiError>;
}

/// What the game says of a purchase whose refund a store reviews.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAnswer {
    /// Which case.
    pub refund: RefundId,
    /// The app, as the store calls it.
    pub app: String,
    /// Whether the store's sandbox asked.
    pub sandbox: bool,
    /// App Store `transactionId`, Google Play `orderId`.
    pub order_id: String,
    /// What the store's question gave to be handed back: Google Play `pendingRefundToken`.
    pub token: Option<String>,
    /// Whether what was bought was delivered and works.
    pub delivery: Delivery,
    /// How much of it was used; `None`: not known, or not to be said (auto-renewable subscriptions).
    pub consumed: Option<MilliPercent>,
    /// Whether the player could try it before buying.
    pub sample_given: bool,
    /// What the game would like to come of it.
    pub preference: RefundPreference,
    /// When and how it was used, oldest first; App Store has no place for it.
    pub usage: Vec<Usage>,
}

/// Whether what was bought was delivered, in the App Store's terms (`deliveryStatus`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delivery {
    /// It was delivered and works.
    #[default]
    Delivered,
    /// It was delivered and is broken.
    QualityIssue,
    /// Something else was delivered.
    WrongItem,
    /// It was not delivered, since the game's servers were down.
    ServerOutage,
    /// It was not delivered for another reason.
    NotDelivered,
}

/// What the game would like to come of a refund request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundPreference {
    /// No refund. App Store DECLINE, Google Play DECLINE.
    Decline,
    /// A refund. App Store GRANT_FULL, Google Play APPROVE.
    Grant,
    /// A refund of what was not used. App Store GRANT_PRORATED; Google Play has none, and is told NEUTRAL.
    Prorated,
    /// None: only the facts. App Store without `refundPreference`, Google Play NEUTRAL.
    Neutral,
}

/// One use of what was bought. Google Play `consumptionUsageEvents`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// When.
    pub at: Timestamp,
    /// What was used, in words; at most 5000 characters are sent.
    #[serde(default)]
    pub what: Option<String>,
    /// From which address.
    #[serde(default)]
    pub ip_address: Option<String>,
}

/// A store that asks what the game knows of a refund request.
pub trait AnswersReviews: Send + Sync {
    /// Sends the answer. To be sent once: a store counts the first.
    fn answer(&self, answer: &ReviewAnswer, now: Timestamp) -> Result<(), ApiError>;
}

/// What a store made of a request to refund.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefundAnswer {
    /// It has refunded, and said under which id where it has one: Stripe's refund id.
    Done {
        /// The refund's id.
        refund_id: Option<String>,
    },
    /// It has taken the request; whether money moved is told later, or has to be asked.
    Requested,
    /// It was refunded before; nothing was done.
    AlreadyRefunded,
}
