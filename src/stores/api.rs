//! What the stores' server APIs have in common. A folder with an API has its requests and responses in `api/`, and
//! there one type for the API itself. It is a [`StoreApi`], which also names the traits of this file that it
//! implements: what the store can do. What a store cannot do has no method.

use std::any::Any;
use std::sync::Arc;

pub(crate) use crate::model::{Delivery, RefundPreference, ReviewAnswer, Usage};
use crate::model::{Environment, OrderDetails, RefundId, Signal, Span, Store, Timestamp};
use crate::transport::TransportError;

/// Why a request to a store's API failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The configuration has no credentials for it.
    #[error(
        "{store}: no section for {app} has {key}, and without it no request can be sent to the store's API"
    )]
    NotConfigured {
        /// The store.
        store: Store,
        /// The app or account.
        app: String,
        /// The key of the configuration.
        key: &'static str,
    },
    /// The credentials cannot be used, or the store rejects them.
    #[error("the store rejects the credentials: {problem}")]
    Credentials {
        /// The problem, without secrets.
        problem: String,
    },
    /// There was no answer.
    #[error("{source}")]
    Transport {
        /// The fault.
        #[from]
        source: TransportError,
    },
    /// The store refused the request.
    #[error("the store answered {status}{}{code}: {message}", if code.is_empty() { "" } else { " " })]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The store's own code, such as `4040010` or `purchaseTokenNoLongerValid`; empty if it sent none.
        code: String,
        /// The store's own words, cut to a line.
        message: String,
        /// Whether the same request may be sent again, by the store's documents.
        retryable: bool,
    },
    /// The answer does not match the store's documents.
    #[error("the store's answer cannot be read: {problem}")]
    Unreadable {
        /// The problem.
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

    /// Whether the same request may succeed later without any change on this side.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::NotConfigured { .. } | Self::Credentials { .. } | Self::Unreadable { .. } => false,
            Self::Transport { source } => source.is_retryable(),
            Self::Refused { retryable, .. } => *retryable,
        }
    }

    /// Whether the store may have carried out the request although no response confirms it.
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
    /// Whether there are credentials for an app; sends no request.
    ///
    /// # Errors
    /// [`ApiError::NotConfigured`].
    fn require_credentials(&self, app: &str, sandbox: bool) -> Result<(), ApiError>;

    /// How it is swept.
    fn sweeps(&self) -> Option<SweptBy<'_>> {
        None
    }

    /// Implemented if the API reports more about a refund than its notification.
    fn explains(&self) -> Option<&dyn ExplainsRefunds> {
        None
    }

    /// Implemented if the store requests what the game knows of a refund request.
    fn answers_reviews(&self) -> Option<&dyn AnswersReviews> {
        None
    }

    /// The form in which a [description](super::BuiltInStore::api) returns it.
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
    /// What the page reports, each with its own piece of the answer for the journal. Their facts are
    /// [`Confirmed`](crate::Trust::Confirmed), and their notification ids are the same in every sweep.
    pub found: Vec<(Signal, Vec<u8>)>,
    /// Rows that cannot be understood: the problem of each, and the row as it came, for a person to look at. They delay
    /// no other row, and none is lost: the engine keeps them as dead letters.
    pub unread: Vec<(String, Vec<u8>)>,
    /// How to ask for the next page; `None` on the last.
    pub next: Option<String>,
}

/// A store with a list of the refunds of a period.
pub trait Sweeps: Send + Sync {
    /// The apps or accounts that can be swept: those whose section has credentials.
    fn apps(&self) -> Vec<String>;

    /// How far back the store's refunds of an app reach. An unknown refund older than this is lost.
    fn window(&self, app: &str, now: Timestamp) -> Span;

    /// How far a sweep reaches back behind the last one: stores list some refunds late.
    fn overlap(&self) -> Span;

    /// One page of the refunds between two times, by the store's own meaning of these.
    fn page(
        &self,
        app: &str,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<SweepPage, ApiError>;
}

/// A receipt that can be checked with the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownReceipt {
    /// The store's own id of the customer, as it was recorded or reported.
    pub user_id: String,
    /// The receipt's id.
    pub receipt_id: String,
}

/// The store's answer about one receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckedReceipt {
    /// It was reported.
    Reported {
        /// Its meaning, with the answer for the journal, as in [`SweepPage::found`]; `None`: nothing that concerns a
        /// refund engine.
        found: Option<Box<(Signal, Vec<u8>)>>,
        /// Whether it is checked again.
        standing: ReceiptStanding,
    },
    /// The answer cannot be understood; as in [`SweepPage::unread`].
    Unread {
        /// The problem.
        problem: String,
        /// The answer.
        body: Vec<u8>,
    },
    /// The store refuses this receipt: the id is unknown, or it is another customer's.
    Refused(ApiError),
    /// There was no answer; there may be one later. The engine retries, each time after a longer delay.
    Failed(ApiError),
}

/// Whether a receipt is checked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptStanding {
    /// It may be refunded, or more reported about its refund.
    Open,
    /// The same, and it renews: it is checked until it ends.
    Renews,
    /// Its state is final.
    Settled,
}

/// When receipts are checked. Each age is that of the purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptSchedule {
    /// Up to this age in each sweep,
    pub each_sweep_for: Span,
    /// then each time after this period,
    pub then_every: Span,
    /// up to this age, or for as long as it renews.
    pub until: Span,
}

/// A store that has no list of refunds: a sweep checks each receipt that the ledger has.
pub trait ChecksReceipts: Send + Sync {
    /// The apps whose receipts can be checked: those whose section has credentials.
    fn apps(&self) -> Vec<String>;

    /// How far back a sweep reaches at most, as for [`Sweeps::window`]. It never reaches back behind the last one: the
    /// store reports the present state.
    fn window(&self) -> Span;

    /// When each receipt is checked.
    fn schedule(&self) -> ReceiptSchedule;

    /// Checks receipts, one after the other. Returns an answer to each, in this order; or the answers before a fault
    /// that is not the one receipt's alone, after which none is checked, and the fault.
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
    /// When money was first refunded, by the store's clock.
    pub at: Timestamp,
    /// The environment, if it is known.
    pub environment: Option<Environment>,
    /// What is known of the order.
    pub about: OrderDetails,
}

/// A store's answer about refunds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// What it reports, as in [`SweepPage::found`]: refunds, and purchases with what their refunds left out.
    pub found: Vec<(Signal, Vec<u8>)>,
    /// Rows that cannot be understood, as in [`SweepPage::unread`].
    pub unread: Vec<(String, Vec<u8>)>,
    /// The refunds of which the store has nothing more to report. The others are looked up again, except those whose
    /// reason or initiator was found.
    pub complete: Vec<RefundId>,
    /// The fault that ended it. What was found before it counts.
    pub fault: Option<ApiError>,
}

/// A store whose API reports more about a refund than its notification: the reason, the initiator, the player, whether
/// the game had acknowledged the purchase.
pub trait ExplainsRefunds: Send + Sync {
    /// The apps whose refunds can be looked up: those whose section has credentials.
    fn apps(&self) -> Vec<String>;

    /// Looks up refunds of one app. If the store is down, the rest are not looked up.
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
    /// The apps or accounts that requests can be sent for.
    #[must_use]
    pub fn apps(&self) -> Vec<String> {
        match self {
            Self::List(store) => store.apps(),
            Self::Receipts(store) => store.apps(),
        }
    }

    /// How far back the store has refunds of an app.
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

/// A store that requests what the game knows of a refund request.
pub trait AnswersReviews: Send + Sync {
    /// Sends the answer. To be sent once: a store counts the first.
    fn answer(&self, answer: &ReviewAnswer, now: Timestamp) -> Result<(), ApiError>;
}

/// The store's answer to a request to refund.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefundAnswer {
    /// It has refunded, and sent the id if it has one: Stripe's refund id.
    Done {
        /// The refund's id.
        refund_id: Option<String>,
    },
    /// It has accepted the request; whether money moved is reported later, or has to be looked up.
    Requested {
        /// The store's id of the refund, if it has one already.
        refund_id: Option<String>,
    },
    /// It was refunded before; nothing was done.
    AlreadyRefunded,
}
