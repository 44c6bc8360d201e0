//! What was authorised and never captured: its release is no refund, in whichever version and order Stripe reports it.

use recoup::{EventKind, Span, StoreState};
use serde_json::{Value, json};

use super::{NOON, Shop, at, orders, usd};

/// Pre-basil: the released rest is in `amount_refunded`, and has a refund object.
const ACACIA: &str = "2024-10-28.acacia";
const BASIL: &str = "2025-03-31.basil";

impl Shop {
    /// An event about a charge of 10.00, of which so much was captured and, by `amount_refunded`, refunded.
    fn charge_event(
        &self,
        version: &str,
        event_type: &str,
        captured: i64,
        refunded: i64,
        reported: i64,
    ) -> Value {
        let mut charge = self.stripe.charge("ch_1", 1000, refunded, at(-600));
        charge["captured"] = json!(captured > 0);
        charge["amount_captured"] = json!(captured);
        charge["metadata"] = json!({"user_id": "ann"});
        let id = format!("evt_{event_type}_{captured}_{refunded}_{reported}");
        let mut event = self.stripe.event(&id, event_type, charge, at(reported));
        event["api_version"] = json!(version);
        event
    }

    fn refund_of(&self, id: &str, cents: i64, made: i64) -> Value {
        self.refund_event("refund.created", (id, cents), "succeeded", made, made)
    }
}

/// Plays the events in every order, and each of them twice, and checks the result.
fn in_every_order(events: impl Fn(&Shop) -> Vec<Value>, look: impl Fn(&Shop, &[usize])) {
    let count = events(&Shop::new()).len();
    // Five events have 120 orders.
    let with_record: &[bool] = if count > 4 { &[false] } else { &[false, true] };
    for &recorded in with_record {
        for order in orders(count) {
            let shop = if recorded { Shop::with_record() } else { Shop::new() };
            let events = events(&shop);
            for &n in &order {
                shop.notify(&events[n]);
                shop.notify(&events[n]);
            }
            look(&shop, &order);
        }
    }
}

fn nothing_happened(shop: &Shop, order: &[usize]) {
    for refund in shop.refunds() {
        assert!(!refund.case.state.is_refunded(), "{order:?} {refund:?}");
    }
    assert_eq!(shop.kinds(), [], "{order:?}");
    assert!(!shop.engine.is_blocked("ann"), "{order:?}");
    assert_eq!(shop.engine.blocked_users(), 0);
}

#[test]
fn a_cancelled_authorisation_is_no_refund() {
    for (reason, ending) in [
        (json!(null), "charge.refunded"),
        (json!("requested_by_customer"), "charge.refunded"),
        (json!("fraudulent"), "charge.expired"),
    ] {
        let events = |shop: &Shop| {
            let mut refund = shop.refund_of("re_9", 1000, 0);
            refund["data"]["object"]["reason"] = reason.clone();
            vec![
                shop.charge_event(ACACIA, "charge.succeeded", 0, 0, -600),
                refund,
                shop.charge_event(ACACIA, ending, 0, 1000, 1),
            ]
        };
        in_every_order(events, nothing_happened);
    }
}

#[test]
fn a_cancelled_payment_intent_is_no_refund() {
    let events = |shop: &Shop| {
        let intent = json!({"id": "pi_1", "object": "payment_intent", "amount": 1000, "amount_received": 0,
            "currency": "usd", "latest_charge": "ch_1", "metadata": {}, "status": "canceled"});
        vec![
            shop.refund_of("re_9", 1000, 0),
            shop.stripe.event("evt_pi", "payment_intent.canceled", intent, at(1)),
        ]
    };
    in_every_order(events, nothing_happened);
}

#[test]
fn the_rest_that_a_partial_capture_releases_is_no_refund() {
    let events = |shop: &Shop| {
        vec![
            shop.charge_event(ACACIA, "charge.captured", 600, 400, 0),
            shop.refund_of("re_release", 400, 0),
            shop.charge_event(ACACIA, "charge.refunded", 600, 400, 1),
        ]
    };
    in_every_order(events, nothing_happened);
    // A second between the two, by Stripe's own clock.
    let events = |shop: &Shop| {
        vec![shop.charge_event(ACACIA, "charge.captured", 600, 400, 0), shop.refund_of("re_release", 400, 1)]
    };
    in_every_order(events, nothing_happened);
}

#[test]
fn a_refund_after_a_partial_capture_is_reported_in_full_in_both_versions() {
    // One that is as much as what was released, one that is less, and one of all that was captured.
    for (cents, state) in
        [(400, StoreState::PartlyRefunded), (500, StoreState::PartlyRefunded), (600, StoreState::Refunded)]
    {
        for version in [ACACIA, BASIL] {
            let released = if version == ACACIA { 400 } else { 0 };
            let events = |shop: &Shop| {
                let mut all = shop.charge_event(version, "charge.refunded", 600, cents + released, 101);
                all["data"]["object"]["refunded"] = json!(cents == 600);
                let mut events = vec![
                    shop.charge_event(version, "charge.captured", 600, released, 0),
                    shop.refund_of("re_1", cents, 100),
                    all,
                ];
                if version == ACACIA {
                    events.push(shop.refund_of("re_release", 400, 0));
                }
                events
            };
            in_every_order(events, |shop, order| {
                assert_eq!(shop.state(), (state, Some(usd(cents))), "{order:?} {version} {cents}");
                let kinds = shop.kinds();
                assert!(!kinds.contains(&EventKind::Reversal), "{order:?} {version} {cents}: {kinds:?}");
            });
        }
    }
}

#[test]
fn a_total_alone_is_reported_in_full_in_both_versions() {
    for (version, refunded) in [(ACACIA, 900), (BASIL, 500)] {
        let events = |shop: &Shop| vec![shop.charge_event(version, "charge.refunded", 600, refunded, 1)];
        in_every_order(events, |shop, order| {
            assert_eq!(shop.state(), (StoreState::PartlyRefunded, Some(usd(500))), "{order:?} {version}");
        });
    }
}

#[test]
fn two_refunds_of_a_partial_capture_add_up_and_one_that_fails_is_undone() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_of("re_release", 400, 0),
            shop.refund_of("re_1", 400, 100),
            shop.charge_event(ACACIA, "charge.refunded", 600, 800, 101),
            shop.refund_of("re_2", 100, 200),
            shop.refund_event("refund.failed", ("re_2", 100), "failed", 200, 300),
        ]
    };
    in_every_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::PartlyRefunded, Some(usd(400))), "{order:?}");
    });
}

#[test]
fn a_refund_waits_for_its_charge_and_no_longer_than_a_minute() {
    let shop = Shop::with_record();
    shop.notify(&shop.refund_of("re_1", 999, 0));
    assert_eq!(shop.refund().case.state, StoreState::Unconfirmed);
    assert_eq!(shop.kinds(), []);
    shop.clock.advance(Span::from_millis(59_000));
    assert_eq!(shop.refund().case.state, StoreState::Unconfirmed);
    shop.clock.advance(Span::from_millis(2_000));
    shop.wait_until(|shop| shop.refund().case.state == StoreState::Refunded);
    assert_eq!(shop.kinds(), [EventKind::Refund]);
    assert!(!shop.engine.is_blocked("ann"));
    // A capture changes nothing, and a release takes it back.
    shop.notify(&shop.charge_event(ACACIA, "charge.succeeded", 1000, 0, -600));
    assert_eq!(shop.kinds(), []);
}

#[test]
fn a_release_that_is_known_after_the_wait_is_taken_back() {
    let shop = Shop::with_record();
    shop.notify(&shop.refund_of("re_1", 999, 0));
    shop.clock.advance(Span::from_millis(61_000));
    shop.wait_until(|shop| shop.refund().case.state == StoreState::Refunded);
    shop.notify(&shop.charge_event(ACACIA, "charge.refunded", 0, 1000, 1));
    assert_eq!(shop.refund().case.state, StoreState::Released);
    assert_eq!(shop.kinds(), [EventKind::Refund, EventKind::Reversal]);
}

#[test]
fn a_dispute_does_not_wait() {
    let shop = Shop::with_record();
    shop.notify(&shop.dispute_event("created", 999, "needs_response", 1));
    assert!(shop.engine.is_blocked("ann"));
    assert_eq!(shop.refund().case.at, NOON);
}
