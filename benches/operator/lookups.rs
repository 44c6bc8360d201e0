//! What is looked up by one id: case files, players' pages, ids; and what each login reads.

use std::time::Duration;

use recoup::{Engine, RefundFilter};

use crate::data::{self, Size};
use crate::stopwatch::Stopwatch;
use crate::table::Table;

const A_PAGE: Duration = Duration::from_millis(20);
const A_LOGIN: Duration = Duration::from_micros(100);

pub(crate) fn cases(engine: &Engine, size: Size, table: &mut Table) {
    let refund = |number: u32| 1 + i64::from(data::pick(u64::from(number), 20, size.refunds));
    table.median("case file", A_PAGE, |n| {
        engine.case_file(refund(n)).expect("a case").expect("a case");
    });
    let busy = most_refunds(engine, size);
    table.median("page of a player", A_PAGE, |n| drop(engine.user(&player(size, n)).expect("a player")));
    table.median("page of the player with the most refunds of 1,000", A_PAGE, |_| {
        drop(engine.user(&busy).expect("a player"));
    });
    table.median("debts of a player", A_PAGE, |n| drop(engine.debts(&player(size, n)).expect("debts")));
    table.median("page of an order", A_PAGE, |n| {
        drop(engine.order(&data::order(refunded(size, n))).expect("an order"));
    });
    let debtors = engine.debtors(None, 50).expect("debtors");
    table.median("debtors", A_PAGE, |_| drop(engine.debtors(debtors.next.as_deref(), 50).expect("debtors")));
    table.median("find: an order", A_PAGE, |n| {
        let found = engine.find(&data::order(refunded(size, n))).expect("found");
        assert_eq!(found.purchases.len(), 1);
    });
    table.median("find: a player", A_PAGE, |n| {
        assert_eq!(engine.find(&player(size, n)).expect("found").users.len(), 1);
    });
    table.median("find: a refund's number", A_PAGE, |n| {
        assert_eq!(engine.find(&format!("refund:{}", refund(n))).expect("found").refunds.len(), 1);
    });
    table.median("find: what there is not", A_PAGE, |n| {
        drop(engine.find(&format!("no such id {n}")).expect("nothing"));
    });
}

/// The player with the most refunds among those of a thousand refunds.
fn most_refunds(engine: &Engine, size: Size) -> String {
    let count = |user: &String| {
        let filter = RefundFilter { user: Some(user.clone()), ..RefundFilter::default() };
        engine.refunds(&filter, None, 1000).expect("refunds").items.len()
    };
    (0..1000).map(|n| player(size, n)).max_by_key(count).expect("a player")
}

fn refunded(size: Size, n: u32) -> u32 {
    size.refunded(data::pick(u64::from(n), 21, size.refunds))
}

/// A player with a refund, mostly.
fn player(size: Size, n: u32) -> String {
    data::player(size, refunded(size, n))
}

/// What a game server asks at each login.
pub(crate) fn players(engine: &Engine, size: Size, table: &mut Table) {
    let debtors = engine.debtors(None, 1000).expect("debtors").items;
    let debtor =
        |n: u32| usize::try_from(n).ok().and_then(|n| debtors.get(n % debtors.len())).expect("a debtor");
    let waiting = debtors
        .iter()
        .map(|debtor| engine.pending_notices(&debtor.user, "ko-KR", 20).expect("notices").len());
    let with_notices = waiting.filter(|count| *count > 0).count();
    many(table, "pending_notices, no notice", |n| {
        drop(engine.pending_notices(&data::player_of(n), "ko-KR", 20).expect("notices"));
    });
    many(table, &format!("pending_notices of a debtor; {with_notices} of 1,000 have some"), |n| {
        drop(engine.pending_notices(&debtor(n).user, "ko-KR", 20).expect("notices"));
    });
    many(table, "access, a product that the player bought", |n| {
        let purchase = refunded(size, n);
        drop(engine.access(&data::player(size, purchase), &data::product(purchase)).expect("access"));
    });
    many(table, "access, a player without it", |n| {
        drop(engine.access(&data::player_of(n), "no such product").expect("access"));
    });
}

/// As a hundred logins one after another.
fn many(table: &mut Table, what: &str, mut work: impl FnMut(u32)) {
    const EACH: u32 = 100;
    if !table.wants(what) {
        return;
    }
    let mut times: Vec<Duration> = (0..21)
        .map(|round| {
            let begun = Stopwatch::start();
            (0..EACH).for_each(|n| work(round * EACH + n));
            begun.elapsed() / EACH
        })
        .collect();
    times.sort_unstable();
    table.at_most(what, A_LOGIN, times.get(times.len() / 2).copied().unwrap_or_default());
}

pub(crate) fn is_blocked(engine: &Engine, size: Size, table: &mut Table) {
    const EACH: u32 = 1_000_000;
    let what = format!("is_blocked, {} of the players are blocked", engine.blocked_users());
    if !table.wants(&what) {
        return;
    }
    let players: Vec<String> = (0..1000).map(|n| data::player_of(data::pick(n, 22, size.players))).collect();
    let begun = Stopwatch::start();
    let mut blocked = 0_u32;
    for player in players.iter().cycle().take(usize::try_from(EACH).unwrap_or(0)) {
        blocked += u32::from(engine.is_blocked(std::hint::black_box(player)));
    }
    let took = begun.elapsed() / EACH;
    std::hint::black_box(blocked);
    table.noted(&what, &format!("{} ns", took.as_nanos()));
}
