//! Disputes, inquiries and early fraud warnings.

use recoup::{EventKind, Reason, Span, StoreState};
use serde_json::json;

use super::{NOON, Shop, at, in_any_order, usd};

#[test]
fn a_dispute_blocks_and_a_won_one_lifts_the_block_in_any_order() {
    let events = |shop: &Shop| {
        vec![
            shop.dispute_event("created", 999, "needs_response", 1),
            shop.dispute_event("funds_withdrawn", 999, "needs_response", 2),
            shop.dispute_event("closed", 999, "won", 90),
            shop.dispute_event("funds_reinstated", 999, "won", 91),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.refund().case.state, StoreState::Reversed, "{order:?}");
        assert!(!shop.engine.is_blocked("ann"), "{order:?}");
    });
    let shop = Shop::with_purchase();
    for event in events(&shop).iter().take(2) {
        shop.notify(event);
    }
    assert!(shop.engine.is_blocked("ann"));
    assert_eq!(shop.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    assert_eq!(shop.refund().case.reason, Some(Reason::Fraud));
}

#[test]
fn a_lost_dispute_stays_in_any_order() {
    let events = |shop: &Shop| {
        vec![
            shop.dispute_event("created", 999, "needs_response", 1),
            shop.dispute_event("updated", 999, "under_review", 30),
            shop.dispute_event("closed", 999, "lost", 90),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))), "{order:?}");
        assert!(shop.engine.is_blocked("ann"));
    });
}

#[test]
fn a_dispute_of_the_rest_adds_to_what_was_refunded_in_any_order() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_event("refund.created", ("re_1", 300), "succeeded", -120, -119),
            shop.charge_refunded(300, -119),
            shop.dispute_event("created", 699, "needs_response", 1),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))), "{order:?}");
    });
}

#[test]
fn an_inquiry_notifies_the_host_and_blocks_no_one() {
    let shop = Shop::with_purchase();
    shop.notify(&shop.dispute_event("created", 999, "warning_needs_response", 1));
    assert!(!shop.engine.is_blocked("ann"));
    assert_eq!(shop.kinds(), [EventKind::Review]);
    let review = shop.refund().case.review.unwrap();
    assert_eq!(review.deadline, Some(NOON.plus(Span::from_days(7))));
    assert_eq!(review.token.as_deref(), Some("du_1"));
    shop.notify(&shop.dispute_event("closed", 999, "warning_closed", 90));
    assert_eq!(shop.refund().case.state, StoreState::Declined);
    assert!(!shop.engine.is_blocked("ann"));
}

#[test]
fn an_early_fraud_warning_blocks_no_one_and_the_refund_after_it_does() {
    let shop = Shop::with_purchase();
    let warning = shop.stripe.early_fraud_warning("issfr_1", "ch_1", NOON);
    shop.notify(&shop.stripe.event("evt_1", "radar.early_fraud_warning.created", warning, at(1)));
    assert_eq!(shop.kinds(), [EventKind::Review]);
    assert!(!shop.engine.is_blocked("ann"));
    shop.notify(&shop.charge_refunded(999, 60));
    assert!(shop.engine.is_blocked("ann"));
}

#[test]
fn what_the_merchant_gives_back_after_a_warning_is_fraud_in_any_order_and_what_it_gave_before_is_not() {
    for (made, blocks) in [(60, true), (-60, false)] {
        let events = |shop: &Shop| {
            let warning = shop.stripe.early_fraud_warning("issfr_1", "ch_1", NOON);
            vec![
                shop.stripe.event("evt_1", "radar.early_fraud_warning.created", warning, at(1)),
                shop.refund_event("refund.created", ("re_1", 999), "succeeded", made, made),
            ]
        };
        in_any_order(events, |shop, order| {
            assert_eq!(shop.engine.is_blocked("ann"), blocks, "{order:?} {made}");
        });
    }
}

#[test]
fn a_part_of_a_capture_comes_back_beside_a_dispute_in_any_order() {
    let events = |shop: &Shop| {
        let mut charge = shop.stripe.charge("ch_1", 999, 499, at(-600));
        charge["amount_captured"] = json!(600);
        vec![
            shop.refund_event("refund.created", ("re_1", 100), "succeeded", 0, 0),
            shop.stripe.event("evt_total", "charge.refunded", charge, at(0)),
            shop.dispute_event("created", 500, "needs_response", 1),
            shop.refund_event("refund.created", ("re_2", 50), "pending", 60, 61),
            shop.refund_event("refund.failed", ("re_2", 50), "failed", 60, 70),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::PartlyRefunded, Some(usd(600))), "{order:?}");
    });
}

#[test]
fn a_dispute_in_another_currency_adds_to_a_refund_and_takes_nothing_back() {
    let shop = Shop::with_purchase();
    shop.notify(&shop.refund_event("refund.created", ("re_1", 300), "succeeded", 0, 1));
    let mut dispute = shop.dispute_event("created", 600, "needs_response", 2);
    dispute["data"]["object"]["currency"] = json!("eur");
    shop.notify(&dispute);
    // The sum of the two is unknown, so it may be too much.
    let reported =
        [EventKind::Refund, EventKind::Alert, EventKind::Refund, EventKind::Alert, EventKind::Block];
    assert_eq!(shop.kinds(), reported);
    assert_eq!(shop.state(), (StoreState::PartlyRefunded, None));
    let mut won = shop.dispute_event("closed", 600, "won", 90);
    won["data"]["object"]["currency"] = json!("eur");
    shop.notify(&won);
    assert_eq!(shop.kinds(), [EventKind::Reversal, EventKind::Unblock]);
    assert_eq!(shop.state(), (StoreState::PartlyRefunded, Some(usd(300))));
}
