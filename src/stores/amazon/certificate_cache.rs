//! How long a fetched certificate is kept, and how often one is fetched.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use arc_swap::ArcSwap;

use super::signing_certificate::SigningCertificate;
use crate::crypto::{CertificateSource, KeyFetchError};
use crate::model::{Span, Timestamp};

/// One for each region that SNS signs in, nearly; a topic is in one.
const CAPACITY: usize = 32;
/// A certificate is asked for again after so long, so that a withdrawn one is gone within a day.
const FRESH_FOR: Span = Span::from_hours(24);
const MINUTE: Span = Span::from_millis(60 * 1000);
/// How long a URL that gave no certificate is left alone. SNS sends a message again after 20 seconds, three times: each
/// of these can succeed.
const LEFT_ALONE: Span = Span::from_millis(15 * 1000);
/// Whoever knows the topic can name a new URL with each message. A server meets one or two new certificates a year, and
/// a few when it starts; more than this within a minute is nobody genuine.
const FETCHES_A_MINUTE: usize = 10;
/// SNS's certificates have 2 KB. Room for a chain, and no more to be parsed.
const MAX_SIZE: usize = 64 * 1024;

/// Certificates by their URL.
///
/// There is no clock in here: a moment that lies before an earlier one counts as so much later, so that a clock set
/// back neither keeps an old certificate fresh nor stops fetching.
pub(super) struct CertificateCache {
    source: Arc<dyn CertificateSource>,
    held: ArcSwap<HashMap<String, Arc<Held>>>,
    /// The fetches that started within the last minute. Held while one is under way.
    fetches: Mutex<Vec<Fetch>>,
}

struct Held {
    certificate: Arc<SigningCertificate>,
    since: Timestamp,
}

struct Fetch {
    url: String,
    at: Timestamp,
    /// Why it failed, where it did.
    problem: Option<String>,
}

impl CertificateCache {
    pub(super) fn new(source: Arc<dyn CertificateSource>) -> Self {
        Self { source, held: ArcSwap::default(), fetches: Mutex::default() }
    }

    /// The certificate at `url`, or why it cannot be had. Waits for a fetch only where there is none to go on with.
    pub(super) fn certificate(&self, url: &str, now: Timestamp) -> Result<Arc<SigningCertificate>, String> {
        let (known, is_fresh) = self.known(url, now);
        if let Some(known) = &known
            && is_fresh
        {
            return Ok(Arc::clone(known));
        }
        let Some(mut fetches) = self.right_to_fetch(known.is_some()) else {
            return known.ok_or_else(|| "it is being fetched".to_owned());
        };
        // Another caller may have fetched it while this one waited.
        let (known, is_fresh) = self.known(url, now);
        if let Some(known) = &known
            && is_fresh
        {
            return Ok(Arc::clone(known));
        }
        match (self.fetch(&mut fetches, url, now), known) {
            (Ok(certificate), _) => {
                self.remember(url, &certificate, now);
                Ok(certificate)
            }
            (Err(_), Some(known)) => Ok(known),
            (Err(problem), None) => Err(problem),
        }
    }

    fn known(&self, url: &str, now: Timestamp) -> (Option<Arc<SigningCertificate>>, bool) {
        match self.held.load().get(url) {
            Some(held) => (Some(Arc::clone(&held.certificate)), distance(now, held.since) < FRESH_FOR),
            None => (None, false),
        }
    }

    /// The right to fetch; `None` where another has it and there is a certificate to go on with.
    fn right_to_fetch(&self, has_one: bool) -> Option<MutexGuard<'_, Vec<Fetch>>> {
        if !has_one {
            return Some(self.fetches.lock().unwrap_or_else(PoisonError::into_inner));
        }
        match self.fetches.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn fetch(
        &self,
        fetches: &mut Vec<Fetch>,
        url: &str,
        now: Timestamp,
    ) -> Result<Arc<SigningCertificate>, String> {
        fetches.retain(|fetch| distance(now, fetch.at) < MINUTE);
        let is_recent = |fetch: &&Fetch| fetch.url == url && distance(now, fetch.at) < LEFT_ALONE;
        let failed = fetches.iter().rev().find(is_recent).and_then(|fetch| fetch.problem.as_ref());
        if let Some(problem) = failed {
            return Err(format!("{problem}; it is asked for again 15 seconds after that"));
        }
        if fetches.len() >= FETCHES_A_MINUTE {
            return Err(format!(
                "{FETCHES_A_MINUTE} fetches of certificates started within a minute, and more are not made"
            ));
        }
        let fetched = self.fetch_now(url);
        let problem = fetched.as_ref().err().cloned();
        if let Some(problem) = &problem {
            tracing::warn!(url, problem, "signing certificate not fetched");
        }
        fetches.push(Fetch { url: url.to_owned(), at: now, problem });
        fetched
    }

    fn fetch_now(&self, url: &str) -> Result<Arc<SigningCertificate>, String> {
        let fetched = self.source.fetch(url);
        let bytes = fetched.map_err(|KeyFetchError { problem }| format!("the fetch failed: {problem}"))?;
        if bytes.len() > MAX_SIZE {
            let size = bytes.len();
            return Err(format!("what was fetched has {size} bytes, and at most {MAX_SIZE} are accepted"));
        }
        SigningCertificate::parse(&bytes).map(Arc::new).map_err(|error| error.to_string())
    }

    fn remember(&self, url: &str, certificate: &Arc<SigningCertificate>, now: Timestamp) {
        let held = Arc::new(Held { certificate: Arc::clone(certificate), since: now });
        self.held.rcu(|all| {
            let mut all = HashMap::clone(all);
            if all.len() >= CAPACITY && !all.contains_key(url) {
                forget_the_oldest(&mut all);
            }
            all.insert(url.to_owned(), Arc::clone(&held));
            all
        });
    }
}

fn forget_the_oldest(all: &mut HashMap<String, Arc<Held>>) {
    let oldest = all.iter().min_by_key(|(_, held)| held.since).map(|(url, _)| url.clone());
    if let Some(oldest) = oldest {
        all.remove(&oldest);
    }
}

fn distance(a: Timestamp, b: Timestamp) -> Span {
    a.since(b).max(b.since(a))
}

#[cfg(test)]
impl CertificateCache {
    pub(super) fn len(&self) -> usize {
        self.held.load().len()
    }
}
