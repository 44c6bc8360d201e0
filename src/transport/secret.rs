//! Credentials.

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// A credential: a token, a key, a password, or a secret part of a URL. Nothing in this crate prints it; code that
/// needs the text calls [`expose`](Self::expose). Its memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl ZeroizeOnDrop for Secret {}

/// Proof: it contains nothing else.
const _: fn(&Secret) -> &Zeroizing<String> = |Secret(text)| text;

impl Secret {
    /// Holds a credential.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The credential itself. Send it, and do not print it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Text as the value of a header field, in memory that is wiped with the last of its clones.
pub(super) fn header_value(text: &str) -> Option<HeaderValue> {
    let bytes = Zeroizing::new(text.as_bytes().to_vec());
    let value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes)).ok()?;
    // RFC 9110 §5.5: bytes beyond ASCII, which `HeaderValue` takes, are read differently by every server.
    value.to_str().is_ok().then_some(value)
}

impl From<Zeroizing<String>> for Secret {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// Displayed in place of a secret.
pub(super) const HIDDEN: &str = "<hidden>";
