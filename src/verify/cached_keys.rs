//! How long an issuer's keys are kept, and when they are fetched again.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use arc_swap::ArcSwapOption;

use super::rsa::RsaPublicKey;
use super::{FetchedKeys, Jwks, JwksError, KeyFetchError, KeySource};
use crate::model::{Span, Timestamp};

/// Keys are kept at least so long, whatever the response's header, so that a wrong header cannot cause a fetch per
/// request.
const MIN_KEPT: Span = Span::from_millis(5 * 60 * 1000);
/// And at most so long, so that a withdrawn key is dropped within a day, unless no newer set can be fetched.
const MAX_KEPT: Span = Span::from_hours(24);
/// Between the starts of two fetches, whatever caused them: anyone can write a token with an unknown key id, and must
/// not make this process call the issuer with each.
const BETWEEN_FETCHES: Span = Span::from_millis(60 * 1000);

/// An issuer's keys, kept by the issuer's own caching rules; or a fixed set from the configuration.
///
/// - Fetched keys are fresh for `max-age` less `Age`, but not less than 5 minutes and not more than 24 hours.
/// - A key id that a fresh set does not have, and a set that is no longer fresh, cause one fetch; any two fetches start
///   at least 60 seconds apart.
/// - Where a fetch fails, the last keys stay in use.
/// - One caller fetches. The others continue with the present keys, without waiting; only where there are none yet do
///   they wait for it. A caller whose key is there and fresh takes no lock at all.
///
/// This has no clock: a moment that is before an earlier one counts as so much later, so that a clock set back neither
/// keeps old keys fresh nor stops fetching.
pub struct CachedKeys(Cache<Jwks>);

/// A set of keys as an issuer publishes it.
pub(crate) trait KeySet: Sized {
    type Key;

    fn parse(bytes: &[u8]) -> Result<Self, JwksError>;

    /// The key of this id.
    fn key(&self, kid: &str) -> Option<&Arc<Self::Key>>;
}

impl KeySet for Jwks {
    type Key = RsaPublicKey;

    fn parse(bytes: &[u8]) -> Result<Self, JwksError> {
        Self::parse(bytes)
    }

    fn key(&self, kid: &str) -> Option<&Arc<RsaPublicKey>> {
        self.key(kid)
    }
}

/// What [`CachedKeys`] does, for any kind of key.
pub(crate) struct Cache<S> {
    source: Option<Arc<dyn KeySource>>,
    current: ArcSwapOption<HeldKeys<S>>,
    last_fetch: Mutex<Option<LastFetch>>,
}

struct HeldKeys<S> {
    keys: S,
    since: Timestamp,
    fresh_for: Span,
}

struct LastFetch {
    at: Timestamp,
    problem: Option<String>,
}

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// The key set has no key of this id.
    Unknown,
    /// There is no key set to look into, or a newer one is on its way.
    Unavailable {
        /// Why.
        problem: String,
    },
}

/// The outcome of a request for newer keys.
enum Refresh {
    Settled,
    FetchedByAnother,
}

impl CachedKeys {
    /// A set that never changes: from the configuration, for hosts that must not call out.
    #[must_use]
    pub fn fixed(keys: Jwks) -> Self {
        Self(Cache::fixed(keys))
    }

    /// Keys that are fetched when first needed, and again by the rules above.
    #[must_use]
    pub fn fetched_from(source: Arc<dyn KeySource>) -> Self {
        Self(Cache::fetched_from(source))
    }

    /// The key of this id.
    pub(crate) fn key(&self, kid: &str, now: Timestamp) -> Result<Arc<RsaPublicKey>, KeyError> {
        self.0.key(kid, now)
    }
}

impl<S: KeySet> Cache<S> {
    fn fixed(keys: S) -> Self {
        let held = HeldKeys { keys, since: Timestamp::from_millis(0), fresh_for: MAX_KEPT };
        Self { source: None, current: ArcSwapOption::from_pointee(held), last_fetch: Mutex::new(None) }
    }

    pub(crate) fn fetched_from(source: Arc<dyn KeySource>) -> Self {
        Self { source: Some(source), current: ArcSwapOption::empty(), last_fetch: Mutex::new(None) }
    }

    /// The key of this id.
    pub(crate) fn key(&self, kid: &str, now: Timestamp) -> Result<Arc<S::Key>, KeyError> {
        let held = self.current.load();
        if let Some(held) = held.as_ref()
            && let Some(key) = held.keys.key(kid)
            && self.is_fresh(held, now)
        {
            return Ok(Arc::clone(key));
        }
        let refresh = match &self.source {
            Some(source) => self.refresh(source.as_ref(), held.is_some(), now),
            None => Refresh::Settled,
        };
        self.key_after(refresh, kid)
    }

    fn is_fresh(&self, held: &HeldKeys<S>, now: Timestamp) -> bool {
        self.source.is_none() || distance(now, held.since) < held.fresh_for
    }

    /// Fetches, unless another caller does or did a moment ago.
    fn refresh(&self, source: &dyn KeySource, has_keys: bool, now: Timestamp) -> Refresh {
        let Some(mut last) = self.fetcher(has_keys) else { return Refresh::FetchedByAnother };
        if last.as_ref().is_some_and(|last| distance(now, last.at) < BETWEEN_FETCHES) {
            return Refresh::Settled;
        }
        let problem = match fetch(source, now) {
            Ok(held) => {
                self.current.store(Some(Arc::new(held)));
                None
            }
            Err(problem) => {
                tracing::warn!(problem, "key set not fetched");
                Some(problem)
            }
        };
        *last = Some(LastFetch { at: now, problem });
        Refresh::Settled
    }

    /// The right to fetch; `None` where another has it and there are keys to use meanwhile.
    fn fetcher(&self, has_keys: bool) -> Option<MutexGuard<'_, Option<LastFetch>>> {
        if !has_keys {
            return Some(self.last_fetch.lock().unwrap_or_else(PoisonError::into_inner));
        }
        match self.last_fetch.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn key_after(&self, refresh: Refresh, kid: &str) -> Result<Arc<S::Key>, KeyError> {
        match (self.current.load().as_ref(), refresh) {
            (Some(held), refresh) => match (held.keys.key(kid), refresh) {
                (Some(key), _) => Ok(Arc::clone(key)),
                (None, Refresh::Settled) => Err(KeyError::Unknown),
                (None, Refresh::FetchedByAnother) => {
                    Err(KeyError::Unavailable { problem: "a newer key set is being fetched".to_owned() })
                }
            },
            (None, _) => Err(KeyError::Unavailable { problem: self.last_problem() }),
        }
    }

    fn last_problem(&self) -> String {
        let last = self.last_fetch.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().and_then(|last| last.problem.clone()).unwrap_or_else(|| "never fetched".to_owned())
    }
}

impl fmt::Debug for CachedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.0.source.is_some() { "fetched" } else { "fixed" };
        f.debug_struct("CachedKeys").field("kind", &kind).finish_non_exhaustive()
    }
}

fn fetch<S: KeySet>(source: &dyn KeySource, now: Timestamp) -> Result<HeldKeys<S>, String> {
    let FetchedKeys { jwks, freshness } =
        source.fetch().map_err(|KeyFetchError { problem }| format!("the fetch failed: {problem}"))?;
    let keys = S::parse(&jwks).map_err(|error| error.to_string())?;
    let fresh_for = freshness.remaining().unwrap_or(MIN_KEPT).clamp(MIN_KEPT, MAX_KEPT);
    Ok(HeldKeys { keys, since: now, fresh_for })
}

fn distance(a: Timestamp, b: Timestamp) -> Span {
    a.since(b).max(b.since(a))
}

#[cfg(test)]
mod tests;
