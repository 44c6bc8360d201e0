//! Tokens: what is handed out once, and what of it is kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

use crate::engine::clock::{Randomness, random_bytes};
use crate::ledger::LedgerError;

/// The SHA-256 of a token's text.
pub(super) type Sha256 = [u8; SHA256_OUTPUT_LEN];

/// How many random bytes a token has: no one guesses 256 bits.
const RANDOM_BYTES: usize = 32;

/// The longest text that is looked for: all tokens are far shorter.
const MAX_TOKEN: usize = 128;

/// A new token.
pub(super) struct Secret {
    /// What begins it, and the random bytes as base64url.
    pub(super) token: String,
    pub(super) sha256: Sha256,
}

impl Secret {
    /// `begins`: what shows people, and tools that search for lost secrets, what it is for.
    pub(super) fn new(begins: &str, randomness: &dyn Randomness) -> Result<Self, LedgerError> {
        let random: [u8; RANDOM_BYTES] = random_bytes(randomness)?;
        let token = format!("{begins}{}", URL_SAFE_NO_PAD.encode(random));
        let sha256 = sha256_of(&token)
            .ok_or_else(|| LedgerError::Internal("a new token is longer than any".to_owned()))?;
        Ok(Self { token, sha256 })
    }
}

/// What a token is found by; `None` for a text that is no token of ours.
pub(super) fn sha256_of(token: &str) -> Option<Sha256> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    Sha256::try_from(digest(&SHA256, token.as_bytes()).as_ref()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Randomness for Counting {
        fn fill(&self, bytes: &mut [u8]) -> bool {
            bytes.iter_mut().zip(0..).for_each(|(byte, number)| *byte = number);
            true
        }
    }

    #[test]
    fn a_token_is_random_bytes_as_base64url() {
        let secret = Secret::new("rcp_", &Counting).unwrap();
        assert_eq!(secret.token, "rcp_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        assert_eq!(Some(secret.sha256), sha256_of(&secret.token));
        assert_ne!(Some(secret.sha256), sha256_of("rcp_"));
        assert_eq!(sha256_of(&"x".repeat(129)), None);
    }
}
