//! ES256 JWS that bring their certificates along (`x5c`), as the App Store's do, and the chains that were proven once.

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde::{Deserialize, Deserializer};

use super::certificate::P256Key;
use super::chain::{ChainVerifier, Markers, ProvenChain};
use super::{Authentic, ChainError, CompactJws, JwsError, Unverified};
use crate::json;
use crate::model::Timestamp;

/// Bytes of a header segment. Apple's have about 5000; the largest three certificates accepted do not fit, and need not.
pub(crate) const MAX_HEADER: usize = 24 * 1024;

/// Verifies JWS against a set of trusted roots. One for each set: what one set vouches for, another may not.
pub(crate) struct X5cJwsVerifier {
    chains: ChainVerifier,
    proven: ChainCache,
}

/// Why a JWS was not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum X5cJwsError {
    /// The JWS itself.
    Jws(JwsError),
    /// Its certificates.
    Chain(ChainError),
}

impl From<JwsError> for X5cJwsError {
    fn from(error: JwsError) -> Self {
        Self::Jws(error)
    }
}

impl From<ChainError> for X5cJwsError {
    fn from(error: ChainError) -> Self {
        Self::Chain(error)
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
    x5c: Option<Vec<String>>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_| true)
}

impl X5cJwsVerifier {
    /// Trusts these roots (DER) and chains with these markers.
    ///
    /// # Errors
    /// [`ChainError::Der`] for a root that is no certificate.
    pub(crate) fn new(roots: &[Vec<u8>], markers: Markers) -> Result<Self, ChainError> {
        Ok(Self { chains: ChainVerifier::new(roots, markers)?, proven: ChainCache::default() })
    }

    /// Verifies the signature, and that the certificates vouch for it at the effective date `at`.
    ///
    /// A chain that was proven before costs nothing again. Otherwise the order is by cost: what can be checked without
    /// curves, then the message's own signature on P-256, and last the chain's on P-384.
    pub(crate) fn verify<T>(
        &self,
        message: Unverified<'_, T>,
        at: Timestamp,
    ) -> Result<Authentic<T>, X5cJwsError> {
        self.require_authentic(&message.jws, at)?;
        Ok(message.into_authentic())
    }

    /// Verifies under `first`, or else under whichever of `others` vouches for the message, each at its effective
    /// date; which date that was comes back as well. Where none does, the first's reason is given.
    pub(crate) fn verify_by_any<'v, T>(
        first: (&Self, Timestamp),
        others: impl IntoIterator<Item = (&'v Self, Timestamp)>,
        message: Unverified<'_, T>,
    ) -> Result<(Authentic<T>, Timestamp), X5cJwsError> {
        let (verifier, at) = first;
        let refusal = match verifier.require_authentic(&message.jws, at) {
            Ok(()) => return Ok((message.into_authentic(), at)),
            Err(refusal) => refusal,
        };
        for (verifier, at) in others {
            if verifier.require_authentic(&message.jws, at).is_ok() {
                return Ok((message.into_authentic(), at));
            }
        }
        Err(refusal)
    }

    fn require_authentic(&self, jws: &CompactJws<'_>, at: Timestamp) -> Result<(), X5cJwsError> {
        if let Some(leaf_key) = self.proven.leaf_key(jws.header, at) {
            return Ok(require_signature(jws, &leaf_key)?);
        }
        let x5c = read_header(jws)?;
        let chain = self.chains.inspect(&x5c, at)?;
        require_signature(jws, chain.leaf_key())?;
        let proven = chain.prove(at)?;
        self.proven.insert(jws.header, proven);
        Ok(())
    }

    /// How many chains are remembered.
    #[cfg(test)]
    pub(crate) fn proven_chains(&self) -> usize {
        self.proven.len()
    }
}

fn require_signature(jws: &CompactJws<'_>, key: &P256Key) -> Result<(), JwsError> {
    let signature = jws.signature_bytes()?;
    if key.verifies(jws.signing_input.as_bytes(), &signature) { Ok(()) } else { Err(JwsError::Signature) }
}

/// The certificates, from a header with no other algorithm than ES256.
fn read_header(jws: &CompactJws<'_>) -> Result<Vec<String>, X5cJwsError> {
    if jws.header.len() > MAX_HEADER {
        return Err(ChainError::HeaderTooLarge { size: jws.header.len(), limit: MAX_HEADER }.into());
    }
    let header: Header = json::from_slice(&jws.header_bytes()?)
        .map_err(|source| JwsError::Json { segment: "header", source })?;
    if header.alg != "ES256" {
        let found = header.alg.chars().take(16).collect();
        return Err(JwsError::Algorithm { found, expected: "ES256" }.into());
    }
    if header.crit {
        return Err(JwsError::Critical.into());
    }
    Ok(header.x5c.ok_or(ChainError::Missing)?)
}

/// How many chains are kept. Apple signs with a leaf for about two years, so a server meets two or three in its life;
/// the rest is room for differently written headers of the same chain.
pub(crate) const MAX_CHAINS: usize = 32;

/// Proven chains, by the JWS header that carried them.
///
/// The key is the header's segment, byte for byte: equal bytes hold equal certificates, and comparing them is cheaper
/// than reading them. A verifier adds a header only after the chain is proven **and** the leaf's key has verified a
/// message under that header, so that it holds only headers the store itself wrote: no one else can make it grow, or
/// push a genuine chain out.
///
/// Readers take no lock. A full cache drops its oldest entry; that costs one proof when it comes again.
#[derive(Default)]
pub(crate) struct ChainCache {
    chains: ArcSwap<Vec<Arc<Entry>>>,
}

struct Entry {
    header: Box<str>,
    chain: ProvenChain,
}

impl ChainCache {
    /// The leaf's key, where this header's chain is known and valid at `at`.
    pub(crate) fn leaf_key(&self, header: &str, at: Timestamp) -> Option<P256Key> {
        let chains = self.chains.load();
        let known =
            chains.iter().find(|entry| *entry.header == *header && entry.chain.validity.contains(at))?;
        Some(known.chain.leaf_key)
    }

    /// Remembers a chain under the header that carried it.
    pub(crate) fn insert(&self, header: &str, chain: ProvenChain) {
        let entry = Arc::new(Entry { header: header.into(), chain });
        self.chains.rcu(|chains| {
            let same = |known: &Arc<Entry>| {
                known.header == entry.header && known.chain.validity == entry.chain.validity
            };
            let mut chains: Vec<_> = chains.iter().filter(|known| !same(known)).cloned().collect();
            let excess = (chains.len() + 1).saturating_sub(MAX_CHAINS);
            chains.drain(..excess);
            chains.push(Arc::clone(&entry));
            chains
        });
    }

    /// How many chains are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.chains.load().len()
    }
}
