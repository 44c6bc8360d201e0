//! Apple's attempts to send a notification.

use serde::Deserialize;

use crate::model::Timestamp;
use crate::stores::wire::Millis;
use crate::stores::wire::open_string_enum;

/// One attempt of Apple's to send a notification: `sendAttemptItem`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendAttempt {
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub result: SendAttemptResult,
}

open_string_enum! {
    /// What came of an attempt, as Apple's server saw it: `sendAttemptResult`.
    SendAttemptResult {
        /// It was answered with success.
        Success = "SUCCESS",
        /// The answer did not come in time.
        TimedOut = "TIMED_OUT",
        /// No TLS connection: certificate or version.
        TlsIssue = "TLS_ISSUE",
        /// Sent in a circle.
        CircularRedirect = "CIRCULAR_REDIRECT",
        /// No answer.
        NoResponse = "NO_RESPONSE",
        /// The connection broke, or there was none.
        SocketIssue = "SOCKET_ISSUE",
        /// The answer's character set is not known.
        UnsupportedCharset = "UNSUPPORTED_CHARSET",
        /// The answer was no HTTP.
        InvalidResponse = "INVALID_RESPONSE",
        /// The connection was closed while sending.
        PrematureClose = "PREMATURE_CLOSE",
        /// It was answered with another status than 200 to 206.
        UnsuccessfulHttpResponseCode = "UNSUCCESSFUL_HTTP_RESPONSE_CODE",
        /// Something else.
        Other = "OTHER",
    }
}

/// As it stands in an answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SendAttemptItem {
    attempt_date: Millis,
    send_attempt_result: SendAttemptResult,
}

impl From<SendAttemptItem> for SendAttempt {
    fn from(item: SendAttemptItem) -> Self {
        Self { at: item.attempt_date.0, result: item.send_attempt_result }
    }
}
