//! A P-256 public key, ready to verify ES256 with.

use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

/// An uncompressed point: 0x04, x, y (SEC 1 §2.3.3).
const POINT_LENGTH: usize = 65;

/// A public key for ES256: ECDSA on P-256 with SHA-256 and a signature of r and s, 32 bytes each (RFC 7518 §3.4).
#[derive(Clone, Copy, Debug)]
pub(crate) struct P256Key(UnparsedPublicKey<[u8; POINT_LENGTH]>);

impl P256Key {
    /// From an uncompressed point; `None` for anything else. Whether it lies on the curve shows when it is used.
    pub(crate) fn from_point(point: &[u8]) -> Option<Self> {
        let point: [u8; POINT_LENGTH] = point.try_into().ok()?;
        (point.first() == Some(&4)).then(|| Self(UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)))
    }

    /// Whether `signature` is this key's over `message`.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(message, signature).is_ok()
    }

    /// The point, to compare with.
    #[cfg(test)]
    pub(crate) fn point(&self) -> &[u8] {
        self.0.as_ref()
    }
}
