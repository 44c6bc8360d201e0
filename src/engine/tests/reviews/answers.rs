//! What a store is informed, by which rule.

use super::*;
use crate::model::{Currency, Initiator, MilliPercent, Money, ProductType, RefundPreference, ReviewState};

#[test]
fn a_report_with_consent_is_answered_once_with_the_facts() {
    for store in [Store::AppStore, Store::GooglePlay] {
        let desk = Desk::new(store, "[]");
        desk.ask();
        desk.work();
        assert_eq!(desk.review().state, ReviewState::Waiting);
        desk.report(true);
        assert_eq!(desk.review().state, ReviewState::Reported);
        desk.work();
        let review = desk.review();
        assert_eq!(review.state, ReviewState::Answered);
        desk.ask();
        desk.report(true);
        desk.work();
        let answers = desk.answers();
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0].preference, RefundPreference::Neutral);
        assert_eq!(answers[0].consumed, MilliPercent::new(40_000));
        assert_eq!(answers[0].token.as_deref(), Some("pending"));
        assert_eq!(answers[0].usage.len(), 1);
        assert!(answers[0].sample_given && !answers[0].sandbox);
        assert_eq!(answers[0].refund, review.refund_id);
    }
}

#[test]
fn what_was_reported_before_the_store_asked_counts() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    assert_eq!(desk.engine.report_consumption(ConsumptionOf::Order("1"), report(true)).unwrap(), None);
    desk.ask();
    desk.work();
    assert_eq!(desk.answers()[0].preference, RefundPreference::Decline);
    assert_eq!(desk.review().rule.as_deref(), Some("mine"));
}

#[test]
fn prorated_is_a_preference_only_for_what_is_partly_used() {
    for (consumed, preference) in [
        (Some(0), RefundPreference::Neutral),
        (Some(1), RefundPreference::Prorated),
        (Some(100_000), RefundPreference::Neutral),
        (None, RefundPreference::Neutral),
    ] {
        let desk = Desk::new(Store::AppStore, &rule("prorated"));
        desk.ask();
        let report = Consumption { consumed: consumed.and_then(MilliPercent::new), ..report(true) };
        desk.engine.report_consumption(ConsumptionOf::Order("1"), report).unwrap();
        desk.work();
        assert_eq!(desk.answers()[0].preference, preference, "{consumed:?}");
    }
}

#[test]
fn the_first_rule_that_fits_answers() {
    let rules = r#"[{"name":"cheap","match":{"amount":{"at_most":{"micros":1000000,"currency":"USD"}}},"answer":"grant"},
                    {"name":"here","match":{"store":"app-store"},"answer":"decline"}]"#;
    for (price, preference) in [(990_000, RefundPreference::Grant), (1_990_000, RefundPreference::Decline)] {
        let desk = Desk::new(Store::AppStore, rules);
        let mut bought = Purchase::new(Store::AppStore, "ann", "1");
        bought.price = Some(Money { micros: price, currency: Currency::new("USD").unwrap() });
        desk.engine.record_purchase(bought).unwrap();
        desk.ask();
        desk.report(true);
        desk.work();
        assert_eq!(desk.answers()[0].preference, preference);
    }
}

#[test]
fn stores_that_take_no_answer_have_no_reviews() {
    let desk = Desk::new(Store::Stripe, "[]");
    desk.ask();
    assert!(desk.engine.reviews(&Default::default(), None, 10).unwrap().items.is_empty());
}

#[test]
fn reports_that_make_no_sense_are_refused() {
    let desk = Desk::new(Store::AppStore, "[]");
    let error = desk.engine.report_consumption(ConsumptionOf::Refund(7), report(true)).unwrap_err();
    assert_eq!(error.code(), "unknown_review");
    let too_much: Consumption = serde_json::from_str(r#"{"consent":true,"consumed":100001}"#).unwrap();
    let error = desk.engine.report_consumption(ConsumptionOf::Order("1"), too_much).unwrap_err();
    assert_eq!(error.code(), "bad_action");
    let usage = vec![report(true).usage[0].clone(); MAX_USAGE + 1];
    let error = desk
        .engine
        .report_consumption(ConsumptionOf::Order("1"), Consumption { usage, ..report(true) })
        .unwrap_err();
    assert_eq!(error.code(), "too_many");
    assert!(serde_json::from_str::<Consumption>(r#"{"consumed":1}"#).is_err(), "consent has to be said");
}

#[test]
fn rules_see_the_request_and_the_orders_price_and_not_an_earlier_refund_of_a_part() {
    let rules = r#"[{"name":"cheap","match":{"amount":{"at_most":{"micros":1000000,"currency":"USD"}}},"answer":"grant"},
                    {"name":"the earlier","match":{"reason":"store_fault"},"answer":"grant"},
                    {"name":"by us","match":{"initiator":"developer"},"answer":"grant"},
                    {"name":"unwanted","match":{"reason":"remorse"},"answer":"decline"}]"#;
    let desk = Desk::new(Store::AppStore, rules);
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 3_000_000, currency: Currency::new("USD").unwrap() });
    desk.engine.record_purchase(bought).unwrap();
    let extent = Extent::Share(MilliPercent::new(10_000).unwrap());
    let (reason, initiator) = (Some(Reason::StoreFault), Some(Initiator::Developer));
    desk.queue(FactKind::Refunded { step: None, extent, reason, initiator, subscription_live: None });
    desk.shop.after(Span::from_hours(1));
    let deadline = Some(desk.engine.now().plus(TWELVE_HOURS));
    desk.queue(FactKind::Requested { deadline, reason: Some(Reason::Remorse), token: None });
    desk.report(true);
    desk.work();
    assert_eq!(desk.review().rule.as_deref(), Some("unwanted"));
    assert_eq!(desk.answers()[0].preference, RefundPreference::Decline);
}

#[test]
fn how_far_a_subscription_was_used_is_reported_to_google_and_left_out_for_apple() {
    for (store, consumed) in [(Store::GooglePlay, MilliPercent::new(40_000)), (Store::AppStore, None)] {
        let desk = Desk::new(store.clone(), &rule("prorated"));
        let mut bought = Purchase::new(store, "ann", "1");
        bought.product_type = Some(ProductType::Subscription);
        desk.engine.record_purchase(bought).unwrap();
        desk.ask();
        desk.report(true);
        desk.work();
        let answers = desk.answers();
        assert_eq!((answers[0].consumed, answers[0].preference), (consumed, RefundPreference::Prorated));
    }
}
