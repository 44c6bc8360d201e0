//! Figures of 90 days and of a year, each as a page of its own would ask for it.

use std::collections::BTreeSet;
use std::time::Duration;

use recoup::{Engine, FigureList, GroupBy, Question, Span, Timestamp};

use crate::data::{NOW, Size};
use crate::stopwatch::Stopwatch;
use crate::table::{Table, words};

const GOAL: Duration = Duration::from_millis(50);
const REPEAT: Duration = Duration::from_millis(150);

pub(crate) fn figures(engine: &Engine, size: Size, table: &mut Table) {
    let ask = |question: &Question| drop(engine.figures(question).expect("figures"));
    for (time, days) in [("90 days", 90), ("a year by months", 365)] {
        let of_time = Question { since: Some(ago(days)), ..Question::default() };
        table.median(&format!("figures of {time}"), GOAL, |_| ask(&of_time));
        for by in [
            &[GroupBy::Store][..],
            &[GroupBy::Product],
            &[GroupBy::Country],
            &[GroupBy::Reason],
            &[GroupBy::WorkStatus],
            &[GroupBy::Product, GroupBy::Country],
        ] {
            let question = Question { by: by.to_vec(), ..of_time.clone() };
            table.median(&format!("figures of {time}, by {}", names(by)), GOAL, |_| ask(&question));
        }
        for list in [
            FigureList::Items,
            FigureList::Rules,
            FigureList::Blocks,
            FigureList::Lags,
            FigureList::Reviews,
            FigureList::Waiting,
        ] {
            let question = Question { lists: BTreeSet::from([list]), ..of_time.clone() };
            table.median(&format!("figures of {time}, with the list {}", name(list)), GOAL, |_| {
                ask(&question)
            });
        }
    }
    repeat_refunders(engine, size, table);
}

/// In a window that has 100,000 refunds, or all of a smaller ledger's. What the figures of the time take is in it; so
/// they are measured alone beside it.
fn repeat_refunders(engine: &Engine, size: Size, table: &mut Table) {
    let refunds = size.refunds.min(100_000);
    let days = i64::from(refunds) * 730 / i64::from(size.refunds);
    let what = format!("figures of {days} days with about {refunds} refunds");
    if !table.wants(&what) {
        return;
    }
    let alone = Question { since: Some(ago(days)), ..Question::default() };
    let with = Question { lists: BTreeSet::from([FigureList::RepeatRefunders]), ..alone.clone() };
    let (alone, with) = (best(engine, &alone), best(engine, &with));
    table.noted(&what, &words(alone));
    table.at_most("  repeat refunders of that time, without the rest", REPEAT, with.saturating_sub(alone));
}

fn best(engine: &Engine, question: &Question) -> Duration {
    let one = || {
        let begun = Stopwatch::start();
        drop(engine.figures(question).expect("figures"));
        begun.elapsed()
    };
    (0..5).map(|_| one()).min().unwrap_or_default()
}

fn ago(days: i64) -> Timestamp {
    NOW.plus(Span::from_days(-days))
}

fn names(by: &[GroupBy]) -> String {
    by.iter().map(name).collect::<Vec<_>>().join(" and ")
}

/// The name in JSON.
fn name(of: impl serde::Serialize) -> String {
    serde_json::to_value(of).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
