//! Tries to sign in, counted: guesses become slow for a name and for a peer.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use recoup::{Span, Timestamp};

use crate::problem::Problem;

/// From this failure in a row on, the next try of a name has to wait.
const PATIENCE: u32 = 5;

/// The first wait; each next is twice as long.
const FIRST_WAIT_MS: i64 = 1000;

/// The longest wait.
const LONGEST_WAIT_MS: i64 = 15 * 60 * 1000;

/// Tries of one peer in a minute.
const A_MINUTE: usize = 20;

const MINUTE: Span = Span::from_millis(60_000);

/// The most names and peers that are remembered: some megabytes. Beyond it those are forgotten whose wait is over.
const REMEMBERED: usize = 10_000;

/// How long a proof of who is there lasts.
pub(crate) const PROOF: Span = Span::from_millis(5 * 60 * 1000);

/// The failures since each name's last success, and the tries of each peer. They are in memory: who could restart the
/// program needs no password.
#[derive(Default)]
pub(crate) struct Failures {
    names: Mutex<HashMap<String, Failing>>,
    peers: Mutex<HashMap<IpAddr, VecDeque<Timestamp>>>,
}

#[derive(Clone, Copy)]
struct Failing {
    in_a_row: u32,
    /// When it may be tried again.
    next_at: Timestamp,
}

impl Failures {
    /// Counts a try, as a failure until [`succeeded`](Self::succeeded) is called: so tries at the same time count, too.
    ///
    /// # Errors
    /// `slow_down`, with after how many seconds to try again; the try is then not to be made.
    pub(crate) fn begin(&self, name: &str, peer: IpAddr, now: Timestamp) -> Result<(), Problem> {
        self.count_peer(peer, now)?;
        let mut names = lock(&self.names);
        if names.len() >= REMEMBERED && !names.contains_key(name) {
            names.retain(|_, failing| failing.next_at > now);
            if names.len() >= REMEMBERED {
                return Err(slow_down(60_000));
            }
        }
        let failing = names.entry(name.to_owned()).or_insert(Failing { in_a_row: 0, next_at: now });
        // A clock that was set back by more than the longest wait must not lock anybody out.
        let wait = failing.next_at.since(now).millis();
        if (1..=LONGEST_WAIT_MS).contains(&wait) {
            return Err(slow_down(wait));
        }
        failing.in_a_row = failing.in_a_row.saturating_add(1);
        failing.next_at = now.plus(Span::from_millis(wait_after(failing.in_a_row)));
        Ok(())
    }

    /// The name's password was right.
    pub(crate) fn succeeded(&self, name: &str) {
        lock(&self.names).remove(name);
    }

    /// Counts a try of a peer.
    ///
    /// # Errors
    /// `slow_down`.
    pub(crate) fn count_peer(&self, peer: IpAddr, now: Timestamp) -> Result<(), Problem> {
        let peer = network(peer);
        let mut peers = lock(&self.peers);
        let since = now.plus(Span::from_millis(-MINUTE.millis()));
        if peers.len() >= REMEMBERED && !peers.contains_key(&peer) {
            peers.retain(|_, tries| tries.back().is_some_and(|last| *last > since));
            if peers.len() >= REMEMBERED {
                return Err(slow_down(MINUTE.millis()));
            }
        }
        let tries = peers.entry(peer).or_default();
        tries.retain(|at| *at > since && *at <= now);
        if tries.len() >= A_MINUTE {
            let oldest = tries.front().copied().unwrap_or(now);
            return Err(slow_down(oldest.plus(MINUTE).since(now).millis()));
        }
        tries.push_back(now);
        Ok(())
    }
}

/// Whose tries are counted together: a subscriber has 2^64 addresses of IPv6 (RFC 6177 section 2).
fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// How long a name has to wait after so many failures in a row, in milliseconds.
fn wait_after(in_a_row: u32) -> i64 {
    match in_a_row.checked_sub(PATIENCE) {
        None => 0,
        Some(more) => 2_i64
            .checked_pow(more)
            .map_or(LONGEST_WAIT_MS, |times| times.saturating_mul(FIRST_WAIT_MS).min(LONGEST_WAIT_MS)),
    }
}

fn slow_down(wait_ms: i64) -> Problem {
    let seconds = u64::try_from(wait_ms.max(1)).unwrap_or(1).div_ceil(1000);
    let detail = format!("too many tries: wait {seconds} s and try again");
    Problem::new(429, "slow_down", detail).retry_after(seconds)
}

/// Until when people proved who they are whose sign-in has no session of its own: those of a proxy.
#[derive(Default)]
pub(crate) struct Proofs(Mutex<HashMap<String, Timestamp>>);

impl Proofs {
    pub(crate) fn until(&self, name: &str) -> Option<Timestamp> {
        lock(&self.0).get(name).copied()
    }

    pub(crate) fn prove(&self, name: &str, until: Timestamp) {
        lock(&self.0).insert(name.to_owned(), until);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn peer(last: u8) -> IpAddr {
        Ipv4Addr::new(10, 0, 0, last).into()
    }

    fn at(seconds: i64) -> Timestamp {
        NOON.plus(Span::from_millis(seconds * 1000))
    }

    #[test]
    fn from_the_fifth_failure_each_wait_is_twice_as_long_up_to_15_minutes() {
        let waits: Vec<i64> = (1..=16).map(wait_after).collect();
        assert_eq!(waits[..4], [0; 4]);
        assert_eq!(waits[4..8], [1000, 2000, 4000, 8000]);
        assert_eq!(waits[15], LONGEST_WAIT_MS);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT_MS);
    }

    #[test]
    fn a_name_waits_whoever_tries_it_and_a_success_ends_that() {
        let failures = Failures::default();
        for n in 0..5 {
            assert_eq!(failures.begin("ann", peer(n), NOON), Ok(()));
        }
        let refused = failures.begin("ann", peer(9), NOON).unwrap_err();
        assert_eq!((refused.status, refused.code.as_str(), refused.retry_after), (429, "slow_down", Some(1)));
        assert_eq!(failures.begin("bob", peer(9), NOON), Ok(()));
        assert_eq!(failures.begin("ann", peer(9), at(1)), Ok(()));
        let refused = failures.begin("ann", peer(9), at(2)).unwrap_err();
        assert_eq!(refused.retry_after, Some(1));
        failures.succeeded("ann");
        assert_eq!(failures.begin("ann", peer(9), at(2)), Ok(()));
    }

    #[test]
    fn a_peer_has_twenty_tries_a_minute() {
        let failures = Failures::default();
        for n in 0..20 {
            assert_eq!(failures.begin(&format!("name {n}"), peer(1), at(n)), Ok(()));
        }
        let refused = failures.begin("another", peer(1), at(20)).unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(40)));
        assert_eq!(failures.begin("another", peer(2), at(20)), Ok(()));
        assert_eq!(failures.begin("another", peer(1), at(61)), Ok(()));
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let failures = Failures::default();
        for n in 0..6 {
            let _ = failures.begin("ann", peer(n), at(100_000));
        }
        assert_eq!(failures.begin("ann", peer(9), NOON), Ok(()));
    }
}
