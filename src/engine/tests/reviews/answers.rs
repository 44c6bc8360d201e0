//! What is sent to a store, by which rule.

use super::*;
use crate::model::{Currency, Initiator, MilliPercent, Money, ProductType, RefundPreference, ReviewState};

#[test]
fn a_report_with_consent_is_answered_once_with_the_facts() {
    for store in [Store::AppStore, Store::GooglePlay] {
        let setup = ReviewSetup::new(store, "[]");
        setup.request_review();
        setup.work();
        assert_eq!(setup.review().state, ReviewState::Waiting);
        setup.report(true);
        assert_eq!(setup.review().state, ReviewState::Reported);
        setup.work();
        let review = setup.review();
        assert_eq!(review.state, ReviewState::Answered);
        setup.request_review();
        setup.report(true);
        setup.work();
        let answers = setup.answers();
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
fn a_report_before_the_review_counts() {
    let setup = ReviewSetup::new(Store::AppStore, &rule("decline"));
    assert_eq!(setup.engine.report_consumption(ConsumptionOf::Order("1"), report(true)).unwrap(), None);
    setup.request_review();
    setup.work();
    assert_eq!(setup.answers()[0].preference, RefundPreference::Decline);
    assert_eq!(setup.review().rule.as_deref(), Some("mine"));
}

#[test]
fn prorated_is_a_preference_only_for_what_is_partly_used() {
    for (consumed, preference) in [
        (Some(0), RefundPreference::Neutral),
        (Some(1), RefundPreference::Prorated),
        (Some(100_000), RefundPreference::Neutral),
        (None, RefundPreference::Neutral),
    ] {
        let setup = ReviewSetup::new(Store::AppStore, &rule("prorated"));
        setup.request_review();
        let report = Consumption { consumed: consumed.and_then(MilliPercent::new), ..report(true) };
        setup.engine.report_consumption(ConsumptionOf::Order("1"), report).unwrap();
        setup.work();
        assert_eq!(setup.answers()[0].preference, preference, "{consumed:?}");
    }
}

#[test]
fn the_first_matching_rule_answers() {
    let rules = r#"[{"name":"cheap","match":{"amount":{"at_most":{"micros":1000000,"currency":"USD"}}},"answer":"grant"},
                    {"name":"here","match":{"store":"app-store"},"answer":"decline"}]"#;
    for (price, preference) in [(990_000, RefundPreference::Grant), (1_990_000, RefundPreference::Decline)] {
        let setup = ReviewSetup::new(Store::AppStore, rules);
        let mut bought = Purchase::new(Store::AppStore, "ann", "1");
        bought.price = Some(Money { micros: price, currency: Currency::new("USD").unwrap() });
        setup.engine.record_purchase(bought).unwrap();
        setup.request_review();
        setup.report(true);
        setup.work();
        assert_eq!(setup.answers()[0].preference, preference);
    }
}

#[test]
fn stores_that_accept_no_answer_have_no_reviews() {
    let setup = ReviewSetup::new(Store::Stripe, "[]");
    setup.request_review();
    assert!(setup.engine.reviews(&Default::default(), None, 10).unwrap().items.is_empty());
}

#[test]
fn reports_that_make_no_sense_are_refused() {
    let setup = ReviewSetup::new(Store::AppStore, "[]");
    let error = setup.engine.report_consumption(ConsumptionOf::Refund(7), report(true)).unwrap_err();
    assert_eq!(error.code(), "unknown_review");
    let too_much: Consumption = serde_json::from_str(r#"{"consent":true,"consumed":100001}"#).unwrap();
    let error = setup.engine.report_consumption(ConsumptionOf::Order("1"), too_much).unwrap_err();
    assert_eq!(error.code(), "bad_action");
    let usage = vec![report(true).usage[0].clone(); MAX_USAGE + 1];
    let error = setup
        .engine
        .report_consumption(ConsumptionOf::Order("1"), Consumption { usage, ..report(true) })
        .unwrap_err();
    assert_eq!(error.code(), "too_many");
    assert!(serde_json::from_str::<Consumption>(r#"{"consumed":1}"#).is_err(), "consent is required");
}

#[test]
fn rules_see_the_request_and_the_orders_price_and_not_an_earlier_refund_of_a_part() {
    let rules = r#"[{"name":"cheap","match":{"amount":{"at_most":{"micros":1000000,"currency":"USD"}}},"answer":"grant"},
                    {"name":"the earlier","match":{"reason":"store_fault"},"answer":"grant"},
                    {"name":"by us","match":{"initiator":"developer"},"answer":"grant"},
                    {"name":"unwanted","match":{"reason":"remorse"},"answer":"decline"}]"#;
    let setup = ReviewSetup::new(Store::AppStore, rules);
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 3_000_000, currency: Currency::new("USD").unwrap() });
    setup.engine.record_purchase(bought).unwrap();
    let extent = Extent::Share(MilliPercent::new(10_000).unwrap());
    let (reason, initiator) = (Some(Reason::StoreFault), Some(Initiator::Developer));
    setup.queue(FactKind::Refunded { step: None, extent, reason, initiator, subscription_live: None });
    setup.shop.after(Span::from_hours(1));
    let deadline = Some(setup.engine.now().plus(TWELVE_HOURS));
    setup.queue(FactKind::Requested { deadline, reason: Some(Reason::Remorse), token: None });
    setup.report(true);
    setup.work();
    assert_eq!(setup.review().rule.as_deref(), Some("unwanted"));
    assert_eq!(setup.answers()[0].preference, RefundPreference::Decline);
}

#[test]
fn a_subscriptions_use_is_sent_to_google_and_omitted_for_apple() {
    for (store, consumed) in [(Store::GooglePlay, MilliPercent::new(40_000)), (Store::AppStore, None)] {
        let setup = ReviewSetup::new(store.clone(), &rule("prorated"));
        let mut bought = Purchase::new(store, "ann", "1");
        bought.product_type = Some(ProductType::Subscription);
        setup.engine.record_purchase(bought).unwrap();
        setup.request_review();
        setup.report(true);
        setup.work();
        let answers = setup.answers();
        assert_eq!((answers[0].consumed, answers[0].preference), (consumed, RefundPreference::Prorated));
    }
}
