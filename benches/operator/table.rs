//! The table of what was measured beside its goal.

use std::time::Duration;

use crate::stopwatch::Stopwatch;

/// Prints rows as they are measured, and how many goals were missed at the end.
pub(crate) struct Table {
    only: Option<String>,
    met: u32,
    missed: Vec<String>,
}

impl Table {
    pub(crate) fn begin(only: Option<String>) -> Self {
        if let Ok(load) = std::fs::read_to_string("/proc/loadavg") {
            let load = load.split(' ').next().unwrap_or_default();
            println!("before the first measurement {load} threads of this machine want a processor");
        }
        println!("\n{:<64} {:>14} {:>14}", "what", "goal", "measured");
        Self { only, met: 0, missed: Vec::new() }
    }

    pub(crate) fn end(self) {
        println!("\n{} goals met, {} missed", self.met, self.missed.len());
        for what in self.missed {
            println!("missed: {what}");
        }
    }

    /// Whether a row is measured.
    pub(crate) fn wants(&self, what: &str) -> bool {
        self.only.as_ref().is_none_or(|only| what.contains(only.as_str()))
    }

    fn row(&mut self, what: &str, goal: &str, measured: &str, is_met: Option<bool>) {
        let verdict = match is_met {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        };
        println!("{what:<64} {goal:>14} {measured:>14} {verdict}");
        match is_met {
            Some(true) => self.met += 1,
            Some(false) => self.missed.push(format!("{what}: {measured}, goal {goal}")),
            None => {}
        }
    }

    /// A row of a time, at most `goal`.
    pub(crate) fn at_most(&mut self, what: &str, goal: Duration, measured: Duration) {
        self.row(what, &format!("<= {}", words(goal)), &words(measured), Some(measured <= goal));
    }

    /// A row of a number, at least `goal`.
    pub(crate) fn at_least(&mut self, what: &str, goal: f64, unit: &str, measured: f64) {
        let text = |number: f64| format!("{}{unit}", number.round());
        self.row(what, &format!(">= {}", text(goal)), &text(measured), Some(measured >= goal));
    }

    /// A row of a number, at most `goal`.
    pub(crate) fn no_more_than(&mut self, what: &str, goal: f64, unit: &str, measured: f64) {
        let text = |number: f64| format!("{}{unit}", number.round());
        self.row(what, &format!("<= {}", text(goal)), &text(measured), Some(measured <= goal));
    }

    /// A row without a goal.
    pub(crate) fn noted(&mut self, what: &str, measured: &str) {
        self.row(what, "", measured, None);
    }

    /// Runs `work` with numbers from 0, and enters the median time; as often as fits in half a second, 5 to 101 times.
    pub(crate) fn median(&mut self, what: &str, goal: Duration, mut work: impl FnMut(u32)) {
        if !self.wants(what) {
            return;
        }
        let begun = Stopwatch::start();
        let mut times = Vec::new();
        for number in 0..101 {
            let before = Stopwatch::start();
            work(number);
            times.push(before.elapsed());
            if times.len() >= 5 && begun.elapsed() > Duration::from_millis(500) {
                break;
            }
        }
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        self.at_most(what, goal, median);
    }
}

/// A time in the unit in which it has a few digits.
pub(crate) fn words(time: Duration) -> String {
    match time.as_secs_f64() {
        ..1e-6 => format!("{} ns", time.as_nanos()),
        seconds @ ..1e-3 => format!("{:.1} us", seconds * 1e6),
        seconds @ ..1.0 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{seconds:.2} s"),
    }
}

/// How many a second.
pub(crate) fn rate(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}
