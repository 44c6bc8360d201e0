//! Refunds without a reason in an engine that was closed until after the deadline.

use super::default_rules::words;
use super::inquiries::{ALERT, Asking, BLOCK, REFUND, SECOND, confirmed, voided};
use super::*;
use crate::model::{Initiator, Inquiry, InquiryState};

const GOODWILL: fn(&mut Fact) = |fact| words(fact, Some(Reason::Other), Some(Initiator::Developer), None);

fn reopened_after_two_days(mut asking: Asking, policy: &str) -> Asking {
    asking.reopen_after(Span::from_days(2), policy);
    asking
}

/// Records a purchase of nine days ago and pushes its void.
fn buy_and_void(asking: &Asking, order: &str, app: &str) {
    let purchased_at = Some(NOON.plus(Span::from_days(-9)));
    let purchase = Purchase { purchased_at, ..Purchase::new(Store::GooglePlay, "ann", order) };
    asking.bench.engine.record_purchase(purchase).unwrap();
    let mut void = voided(order, refunded(super::order(order), 0));
    void.place.app = app.to_owned();
    asking.bench.engine.take(void, b"{}").unwrap();
}

fn inquiry(asking: &Asking, order: &str) -> Inquiry {
    asking.bench.engine.order(order).unwrap().inquiries.remove(0)
}

#[test]
fn an_engine_that_was_down_until_after_the_deadline_asks_before_it_decides() {
    let down_for_two_days = || {
        let asking = Asking::new().bought(9);
        asking.push("pushed");
        reopened_after_two_days(asking, "[]")
    };
    let asking = down_for_two_days();
    asking.shop.answers_with(GOODWILL);
    assert_eq!(asking.pass(0), 1);
    assert_eq!(asking.bench.kinds(), [REFUND]);

    let asking = down_for_two_days();
    asking.shop.is_down();
    assert_eq!(asking.pass(0), 1);
    assert_eq!(
        asking.bench.kinds(),
        [REFUND, ALERT, BLOCK],
        "the store was asked, and its answer is not waited for"
    );

    // The writer's thread decides where nobody asks, and gives whoever asks as much time as before.
    let asking = down_for_two_days();
    assert_eq!(asking.bench.kinds(), [REFUND]);
    asking.bench.clock.advance(Span::from_millis(60 * SECOND));
    let mut kinds = Vec::new();
    while kinds.len() < 2 {
        assert!(asking.bench.engine.wait(Duration::from_secs(20)));
        kinds.extend(asking.bench.kinds());
    }
    assert_eq!(kinds, [ALERT, BLOCK]);
    assert_eq!(asking.shop.asked(), 0);
}

#[test]
fn what_comes_before_the_store_is_asked_does_not_decide() {
    // The player becomes known.
    let asking = Asking::new();
    asking.push("pushed");
    assert_eq!(asking.bench.kinds(), [EventKind::Unattributed]);
    let asking = reopened_after_two_days(asking, "[]").bought(9);
    assert_eq!(asking.bench.kinds(), [REFUND]);
    asking.shop.answers_with(GOODWILL);
    assert_eq!(asking.pass(0), 1);
    assert_eq!(asking.bench.kinds(), []);
    assert!(!asking.bench.engine.is_blocked("ann"));

    // Another message about the same refund comes.
    let asking = Asking::new().bought(9);
    asking.push("pushed");
    let asking = reopened_after_two_days(asking, "[]");
    let void = voided("pushed again", refunded(OrderDetails { quantity: Some(1), ..order("1") }, 9));
    asking.bench.engine.take(void, b"{}").unwrap();
    assert_eq!(asking.bench.kinds(), [REFUND]);
    asking.shop.answers_with(GOODWILL);
    assert_eq!(asking.pass(0), 1);
    assert_eq!(asking.bench.kinds(), []);

    // Another refund of the player has the earlier ones decided again.
    let policy = r#"[{"name":"fifth","match":{"user_refunds":{"within":"30d","at_least":5}},"action":"alert"},
                     {"name":"developer","match":{"initiator":["developer"]},"action":"notify"},
                     {"name":"one","action":{"block":"permanently"}}]"#;
    let asking = Asking::with(policy, "60s").bought(9);
    asking.push("pushed");
    let asking = reopened_after_two_days(asking, policy);
    asking.bench.engine.record_purchase(Purchase::new(Store::GooglePlay, "ann", "2")).unwrap();
    let other = confirmed(|fact| words(fact, None, Some(Initiator::Developer), None));
    asking.bench.engine.take(voided("other", Fact { about: order("2"), ..other }), b"{}").unwrap();
    assert_eq!(asking.bench.kinds(), [REFUND, REFUND]);
    asking.shop.answers_with(GOODWILL);
    assert_eq!(asking.pass(0), 1);
    assert_eq!(asking.bench.kinds(), []);
    assert!(!asking.bench.engine.is_blocked("ann"));
}

#[test]
fn what_is_left_for_the_next_round_is_not_decided_before_it_is_asked_about() {
    let mut asking = Asking::new();
    for n in 1..66 {
        buy_and_void(&asking, &n.to_string(), &place().app);
    }
    asking.reopen_after(Span::from_hours(1), "[]");
    assert_eq!(asking.bench.engine.work_on_inquiries().unwrap(), 64);
    let waiting = |asking: &Asking| {
        (1..66)
            .filter(|n| {
                let order = asking.bench.engine.order(&n.to_string()).unwrap();
                order.inquiries[0].state == InquiryState::Waiting
            })
            .count()
    };
    assert_eq!(waiting(&asking), 65);
    assert_eq!(asking.pass(0), 1);
    assert_eq!(waiting(&asking), 0);
}

#[test]
fn inquiries_of_an_app_without_credentials_keep_no_other_app_waiting() {
    let mut asking = Asking::new();
    let removed = "com.example.removed";
    *asking.shop.more_apps.lock().unwrap() = vec![removed.to_owned()];
    asking.reopen("[]");
    for n in 0..65 {
        buy_and_void(&asking, &format!("removed {n}"), removed);
    }
    buy_and_void(&asking, "1", &place().app);
    let all = |asking: &Asking, state: InquiryState| {
        (0..65).all(|n| inquiry(asking, &format!("removed {n}")).state == state)
    };
    asking.shop.more_apps.lock().unwrap().clear();
    asking.reopen("[]");

    assert_eq!(asking.pass(0), 1, "the other app's refund is asked about");
    assert!(asking.shop.asked_last().iter().all(|refund| refund.about.order_id.as_deref() == Some("1")));
    assert_eq!(
        asking.bench.engine.next_inquiry_at(),
        inquiry(&asking, "1").next_at,
        "the thread does not wake for what it cannot ask about"
    );
    assert!(all(&asking, InquiryState::Waiting));
    asking.shop.answers_with(GOODWILL);
    assert_eq!(asking.pass(60 * SECOND), 1);
    assert_eq!(asking.state(), InquiryState::Answered);
    assert!(all(&asking, InquiryState::Overdue), "decided at their deadline");
    assert_eq!(asking.bench.engine.next_inquiry_at(), None);

    // With its credentials back within a day the app is asked about again.
    *asking.shop.more_apps.lock().unwrap() = vec![removed.to_owned()];
    asking.reopen("[]");
    assert_eq!((asking.pass(0), asking.pass(0)), (64, 1));
    asking.shop.more_apps.lock().unwrap().clear();
    asking.reopen("[]");

    asking.pass(Span::from_days(1).millis());
    assert!(all(&asking, InquiryState::Failed));
    let error = inquiry(&asking, "removed 0").error.unwrap();
    assert!(error.contains(removed) && error.contains("recoup reconcile"), "{error}");
}
