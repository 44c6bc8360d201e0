//! A payment that the merchant refunded and the bank charged back.

use recoup::{EventKind, Happening, StoreState};
use serde_json::Value;

use super::{Shop, in_any_order, usd};

impl Shop {
    fn is_paid_back_twice(&self) -> bool {
        self.refund().case.paid_back_twice
    }
}

fn refunded_and_disputed(shop: &Shop) -> Vec<Value> {
    vec![
        shop.refund_event("refund.created", ("re_1", 999), "succeeded", -60, -60),
        shop.charge_refunded(999, -59),
        shop.dispute_event("created", 999, "needs_response", 1),
    ]
}

#[test]
fn it_alerts_in_any_order_and_the_price_goes_back_once() {
    in_any_order(refunded_and_disputed, |shop, order| {
        assert!(shop.is_paid_back_twice(), "{order:?}");
        assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))), "{order:?}");
        assert!(shop.engine.is_blocked("ann"), "{order:?}");
        let kinds = shop.kinds();
        let count = |kind| kinds.iter().filter(|other| **other == kind).count();
        assert_eq!(count(EventKind::Refund), 1, "{order:?} {kinds:?}");
        assert_eq!(count(EventKind::Reversal), 0, "{order:?} {kinds:?}");
        // One for the block, one for the money.
        assert_eq!(count(EventKind::Alert), 2, "{order:?} {kinds:?}");
    });
}

#[test]
fn a_dispute_that_is_won_later_or_a_refund_that_fails_later_changes_nothing_about_it() {
    for won in [true, false] {
        let events = |shop: &Shop| {
            let mut events = refunded_and_disputed(shop);
            events.push(match won {
                true => shop.dispute_event("closed", 999, "won", 900),
                false => shop.refund_event("refund.failed", ("re_1", 999), "failed", -60, 900),
            });
            events
        };
        in_any_order(events, |shop, order| {
            assert!(shop.is_paid_back_twice(), "{order:?} {won}");
            assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))), "{order:?} {won}");
            // What the bank took back blocks, and what the merchant gave back does not.
            assert_eq!(shop.engine.is_blocked("ann"), !won, "{order:?} {won}");
        });
    }
    let shop = Shop::with_purchase();
    for event in refunded_and_disputed(&shop) {
        shop.notify(&event);
    }
    shop.kinds();
    shop.notify(&shop.dispute_event("closed", 999, "won", 900));
    assert_eq!(shop.kinds(), [EventKind::Unblock], "the items stay taken back");
}

#[test]
fn parts_that_come_to_no_more_than_was_paid_are_no_such_thing() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_event("refund.created", ("re_1", 300), "succeeded", -60, -60),
            shop.charge_refunded(300, -59),
            shop.dispute_event("created", 699, "needs_response", 1),
        ]
    };
    in_any_order(events, |shop, order| assert!(!shop.is_paid_back_twice(), "{order:?}"));
}

#[test]
fn a_refund_that_failed_before_the_dispute_is_no_such_thing() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_event("refund.created", ("re_1", 999), "pending", -60, -60),
            shop.refund_event("refund.failed", ("re_1", 999), "failed", -60, -30),
            shop.dispute_event("created", 999, "needs_response", 1),
        ]
    };
    in_any_order(events, |shop, order| assert!(!shop.is_paid_back_twice(), "{order:?}"));
}

#[test]
fn it_is_in_the_journal_once() {
    let shop = Shop::with_purchase();
    for event in refunded_and_disputed(&shop) {
        shop.notify(&event);
    }
    shop.notify(&shop.dispute_event("updated", 999, "under_review", 30));
    let journal = shop.engine.order("ch_1").unwrap().journal;
    assert_eq!(journal.iter().filter(|entry| entry.what == Happening::PaidBackTwice).count(), 1);
}

#[test]
fn where_the_price_is_unknown_a_dispute_that_is_won_gives_nothing_back_either() {
    let shop = Shop::new();
    shop.notify(&shop.refund_event("refund.created", ("re_1", 999), "succeeded", -60, -60));
    shop.notify(&shop.dispute_event("created", 999, "needs_response", 1));
    assert_eq!(shop.state().1, Some(usd(999)));
    assert!(shop.is_paid_back_twice());
    shop.notify(&shop.dispute_event("closed", 999, "won", 900));
    assert_eq!(shop.state().1, Some(usd(999)));
    assert!(!shop.kinds().contains(&EventKind::Reversal));
}
