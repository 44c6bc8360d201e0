//! What Pub/Sub puts around a message: a JSON object, or only header fields (`pushConfig.noWrapper`). Without it, two
//! deliveries of one message are equal ([`signed_content`]).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;
use serde::Deserialize;

use crate::json::{self, JsonError};
use crate::stores::{Rejection, Request};

const MESSAGE_ID: &str = "x-goog-pubsub-message-id";
const PUBLISH_TIME: &str = "x-goog-pubsub-publish-time";
const SUBSCRIPTION: &str = "x-goog-pubsub-subscription-name";

/// Why a push's envelope was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushEnvelopeError {
    /// Pub/Sub writes some members in two spellings, and here the two differ.
    #[error("{camel} is {camel_value:?} and {snake} is {snake_value:?}, and the two must agree")]
    Disagreement {
        /// The member in camel case.
        camel: &'static str,
        /// Its value.
        camel_value: String,
        /// The member in snake case.
        snake: &'static str,
        /// Its value.
        snake_value: String,
    },
    /// A message without an id could not be distinguished from its repetitions.
    #[error("the push has no message.messageId")]
    NoMessageId,
    /// A header field of the unwrapped form occurs more than once.
    #[error("the request has {count} {header} headers, and 1 at most is accepted")]
    SeveralHeaders {
        /// The field.
        header: &'static str,
        /// How many.
        count: usize,
    },
    /// The push came by another subscription than the configured one.
    #[error(
        "the push {}: expected {expected} (google_play[].push.subscription)",
        .found.as_ref().map_or_else(
            || "names no subscription".to_owned(),
            |name| format!("came by the subscription \"{}\"", name.escape_debug())
        )
    )]
    Subscription {
        /// The push's own value; `None` if a wrapped push names none.
        found: Option<String>,
        /// The configured one.
        expected: String,
    },
}

impl PushEnvelopeError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Disagreement { .. } => "envelope_disagreement",
            Self::NoMessageId => "no_message_id",
            Self::SeveralHeaders { .. } => "several_headers",
            Self::Subscription { .. } => "wrong_subscription",
        }
    }

    /// 403 for another's subscription, 400 otherwise.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Subscription { .. } => 403,
            _ => 400,
        }
    }
}

/// An opened envelope.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    pub(super) message_id: String,
    pub(super) publish_time: Option<String>,
    pub(super) subscription: Option<String>,
    data: Data<'a>,
}

#[derive(Debug)]
enum Data<'a> {
    /// `message.data`, still base64.
    Wrapped(Option<String>),
    /// The body itself.
    Unwrapped(&'a [u8]),
}

#[derive(Deserialize)]
struct Body {
    message: Option<Message>,
    subscription: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    data: Option<String>,
    #[serde(rename = "messageId")]
    message_id_camel: Option<String>,
    #[serde(rename = "message_id")]
    message_id_snake: Option<String>,
    #[serde(rename = "publishTime")]
    publish_time_camel: Option<String>,
    #[serde(rename = "publish_time")]
    publish_time_snake: Option<String>,
}

impl<'a> Envelope<'a> {
    /// Opens a push: wrapped if the body has a `message`, unwrapped otherwise.
    ///
    /// A body that is neither is an unreadable message only if the header fields of the unwrapped form are there; else
    /// it counts as a damaged request, which Pub/Sub sends again. So does one that was cut short.
    pub(super) fn open(request: &Request<'a>) -> Result<Self, Rejection> {
        match json::from_slice(request.body) {
            Ok(Body { message: Some(message), subscription }) => Ok(Self::of_wrapped(message, subscription)?),
            Ok(Body { message: None, .. }) => Ok(Self::of_unwrapped(request)?),
            Err(source @ JsonError::Truncated { .. }) => Err(Rejection::Body { source }),
            Err(source) => match header(request, MESSAGE_ID)? {
                Some(_) => Ok(Self::of_unwrapped(request)?),
                None => Err(Rejection::Body { source }),
            },
        }
    }

    fn of_wrapped(message: Message, subscription: Option<String>) -> Result<Self, PushEnvelopeError> {
        let message_id = either(
            ("message.messageId", message.message_id_camel),
            ("message.message_id", message.message_id_snake),
        )?;
        let publish_time = either(
            ("message.publishTime", message.publish_time_camel),
            ("message.publish_time", message.publish_time_snake),
        )?;
        Ok(Self {
            message_id: message_id.filter(|id| !id.is_empty()).ok_or(PushEnvelopeError::NoMessageId)?,
            publish_time,
            subscription,
            data: Data::Wrapped(message.data),
        })
    }

    /// Without metadata (`writeMetadata` off) the body is all there is, so its hash is the message's id.
    fn of_unwrapped(request: &Request<'a>) -> Result<Self, PushEnvelopeError> {
        let message_id = header(request, MESSAGE_ID)?.filter(|id| !id.is_empty());
        Ok(Self {
            message_id: message_id.map_or_else(|| hash_of(request.body), str::to_owned),
            publish_time: header(request, PUBLISH_TIME)?.map(str::to_owned),
            subscription: header(request, SUBSCRIPTION)?.map(str::to_owned),
            data: Data::Unwrapped(request.body),
        })
    }

    pub(super) fn is_wrapped(&self) -> bool {
        matches!(self.data, Data::Wrapped(_))
    }

    /// The message. Pub/Sub writes standard base64 with padding (RFC 4648 §4); the other alphabet is not guessed at.
    pub(super) fn data(&self) -> Result<Cow<'a, [u8]>, Rejection> {
        match &self.data {
            Data::Unwrapped(body) => Ok(Cow::Borrowed(body)),
            Data::Wrapped(None) => Err(not_understood("message.data is absent".to_owned())),
            Data::Wrapped(Some(text)) => STANDARD
                .decode(text)
                .map(Cow::Owned)
                .map_err(|error| not_understood(format!("message.data is not standard base64: {error}"))),
        }
    }
}

fn not_understood(problem: String) -> Rejection {
    Rejection::NotUnderstood { problem }
}

/// The value of a member that Pub/Sub writes in two spellings.
fn either(
    (camel, camel_value): (&'static str, Option<String>),
    (snake, snake_value): (&'static str, Option<String>),
) -> Result<Option<String>, PushEnvelopeError> {
    match (camel_value, snake_value) {
        (Some(camel_value), Some(snake_value)) if camel_value != snake_value => {
            Err(PushEnvelopeError::Disagreement { camel, camel_value, snake, snake_value })
        }
        (Some(value), _) | (None, Some(value)) => Ok(Some(value)),
        (None, None) => Ok(None),
    }
}

fn header<'a>(request: &Request<'a>, name: &'static str) -> Result<Option<&'a str>, PushEnvelopeError> {
    request.header(name).map_err(|count| PushEnvelopeError::SeveralHeaders { header: name, count })
}

fn hash_of(body: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, body);
    hash.as_ref().iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// The developer notification. The token signs nothing of the body, and Pub/Sub's envelope around it differs with each
/// delivery.
pub(crate) fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
    let data = Envelope::open(&Request::of_body(body)).and_then(|envelope| Ok(envelope.data()?.into_owned()));
    // Without an envelope it is the body itself.
    Some(data.unwrap_or_else(|_| body.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::signed_content;

    #[test]
    fn a_push_is_the_same_in_whichever_envelope_it_comes() {
        let push = |data: &str, id: &str| {
            format!("{{\"message\":{{\"data\":\"{data}\",\"messageId\":\"{id}\"}},\"subscription\":\"s\"}}")
                .into_bytes()
        };
        let signed = signed_content(&push("e30=", "1")).unwrap();
        assert_eq!(signed_content(&push("e30=", "2")), Some(signed.clone()));
        assert_ne!(signed_content(&push("e31=", "1")), Some(signed));
        assert_eq!(signed_content(b"no envelope"), Some(b"no envelope".to_vec()));
    }
}
