//! How a benchmark did against its peer: read from what Criterion measured of both in the same run, or measured by
//! turns where the machine is too busy for two measurements that are seconds apart to be compared.
#![allow(clippy::print_stdout, reason = "the table at the end is what benchmarks are run for")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

/// One of ours, its peer, and how they should compare.
pub struct Comparison<'a> {
    /// The Criterion group that both are in.
    pub group: &'a str,
    /// The name of ours in the group.
    pub ours: &'a str,
    /// The name of the peer in the group.
    pub peer: &'a str,
    /// The most of the peer's time that ours may take, where there is an aim.
    pub aim: Option<f64>,
}

/// Prints a line for each comparison: both median times, their ratio, and the aim. What was measured before `begun` is
/// of another run and does not count.
pub fn print(begun: SystemTime, comparisons: &[Comparison<'_>]) {
    println!("\n{:<40} {:>12} {:>12} {:>7} {:>7}", "median time", "ours", "peer", "ratio", "aim");
    for comparison in comparisons {
        println!("{}", line(begun, comparison));
    }
}

fn line(begun: SystemTime, comparison: &Comparison<'_>) -> String {
    let Comparison { group, ours, peer, aim } = comparison;
    let (Some(ours), Some(peer)) = (median_ns(begun, group, ours), median_ns(begun, group, peer)) else {
        return format!("{group:<40} not measured in this run");
    };
    row(group, (ours, peer, ours / peer), *aim)
}

fn row(name: &str, (ours, peer, ratio): (f64, f64, f64), aim: Option<f64>) -> String {
    let (aim, verdict) = match aim {
        Some(aim) if ratio <= aim => (format!("{aim:.2}"), "met"),
        Some(aim) => (format!("{aim:.2}"), "missed"),
        None => ("-".to_owned(), ""),
    };
    format!("{name:<40} {:>12} {:>12} {ratio:>7.2} {aim:>7} {verdict}", time(ours), time(peer))
}

/// Runs ours and the peer by turns, `rounds` times, and gives a line with the median time of one of each round's
/// `iterations` and the median of the rounds' ratios.
pub fn by_turns(
    name: &str,
    aim: Option<f64>,
    (rounds, iterations): (u32, u32),
    mut ours: impl FnMut(),
    mut peer: impl FnMut(),
) -> String {
    let (mut ours_took, mut peer_took, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (ours, peer) = (time_of(iterations, &mut ours), time_of(iterations, &mut peer));
        ours_took.push(ours);
        peer_took.push(peer);
        ratios.push(ours / peer);
    }
    row(name, (median(ours_took), median(peer_took), median(ratios)), aim)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Nanoseconds for one iteration.
fn time_of(iterations: u32, mut run: impl FnMut()) -> f64 {
    let begin = Instant::now();
    (0..iterations).for_each(|_| run());
    begin.elapsed().as_secs_f64() * 1e9 / f64::from(iterations)
}

/// The median of a function's time for one iteration, in nanoseconds.
fn median_ns(begun: SystemTime, group: &str, function: &str) -> Option<f64> {
    let estimates = criterion_folder()?.join(folder(group)).join(folder(function)).join("new/estimates.json");
    if fs::metadata(&estimates).ok()?.modified().ok()? < begun {
        return None;
    }
    let estimates: serde_json::Value = serde_json::from_slice(&fs::read(estimates).ok()?).ok()?;
    estimates.pointer("/median/point_estimate")?.as_f64()
}

/// Where Criterion writes: its own variable, Cargo's, or the target folder that this benchmark was built into.
fn criterion_folder() -> Option<PathBuf> {
    if let Some(home) = env::var_os("CRITERION_HOME") {
        return Some(home.into());
    }
    if let Some(target) = env::var_os("CARGO_TARGET_DIR") {
        return Some(Path::new(&target).join("criterion"));
    }
    let built = env::current_exe().ok()?;
    built.ancestors().map(|folder| folder.join("criterion")).find(|folder| folder.is_dir())
}

/// The folder that Criterion makes of a name.
fn folder(name: &str) -> String {
    name.replace(['?', '"', '/', '\\', '*', '<', '>', ':', '|', '^'], "_")
}

fn time(ns: f64) -> String {
    match ns {
        ..1e3 => format!("{ns:.1} ns"),
        ..1e6 => format!("{:.1} us", ns / 1e3),
        ..1e9 => format!("{:.1} ms", ns / 1e6),
        _ => format!("{:.2} s", ns / 1e9),
    }
}
