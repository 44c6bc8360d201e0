//! What a route answers.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use recoup::Error;
use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde_json::Value;

use crate::problem::Problem;

/// What a route answers: a success, or a problem.
pub(crate) type Answer = Result<Reply, Problem>;

/// Writes a body that is too large to be in memory.
pub(crate) type Writing = Box<dyn FnOnce(&mut dyn Write) -> Result<(), Error> + Send>;

/// A success.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Body,
    /// Further header fields.
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// The body of an answer.
pub(crate) enum Body {
    Bytes(Vec<u8>),
    /// Written while it is sent, on a thread of its own.
    Stream(Writing),
}

impl Reply {
    /// A document.
    pub(crate) fn json(document: &impl Serialize) -> Answer {
        match serde_json::to_vec(document) {
            Ok(bytes) => Ok(Self::bytes("application/json", bytes)),
            Err(error) => {
                tracing::error!(target: "recoup::console", %error, "a document cannot be written");
                Err(Problem::internal())
            }
        }
    }

    /// A list and where the next page begins.
    pub(crate) fn value(document: Value) -> Answer {
        Self::json(&document)
    }

    pub(crate) const fn bytes(content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { status: 200, content_type, body: Body::Bytes(bytes), fields: Vec::new() }
    }

    /// Bytes as a file, so that no browser shows what a stranger sent.
    pub(crate) fn file(content_type: &'static str, name: &str, body: Body) -> Self {
        let disposition = format!("attachment; filename=\"{name}\"");
        Self { status: 200, content_type, body, fields: vec![("content-disposition", disposition)] }
    }

    /// Done, with nothing to show.
    pub(crate) const fn done() -> Self {
        Self { status: 204, content_type: "", body: Body::Bytes(Vec::new()), fields: Vec::new() }
    }

    pub(crate) const fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn with_field(mut self, name: &'static str, value: String) -> Self {
        self.fields.push((name, value));
        self
    }

    /// What identifies the body's content; `None` where the route named its own, as a case has its revision: that one is
    /// to compare with, and does not stand for every byte.
    pub(crate) fn tag(&self) -> Option<String> {
        let is_named = self.fields.iter().any(|(name, _)| *name == "etag");
        match &self.body {
            Body::Bytes(bytes) if self.status == 200 && !is_named => {
                let hash = digest(&SHA256, bytes);
                let short = hash.as_ref().get(..12).unwrap_or_default();
                Some(format!("\"{}\"", URL_SAFE_NO_PAD.encode(short)))
            }
            _ => None,
        }
    }
}
