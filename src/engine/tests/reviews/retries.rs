//! Answers that could not be sent at once.

use super::*;
use crate::model::{ReviewState, StoreActionState, StoreAnswer};
use crate::stores::ApiError;
use crate::transport::TransportError;

#[test]
fn a_store_that_comes_back_just_before_the_deadline_is_answered() {
    for reported_after in (0..60).step_by(7).map(minutes) {
        let desk = Desk::new(Store::AppStore, "[]");
        desk.ask();
        desk.shop.after(reported_after);
        desk.is_down();
        desk.report(true);
        let back_at = NOON.plus(Span::from_millis(TWELVE_HOURS.millis() - minutes(6).millis()));
        let mut before_the_last_hour = 0;
        while desk.engine.now() < back_at {
            desk.work();
            if desk.engine.now() < back_at.plus(Span::from_hours(-1)) {
                before_the_last_hour = desk.answers().len();
            }
            desk.shop.after(minutes(1));
        }
        assert_eq!(desk.review().state, ReviewState::Reported);
        let tries = desk.answers().len();
        assert!((10..40).contains(&tries), "{tries} tries in half a day");
        assert!(tries - before_the_last_hour >= 4, "the nearer the end, the more often");
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
        assert_eq!(desk.noted("review_answers_refused"), None, "it was not sent yet");
        desk.work_for(Span::from_hours(10));
        assert_eq!(desk.review().state, ReviewState::Reported, "{error}");
        assert_eq!(only_action(&desk.engine).state, StoreActionState::Written, "{error}");
        let noted = desk.noted("review_answers_refused").unwrap();
        assert!(noted.contains("1 answers") && noted.contains(&error.to_string()), "{noted}");
        desk.is_back();
        desk.work_for(Span::from_hours(2));
        assert_eq!(desk.review().state, ReviewState::Answered, "{error}");
        assert_eq!(desk.noted("review_answers_refused"), None, "{error}");
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

/// A clock on which each look takes five seconds.
struct Slow(ManualClock);

impl Clock for Slow {
    fn now(&self) -> Timestamp {
        self.0.advance(Span::from_millis(5000));
        self.0.now()
    }
}

#[test]
fn a_round_of_requests_ends_after_a_minute_so_that_an_answer_can_come_first_again() {
    let shop = Shop::new(Default::default());
    let engine = shop.open_by(Arc::new(Slow(ManualClock::new(NOON))));
    for _ in 0..20 {
        engine.write_action(StoreRequest::Refund(stripe()), "eve", "outage", None).unwrap();
    }
    let stepped = engine.work_on_actions().unwrap();
    assert!((1..6).contains(&stepped), "{stepped}");
}

#[test]
fn answers_that_a_store_lets_wait_do_not_hold_up_all_else() {
    let answer = ReviewAnswer {
        refund: 1,
        app: "com.example.game".to_owned(),
        sandbox: false,
        order_id: "1".to_owned(),
        token: None,
        delivery: Delivery::Delivered,
        consumed: None,
        sample_given: false,
        preference: crate::model::RefundPreference::Neutral,
        usage: Vec::new(),
    };
    let answer = StoreRequest::AnswerReview(Store::AppStore, Box::new(answer));
    for (is_slow, most) in [(false, 65), (true, 6)] {
        let shop = Shop::new(Default::default());
        let engine = if is_slow { shop.open_by(Arc::new(Slow(ManualClock::new(NOON)))) } else { shop.open() };
        for _ in 0..70 {
            engine.write_action(answer.clone(), "recoup", "mine", None).unwrap();
        }
        for _ in 0..2 {
            engine.write_action(StoreRequest::Refund(stripe()), "eve", "bug 7", None).unwrap();
        }
        engine.work_on_actions().unwrap();
        let sent = shop.stores.sent();
        let refunds = sent.iter().filter(|(request, _)| matches!(request, StoreRequest::Refund(_))).count();
        assert_eq!(refunds, 1);
        assert!(matches!(sent[0].0, StoreRequest::AnswerReview(..)), "answers come first");
        assert!(sent.len() <= most, "{}", sent.len());
    }
}
