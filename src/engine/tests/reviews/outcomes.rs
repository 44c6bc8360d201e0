//! Outcomes of reviews, and the figures.

use super::*;
use crate::model::{Currency, MilliPercent, Money, ReviewOutcome, ReviewState};

#[test]
fn the_outcome_is_recorded_and_counted() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 4_990_000, currency: Currency::new("USD").unwrap() });
    setup.engine.record_purchase(bought).unwrap();
    setup.request_review();
    setup.report(true);
    setup.work();
    assert_eq!(setup.review().outcome, None);
    setup.shop.after(Span::from_hours(1));
    setup.queue(FactKind::Declined);
    assert_eq!(setup.review().outcome, Some(ReviewOutcome::Declined));
    let figures = setup.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.cases, figures.answered, figures.declined_by_store, figures.missed), (1, 1, 1, 0));
    assert_eq!(figures.money_kept["USD"], 4_990_000);

    // The player requests a refund again, and gets it before there is an answer.
    setup.shop.after(Span::from_hours(1));
    setup.queue(FactKind::Requested { deadline: None, reason: None, token: None });
    setup.shop.after(Span::from_hours(1));
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: None,
    };
    setup.queue(what);
    assert_eq!(setup.review().outcome, Some(ReviewOutcome::Refunded));
    let figures = setup.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.cases, figures.refunded, figures.declined_by_store), (2, 1, 1));
    assert_eq!(figures.money_kept.get("USD"), None, "the order was refunded after all");
    setup.shop.after(Span::from_hours(1));
    setup.queue(FactKind::Reversed { step: None, extent: None, failure: None });
    assert_eq!(setup.review().outcome, Some(ReviewOutcome::Reversed));
    assert_eq!(setup.engine.review_figures(NOON).unwrap().money_kept["USD"], 4_990_000, "one order");
    assert_eq!(setup.engine.review_figures(setup.engine.now()).unwrap().cases, 0);
}

#[test]
fn a_request_decided_before_it_was_answered_is_closed() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    setup.request_review();
    setup.shop.after(Span::from_hours(1));
    setup.queue(FactKind::Declined);
    assert_eq!(setup.review().state, ReviewState::Closed);
    setup.report(true);
    setup.work();
    assert!(setup.answers().is_empty());
}

#[test]
fn an_earlier_partial_refund_is_no_decision_on_a_later_request() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 3_000_000, currency: Currency::new("USD").unwrap() });
    setup.engine.record_purchase(bought).unwrap();
    let extent = Extent::Share(MilliPercent::new(33_333).unwrap());
    setup.queue(FactKind::Refunded {
        step: None,
        extent,
        reason: None,
        initiator: None,
        subscription_live: None,
    });
    setup.shop.after(Span::from_hours(1));
    setup.request_review();
    setup.shop.after(Span::from_hours(1));
    setup.queue(FactKind::Declined);
    assert_eq!(setup.review().outcome, Some(ReviewOutcome::Declined));
    assert_eq!(setup.engine.review_figures(NOON).unwrap().money_kept["USD"], 2_000_010);
}

#[test]
fn an_answer_obsolete_after_the_stores_decision_was_not_missed() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    setup.shop.stores.answers.lock().unwrap().extend((0..50).map(|_| Err(timeout())));
    setup.request_review();
    setup.report(true);
    setup.work();
    setup.queue(FactKind::Declined);
    setup.shop.after(TWELVE_HOURS);
    setup.work();
    assert_eq!(setup.review().state, ReviewState::Closed);
}

#[test]
fn the_sandbox_keeps_no_money() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    setup.request_review();
    assert_eq!(setup.engine.review_figures(NOON).unwrap().cases, 1);
    let ledger = setup.shop.folder.path().join("ledger.db");
    another_program::run(&ledger, "UPDATE refunds SET effective_environment = 'sandbox'");
    assert_eq!(setup.engine.review_figures(NOON).unwrap().cases, 0);
}

#[test]
fn a_review_first_seen_after_the_stores_decision_is_counted_and_not_answered() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 4_990_000, currency: Currency::new("USD").unwrap() });
    setup.engine.record_purchase(bought).unwrap();
    setup.report(true);
    let requested = |at: Timestamp| {
        let deadline = Some(at.plus(TWELVE_HOURS));
        setup.ingest_fact(at, FactKind::Requested { deadline, reason: None, token: None });
    };
    let hours = |hours| NOON.plus(Span::from_hours(hours));
    // A sweep lists the decisions first.
    setup.ingest_fact(hours(5), FactKind::Declined);
    setup.ingest_fact(hours(50), FactKind::Declined);
    for at in [1, 2, 40, 45] {
        requested(hours(at));
    }
    let states: Vec<_> = setup.reviews().iter().map(|review| (review.state, review.outcome)).collect();
    assert_eq!(states, [(ReviewState::Closed, Some(ReviewOutcome::Declined)); 2]);
    setup.work();
    assert!(setup.answers().is_empty());
    let figures = setup.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.cases, figures.answered, figures.declined_by_store, figures.missed), (2, 0, 2, 0));
    assert_eq!(figures.money_kept["USD"], 4_990_000, "one order");
    assert!(setup.engine.poll(10).unwrap().is_empty(), "there is nothing to do");
}

#[test]
fn of_a_partial_refund_the_rest_counts_as_kept_per_currency() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("prorated"));
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 10_000_000, currency: Currency::new("EUR").unwrap() });
    setup.engine.record_purchase(bought).unwrap();
    setup.request_review();
    setup.report(true);
    setup.work();
    setup.shop.after(Span::from_hours(1));
    let extent = Extent::Share(MilliPercent::new(60_000).unwrap());
    setup.queue(FactKind::Refunded {
        step: None,
        extent,
        reason: None,
        initiator: None,
        subscription_live: None,
    });
    let figures = setup.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.refunded, figures.declined_by_store), (1, 0));
    assert_eq!(figures.money_kept.into_iter().collect::<Vec<_>>(), [("EUR".to_owned(), 4_000_000)]);
}

#[test]
fn an_unsigned_review_request_is_ignored_before_and_after_a_decision() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    let what = FactKind::Requested { deadline: Some(NOON.plus(TWELVE_HOURS)), reason: None, token: None };
    setup.engine.ingest_signal(setup.signal(NOON, what, Trust::Hint), b"{}").unwrap();
    assert!(setup.reviews().is_empty());
    setup.shop.after(Span::from_hours(1));
    setup.queue(FactKind::Declined);
    assert!(setup.reviews().is_empty());
}
