//! Nothing of a player's is reported without consent.

use super::*;
use crate::model::{RefundPreference, ReviewState, StoreActionState};

#[test]
fn apple_is_never_answered_without_consent_and_is_when_it_comes_in_time() {
    for answer in ["decline", "grant", "prorated", "neutral", "data_only"] {
        let desk = Desk::new(Store::AppStore, &rule(answer));
        desk.ask();
        desk.report(false);
        assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
        desk.shop.after(Span::from_hours(11));
        desk.work();
        assert!(desk.answers().is_empty(), "{answer}");
        desk.report(true);
        desk.work();
        assert_eq!(desk.answers().len(), 1, "{answer}");
    }
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.ask();
    desk.shop.after(Span::from_millis(11 * 3_600_000 + 60_000));
    desk.work();
    assert!(desk.answers().is_empty(), "answered without a report");
}

#[test]
fn google_is_reported_a_preference_but_no_use_without_consent_and_data_only_says_nothing() {
    let desk = Desk::new(Store::GooglePlay, &rule("decline"));
    desk.ask();
    desk.report(false);
    desk.work();
    let answers = desk.answers();
    assert_eq!(answers[0].preference, RefundPreference::Decline);
    assert_eq!((answers[0].consumed, answers[0].usage.len()), (None, 0));

    let desk = Desk::new(Store::GooglePlay, &rule("data_only"));
    desk.ask();
    desk.report(false);
    desk.work();
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
    assert!(desk.answers().is_empty());
}

#[test]
fn consent_that_is_withdrawn_before_the_answer_is_sent_stops_it() {
    for rescinded in [false, true] {
        let desk = Desk::new(Store::AppStore, &rule("decline"));
        desk.ask();
        desk.report(true);
        if rescinded {
            desk.rescind("another player's");
            assert_eq!(desk.review().state, ReviewState::Reported);
            desk.rescind("A1");
        } else {
            desk.report(false);
        }
        assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
        desk.work();
        assert!(desk.answers().is_empty());
        desk.shop.after(Span::from_hours(1));
        desk.report(true);
        desk.work();
        assert_eq!(desk.answers().len(), 1, "the player agreed again");
    }
}

#[test]
fn consent_that_was_withdrawn_before_the_store_asked_counts() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.report(true);
    desk.rescind("A1");
    desk.ask();
    desk.work();
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
    assert!(desk.answers().is_empty());
}

#[test]
fn consent_that_is_withdrawn_while_the_answer_is_tried_ends_the_trying() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.shop.stores.answers.lock().unwrap().extend((0..50).map(|_| Err(timeout())));
    desk.ask();
    desk.report(true);
    desk.work();
    assert_eq!(desk.answers().len(), 1);
    desk.report(false);
    desk.shop.after(Span::from_hours(2));
    desk.work();
    assert_eq!(desk.answers().len(), 1);
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
    assert_eq!(only_action(&desk.engine).state, StoreActionState::Unknown);
}

#[test]
fn consent_that_is_withdrawn_while_the_answer_is_being_sent_stops_its_repetition() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.shop.stores.answers.lock().unwrap().extend((0..50).map(|_| Err(timeout())));
    desk.ask();
    desk.report(true);
    let id = desk.review().action.unwrap();
    let row = desk.engine.ask(|read| read.action(id)).unwrap().unwrap();
    let (row, step) = desk.engine.claim(row).unwrap().unwrap();
    desk.report(false);
    let request =
        StoreRequest::from_value(&row.action.store, row.action.kind, row.action.request.clone()).unwrap();
    let (answered, reported) = desk.engine.ask_store(&row, &request, step);
    desk.engine.settle(&row, answered, reported).unwrap();
    desk.shop.after(Span::from_hours(2));
    desk.work();
    assert_eq!(desk.answers().len(), 1);
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
}

#[test]
fn google_is_reported_no_use_where_the_consent_is_withdrawn_before_the_answer_is_sent() {
    let desk = Desk::new(Store::GooglePlay, &rule("decline"));
    desk.ask();
    desk.report(true);
    desk.report(false);
    desk.work();
    let answers = desk.answers();
    assert_eq!(answers.len(), 1);
    assert_eq!((answers[0].consumed, answers[0].usage.len()), (None, 0));
    assert_eq!(answers[0].preference, RefundPreference::Decline);
}

#[test]
fn consent_that_is_withdrawn_while_a_dead_process_may_have_sent_it_stops_its_repetition() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.ask();
    desk.report(true);
    let id = desk.review().action.unwrap();
    let row = desk.engine.ask(|read| read.action(id)).unwrap().unwrap();
    desk.engine.claim(row).unwrap().unwrap();
    desk.report(false);
    desk.shop.after(Span::from_hours(1));
    desk.work();
    assert!(desk.answers().is_empty());
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
}

#[test]
fn consent_that_is_withdrawn_after_the_clock_was_set_back_is_withdrawn_until_the_player_agrees_again() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.report(true);
    desk.shop.after(Span::from_hours(-1));
    desk.rescind("A1");
    desk.ask();
    desk.work();
    assert!(desk.answers().is_empty(), "Apple was answered without consent");
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
    desk.shop.after(Span::from_hours(-1));
    desk.report(true);
    desk.work();
    assert_eq!(desk.answers().len(), 1);
}

#[test]
fn a_refund_that_cannot_be_read_keeps_nobody_else_from_withdrawing_the_consent() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    let what = FactKind::Requested { deadline: None, reason: None, token: None };
    let asked = Fact { at: NOON, what, trust: Trust::Signed, about: order("2") };
    desk.engine.take(signal("other", CaseKey::Order("2".to_owned()), asked), b"{}").unwrap();
    desk.ask();
    desk.report(true);
    let ledger = desk.shop.folder.path().join("ledger.db");
    let edited =
        another_program::change(&ledger, "UPDATE refunds SET folded = 'no JSON' WHERE order_id = '2'");
    assert_eq!(edited, 1);
    desk.rescind("A1");
    desk.work();
    assert!(desk.answers().is_empty());
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
}
