//! One folder a store, all of the same shape: the wire format in, a [`Signal`](crate::model::Signal) out.
//!
//! A folder has, under the names of its row in `store_table.rs`:
//! - a section of the configuration, which is a [`Section`];
//! - a verifier with `verify_notification(&self, &Request, Timestamp) -> Result<Notification, Rejection>`, where the
//!   notification is `Serialize` under the names of the store's documents, and says what it means by
//!   `signal(&self) -> Result<Signal, Rejection>`;
//! - an error with `code()`, `http_status()` and `is_authentic()`, for what only this store's messages can have wrong.

pub mod amazon;
mod api;
mod apis;
pub mod app_store;
mod config;
mod doctor;
mod explanation_list;
pub mod google_play;
mod http_api;
mod oauth;
pub mod one_store;
mod purchase_kind;
mod rejection;
mod request;
mod signal_ids;
mod signed_purchase;
pub mod stripe;
mod verifier;
mod wire;

pub use api::{
    AnswersReviews, ApiError, CheckedReceipt, ChecksReceipts, ExplainsRefunds, Explanation, KnownReceipt,
    ReceiptSchedule, ReceiptStanding, RefundAnswer, SweepPage, Sweeps, SweptBy, UnexplainedRefund,
};
#[allow(unused_imports, reason = "part of what the stores' folders know")]
pub(crate) use api::{Delivery, RefundPreference, ReviewAnswer, Usage};
pub use apis::Apis;
#[cfg(test)]
pub(crate) use apis::Swept;
pub(crate) use apis::not_configured;
pub(crate) use config::Section;
pub use config::{KeySources, SectionSummary};
pub(crate) use doctor::{Answer, Kit, Noted, SectionChecks};
pub use rejection::Rejection;
pub use request::Request;
pub use signed_purchase::{SignedPurchase, SignedPurchaseError, VerifiedPurchase};
pub use verifier::{Verified, Verifier};
