//! The nouns of the trade and the rules that need nothing but them. No I/O and no clock in here.

mod access;
pub mod attribution;
#[cfg(feature = "operators")]
mod audit;
mod bulk;
mod case;
mod case_file;
mod catalogue;
mod country;
mod custom_message;
mod encoded;
mod event;
mod exclusion;
mod export;
mod fact;
mod figures;
mod finding;
mod inquiry;
mod journal;
mod money;
mod notice;
#[cfg(feature = "operators")]
mod operator;
mod order;
pub(crate) mod people;
mod placeholder_id;
mod policy;
mod privacy;
mod purchase;
mod reason;
mod record;
mod recovery;
mod refund_filter;
mod retention;
mod review;
mod signal;
mod store;
mod store_action;
mod time;
mod webhook;
mod work;

pub use access::{Access, AccessReason, PartialRefunds};
pub(crate) use access::{AccessOverride, AccessRefund, AccessRules, AccessView, gives_access};
pub use attribution::{AccountTags, AttributedBy};
#[cfg(feature = "operators")]
pub(crate) use audit::canonical_target;
#[cfg(feature = "operators")]
pub use audit::{Acting, AuditEntry, AuditFilter};
pub use bulk::{BulkAction, BulkOutcome, BulkResult, MAX_BULK};
pub use case::{CaseState, ReportedTotal, Review, StoreState};
pub use case_file::{
    CaseFile, Found, MAX_NOTE, MAX_NOTES, Note, NoteOn, RefundAt, RefundCount, RefundRef, RefundStatus,
};
pub use catalogue::{BadCatalogue, Catalogue, CatalogueProduct, Names};
pub use country::{BadCountry, Country};
pub use custom_message::{BadMessage, CustomMessage};
pub use event::{Event, EventKind, SweepGap};
pub(crate) use exclusion::ExclusionCandidate;
pub use exclusion::{Exclusion, ExclusionAction, ExclusionEnd, ExclusionKind, ExclusionMade, NewExclusion};
pub use export::{Export, ExportFormat, ExportKind, Exported};
pub use fact::{Extent, Fact, FactKind, MilliPercent};
pub use figures::{
    BadQuestion, BadUtcOffset, BlockFigures, Figure, FigureList, FigureRow, Figures, FiguresRecount, Grain,
    GroupBy, GroupFigures, ItemFigures, LagFigures, LagStage, PeriodFigures, PurchaseFigures, Question, Rate,
    RefundFigures, RepeatRefunder, RuleFigures, SeriesPoint, StatusFigures, UtcOffset, WaitingFigures,
    WorkCount,
};
pub(crate) use figures::{
    Bought, Contribution, CountedCase, Dated, Days, Dimensions, FigureMarks, LagKey, Period, PlayerSum,
    Quantiles, RefundedKey, RefundedSum, Sale, Seen, SoldKey, SoldSum, Sums, Tally, WorkKey, WorkSum,
};
pub use finding::{DoctorArea, DoctorReport, Finding, Health};
pub use inquiry::{Inquiry, InquiryState};
pub use journal::{Happening, JournalEntry};
pub use money::{BadCurrency, Currency, Money};
pub use notice::{
    BadNoticeText, BadTemplate, Notice, NoticeDetails, NoticeId, NoticeMark, NoticeName, NoticeState,
    NoticeText, NoticeTexts,
};
#[cfg(feature = "operators")]
pub(crate) use operator::check_operator_text;
#[cfg(feature = "operators")]
pub use operator::{
    Invitation, MAX_OPERATOR_NAME, Operator, Role, SavedView, Session, SessionKind, SessionLimits,
    UnknownRole,
};
pub use order::{Capture, CaptureReport, CaseKey, OrderDetails, Place};
pub(crate) use order::{CarriedTag, TagWriter};
pub(crate) use placeholder_id::{is_placeholder, real_id};
pub use policy::*;
pub(crate) use policy::{Compared, TrialTally, Unacknowledged, matches_glob};
pub use privacy::{
    Forget, Forgotten, ForgottenCounts, UserAccessOverride, UserConsumption, UserExport, UserMessage,
    UserRefund, UserWebhookMessage,
};
pub(crate) use purchase::check_text;
pub use purchase::{BadPurchase, Grant, MAX_GRANTS, MAX_NAME, MAX_USER, Purchase, check_user};
pub use reason::{Initiator, ProductType, Reason, Trust};
pub use record::*;
pub use recovery::{
    AppliedRepayment, Debt, Debtor, DebtorPage, Debts, EntryKind, GrantSource, How, Recovery, RecoveryEntry,
    RecoveryItem, RecoveryReport, Repayment, RepaymentOutcome, ReportOutcome, Rest, Rounding, ToDo,
};
pub(crate) use recovery::{Due, whole_items};
pub(crate) use refund_filter::ListPlace;
pub use refund_filter::{ListOrder, RefundFilter, RefundList, RefundSort};
pub use retention::Pruned;
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
pub use webhook::{
    WebhookData, WebhookEnd, WebhookEndpoint, WebhookEvent, WebhookFormat, WebhookMessage,
    WebhookMessageFilter, WebhookReplay, WebhookState, WebhookTest,
};
pub(crate) use work::{Closed, WorkView};
pub use work::{ClosedAs, WorkStatus};
