//! The counters in Prometheus' text format 0.0.4, <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::Write as _;

use super::metrics::{BUCKETS, Counts, Histogram};
use crate::ledger::Amount;
use crate::model::{Store, Timestamp, WaitingFigures};

/// Its `Content-Type`.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The engine's figures.
pub(super) struct Gauges {
    pub(super) blocked_users: usize,
    /// `None` if the ledger could not be read.
    pub(super) events_waiting: Option<i64>,
    pub(super) decisions_waiting: Option<i64>,
    /// What has limits: its name, how much is stored, the limit.
    pub(super) kept: Vec<(&'static str, Amount, Amount)>,
    /// What waits for an operator, and the time now. Read from sums.
    pub(super) waiting: Option<(WaitingFigures, Timestamp)>,
    /// The size of the write-ahead log.
    pub(super) log_bytes: u64,
}

pub(super) fn text(counts: &Counts, gauges: &Gauges) -> String {
    let mut text = Text(String::new());
    text.head("recoup_requests_total", "counter", "Requests answered, by store and HTTP status.");
    for ((store, status), n) in &counts.requests {
        let store = store.as_ref().map_or("none", Store::as_str);
        text.line(format_args!("recoup_requests_total{{store=\"{store}\",status=\"{status}\"}} {n}"));
    }
    text.head("recoup_outcomes_total", "counter", "Outcomes of stores' requests.");
    for ((store, outcome), n) in &counts.outcomes {
        text.line(format_args!("recoup_outcomes_total{{store=\"{store}\",outcome=\"{outcome}\"}} {n}"));
    }
    text.head(
        "recoup_refusals_total",
        "counter",
        "Requests rejected, failed or stored as dead letters, by code.",
    );
    for ((store, code), n) in &counts.refusals {
        text.line(format_args!("recoup_refusals_total{{store=\"{store}\",code=\"{code}\"}} {n}"));
    }
    text.head(
        "recoup_http_refusals_total",
        "counter",
        "Requests that the web server refused before any store's check, by reason.",
    );
    for ((store, reason), n) in &counts.door {
        let store = store.as_ref().map_or("none", Store::as_str);
        text.line(format_args!("recoup_http_refusals_total{{store=\"{store}\",reason=\"{reason}\"}} {n}"));
    }
    text.histogram("recoup_ingest_seconds", "Time to verify a request and make it durable.", &counts.seconds);
    text.head("recoup_blocked_users", "gauge", "Users who are blocked.");
    text.line(format_args!("recoup_blocked_users {}", gauges.blocked_users));
    text.head("recoup_ledger_up", "gauge", "Whether the ledger can be read and written.");
    text.line(format_args!("recoup_ledger_up {}", u8::from(gauges.events_waiting.is_some())));
    text.head(
        "recoup_ledger_wal_bytes",
        "gauge",
        "Size of the write-ahead log (-wal). It grows while a process reads an old state of the ledger.",
    );
    text.line(format_args!("recoup_ledger_wal_bytes {}", gauges.log_bytes));
    if let Some(waiting) = gauges.events_waiting {
        text.head("recoup_events_waiting", "gauge", "Events that the game server has not acknowledged.");
        text.line(format_args!("recoup_events_waiting {waiting}"));
    }
    if let Some(waiting) = gauges.decisions_waiting {
        text.head("recoup_decisions_waiting", "gauge", "Decisions that wait for an inquiry.");
        text.line(format_args!("recoup_decisions_waiting {waiting}"));
    }
    if let Some((waiting, now)) = &gauges.waiting {
        text.waiting(waiting, *now);
    }
    for (what, there, limit) in &gauges.kept {
        let name = format!("recoup_{what}s");
        text.head(&name, "gauge", "How many are stored; at the limit, further ones are answered 503.");
        text.line(format_args!("{name} {}", there.count));
        text.head(&format!("{name}_limit"), "gauge", "The limit.");
        text.line(format_args!("{name}_limit {}", limit.count));
        let name = format!("recoup_{what}_bytes");
        text.head(&name, "gauge", "Their size in bytes.");
        text.line(format_args!("{name} {}", there.bytes));
        text.head(&format!("{name}_limit"), "gauge", "The limit in bytes.");
        text.line(format_args!("{name}_limit {}", limit.bytes));
    }
    text.0
}

struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{line}");
    }

    fn waiting(&mut self, waiting: &WaitingFigures, now: Timestamp) {
        let name = "recoup_refunds_to_do";
        self.head(name, "gauge", "Refunds of production with something to do, by work status.");
        for (status, count) in &waiting.to_do {
            self.line(format_args!("{name}{{status=\"{status}\"}} {count}"));
        }
        let name = "recoup_unattributed_refunds";
        self.head(name, "gauge", "Refunds of production whose player is unknown.");
        self.line(format_args!("{name} {}", waiting.unattributed));
        self.head("recoup_players_owing", "gauge", "Players who owe something.");
        self.line(format_args!("recoup_players_owing {}", waiting.players_owing));
        self.head("recoup_reviews_open", "gauge", "Refund reviews without an answer.");
        self.line(format_args!("recoup_reviews_open {}", waiting.reviews_open));
        if let Some(deadline) = waiting.next_review_deadline {
            let name = "recoup_review_deadline_seconds";
            self.head(
                name,
                "gauge",
                "Seconds until the next deadline of a refund review; negative: it has passed.",
            );
            self.line(format_args!("{name} {}", deadline.since(now).millis().div_euclid(1000)));
        }
    }

    fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        self.head(name, "histogram", help);
        let mut so_far = 0_u64;
        for (bound, within) in BUCKETS.iter().zip(histogram.within) {
            so_far = so_far.saturating_add(within);
            let seconds = std::time::Duration::from_micros(*bound).as_secs_f64();
            self.line(format_args!("{name}_bucket{{le=\"{seconds}\"}} {so_far}"));
        }
        self.line(format_args!("{name}_bucket{{le=\"+Inf\"}} {}", histogram.count));
        self.line(format_args!("{name}_sum {}", histogram.total.as_secs_f64()));
        self.line(format_args!("{name}_count {}", histogram.count));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::metrics::Metrics;
    use super::*;

    fn kept() -> Vec<(&'static str, Amount, Amount)> {
        vec![("dead_letter", Amount { count: 3, bytes: 900 }, Amount { count: 10_000, bytes: 64 })]
    }

    fn waiting() -> WaitingFigures {
        WaitingFigures {
            to_do: [("open".to_owned(), 4), ("returning".to_owned(), 0)].into(),
            unattributed: 1,
            players_owing: 2,
            reviews_open: 5,
            next_review_deadline: Some(Timestamp::from_secs(160)),
            dead_letters: 3,
        }
    }

    #[test]
    fn it_reads_as_the_format_says() {
        let metrics = Metrics::default();
        metrics.answered(Some(&Store::AppStore), 200);
        metrics.answered(Some(&Store::AppStore), 200);
        metrics.answered(None, 404);
        metrics.refused_at_door(None, "not_found");
        metrics.refused_at_door(Some(&Store::Stripe), "method");
        metrics.took(&Store::AppStore, "accepted", None, Duration::from_millis(1));
        metrics.took(&Store::GooglePlay, "rejected", Some("bad_signature"), Duration::from_micros(1001));
        metrics.took(&Store::GooglePlay, "failed", Some("busy"), Duration::from_secs(9));
        let gauges = Gauges {
            blocked_users: 3,
            events_waiting: Some(7),
            decisions_waiting: Some(2),
            kept: kept(),
            waiting: Some((waiting(), Timestamp::from_secs(100))),
            log_bytes: 4096,
        };
        let text = text(&metrics.snapshot(), &gauges);
        for line in [
            "# TYPE recoup_requests_total counter",
            "recoup_requests_total{store=\"app-store\",status=\"200\"} 2",
            "recoup_requests_total{store=\"none\",status=\"404\"} 1",
            "recoup_http_refusals_total{store=\"none\",reason=\"not_found\"} 1",
            "recoup_http_refusals_total{store=\"stripe\",reason=\"method\"} 1",
            "recoup_outcomes_total{store=\"google-play\",outcome=\"failed\"} 1",
            "recoup_refusals_total{store=\"google-play\",code=\"bad_signature\"} 1",
            "recoup_ingest_seconds_bucket{le=\"0.0005\"} 0",
            "recoup_ingest_seconds_bucket{le=\"0.001\"} 1",
            "recoup_ingest_seconds_bucket{le=\"0.0025\"} 2",
            "recoup_ingest_seconds_bucket{le=\"5\"} 2",
            "recoup_ingest_seconds_bucket{le=\"+Inf\"} 3",
            "recoup_ingest_seconds_sum 9.002001",
            "recoup_ingest_seconds_count 3",
            "recoup_blocked_users 3",
            "recoup_ledger_up 1",
            "recoup_events_waiting 7",
            "recoup_decisions_waiting 2",
            "recoup_refunds_to_do{status=\"open\"} 4",
            "recoup_refunds_to_do{status=\"returning\"} 0",
            "recoup_unattributed_refunds 1",
            "recoup_players_owing 2",
            "recoup_reviews_open 5",
            "recoup_review_deadline_seconds 60",
            "recoup_dead_letters 3",
            "recoup_dead_letters_limit 10000",
            "recoup_dead_letter_bytes 900",
            "recoup_dead_letter_bytes_limit 64",
        ] {
            assert!(text.lines().any(|there| there == line), "{line} is not in\n{text}");
        }
        let down = super::text(
            &metrics.snapshot(),
            &Gauges {
                blocked_users: 3,
                events_waiting: None,
                decisions_waiting: None,
                kept: Vec::new(),
                waiting: None,
                log_bytes: 0,
            },
        );
        assert!(down.contains("recoup_ledger_up 0") && !down.contains("recoup_events_waiting"));
    }
}
