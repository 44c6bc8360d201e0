//! A player's data is sent only with consent.

use super::*;
use crate::model::{RefundPreference, ReviewState, StoreActionState};

#[test]
fn apple_is_never_answered_without_consent_and_is_when_it_comes_in_time() {
    for answer in ["decline", "grant", "prorated", "neutral", "data_only"] {
        let setup = ReviewSetup::new(Store::AppStore, &rule(answer));
        setup.request_review();
        setup.report(false);
        assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
        setup.shop.after(Span::from_hours(11));
        setup.work();
        assert!(setup.answers().is_empty(), "{answer}");
        setup.report(true);
        setup.work();
        assert_eq!(setup.answers().len(), 1, "{answer}");
    }
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.request_review();
    setup.shop.after(Span::from_millis(11 * 3_600_000 + 60_000));
    setup.work();
    assert!(setup.answers().is_empty(), "answered without a report");
}

#[test]
fn without_consent_google_is_sent_a_preference_but_no_use_and_data_only_sends_nothing() {
    let setup = ReviewSetup::new(Store::GooglePlay, &rule("decline"));
    setup.request_review();
    setup.report(false);
    setup.work();
    let answers = setup.answers();
    assert_eq!(answers[0].preference, RefundPreference::Decline);
    assert_eq!((answers[0].consumed, answers[0].usage.len()), (None, 0));

    let setup = ReviewSetup::new(Store::GooglePlay, &rule("data_only"));
    setup.request_review();
    setup.report(false);
    setup.work();
    assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
    assert!(setup.answers().is_empty());
}

#[test]
fn consent_that_is_withdrawn_before_the_answer_is_sent_stops_it() {
    for rescinded in [false, true] {
        let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
        setup.request_review();
        setup.report(true);
        if rescinded {
            setup.rescind("another player's");
            assert_eq!(setup.review().state, ReviewState::Reported);
            setup.rescind("A1");
        } else {
            setup.report(false);
        }
        assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
        setup.work();
        assert!(setup.answers().is_empty());
        setup.shop.after(Span::from_hours(1));
        setup.report(true);
        setup.work();
        assert_eq!(setup.answers().len(), 1, "the player agreed again");
    }
}

#[test]
fn consent_withdrawn_before_the_review_counts() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.report(true);
    setup.rescind("A1");
    setup.request_review();
    setup.work();
    assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
    assert!(setup.answers().is_empty());
}

#[test]
fn consent_withdrawn_during_retries_ends_them() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.shop.stores.answers.lock().unwrap().extend((0..50).map(|_| Err(timeout())));
    setup.request_review();
    setup.report(true);
    setup.work();
    assert_eq!(setup.answers().len(), 1);
    setup.report(false);
    setup.shop.after(Span::from_hours(2));
    setup.work();
    assert_eq!(setup.answers().len(), 1);
    assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
    assert_eq!(only_action(&setup.engine).state, StoreActionState::Unknown);
}

#[test]
fn consent_that_is_withdrawn_while_the_answer_is_being_sent_stops_its_repetition() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.shop.stores.answers.lock().unwrap().extend((0..50).map(|_| Err(timeout())));
    setup.request_review();
    setup.report(true);
    let id = setup.review().action.unwrap();
    let row = setup.engine.read(|read| read.action(id)).unwrap().unwrap();
    let (row, step) = setup.engine.claim(row).unwrap().unwrap();
    setup.report(false);
    let request =
        StoreRequest::from_value(&row.action.store, row.action.kind, row.action.request.clone()).unwrap();
    let (answered, reported) = setup.engine.call_store(&row, &request, step);
    setup.engine.settle_action(&row, answered, reported).unwrap();
    setup.shop.after(Span::from_hours(2));
    setup.work();
    assert_eq!(setup.answers().len(), 1);
    assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
}

#[test]
fn google_is_sent_no_use_if_consent_is_withdrawn_before_the_answer() {
    let setup = ReviewSetup::new(Store::GooglePlay, &rule("decline"));
    setup.request_review();
    setup.report(true);
    setup.report(false);
    setup.work();
    let answers = setup.answers();
    assert_eq!(answers.len(), 1);
    assert_eq!((answers[0].consumed, answers[0].usage.len()), (None, 0));
    assert_eq!(answers[0].preference, RefundPreference::Decline);
}

#[test]
fn consent_that_is_withdrawn_while_a_dead_process_may_have_sent_it_stops_its_repetition() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.request_review();
    setup.report(true);
    let id = setup.review().action.unwrap();
    let row = setup.engine.read(|read| read.action(id)).unwrap().unwrap();
    setup.engine.claim(row).unwrap().unwrap();
    setup.report(false);
    setup.shop.after(Span::from_hours(1));
    setup.work();
    assert!(setup.answers().is_empty());
    assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
}

#[test]
fn consent_that_is_withdrawn_after_the_clock_was_set_back_is_withdrawn_until_the_player_agrees_again() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    setup.report(true);
    setup.shop.after(Span::from_hours(-1));
    setup.rescind("A1");
    setup.request_review();
    setup.work();
    assert!(setup.answers().is_empty(), "Apple was answered without consent");
    assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
    setup.shop.after(Span::from_hours(-1));
    setup.report(true);
    setup.work();
    assert_eq!(setup.answers().len(), 1);
}

#[test]
fn an_unreadable_refund_keeps_no_other_player_from_withdrawing_consent() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    let what = FactKind::Requested { deadline: None, reason: None, token: None };
    let request = Fact { at: NOON, what, trust: Trust::Signed, about: order("2") };
    setup.engine.ingest_signal(signal("other", CaseKey::Order("2".to_owned()), request), b"{}").unwrap();
    setup.request_review();
    setup.report(true);
    let ledger = setup.shop.folder.path().join("ledger.db");
    let edited =
        another_program::change(&ledger, "UPDATE refunds SET folded = 'no JSON' WHERE order_id = '2'");
    assert_eq!(edited, 1);
    setup.rescind("A1");
    setup.work();
    assert!(setup.answers().is_empty());
    assert_eq!(setup.review().state, ReviewState::DeclinedToAnswer);
}
