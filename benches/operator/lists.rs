//! The operator's inbox: pages of refunds by one filter and by several, the next page of each, and counts.

use std::time::Duration;

use recoup::{Engine, Environment, RefundFilter, Span, Store, StoreState, Timestamp, WorkStatus};

use crate::data::{self, APP, NOW, OPERATORS, STORES, Size};
use crate::stopwatch::Stopwatch;
use crate::table::{Table, words};

/// A page of a console.
const PAGE: usize = 50;

const ONE: Duration = Duration::from_millis(10);
const SEVERAL: Duration = Duration::from_millis(50);
const TABS: Duration = Duration::from_millis(2);

fn filters(size: Size) -> Vec<(&'static str, RefundFilter)> {
    let none = RefundFilter::default;
    let ago = |days: i64| Some(NOW.plus(Span::from_days(-days)));
    let refund = size.refunds / 2;
    let purchase = size.refunded(refund);
    vec![
        ("all", none()),
        ("to do", RefundFilter { to_do: true, ..none() }),
        ("status open", RefundFilter { work_status: vec![WorkStatus::Open], ..none() }),
        ("status returning", RefundFilter { work_status: vec![WorkStatus::Returning], ..none() }),
        (
            "two statuses",
            RefundFilter { work_status: vec![WorkStatus::Open, WorkStatus::Recovering], ..none() },
        ),
        ("a store", RefundFilter { store: vec![store(0)], ..none() }),
        ("the last store", RefundFilter { store: vec![store(3)], ..none() }),
        ("a store without refunds", RefundFilter { store: vec![Store::Amazon], ..none() }),
        ("a product", RefundFilter { product: Some("gems_00".to_owned()), ..none() }),
        ("a rare product", RefundFilter { product: Some("rare".to_owned()), ..none() }),
        ("an unknown product", RefundFilter { product: Some("no such product".to_owned()), ..none() }),
        ("a player", RefundFilter { user: Some(data::player(size, purchase)), ..none() }),
        ("an order", RefundFilter { order_id: Some(data::refund(size, refund).order), ..none() }),
        ("state refunded", RefundFilter { state: vec![StoreState::Refunded], ..none() }),
        ("state reversed", RefundFilter { state: vec![StoreState::Reversed], ..none() }),
        (
            "state declined, of which there is none",
            RefundFilter { state: vec![StoreState::Declined], ..none() },
        ),
        ("without a player", RefundFilter { unattributed: Some(true), ..none() }),
        ("with a player", RefundFilter { unattributed: Some(false), ..none() }),
        ("an assignee", RefundFilter { assignee: Some(operator()), ..none() }),
        ("production", RefundFilter { environment: Some(Environment::Production), ..none() }),
        ("sandbox", RefundFilter { environment: Some(Environment::Sandbox), ..none() }),
        ("an app", RefundFilter { app: Some(APP.to_owned()), ..none() }),
        ("an unknown app", RefundFilter { app: Some("no such app".to_owned()), ..none() }),
        ("the last 7 days", RefundFilter { since: ago(7), ..none() }),
        ("a month a year ago", RefundFilter { since: ago(395), until: ago(365), ..none() }),
        ("a time without refunds", RefundFilter { since: ago(900), until: ago(800), ..none() }),
    ]
}

fn several(size: Size) -> Vec<(&'static str, RefundFilter)> {
    let none = RefundFilter::default;
    let ago = |days: i64| Some(NOW.plus(Span::from_days(-days)));
    let product = |name: &str| Some(name.to_owned());
    let purchase = size.refunded(size.refunds / 2);
    vec![
        ("to do, store", RefundFilter { to_do: true, store: vec![store(2)], ..none() }),
        ("to do, rare product", RefundFilter { to_do: true, product: product("rare"), ..none() }),
        (
            "to do, store, product",
            RefundFilter { to_do: true, store: vec![store(3)], product: product("gems_39"), ..none() },
        ),
        (
            "status open, a month a year ago",
            RefundFilter { work_status: vec![WorkStatus::Open], since: ago(395), until: ago(365), ..none() },
        ),
        (
            "assignee, status recovering, store",
            RefundFilter {
                assignee: Some(operator()),
                work_status: vec![WorkStatus::Recovering],
                store: vec![store(1)],
                ..none()
            },
        ),
        (
            "store, state, product, time",
            RefundFilter {
                store: vec![store(3)],
                state: vec![StoreState::PartlyRefunded],
                product: product("gems_39"),
                since: ago(365),
                ..none()
            },
        ),
        (
            "sandbox, to be returned",
            RefundFilter {
                environment: Some(Environment::Sandbox),
                work_status: vec![WorkStatus::Returning],
                ..none()
            },
        ),
        (
            "player, state, store",
            RefundFilter {
                user: Some(data::player(size, purchase)),
                state: vec![StoreState::Refunded],
                store: vec![data::store(purchase)],
                ..none()
            },
        ),
    ]
}

fn store(place: usize) -> Store {
    Store::custom(STORES[place]).expect("a store")
}

fn operator() -> String {
    OPERATORS[0].to_owned()
}

pub(crate) fn inbox(engine: &Engine, size: Size, table: &mut Table) {
    for (goal, kind, filters) in [(ONE, "inbox", filters(size)), (SEVERAL, "inbox, several", several(size))] {
        for (name, filter) in filters {
            pages(engine, table, &format!("{kind}: {name}"), goal, &filter);
        }
    }
}

/// The first page, then the next ones from there and from the middle of the ledger.
fn pages(engine: &Engine, table: &mut Table, what: &str, goal: Duration, filter: &RefundFilter) {
    let mut shortest = PAGE;
    let mut read = |after| {
        let page = engine.refunds(filter, after, PAGE).expect("a page");
        if page.next.is_some() {
            shortest = shortest.min(page.items.len());
        }
        page.next
    };
    table.median(what, goal, |_| {
        let _ = read(None);
    });
    let mut after = read(None);
    if after.is_some() {
        table.median(&format!("{what}, next page"), goal, |_| after = read(after.take()));
    }
    if shortest < PAGE && table.wants(what) {
        table.noted(&format!("{what}: fewest refunds on a page that has a next one"), &shortest.to_string());
    }
}

pub(crate) fn counts(engine: &Engine, table: &mut Table) {
    table.median("counts of all tabs", TABS, |_| drop(engine.work_counts().expect("counts")));
    for (name, filter) in [
        ("all", RefundFilter::default()),
        ("to do", RefundFilter { to_do: true, ..RefundFilter::default() }),
        ("a rare product", RefundFilter { product: Some("rare".to_owned()), ..RefundFilter::default() }),
        ("since a year ago", RefundFilter { since: Some(year_ago()), ..RefundFilter::default() }),
    ] {
        let what = format!("count of a filter, up to 10,000: {name}");
        if !table.wants(&what) {
            continue;
        }
        let begun = Stopwatch::start();
        let count = engine.count_refunds(&filter).expect("a count");
        let took = begun.elapsed();
        let more = if count.more { " or more" } else { "" };
        table.noted(&format!("{what}: {}{more}", count.count), &words(took));
    }
}

fn year_ago() -> Timestamp {
    NOW.plus(Span::from_days(-365))
}
