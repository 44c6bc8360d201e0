//! Answers that could not be sent at first.

use super::*;
use crate::model::{ReviewState, StoreActionState, StoreAnswer};
use crate::stores::ApiError;
use crate::transport::TransportError;

#[test]
fn a_store_that_recovers_just_before_the_deadline_is_answered() {
    for reported_after in (0..60).step_by(7).map(minutes) {
        let setup = ReviewSetup::new(Store::AppStore, "[]");
        setup.request_review();
        setup.shop.after(reported_after);
        setup.is_down();
        setup.report(true);
        let back_at = NOON.plus(Span::from_millis(TWELVE_HOURS.millis() - minutes(6).millis()));
        let mut before_the_last_hour = 0;
        while setup.engine.now() < back_at {
            setup.work();
            if setup.engine.now() < back_at.plus(Span::from_hours(-1)) {
                before_the_last_hour = setup.answers().len();
            }
            setup.shop.after(minutes(1));
        }
        assert_eq!(setup.review().state, ReviewState::Reported);
        let tries = setup.answers().len();
        assert!((10..40).contains(&tries), "{tries} tries in half a day");
        assert!(tries - before_the_last_hour >= 4, "the nearer the end, the more often");
        setup.is_back();
        setup.work_for(minutes(5));
        assert_eq!(setup.review().state, ReviewState::Answered, "reported after {reported_after}");
    }
}

#[test]
fn an_unanswered_review_is_missed_at_the_deadline_and_not_an_hour_later() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    setup.is_down();
    setup.request_review();
    setup.report(true);
    setup.work_for(TWELVE_HOURS);
    assert_eq!(setup.review().state, ReviewState::Missed);
    assert_eq!(only_action(&setup.engine).state, StoreActionState::Unknown);
}

#[test]
fn an_answer_is_tried_until_the_deadline_of_the_repeated_request() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    setup.is_down();
    setup.request_review();
    setup.report(true);
    setup.work_for(Span::from_hours(6));
    setup.request_review();
    setup.work_for(Span::from_hours(8));
    assert_eq!(setup.review().state, ReviewState::Reported);
    setup.is_back();
    setup.work_for(Span::from_hours(1));
    assert_eq!(setup.review().state, ReviewState::Answered);
    assert_eq!(setup.engine.actions(&Default::default(), None, 10).unwrap().items.len(), 1);
}

#[test]
fn an_error_that_an_operator_can_correct_is_retried_until_the_deadline() {
    let credentials = ApiError::Credentials { problem: "no such key".to_owned() };
    let key = "app_store[].api";
    let app = "com.example.game".to_owned();
    let unconfigured = ApiError::NotConfigured { store: Store::AppStore, app, key };
    let tls = TransportError::Tls { host: "apple.example".to_owned(), problem: "unknown root".to_owned() };
    let unreadable = ApiError::Unreadable { problem: "a page in HTML".to_owned() };
    for error in [credentials, unconfigured, refused(403, false), refused(501, false), tls.into(), unreadable]
    {
        let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
        setup.shop.stores.answers.lock().unwrap().extend((0..100).map(|_| Err(error.clone())));
        setup.request_review();
        setup.report(true);
        assert_eq!(setup.noted("review_answers_refused"), None, "it was not sent yet");
        setup.work_for(Span::from_hours(10));
        assert_eq!(setup.review().state, ReviewState::Reported, "{error}");
        assert_eq!(only_action(&setup.engine).state, StoreActionState::Written, "{error}");
        let noted = setup.noted("review_answers_refused").unwrap();
        assert!(noted.contains("1 answers") && noted.contains(&error.to_string()), "{noted}");
        setup.is_back();
        setup.work_for(Span::from_hours(2));
        assert_eq!(setup.review().state, ReviewState::Answered, "{error}");
        assert_eq!(setup.noted("review_answers_refused"), None, "{error}");
    }
}

#[test]
fn an_error_not_corrected_in_time_is_missed_and_failed() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    let credentials = ApiError::Credentials { problem: "no such key".to_owned() };
    setup.shop.stores.answers.lock().unwrap().extend((0..100).map(|_| Err(credentials.clone())));
    setup.request_review();
    setup.report(true);
    setup.work_for(TWELVE_HOURS);
    assert_eq!(setup.review().state, ReviewState::Missed);
    let action = only_action(&setup.engine);
    assert_eq!(action.state, StoreActionState::Failed);
    let Some(StoreAnswer::Error { message, .. }) = action.answer else { panic!("{:?}", action.answer) };
    assert!(message.contains("no such key"), "{message}");
}

#[test]
fn a_refusal_of_the_answers_content_is_final_but_another_report_is_another_answer() {
    let unsendable = TransportError::Unsendable { host: "h".to_owned(), problem: "no token".to_owned() };
    for error in [refused(400, false), refused(404, false), unsendable.into()] {
        let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
        setup.shop.stores.answers.lock().unwrap().push_back(Err(error));
        setup.request_review();
        setup.report(true);
        setup.work();
        assert_eq!(setup.review().state, ReviewState::Missed);
        setup.work_for(Span::from_hours(2));
        assert_eq!(setup.answers().len(), 1);
        setup.report(true);
        setup.work();
        assert_eq!(setup.review().state, ReviewState::Answered);
        assert_eq!(setup.answers().len(), 2);
    }
}

#[test]
fn an_answer_unsent_by_a_dead_process_is_sent_once_by_the_next() {
    for (was_sending, was_sent) in [(false, false), (true, false), (true, true)] {
        let mut setup = ReviewSetup::new(Store::GooglePlay, &rule("decline"));
        setup.request_review();
        setup.report(true);
        if was_sending {
            let row = setup.engine.read(|read| read.action(only_action(&setup.engine).id)).unwrap().unwrap();
            let (row, step) = setup.engine.claim(row).unwrap().unwrap();
            let request = &row.action.request;
            let request =
                StoreRequest::from_value(&row.action.store, row.action.kind, request.clone()).unwrap();
            if was_sent {
                setup.engine.call_store(&row, &request, step);
            }
        }
        setup.dies();
        setup.work();
        setup.work_for(Span::from_hours(2));
        assert_eq!(setup.answers().len(), if was_sent { 2 } else { 1 });
        assert_eq!(setup.review().state, ReviewState::Answered);
    }
}

#[test]
fn answers_do_not_wait_behind_many_other_requests() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    for _ in 0..70 {
        setup.engine.write_action(StoreRequest::Refund(stripe()), "eve", "outage", None).unwrap();
    }
    setup.request_review();
    setup.shop.after(minutes(1));
    setup.report(true);
    setup.engine.work_on_actions().unwrap();
    let sent = setup.shop.stores.sent();
    assert_eq!(sent.len(), 64);
    assert!(matches!(sent[0].0, StoreRequest::AnswerReview(..)));
    setup.engine.work_on_actions().unwrap();
    assert_eq!(setup.shop.stores.sent().len(), 71, "each once");
}

/// A clock that advances five seconds with each read.
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
fn slow_answers_at_one_store_do_not_delay_everything_else() {
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
