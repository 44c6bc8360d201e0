//! Other rules, tried on all refunds.

use std::ops::ControlFlow;
use std::time::Duration;

use recoup::{Engine, Policy, TryOptions};

use crate::data::POLICY;
use crate::stopwatch::Stopwatch;
use crate::table::Table;

const A_REFUND: Duration = Duration::from_micros(25);
const FIRST_PROGRESS: Duration = Duration::from_secs(1);
const STOPS: Duration = Duration::from_millis(10);

pub(crate) fn try_policy(engine: &Engine, table: &mut Table) {
    // A third refund counts in half of the time, and reasons beside: no rule stays.
    let stricter = POLICY
        .replace(r#""within":"90d","at_least":4"#, r#""within":"45d","at_least":3"#)
        .replace("accidental_purchase", "remorse");
    // Without a window each refund is decided by itself.
    let alone = r#"[{"name":"chargebacks","match":{"reason":"chargeback"},"action":{"block":"7d"}},{"name":"the rest","action":"alert"}]"#;
    for (name, rules) in [("with a window", stricter.as_str()), ("without windows", alone)] {
        let policy = Policy::new(serde_json::from_str(rules).expect("rules"));
        one(engine, table, name, &policy);
    }
}

fn one(engine: &Engine, table: &mut Table, name: &str, policy: &Policy) {
    let what = format!("trial of a policy {name}, a refund");
    if !table.wants(&what) {
        return;
    }
    let begun = Stopwatch::start();
    let mut first = None;
    let options = TryOptions::default();
    let trial = engine
        .try_policy(policy, &options, &mut |_| {
            first.get_or_insert_with(|| begun.elapsed());
            ControlFlow::Continue(())
        })
        .expect("a trial");
    let took = begun.elapsed();
    let refunds = u32::try_from(trial.refunds).unwrap_or(u32::MAX).max(1);
    table.at_most(&what, A_REFUND, took / refunds);
    let changed: u64 = trial.changes.iter().map(|change| change.refunds).sum();
    table.noted(
        &format!("  {refunds} refunds, {changed} changed, took"),
        &format!("{:.2} s", took.as_secs_f64()),
    );
    table.at_most("  first progress", FIRST_PROGRESS, first.unwrap_or(took));

    // In the middle, where it has most to undo.
    let half = trial.users / 2;
    let mut stopped = None;
    engine
        .try_policy(policy, &options, &mut |tried| {
            if tried.users < half {
                return ControlFlow::Continue(());
            }
            stopped.get_or_insert_with(Stopwatch::start);
            ControlFlow::Break(())
        })
        .expect("a trial");
    table.at_most("  returns after it is stopped", STOPS, stopped.expect("stopped").elapsed());
}
