//! Values that came out of a signed message, before and after the signature was verified.

use std::ops::Deref;

use serde::{Serialize, Serializer};

use super::{CompactJws, JwsError};

/// The content of a JWS whose signature is not verified yet. Good for finding out how to verify it.
pub(crate) struct Unverified<'a, T> {
    pub(super) jws: CompactJws<'a>,
    content: T,
}

impl<'a, T> Unverified<'a, T> {
    /// Cuts the JWS up and reads its payload with `read`.
    pub(crate) fn read<E: From<JwsError>>(
        text: &'a str,
        read: impl FnOnce(&[u8]) -> Result<T, E>,
    ) -> Result<Self, E> {
        let jws = CompactJws::split(text)?;
        let content = read(&jws.payload_bytes()?)?;
        Ok(Self { jws, content })
    }

    /// What the message claims.
    pub(crate) const fn claimed(&self) -> &T {
        &self.content
    }

    /// For the verifiers of this folder, once they are satisfied.
    pub(super) fn into_authentic(self) -> Authentic<T> {
        Authentic(self.content)
    }

    /// Accepts it without verifying the signature.
    #[cfg(feature = "local-testing")]
    pub(crate) fn believe_unsigned(self) -> Authentic<T> {
        self.into_authentic()
    }
}

/// A value from a message whose signature was verified: only a verifier can make one. Reads as the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentic<T>(T);

impl<T> Authentic<T> {
    /// The value, without the mark.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }

    /// A value made of nothing but this one, which is as authentic.
    pub(crate) fn try_map<U, E>(self, make: impl FnOnce(T) -> Result<U, E>) -> Result<Authentic<U>, E> {
        make(self.0).map(Authentic)
    }
}

impl<T> Deref for Authentic<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Authentic<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
