//! The nouns of the trade and the rules that need nothing but them. No I/O and no clock in here.

pub mod attribution;
mod case;
mod case_file;
mod catalogue;
mod custom_message;
mod event;
mod fact;
mod finding;
mod inquiry;
mod journal;
mod money;
mod order;
mod placeholder_id;
mod policy;
mod purchase;
mod reason;
mod record;
mod recovery;
mod review;
mod signal;
mod store;
mod store_action;
mod time;
mod work;

pub use attribution::{AccountTags, AttributedBy};
pub use case::{CaseState, ReportedTotal, Review, StoreState};
pub use case_file::{
    CaseFile, Found, MAX_NOTE, MAX_NOTES, Note, NoteOn, RefundCount, RefundRef, RefundStatus,
};
pub use catalogue::{BadCatalogue, Catalogue, CatalogueProduct, Names};
pub use custom_message::{BadMessage, CustomMessage};
pub use event::{Event, EventKind, SweepGap};
pub use fact::{Extent, Fact, FactKind, MilliPercent};
pub use finding::{DoctorArea, DoctorReport, Finding, Health};
pub use inquiry::{Inquiry, InquiryState};
pub use journal::{Happening, JournalEntry};
pub use money::{BadCurrency, Currency, Money};
pub use order::{Capture, CaptureReport, CaseKey, OrderDetails, Place};
pub(crate) use order::{CarriedTag, TagWriter};
pub(crate) use placeholder_id::{is_placeholder, real_id};
pub(crate) use policy::Unacknowledged;
pub use policy::*;
pub(crate) use purchase::check_text;
pub use purchase::{BadPurchase, Grant, MAX_GRANTS, MAX_NAME, MAX_USER, Purchase, check_user};
pub use reason::{Initiator, ProductType, Reason, Trust};
pub use record::*;
pub(crate) use recovery::Due;
pub use recovery::{
    AppliedRepayment, Debt, Debts, EntryKind, GrantSource, How, Recovery, RecoveryEntry, RecoveryItem,
    RecoveryReport, Repayment, RepaymentOutcome, ReportOutcome, Rest, Rounding, ToDo,
};
pub use review::{
    Consumption, Delivery, RefundPreference, ReviewAnswer, ReviewCase, ReviewFigures, ReviewFilter,
    ReviewOutcome, ReviewReply, ReviewState, Usage,
};
pub use signal::{Meaning, MeaningKind, Signal};
pub use store::{CustomStore, Environment, Store, UnknownStore};
pub use store_action::{
    ActionId, RefundOrder, RefundReason, RevocationRefund, RevokeSubscription, StoreAction,
    StoreActionFilter, StoreActionKind, StoreActionState, StoreAnswer,
};
pub use time::{BadSpan, BadTimestamp, Span, Timestamp};
pub(crate) use work::{Closed, WorkView};
pub use work::{ClosedAs, WorkStatus};
