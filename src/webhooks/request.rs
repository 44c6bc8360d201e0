//! The request to an endpoint.

use super::Endpoint;
use crate::model::{Timestamp, WebhookFormat};
use crate::transport::HttpRequest;

/// What of an answer is read at most, in bytes. Only a failure's beginning is kept; an answer that is longer than this
/// is no answer to a webhook.
const MAX_ANSWER: usize = 1 << 20;

/// What is signed and sent.
#[derive(Clone, Debug)]
pub(crate) struct Signed<'a> {
    /// The header field `webhook-id`.
    pub(crate) id: &'a str,
    /// When it is sent: the header field `webhook-timestamp`.
    pub(crate) at: Timestamp,
    pub(crate) body: &'a str,
}

/// The request, signed with each of the endpoint's keys.
pub(crate) fn request(endpoint: &Endpoint, message: &Signed<'_>) -> HttpRequest {
    let seconds = message.at.secs();
    let signatures: Vec<String> =
        endpoint.keys.iter().map(|key| key.sign(message.id, seconds, message.body.as_bytes())).collect();
    let content_type = match endpoint.format {
        WebhookFormat::Recoup | WebhookFormat::IapRefundEvent => "application/json",
        WebhookFormat::Cloudevents => "application/cloudevents+json",
    };
    let request = HttpRequest::post(endpoint.url.clone())
        .header("User-Agent", concat!("recoup/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", message.id)
        .header("webhook-timestamp", &seconds.to_string())
        .header("webhook-signature", &signatures.join(" "))
        .body(content_type, message.body)
        .timeout(endpoint.timeout)
        .max_body(MAX_ANSWER);
    match &endpoint.authorization {
        Some(authorization) => request.secret_header("Authorization", authorization),
        None => request,
    }
}
