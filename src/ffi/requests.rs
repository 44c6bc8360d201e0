//! Stores' requests.

use super::failure::Failure;
use super::headers::{Fields, recoup_header, take_headers};
use super::sized::Sized32;
use super::views::{self, recoup_string, size_t};
use crate::model::Store;

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
pub(super) struct Borrowed<'a> {
    pub(super) store: Store,
    pub(super) headers: Fields<'a>,
    pub(super) body: &'a [u8],
}

impl<'a> Borrowed<'a> {
    /// # Safety
    /// The request's pointers and lengths belong together, and nothing changes what they point to during `'a`.
    pub(super) unsafe fn of(request: &'a recoup_request) -> Result<Self, Failure> {
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
