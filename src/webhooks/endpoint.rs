//! An endpoint as the configuration describes it, checked.

use std::fmt;
use std::time::Duration;

use ring::digest::{SHA256, digest};

use super::SigningKey;
use crate::model::{Environment, EventKind, Store, WebhookFormat};
use crate::transport::{Secret, Url};

/// An endpoint, with what is needed to sign and send.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) name: String,
    pub(crate) url: Url,
    /// At least one: the current one, and while it is replaced the former one.
    pub(crate) keys: Vec<SigningKey>,
    /// The header field `Authorization`.
    pub(crate) authorization: Option<Secret>,
    pub(crate) format: WebhookFormat,
    /// `None`: all.
    pub(crate) kinds: Option<Vec<EventKind>>,
    /// `None`: all.
    pub(crate) stores: Option<Vec<Store>>,
    pub(crate) environments: Vec<Environment>,
    /// `IapRefundEvent`: whether a part of unknown size is dropped rather than held.
    pub(crate) skips_unsized: bool,
    /// Of one request.
    pub(crate) timeout: Duration,
    /// How many requests at once.
    pub(crate) in_flight: usize,
}

impl Endpoint {
    /// What recognises its URL without storing it, since it may contain a secret.
    pub(crate) fn target(&self) -> Vec<u8> {
        digest(&SHA256, self.url.expose().as_bytes()).as_ref().to_vec()
    }
}

/// Without the URL's path, which may be secret.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("name", &self.name)
            .field("host", &self.url.host())
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}
