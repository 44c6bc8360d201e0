//! Refused requests: logged up to a limit, and counted in the ledger, so that `doctor` in another process sees them.
//! Neither grows with what strangers send.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ledger::RefusalRow;
use crate::model::{Span, Store, Timestamp};
use crate::shown::shown;

/// How many of a kind are logged per minute.
const LOGGED_A_MINUTE: u32 = 10;

const MINUTE: Span = Span::from_millis(60 * 1000);

/// The shortest interval between writes of the counts to the ledger.
const WRITE_EVERY: Span = Span::from_millis(10 * 1000);

/// The most kinds. There are a few dozen codes, each of one or two stores. Further ones, from a host's own stores,
/// count as one kind.
const MAX_KINDS: usize = 256;

/// The longest text of a refusal that is logged and stored, in characters.
const MAX_WORDS: usize = 400;

/// The refusals of one engine.
#[derive(Default)]
pub(super) struct Refusals(Mutex<State>);

#[derive(Default)]
struct State {
    kinds: BTreeMap<(String, &'static str), Kind>,
    written_at: Option<Timestamp>,
}

struct Kind {
    minute_began: Timestamp,
    logged: u32,
    suppressed: u64,
    unwritten: i64,
    last_at: Timestamp,
    words: String,
}

/// What the log omitted of a kind within a minute.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suppressed {
    pub(super) store: String,
    pub(super) code: &'static str,
    pub(super) count: u64,
}

impl Refusals {
    /// Counts one, and returns its message, escaped, if it is to be logged.
    pub(super) fn note(
        &self,
        store: Option<&Store>,
        code: &'static str,
        words: &str,
        now: Timestamp,
    ) -> Option<String> {
        let words = shown(words, MAX_WORDS);
        let mut state = self.state();
        let mut key = (store.map_or("", Store::as_str).to_owned(), code);
        if state.kinds.len() >= MAX_KINDS && !state.kinds.contains_key(&key) {
            key = (String::new(), "other");
        }
        let kind = state.kinds.entry(key).or_insert_with(|| Kind {
            minute_began: now,
            logged: 0,
            suppressed: 0,
            unwritten: 0,
            last_at: now,
            words: String::new(),
        });
        kind.unwritten = kind.unwritten.saturating_add(1);
        kind.last_at = now;
        kind.words.clone_from(&words);
        if kind.suppressed == 0 && distance(now, kind.minute_began) >= MINUTE {
            (kind.minute_began, kind.logged) = (now, 0);
        }
        if kind.logged < LOGGED_A_MINUTE {
            kind.logged += 1;
            return Some(words);
        }
        kind.suppressed += 1;
        None
    }

    /// What was omitted in past minutes; later ones are logged again.
    pub(super) fn suppressed(&self, now: Timestamp) -> Vec<Suppressed> {
        let mut ended = Vec::new();
        for ((store, code), kind) in &mut self.state().kinds {
            if kind.suppressed > 0 && distance(now, kind.minute_began) >= MINUTE {
                ended.push(Suppressed { store: store.clone(), code, count: kind.suppressed });
                (kind.minute_began, kind.logged, kind.suppressed) = (now, 0, 0);
            }
        }
        ended
    }

    /// The counts that are not in the ledger yet, if it is time to write them, or `all` is set.
    pub(super) fn take_unwritten(&self, now: Timestamp, all: bool) -> Vec<RefusalRow> {
        let mut state = self.state();
        if !all && state.written_at.is_some_and(|at| distance(now, at) < WRITE_EVERY) {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for ((store, code), kind) in &mut state.kinds {
            if kind.unwritten > 0 {
                rows.push(RefusalRow {
                    store: store.clone(),
                    code: (*code).to_owned(),
                    count: std::mem::take(&mut kind.unwritten),
                    last_at: kind.last_at,
                    message: kind.words.clone(),
                });
            }
        }
        if !rows.is_empty() {
            state.written_at = Some(now);
        }
        rows
    }

    /// Restores counts that could not be written.
    pub(super) fn give_back(&self, rows: &[RefusalRow]) {
        let mut state = self.state();
        for row in rows {
            let of_row = |(store, code): &(String, &'static str)| *store == row.store && *code == row.code;
            if let Some((_, kind)) = state.kinds.iter_mut().find(|(key, _)| of_row(key)) {
                kind.unwritten = kind.unwritten.saturating_add(row.count);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Suppressed {
    /// The log line.
    pub(super) fn log(&self) {
        let store = if self.store.is_empty() { "none" } else { &self.store };
        tracing::warn!(
            store,
            code = self.code,
            "... and {} more like this in the last minute",
            grouped(self.count)
        );
    }
}

/// With a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn distance(a: Timestamp, b: Timestamp) -> Span {
    a.since(b).max(b.since(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn after(seconds: i64) -> Timestamp {
        NOW.plus(Span::from_millis(seconds * 1000))
    }

    #[test]
    fn a_minute_logs_some_of_a_kind_and_counts_the_rest() {
        let refusals = Refusals::default();
        let note = |code, at| refusals.note(Some(&Store::Amazon), code, "words", at).is_some();
        let logged = (0..1244).filter(|_| note("bad_signature", NOW)).count();
        assert_eq!(logged, 10);
        assert!(note("wrong_topic", NOW), "one kind suppresses another");
        assert!(refusals.suppressed(after(59)).is_empty());
        let suppressed = refusals.suppressed(after(60));
        assert_eq!(
            suppressed,
            [Suppressed { store: "amazon".to_owned(), code: "bad_signature", count: 1234 }]
        );
        assert!(refusals.suppressed(after(60)).is_empty());
        assert!(note("bad_signature", after(61)));
        // A clock that is set back does not suppress it.
        (0..20).for_each(|_| {
            let _ = note("bad_signature", after(62));
        });
        assert_eq!(refusals.suppressed(after(-100)).len(), 1);
        assert!(note("bad_signature", after(-100)));
    }

    #[test]
    fn counts_are_written_at_intervals_and_restored_on_failure() {
        let refusals = Refusals::default();
        drop(refusals.note(None, "not_found", "a\nb", NOW));
        let first = refusals.take_unwritten(NOW, false);
        assert_eq!((first[0].count, first[0].message.as_str(), first[0].store.as_str()), (1, "a\\nb", ""));
        drop(refusals.note(None, "not_found", "c", after(1)));
        assert!(refusals.take_unwritten(after(9), false).is_empty());
        let second = refusals.take_unwritten(after(10), false);
        assert_eq!((second[0].count, second[0].last_at), (1, after(1)));
        refusals.give_back(&second);
        assert_eq!(refusals.take_unwritten(after(11), true), second);
        assert!(refusals.take_unwritten(after(60), true).is_empty());
    }

    #[test]
    fn there_are_only_so_many_kinds() {
        let refusals = Refusals::default();
        for n in 0..1000 {
            let store: Store = format!("custom:shop-{n}").parse().unwrap();
            drop(refusals.note(Some(&store), "store_not_configured", "x", NOW));
        }
        let rows = refusals.take_unwritten(NOW, true);
        assert!(rows.len() <= MAX_KINDS + 1, "{}", rows.len());
        assert_eq!(rows.iter().map(|row| row.count).sum::<i64>(), 1000);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 12, 999, 1000, 1_234_567].map(grouped), ["0", "12", "999", "1,000", "1,234,567"]);
    }
}
