//! How long a fetched certificate is kept, and how often one is fetched.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;

use super::signing_certificate::SigningCertificate;
use super::sns_url::region_of;
use crate::model::{Span, Timestamp};
use crate::verify::{CertificateSource, KeyFetchError};

/// One for each region that SNS signs in, nearly; a topic is in one.
const CAPACITY: usize = 32;
/// A certificate is fetched again after this time, so that a withdrawn one is gone within a day.
const FRESH_FOR: Span = Span::from_hours(24);
const MINUTE: Span = Span::from_millis(60 * 1000);
/// How long a URL is left alone after a failed fetch. SNS sends a message again after 20 seconds, three times: each of
/// these can succeed.
const LEFT_ALONE: Span = Span::from_millis(15 * 1000);
/// SNS's certificates have 2 KB. Room for a chain, and no more to be parsed.
const MAX_SIZE: usize = 64 * 1024;
/// How many callers wait for another caller's fetch; the others are answered 503 at once, so that a server's threads
/// stay free for other stores' messages.
const WAITING: usize = 8;
/// How long they wait: a little longer than a fetch may take.
const WAIT: Duration = Duration::from_secs(10);
/// SNS sends again after 20 seconds, and a stranger who makes up URLs has a new one each time.
const REPEATED_AFTER: Span = Span::from_millis(10 * 1000);
const REPEATED_WITHIN: Span = Span::from_millis(2 * 60 * 1000);
/// How many URLs that were turned away are remembered, as 64 bits each.
const TURNED_AWAY: usize = 1 << 16;

/// What a fetch is for. Each purpose has a separate budget for each topic: anyone who knows a topic can name a new URL
/// with each message, and must use up neither what another topic needs, nor what known certificates do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// A certificate that is there is fetched again.
    Known,
    /// An unknown one, of the topic's own region, where SNS signs.
    OfRegion,
    /// The same for a URL that was turned away for lack of budget, and is named again later, as SNS does.
    Repeated,
    /// One of another region: SNS has no reason to.
    Elsewhere,
}

impl Purpose {
    /// How many may start within a minute. A server meets one or two new certificates a year.
    const fn a_minute(self) -> usize {
        match self {
            Self::Known | Self::Elsewhere => 10,
            Self::OfRegion | Self::Repeated => 60,
        }
    }

    /// How many may be under way.
    const fn at_once(self) -> usize {
        match self {
            Self::Elsewhere => 1,
            Self::Known | Self::Repeated => 2,
            Self::OfRegion => 4,
        }
    }
}

/// Certificates by their URL.
///
/// It reads no clock: a moment before an earlier one counts as that much later, so that a clock set back neither keeps
/// an old certificate fresh nor stops fetching.
pub(super) struct CertificateCache {
    source: Arc<dyn CertificateSource>,
    held: ArcSwap<HashMap<String, Arc<HeldCertificate>>>,
    /// Never held while a fetch is under way.
    fetches: Mutex<Fetches>,
    ended: Condvar,
    hashes: RandomState,
}

struct HeldCertificate {
    certificate: Arc<SigningCertificate>,
    since: Timestamp,
}

#[derive(Default)]
struct Fetches {
    /// Those that started within the last minute, and those that are under way.
    started: Vec<Fetch>,
    waiting: usize,
    turned_away: HashMap<u64, Timestamp>,
}

struct Fetch {
    url: String,
    topic: String,
    purpose: Purpose,
    at: Timestamp,
    under_way: bool,
    /// Why it failed, if it did.
    problem: Option<String>,
}

/// What a caller has to do.
enum Turn {
    Fetch,
    Use(Arc<SigningCertificate>),
    Refused(String),
}

impl CertificateCache {
    pub(super) fn new(source: Arc<dyn CertificateSource>) -> Self {
        Self {
            source,
            held: ArcSwap::default(),
            fetches: Mutex::default(),
            ended: Condvar::new(),
            hashes: RandomState::new(),
        }
    }

    /// The certificate at `url` for a message of `topic`, or why it is unavailable. Waits for a fetch only if there is
    /// no old certificate to use.
    pub(super) fn certificate(
        &self,
        url: &str,
        topic: &str,
        now: Timestamp,
    ) -> Result<Arc<SigningCertificate>, String> {
        let (known, is_fresh) = self.known(url, now);
        if let Some(known) = &known
            && is_fresh
        {
            return Ok(Arc::clone(known));
        }
        match self.turn(url, topic, known.as_ref(), now) {
            Turn::Use(certificate) => return Ok(certificate),
            Turn::Refused(problem) => return known.ok_or(problem),
            Turn::Fetch => {}
        }
        let under_way = UnderWay { cache: self, url };
        let fetched = self.fetch_now(url);
        if let Ok(certificate) = &fetched {
            self.remember(url, certificate, now);
        }
        if let Some(fetch) =
            self.fetches().started.iter_mut().find(|fetch| fetch.under_way && fetch.url == url)
        {
            fetch.problem = fetched.as_ref().err().cloned();
        }
        drop(under_way);
        match (fetched, known) {
            (Err(_), Some(known)) => Ok(known),
            (fetched, _) => fetched,
        }
    }

    fn known(&self, url: &str, now: Timestamp) -> (Option<Arc<SigningCertificate>>, bool) {
        match self.held.load().get(url) {
            Some(held) => (Some(Arc::clone(&held.certificate)), distance(now, held.since) < FRESH_FOR),
            None => (None, false),
        }
    }

    /// Whether this caller fetches. If another caller fetches and there is no old certificate to use, waits for that.
    fn turn(&self, url: &str, topic: &str, known: Option<&Arc<SigningCertificate>>, now: Timestamp) -> Turn {
        let mut fetches = self.fetches();
        while fetches.started.iter().any(|fetch| fetch.under_way && fetch.url == url) {
            if let Some(known) = known {
                return Turn::Use(Arc::clone(known));
            }
            if fetches.waiting >= WAITING {
                return Turn::Refused("it is being fetched".to_owned());
            }
            fetches.waiting += 1;
            let (again, waited) =
                self.ended.wait_timeout(fetches, WAIT).unwrap_or_else(PoisonError::into_inner);
            fetches = again;
            fetches.waiting = fetches.waiting.saturating_sub(1);
            if waited.timed_out() {
                return Turn::Refused("it is still being fetched".to_owned());
            }
        }
        // Another caller may have fetched it meanwhile.
        if let (Some(known), true) = self.known(url, now) {
            return Turn::Use(known);
        }
        fetches.begin(url, topic, known.is_some(), self.hashes.hash_one(url), now)
    }

    fn fetch_now(&self, url: &str) -> Result<Arc<SigningCertificate>, String> {
        let fetched = self.source.fetch(url);
        let bytes = fetched.map_err(|KeyFetchError { problem }| format!("the fetch failed: {problem}"))?;
        if bytes.len() > MAX_SIZE {
            let size = bytes.len();
            return Err(format!("the fetched file has {size} bytes, and at most {MAX_SIZE} are accepted"));
        }
        SigningCertificate::parse(&bytes).map(Arc::new).map_err(|error| error.to_string())
    }

    fn remember(&self, url: &str, certificate: &Arc<SigningCertificate>, now: Timestamp) {
        let held = Arc::new(HeldCertificate { certificate: Arc::clone(certificate), since: now });
        self.held.rcu(|all| {
            let mut all = HashMap::clone(all);
            if all.len() >= CAPACITY && !all.contains_key(url) {
                forget_the_oldest(&mut all);
            }
            all.insert(url.to_owned(), Arc::clone(&held));
            all
        });
    }

    fn fetches(&self) -> MutexGuard<'_, Fetches> {
        self.fetches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fetches {
    fn begin(&mut self, url: &str, topic: &str, is_known: bool, hash: u64, now: Timestamp) -> Turn {
        self.started.retain(|fetch| fetch.under_way || distance(now, fetch.at) < MINUTE);
        let is_recent = |fetch: &&Fetch| fetch.url == url && distance(now, fetch.at) < LEFT_ALONE;
        if let Some(problem) =
            self.started.iter().rev().find(is_recent).and_then(|fetch| fetch.problem.as_ref())
        {
            return Turn::Refused(format!("{problem}; it is fetched again 15 seconds after that"));
        }
        let purpose = if is_known {
            Purpose::Known
        } else if region_of(url).is_some_and(|region| topic.split(':').nth(3) == Some(region)) {
            Purpose::OfRegion
        } else {
            Purpose::Elsewhere
        };
        let is_repeated = purpose == Purpose::OfRegion
            && self
                .turned_away
                .get(&hash)
                .is_some_and(|at| (REPEATED_AFTER..=REPEATED_WITHIN).contains(&distance(now, *at)));
        let tried = if is_repeated { vec![purpose, Purpose::Repeated] } else { vec![purpose] };
        let mut problem = String::new();
        for purpose in tried {
            match self.room(purpose, topic) {
                Ok(()) => {
                    let (url, topic) = (url.to_owned(), topic.to_owned());
                    self.started.push(Fetch { url, topic, purpose, at: now, under_way: true, problem: None });
                    self.turned_away.remove(&hash);
                    return Turn::Fetch;
                }
                Err(full) => problem = full,
            }
        }
        self.turn_away(hash, now);
        Turn::Refused(problem)
    }

    fn room(&self, purpose: Purpose, topic: &str) -> Result<(), String> {
        let same = || self.started.iter().filter(|fetch| fetch.purpose == purpose && fetch.topic == topic);
        let (a_minute, at_once) = (purpose.a_minute(), purpose.at_once());
        if same().filter(|fetch| fetch.under_way).count() >= at_once {
            return Err(format!(
                "{at_once} fetches of certificates like it are under way, and more are not made"
            ));
        }
        if same().count() >= a_minute {
            return Err(format!(
                "{a_minute} fetches of certificates like it started within a minute, and more are not made"
            ));
        }
        Ok(())
    }

    fn turn_away(&mut self, hash: u64, now: Timestamp) {
        if self.turned_away.len() >= TURNED_AWAY {
            self.turned_away.retain(|_, at| distance(now, *at) <= REPEATED_WITHIN);
        }
        let there = self.turned_away.get(&hash).is_some_and(|at| distance(now, *at) <= REPEATED_WITHIN);
        if !there && (self.turned_away.len() < TURNED_AWAY || self.turned_away.contains_key(&hash)) {
            self.turned_away.insert(hash, now);
        }
    }
}

/// A fetch under way, over when this is dropped, also by a panic of the source.
struct UnderWay<'a> {
    cache: &'a CertificateCache,
    url: &'a str,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        for fetch in self.cache.fetches().started.iter_mut().filter(|fetch| fetch.url == self.url) {
            fetch.under_way = false;
        }
        self.cache.ended.notify_all();
    }
}

fn forget_the_oldest(all: &mut HashMap<String, Arc<HeldCertificate>>) {
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
