//! What is answered when, and what was missed.

use super::*;
use crate::model::{ReviewState, StoreActionState};

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
fn a_missed_deadline_is_recorded_and_told_and_nothing_is_sent_after_it() {
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
    let asked_at = desk.engine.now();
    desk.shop.after(Span::from_hours(7));
    desk.work();
    assert_eq!(desk.review().state, ReviewState::Missed);
    desk.tell_of(asked_at, What::Requested { deadline, reason: None, token: None });
    assert_eq!(desk.review().state, ReviewState::Waiting);
    desk.report(true);
    desk.work();
    assert_eq!(desk.review().state, ReviewState::Answered);
    assert_eq!(desk.engine.reviews(&Default::default(), None, 10).unwrap().items.len(), 1);
}
