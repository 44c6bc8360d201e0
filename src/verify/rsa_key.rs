//! RSA public keys and the RS256 signature (RFC 7518 §3.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

/// Shorter moduli are within reach of an attacker (RFC 7518 §3.3 demands 2048 bits or more).
pub(crate) const MIN_MODULUS_BITS: usize = 2048;
/// What `ring` verifies at most; a longer modulus would only buy a forger our time.
pub(crate) const MAX_MODULUS_BITS: usize = 8192;
/// What `ring` takes for an exponent at most; its size is what the work of a verification grows with.
const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// An RSA public key that is fit to verify RS256.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RsaPublicKey {
    n: Vec<u8>,
    e: Vec<u8>,
}

/// Why two JWK members are no RSA key fit for RS256.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RsaKeyError {
    /// Not unpadded base64url (RFC 7518 §2, Base64urlUInt).
    #[error("its {member:?} is not unpadded base64url")]
    Base64 {
        /// `n` or `e`.
        member: &'static str,
    },
    /// Empty, or with a leading zero octet, where RFC 7518 §2 demands the fewest octets.
    #[error("its {member:?} is not the shortest form of a positive number")]
    NotMinimal {
        /// `n` or `e`.
        member: &'static str,
    },
    /// The modulus is outside of what is accepted.
    #[error("its modulus has {bits} bits, and {min} to {max} are accepted")]
    ModulusSize {
        /// Its length in bits.
        bits: usize,
        /// The least, in bits.
        min: usize,
        /// The most, in bits.
        max: usize,
    },
    /// An even modulus is no product of two large primes.
    #[error("its modulus is even")]
    EvenModulus,
    /// The exponent is 1 (which would make every text its own signature), even, or beyond 33 bits.
    #[error("its exponent is not an odd number from 3 to {max}")]
    Exponent {
        /// The largest that is accepted.
        max: u64,
    },
}

impl RsaPublicKey {
    /// From a JWK's `n` and `e` (RFC 7518 §6.3.1).
    pub(crate) fn from_base64url(n: &str, e: &str) -> Result<Self, RsaKeyError> {
        let n = positive_number(n, "n")?;
        let e = positive_number(e, "e")?;
        let bits = bit_length(&n);
        if !(MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&bits) {
            return Err(RsaKeyError::ModulusSize { bits, min: MIN_MODULUS_BITS, max: MAX_MODULUS_BITS });
        }
        if is_even(&n) {
            return Err(RsaKeyError::EvenModulus);
        }
        let exponent = small_number(&e).filter(|&value| (3..=MAX_EXPONENT).contains(&value));
        if exponent.is_none() || is_even(&e) {
            return Err(RsaKeyError::Exponent { max: MAX_EXPONENT });
        }
        Ok(Self { n, e })
    }

    /// Whether `signature` is RSASSA-PKCS1-v1_5 with SHA-256 over `message` by this key.
    pub(crate) fn verifies_rs256(&self, message: &[u8], signature: &[u8]) -> bool {
        RsaPublicKeyComponents { n: &self.n, e: &self.e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .is_ok()
    }
}

impl std::fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RsaPublicKey({} bits)", bit_length(&self.n))
    }
}

fn positive_number(text: &str, member: &'static str) -> Result<Vec<u8>, RsaKeyError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| RsaKeyError::Base64 { member })?;
    match bytes.first() {
        None | Some(0) => Err(RsaKeyError::NotMinimal { member }),
        Some(_) => Ok(bytes),
    }
}

/// The bits of a big-endian number; a leading zero octet counts for nothing.
fn bit_length(bytes: &[u8]) -> usize {
    let leading = bytes.first().map_or(0, |first| first.leading_zeros());
    (bytes.len() * 8).saturating_sub(usize::try_from(leading).unwrap_or(8))
}

fn is_even(bytes: &[u8]) -> bool {
    bytes.last().is_none_or(|last| last % 2 == 0)
}

fn small_number(bytes: &[u8]) -> Option<u64> {
    if bytes.len() > 8 {
        return None;
    }
    Some(bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Odd, with exactly `bits` bits.
    fn modulus(bits: usize) -> String {
        let mut bytes = vec![0xFF; bits.div_ceil(8)];
        if !bits.is_multiple_of(8) {
            bytes[0] = (1u8 << (bits % 8)) - 1;
        }
        number(&bytes)
    }

    #[test]
    fn moduli_from_2048_to_8192_bits() {
        for bits in [2048, 2049, 3072, 4096, 8192] {
            assert!(RsaPublicKey::from_base64url(&modulus(bits), "AQAB").is_ok(), "{bits}");
        }
        for bits in [1024, 2047, 8193, 16384] {
            let refused = RsaPublicKey::from_base64url(&modulus(bits), "AQAB").unwrap_err();
            assert_eq!(refused, RsaKeyError::ModulusSize { bits, min: 2048, max: 8192 });
        }
        let mut even = vec![0xFF; 256];
        even[255] = 0xFE;
        assert_eq!(
            RsaPublicKey::from_base64url(&number(&even), "AQAB").unwrap_err(),
            RsaKeyError::EvenModulus
        );
    }

    #[test]
    fn exponents_are_odd_and_from_3_to_33_bits() {
        for e in [&[3][..], &[1, 0, 1], &[1, 0xFF, 0xFF, 0xFF, 0xFF]] {
            assert!(RsaPublicKey::from_base64url(&modulus(2048), &number(e)).is_ok(), "{e:?}");
        }
        for e in [&[1][..], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
            let refused = RsaPublicKey::from_base64url(&modulus(2048), &number(e)).unwrap_err();
            assert_eq!(refused, RsaKeyError::Exponent { max: (1 << 33) - 1 }, "{e:?}");
        }
    }

    #[test]
    fn numbers_are_minimal_unpadded_base64url() {
        let n = modulus(2048);
        for e in ["", "AAEAAQ"] {
            let refused = RsaPublicKey::from_base64url(&n, e).unwrap_err();
            assert_eq!(refused, RsaKeyError::NotMinimal { member: "e" }, "{e:?}");
        }
        let refused = RsaPublicKey::from_base64url(&n, "AQAB=").unwrap_err();
        assert_eq!(refused, RsaKeyError::Base64 { member: "e" });
        let refused = RsaPublicKey::from_base64url("A+A/", "AQAB").unwrap_err();
        assert_eq!(refused, RsaKeyError::Base64 { member: "n" });
    }
}
