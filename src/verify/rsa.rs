//! RSA public keys: those of JSON Web Keys (RFC 7518 §6.3.1), and the licence keys that Play Console and ONE Store's developer
//! console show for an app.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// RFC 7518 §3.3 demands 2048 bits or more; shorter moduli are within reach of an attacker.
const MIN_JWK_BITS: usize = 2048;
/// What the key in ONE Store's own documents has. Google's licence keys have 2048.
const MIN_LICENSE_KEY_BITS: usize = 1024;
/// What `ring` verifies at most; a longer modulus would only buy a forger our time.
const MAX_MODULUS_BITS: usize = 8192;
/// What `ring` takes for an exponent at most; its size is what the work of a verification grows with.
const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// An RSA public key that is fit to verify signatures with.
#[derive(Clone, PartialEq, Eq)]
pub struct RsaPublicKey {
    n: Vec<u8>,
    e: Vec<u8>,
    bits: usize,
}

/// Why something is no RSA key that is fit to verify signatures with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RsaKeyError {
    /// A JWK's member is not unpadded base64url (RFC 7518 §2, Base64urlUInt).
    #[error("its {member:?} is not unpadded base64url")]
    Base64Url {
        /// `n` or `e`.
        member: &'static str,
    },
    /// Empty, or with a leading zero octet, where RFC 7518 §2 demands the fewest octets.
    #[error("its {member:?} is not the shortest form of a positive number")]
    NotMinimal {
        /// `n` or `e`.
        member: &'static str,
    },
    /// A licence key is not base64.
    #[error("it is not base64: copy the licence key from the store's console as it is shown there")]
    Base64,
    /// Not an RSA public key as X.509 writes one (RFC 5280 §4.1, SubjectPublicKeyInfo).
    #[error("it is no RSA public key (SubjectPublicKeyInfo): {problem}")]
    Form {
        /// What is wrong with it.
        problem: String,
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
    /// From a JWK's `n` and `e`, with 2048 bits or more.
    pub(crate) fn from_jwk(n: &str, e: &str) -> Result<Self, RsaKeyError> {
        Self::from_numbers(&positive_number(n, "n")?, &positive_number(e, "e")?, MIN_JWK_BITS)
    }

    /// Reads a licence key as the store's console shows it: base64 of a SubjectPublicKeyInfo, bare or between PEM's `-----`
    /// lines, with line breaks or without. It has 1024 bits or more.
    ///
    /// # Errors [`RsaKeyError`] has what is wrong with it.
    pub fn from_license_key(text: &str) -> Result<Self, RsaKeyError> {
        let base64: String = text
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .flat_map(str::chars)
            .filter(|letter| !letter.is_ascii_whitespace())
            .collect();
        let der = STANDARD.decode(base64).map_err(|_| RsaKeyError::Base64)?;
        let malformed = |problem: String| RsaKeyError::Form { problem };
        let (rest, info) =
            SubjectPublicKeyInfo::from_der(&der).map_err(|error| malformed(error.to_string()))?;
        if !rest.is_empty() {
            return Err(malformed(format!("{} bytes follow it", rest.len())));
        }
        match info.parsed().map_err(|error| malformed(error.to_string()))? {
            PublicKey::RSA(key) => Self::from_numbers(key.modulus, key.exponent, MIN_LICENSE_KEY_BITS),
            _ => Err(malformed("the key is of another kind".to_owned())),
        }
    }

    /// From big-endian numbers; leading zero octets, as DER has them, count for nothing.
    fn from_numbers(modulus: &[u8], exponent: &[u8], min: usize) -> Result<Self, RsaKeyError> {
        let (n, e) = (without_zeros(modulus), without_zeros(exponent));
        let key = Self { n: n.to_vec(), e: e.to_vec(), bits: bit_length(n) }.of_at_least(min)?;
        if is_even(n) {
            return Err(RsaKeyError::EvenModulus);
        }
        if is_even(e) || !small_number(e).is_some_and(|value| (3..=MAX_EXPONENT).contains(&value)) {
            return Err(RsaKeyError::Exponent { max: MAX_EXPONENT });
        }
        Ok(key)
    }

    /// The length of its modulus, 1024 to 8192 bits.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.bits
    }

    /// This key, if its modulus has at least `min` bits.
    pub(crate) fn of_at_least(self, min: usize) -> Result<Self, RsaKeyError> {
        if (min..=MAX_MODULUS_BITS).contains(&self.bits) {
            return Ok(self);
        }
        Err(RsaKeyError::ModulusSize { bits: self.bits, min, max: MAX_MODULUS_BITS })
    }

    /// Whether `signature` is RSASSA-PKCS1-v1_5 with SHA-256 over `message` by this key: RS256 (RFC 7518 §3.3).
    pub(crate) fn verifies_sha256(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifies(&RSA_PKCS1_2048_8192_SHA256, message, signature)
    }

    /// The same with SHA-512, as ONE Store signs.
    pub(crate) fn verifies_sha512(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifies(&RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, message, signature)
    }

    /// The same with SHA-1, by a key of 2048 bits or more.
    ///
    /// SHA-1 is what Google Play signs purchases with. Its weakness is collisions: a forger would need Google to sign a
    /// text that the forger chose, and Google writes the text itself.
    pub(crate) fn verifies_sha1(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifies(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, message, signature)
    }

    fn verifies(&self, parameters: &RsaParameters, message: &[u8], signature: &[u8]) -> bool {
        RsaPublicKeyComponents { n: &self.n, e: &self.e }.verify(parameters, message, signature).is_ok()
    }
}

impl std::fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RsaPublicKey({} bits)", self.bits)
    }
}

fn positive_number(text: &str, member: &'static str) -> Result<Vec<u8>, RsaKeyError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| RsaKeyError::Base64Url { member })?;
    match bytes.first() {
        None | Some(0) => Err(RsaKeyError::NotMinimal { member }),
        Some(_) => Ok(bytes),
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

fn bit_length(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(unused).unwrap_or(8))
}

fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|last| last % 2 == 0)
}

fn small_number(number: &[u8]) -> Option<u64> {
    (number.len() <= 8).then(|| number.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Odd, with exactly `bits` bits.
    fn modulus(bits: usize) -> Vec<u8> {
        let mut bytes = vec![0xFF; bits.div_ceil(8)];
        if !bits.is_multiple_of(8) {
            bytes[0] = (1u8 << (bits % 8)) - 1;
        }
        bytes
    }

    fn jwk(n: &[u8], e: &[u8]) -> Result<RsaPublicKey, RsaKeyError> {
        RsaPublicKey::from_jwk(&URL_SAFE_NO_PAD.encode(n), &URL_SAFE_NO_PAD.encode(e))
    }

    fn license_key(n: &[u8], e: &[u8]) -> Result<RsaPublicKey, RsaKeyError> {
        RsaPublicKey::from_numbers(n, e, MIN_LICENSE_KEY_BITS)
    }

    #[test]
    fn moduli_from_1024_or_2048_to_8192_bits() {
        for bits in [1024, 1025, 2047, 2048, 2049, 4096, 8192] {
            assert_eq!(license_key(&modulus(bits), &[1, 0, 1]).unwrap().bits(), bits);
            assert_eq!(jwk(&modulus(bits), &[1, 0, 1]).is_ok(), bits >= 2048, "{bits}");
        }
        for bits in [512, 1023, 8193, 16384] {
            let refused = license_key(&modulus(bits), &[1, 0, 1]).unwrap_err();
            assert_eq!(refused, RsaKeyError::ModulusSize { bits, min: 1024, max: 8192 });
            let refused = jwk(&modulus(bits), &[1, 0, 1]).unwrap_err();
            assert_eq!(refused, RsaKeyError::ModulusSize { bits, min: 2048, max: 8192 });
        }
    }

    #[test]
    fn numbers_that_no_key_has_are_refused() {
        let mut even = modulus(2048);
        even[255] = 0xFE;
        assert_eq!(license_key(&even, &[3]), Err(RsaKeyError::EvenModulus));
        assert_eq!(jwk(&even, &[3]), Err(RsaKeyError::EvenModulus));
        for exponent in [&[1][..], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
            let refused = Err(RsaKeyError::Exponent { max: (1 << 33) - 1 });
            assert_eq!(license_key(&modulus(2048), exponent), refused, "{exponent:?}");
            assert_eq!(jwk(&modulus(2048), exponent), refused, "{exponent:?}");
        }
        for exponent in [&[][..], &[0]] {
            let refused = Err(RsaKeyError::Exponent { max: (1 << 33) - 1 });
            assert_eq!(license_key(&modulus(2048), exponent), refused, "{exponent:?}");
        }
        for exponent in [&[3][..], &[1, 0, 1], &[1, 255, 255, 255, 255]] {
            assert!(license_key(&modulus(1024), exponent).is_ok(), "{exponent:?}");
            assert!(jwk(&modulus(2048), exponent).is_ok(), "{exponent:?}");
        }
    }

    #[test]
    fn a_jwks_numbers_are_minimal_unpadded_base64url() {
        let n = URL_SAFE_NO_PAD.encode(modulus(2048));
        for e in ["", "AAEAAQ"] {
            let refused = RsaPublicKey::from_jwk(&n, e).unwrap_err();
            assert_eq!(refused, RsaKeyError::NotMinimal { member: "e" }, "{e:?}");
        }
        let refused = RsaPublicKey::from_jwk(&n, "AQAB=").unwrap_err();
        assert_eq!(refused, RsaKeyError::Base64Url { member: "e" });
        let refused = RsaPublicKey::from_jwk("A+A/", "AQAB").unwrap_err();
        assert_eq!(refused, RsaKeyError::Base64Url { member: "n" });
        assert!(license_key(&[&[0], &modulus(1024)[..]].concat(), &[0, 1, 0, 1]).is_ok(), "as DER has them");
    }
}
