//! The lists: items, rules, blocks, lags, reviews, repeat refunders, and what waits.

use std::collections::BTreeMap;

use super::*;
use crate::model::{
    BlockFigures, FigureList, ItemFigures, LagStage, Rate, RecoveryReport, RefundRef, RefundStatus,
    Repayment, RepeatRefunder, Rest, RuleFigures,
};

fn with(list: FigureList) -> Question {
    Question { lists: [list].into(), ..Question::default() }
}

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

fn pack(user: &str, order: &str, quantity: i64) -> Purchase {
    Purchase { grants: gems(quantity), ..sale(user, order, "gems", 5, 0) }
}

#[test]
fn lists_are_made_where_they_are_wanted() {
    let fixture = Fixture::new("[]");
    let none = fixture.answer(&Question::default());
    assert_eq!(
        (none.items, none.rules, none.blocks, none.lags, none.waiting),
        (None, None, None, None, None)
    );
    let lags = fixture.answer(&with(FigureList::Lags));
    assert_eq!((lags.lags, lags.reviews), (Some(Vec::new()), None));
}

#[test]
fn items_are_sums_of_the_books() {
    let fixture = Fixture::new("[]");
    for (order_id, granted) in [("1", 500), ("2", 100), ("3", 10)] {
        fixture.engine.record_purchase(pack("ann", order_id, granted)).unwrap();
        fixture.ingest_order(refunded(order(order_id), 0));
    }
    let id = |order_id: &str| {
        fixture
            .refunds()
            .into_iter()
            .find(|one| one.case.about.order_id.as_deref() == Some(order_id))
            .unwrap()
            .id
    };
    let report = |key: &str, taken, returned, rest| RecoveryReport {
        key: key.to_owned(),
        taken,
        returned,
        rest,
        ..RecoveryReport::default()
    };
    let engine = &fixture.engine;
    engine.report_recovery(id("1"), &report("a", gems(200), Vec::new(), Rest::Owed)).unwrap();
    engine.report_recovery(id("2"), &report("b", gems(40), Vec::new(), Rest::WrittenOff)).unwrap();
    engine.report_recovery(id("3"), &report("c", gems(10), Vec::new(), Rest::Owed)).unwrap();
    fixture.ingest_order(reversed(order("3"), 1));
    engine.report_recovery(id("3"), &report("d", Vec::new(), gems(10), Rest::Owed)).unwrap();
    let expected = |owed| ItemFigures {
        item: "gem".to_owned(),
        due: 600,
        taken: 250,
        repaid: 0,
        returned: 10,
        forgiven: 60,
        owed,
    };
    assert_eq!(fixture.answer(&with(FigureList::Items)).items.unwrap(), [expected(300)]);
    let earlier = Question { until: Some(days(-1)), ..with(FigureList::Items) };
    let owed_only = ItemFigures { item: "gem".to_owned(), owed: 300, ..ItemFigures::default() };
    assert_eq!(fixture.answer(&earlier).items.unwrap(), [owed_only], "what is owed is owed now");
}

#[test]
fn rules_have_their_refunds_and_blocks() {
    let policy = r#"[{"name":"gold","match":{"product":"gold"},"action":"record"},{"name":"rest","action":{"block":"7d"}}]"#;
    let fixture = Fixture::new(policy);
    for (order_id, product) in [("1", "gold"), ("2", "gems"), ("3", "gems")] {
        fixture.engine.record_purchase(sale("ann", order_id, product, 5, 0)).unwrap();
        fixture.ingest_order(refunded(order(order_id), 0));
    }
    fixture.ingest_order(refunded(order("unknown"), 0));
    let rule = |rule: &str, refunds, blocks| RuleFigures { rule: rule.to_owned(), refunds, blocks };
    let rules = fixture.answer(&with(FigureList::Rules)).rules.unwrap();
    assert_eq!(rules, [rule("rest", 2, 2), rule("gold", 1, 0)]);
}

#[test]
fn blocks_are_made_ended_and_active() {
    let fixture = Fixture::new(r#"[{"name":"gold","match":{"product":"gold"},"action":"record"}]"#);
    for (user, order_id, product) in [("ann", "1", "gems"), ("bob", "2", "gems"), ("cat", "3", "gold")] {
        fixture.engine.record_purchase(sale(user, order_id, product, 5, 0)).unwrap();
        fixture.ingest_order(refunded(order(order_id), 0));
    }
    fixture.engine.block("dan", Some(Span::from_hours(1)), "eve", "why").unwrap();
    fixture.ingest_order(reversed(order("1"), 1));
    fixture.clock.advance(Span::from_hours(2));
    fixture.engine.expire_blocks().unwrap();
    let blocks = fixture.answer(&with(FigureList::Blocks)).blocks.unwrap();
    let expected = BlockFigures {
        made: 3,
        made_by_refunds: 2,
        ended: BTreeMap::from([("expiry".to_owned(), 1), ("reversal".to_owned(), 1)]),
        active: 1,
        blocking_refunds: Rate::of(1, 2),
    };
    assert_eq!(blocks, expected);
}

#[test]
fn lags_are_from_the_refund_until_it_was_known_blocked_and_closed() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pack("ann", "1", 10)).unwrap();
    fixture.clock.advance(Span::from_millis(3_000));
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.clock.advance(Span::from_hours(1));
    fixture.engine.forgive(fixture.refund().id, &[], false, "k", "eve", "why").unwrap();
    let lags = fixture.answer(&with(FigureList::Lags)).lags.unwrap();
    let of_all: Vec<_> = lags
        .iter()
        .filter(|lag| lag.store.is_none())
        .map(|lag| (lag.stage, lag.refunds, lag.median_millis, lag.p99_millis))
        .collect();
    // 4096 s is the first bound above an hour and three seconds.
    assert_eq!(
        of_all,
        [
            (LagStage::Webhook, 1, 4000, 4000),
            (LagStage::Blocked, 1, 4000, 4000),
            (LagStage::Closed, 1, 4_096_000, 4_096_000)
        ]
    );
    assert!(lags.iter().any(|lag| lag.store == Some(Store::AppStore) && lag.stage == LagStage::Closed));
    fixture.ingest_order(reversed(order("1"), 10));
    assert_eq!(fixture.answer(&with(FigureList::Lags)).lags.unwrap(), [], "no refund is left");
    fixture.ingest_order(refunded(order("1"), 3_601_000));
    let lags = fixture.answer(&with(FigureList::Lags)).lags.unwrap();
    assert_eq!(
        (lags[0].stage, lags[0].median_millis),
        (LagStage::Webhook, 2828),
        "the second refund has lags of its own"
    );
}

#[test]
fn a_refund_that_a_sweep_found_has_a_lag_of_its_own() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pack("ann", "1", 10)).unwrap();
    let found = signal("swept", CaseKey::Order("1".to_owned()), refunded(order("1"), -1_000));
    let (rules, now) = (Arc::clone(&fixture.engine.rules), fixture.clock.now());
    let run = move |tx: &crate::ledger::Tx<'_>| {
        crate::engine::change::Change::ingest_swept(tx, &rules, now, &found, b"{}").map(drop)
    };
    fixture.engine.ledger.writer.run(run).unwrap();
    let lags = fixture.answer(&with(FigureList::Lags)).lags.unwrap();
    assert_eq!((lags[0].stage, lags[0].refunds, lags[0].median_millis), (LagStage::Sweep, 1, 1414));
}

#[test]
fn repeat_refunders_are_players_with_several_refunds_that_count() {
    let fixture = Fixture::new("[]");
    for (user, order_id, day) in [
        ("ann", "1", 0),
        ("ann", "2", -1),
        ("ann", "3", -40),
        ("bob", "4", 0),
        ("cat", "5", 0),
        ("cat", "6", 0),
        ("cat", "7", -2),
    ] {
        fixture
            .engine
            .record_purchase(Purchase { purchased_at: Some(days(-50)), ..pack(user, order_id, 10) })
            .unwrap();
        fixture.ingest_order(refunded(order(order_id), day * DAY));
    }
    fixture.engine.forgive(1, &[], false, "k", "eve", "why").unwrap();
    fixture.engine.unblock("cat", "eve", "why").unwrap();
    let refunders = |question: Question| fixture.answer(&question).repeat_refunders.unwrap();
    let back = |whole: i64| BTreeMap::from([("EUR".to_owned(), whole * 1_000_000)]);
    let of = |user: &str, refunds, owed, blocked| RepeatRefunder {
        user: user.to_owned(),
        refunds,
        amount_unknown: 0,
        amount_back: back(refunds * 5),
        owed: gems(owed),
        blocked,
    };
    let two = refunders(with(FigureList::RepeatRefunders));
    assert_eq!(two, [of("cat", 3, 30, false), of("ann", 2, 20, true)]);
    let three = refunders(Question { repeat: 3, ..with(FigureList::RepeatRefunders) });
    assert_eq!(three, [of("cat", 3, 30, false)]);
    let longer =
        refunders(Question { repeat: 3, since: Some(days(-41)), ..with(FigureList::RepeatRefunders) });
    assert_eq!(
        longer.iter().map(|one| (one.user.as_str(), one.refunds)).collect::<Vec<_>>(),
        [("ann", 3), ("cat", 3)]
    );
}

#[test]
fn what_waits_is_read_from_sums() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pack("ann", "1", 10)).unwrap();
    fixture.engine.record_purchase(pack("ann", "2", 10)).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 0));
    fixture.ingest_order(refunded(order("unknown"), 0));
    let deadline = Some(days(1));
    let asks = FactKind::Requested { deadline, reason: None, token: None };
    fixture.ingest_order(fact(order("reviewed"), 0, asks));
    let waiting = fixture.answer(&with(FigureList::Waiting)).waiting.unwrap();
    assert_eq!(
        waiting.to_do.into_iter().collect::<Vec<_>>(),
        [("open".to_owned(), 3), ("recovering".to_owned(), 0), ("returning".to_owned(), 0)]
    );
    assert_eq!((waiting.unattributed, waiting.players_owing), (1, 1));
    assert_eq!((waiting.reviews_open, waiting.next_review_deadline), (1, deadline));
    fixture.engine.forgive(1, &[], false, "k1", "eve", "why").unwrap();
    assert_eq!(fixture.answer(&with(FigureList::Waiting)).waiting.unwrap().players_owing, 1);
    fixture.engine.forgive(2, &[], false, "k2", "eve", "why").unwrap();
    assert_eq!(fixture.answer(&with(FigureList::Waiting)).waiting.unwrap().players_owing, 0);
    let counts = fixture.engine.work_counts().unwrap();
    assert_eq!(counts.iter().map(|count| count.refunds).sum::<i64>(), 4);
}

#[test]
fn reviews_are_those_of_the_time() {
    let fixture = Fixture::new("[]");
    let asks = FactKind::Requested { deadline: Some(days(1)), reason: None, token: None };
    fixture.ingest_order(fact(order("1"), 0, asks.clone()));
    fixture.ingest_order(fact(order("2"), -40 * DAY, asks));
    assert_eq!(fixture.answer(&with(FigureList::Reviews)).reviews.unwrap().cases, 1);
    let earlier = Question { since: Some(days(-50)), until: Some(days(-30)), ..with(FigureList::Reviews) };
    assert_eq!(fixture.answer(&earlier).reviews.unwrap().cases, 1);
}

#[test]
fn a_refund_blocks_when_its_block_begins_and_not_when_it_is_decided() {
    let grace = Span::from_millis(15 * 60_000);
    let fixture = Fixture::new(r#"[{"name":"owed","action":{"block":"repaid","grace":"15m"}}]"#);
    fixture.engine.record_purchase(pack("ann", "1", 10)).unwrap();
    fixture.engine.record_purchase(pack("bob", "2", 10)).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 0));
    let report = RecoveryReport { key: "k".to_owned(), taken: gems(10), ..RecoveryReport::default() };
    fixture.engine.report_recovery(1, &report).unwrap();
    let both = Question { lists: [FigureList::Blocks, FigureList::Lags].into(), ..Question::default() };
    let blocked = || {
        let figures = fixture.answer(&both);
        let lags = figures.lags.unwrap().into_iter();
        let lags: Vec<i64> = lags
            .filter(|lag| lag.store.is_none() && lag.stage == LagStage::Blocked)
            .map(|lag| lag.median_millis)
            .collect();
        (figures.blocks.unwrap().blocking_refunds, lags)
    };
    assert_eq!(blocked(), (Rate::of(0, 2), Vec::new()), "one was repaid, the other has a grace");
    fixture.clock.advance(grace);
    fixture.engine.expire_blocks().unwrap();
    // 1024 s is the first bound above 15 minutes.
    assert_eq!(blocked(), (Rate::of(1, 2), vec![1_024_000]));
    // The game took too much of the first by mistake, and an operator cancels that.
    fixture.engine.correct(fixture.engine.recovery_entries(1).unwrap()[1].id, "eve", "a mistake").unwrap();
    fixture.clock.advance(grace);
    fixture.engine.expire_blocks().unwrap();
    assert_eq!(blocked().0, Rate::of(2, 2));
}

#[test]
fn a_refund_that_blocks_twice_counts_once() {
    let fixture = Fixture::new(r#"[{"name":"owed","action":{"block":"repaid"}}]"#);
    fixture.engine.record_purchase(pack("ann", "1", 10)).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(fixture.answer(&with(FigureList::Blocks)).blocks.unwrap().blocking_refunds, Rate::of(1, 1));
    for status in [RefundStatus::WrittenOff, RefundStatus::Open] {
        fixture.engine.set_refund_status(RefundRef::Refund(1), status, "eve", "why").unwrap();
    }
    assert!(fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.answer(&with(FigureList::Blocks)).blocks.unwrap().blocking_refunds, Rate::of(1, 1));
}

#[test]
fn blocking_refunds_are_among_those_of_production_for_the_sandbox_too() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pack("ann", "1", 10)).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let sandbox = Question { environment: Environment::Sandbox, ..with(FigureList::Blocks) };
    let figures = fixture.answer(&sandbox);
    assert_eq!(figures.total.refunds.refunds, 0);
    assert_eq!(figures.blocks.unwrap().blocking_refunds, Rate::of(1, 1));
}

#[test]
fn items_bought_again_are_repaid_and_a_correction_counts_where_the_mistake_did() {
    let fixture = Fixture::new("[]");
    for (order_id, granted) in [("1", 500), ("2", 100), ("3", 10)] {
        fixture.engine.record_purchase(pack("ann", order_id, granted)).unwrap();
        fixture.ingest_order(refunded(order(order_id), 0));
    }
    let engine = &fixture.engine;
    let again = Purchase { repays: Some(1), grants: Vec::new(), ..sale("ann", "again", "gems", 5, 0) };
    engine.record_purchase(again).unwrap();
    let repaid = Repayment { key: "r".to_owned(), items: gems(40), ..Repayment::default() };
    engine.repay("ann", &repaid).unwrap();
    let items = || fixture.answer(&with(FigureList::Items)).items.unwrap().remove(0);
    let of = |items: ItemFigures| (items.due, items.taken, items.repaid, items.returned, items.owed);
    assert_eq!(of(items()), (610, 0, 540, 0, 70));
    let by_repaying =
        engine.recovery_entries(2).unwrap().into_iter().find(|entry| entry.quantity == 40).unwrap();
    engine.correct(by_repaying.id, "eve", "another player did").unwrap();
    assert_eq!(of(items()), (610, 0, 500, 0, 110));
    let report = |key: &str, taken, returned| RecoveryReport {
        key: key.to_owned(),
        taken,
        returned,
        ..RecoveryReport::default()
    };
    engine.report_recovery(3, &report("a", gems(10), Vec::new())).unwrap();
    fixture.ingest_order(reversed(order("3"), 1));
    engine.report_recovery(3, &report("b", Vec::new(), gems(10))).unwrap();
    assert_eq!(of(items()), (600, 10, 500, 10, 100));
    let returned = engine
        .recovery_entries(3)
        .unwrap()
        .into_iter()
        .find(|entry| entry.how == crate::model::How::Returned);
    engine.correct(returned.unwrap().id, "eve", "it was not given").unwrap();
    assert_eq!(of(items()), (600, 10, 500, 0, 100));
}
