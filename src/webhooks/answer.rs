//! What an endpoint's answer means.

use std::borrow::Cow;

use crate::model::{Span, Timestamp};
use crate::shown::shown;
use crate::transport::{HttpResponse, Secret, TransportError};

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
    /// `authorization` is what was sent as such: a receiver that repeats it must not bring it into the ledger.
    pub(crate) fn of(
        sent: &Result<HttpResponse, TransportError>,
        now: Timestamp,
        authorization: Option<&Secret>,
    ) -> Self {
        match sent {
            Ok(response) => Self::of_response(response, now, authorization),
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

    fn of_response(response: &HttpResponse, now: Timestamp, authorization: Option<&Secret>) -> Self {
        let status = response.status().as_u16();
        let problem = || Some(words(status, response.body(), authorization));
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
fn words(status: u16, body: &[u8], authorization: Option<&Secret>) -> String {
    let text = String::from_utf8_lossy(body);
    // Before it is cut: half of a secret is not found.
    let text = without(&text, authorization);
    let mut end = text.len().min(KEPT_OF_BODY);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = shown(text.get(..end).unwrap_or_default().trim(), KEPT_OF_BODY);
    if text.is_empty() { format!("it answered {status}") } else { format!("it answered {status}: {text}") }
}

/// What of an `Authorization` is hidden by itself, in bytes: its scheme is no secret.
const SHORTEST_HIDDEN: usize = 6;

/// A text without an `Authorization`, and without the part of it that follows the scheme.
fn without<'t>(text: &'t str, authorization: Option<&Secret>) -> Cow<'t, str> {
    let Some(secret) = authorization.map(|secret| secret.expose().trim()) else { return Cow::Borrowed(text) };
    let token = secret.split_once(' ').map_or("", |(_, token)| token.trim());
    let mut text = Cow::Borrowed(text);
    for secret in [secret, token] {
        if secret.len() >= SHORTEST_HIDDEN && text.contains(secret) {
            text = Cow::Owned(text.replace(secret, "<hidden>"));
        }
    }
    text
}
