//! Recoup, the refund engine that game servers embed.
//!
//! A player buys gems, spends them, and takes the money back. The store notifies the game's server, in its own format,
//! sometimes late, twice, out of order or not at all. Recoup turns that into a verified fact in an embedded ledger, the
//! right player, a decision by the operator's rules, and an event the game server must act on.
//!
//! It verifies the messages of the [App Store](app_store), [Google Play](google_play), [ONE Store](one_store),
//! [Stripe](stripe) and [Amazon Appstore](amazon). For other stores the host authenticates the messages and submits
//! them as a [`CustomMessage`]; everything after that is the same.
//!
//! # The ideas
//!
//! - **Raw request in, HTTP status out.** [`Engine::ingest`] takes the original header fields and body; answer the
//!   store with [`Outcome::http_status`], which is a success only once the fact is on disk.
//! - **Facts, folded.** What is known about an order's refund is a set of [`Fact`]s. Its state ([`CaseState`]) is a
//!   pure function of that set, so neither order nor repetition of messages matters.
//! - **Attribution has evidence.** The refund's user is the one for whom the host [recorded](Engine::record_purchase)
//!   the order, or else another purchase of the same family; else the one whom the account tag identifies. The
//!   [`attribution`] page has the rules, and when a refund moves.
//! - **Rules decide.** A [`Policy`] is an ordered list of rules; the first that matches excludes, records, alerts or
//!   blocks. Each decision is stored with its policy's version.
//! - **Events are delivered until acknowledged.** What the host must act on stays in an outbox until
//!   [acknowledged](Engine::ack), through crashes and restarts. [`Engine::poll`] and [`Engine::tick`] deliver; an
//!   event may be delivered again, so act on its id once.
//! - **Logins do not wait.** [`Engine::is_blocked`] answers from memory.
//! - **History is never changed.** The journal keeps what happened and why; [`Engine::user`] and [`Engine::order`]
//!   return it.
//!
//! # What it does not do
//!
//! It does not take items back; it reports what was refunded. A signature proves that the store sold an order, not to
//! which of the host's users: recording purchases connects the two. [`Engine::record_signed_purchase`] records a
//! purchase from the client's signed data, so that its ids are the store's own. The App Store, ONE Store and Amazon
//! let no game refund, so [`RefundOrder`] does not cover their orders.
//!
//! # Time, keys, threads
//!
//! The engine uses the given [`Clock`], keys from its configuration or a [`KeySource`], and a
//! [`Transport`](transport::Transport) to the stores. Every method may be called from any thread, and documents what
//! it waits for. One thread of the engine writes to the ledger.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `capi` (default) | the C ABI of `include/recoup.h` |
//! | `http` (default) | the ready HTTP client, `transport::HttpClient`; Google's keys are then fetched where no file is named |
//! | `gateway` (default) | the `gateway` module: the stores' webhooks over HTTP |
//! | `operators` | operators of a console: accounts, invitations, sessions, tokens, the audit, saved views |
//! | `testing` | the `testing` module: throw-away stores that sign real-shaped requests, for hosts' own tests |
//! | `schemas` | the `schemas` module: JSON Schemas of the C ABI's documents, as the repository's folder `schemas` has them |
//! | `local-testing` | takes the App Store's unsigned Xcode and LocalTesting messages where configured; for tests only |
//!
//! The default is for programs in other languages: everything that the C ABI has functions for. A Rust program turns
//! it off and selects what it needs, often nothing.
//!
//! # More
//!
//! The folder `docs` of the repository has a page on each part: setting up each store in its console, every
//! configuration key, rules, events, reconciling, refund reviews, the webhook server, and operation.

mod blocklist;
mod config;
mod engine;
mod error;
mod export;
#[cfg(feature = "capi")]
mod ffi;
#[cfg(feature = "gateway")]
pub mod gateway;
mod json;
mod ledger;
mod model;
mod outbox;
#[cfg(feature = "schemas")]
pub mod schemas;
mod shown;
mod store_table;
mod stores;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod threads;
pub mod transport;
mod uuid;
mod verify;
mod webhooks;

#[doc(hidden)]
#[cfg(feature = "testing")]
pub use blocklist::Blocklist;
pub use config::{
    AccessSection, Config, ConfigError, DeliverySection, FiguresSection, InquiriesSection, LimitsSection,
    NoticesSection, PrivacySection, ReconcileSection, RetentionSection, UnsizedParts, WebhookSection,
};
#[cfg(feature = "operators")]
pub use engine::ChangedSince;
pub use engine::{
    Clock, ConsumptionOf, DoctorOptions, Engine, EngineOptions, Gap, MAX_HISTORY, MAX_PAGE, MAX_PURCHASES,
    MAX_REMARK, MAX_USAGE, ManualClock, Outcome, OutcomeKind, Progress, PurchaseExtras, PurchaseOutcome,
    Randomness, ReconcileOptions, ReconcileOrderResult, ReconcileResult, Sweep, SweepEnd, SystemClock,
    SystemRandomness, TransferResult, WorkResult,
};
pub use error::Error;
pub use json::JsonError;
pub use ledger::{DatabaseCode, LedgerError, Resource, SqliteCode};
pub use model::*;
pub use outbox::Handled;
pub use shown::{shown, shown_lines};
pub use stores::{
    AnswersReviews, ApiError, Apis, CheckedReceipt, ChecksReceipts, ExplainsRefunds, Explanation, KeySources,
    KnownReceipt, ReceiptSchedule, ReceiptStanding, RefundAnswer, Rejection, Request, SectionSummary,
    SignedPurchase, SignedPurchaseError, SweepPage, Sweeps, SweptBy, UnexplainedRefund, Verified,
    VerifiedPurchase, Verifier,
};
pub use verify::{
    Authentic, CachedKeys, CertificateSource, ChainError, ChainPart, FetchedKeys, Freshness, Jwks, JwksError,
    JwsError, KeyFetchError, KeySource, RsaKeyError,
};
#[cfg(feature = "operators")]
pub use verify::{IdToken, IdTokenError, IdTokens};

macro_rules! folders {
    ($({ $(#[$_doc:meta])* $_Variant:ident $_name:literal $_title:literal $folder:ident $($_rest:ident)* })*) => {
        pub use stores::{$($folder),*};
    };
}

store_table::for_each_store!(folders);

/// The README's example, and those of the documentation, are compiled as well.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/recording-purchases.md")]
struct RecordingPurchases;

#[cfg(doctest)]
#[doc = include_str!("../docs/recovery.md")]
struct Recovering;
