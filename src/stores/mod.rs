//! One folder a store, all of the same shape: the wire format in, a [`Signal`](crate::model::Signal) out.
//!
//! A folder's `mod.rs` implements [`BuiltInStore`] for its `Description`: the rest of Recoup sees nothing else of the
//! store. `store_table.rs` lists the folders.

pub mod amazon;
mod api;
mod apis;
pub mod app_store;
mod built_in;
mod doctor;
mod explanation_list;
pub mod google_play;
mod http_api;
mod key_sources;
mod oauth;
pub mod one_store;
mod profile;
mod purchase_kind;
mod rejection;
mod request;
mod section;
mod signed_purchase;
mod signed_purchase_error;
pub mod stripe;
#[cfg(test)]
mod tests;
mod verifier;
mod wire;

use crate::model::Store;
use crate::store_table::for_each_store;
pub use api::{
    AnswersReviews, ApiError, CheckedReceipt, ChecksReceipts, ExplainsRefunds, Explanation, KnownReceipt,
    ReceiptSchedule, ReceiptStanding, RefundAnswer, SweepPage, Sweeps, SweptBy, UnexplainedRefund,
};
#[allow(unused_imports, reason = "part of what the stores' folders know")]
pub(crate) use api::{Delivery, RefundPreference, ReviewAnswer, StoreApi, Usage};
pub use apis::Apis;
pub(crate) use built_in::BuiltInStore;
pub(crate) use doctor::{Answer, CheckContext, SectionChecks, SectionFinding};
pub use key_sources::KeySources;
pub(crate) use profile::{Credentials, KnownText, StoreProfile};
pub use rejection::Rejection;
pub use request::Request;
pub(crate) use section::Section;
pub use section::SectionSummary;
pub use signed_purchase::{SignedPurchase, VerifiedPurchase};
pub use signed_purchase_error::SignedPurchaseError;
#[cfg(test)]
pub use tests::made_up;
pub use verifier::{Verified, Verifier};

macro_rules! profiles {
    ($({ $(#[$_doc:meta])* $Variant:ident $_name:literal $_title:literal $folder:ident $($_rest:ident)* })*) => {
        /// What the engine and the rules need of a store.
        pub(crate) fn profile(store: &Store) -> &'static StoreProfile {
            match store {
                $(Store::$Variant => &<$folder::Description as BuiltInStore>::PROFILE,)*
                Store::Custom(_) => &StoreProfile::PLAIN,
            }
        }
    };
}

for_each_store!(profiles);

/// Of an app there are no credentials.
pub(crate) fn not_configured(store: &Store, app: &str) -> ApiError {
    // Recoup has no API for a store of the host's own.
    let key = profile(store).credentials.map_or("an API", |credentials| credentials.key);
    ApiError::NotConfigured { store: store.clone(), app: app.to_owned(), key }
}
