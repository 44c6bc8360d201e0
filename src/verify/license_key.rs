//! The licence key that a store's console shows for an app: Play Console, ONE Store's developer console.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RsaPublicKeyComponents,
};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// What the key in ONE Store's own documents has. Google's keys have 2048.
const MIN_MODULUS_BITS: usize = 1024;
/// What `ring` verifies at most.
const MAX_MODULUS_BITS: usize = 8192;
/// What `ring` takes for an exponent at most; its size is what the work of a verification grows with.
const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// An app's licence key: the RSA public key that ONE Store's notifications, and the purchases that a client of ONE Store
/// or Google Play holds, are verified with.
#[derive(Clone, PartialEq, Eq)]
pub struct LicenseKey {
    n: Vec<u8>,
    e: Vec<u8>,
    bits: usize,
}

/// Why text is no licence key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LicenseKeyError {
    /// Not base64.
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

impl LicenseKey {
    /// Reads a key as the console shows it: base64 of a SubjectPublicKeyInfo, bare or between PEM's `-----` lines,
    /// with line breaks or without.
    ///
    /// # Errors
    /// [`LicenseKeyError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, LicenseKeyError> {
        let base64: String = text
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .flat_map(str::chars)
            .filter(|letter| !letter.is_ascii_whitespace())
            .collect();
        let der = STANDARD.decode(base64).map_err(|_| LicenseKeyError::Base64)?;
        Self::from_der(&der)
    }

    fn from_der(der: &[u8]) -> Result<Self, LicenseKeyError> {
        let malformed = |problem: String| LicenseKeyError::Form { problem };
        let (rest, info) =
            SubjectPublicKeyInfo::from_der(der).map_err(|error| malformed(error.to_string()))?;
        if !rest.is_empty() {
            return Err(malformed(format!("{} bytes follow it", rest.len())));
        }
        match info.parsed().map_err(|error| malformed(error.to_string()))? {
            PublicKey::RSA(key) => Self::from_numbers(key.modulus, key.exponent),
            _ => Err(malformed("the key is of another kind".to_owned())),
        }
    }

    /// From big-endian numbers; leading zero octets, as DER has them, count for nothing.
    fn from_numbers(modulus: &[u8], exponent: &[u8]) -> Result<Self, LicenseKeyError> {
        let (n, e) = (without_zeros(modulus), without_zeros(exponent));
        let bits = bit_length(n);
        if !(MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&bits) {
            return Err(LicenseKeyError::ModulusSize { bits, min: MIN_MODULUS_BITS, max: MAX_MODULUS_BITS });
        }
        if is_even(n) {
            return Err(LicenseKeyError::EvenModulus);
        }
        if is_even(e) || !small_number(e).is_some_and(|value| (3..=MAX_EXPONENT).contains(&value)) {
            return Err(LicenseKeyError::Exponent { max: MAX_EXPONENT });
        }
        Ok(Self { n: n.to_vec(), e: e.to_vec(), bits })
    }

    /// The length of its modulus, 1024 to 8192 bits.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.bits
    }

    /// This key, if its modulus has at least `min` bits.
    pub(crate) fn of_at_least(self, min: usize) -> Result<Self, LicenseKeyError> {
        if self.bits < min {
            return Err(LicenseKeyError::ModulusSize { bits: self.bits, min, max: MAX_MODULUS_BITS });
        }
        Ok(self)
    }

    /// Whether `signature` is RSASSA-PKCS1-v1_5 with SHA-512 over `message` by this key.
    pub(crate) fn verifies_sha512(&self, message: &[u8], signature: &[u8]) -> bool {
        RsaPublicKeyComponents { n: &self.n, e: &self.e }
            .verify(&RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, message, signature)
            .is_ok()
    }

    /// Whether `signature` is RSASSA-PKCS1-v1_5 with SHA-1 over `message` by this key, which has at least 2048 bits.
    ///
    /// SHA-1 is what Google Play signs purchases with. Its weakness is collisions: a forger would need Google to sign a
    /// text that the forger chose, and Google writes the text itself.
    pub(crate) fn verifies_sha1(&self, message: &[u8], signature: &[u8]) -> bool {
        RsaPublicKeyComponents { n: &self.n, e: &self.e }
            .verify(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, message, signature)
            .is_ok()
    }
}

impl std::fmt::Debug for LicenseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LicenseKey({} bits)", self.bits)
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

    #[test]
    fn moduli_from_1024_to_8192_bits() {
        for bits in [1024, 1025, 2048, 4096, 8192] {
            assert_eq!(LicenseKey::from_numbers(&modulus(bits), &[1, 0, 1]).unwrap().bits(), bits);
        }
        for bits in [512, 1023, 8193, 16384] {
            let refused = LicenseKey::from_numbers(&modulus(bits), &[1, 0, 1]).unwrap_err();
            assert_eq!(refused, LicenseKeyError::ModulusSize { bits, min: 1024, max: 8192 });
        }
    }

    #[test]
    fn numbers_that_no_key_has_are_refused() {
        let mut even = modulus(1024);
        even[127] = 0xFE;
        assert_eq!(LicenseKey::from_numbers(&even, &[3]), Err(LicenseKeyError::EvenModulus));
        for exponent in [&[][..], &[0], &[1], &[2], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
            let read = LicenseKey::from_numbers(&modulus(1024), exponent);
            assert_eq!(read, Err(LicenseKeyError::Exponent { max: MAX_EXPONENT }), "{exponent:?}");
        }
        for exponent in [&[3][..], &[1, 0, 1], &[0, 1, 0, 1], &[1, 255, 255, 255, 255]] {
            assert!(LicenseKey::from_numbers(&modulus(1024), exponent).is_ok(), "{exponent:?}");
        }
    }
}
