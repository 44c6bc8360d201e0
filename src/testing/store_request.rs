//! A request that owns its parts.

use crate::stores::Request;

/// The HTTP request of a throw-away store; owned, so that a test can store and change it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreRequest {
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl StoreRequest {
    /// The header fields, borrowed for [`Request::headers`].
    #[must_use]
    pub fn header_fields(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Passes the request to a function, and returns its result.
    pub fn send<T>(&self, to: impl FnOnce(&Request<'_>) -> T) -> T {
        to(&Request { headers: &self.header_fields(), body: &self.body })
    }
}
