//! Stores' requests, and how to answer them.

use std::borrow::Cow;

use super::boundary::call_engine;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::sized::{self, Sized32, Slots};
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, recoup_string, size_t};
use crate::engine::{Outcome, OutcomeKind};
use crate::model::{MeaningKind, Store};
use crate::stores::Request;

/// More than any web server lets through (100 to 200 are usual); a limit on the memory of one request.
const MAX_HEADERS: usize = 1024;

/// One HTTP header field. This struct never grows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_header {
    /// Its name, in any case.
    pub name: recoup_string,
    /// Its value. In a request to you, bytes that are not UTF-8 are fine, since the sender chooses them; no store
    /// needs any.
    pub value: recoup_string,
}

/// One HTTP request from a store, as your web server received it. None of it is used after the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_request {
    /// sizeof(recoup_request).
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The store that the request's path belongs to: "app-store", "google-play", "one-store", "stripe", "amazon".
    pub store: recoup_string,
    /// The header fields in the order they came, at most 1024. Google Play needs Authorization, and without a wrapped
    /// payload the x-goog-pubsub- fields; Stripe needs Stripe-Signature. Pass all of them, or at least these.
    pub headers: *const recoup_header,
    /// How many.
    pub header_count: size_t,
    /// The raw body, byte for byte: signatures are over bytes, so do not parse and serialise it again.
    pub body: *const u8,
    /// How many bytes.
    pub body_len: size_t,
}

const _: () = assert!(size_of::<recoup_request>() == 8 + 6 * size_of::<usize>(), "no padding");

// SAFETY: C's layout, no padding by the assertion above, and integers and pointers may be zero.
unsafe impl Sized32 for recoup_request {
    const NAME: &'static str = "recoup_request";
    const FIRST_SIZE: usize = 8 + 6 * size_of::<usize>();
}

/// The outcome of a store's request: one of RECOUP_OUTCOME_*.
pub type recoup_outcome_kind = i32;

/// Authentic and ingested, durably.
pub const RECOUP_OUTCOME_ACCEPTED: recoup_outcome_kind = 1;

/// Authentic but not understood: stored for a person to look at, and answered with success, since the store would
/// only send the same again.
pub const RECOUP_OUTCOME_DEAD_LETTER: recoup_outcome_kind = 2;

/// Rejected: forged, malformed, or not for the configured apps. Nothing was changed.
pub const RECOUP_OUTCOME_REJECTED: recoup_outcome_kind = 3;

/// The meaning of an accepted request: one of RECOUP_MEANING_*. Later versions may add some.
pub type recoup_meaning = i32;

/// It was not accepted, or has a meaning that this version of the header does not name.
pub const RECOUP_MEANING_UNKNOWN: recoup_meaning = 0;

/// A refund.
pub const RECOUP_MEANING_REFUND: recoup_meaning = 1;

/// A reversed refund: the player has paid again.
pub const RECOUP_MEANING_REVERSAL: recoup_meaning = 2;

/// The store declined a refund request.
pub const RECOUP_MEANING_REFUND_DECLINED: recoup_meaning = 3;

/// The player requested a refund, or a bank a chargeback, and the store reviews it.
pub const RECOUP_MEANING_REFUND_REQUEST: recoup_meaning = 4;

/// A purchase or a renewal. Recording purchases stays yours: recoup_engine_record_purchase.
pub const RECOUP_MEANING_PURCHASE: recoup_meaning = 5;

/// The player withdrew the consent to share consumption data.
pub const RECOUP_MEANING_CONSENT_RESCINDED: recoup_meaning = 6;

/// The store's test message.
pub const RECOUP_MEANING_TEST: recoup_meaning = 7;

/// Nothing that concerns refunds.
pub const RECOUP_MEANING_NOTHING: recoup_meaning = 8;

/// The store wants this endpoint confirmed: send a GET request to "confirm_url" of the details.
pub const RECOUP_MEANING_CONFIRMATION: recoup_meaning = 9;

/// The outcome of a store's request. Set struct_size before the call; the rest is written on success, and members
/// that the library does not know are set to zero.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_outcome {
    /// sizeof(recoup_outcome).
    pub struct_size: u32,
    /// The outcome: RECOUP_OUTCOME_*.
    pub kind: recoup_outcome_kind,
    /// Its meaning: RECOUP_MEANING_*.
    pub meaning: recoup_meaning,
    /// Answer the store with this HTTP status. It is a success only after the commit is on disk.
    pub http_status: i32,
    /// The refund it is about, for recoup_engine_query_refund; 0: none.
    pub refund_id: i64,
    /// 1 if it reported anything new; 0 for a repetition, under the same id or another one.
    pub is_new: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

const _: () = assert!(size_of::<recoup_outcome>() == 32, "no padding");

// SAFETY: C's layout, no padding by the assertion above, and integers may be zero.
unsafe impl Sized32 for recoup_outcome {
    const NAME: &'static str = "recoup_outcome";
    const FIRST_SIZE: usize = 32;
}

impl recoup_outcome {
    pub(super) fn new(outcome: &Outcome) -> Self {
        let (kind, meaning) = match &outcome.what {
            OutcomeKind::Accepted { meaning, .. } => (RECOUP_OUTCOME_ACCEPTED, code_of(*meaning)),
            OutcomeKind::DeadLetter(_) => (RECOUP_OUTCOME_DEAD_LETTER, RECOUP_MEANING_UNKNOWN),
            OutcomeKind::Rejected(_) => (RECOUP_OUTCOME_REJECTED, RECOUP_MEANING_UNKNOWN),
        };
        Self {
            struct_size: 0,
            kind,
            meaning,
            http_status: i32::from(outcome.http_status),
            refund_id: outcome.refund.unwrap_or(0),
            is_new: u8::from(outcome.new),
            reserved: [0; 7],
        }
    }
}

const fn code_of(meaning: MeaningKind) -> recoup_meaning {
    match meaning {
        MeaningKind::Refund => RECOUP_MEANING_REFUND,
        MeaningKind::Reversal => RECOUP_MEANING_REVERSAL,
        MeaningKind::RefundDeclined => RECOUP_MEANING_REFUND_DECLINED,
        MeaningKind::RefundRequest => RECOUP_MEANING_REFUND_REQUEST,
        MeaningKind::Purchase => RECOUP_MEANING_PURCHASE,
        MeaningKind::ConsentRescinded => RECOUP_MEANING_CONSENT_RESCINDED,
        MeaningKind::Test => RECOUP_MEANING_TEST,
        MeaningKind::Nothing => RECOUP_MEANING_NOTHING,
        MeaningKind::Confirmation => RECOUP_MEANING_CONFIRMATION,
    }
}

/// Ingests a store's request: authenticates it, understands it, and makes it and all its consequences durable. Call
/// it from the handler of your webhook, and answer the store with outcome->http_status.
///
/// A forged or unreadable request is no failure of this call: the outcome is RECOUP_OUTCOME_REJECTED. If the call
/// fails, the request may be genuine and was not stored: answer with recoup_error_http_status, or 500 without an
/// error object, and the store sends it again.
///
/// *details, unless details is NULL, is a JSON object for your log, yours to free: {"outcome", "name" and "meaning",
/// or "code" and "message" if it was not accepted, "http_status", "new", "refund", "user", and "confirm_url" if there
/// is one}.
///
/// Blocks until the commit is on disk, which concurrent callers share; a rejected request waits for nothing.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_ingest(
    engine: *const recoup_engine,
    request: *const recoup_request,
    outcome: *mut recoup_outcome,
    details: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires a request of the size it states, unchanged until the call returns.
        let request = unsafe { sized::read(request) }?;
        // SAFETY: the header requires an outcome of the size it states.
        let place = unsafe { Slots::new(outcome) }?;
        // SAFETY: the header requires NULL or room for a pointer.
        let details = unsafe { Out::optional(details, "details") }?;
        // SAFETY: as for the request.
        let ingested = unsafe { ingest(engine, &request) }?;
        if let Some(details) = details {
            details.give(recoup_text::json(&ingested)?);
        }
        // SAFETY: the place was checked above.
        unsafe { place.write(0, &recoup_outcome::new(&ingested)) };
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// A request that was copied out of the program's memory.
pub(super) struct OwnedRequest {
    pub(super) store: Store,
    pub(super) body: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl OwnedRequest {
    /// # Safety
    /// As [`Borrowed::of`].
    pub(super) unsafe fn copy(request: &recoup_request) -> Result<Self, Failure> {
        // SAFETY: what the caller promises.
        let Borrowed { store, headers, body } = unsafe { Borrowed::of(request) }?;
        let headers =
            headers.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        Ok(Self { store, headers, body: body.to_vec() })
    }

    pub(super) fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Its size in bytes.
    pub(super) fn size(&self) -> usize {
        self.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() + self.body.len()
    }
}

/// A request in the program's memory, checked.
struct Borrowed<'a> {
    store: Store,
    headers: Fields<'a>,
    body: &'a [u8],
}

impl<'a> Borrowed<'a> {
    /// # Safety
    /// The request's pointers and lengths belong together, and nothing changes what they point to during `'a`.
    unsafe fn of(request: &'a recoup_request) -> Result<Self, Failure> {
        if request.reserved != 0 {
            return Err(Failure::argument("reserved", "recoup_request.reserved is not zero".to_owned()));
        }
        // SAFETY: what the caller promises.
        let store = unsafe { views::text(request.store.data, request.store.len, "request.store") }?;
        let store = store
            .parse::<Store>()
            .map_err(|unknown| Failure::argument("unknown_store", format!("request.store: {unknown}")))?;
        // SAFETY: what the caller promises.
        let headers = unsafe { take_headers(request.headers, request.header_count, "request.headers") }?;
        // SAFETY: what the caller promises.
        let body = unsafe { views::slice(request.body, request.body_len, "request.body") }?;
        Ok(Self { store, headers, body })
    }
}

/// Header fields, each name with its value.
type Fields<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Header fields of the program, checked.
///
/// # Safety `first` is NULL or points to `count` fields whose pointers and lengths belong together, and nothing changes
/// what they point to during `'a`.
pub(super) unsafe fn take_headers<'a>(
    first: *const recoup_header,
    count: usize,
    what: &str,
) -> Result<Fields<'a>, Failure> {
    if count > MAX_HEADERS {
        let message = format!("{what}: {count} header fields, more than {MAX_HEADERS}");
        return Err(Failure { http_status: 431, ..Failure::argument("too_many_headers", message) });
    }
    // SAFETY: what the caller promises.
    let fields = unsafe { views::slice(first, count, what) }?;
    let mut headers = Vec::with_capacity(count);
    for field in fields {
        // SAFETY: what the caller promises.
        let name = unsafe { views::slice(field.name.data.cast::<u8>(), field.name.len, "header name") }?;
        // SAFETY: what the caller promises.
        let value = unsafe { views::slice(field.value.data.cast::<u8>(), field.value.len, "header value") }?;
        headers.push((String::from_utf8_lossy(name), String::from_utf8_lossy(value)));
    }
    Ok(headers)
}

/// # Safety
/// As [`Borrowed::of`].
unsafe fn ingest(engine: &recoup_engine, request: &recoup_request) -> Result<Outcome, Failure> {
    // SAFETY: what the caller promises.
    let Borrowed { store, headers, body } = unsafe { Borrowed::of(request) }?;
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    Ok(engine.engine.ingest(&store, &Request { headers: &headers, body })?)
}
