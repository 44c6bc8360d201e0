//! What the stores' server APIs have in common. A folder with an API has its requests and answers in `api/`, and there
//! one type for the API itself. It is a [`StoreApi`], which says which of these traits it implements as well: what the
//! store can do. What a store cannot do has no method.

use std::any::Any;
use std::sync::Arc;

pub(crate) use crate::model::{Delivery, RefundPreference, ReviewAnswer, Usage};
use crate::model::{Environment, OrderDetails, RefundId, Signal, Span, Store, Timestamp};
use crate::transport::TransportError;

/// Why a store's API did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The configuration has no credentials for it.
    #[error("{store}: no section for {app} has {key}, and without it the store's API cannot be asked")]
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
    #[error("the store answered {status}{}{code}: {message}", if code.is_empty() { "" } else { " " })]
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

    /// Whether the store may have done it although it gave no answer that says so.
    pub(crate) fn may_be_done(&self) -> bool {
        match self {
            Self::NotConfigured { .. } | Self::Credentials { .. } => false,
            Self::Transport { source } => !source.was_never_sent(),
            Self::Refused { status, code, .. } => *status >= 500 || KEY_WAS_SENT.contains(&code.as_str()),
            Self::Unreadable { .. } => true,
        }
    }
}

/// Stripe's words for: the key was sent before, and that is still being done; or was sent with other parameters, as by
/// another version of Recoup (<https://docs.stripe.com/error-codes>, <https://docs.stripe.com/api/errors>).
const KEY_WAS_SENT: [&str; 2] = ["idempotency_key_in_use", "idempotency_error"];

/// A store's server API, whichever store it is.
pub(crate) trait StoreApi: Any + Send + Sync {
    /// Whether there are credentials for an app, without asking anybody.
    ///
    /// # Errors
    /// [`ApiError::NotConfigured`].
    fn require_credentials(&self, app: &str, sandbox: bool) -> Result<(), ApiError>;

    /// How it is swept.
    fn sweeps(&self) -> Option<SweptBy<'_>> {
        None
    }

    /// Where it says more about a refund than its notification.
    fn explains(&self) -> Option<&dyn ExplainsRefunds> {
        None
    }

    /// Where it asks what the game knows of a refund request.
    fn answers_reviews(&self) -> Option<&dyn AnswersReviews> {
        None
    }

    /// As what a [description](super::BuiltInStore::api) gives.
    fn shared(self) -> Arc<dyn StoreApi>
    where
        Self: Sized,
    {
        Arc::new(self)
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

    /// How far back the store remembers of an app. What is older than this and is not known is lost.
    fn window(&self, app: &str, now: Timestamp) -> Span;

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

/// A receipt that the store can be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownReceipt {
    /// The store's own id of the customer, as it was recorded or reported.
    pub user_id: String,
    /// The receipt's id.
    pub receipt_id: String,
}

/// What a store said of one receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckedReceipt {
    /// It was reported.
    Reported {
        /// What that means, with the answer for the journal, as in [`SweepPage::found`]; `None`: nothing that a refund
        /// engine has to know.
        found: Option<Box<(Signal, Vec<u8>)>>,
        /// Whether it is to be asked about again.
        standing: ReceiptStanding,
    },
    /// The answer cannot be understood; as in [`SweepPage::unread`].
    Unread {
        /// What is wrong with it.
        problem: String,
        /// The answer.
        body: Vec<u8>,
    },
    /// The store does not answer of this one: it knows none of this id, or it is another customer's.
    Refused(ApiError),
    /// There was no answer, and may be one later. The engine asks about it again, each time after a longer while.
    Failed(ApiError),
}

/// Whether a receipt is to be asked about again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptStanding {
    /// It may be refunded, or more reported about its refund.
    Open,
    /// The same, and it goes on: it is asked about until it ends.
    Renews,
    /// Nothing more comes of it.
    Settled,
}

/// When receipts are asked about. Each age is that of the purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptSchedule {
    /// Up to this age in each sweep,
    pub each_sweep_for: Span,
    /// then whenever so much time is over,
    pub then_every: Span,
    /// up to this age, or for as long as it renews.
    pub until: Span,
}

/// A store that has no list of refunds: a sweep asks it about each receipt that the ledger knows.
pub trait ChecksReceipts: Send + Sync {
    /// The apps that can be asked about: those whose section has credentials.
    fn apps(&self) -> Vec<String>;

    /// How far back a sweep reaches at most, as for [`Sweeps::window`]. It never reaches back behind the last one: what
    /// the store says is so at the moment.
    fn window(&self) -> Span;

    /// When which receipt is asked about.
    fn schedule(&self) -> ReceiptSchedule;

    /// Asks about receipts, one after the other. Gives an answer to each, in this order; or to those before a fault
    /// that is not the one receipt's alone, after which none is asked about, and the fault.
    fn check(
        &self,
        app: &str,
        receipts: &[KnownReceipt],
        now: Timestamp,
    ) -> (Vec<CheckedReceipt>, Option<ApiError>);
}

/// A refund that a store pushed without a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnexplainedRefund {
    /// Its number in the ledger.
    pub refund: RefundId,
    /// When money first went back, by the store's clock.
    pub at: Timestamp,
    /// In which environment, where that is known.
    pub environment: Option<Environment>,
    /// What is known of the order.
    pub about: OrderDetails,
}

/// What a store says of refunds that it was asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// What it says, as in [`SweepPage::found`]: refunds, and purchases with what their refunds left out.
    pub found: Vec<(Signal, Vec<u8>)>,
    /// Rows that cannot be understood, as in [`SweepPage::unread`].
    pub unread: Vec<(String, Vec<u8>)>,
    /// The refunds of which the store has nothing more to say. The others are asked about again, but for those whose
    /// reason or initiator was found.
    pub complete: Vec<RefundId>,
    /// What went wrong. What was found before it counts.
    pub fault: Option<ApiError>,
}

/// A store whose API says more about a refund than its notification: why, who started it, whose it is, whether the game
/// had acknowledged the purchase.
pub trait ExplainsRefunds: Send + Sync {
    /// The apps that can be asked about: those whose section has credentials.
    fn apps(&self) -> Vec<String>;

    /// Asks about refunds of one app. A store that is down is not asked about the rest.
    fn explain(&self, app: &str, refunds: &[UnexplainedRefund], now: Timestamp) -> Explanation;
}

/// How a store is swept.
#[derive(Clone, Copy)]
pub enum SweptBy<'a> {
    /// By its list.
    List(&'a dyn Sweeps),
    /// By asking about each receipt.
    Receipts(&'a dyn ChecksReceipts),
}

impl SweptBy<'_> {
    /// The apps or accounts that can be asked.
    #[must_use]
    pub fn apps(&self) -> Vec<String> {
        match self {
            Self::List(store) => store.apps(),
            Self::Receipts(store) => store.apps(),
        }
    }

    /// How far back the store can be asked about an app.
    #[must_use]
    pub fn window(&self, app: &str, now: Timestamp) -> Span {
        match self {
            Self::List(store) => store.window(app, now),
            Self::Receipts(store) => store.window(),
        }
    }

    /// How far a sweep reaches back behind the last one.
    #[must_use]
    pub fn overlap(&self) -> Span {
        match self {
            Self::List(store) => store.overlap(),
            Self::Receipts(_) => Span::from_millis(0),
        }
    }
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
    /// It has taken the request; whether money moved is reported later, or has to be asked.
    Requested {
        /// The store's id of the refund, where it has one already.
        refund_id: Option<String>,
    },
    /// It was refunded before; nothing was done.
    AlreadyRefunded,
}
