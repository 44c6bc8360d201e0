//! What is answered when, what is repeated, and what was missed.

use super::*;
use crate::model::{ReviewOutcome, ReviewState, StoreActionState};

#[test]
fn google_is_answered_an_hour_before_the_deadline_where_a_rule_says_so() {
    for (answer, answered) in [("decline", 1), ("neutral", 1), ("data_only", 0), ("no_answer", 0)] {
        let desk = Desk::new(Store::GooglePlay, &rule(answer));
        desk.ask();
        desk.shop.after(Span::from_millis(11 * 3_600_000 - 1000));
        desk.work();
        assert_eq!(desk.answers().len(), 0, "{answer}");
        desk.shop.after(Span::from_millis(2000));
        desk.work();
        assert_eq!(desk.answers().len(), answered, "{answer}");
    }
}

#[test]
fn a_missed_deadline_is_recorded_and_reported_and_nothing_is_sent_after_it() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.ask();
    for event in desk.engine.poll(10).unwrap() {
        desk.engine.ack(event.id).unwrap();
    }
    desk.shop.after(TWELVE_HOURS);
    desk.work();
    assert_eq!(desk.review().state, ReviewState::Missed);
    let kinds: Vec<EventKind> = desk.engine.poll(10).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Alert]);
    desk.report(true);
    desk.work();
    assert!(desk.answers().is_empty());
    assert_eq!(desk.engine.work_on_reviews().unwrap(), 0);
}

#[test]
fn an_answer_that_could_not_be_sent_in_time_is_not_sent_late() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.ask();
    desk.report(true);
    desk.shop.after(TWELVE_HOURS);
    desk.work();
    assert!(desk.answers().is_empty());
    assert_eq!(desk.review().state, ReviewState::Missed);
    assert_eq!(only_action(&desk.engine).state, StoreActionState::Failed);
}

#[test]
fn a_report_after_the_deadline_makes_no_silence_a_missed_deadline() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.ask();
    desk.report(false);
    desk.shop.after(TWELVE_HOURS);
    desk.report(true);
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
}

#[test]
fn a_missed_question_that_the_store_repeats_in_time_is_answered() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.ask();
    desk.shop.after(Span::from_hours(6));
    let deadline = Some(desk.engine.now().plus(TWELVE_HOURS));
    let requested_at = desk.engine.now();
    desk.shop.after(Span::from_hours(7));
    desk.work();
    assert_eq!(desk.review().state, ReviewState::Missed);
    desk.ingest_fact(requested_at, FactKind::Requested { deadline, reason: None, token: None });
    assert_eq!(desk.review().state, ReviewState::Waiting);
    desk.report(true);
    desk.work();
    assert_eq!(desk.review().state, ReviewState::Answered);
    assert_eq!(desk.engine.reviews(&Default::default(), None, 10).unwrap().items.len(), 1);
}

#[test]
fn an_answer_that_was_not_sent_yet_carries_the_token_of_the_latest_question() {
    let desk = Desk::new(Store::GooglePlay, &rule("decline"));
    desk.ask();
    desk.report(true);
    desk.shop.after(minutes(1));
    desk.ask_with("pending 2");
    desk.work();
    let tokens: Vec<_> = desk.answers().into_iter().map(|answer| answer.token).collect();
    assert_eq!(tokens, [Some("pending 2".to_owned())]);
    assert_eq!(desk.review().state, ReviewState::Answered);
    assert_eq!(desk.reviews().len(), 1);
}

#[test]
fn another_token_is_another_question_where_the_first_is_answered_or_may_be() {
    for failures in [0, 1] {
        let desk = Desk::new(Store::GooglePlay, &rule("decline"));
        desk.shop.stores.answers.lock().unwrap().extend((0..failures).map(|_| Err(timeout())));
        desk.ask();
        desk.report(true);
        desk.work();
        desk.shop.after(minutes(1));
        desk.ask_with("pending 2");
        desk.work_for(minutes(2));
        let states: Vec<_> = desk.reviews().iter().map(|review| review.state).collect();
        assert_eq!(states, [ReviewState::Answered, ReviewState::Answered]);
        assert!(desk.answers().iter().any(|answer| answer.token.as_deref() == Some("pending")));
        assert!(desk.answers().iter().any(|answer| answer.token.as_deref() == Some("pending 2")));
    }
}

#[test]
fn a_question_that_is_heard_of_after_its_deadline_is_missed_and_the_game_is_not_asked() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    let (requested_at, deadline) = (desk.engine.now(), Some(desk.engine.now().plus(TWELVE_HOURS)));
    desk.shop.after(Span::from_hours(13));
    desk.ingest_fact(requested_at, FactKind::Requested { deadline, reason: None, token: None });
    assert_eq!(desk.review().state, ReviewState::Missed);
    let kinds: Vec<EventKind> = desk.engine.poll(10).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Alert]);
}

#[test]
fn a_question_that_a_sweep_reports_of_in_time_is_answered_and_its_repetition_is_not() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    let (requested_at, deadline) = (desk.engine.now(), Some(desk.engine.now().plus(TWELVE_HOURS)));
    desk.shop.after(Span::from_hours(7));
    let what = FactKind::Requested { deadline, reason: None, token: None };
    desk.sweep(requested_at, what.clone());
    let kinds: Vec<EventKind> = desk.engine.poll(10).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Review]);
    desk.report(true);
    desk.work();
    assert_eq!(desk.review().state, ReviewState::Answered);
    desk.ingest_fact(requested_at, what.clone());
    desk.sweep(requested_at, what);
    desk.work();
    assert_eq!((desk.answers().len(), desk.reviews().len()), (1, 1));
    desk.shop.after(Span::from_hours(1));
    desk.sweep(desk.engine.now(), FactKind::Declined);
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Declined));
}

#[test]
fn what_the_store_asks_after_its_decision_is_another_question_also_while_an_answer_is_under_way() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.is_down();
    desk.ask();
    desk.report(true);
    desk.work();
    desk.shop.after(minutes(1));
    desk.queue(FactKind::Declined);
    desk.shop.after(minutes(1));
    desk.ask();
    desk.is_back();
    desk.work_for(minutes(5));
    let found: Vec<_> = desk.reviews().iter().map(|review| (review.state, review.outcome)).collect();
    let first = (ReviewState::Answered, Some(ReviewOutcome::Declined));
    assert_eq!(found, [(ReviewState::Answered, None), first]);
}
