//! Chains that were proven once.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::p256_key::P256Key;
use super::x5c::ProvenChain;
use crate::model::Timestamp;

/// How many chains are kept. Apple signs with a leaf for about two years, so a server meets two or three in its life;
/// the rest is room for differently written headers of the same chain.
pub(crate) const MAX_CHAINS: usize = 32;

/// Proven chains, by the JWS header that carried them.
///
/// The key is the header's segment, byte for byte: equal bytes hold equal certificates, and comparing them is cheaper
/// than reading them. Whoever fills this puts in a header only after the chain is proven **and** the leaf's key has
/// verified a message under that header, so that it holds only headers the store itself wrote: nobody else can make
/// it grow, or push a genuine chain out.
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
