//! Signatures by Standard Webhooks: HMAC-SHA256 with a shared secret (`v1`), Ed25519 with a key pair (`v1a`).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use ring::signature::Ed25519KeyPair;
use zeroize::Zeroizing;

use crate::transport::Secret;

/// The prefix of a shared secret.
const SHARED: &str = "whsec_";

/// The prefix of a private key.
const PRIVATE: &str = "whsk_";

/// The size of a shared secret, in bytes, as the specification has it: 192 to 512 bits.
const SHARED_SIZES: std::ops::RangeInclusive<usize> = 24..=64;

/// The size of an Ed25519 seed, in bytes: RFC 8032 §5.1.5. Some libraries keep the public key behind it.
const SEED: usize = 32;

/// A secret or private key that signs an endpoint's messages. Never displayed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SigningKey {
    kind: Kind,
    /// Base64, checked.
    text: Secret,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shared,
    Private,
}

/// Why text is no signing key. Does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadSigningKey {
    #[error("expected a secret that starts with whsec_, or a private key that starts with whsk_")]
    Prefix,
    #[error("what follows whsec_ or whsk_ is not base64 with its padding")]
    NotBase64,
    #[error(
        "the secret has {size} bytes; Standard Webhooks require 24 to 64 (such as `openssl rand -base64 32`)"
    )]
    Size { size: usize },
    #[error("it is no Ed25519 private key: expected base64 of its 32-byte seed, or of seed and public key")]
    NotEd25519,
}

impl SigningKey {
    /// From `whsec_…` or `whsk_…`.
    pub(crate) fn new(text: &Secret) -> Result<Self, BadSigningKey> {
        let text = text.expose().trim();
        let (kind, encoded) = match (text.strip_prefix(SHARED), text.strip_prefix(PRIVATE)) {
            (Some(encoded), _) => (Kind::Shared, encoded),
            (None, Some(encoded)) => (Kind::Private, encoded),
            (None, None) => return Err(BadSigningKey::Prefix),
        };
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| BadSigningKey::NotBase64)?);
        match kind {
            Kind::Shared if !SHARED_SIZES.contains(&bytes.len()) => {
                return Err(BadSigningKey::Size { size: bytes.len() });
            }
            Kind::Private if key_pair(&bytes).is_none() => return Err(BadSigningKey::NotEd25519),
            Kind::Private | Kind::Shared => {}
        }
        Ok(Self { kind, text: Secret::new(encoded) })
    }

    /// The signature of `id.timestamp.body`, as the header field `webhook-signature` lists it.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let bytes = Zeroizing::new(STANDARD.decode(self.text.expose()).unwrap_or_default());
        let content = [id.as_bytes(), b".", timestamp.to_string().as_bytes(), b".", body].concat();
        match self.kind {
            Kind::Shared => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
                format!("v1,{}", STANDARD.encode(hmac::sign(&key, &content)))
            }
            Kind::Private => {
                let signature = key_pair(&bytes).map(|pair| STANDARD.encode(pair.sign(&content)));
                format!("v1a,{}", signature.unwrap_or_default())
            }
        }
    }
}

/// From a seed, or from a seed with the public key behind it, which then has to fit.
fn key_pair(bytes: &[u8]) -> Option<Ed25519KeyPair> {
    match bytes.split_at_checked(SEED)? {
        (seed, []) => Ed25519KeyPair::from_seed_unchecked(seed).ok(),
        (seed, public) => Ed25519KeyPair::from_seed_and_public_key(seed, public).ok(),
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Shared => "whsec_<hidden>",
            Kind::Private => "whsk_<hidden>",
        })
    }
}
