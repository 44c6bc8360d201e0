//! Refund requests that a store asks about.

use super::super::act::StoreRequest;
use super::store_calls::*;
use super::*;
use crate::model::{
    Consumption, Currency, Delivery, MilliPercent, Money, RefundPreference, ReviewAnswer, ReviewOutcome,
    ReviewState, StoreActionState,
};

const TWELVE_HOURS: Span = Span::from_hours(12);

struct Desk {
    shop: Shop,
    engine: Engine,
    store: Store,
    told: std::cell::Cell<u32>,
}

impl Desk {
    fn new(store: Store, rules: &str) -> Self {
        let mut shop = Shop::new(Default::default());
        shop.rules = rules.to_owned();
        let engine = shop.open();
        Self { shop, engine, store, told: Default::default() }
    }

    fn tell(&self, what: What) {
        self.tell_of(self.engine.now(), what);
    }

    fn tell_of(&self, at: Timestamp, what: What) {
        self.told.set(self.told.get() + 1);
        let about = OrderDetails { app_transaction_id: Some("A1".to_owned()), ..order("1") };
        let fact = Fact { at, what, trust: Trust::Signed, about };
        let mut signal = signal(&format!("n{}", self.told.get()), CaseKey::Order("1".to_owned()), fact);
        signal.place.store = self.store.clone();
        self.engine.take(signal, b"{}").unwrap();
    }

    fn ask(&self) {
        let deadline = Some(self.engine.now().plus(TWELVE_HOURS));
        self.tell(What::Requested { deadline, reason: None, token: Some("pending".to_owned()) });
    }

    fn rescind(&self, download: &str) {
        self.told.set(self.told.get() + 1);
        let about = OrderDetails { app_transaction_id: Some(download.to_owned()), ..Default::default() };
        let signal = Signal {
            place: place(),
            notification_id: format!("n{}", self.told.get()),
            name: "RESCIND_CONSENT".to_owned(),
            at: self.engine.now(),
            meaning: Meaning::ConsentRescinded { about },
        };
        self.engine.take(signal, b"{}").unwrap();
    }

    fn report(&self, consent: bool) {
        self.engine.report_consumption(ConsumptionOf::Order("1"), report(consent)).unwrap();
    }

    fn work(&self) {
        self.engine.work_on_reviews().unwrap();
        self.engine.work_on_actions().unwrap();
    }

    fn review(&self) -> crate::model::ReviewCase {
        self.engine.reviews(&Default::default(), None, 10).unwrap().items.remove(0)
    }

    fn answers(&self) -> Vec<ReviewAnswer> {
        self.shop
            .stores
            .sent()
            .into_iter()
            .map(|(request, _)| match request {
                StoreRequest::AnswerReview(_, answer) => *answer,
                other => panic!("{other:?}"),
            })
            .collect()
    }
}

fn report(consent: bool) -> Consumption {
    Consumption {
        delivery: Delivery::Delivered,
        consumed: MilliPercent::new(40_000),
        sample_given: true,
        usage: vec![crate::model::Usage { at: NOON, what: Some("gems".to_owned()), ip_address: None }],
        consent,
    }
}

fn rule(answer: &str) -> String {
    format!(r#"[{{"name":"mine","answer":"{answer}"}}]"#)
}

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
fn google_is_told_a_preference_but_no_use_without_consent_and_data_only_says_nothing() {
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
fn what_came_of_it_is_recorded_and_counted() {
    let desk = Desk::new(Store::AppStore, "[]");
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 4_990_000, currency: Currency::new("USD").unwrap() });
    desk.engine.record_purchase(bought).unwrap();
    desk.ask();
    desk.report(true);
    desk.work();
    assert_eq!(desk.review().outcome, None);
    desk.shop.after(Span::from_hours(1));
    desk.tell(What::Declined);
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Declined));
    let figures = desk.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.cases, figures.answered, figures.declined_by_store, figures.missed), (1, 1, 1, 0));
    assert_eq!(figures.money_kept["USD"], 4_990_000);

    // The player asks again, and is refunded before anybody answers.
    desk.shop.after(Span::from_hours(1));
    desk.tell(What::Requested { deadline: None, reason: None, token: None });
    desk.shop.after(Span::from_hours(1));
    let what = What::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: None,
    };
    desk.tell(what);
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Refunded));
    let figures = desk.engine.review_figures(NOON).unwrap();
    assert_eq!((figures.cases, figures.refunded, figures.declined_by_store), (2, 1, 1));
    assert_eq!(figures.money_kept.get("USD"), None, "the money went back after all");
    desk.shop.after(Span::from_hours(1));
    desk.tell(What::Reversed { step: None, extent: None });
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Reversed));
    assert_eq!(desk.engine.review_figures(NOON).unwrap().money_kept["USD"], 4_990_000, "one order");
    assert_eq!(desk.engine.review_figures(desk.engine.now()).unwrap().cases, 0);
}

#[test]
fn a_request_decided_before_it_was_answered_is_closed() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.ask();
    desk.shop.after(Span::from_hours(1));
    desk.tell(What::Declined);
    assert_eq!(desk.review().state, ReviewState::Closed);
    desk.report(true);
    desk.work();
    assert!(desk.answers().is_empty());
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
    let (answered, told) = desk.engine.ask_store(&row, &request, step);
    desk.engine.settle(&row, answered, told).unwrap();
    desk.shop.after(Span::from_hours(2));
    desk.work();
    assert_eq!(desk.answers().len(), 1);
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
}

#[test]
fn google_is_told_no_use_where_the_consent_is_withdrawn_before_the_answer_is_sent() {
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
fn a_report_after_the_deadline_makes_no_silence_a_missed_deadline() {
    let desk = Desk::new(Store::AppStore, &rule("decline"));
    desk.ask();
    desk.report(false);
    desk.shop.after(TWELVE_HOURS);
    desk.report(true);
    assert_eq!(desk.review().state, ReviewState::DeclinedToAnswer);
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
fn an_earlier_refund_of_a_part_is_no_answer_to_a_later_request() {
    let desk = Desk::new(Store::AppStore, "[]");
    let mut bought = Purchase::new(Store::AppStore, "ann", "1");
    bought.price = Some(Money { micros: 3_000_000, currency: Currency::new("USD").unwrap() });
    desk.engine.record_purchase(bought).unwrap();
    let extent = Extent::Share(MilliPercent::new(33_333).unwrap());
    desk.tell(What::Refunded { step: None, extent, reason: None, initiator: None, subscription_live: None });
    desk.shop.after(Span::from_hours(1));
    desk.ask();
    desk.shop.after(Span::from_hours(1));
    desk.tell(What::Declined);
    assert_eq!(desk.review().outcome, Some(ReviewOutcome::Declined));
    assert_eq!(desk.engine.review_figures(NOON).unwrap().money_kept["USD"], 2_000_010);
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
fn an_answer_that_cannot_be_sent_any_more_since_the_store_decided_was_not_missed() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.shop.stores.answers.lock().unwrap().extend((0..50).map(|_| Err(timeout())));
    desk.ask();
    desk.report(true);
    desk.work();
    desk.tell(What::Declined);
    desk.shop.after(TWELVE_HOURS);
    desk.work();
    assert_eq!(desk.review().state, ReviewState::Closed);
}

#[test]
fn the_sandbox_keeps_no_money() {
    let desk = Desk::new(Store::AppStore, "[]");
    desk.ask();
    assert_eq!(desk.engine.review_figures(NOON).unwrap().cases, 1);
    let connection = rusqlite::Connection::open(desk.shop.folder.path().join("ledger.db")).unwrap();
    connection.execute("UPDATE refunds SET effective_environment = 'sandbox'", []).unwrap();
    assert_eq!(desk.engine.review_figures(NOON).unwrap().cases, 0);
}
