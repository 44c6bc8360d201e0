//! Refunds and revocations: one request each, retries, keys, and what is written.

use super::store_calls::*;
use super::*;
use crate::model::{
    Currency, Happening, Money, RefundOrder, RevocationRefund, RevokeSubscription, StoreActionState,
    StoreAnswer,
};
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::TransportError;

const MINUTE: Span = Span::from_millis(60_000);

#[test]
fn a_refund_is_sent_once_and_its_steps_are_in_the_journal() {
    let shop = Shop::new(Default::default());
    let engine = shop.open();
    engine.record_purchase(Purchase::new(Store::Stripe, "ann", "ch_1")).unwrap();
    let action = engine.issue_refund(stripe(), "eve", "bug 7", None).unwrap();
    assert_eq!(action.state, StoreActionState::Done);
    assert_eq!(action.answer, Some(StoreAnswer::Done { id: Some("re_1".to_owned()) }));
    assert_eq!((action.who.as_str(), action.why.as_str(), action.attempts), ("eve", "bug 7", 1));
    assert_eq!(shop.stores.sent().len(), 1);
    assert_eq!(engine.action(action.id).unwrap().unwrap(), action);
    assert_eq!(engine.work_on_actions().unwrap(), 0);

    let whats: Vec<Happening> =
        engine.user("ann").unwrap().journal.into_iter().map(|entry| entry.what).collect();
    assert!(matches!(whats[0], Happening::ActionWritten { .. }), "{whats:?}");
    assert!(matches!(whats[1], Happening::ActionSending { attempt: 1, .. }), "{whats:?}");
    assert!(matches!(whats[2], Happening::ActionAnswered { state: StoreActionState::Done, .. }), "{whats:?}");
}

#[test]
fn the_same_key_is_the_same_refund_and_another_refund_needs_another_key() {
    let shop = Shop::new(Default::default());
    let engine = shop.open();
    let first = engine.issue_refund(stripe(), "eve", "bug 7", Some("ticket-1")).unwrap();
    let second = engine.issue_refund(stripe(), "bob", "again", Some("ticket-1")).unwrap();
    assert_eq!(first, second);
    assert_eq!(shop.stores.sent().len(), 1);
    let error = engine.issue_refund(google(), "eve", "bug 7", Some("ticket-1")).unwrap_err();
    assert_eq!(error.code(), "bad_action");
    engine.issue_refund(stripe(), "eve", "bug 7", Some("ticket-2")).unwrap();
    let sent = shop.stores.sent();
    assert_eq!(sent.len(), 2);
    assert_ne!(sent[0].1, sent[1].1, "two refunds under one idempotency key");
}

#[test]
fn an_unreachable_store_is_retried_with_the_same_key_at_growing_intervals_until_the_action_expires() {
    let shop = Shop::new(FakeStores::answering((0..200).map(|_| Err(timeout()))));
    let engine = shop.open();
    let action = engine.issue_refund(stripe(), "eve", "bug 7", None).unwrap();
    assert_eq!(action.state, StoreActionState::Written);
    assert_eq!(engine.work_on_actions().unwrap(), 0, "it was sent again at once");
    shop.after(MINUTE);
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    assert_eq!(engine.work_on_actions().unwrap(), 0);
    for _ in 0..(24 * 60) {
        shop.after(MINUTE);
        engine.work_on_actions().unwrap();
    }
    let sent = shop.stores.sent();
    assert!((20..60).contains(&sent.len()), "{} requests in a day", sent.len());
    assert!(sent.iter().all(|one| one.1 == sent[0].1));
    // It may have been done.
    assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
}

#[test]
fn an_action_that_was_surely_not_done_failed_and_is_not_unknown() {
    let shop = Shop::new(FakeStores::answering((0..200).map(|_| Err(refused(429, true)))));
    let engine = shop.open();
    engine.issue_refund(stripe(), "eve", "bug 7", None).unwrap();
    shop.after(Span::from_hours(24));
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Failed);
    assert_eq!(shop.stores.sent().len(), 1);
}

#[test]
fn a_refusal_is_final_and_has_the_stores_message() {
    let shop = Shop::new(FakeStores::answering([Err(refused(400, false))]));
    let engine = shop.open();
    let action = engine.issue_refund(google(), "eve", "bug 7", None).unwrap();
    assert_eq!(action.state, StoreActionState::Failed);
    let Some(StoreAnswer::Error { code, message }) = action.answer else { panic!("{:?}", action.answer) };
    assert_eq!(code, "api_refused");
    assert!(message.contains("this cannot be"), "{message}");
    shop.after(Span::from_hours(2));
    assert_eq!(engine.work_on_actions().unwrap(), 0);
}

#[test]
fn an_accepted_google_refund_is_queried_until_the_money_has_moved() {
    let shop = Shop::new(FakeStores::answering([Ok(RefundAnswer::Requested { refund_id: None })]));
    let engine = shop.open();
    let action = engine.issue_refund(google(), "eve", "bug 7", None).unwrap();
    assert_eq!(
        (action.state, action.answer),
        (StoreActionState::Confirming, Some(StoreAnswer::Accepted { id: None }))
    );
    shop.after(MINUTE);
    assert_eq!(engine.work_on_actions().unwrap(), 1);
    assert_eq!(only_action(&engine).state, StoreActionState::Confirming);
    shop.stores.refunded.lock().unwrap().0 = true;
    shop.after(MINUTE);
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
    assert_eq!(shop.stores.sent().len(), 1);
    assert_eq!(shop.stores.refunded.lock().unwrap().1, 2);
}

#[test]
fn a_google_refund_that_never_moves_money_becomes_unknown() {
    let shop = Shop::new(FakeStores::answering([Ok(RefundAnswer::Requested { refund_id: None })]));
    let engine = shop.open();
    engine.issue_refund(google(), "eve", "bug 7", None).unwrap();
    shop.after(Span::from_days(4));
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
    assert_eq!(shop.stores.sent().len(), 1);
}

#[test]
fn a_revocation_without_an_answer_is_not_sent_again() {
    let shop = Shop::new(FakeStores::answering([Err(timeout())]));
    let engine = shop.open();
    let revoke = RevokeSubscription {
        app: "com.example".to_owned(),
        purchase_token: "token".to_owned(),
        refund: RevocationRefund::Prorated,
    };
    let action = engine.revoke_subscription(revoke.clone(), "eve", "cheater", None).unwrap();
    assert_eq!(action.state, StoreActionState::Unknown);
    let next = engine.revoke_subscription(revoke, "eve", "cheater", None).unwrap();
    assert_eq!(next.state, StoreActionState::Done);
    assert_eq!(shop.stores.sent().len(), 2);
}

#[test]
fn a_revocation_unsent_without_an_access_token_is_sent_later() {
    let (host, problem) = ("api.example".to_owned(), "the token endpoint took too long".to_owned());
    let unsent = TransportError::NotSent { host, problem, retryable: true };
    let shop = Shop::new(FakeStores::answering([Err(unsent.into())]));
    let engine = shop.open();
    let (app, purchase_token) = ("com.example".to_owned(), "token".to_owned());
    let revoke = RevokeSubscription { app, purchase_token, refund: RevocationRefund::Full };
    let action = engine.revoke_subscription(revoke, "eve", "cheater", None).unwrap();
    assert_eq!(action.state, StoreActionState::Written);
    shop.after(MINUTE);
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
}

#[test]
fn a_stripe_refund_sent_with_the_same_key_does_not_count_as_failed() {
    for (status, code, retryable) in
        [(409, "idempotency_key_in_use", true), (400, "idempotency_error", false)]
    {
        let (code, message) = (code.to_owned(), "wait".to_owned());
        let sent_before = ApiError::Refused { status, code, message, retryable };
        let shop = Shop::new(FakeStores::answering([Err(sent_before)]));
        let engine = shop.open();
        engine.issue_refund(stripe(), "eve", "bug 7", None).unwrap();
        shop.after(Span::from_hours(24));
        engine.work_on_actions().unwrap();
        assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
        assert_eq!(shop.stores.sent().len(), 1);
    }
}

#[test]
fn invalid_requests_and_those_without_credentials_are_not_written() {
    let shop = Shop::new(Arc::new(FakeStores { unconfigured: true, ..Default::default() }));
    let engine = shop.open();
    assert_eq!(engine.issue_refund(stripe(), "eve", "bug", None).unwrap_err().code(), "api_not_configured");
    let stripe = |payment: &str, micros: i64| RefundOrder::Stripe {
        app: "main".to_owned(),
        payment: payment.to_owned(),
        amount: Some(Money { micros, currency: Currency::new("USD").unwrap() }),
        reason: None,
    };
    for (order, who, key) in [
        (stripe("GPA.1", 1), "eve", None),
        (stripe("ch_1", 0), "eve", None),
        (stripe("ch_1", 1), "", None),
        (stripe("ch_1", 1), "eve", Some("")),
    ] {
        let error = engine.issue_refund(order, who, "bug", key).unwrap_err();
        assert_eq!(error.code(), "bad_action", "{error}");
    }
    assert!(engine.actions(&Default::default(), None, 10).unwrap().items.is_empty());
    assert!(shop.stores.sent().is_empty());
}
