//! Tokens whose signature was verified, so that the RSA work is done once a token: Pub/Sub sends the same one with all
//! pushes of an hour.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use ring::digest;

use super::push_token::PushToken;
use crate::model::Timestamp;
use crate::verify::RsaPublicKey;

/// One for each pair of subscription and hour, and some for Pub/Sub's servers that do not share theirs. Only tokens
/// that an app accepted get in, so a stranger's tokens cannot push ours out.
const CAPACITY: usize = 64;

/// A token is known by the SHA-256 of its whole text, signature included.
pub(super) type TokenDigest = [u8; 32];

/// A token and the key that was found to have signed it. The claims are checked anew with every use.
#[derive(Debug)]
pub(super) struct KnownToken {
    pub(super) token: Arc<PushToken>,
    pub(super) signed_by: Arc<RsaPublicKey>,
    pub(super) expires: Timestamp,
}

/// A bounded set of them. To look one up takes no lock; to add one copies the set, which happens once a token.
#[derive(Debug, Default)]
pub(super) struct KnownTokens {
    tokens: ArcSwap<HashMap<TokenDigest, Arc<KnownToken>>>,
}

impl KnownTokens {
    pub(super) fn find(&self, digest: &TokenDigest) -> Option<Arc<KnownToken>> {
        self.tokens.load().get(digest).map(Arc::clone)
    }

    pub(super) fn remember(&self, digest: TokenDigest, token: KnownToken) {
        let token = Arc::new(token);
        self.tokens.rcu(|tokens| {
            let mut tokens = HashMap::clone(tokens);
            if tokens.len() >= CAPACITY && !tokens.contains_key(&digest) {
                forget_the_one_that_ends_first(&mut tokens);
            }
            tokens.insert(digest, Arc::clone(&token));
            tokens
        });
    }
}

pub(super) fn digest_of(text: &str) -> TokenDigest {
    let mut digest = TokenDigest::default();
    digest.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    digest
}

fn forget_the_one_that_ends_first(tokens: &mut HashMap<TokenDigest, Arc<KnownToken>>) {
    let first = tokens.iter().min_by_key(|(_, token)| token.expires).map(|(digest, _)| *digest);
    if let Some(digest) = first {
        tokens.remove(&digest);
    }
}

#[cfg(test)]
impl KnownTokens {
    pub(super) fn len(&self) -> usize {
        self.tokens.load().len()
    }
}
