//! Fingerprints of user ids.

use std::hash::{BuildHasher, RandomState};

use twox_hash::XxHash3_128;

/// As long as the hash's own secret, so that long user ids use all of it too.
const SECRET_LEN: usize = 192;

/// The part of a user id's 128-bit hash that distinguishes users: 72 bits.
///
/// With ten million users blocked, the odds that a given other user shares one's fingerprint are 1 in 400 million
/// million: in a game of a billion players the chance that it ever happens to anyone is 1 in 400 000. More bits would
/// cost memory and cache at every lookup.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fingerprint {
    /// 64 bits. The first of them choose the page, the last the group on it.
    pub(super) word: u64,
    /// 8 bits, stored separately so that a lookup seldom reads a word in vain. Never 0, which marks a free place, nor
    /// 1, which a search might mistake for one.
    pub(super) tag: u8,
}

/// The key of the hash, so that outsiders cannot search for colliding user ids.
pub(super) struct HashSecret([u8; SECRET_LEN]);

impl HashSecret {
    /// A new secret from the system's random bytes, through the standard library's keyed hash.
    pub(super) fn random() -> Self {
        let keyed = RandomState::new();
        let mut secret = [0; SECRET_LEN];
        for (count, bytes) in secret.as_chunks_mut().0.iter_mut().enumerate() {
            *bytes = keyed.hash_one(count).to_le_bytes();
        }
        Self(secret)
    }

    /// The fingerprint of a user id; of a UUID the same in upper and in lower case.
    #[inline]
    pub(super) fn fingerprint(&self, user: &str) -> Fingerprint {
        match crate::uuid::lower_case(user) {
            Some(lower) => self.fingerprint_of(&lower),
            None => self.fingerprint_of(user.as_bytes()),
        }
    }

    #[inline]
    fn fingerprint_of(&self, user: &[u8]) -> Fingerprint {
        // Only a secret shorter than 136 bytes is refused.
        let hash =
            XxHash3_128::oneshot_with_secret(&self.0, user).unwrap_or_else(|_| XxHash3_128::oneshot(user));
        let [tag, _, _, _, _, _, _, _, word @ ..] = hash.to_le_bytes();
        Fingerprint { word: u64::from_le_bytes(word), tag: tag.max(2) }
    }
}

impl std::fmt::Debug for HashSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashSecret(..)")
    }
}
