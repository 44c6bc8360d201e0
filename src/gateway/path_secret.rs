//! The secret in the stores' routes.

use std::fmt;

use ring::{hmac, rand};

use super::GatewayError;
use crate::transport::Secret;

/// Sixteen letters and digits cannot be guessed.
const MIN: usize = 16;
/// A sensible limit for a path segment.
const MAX: usize = 128;

/// Stored as its HMAC under a random key, which is compared in constant time: the time to refuse a guess reveals
/// nothing.
#[derive(Clone)]
pub(super) struct PathSecret {
    key: hmac::Key,
    code: hmac::Tag,
}

impl PathSecret {
    pub(super) fn new(secret: &Secret) -> Result<Self, GatewayError> {
        let text = secret.expose();
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(MIN..=MAX).contains(&text.len()) || !text.bytes().all(unreserved) {
            return Err(GatewayError::PathSecret { min: MIN, max: MAX, size: text.len() });
        }
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &rand::SystemRandom::new()).map_err(|_| {
            GatewayError::Threads { problem: "the system returned no random bytes".to_owned() }
        })?;
        let code = hmac::sign(&key, text.as_bytes());
        Ok(Self { key, code })
    }

    pub(super) fn is(&self, guess: &str) -> bool {
        hmac::verify(&self.key, guess.as_bytes(), self.code.as_ref()).is_ok()
    }
}

impl fmt::Debug for PathSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<hidden>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_is_the_secret() {
        let secret = PathSecret::new(&Secret::new("0123456789abcdef")).unwrap();
        assert!(secret.is("0123456789abcdef"));
        for guess in ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF"] {
            assert!(!secret.is(guess), "{guess}");
        }
        assert!(!format!("{secret:?}").contains("0123"));
    }

    #[test]
    fn what_is_guessed_or_needs_encoding_is_no_secret() {
        for bad in ["", "short", "0123456789abcde", "0123456789abcde/", "0123456789abcdé", &"x".repeat(129)]
        {
            let error = PathSecret::new(&Secret::new(bad)).unwrap_err();
            assert!(matches!(error, GatewayError::PathSecret { size, .. } if size == bad.len()), "{bad}");
        }
    }
}
