//! Stripe's disputes, end to end: as the list of disputes has them, with and without the events that reported them.

use std::collections::BTreeMap;

use recoup::Clock as _;
use recoup::{
    Engine, EventKind, Purchase, RefundFilter, Span, Store, StoreState, SystemClock, Timestamp, Trust,
};
use serde_json::{Value, json};

use super::stripe::Shop;
use super::{before, reconcile};

/// The stages of a dispute, by its last status.
const WAYS: [&[&str]; 7] = [
    &["needs_response"],
    &["needs_response", "under_review", "won"],
    &["needs_response", "under_review", "lost"],
    &["warning_needs_response"],
    &["warning_needs_response", "warning_under_review", "warning_closed"],
    &["warning_needs_response", "needs_response", "lost"],
    &["warning_needs_response", "needs_response", "won"],
];

/// What is left of a dispute with this last status.
fn end(status: &str) -> (StoreState, bool) {
    match status {
        "needs_response" | "under_review" | "lost" => (StoreState::Refunded, true),
        "won" => (StoreState::Reversed, false),
        "warning_needs_response" | "warning_under_review" => (StoreState::PendingReview, false),
        "warning_closed" => (StoreState::Declined, false),
        other => panic!("{other}"),
    }
}

/// A dispute of one charge, as Stripe has it at a stage.
fn dispute(shop: &Shop, n: usize, stage: usize, status: &str) -> Value {
    let created = before(shop.now, 60 * 24 * 20 + i64::try_from(n).unwrap());
    let mut dispute = shop.stripe.dispute(&format!("dp_{n}"), &format!("ch_{n}"), 499, status, created);
    let moved = |amount: i64, stage: usize| json!({"id": format!("txn_{n}_{stage}"), "amount": amount, "created": at(created, stage).secs()});
    let mut movements = Vec::new();
    if !status.starts_with("warning") {
        movements.push(moved(-499, 0));
    }
    if status == "won" {
        movements.push(moved(499, stage));
    }
    dispute["balance_transactions"] = Value::Array(movements);
    dispute
}

fn at(created: Timestamp, stage: usize) -> Timestamp {
    created.plus(Span::from_days(i64::try_from(stage).unwrap() * 3))
}

fn record(engine: &Engine, n: usize) {
    let mut purchase = Purchase::new(Store::Stripe, format!("user {n}"), format!("ch_{n}"));
    purchase.price =
        Some(recoup::Money { micros: 4_990_000, currency: recoup::Currency::new("USD").unwrap() });
    engine.record_purchase(purchase).unwrap();
}

/// By order: its state, the refunded amount, and whether its user is blocked.
fn states(engine: &Engine) -> BTreeMap<String, (StoreState, Option<i64>, bool)> {
    let refunds = engine.refunds(&RefundFilter::default(), None, 1000).unwrap().items;
    let count = refunds.len();
    let states: BTreeMap<_, _> = refunds
        .into_iter()
        .map(|refund| {
            let is_blocked = engine.is_blocked(refund.user.as_deref().unwrap());
            let money = refund.case.amount.filter(|_| refund.case.state.is_refunded());
            (
                refund.case.about.order_id.unwrap(),
                (refund.case.state, money.map(|money| money.micros), is_blocked),
            )
        })
        .collect();
    assert_eq!(states.len(), count, "an order occurs twice");
    states
}

/// How often each order's user was notified of each kind of event since the last call.
fn reported(engine: &Engine) -> BTreeMap<(Option<String>, EventKind), usize> {
    let mut reported = BTreeMap::new();
    for event in engine.poll(1000).unwrap() {
        engine.ack(event.id).unwrap();
        *reported.entry((event.user, event.kind)).or_insert(0) += 1;
    }
    reported
}

#[test]
fn a_dispute_of_which_no_event_came_is_followed_by_sweeps_to_its_end() {
    let shop = Shop::new();
    let engine = shop.engine("holed");
    for n in 0..WAYS.len() {
        record(&engine, n);
    }
    for stage in 0..3 {
        for (n, way) in WAYS.iter().enumerate() {
            if let Some(status) = way.get(stage) {
                shop.emulator.add_dispute(dispute(&shop, n, stage, status));
            }
        }
        let swept = reconcile(&engine).sweeps.remove(0);
        assert!(swept.ended.is_complete() && swept.unread == 0, "{swept:?}");
        assert_eq!(swept.found, 7);
        let states = states(&engine);
        for (n, way) in WAYS.iter().enumerate() {
            let status = way[stage.min(way.len() - 1)];
            let (state, _, is_blocked) = states[&format!("ch_{n}")];
            assert_eq!((state, is_blocked), end(status), "{way:?} at {stage}");
        }
        reported(&engine);
        let again = reconcile(&engine).sweeps.remove(0);
        assert_eq!((again.found, again.new, again.changed), (7, 0, 0), "{again:?}");
        assert!(reported(&engine).is_empty());
    }
    let refunds = engine.refunds(&RefundFilter::default(), None, 100).unwrap().items;
    assert!(refunds.iter().all(|refund| refund.case.trust == Trust::Confirmed));
}

#[test]
fn disputes_that_ended_before_they_were_first_seen_are_as_they_ended() {
    let shop = Shop::new();
    let engine = shop.engine("holed");
    for (n, way) in WAYS.iter().enumerate() {
        record(&engine, n);
        shop.emulator.add_dispute(dispute(&shop, n, way.len() - 1, way.last().unwrap()));
    }
    // The bank was given a refund instead, which is in the list of refunds.
    shop.emulator.add_dispute(dispute(&shop, 7, 0, "prevented"));
    let swept = reconcile(&engine).sweeps.remove(0);
    // Money that was taken is new, even if it was given back.
    assert_eq!((swept.found, swept.new, swept.changed, swept.unread), (8, 5, 2, 0), "{swept:?}");
    let states = states(&engine);
    assert_eq!(states.len(), 7);
    for (n, way) in WAYS.iter().enumerate() {
        let (state, _, is_blocked) = states[&format!("ch_{n}")];
        assert_eq!((state, is_blocked), end(way.last().unwrap()), "{way:?}");
    }
}

#[test]
fn disputes_of_which_every_third_event_was_dropped_are_whole_after_one_sweep() {
    let shop = Shop::new();
    let (whole, holed) = (shop.engine("whole"), shop.engine("holed"));
    let mut sent = 0;
    for n in 0..63 {
        let way = WAYS[n % WAYS.len()];
        record(&whole, n);
        record(&holed, n);
        for (stage, status) in way.iter().enumerate() {
            let object = dispute(&shop, n, stage, status);
            let created = before(shop.now, 60 * 24 * 20 + i64::try_from(n).unwrap());
            let is_over = ["won", "lost", "warning_closed"].contains(status);
            let kind = match stage {
                0 => "charge.dispute.created",
                _ if is_over => "charge.dispute.closed",
                _ => "charge.dispute.updated",
            };
            let event =
                shop.stripe.event(&format!("evt_{n}_{stage}"), kind, object.clone(), at(created, stage));
            shop.emulator.add_dispute(object);
            let request = shop.stripe.send(&event, SystemClock.now());
            for (engine, is_reported) in [(&whole, true), (&holed, sent % 3 != 0)] {
                if is_reported {
                    let outcome = request.send(|request| engine.ingest(&Store::Stripe, request)).unwrap();
                    assert_eq!(outcome.http_status, 200, "{outcome:?}");
                }
            }
            sent += 1;
        }
    }
    assert_ne!(states(&holed), states(&whole));
    let swept = reconcile(&holed).sweeps.remove(0);
    assert!(swept.ended.is_complete(), "{swept:?}");
    assert_eq!(states(&holed), states(&whole));
    for (what, times) in reported(&holed) {
        assert_eq!(times, 1, "{what:?}");
    }
    let again = reconcile(&holed).sweeps.remove(0);
    assert_eq!((again.found, again.new, again.changed), (63, 0, 0));
    assert!(reported(&holed).is_empty());
}
