use std::collections::VecDeque;
use std::sync::mpsc;

use base64::Engine as _;
use serde_json::json;

use super::*;
use crate::verify::Freshness;

const START: Timestamp = Timestamp::from_secs(1_800_000_000);

/// Gives the prepared answers, in order, then fails; and counts.
#[derive(Default)]
struct FakeIssuer {
    answers: Mutex<VecDeque<FetchedKeys>>,
    fetches: Mutex<usize>,
}

impl FakeIssuer {
    fn answering(answers: impl IntoIterator<Item = FetchedKeys>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), fetches: Mutex::new(0) })
    }

    fn fetches(&self) -> usize {
        *self.fetches.lock().unwrap()
    }
}

impl KeySource for FakeIssuer {
    fn fetch(&self) -> Result<FetchedKeys, KeyFetchError> {
        *self.fetches.lock().unwrap() += 1;
        let failed = KeyFetchError { problem: "connection refused".to_owned() };
        self.answers.lock().unwrap().pop_front().ok_or(failed)
    }
}

fn jwks(kids: &[&str]) -> Vec<u8> {
    let n = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode([0xFF; 256]);
    let keys: Vec<_> =
        kids.iter().map(|kid| json!({"kty": "RSA", "kid": kid, "n": n, "e": "AQAB"})).collect();
    json!({ "keys": keys }).to_string().into_bytes()
}

fn answer(kids: &[&str], max_age: Option<u32>) -> FetchedKeys {
    FetchedKeys { jwks: jwks(kids), freshness: Freshness { max_age, age: 0 } }
}

fn later(seconds: i64) -> Timestamp {
    START.plus(Span::from_millis(seconds * 1000))
}

#[test]
fn fixed_keys_never_age() {
    let keys = CachedKeys::fixed(Jwks::parse(&jwks(&["a"])).unwrap());
    assert!(keys.key("a", START).is_ok());
    assert!(keys.key("a", later(1_000_000_000)).is_ok());
    assert_eq!(keys.key("b", START).unwrap_err(), KeyError::Unknown);
}

#[test]
fn keys_are_fetched_once_while_fresh_and_again_when_not() {
    let issuer = FakeIssuer::answering([answer(&["a"], Some(3600)), answer(&["a"], Some(3600))]);
    let keys = CachedKeys::fetched_from(issuer.clone());
    assert_eq!(issuer.fetches(), 0);
    for seconds in [0, 1, 3599] {
        keys.key("a", later(seconds)).unwrap();
        assert_eq!(issuer.fetches(), 1, "after {seconds} s");
    }
    keys.key("a", later(3600)).unwrap();
    assert_eq!(issuer.fetches(), 2);
}

#[test]
fn the_time_kept_is_from_5_minutes_to_24_hours() {
    for (max_age, kept) in [(Some(0), 300), (Some(10), 300), (None, 300), (Some(u32::MAX), 86_400)] {
        let issuer = FakeIssuer::answering([answer(&["a"], max_age), answer(&["a"], max_age)]);
        let keys = CachedKeys::fetched_from(issuer.clone());
        keys.key("a", START).unwrap();
        keys.key("a", later(kept - 1)).unwrap();
        assert_eq!(issuer.fetches(), 1, "{max_age:?}");
        keys.key("a", later(kept)).unwrap();
        assert_eq!(issuer.fetches(), 2, "{max_age:?}");
    }
}

#[test]
fn age_is_taken_off() {
    let mut aged = answer(&["a"], Some(3600));
    aged.freshness.age = 3000;
    let issuer = FakeIssuer::answering([aged, answer(&["a"], None)]);
    let keys = CachedKeys::fetched_from(issuer.clone());
    keys.key("a", START).unwrap();
    keys.key("a", later(599)).unwrap();
    assert_eq!(issuer.fetches(), 1);
    keys.key("a", later(600)).unwrap();
    assert_eq!(issuer.fetches(), 2);
}

#[test]
fn an_unknown_key_id_causes_one_fetch_a_minute_at_most() {
    let issuer = FakeIssuer::answering([answer(&["a"], Some(3600)), answer(&["a", "b"], Some(3600))]);
    let keys = CachedKeys::fetched_from(issuer.clone());
    keys.key("a", START).unwrap();
    for seconds in [0, 30, 59] {
        assert_eq!(keys.key("b", later(seconds)).unwrap_err(), KeyError::Unknown);
    }
    assert_eq!(issuer.fetches(), 1);
    assert!(keys.key("b", later(60)).is_ok(), "the rotated set was not fetched");
    assert_eq!(issuer.fetches(), 2);
    for n in 0..100 {
        assert_eq!(keys.key(&format!("forged {n}"), later(61)).unwrap_err(), KeyError::Unknown);
    }
    assert_eq!(issuer.fetches(), 2);
}

#[test]
fn stale_keys_outlive_failed_fetches() {
    let issuer = FakeIssuer::answering([answer(&["a"], Some(3600))]);
    let keys = CachedKeys::fetched_from(issuer.clone());
    keys.key("a", START).unwrap();
    for seconds in [3600, 3601, 3659] {
        assert!(keys.key("a", later(seconds)).is_ok());
    }
    assert_eq!(issuer.fetches(), 2, "a failed fetch is not tried again at once");
    assert!(keys.key("a", later(3660)).is_ok());
    assert_eq!(issuer.fetches(), 3);
    assert_eq!(keys.key("b", later(3720)).unwrap_err(), KeyError::Unknown);
}

#[test]
fn an_unfit_answer_replaces_nothing() {
    let unfit = FetchedKeys { jwks: b"<html>".to_vec(), freshness: Freshness::default() };
    let issuer = FakeIssuer::answering([answer(&["a"], None), unfit, answer(&["b"], None)]);
    let keys = CachedKeys::fetched_from(issuer.clone());
    keys.key("a", START).unwrap();
    assert!(keys.key("a", later(300)).is_ok());
    assert_eq!(issuer.fetches(), 2);
    assert!(keys.key("b", later(400)).is_ok());
    assert_eq!(keys.key("a", later(401)).unwrap_err(), KeyError::Unknown, "a withdrawn key is withdrawn");
}

#[test]
fn without_any_keys_the_last_problem_is_reported_and_the_next_try_waits_a_minute() {
    let issuer = FakeIssuer::answering([]);
    let keys = CachedKeys::fetched_from(issuer.clone());
    for seconds in [0, 59] {
        let problem = "the fetch failed: connection refused".to_owned();
        assert_eq!(keys.key("a", later(seconds)).unwrap_err(), KeyError::Unavailable { problem });
    }
    assert_eq!(issuer.fetches(), 1);
    issuer.answers.lock().unwrap().push_back(answer(&["a"], None));
    assert!(keys.key("a", later(60)).is_ok());
}

#[test]
fn a_clock_set_back_does_not_stop_fetching() {
    let issuer = FakeIssuer::answering([answer(&["a"], None), answer(&["b"], None)]);
    let keys = CachedKeys::fetched_from(issuer.clone());
    keys.key("a", START).unwrap();
    assert!(keys.key("b", later(-86_400)).is_ok());
    assert_eq!(issuer.fetches(), 2);
}

/// Its second fetch signals when it has begun, and ends on a signal.
struct SlowIssuer {
    began: Mutex<mpsc::Sender<()>>,
    go_on: Mutex<mpsc::Receiver<()>>,
    fetches: Mutex<usize>,
}

impl KeySource for SlowIssuer {
    fn fetch(&self) -> Result<FetchedKeys, KeyFetchError> {
        let mut fetches = self.fetches.lock().unwrap();
        *fetches += 1;
        if *fetches > 1 {
            self.began.lock().unwrap().send(()).unwrap();
            self.go_on.lock().unwrap().recv().unwrap();
        }
        Ok(answer(if *fetches > 1 { &["a", "b"] } else { &["a"] }, None))
    }
}

#[test]
fn no_caller_with_stale_keys_waits_for_a_fetch() {
    let (began, has_begun) = mpsc::channel();
    let (notify, go_on) = mpsc::channel();
    let issuer =
        Arc::new(SlowIssuer { began: Mutex::new(began), go_on: Mutex::new(go_on), fetches: Mutex::new(0) });
    let keys = CachedKeys::fetched_from(issuer.clone());
    keys.key("a", START).unwrap();
    std::thread::scope(|scope| {
        let fetcher = scope.spawn(|| keys.key("b", later(300)));
        has_begun.recv().unwrap();
        assert!(keys.key("a", later(300)).is_ok(), "a stale key is used");
        assert!(matches!(keys.key("b", later(300)), Err(KeyError::Unavailable { .. })));
        notify.send(()).unwrap();
        assert!(fetcher.join().unwrap().is_ok());
    });
    assert!(keys.key("b", later(300)).is_ok());
    assert_eq!(*issuer.fetches.lock().unwrap(), 2);
}

#[test]
fn many_first_callers_share_one_fetch() {
    let issuer = FakeIssuer::answering([answer(&["a"], Some(3600))]);
    let keys = CachedKeys::fetched_from(issuer.clone());
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| keys.key("a", START).unwrap());
        }
    });
    assert_eq!(issuer.fetches(), 1);
}
