//! The program's own HTTP client, for requests to the stores.

use std::borrow::Cow;
use std::cell::Cell;
use std::ffi::c_char;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use zeroize::Zeroizing;

use super::boundary::call;
use super::error::recoup_error;
use super::failure::Failure;
use super::foreign::UserData;
use super::headers::{recoup_header, take_headers};
use super::status::recoup_status;
use super::views::{self, recoup_string, size_t};
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError};

/// The stored part of a failure's message, in bytes: a few lines for a log.
const MAX_MESSAGE: usize = 1024;

/// Why a request got no answer: one of RECOUP_TRANSPORT_*. It decides two things. The first is whether the store may
/// have acted. After a failure that means "never sent" (each value states it), it has not.
/// After any other it may have acted: a refund is then queried, or sent again under the same idempotency key, and if
/// neither is possible it becomes "unknown", for a person to check. So if you are not sure, use
/// RECOUP_TRANSPORT_INTERRUPTED: reporting "never sent" for a request that was sent may refund twice. The second is
/// whether the same is sent again later.
pub type recoup_transport_failure = i32;

/// The time limit is over. It may have been sent. Sent again later.
pub const RECOUP_TRANSPORT_TIMEOUT: recoup_transport_failure = 1;

/// No connection: the name is unknown, or nothing listens. Never sent. Sent again later.
pub const RECOUP_TRANSPORT_CONNECT: recoup_transport_failure = 2;

/// The proxy gave no connection. Never sent. Sent again later.
pub const RECOUP_TRANSPORT_PROXY: recoup_transport_failure = 3;

/// The TLS handshake failed, so no connection can be trusted. Never sent. Not sent again. For a fault of TLS after
/// the handshake use RECOUP_TRANSPORT_INTERRUPTED.
pub const RECOUP_TRANSPORT_TLS: recoup_transport_failure = 4;

/// The connection broke before the answer was complete, or the cause is not known. It may have been sent. Sent again
/// later.
pub const RECOUP_TRANSPORT_INTERRUPTED: recoup_transport_failure = 5;

/// The answer's body is larger than body_limit. It was sent. Not sent again.
pub const RECOUP_TRANSPORT_TOO_LARGE: recoup_transport_failure = 6;

/// The answer is not HTTP. It was sent. Not sent again.
pub const RECOUP_TRANSPORT_MALFORMED: recoup_transport_failure = 7;

/// The request cannot be sent as it is, such as for a URL that your client refuses. Never sent. Not sent again.
pub const RECOUP_TRANSPORT_UNSENDABLE: recoup_transport_failure = 8;

/// One HTTP request to a store. It and what it points to live until the function returns. URL, header fields and body
/// contain credentials: send them, and write them nowhere.
///
/// It has the library's size: read no member beyond struct_size.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_http_request {
    /// Its size in bytes.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The time limit in milliseconds, from name resolution to the body's last byte. A later answer is still
    /// accepted.
    pub time_limit_ms: u64,
    /// The most bytes of the answer's body; read no more.
    pub body_limit: u64,
    /// "GET", "POST", "PUT", "PATCH" or "DELETE".
    pub method: recoup_string,
    /// The complete URL, "https://..." except for an emulator on this machine.
    pub url: recoup_string,
    /// The header fields to send, their names in lower case; add Host and Content-Length yourself.
    pub headers: *const recoup_header,
    /// How many.
    pub header_count: size_t,
    /// The body's bytes. NULL if there are none.
    pub body: *const u8,
    /// How many bytes.
    pub body_len: size_t,
}

const _: () = assert!(
    size_of::<recoup_http_request>() == 24 + 2 * size_of::<recoup_string>() + 4 * size_of::<usize>(),
    "no padding"
);

/// The place for the answer to a request. It lives until the function that received it returns, and is used by one
/// thread at a time. The last call on it counts.
pub struct recoup_http_answer {
    host: String,
    body_limit: usize,
    time_limit: std::time::Duration,
    result: Option<Result<HttpResponse, TransportError>>,
}

/// Sends one HTTP request, waits for the answer, and passes it to recoup_http_answer_set, or calls
/// recoup_http_answer_fail. Without either, the result is RECOUP_TRANSPORT_INTERRUPTED.
///
/// It sends the request once and unchanged, follows no redirect (pass on the 3xx answer: it becomes a failure here,
/// since no store's API redirects and another host must not get the credentials), verifies TLS, and keeps to the
/// limits of time and size. Recoup waits between requests, keeps to the stores' rates, and sends again, by itself.
///
/// Called from any thread, the library's own included, and from several at once: inside recoup_engine_issue_refund,
/// recoup_engine_revoke_subscription, recoup_engine_reconcile, recoup_engine_reconcile_order, recoup_engine_work,
/// recoup_engine_doctor, recoup_engine_send_webhooks and recoup_engine_test_webhook, inside recoup_engine_ingest for keys
/// and certificates without a file in the configuration, on the threads of recoup_engine_submit and recoup_listen, and on the engine's own thread unless
/// recoup_options_set_background is 0.
///
/// Inside of it call nothing of Recoup except recoup_http_answer_set, recoup_http_answer_fail and functions of error
/// objects: every call on an engine returns RECOUP_STATUS_REENTRANT, and recoup_engine_free and recoup_gateway_free
/// do nothing. It must not throw, and must not jump out.
pub type recoup_transport = Option<
    unsafe extern "C" fn(
        user_data: usize,
        request: *const recoup_http_request,
        answer: *mut recoup_http_answer,
    ),
>;

type SendFunction = unsafe extern "C" fn(
    user_data: usize,
    request: *const recoup_http_request,
    answer: *mut recoup_http_answer,
);

thread_local!(static SENDING: Cell<bool> = const { Cell::new(false) });

/// Whether this thread is inside of a program's transport.
pub(super) fn is_sending() -> bool {
    SENDING.get()
}

/// From before the program's function until it has returned.
struct Sending(bool);

impl Sending {
    fn begin() -> Self {
        Self(SENDING.replace(true))
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        SENDING.set(self.0);
    }
}

/// A transport of the program.
pub(super) struct ForeignTransport {
    send: SendFunction,
    user_data: UserData,
}

impl ForeignTransport {
    pub(super) const fn new(send: SendFunction, user_data: UserData) -> Self {
        Self { send, user_data }
    }
}

impl Transport for ForeignTransport {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        request.check()?;
        let texts: Vec<[Zeroizing<Vec<u8>>; 2]> = request
            .headers()
            .iter()
            .map(|(name, value)| [name.as_str(), value.to_str().unwrap_or_default()])
            .map(|field| field.map(terminated))
            .collect();
        let headers: Vec<recoup_header> = texts
            .iter()
            .map(|[name, value]| recoup_header { name: view(name), value: view(value) })
            .collect();
        let url = Zeroizing::new(request.url().expose());
        let (method, url) = (terminated(request.method().as_str()), terminated(&url));
        let body = request.body_bytes();
        let shown = recoup_http_request {
            struct_size: u32::try_from(size_of::<recoup_http_request>()).unwrap_or(0),
            reserved: 0,
            time_limit_ms: u64::try_from(request.time_limit().as_millis()).unwrap_or(u64::MAX),
            body_limit: u64::try_from(request.body_limit()).unwrap_or(u64::MAX),
            method: view(&method),
            url: view(&url),
            headers: headers.as_ptr(),
            header_count: headers.len(),
            body: if body.is_empty() { std::ptr::null() } else { body.as_ptr() },
            body_len: body.len(),
        };
        let mut answer = recoup_http_answer {
            host: request.url().host().to_owned(),
            body_limit: request.body_limit(),
            time_limit: request.time_limit(),
            result: None,
        };
        let sending = Sending::begin();
        // SAFETY: the arguments are what the header describes; all of it outlives the call.
        unsafe { (self.send)(self.user_data.value, &raw const shown, &raw mut answer) };
        drop(sending);
        answer.result.unwrap_or_else(|| {
            let problem = "the program's transport returned without an answer".to_owned();
            Err(TransportError::Interrupted { host: answer.host, problem })
        })
    }
}

impl recoup_http_answer {
    fn set(&mut self, status: i32, headers: HeaderMap, body: &[u8]) -> Result<(), Failure> {
        let status_code = u16::try_from(status).ok().filter(|status| (200..=599).contains(status));
        let Some(status) = status_code.and_then(|status| StatusCode::from_u16(status).ok()) else {
            let message = format!("status is {status}, and must be from 200 to 599");
            return Err(Failure::argument("bad_status", message));
        };
        let (host, limit) = (self.host.clone(), self.body_limit);
        if body.len() > limit {
            self.result = Some(Err(TransportError::TooLarge { host, limit }));
            let message = format!("the body has {} bytes, and body_limit is {limit}", body.len());
            return Err(Failure::argument("too_large", message));
        }
        self.result = Some(match status.as_u16() {
            status @ (301 | 302 | 303 | 307 | 308) => Err(TransportError::Redirect { host, status }),
            _ => Ok(HttpResponse::new(status, headers, body.to_vec())),
        });
        Ok(())
    }

    fn fail(&mut self, failure: recoup_transport_failure, message: &str) -> Result<(), Failure> {
        let (host, problem) = (self.host.clone(), shortened(message));
        self.result = Some(Err(match failure {
            RECOUP_TRANSPORT_TIMEOUT => {
                TransportError::Timeout { host, phase: "the answer", limit: self.time_limit }
            }
            RECOUP_TRANSPORT_CONNECT => TransportError::Connect { host, problem },
            RECOUP_TRANSPORT_PROXY => TransportError::Proxy { host, problem },
            RECOUP_TRANSPORT_TLS => TransportError::Tls { host, problem },
            RECOUP_TRANSPORT_INTERRUPTED => TransportError::Interrupted { host, problem },
            RECOUP_TRANSPORT_TOO_LARGE => TransportError::TooLarge { host, limit: self.body_limit },
            RECOUP_TRANSPORT_MALFORMED => TransportError::Malformed { host, problem },
            RECOUP_TRANSPORT_UNSENDABLE => TransportError::Unsendable { host, problem },
            _ => {
                let message = format!(
                    "failure is {failure}, and must be from RECOUP_TRANSPORT_TIMEOUT to RECOUP_TRANSPORT_UNSENDABLE"
                );
                return Err(Failure::argument("bad_failure", message));
            }
        }));
        Ok(())
    }
}

/// A part of a request, which contains no NUL, followed by one. It may be a credential.
fn terminated(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([text.as_bytes(), b"\0"].concat())
}

fn view(terminated: &[u8]) -> recoup_string {
    recoup_string { data: terminated.as_ptr().cast(), len: terminated.len() - 1 }
}

/// The header fields that a program reports for an answer. A name that HTTP does not allow is left out, since it is
/// never looked up; the answer still counts, since the store may have acted.
fn header_map(fields: &[(Cow<'_, str>, Cow<'_, str>)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        let value = value.replace(|char: char| char.is_ascii_control(), " ");
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
        {
            headers.append(name, value);
        }
    }
    headers
}

/// The beginning of a text that may be of any length.
fn shortened(text: &str) -> String {
    match text {
        "" => "the program's transport gave no reason".to_owned(),
        _ if text.len() <= MAX_MESSAGE => text.to_owned(),
        _ => {
            let end = (0..=MAX_MESSAGE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.get(..end).unwrap_or_default().to_owned()
        }
    }
}

/// Sets the store's answer: the status, the header fields (at most 1024; bytes that are not UTF-8 are replaced) and
/// the complete body, decoded if the transfer was encoded or compressed. All of it is copied. Does not block.
///
/// A status that is not from 200 to 599 is refused (bad_status): skip interim answers. A body of more than the
/// request's body_limit is refused (too_large), and the request then fails as by RECOUP_TRANSPORT_TOO_LARGE, unless
/// another call follows.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_http_answer_set(
    answer: *mut recoup_http_answer,
    status: i32,
    headers: *const recoup_header,
    header_count: size_t,
    body: *const u8,
    body_len: size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires the answer of a call that runs, used by one thread at a time.
        let answer = unsafe { views::handle_mut(answer, "answer") }?;
        // SAFETY: the header requires these pointers and lengths.
        let headers = unsafe { take_headers(headers, header_count, "headers") }?;
        // SAFETY: as above.
        let body = unsafe { views::slice(body, body_len, "body") }?;
        answer.set(status, header_map(&headers), body)
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// Sets why there is no answer: one of RECOUP_TRANSPORT_*; any other value is refused (bad_failure) and changes
/// nothing. The message is for people; its first 1024 bytes go to logs and to the ledger, so put nothing secret in
/// it. It may be empty. Copied. Does not block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_http_answer_fail(
    answer: *mut recoup_http_answer,
    failure: recoup_transport_failure,
    message: *const c_char,
    message_len: size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires the answer of a call that runs, used by one thread at a time.
        let answer = unsafe { views::handle_mut(answer, "answer") }?;
        // SAFETY: the header requires this pointer and length.
        let message = unsafe { views::text(message, message_len, "message") }?;
        answer.fail(failure, message)
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}
