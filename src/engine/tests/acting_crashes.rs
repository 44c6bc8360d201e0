//! A process that dies between any two steps of an action.

use super::super::store_actions::StoreRequest;
use super::store_calls::*;
use super::*;
use crate::ledger::ActionRow;
use crate::model::{Happening, RefundOrder, StoreActionState, StoreAnswer};
use crate::stores::{ApiError, RefundAnswer};

/// The step before which the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Died {
    Written,
    Sending,
    Sent,
}

/// A store whose process died in the middle of a refund.
fn died(order: RefundOrder, how: Died) -> Shop {
    let shop = Shop::new(Default::default());
    let engine = shop.open();
    let request = StoreRequest::Refund(order);
    let (row, new) = engine.write_action(request.clone(), "eve", "bug 7", Some("ticket")).unwrap();
    assert!(new);
    if how != Died::Written {
        let (row, step): (ActionRow, _) = engine.claim(row).unwrap().unwrap();
        if how == Died::Sent {
            engine.call_store(&row, &request, step);
        }
    }
    drop(engine);
    shop
}

#[test]
fn a_written_unsent_action_is_sent_once() {
    let shop = died(stripe(), Died::Written);
    let engine = shop.open();
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
    assert_eq!(shop.stores.sent().len(), 1);
    engine.issue_refund(stripe(), "eve", "bug 7", Some("ticket")).unwrap();
    assert_eq!(shop.stores.sent().len(), 1);
}

#[test]
fn a_stripe_refund_is_repeated_with_the_same_key() {
    for (how, times) in [(Died::Sending, 1), (Died::Sent, 2)] {
        let shop = died(stripe(), how);
        let engine = shop.open();
        engine.work_on_actions().unwrap();
        let sent = shop.stores.sent();
        assert_eq!(sent.len(), times, "{how:?}");
        assert!(sent.iter().all(|one| *one == sent[0]));
        assert_eq!(only_action(&engine).state, StoreActionState::Done);
    }
}

#[test]
fn a_stripe_refund_is_not_repeated_once_its_key_may_be_forgotten() {
    let shop = died(stripe(), Died::Sent);
    shop.after(Span::from_hours(24));
    let engine = shop.open();
    engine.work_on_actions().unwrap();
    assert_eq!(shop.stores.sent().len(), 1);
    assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
}

#[test]
fn google_is_queried_first_and_the_request_repeated_only_if_not_refunded() {
    for refunded in [true, false] {
        let shop = died(google(), Died::Sent);
        shop.stores.refunded.lock().unwrap().0 = refunded;
        let engine = shop.open();
        engine.work_on_actions().unwrap();
        assert_eq!(shop.stores.sent().len(), if refunded { 1 } else { 2 });
        let action = only_action(&engine);
        assert_eq!(action.state, StoreActionState::Done);
        assert_eq!(action.answer == Some(StoreAnswer::AlreadyRefunded), refunded);
    }
}

#[test]
fn another_living_process_is_not_presumed_dead() {
    let shop = Shop::new(Default::default());
    let (one, other) = (shop.open(), shop.open());
    let (row, _) = one.write_action(StoreRequest::Refund(stripe()), "eve", "bug 7", None).unwrap();
    let claimed = one.claim(row.clone()).unwrap();
    assert!(claimed.is_some());
    assert!(other.claim(row).unwrap().is_none());
    assert_eq!(other.work_on_actions().unwrap(), 0);
    let third = shop.open();
    assert_eq!(third.work_on_actions().unwrap(), 0);
    assert!(shop.stores.sent().is_empty());
    shop.after(Span::from_hours(1));
    assert_eq!(other.work_on_actions().unwrap(), 1);
    assert_eq!(shop.stores.sent().len(), 1);
}

#[test]
fn a_sender_presumed_dead_overwrites_nothing_but_a_success() {
    let shop = Shop::new(FakeStores::answering([Err(timeout()), Ok(RefundAnswer::AlreadyRefunded)]));
    let (one, other) = (shop.open(), shop.open());
    let request = StoreRequest::Refund(stripe());
    let (row, _) = one.write_action(request.clone(), "eve", "bug 7", None).unwrap();
    let (row, step) = one.claim(row).unwrap().unwrap();
    let (late, reported) = one.call_store(&row, &request, step);
    shop.after(Span::from_hours(1));
    other.work_on_actions().unwrap();
    assert_eq!(only_action(&other).state, StoreActionState::Done);
    one.settle_action(&row, late, reported).unwrap();
    assert_eq!(only_action(&other).state, StoreActionState::Done, "a late failure undid what was done");
    shop.after(Span::from_hours(1));
    assert_eq!(other.work_on_actions().unwrap(), 0);
}

#[test]
fn a_refusal_that_does_not_cover_an_earlier_attempt_does_not_fail_the_action() {
    for order in [stripe(), google()] {
        let shop = died(order, Died::Sent);
        shop.stores.broken_query.store(true, std::sync::atomic::Ordering::SeqCst);
        shop.stores
            .answers
            .lock()
            .unwrap()
            .push_back(Err(ApiError::Credentials { problem: "rolled".to_owned() }));
        let engine = shop.open();
        engine.work_on_actions().unwrap();
        assert_eq!(only_action(&engine).state, StoreActionState::Written);
        shop.after(Span::from_days(4));
        engine.work_on_actions().unwrap();
        assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
    }
}

#[test]
fn an_account_without_the_payment_does_not_settle_what_another_was_sent() {
    let shop = died(stripe(), Died::Sent);
    shop.stores.answers.lock().unwrap().push_back(Err(refused(404, false)));
    let engine = shop.open();
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Written);
    shop.after(Span::from_hours(24));
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Unknown);

    // An action that was never sent before fails.
    let shop = died(stripe(), Died::Written);
    shop.stores.answers.lock().unwrap().push_back(Err(refused(404, false)));
    let engine = shop.open();
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Failed);
}

#[test]
fn google_is_still_queried_after_the_time_to_send_has_passed() {
    let shop = died(google(), Died::Sent);
    shop.stores.refunded.lock().unwrap().0 = true;
    shop.after(Span::from_hours(30));
    let engine = shop.open();
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
    assert_eq!(shop.stores.sent().len(), 1);
}

#[test]
fn expiry_is_not_journalled_as_sending() {
    let shop = died(stripe(), Died::Sent);
    shop.after(Span::from_hours(24));
    let engine = shop.open();
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).attempts, 1);
    let journal = engine.order("ch_1").unwrap().journal;
    let sendings = journal.iter().filter(|entry| matches!(entry.what, Happening::ActionSending { .. }));
    assert_eq!(sendings.count(), 1);
}

#[test]
fn an_engine_without_credentials_leaves_an_action_to_one_with_them() {
    let mut shop = died(stripe(), Died::Written);
    let with = Arc::clone(&shop.stores);
    shop.stores = Arc::new(FakeStores { unconfigured: true, ..Default::default() });
    assert_eq!(shop.open().work_on_actions().unwrap(), 0);
    shop.stores = with;
    let engine = shop.open();
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
}

#[test]
fn an_expired_action_is_not_resumed_by_a_sender_presumed_dead() {
    let shop = Shop::new(FakeStores::answering([Err(timeout())]));
    let (one, other) = (shop.open(), shop.open());
    let request = StoreRequest::Refund(stripe());
    let (row, _) = one.write_action(request.clone(), "eve", "bug 7", None).unwrap();
    let (row, step) = one.claim(row).unwrap().unwrap();
    let (late, reported) = one.call_store(&row, &request, step);
    shop.after(Span::from_hours(24));
    other.work_on_actions().unwrap();
    one.settle_action(&row, late, reported).unwrap();
    assert_eq!(only_action(&other).state, StoreActionState::Unknown);
}
