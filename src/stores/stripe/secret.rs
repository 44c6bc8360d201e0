//! The secret that Stripe shares with one webhook endpoint.

use std::fmt;

use ring::hmac;
use serde::de::{Deserialize, Deserializer, Error as _};

/// What every webhook secret begins with. An API key (`sk_…`) in its place would verify nothing.
const PREFIX: &str = "whsec_";

/// A webhook endpoint's secret, `whsec_…`. Never shown: neither by `Debug` nor by any error.
#[derive(Clone)]
pub struct WebhookSecret(String);

/// Text that is no webhook secret. Does not hold the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadWebhookSecret {
    /// It does not begin with `whsec_`, or with nothing behind it.
    #[error(
        "it does not begin with whsec_ and go on: take the signing secret of the webhook endpoint, not an API key"
    )]
    Prefix,
    /// It has a space or a line break in it, which no secret has: a slip in copying, by which nothing would verify.
    #[error("it has white space in it: copy it without")]
    WhiteSpace,
}

impl WebhookSecret {
    /// From the text that Stripe shows for the endpoint.
    ///
    /// # Errors
    /// [`BadWebhookSecret`] for text that cannot be one.
    pub fn new(text: &str) -> Result<Self, BadWebhookSecret> {
        if text.contains(char::is_whitespace) {
            return Err(BadWebhookSecret::WhiteSpace);
        }
        match text.strip_prefix(PREFIX) {
            None | Some("") => Err(BadWebhookSecret::Prefix),
            Some(_) => Ok(Self(text.to_owned())),
        }
    }

    /// The key is the whole text as it stands, prefix and all.
    pub(super) fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes())
    }

    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(not shown)")
    }
}

/// Reads the list of secrets. Goes through a value of any type, since serde's own errors repeat what they found, and
/// the reader of an error message is not always who may read the secret.
pub(super) fn secrets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<WebhookSecret>, D::Error> {
    let serde_json::Value::Array(items) = serde_json::Value::deserialize(deserializer)? else {
        return Err(D::Error::custom("expected a list of webhook secrets (whsec_…)"));
    };
    let secret = |(n, item): (usize, &serde_json::Value)| {
        let text =
            item.as_str().ok_or_else(|| D::Error::custom(format!("secret {n}: expected text (whsec_…)")))?;
        WebhookSecret::new(text).map_err(|bad| D::Error::custom(format!("secret {n} cannot be used: {bad}")))
    };
    items.iter().enumerate().map(secret).collect()
}
