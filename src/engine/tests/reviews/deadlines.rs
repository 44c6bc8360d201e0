//! What is answered when, and what was missed.

use super::*;
use crate::model::{ReviewState, StoreActionState, StoreAnswer};
use crate::stores::ApiError;
use crate::transport::TransportError;

const fn minutes(minutes: i64) -> Span {
    Span::from_millis(minutes * 60_000)
}

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

#[test]
fn a_store_that_comes_back_just_before_the_deadline_is_answered() {
    for reported_after in (0..60).step_by(7).map(minutes) {
        let desk = Desk::new(Store::AppStore, "[]");
        desk.ask();
        desk.shop.after(reported_after);
        desk.is_down();
        desk.report(true);
        let back_at = NOON.plus(Span::from_millis(TWELVE_HOURS.millis() - minutes(6).millis()));
        while desk.engine.now() < back_at {
            desk.work();
            desk.shop.after(minutes(1));
        }
        assert_eq!(desk.review().state, ReviewState::Reported);
        let tries = desk.answers().len();
        assert!((10..40).contains(&tries), "{tries} tries in half a day");
        desk.is_back();
        desk.work_for(minutes(5));
        assert_eq!(desk.review().state, ReviewState::Answered, "reported after {reported_after}");
    }
}

#[test]
fn what_could_not_be_answered_is_missed_at_the_deadline_and_not_an_hour_later() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.is_down();
    desk.ask();
    desk.report(true);
    desk.work_for(TWELVE_HOURS);
    assert_eq!(desk.review().state, ReviewState::Missed);
    assert_eq!(only_action(&desk.engine).state, StoreActionState::Unknown);
}

#[test]
fn an_answer_is_tried_as_long_as_the_store_waits_when_it_repeats_the_question() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.is_down();
    desk.ask();
    desk.report(true);
    desk.work_for(Span::from_hours(6));
    desk.ask();
    desk.work_for(Span::from_hours(8));
    assert_eq!(desk.review().state, ReviewState::Reported);
    desk.is_back();
    desk.work_for(Span::from_hours(1));
    assert_eq!(desk.review().state, ReviewState::Answered);
    assert_eq!(desk.engine.actions(&Default::default(), None, 10).unwrap().items.len(), 1);
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
fn what_a_person_can_mend_is_tried_until_the_deadline() {
    let credentials = ApiError::Credentials { problem: "no such key".to_owned() };
    let key = "app_store[].api";
    let app = "com.example.game".to_owned();
    let unconfigured = ApiError::NotConfigured { store: Store::AppStore, app, key };
    let tls = TransportError::Tls { host: "apple.example".to_owned(), problem: "unknown root".to_owned() };
    let unreadable = ApiError::Unreadable { problem: "a page in HTML".to_owned() };
    for error in [credentials, unconfigured, refused(403, false), refused(501, false), tls.into(), unreadable]
    {
        let desk = Desk::new(Store::AppStore, &rule("decline"));
        desk.shop.stores.answers.lock().unwrap().extend((0..100).map(|_| Err(error.clone())));
        desk.ask();
        desk.report(true);
        desk.work_for(Span::from_hours(10));
        assert_eq!(desk.review().state, ReviewState::Reported, "{error}");
        assert_eq!(only_action(&desk.engine).state, StoreActionState::Written, "{error}");
        let noted = desk.noted("answers_not_taken").unwrap();
        assert!(noted.contains("1 answers") && noted.contains(&error.to_string()), "{noted}");
        desk.is_back();
        desk.work_for(Span::from_hours(2));
        assert_eq!(desk.review().state, ReviewState::Answered, "{error}");
        assert_eq!(desk.noted("answers_not_taken"), None, "{error}");
    }
}

#[test]
fn what_nobody_mends_in_time_is_missed_and_has_failed() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    let credentials = ApiError::Credentials { problem: "no such key".to_owned() };
    desk.shop.stores.answers.lock().unwrap().extend((0..100).map(|_| Err(credentials.clone())));
    desk.ask();
    desk.report(true);
    desk.work_for(TWELVE_HOURS);
    assert_eq!(desk.review().state, ReviewState::Missed);
    let action = only_action(&desk.engine);
    assert_eq!(action.state, StoreActionState::Failed);
    let Some(StoreAnswer::Error { message, .. }) = action.answer else { panic!("{:?}", action.answer) };
    assert!(message.contains("no such key"), "{message}");
}

#[test]
fn what_the_store_says_of_the_answer_itself_is_final_but_another_report_is_another_answer() {
    let unsendable = TransportError::Unsendable { host: "h".to_owned(), problem: "no token".to_owned() };
    for error in [refused(400, false), refused(404, false), unsendable.into()] {
        let desk = Desk::new(Store::AppStore, &rule("decline"));
        desk.shop.stores.answers.lock().unwrap().push_back(Err(error));
        desk.ask();
        desk.report(true);
        desk.work();
        assert_eq!(desk.review().state, ReviewState::Missed);
        desk.work_for(Span::from_hours(2));
        assert_eq!(desk.answers().len(), 1);
        desk.report(true);
        desk.work();
        assert_eq!(desk.review().state, ReviewState::Answered);
        assert_eq!(desk.answers().len(), 2);
    }
}

#[test]
fn a_question_that_is_heard_of_after_its_deadline_is_missed_and_the_game_is_not_asked() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    let (asked_at, deadline) = (desk.engine.now(), Some(desk.engine.now().plus(TWELVE_HOURS)));
    desk.shop.after(Span::from_hours(13));
    desk.tell_of(asked_at, What::Requested { deadline, reason: None, token: None });
    assert_eq!(desk.review().state, ReviewState::Missed);
    let kinds: Vec<EventKind> = desk.engine.poll(10).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Alert]);
}

#[test]
fn an_answer_is_sent_once_by_the_next_process_where_one_died_before_it_was() {
    for (was_sending, was_sent) in [(false, false), (true, false), (true, true)] {
        let mut desk = Desk::new(Store::GooglePlay, &rule("decline"));
        desk.ask();
        desk.report(true);
        if was_sending {
            let row = desk.engine.ask(|read| read.action(only_action(&desk.engine).id)).unwrap().unwrap();
            let (row, step) = desk.engine.claim(row).unwrap().unwrap();
            let request = &row.action.request;
            let request =
                StoreRequest::from_value(&row.action.store, row.action.kind, request.clone()).unwrap();
            if was_sent {
                desk.engine.ask_store(&row, &request, step);
            }
        }
        desk.dies();
        desk.work();
        desk.work_for(Span::from_hours(2));
        assert_eq!(desk.answers().len(), if was_sent { 2 } else { 1 });
        assert_eq!(desk.review().state, ReviewState::Answered);
    }
}

#[test]
fn answers_do_not_wait_behind_many_other_requests() {
    let desk = Desk::new(Store::AppStore, "[]");
    for _ in 0..70 {
        desk.engine.write_action(StoreRequest::Refund(stripe()), "eve", "outage", None).unwrap();
    }
    desk.ask();
    desk.shop.after(minutes(1));
    desk.report(true);
    desk.engine.work_on_actions().unwrap();
    let sent = desk.shop.stores.sent();
    assert_eq!(sent.len(), 64);
    assert!(matches!(sent[0].0, StoreRequest::AnswerReview(..)));
    desk.engine.work_on_actions().unwrap();
    assert_eq!(desk.shop.stores.sent().len(), 71, "each once");
}

#[test]
fn a_round_of_requests_ends_after_a_minute_so_that_an_answer_can_come_first_again() {
    // On which each look takes five seconds.
    struct Slow(ManualClock);
    impl Clock for Slow {
        fn now(&self) -> Timestamp {
            self.0.advance(Span::from_millis(5000));
            self.0.now()
        }
    }
    let shop = Shop::new(Default::default());
    let engine = shop.open_by(Arc::new(Slow(ManualClock::new(NOON))));
    for _ in 0..20 {
        engine.write_action(StoreRequest::Refund(stripe()), "eve", "outage", None).unwrap();
    }
    let stepped = engine.work_on_actions().unwrap();
    assert!((1..6).contains(&stepped), "{stepped}");
}
