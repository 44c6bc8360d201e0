//! Store actions while the clock is set back.

use super::super::store_actions::StoreRequest;
use super::store_calls::*;
use super::*;
use crate::model::{RefundOrder, ReviewState, StoreActionState};
use crate::stores::{ApiError, RefundAnswer};

const MINUTE: Span = Span::from_millis(60_000);
const TWO_HOURS_BACK: Span = Span::from_hours(-2);
const A_YEAR_BACK: Span = Span::from_days(-365);

/// An action with this answer by the store, after which the clock is set back.
fn set_back(order: RefundOrder, answer: Result<RefundAnswer, ApiError>, by: Span) -> (Shop, Engine) {
    let shop = Shop::new(FakeStores::answering([answer]));
    let engine = shop.open();
    engine.issue_refund(order, "eve", "bug 7", None).unwrap();
    shop.after(by);
    (shop, engine)
}

#[test]
fn an_unsent_action_is_sent_at_once_and_not_at_its_old_time() {
    for order in [stripe(), google()] {
        let (shop, engine) = set_back(order, Err(refused(429, true)), A_YEAR_BACK);
        assert_eq!(engine.work_on_actions().unwrap(), 1);
        assert_eq!(only_action(&engine).state, StoreActionState::Done);
        assert_eq!(shop.stores.sent().len(), 2);
    }
}

#[test]
fn an_unsendable_action_expires_a_day_after_the_clock_was_set_back() {
    let (shop, engine) = set_back(stripe(), Err(refused(429, true)), A_YEAR_BACK);
    shop.stores.answers.lock().unwrap().extend((0..100).map(|_| Err(refused(429, true))));
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Written);
    shop.after(Span::from_hours(23));
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Failed);
}

#[test]
fn a_stripe_refund_that_may_be_done_is_not_repeated_after_an_unknown_time() {
    for by in [TWO_HOURS_BACK, A_YEAR_BACK] {
        let (shop, engine) = set_back(stripe(), Err(timeout()), by);
        engine.work_on_actions().unwrap();
        assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
        assert_eq!(shop.stores.sent().len(), 1);
    }
}

#[test]
fn a_dead_processs_stripe_refund_is_not_repeated_after_an_unknown_time() {
    let shop = Shop::new(Default::default());
    let engine = shop.open();
    let (row, _) = engine.write_action(StoreRequest::Refund(stripe()), "eve", "bug 7", None).unwrap();
    engine.claim(row).unwrap().unwrap();
    drop(engine);
    shop.after(TWO_HOURS_BACK);
    let engine = shop.open();
    engine.work_on_actions().unwrap();
    shop.after(Span::from_hours(1));
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
    assert!(shop.stores.sent().is_empty());
}

#[test]
fn the_clock_is_compared_with_claims_and_answers_too() {
    for is_answered in [false, true] {
        let shop = Shop::new(FakeStores::answering([Err(timeout())]));
        let engine = shop.open();
        let request = StoreRequest::Refund(stripe());
        let (row, _) = engine.write_action(request.clone(), "eve", "bug 7", None).unwrap();
        if is_answered {
            let (row, step) = engine.claim(row).unwrap().unwrap();
            shop.after(Span::from_hours(5));
            let (answered, reported) = engine.call_store(&row, &request, step);
            engine.settle_action(&row, answered, reported).unwrap();
        } else {
            shop.after(Span::from_hours(5));
            let (row, step) = engine.claim(row).unwrap().unwrap();
            engine.call_store(&row, &request, step);
        }
        drop(engine);
        shop.after(TWO_HOURS_BACK);
        let engine = shop.open();
        engine.work_on_actions().unwrap();
        shop.after(Span::from_hours(1));
        engine.work_on_actions().unwrap();
        assert_eq!(only_action(&engine).state, StoreActionState::Unknown, "{is_answered}");
        assert_eq!(shop.stores.sent().len(), 1, "{is_answered}");
    }
}

#[test]
fn a_sender_is_not_disturbed_when_the_clock_is_set_back() {
    let shop = Shop::new(Default::default());
    let (one, other) = (shop.open(), shop.open());
    let request = StoreRequest::Refund(google());
    let (row, _) = one.write_action(request.clone(), "eve", "bug 7", None).unwrap();
    let (row, step) = one.claim(row).unwrap().unwrap();
    shop.after(A_YEAR_BACK);
    assert_eq!(other.work_on_actions().unwrap(), 0);
    let (answered, reported) = one.call_store(&row, &request, step);
    one.settle_action(&row, answered, reported).unwrap();
    assert_eq!(only_action(&one).state, StoreActionState::Done);
    assert_eq!(shop.stores.sent().len(), 1);
}

#[test]
fn an_answer_that_arrives_after_the_clock_was_set_back_is_written() {
    for order in [stripe(), google()] {
        let shop = Shop::new(FakeStores::answering([Err(refused(402, false))]));
        let (one, other) = (shop.open(), shop.open());
        let request = StoreRequest::Refund(order);
        let (row, _) = one.write_action(request.clone(), "eve", "bug 7", None).unwrap();
        let (row, step) = one.claim(row).unwrap().unwrap();
        shop.after(A_YEAR_BACK);
        other.work_on_actions().unwrap();
        let (answered, reported) = one.call_store(&row, &request, step);
        one.settle_action(&row, answered, reported).unwrap();
        assert_eq!(only_action(&one).state, StoreActionState::Failed, "the store's refusal was lost");
        shop.after(Span::from_hours(1));
        assert_eq!(other.work_on_actions().unwrap(), 0);
    }
}

#[test]
fn a_correction_by_less_than_a_minute_changes_nothing() {
    let (shop, engine) = set_back(stripe(), Err(timeout()), Span::from_millis(-30_000));
    assert_eq!(engine.work_on_actions().unwrap(), 0);
    shop.after(MINUTE);
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
    assert_eq!(shop.stores.sent().len(), 2);
}

#[test]
fn google_is_queried_for_at_most_three_days_after_the_clock_was_set_back() {
    let (shop, engine) = set_back(google(), Ok(RefundAnswer::Requested { refund_id: None }), A_YEAR_BACK);
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    assert_eq!(only_action(&engine).state, StoreActionState::Confirming);
    shop.after(Span::from_days(4));
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
    assert_eq!(shop.stores.sent().len(), 1);
}

#[test]
fn google_is_not_queried_more_often_after_the_clock_was_set_back() {
    let (shop, engine) = set_back(google(), Ok(RefundAnswer::Requested { refund_id: None }), A_YEAR_BACK);
    for _ in 0..24 * 60 {
        engine.work_on_actions().unwrap();
        shop.after(MINUTE);
    }
    let queries = shop.stores.refunded.lock().unwrap().1;
    assert!((20..60).contains(&queries), "{queries} queries in a day");
}

#[test]
fn an_answer_is_retried_until_the_stores_deadline() {
    let shop = Shop::new(FakeStores::answering((0..2).map(|_| Err(timeout()))));
    let engine = shop.open();
    let deadline = engine.now().plus(Span::from_hours(12));
    let kind = FactKind::Requested { deadline: Some(deadline), reason: None, token: None };
    let request = Fact { at: engine.now(), what: kind, trust: Trust::Signed, about: order("1") };
    engine.ingest_signal(signal("n1", CaseKey::Order("1".to_owned()), request), b"{}").unwrap();
    let report = serde_json::from_str(r#"{"consent":true}"#).unwrap();
    engine.report_consumption(ConsumptionOf::Order("1"), report).unwrap();
    engine.work_on_actions().unwrap();
    shop.after(TWO_HOURS_BACK);
    engine.work_on_actions().unwrap();
    assert_eq!((shop.stores.sent().len(), only_action(&engine).state), (2, StoreActionState::Written));
    shop.clock.set(deadline);
    engine.work_on_actions().unwrap();
    assert_eq!(shop.stores.sent().len(), 2, "it was sent after the deadline");
    let review = engine.reviews(&Default::default(), None, 10).unwrap().items.remove(0);
    assert_eq!(review.state, ReviewState::Missed);
}
