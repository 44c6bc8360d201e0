//! What an endpoint's answer means.

use crate::model::{Span, Timestamp};
use crate::shown::shown;
use crate::transport::{HttpResponse, TransportError};

/// How much of a failure's body is kept, in bytes: its first sentence says what is wrong.
const KEPT_OF_BODY: usize = 512;

/// An endpoint's answer, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    pub(crate) status: Option<u16>,
    /// Why it failed.
    pub(crate) problem: Option<String>,
}

/// What to do with the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It arrived, whatever the answer's body says.
    Delivered,
    /// The endpoint wants no more messages: 410.
    Gone,
    /// It is sent again later.
    Failed {
        /// How long the endpoint wants to be left alone.
        requested: Option<Span>,
        /// Whether it is overloaded, so that its other messages wait as well: 429, 502, 504.
        overloaded: bool,
    },
    /// It was not sent, because the engine is closing. That is no try.
    NotSent,
}

impl Answer {
    pub(crate) fn of(sent: &Result<HttpResponse, TransportError>, now: Timestamp) -> Self {
        match sent {
            Ok(response) => Self::of_response(response, now),
            Err(TransportError::Closed { .. }) => {
                Self { verdict: Verdict::NotSent, status: None, problem: None }
            }
            Err(TransportError::Redirect { status, .. }) => Self::redirect(*status),
            Err(error) => Self {
                verdict: Verdict::Failed { requested: None, overloaded: false },
                status: None,
                problem: Some(error.to_string()),
            },
        }
    }

    fn of_response(response: &HttpResponse, now: Timestamp) -> Self {
        let status = response.status().as_u16();
        let problem = || Some(words(status, response.body()));
        match status {
            200..=299 => Self { verdict: Verdict::Delivered, status: Some(status), problem: None },
            300..=399 => Self::redirect(status),
            410 => Self { verdict: Verdict::Gone, status: Some(status), problem: problem() },
            _ => {
                let requested = response
                    .retry_after(now)
                    .map(|wait| Span::from_millis(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)));
                let overloaded = matches!(status, 429 | 502 | 504);
                let verdict = Verdict::Failed { requested, overloaded };
                Self { verdict, status: Some(status), problem: problem() }
            }
        }
    }

    fn redirect(status: u16) -> Self {
        Self {
            verdict: Verdict::Failed { requested: None, overloaded: false },
            status: Some(status),
            problem: Some(format!(
                "it answered {status}, a redirect, which is not followed: correct the endpoint's url"
            )),
        }
    }
}

/// The status and the body's beginning, fit to be shown.
fn words(status: u16, body: &[u8]) -> String {
    let begin = body.get(..KEPT_OF_BODY).unwrap_or(body);
    let text = shown(String::from_utf8_lossy(begin).trim(), KEPT_OF_BODY);
    if text.is_empty() { format!("it answered {status}") } else { format!("it answered {status}: {text}") }
}
