//! A request that owns its parts.

use crate::stores::Request;

/// A store's HTTP request as a throw-away store sends it; owned, so that a test can keep it and damage it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreRequest {
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl StoreRequest {
    /// The header fields, borrowed as [`Request::headers`] wants them.
    #[must_use]
    pub fn header_fields(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Gives the request to whatever takes one, and its answer back.
    pub fn send<T>(&self, to: impl FnOnce(&Request<'_>) -> T) -> T {
        to(&Request { headers: &self.header_fields(), body: &self.body })
    }
}
