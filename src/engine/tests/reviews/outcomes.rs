//! What came of requests, and the figures.

use super::*;
use crate::model::{Currency, MilliPercent, Money, ReviewOutcome, ReviewState};

#[test]
fn what_came_of_it_is_recorded_and_counted() {
    let desk = Desk::new(Store::AppStore, "[]");
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 4_990_000, currency: Currency::new("USD").unwrap() });
    desk.engine.record_purchase(bought).unwrap();
    desk.ask();
    desk.report(true);
    desk.work();
    assert_eq!(desk.review().outcome, None);
    desk.shop.after(Span::from_hours(1));
    desk.queue(FactKind::Declined);
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Declined));
    let figures = desk.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.cases, figures.answered, figures.declined_by_store, figures.missed), (1, 1, 1, 0));
    assert_eq!(figures.money_kept["USD"], 4_990_000);

    // The player asks again, and is refunded before anybody answers.
    desk.shop.after(Span::from_hours(1));
    desk.queue(FactKind::Requested { deadline: None, reason: None, token: None });
    desk.shop.after(Span::from_hours(1));
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: None,
    };
    desk.queue(what);
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Refunded));
    let figures = desk.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.cases, figures.refunded, figures.declined_by_store), (2, 1, 1));
    assert_eq!(figures.money_kept.get("USD"), None, "the money went back after all");
    desk.shop.after(Span::from_hours(1));
    desk.queue(FactKind::Reversed { step: None, extent: None, failure: None });
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Reversed));
    assert_eq!(desk.engine.review_figures(NOON).unwrap().money_kept["USD"], 4_990_000, "one order");
    assert_eq!(desk.engine.review_figures(desk.engine.now()).unwrap().cases, 0);
}

#[test]
fn a_request_decided_before_it_was_answered_is_closed() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.ask();
    desk.shop.after(Span::from_hours(1));
    desk.queue(FactKind::Declined);
    assert_eq!(desk.review().state, ReviewState::Closed);
    desk.report(true);
    desk.work();
    assert!(desk.answers().is_empty());
}

#[test]
fn an_earlier_refund_of_a_part_is_no_answer_to_a_later_request() {
    let desk = Desk::new(Store::AppStore, "[]");
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 3_000_000, currency: Currency::new("USD").unwrap() });
    desk.engine.record_purchase(bought).unwrap();
    let extent = Extent::Share(MilliPercent::new(33_333).unwrap());
    desk.queue(FactKind::Refunded {
        step: None,
        extent,
        reason: None,
        initiator: None,
        subscription_live: None,
    });
    desk.shop.after(Span::from_hours(1));
    desk.ask();
    desk.shop.after(Span::from_hours(1));
    desk.queue(FactKind::Declined);
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Declined));
    assert_eq!(desk.engine.review_figures(NOON).unwrap().money_kept["USD"], 2_000_010);
}

#[test]
fn an_answer_that_cannot_be_sent_any_more_since_the_store_decided_was_not_missed() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.shop.stores.answers.lock().unwrap().extend((0..50).map(|_| Err(timeout())));
    desk.ask();
    desk.report(true);
    desk.work();
    desk.queue(FactKind::Declined);
    desk.shop.after(TWELVE_HOURS);
    desk.work();
    assert_eq!(desk.review().state, ReviewState::Closed);
}

#[test]
fn the_sandbox_keeps_no_money() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.ask();
    assert_eq!(desk.engine.review_figures(NOON).unwrap().cases, 1);
    let ledger = desk.shop.folder.path().join("ledger.db");
    another_program::run(&ledger, "UPDATE refunds SET effective_environment = 'sandbox'");
    assert_eq!(desk.engine.review_figures(NOON).unwrap().cases, 0);
}

#[test]
fn a_question_that_is_heard_of_after_the_stores_decision_is_counted_and_not_answered() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 4_990_000, currency: Currency::new("USD").unwrap() });
    desk.engine.record_purchase(bought).unwrap();
    desk.report(true);
    let asked = |at: Timestamp| {
        let deadline = Some(at.plus(TWELVE_HOURS));
        desk.ingest_fact(at, FactKind::Requested { deadline, reason: None, token: None });
    };
    let hours = |hours| NOON.plus(Span::from_hours(hours));
    // A sweep lists the decisions first.
    desk.ingest_fact(hours(5), FactKind::Declined);
    desk.ingest_fact(hours(50), FactKind::Declined);
    for at in [1, 2, 40, 45] {
        asked(hours(at));
    }
    let states: Vec<_> = desk.reviews().iter().map(|review| (review.state, review.outcome)).collect();
    assert_eq!(states, [(ReviewState::Closed, Some(ReviewOutcome::Declined)); 2]);
    desk.work();
    assert!(desk.answers().is_empty());
    let figures = desk.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.cases, figures.answered, figures.declined_by_store, figures.missed), (2, 0, 2, 0));
    assert_eq!(figures.money_kept["USD"], 4_990_000, "one order");
    assert!(desk.engine.poll(10).unwrap().is_empty(), "nobody has to do anything");
}

#[test]
fn of_a_refund_of_a_part_the_rest_is_kept_and_each_currency_is_counted_for_itself() {
    let desk = Desk::new(Store::AppStore, &rule("prorated"));
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 10_000_000, currency: Currency::new("EUR").unwrap() });
    desk.engine.record_purchase(bought).unwrap();
    desk.ask();
    desk.report(true);
    desk.work();
    desk.shop.after(Span::from_hours(1));
    let extent = Extent::Share(MilliPercent::new(60_000).unwrap());
    desk.queue(FactKind::Refunded {
        step: None,
        extent,
        reason: None,
        initiator: None,
        subscription_live: None,
    });
    let figures = desk.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.refunded, figures.declined_by_store), (1, 0));
    assert_eq!(figures.money_kept.into_iter().collect::<Vec<_>>(), [("EUR".to_owned(), 4_000_000)]);
}

#[test]
fn a_question_that_nobody_signed_is_none_before_a_decision_and_after_it() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    let what = FactKind::Requested { deadline: Some(NOON.plus(TWELVE_HOURS)), reason: None, token: None };
    desk.engine.take(desk.signal(NOON, what, Trust::Hint), b"{}").unwrap();
    assert!(desk.reviews().is_empty());
    desk.shop.after(Span::from_hours(1));
    desk.queue(FactKind::Declined);
    assert!(desk.reviews().is_empty());
}
