//! Refunds without a reason in an engine that was closed past the deadline.

use super::default_rules::words;
use super::inquiries::{ALERT, BLOCK, InquirySetup, REFUND, SECOND, confirmed, voided};
use super::*;
use crate::model::{Initiator, Inquiry, InquiryState};

const GOODWILL: fn(&mut Fact) = |fact| words(fact, Some(Reason::Other), Some(Initiator::Developer), None);

fn reopened_after_two_days(mut setup: InquirySetup, policy: &str) -> InquirySetup {
    setup.reopen_after(Span::from_days(2), policy);
    setup
}

/// Records a purchase of nine days ago and pushes its void.
fn buy_and_void(setup: &InquirySetup, order: &str, app: &str) {
    let purchased_at = Some(NOON.plus(Span::from_days(-9)));
    let purchase = Purchase { purchased_at, ..Purchase::new(Store::GooglePlay, "ann", order) };
    setup.fixture.engine.record_purchase(purchase).unwrap();
    let mut void = voided(order, refunded(super::order(order), 0));
    void.place.app = app.to_owned();
    setup.fixture.engine.ingest_signal(void, b"{}").unwrap();
}

fn inquiry(setup: &InquirySetup, order: &str) -> Inquiry {
    setup.fixture.engine.order(order).unwrap().inquiries.remove(0)
}

#[test]
fn an_engine_that_was_down_past_the_deadline_queries_before_it_decides() {
    let down_for_two_days = || {
        let setup = InquirySetup::new().bought(9);
        setup.push("pushed");
        reopened_after_two_days(setup, "[]")
    };
    let setup = down_for_two_days();
    setup.shop.answers_with(GOODWILL);
    assert_eq!(setup.pass(0), 1);
    assert_eq!(setup.fixture.kinds(), [REFUND]);

    let setup = down_for_two_days();
    setup.shop.is_down();
    assert_eq!(setup.pass(0), 1);
    assert_eq!(
        setup.fixture.kinds(),
        [REFUND, ALERT, BLOCK],
        "the store was queried, and its answer is not awaited"
    );

    // Without queries the writer's thread decides, after the usual wait.
    let setup = down_for_two_days();
    assert_eq!(setup.fixture.kinds(), [REFUND]);
    setup.fixture.clock.advance(Span::from_millis(60 * SECOND));
    let mut kinds = Vec::new();
    while kinds.len() < 2 {
        assert!(setup.fixture.engine.wait(Duration::from_secs(20)));
        kinds.extend(setup.fixture.kinds());
    }
    assert_eq!(kinds, [ALERT, BLOCK]);
    assert_eq!(setup.shop.queries(), 0);
}

#[test]
fn a_message_before_the_query_does_not_decide() {
    // The player becomes known.
    let setup = InquirySetup::new();
    setup.push("pushed");
    assert_eq!(setup.fixture.kinds(), [EventKind::Unattributed]);
    let setup = reopened_after_two_days(setup, "[]").bought(9);
    assert_eq!(setup.fixture.kinds(), [REFUND]);
    setup.shop.answers_with(GOODWILL);
    assert_eq!(setup.pass(0), 1);
    assert_eq!(setup.fixture.kinds(), []);
    assert!(!setup.fixture.engine.is_blocked("ann"));

    // Another message about the same refund comes.
    let setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    let setup = reopened_after_two_days(setup, "[]");
    let void = voided("pushed again", refunded(OrderDetails { quantity: Some(1), ..order("1") }, 9));
    setup.fixture.engine.ingest_signal(void, b"{}").unwrap();
    assert_eq!(setup.fixture.kinds(), [REFUND]);
    setup.shop.answers_with(GOODWILL);
    assert_eq!(setup.pass(0), 1);
    assert_eq!(setup.fixture.kinds(), []);

    // Another refund of the player has the earlier ones decided again.
    let policy = r#"[{"name":"fifth","match":{"user_refunds":{"within":"30d","at_least":5}},"action":"alert"},
                     {"name":"developer","match":{"initiator":["developer"]},"action":"notify"},
                     {"name":"one","action":{"block":"permanently"}}]"#;
    let setup = InquirySetup::with(policy, "60s").bought(9);
    setup.push("pushed");
    let setup = reopened_after_two_days(setup, policy);
    setup.fixture.engine.record_purchase(Purchase::new(Store::GooglePlay, "ann", "2")).unwrap();
    let other = confirmed(|fact| words(fact, None, Some(Initiator::Developer), None));
    setup.fixture.engine.ingest_signal(voided("other", Fact { about: order("2"), ..other }), b"{}").unwrap();
    assert_eq!(setup.fixture.kinds(), [REFUND, REFUND]);
    setup.shop.answers_with(GOODWILL);
    assert_eq!(setup.pass(0), 1);
    assert_eq!(setup.fixture.kinds(), []);
    assert!(!setup.fixture.engine.is_blocked("ann"));
}

#[test]
fn a_refund_left_for_the_next_round_is_not_decided_before_its_query() {
    let mut setup = InquirySetup::new();
    for n in 1..66 {
        buy_and_void(&setup, &n.to_string(), &place().app);
    }
    setup.reopen_after(Span::from_hours(1), "[]");
    assert_eq!(setup.fixture.engine.work_on_inquiries().unwrap(), 64);
    let waiting = |setup: &InquirySetup| {
        (1..66)
            .filter(|n| {
                let order = setup.fixture.engine.order(&n.to_string()).unwrap();
                order.inquiries[0].state == InquiryState::Waiting
            })
            .count()
    };
    assert_eq!(waiting(&setup), 65);
    assert_eq!(setup.pass(0), 1);
    assert_eq!(waiting(&setup), 0);
}

#[test]
fn inquiries_of_an_app_without_credentials_delay_no_other_app() {
    let mut setup = InquirySetup::new();
    let removed = "com.example.removed";
    *setup.shop.more_apps.lock().unwrap() = vec![removed.to_owned()];
    setup.reopen("[]");
    for n in 0..65 {
        buy_and_void(&setup, &format!("removed {n}"), removed);
    }
    buy_and_void(&setup, "1", &place().app);
    let all = |setup: &InquirySetup, state: InquiryState| {
        (0..65).all(|n| inquiry(setup, &format!("removed {n}")).state == state)
    };
    setup.shop.more_apps.lock().unwrap().clear();
    setup.reopen("[]");

    assert_eq!(setup.pass(0), 1, "the other app's refund is queried");
    assert!(setup.shop.last_query().iter().all(|refund| refund.about.order_id.as_deref() == Some("1")));
    assert_eq!(
        setup.fixture.engine.next_inquiry_at(),
        inquiry(&setup, "1").next_at,
        "the thread does not wake for an app without credentials"
    );
    assert!(all(&setup, InquiryState::Waiting));
    setup.shop.answers_with(GOODWILL);
    assert_eq!(setup.pass(60 * SECOND), 1);
    assert_eq!(setup.state(), InquiryState::Answered);
    assert!(all(&setup, InquiryState::Overdue), "decided at their deadline");
    assert_eq!(setup.fixture.engine.next_inquiry_at(), None);

    // With its credentials restored within a day, the app is queried again.
    *setup.shop.more_apps.lock().unwrap() = vec![removed.to_owned()];
    setup.reopen("[]");
    assert_eq!((setup.pass(0), setup.pass(0)), (64, 1));
    setup.shop.more_apps.lock().unwrap().clear();
    setup.reopen("[]");

    setup.pass(Span::from_days(1).millis());
    assert!(all(&setup, InquiryState::Failed));
    let error = inquiry(&setup, "removed 0").error.unwrap();
    assert!(error.contains(removed) && error.contains("recoup reconcile"), "{error}");
}
