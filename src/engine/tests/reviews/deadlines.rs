//! When reviews are answered, repeated and missed.

use super::*;
use crate::model::{ReviewOutcome, ReviewState, StoreActionState};

#[test]
fn google_is_answered_an_hour_before_the_deadline_if_a_rule_requires_it() {
    for (answer, answered) in [("decline", 1), ("neutral", 1), ("data_only", 0), ("no_answer", 0)] {
        let setup = ReviewSetup::new(Store::GooglePlay, &rule(answer));
        setup.request_review();
        setup.shop.after(Span::from_millis(11 * 3_600_000 - 1000));
        setup.work();
        assert_eq!(setup.answers().len(), 0, "{answer}");
        setup.shop.after(Span::from_millis(2000));
        setup.work();
        assert_eq!(setup.answers().len(), answered, "{answer}");
    }
}

#[test]
fn a_missed_deadline_is_recorded_and_reported_and_nothing_is_sent_after_it() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.request_review();
    for event in setup.engine.poll(10).unwrap() {
        setup.engine.ack(event.id).unwrap();
    }
    setup.shop.after(TWELVE_HOURS);
    setup.work();
    assert_eq!(setup.review().state, ReviewState::Missed);
    let kinds: Vec<EventKind> = setup.engine.poll(10).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Alert]);
    setup.report(true);
    setup.work();
    assert!(setup.answers().is_empty());
    assert_eq!(setup.engine.work_on_reviews().unwrap(), 0);
}

#[test]
fn an_answer_that_could_not_be_sent_in_time_is_not_sent_late() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    setup.request_review();
    setup.report(true);
    setup.shop.after(TWELVE_HOURS);
    setup.work();
    assert!(setup.answers().is_empty());
    assert_eq!(setup.review().state, ReviewState::Missed);
    assert_eq!(only_action(&setup.engine).state, StoreActionState::Failed);
}

#[test]
fn a_report_after_the_deadline_does_not_make_it_missed() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.request_review();
    setup.report(false);
    setup.shop.after(TWELVE_HOURS);
    setup.report(true);
    assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
}

#[test]
fn a_missed_review_that_the_store_repeats_in_time_is_answered() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    setup.request_review();
    setup.shop.after(Span::from_hours(6));
    let deadline = Some(setup.engine.now().plus(TWELVE_HOURS));
    let requested_at = setup.engine.now();
    setup.shop.after(Span::from_hours(7));
    setup.work();
    assert_eq!(setup.review().state, ReviewState::Missed);
    setup.ingest_fact(requested_at, FactKind::Requested { deadline, reason: None, token: None });
    assert_eq!(setup.review().state, ReviewState::Waiting);
    setup.report(true);
    setup.work();
    assert_eq!(setup.review().state, ReviewState::Answered);
    assert_eq!(setup.engine.reviews(&Default::default(), None, 10).unwrap().items.len(), 1);
}

#[test]
fn an_unsent_answer_has_the_token_of_the_latest_request() {
    let setup = ReviewSetup::new(Store::GooglePlay, &rule("decline"));
    setup.request_review();
    setup.report(true);
    setup.shop.after(minutes(1));
    setup.request_review_with("pending 2");
    setup.work();
    let tokens: Vec<_> = setup.answers().into_iter().map(|answer| answer.token).collect();
    assert_eq!(tokens, [Some("pending 2".to_owned())]);
    assert_eq!(setup.review().state, ReviewState::Answered);
    assert_eq!(setup.reviews().len(), 1);
}

#[test]
fn another_token_is_another_review_if_the_first_is_or_may_be_answered() {
    for failures in [0, 1] {
        let setup = ReviewSetup::new(Store::GooglePlay, &rule("decline"));
        setup.shop.stores.answers.lock().unwrap().extend((0..failures).map(|_| Err(timeout())));
        setup.request_review();
        setup.report(true);
        setup.work();
        setup.shop.after(minutes(1));
        setup.request_review_with("pending 2");
        setup.work_for(minutes(2));
        let states: Vec<_> = setup.reviews().iter().map(|review| review.state).collect();
        assert_eq!(states, [ReviewState::Answered, ReviewState::Answered]);
        assert!(setup.answers().iter().any(|answer| answer.token.as_deref() == Some("pending")));
        assert!(setup.answers().iter().any(|answer| answer.token.as_deref() == Some("pending 2")));
    }
}

#[test]
fn a_review_first_seen_after_its_deadline_is_missed_and_queues_no_event() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    let (requested_at, deadline) = (setup.engine.now(), Some(setup.engine.now().plus(TWELVE_HOURS)));
    setup.shop.after(Span::from_hours(13));
    setup.ingest_fact(requested_at, FactKind::Requested { deadline, reason: None, token: None });
    assert_eq!(setup.review().state, ReviewState::Missed);
    let kinds: Vec<EventKind> = setup.engine.poll(10).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Alert]);
}

#[test]
fn a_review_found_by_a_sweep_is_answered_and_its_repetition_is_not() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    let (requested_at, deadline) = (setup.engine.now(), Some(setup.engine.now().plus(TWELVE_HOURS)));
    setup.shop.after(Span::from_hours(7));
    let what = FactKind::Requested { deadline, reason: None, token: None };
    setup.sweep(requested_at, what.clone());
    let kinds: Vec<EventKind> = setup.engine.poll(10).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Review]);
    setup.report(true);
    setup.work();
    assert_eq!(setup.review().state, ReviewState::Answered);
    setup.ingest_fact(requested_at, what.clone());
    setup.sweep(requested_at, what);
    setup.work();
    assert_eq!((setup.answers().len(), setup.reviews().len()), (1, 1));
    setup.shop.after(Span::from_hours(1));
    setup.sweep(setup.engine.now(), FactKind::Declined);
    assert_eq!(setup.review().outcome, Some(ReviewOutcome::Declined));
}

#[test]
fn a_request_after_the_stores_decision_is_another_review_even_while_an_answer_is_being_sent() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.is_down();
    setup.request_review();
    setup.report(true);
    setup.work();
    setup.shop.after(minutes(1));
    setup.queue(FactKind::Declined);
    setup.shop.after(minutes(1));
    setup.request_review();
    setup.is_back();
    setup.work_for(minutes(5));
    let found: Vec<_> = setup.reviews().iter().map(|review| (review.state, review.outcome)).collect();
    let first = (ReviewState::Answered, Some(ReviewOutcome::Declined));
    assert_eq!(found, [(ReviewState::Answered, None), first]);
}
