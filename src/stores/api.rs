//! What the stores' server APIs have in common. A folder with an API has its requests and answers in `api/`, and there
//! one type for the API itself, which implements of these what the store can do. What a store cannot do has no method.

pub(crate) use crate::model::{Delivery, RefundPreference, ReviewAnswer, Usage};
use crate::model::{Signal, Span, Store, Timestamp};
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
    /// Rows that cannot be understood: what is wrong with each, and the row as it came, for a person to look at. They
    /// hold up no other row, and none is lost: the engine keeps them as dead letters.
    pub unread: Vec<(String, Vec<u8>)>,
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
