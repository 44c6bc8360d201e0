//! Stripe, from the raw event to what the game does about it.

mod captures;
mod disputes;
mod paid_back_twice;
mod subscriptions;

use std::sync::Arc;

use recoup::testing::{StoreRequest, Stripe};
use recoup::{
    AttributedBy, Config, Engine, EngineOptions, EventKind, Initiator, ManualClock, MeaningKind, Money,
    Outcome, OutcomeKind, Purchase, Reason, Refund, RefundFilter, Span, Store, StoreState, Timestamp,
};
use serde_json::{Value, json};

/// The clock's time at the beginning of each test.
const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

/// A web shop: a throw-away Stripe, and an engine with its secret.
struct Shop {
    stripe: Stripe,
    engine: Engine,
    clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

/// An event that names the payment intent and no charge.
fn of_the_intent(mut event: Value) -> Value {
    event["data"]["object"]["charge"] = json!(null);
    event
}

impl Shop {
    fn new() -> Self {
        Self::with_metadata_key(Some("user_id"))
    }

    fn with_metadata_key(key: Option<&str>) -> Self {
        Self::with(&json!({"user_metadata_key": key}))
    }

    /// With these members in its section.
    fn with(members: &Value) -> Self {
        Self::with_tags(members, "issued")
    }

    fn with_tags(members: &Value, account_tags: &str) -> Self {
        let stripe = Stripe::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut section = json!({"name": "web shop", "webhook_secrets": [stripe.webhook_secret]});
        section.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let config = json!({"database": "ledger.db", "account_tags": account_tags, "stripe": [section]});
        let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let engine = EngineOptions::new().clock(Arc::clone(&clock)).background(false).open(config).unwrap();
        Self { stripe, engine, clock, _folder: folder }
    }

    /// With one purchase of 9.99 on record, Ann's, that was captured.
    fn with_purchase() -> Self {
        let shop = Self::with_record();
        let charge = shop.stripe.charge("ch_1", 999, 0, at(-600));
        shop.notify(&shop.stripe.event("evt_paid", "charge.succeeded", charge, at(-600)));
        shop
    }

    /// With one purchase of 9.99 on record, Ann's, of which Stripe has reported nothing yet.
    fn with_record() -> Self {
        let shop = Self::new();
        let bought = Purchase {
            purchase_token: Some("pi_1".to_owned()),
            product: Some("gems_100".to_owned()),
            price: Some(usd(999)),
            ..Purchase::new(Store::Stripe, "ann", "ch_1")
        };
        shop.engine.record_purchase(bought).unwrap();
        shop
    }

    /// Until the writer, which checks the clock five times a second, has done what is due.
    fn wait_until(&self, is_so: impl Fn(&Self) -> bool) {
        let begun = std::time::Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < std::time::Duration::from_secs(60), "nothing happened for a minute");
            std::thread::yield_now();
        }
    }

    fn ingest(&self, request: &StoreRequest) -> Outcome {
        request.send(|request| self.engine.ingest(&Store::Stripe, request)).unwrap()
    }

    /// Sends an event and sees it ingested.
    fn notify(&self, event: &Value) -> Outcome {
        let outcome = self.ingest(&self.stripe.send(event, NOON));
        assert!(matches!(outcome.what, OutcomeKind::Accepted { .. }), "{:?}", outcome.what);
        assert_eq!(outcome.http_status, 200);
        outcome
    }

    fn refunds(&self) -> Vec<Refund> {
        self.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items
    }

    /// The one refund that counts.
    fn refund(&self) -> Refund {
        let mut counted: Vec<_> =
            self.refunds().into_iter().filter(|refund| refund.merged_into.is_none()).collect();
        assert_eq!(counted.len(), 1, "{counted:?}");
        counted.remove(0)
    }

    fn state(&self) -> (StoreState, Option<Money>) {
        let case = self.refund().case;
        (case.state, case.amount)
    }

    fn kinds(&self) -> Vec<EventKind> {
        let events = self.engine.poll(1000).unwrap();
        for event in &events {
            self.engine.ack(event.id).unwrap();
        }
        events.iter().map(|event| event.kind).collect()
    }

    /// A refund made `made` seconds after noon, reported at `reported`.
    fn refund_event(
        &self,
        event_type: &str,
        refund: (&str, i64),
        status: &str,
        made: i64,
        reported: i64,
    ) -> Value {
        let mut object = self.stripe.refund(refund.0, "ch_1", refund.1, at(made));
        object["status"] = json!(status);
        let id = format!("evt_{}_{event_type}_{status}_{reported}", refund.0);
        self.stripe.event(&id, event_type, object, at(reported))
    }

    /// A charge of 9.99, of which so much is refunded in all.
    fn charge_refunded(&self, cents: i64, reported: i64) -> Value {
        let object = self.stripe.charge("ch_1", 999, cents, at(-600));
        self.stripe.event(&format!("evt_total_{cents}_{reported}"), "charge.refunded", object, at(reported))
    }

    /// A dispute opened at noon.
    fn dispute_event(&self, event: &str, cents: i64, status: &str, reported: i64) -> Value {
        let object = self.stripe.dispute("du_1", "ch_1", cents, status, NOON);
        let event_type = format!("charge.dispute.{event}");
        self.stripe.event(&format!("evt_{event_type}_{status}"), &event_type, object, at(reported))
    }
}

fn at(seconds: i64) -> Timestamp {
    NOON.plus(Span::from_millis(seconds * 1000))
}

fn usd(cents: i64) -> Money {
    Money { micros: cents * 10_000, currency: recoup::Currency::new("USD").unwrap() }
}

/// Every order of `0..count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    let longer = |order: Vec<usize>| {
        (0..count).map(move |place| {
            let mut order = order.clone();
            order.insert(place, count - 1);
            order
        })
    };
    shorter.into_iter().flat_map(longer).collect()
}

/// Reports the events in every order, each to its own shop, the last of them twice, and checks each result.
fn in_any_order(events: impl Fn(&Shop) -> Vec<Value>, look: impl Fn(&Shop, &[usize])) {
    let count = events(&Shop::new()).len();
    for order in orders(count) {
        let shop = Shop::with_purchase();
        let events = events(&shop);
        for &n in &order {
            shop.notify(&events[n]);
        }
        let last = &events[*order.last().unwrap()];
        assert!(!shop.notify(last).new, "a repetition was new");
        look(&shop, &order);
    }
}

#[test]
fn a_merchants_refund_takes_the_items_back_and_blocks_no_one() {
    for reason in
        [json!(null), json!("requested_by_customer"), json!("duplicate"), json!("of a later version")]
    {
        let shop = Shop::with_purchase();
        let mut event = shop.refund_event("refund.created", ("re_1", 999), "succeeded", 0, 1);
        event["data"]["object"]["reason"] = reason.clone();
        let outcome = shop.notify(&event);
        assert_eq!((outcome.new, outcome.user.as_deref()), (true, Some("ann")), "{reason}");
        assert!(matches!(outcome.what, OutcomeKind::Accepted { meaning: MeaningKind::Refund, .. }));
        assert!(!shop.engine.is_blocked("ann"), "{reason}");
        assert_eq!(shop.kinds(), [EventKind::Refund], "{reason}");
        assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))));
        let refund = shop.refund();
        assert_eq!(refund.case.initiator, Some(Initiator::Developer));
        assert_eq!(refund.attributed_by, Some(AttributedBy::Order));
    }
}

#[test]
fn a_refund_as_fraud_blocks_also_beside_another_refund_in_any_order() {
    let events = |shop: &Shop| {
        let mut fraud = shop.refund_event("refund.created", ("re_1", 300), "succeeded", 0, 1);
        fraud["data"]["object"]["reason"] = json!("fraudulent");
        let mut later = shop.refund_event("refund.created", ("re_2", 699), "succeeded", 60, 61);
        later["data"]["object"]["reason"] = json!("requested_by_customer");
        vec![fraud, later, shop.charge_refunded(999, 61)]
    };
    in_any_order(events, |shop, order| {
        assert!(shop.engine.is_blocked("ann"), "{order:?}");
        assert_eq!(shop.refund().case.reason, Some(Reason::Fraud), "{order:?}");
    });
}

#[test]
fn a_purchase_recorded_by_its_payment_intent_only_is_found_as_well() {
    let shop = Shop::new();
    let bought = Purchase {
        order_id: None,
        purchase_token: Some("pi_1".to_owned()),
        ..Purchase::new(Store::Stripe, "ann", "ch_1")
    };
    shop.engine.record_purchase(bought).unwrap();
    shop.notify(&shop.charge_refunded(999, 1));
    assert_eq!(shop.refund().user.as_deref(), Some("ann"));
    assert_eq!(shop.refund().attributed_by, Some(AttributedBy::Order));
}

#[test]
fn a_purchase_that_is_not_recorded_is_found_by_the_configured_metadata() {
    let shop = Shop::new();
    let mut charge = shop.stripe.charge("ch_7", 999, 999, at(-600));
    charge["metadata"] = json!({"user_id": "bea"});
    let outcome = shop.notify(&shop.stripe.event("evt_1", "charge.refunded", charge, NOON));
    assert_eq!(outcome.user.as_deref(), Some("bea"));
    assert_eq!(shop.refund().attributed_by, Some(AttributedBy::RecordedTag));
    assert_eq!(shop.kinds(), [EventKind::Refund]);
    // Only the merchant's own server can write it, so what the bank takes back blocks.
    let dispute = shop.stripe.dispute("du_1", "ch_7", 999, "needs_response", NOON);
    shop.notify(&shop.stripe.event("evt_2", "charge.dispute.created", dispute, NOON));
    assert!(shop.engine.is_blocked("bea"));
}

#[test]
fn a_tag_in_the_metadata_names_no_one_where_tags_are_ignored() {
    let shop = Shop::with_tags(&json!({"user_metadata_key": "user_id"}), "ignore");
    let mut charge = shop.stripe.charge("ch_7", 999, 999, at(-600));
    charge["metadata"] = json!({"user_id": "bea"});
    shop.notify(&shop.stripe.event("evt_1", "charge.refunded", charge, NOON));
    assert_eq!(shop.refund().user, None);
}

#[test]
fn a_sessions_client_reference_id_is_a_bare_tag_where_it_is_switched_on_and_none_where_not() {
    for (switched_on, tags, user) in
        [(true, "user_ids", Some("bea")), (false, "user_ids", None), (true, "issued", None)]
    {
        let shop = Shop::with_tags(&json!({"client_reference_id": switched_on}), tags);
        let session = json!({"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1",
            "payment_status": "paid", "client_reference_id": "bea", "metadata": {}});
        shop.notify(&shop.stripe.event("evt_1", "checkout.session.completed", session, NOON));
        shop.notify(&shop.charge_refunded(999, 1));
        let refund = shop.refund();
        assert_eq!(refund.user.as_deref(), user, "{switched_on} {tags}");
        assert_eq!(refund.attributed_by, user.map(|_| AttributedBy::BareTag));
        shop.notify(&shop.dispute_event("created", 999, "needs_response", 2));
        assert!(!shop.engine.is_blocked("bea"), "a bare tag blocks no player");
    }
}

#[test]
fn an_event_of_a_connected_account_that_no_section_names_is_refused_and_leaves_nothing() {
    let mut shop = Shop::with_purchase();
    shop.stripe.account = Some("acct_9".to_owned());
    let outcome = shop.ingest(&shop.stripe.send(&shop.charge_refunded(999, 1), NOON));
    assert_eq!(outcome.http_status, 403);
    let OutcomeKind::Rejected(why) = outcome.what else { panic!("{:?}", outcome.what) };
    let message = why.to_string();
    assert!(message.contains("acct_9") && message.contains("add a section"), "{message}");
    assert!(shop.refunds().is_empty() && shop.kinds().is_empty());
    assert!(shop.engine.dead_letters(None, 10).unwrap().items.is_empty());
}

#[test]
fn one_refund_reported_by_several_events_is_applied_once() {
    let shop = Shop::with_purchase();
    let reported = [
        (shop.refund_event("refund.created", ("re_1", 999), "pending", 0, 1), true),
        (shop.refund_event("refund.created", ("re_1", 999), "pending", 0, 1), false),
        (shop.refund_event("refund.updated", ("re_1", 999), "succeeded", 0, 9), false),
        (shop.refund_event("charge.refund.updated", ("re_1", 999), "succeeded", 0, 9), false),
    ];
    for (event, new) in &reported {
        assert_eq!(shop.notify(event).new, *new, "{}", event["id"]);
    }
    shop.notify(&shop.charge_refunded(999, 1));
    assert_eq!(shop.kinds(), [EventKind::Refund]);
    assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))));
}

#[test]
fn partial_refunds_add_up_and_are_not_doubled_by_the_totals_in_any_order() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_event("refund.created", ("re_1", 300), "succeeded", 0, 0),
            shop.charge_refunded(300, 0),
            shop.refund_event("refund.created", ("re_2", 200), "succeeded", 60, 61),
            shop.charge_refunded(500, 61),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::PartlyRefunded, Some(usd(500))), "{order:?}");
    });
}

#[test]
fn a_total_and_a_refund_after_it_add_up() {
    let events = |shop: &Shop| {
        vec![
            shop.charge_refunded(300, 1),
            shop.refund_event("refund.created", ("re_2", 699), "succeeded", 60, 61),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))), "{order:?}");
    });
}

#[test]
fn refunds_without_totals_add_up() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_event("refund.created", ("re_1", 300), "succeeded", 0, 0),
            shop.refund_event("refund.created", ("re_2", 699), "succeeded", 60, 61),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))), "{order:?}");
    });
}

#[test]
fn totals_alone_are_not_added() {
    let events = |shop: &Shop| vec![shop.charge_refunded(300, 1), shop.charge_refunded(500, 61)];
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::PartlyRefunded, Some(usd(500))), "{order:?}");
    });
}

#[test]
fn a_failed_refund_is_undone_in_any_order() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_event("refund.created", ("re_1", 999), "pending", 0, 1),
            shop.charge_refunded(999, 1),
            shop.refund_event("refund.updated", ("re_1", 999), "failed", 0, 90),
            shop.refund_event("refund.failed", ("re_1", 999), "failed", 0, 91),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.refund().case.state, StoreState::Reversed, "{order:?}");
        assert!(!shop.engine.is_blocked("ann"), "{order:?}");
    });
}

#[test]
fn a_refund_that_failed_before_the_total_was_expected_leaves_the_total() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_event("refund.created", ("re_1", 300), "pending", 0, 0),
            shop.refund_event("refund.failed", ("re_1", 300), "failed", 0, 30),
            shop.refund_event("refund.created", ("re_2", 200), "succeeded", 60, 61),
            shop.charge_refunded(200, 61),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::PartlyRefunded, Some(usd(200))), "{order:?}");
    });
}

#[test]
fn of_two_refunds_the_one_that_failed_is_taken_out_of_the_total() {
    let events = |shop: &Shop| {
        vec![
            shop.refund_event("refund.created", ("re_1", 300), "succeeded", 0, 0),
            shop.refund_event("refund.created", ("re_2", 200), "pending", 60, 61),
            shop.charge_refunded(500, 61),
            shop.refund_event("refund.failed", ("re_2", 200), "failed", 60, 120),
        ]
    };
    in_any_order(events, |shop, order| {
        assert_eq!(shop.state(), (StoreState::PartlyRefunded, Some(usd(300))), "{order:?}");
    });
}

#[test]
fn test_mode_blocks_no_one() {
    let mut shop = Shop::with_purchase();
    shop.stripe.livemode = false;
    shop.notify(&shop.refund_event("refund.created", ("re_1", 999), "succeeded", 0, 1));
    shop.notify(&shop.charge_refunded(999, 1));
    shop.notify(&shop.dispute_event("created", 999, "lost", 1));
    assert!(!shop.engine.is_blocked("ann"));
    assert!(!shop.kinds().contains(&EventKind::Block));
    assert_eq!(shop.refund().case.state, StoreState::Refunded);
}

#[test]
fn a_refund_of_the_payment_intent_and_one_of_its_charge_are_one() {
    let events = |shop: &Shop| {
        let mut refund = shop.stripe.refund("re_1", "ch_1", 999, NOON);
        refund["charge"] = json!(null);
        vec![shop.stripe.event("evt_1", "refund.created", refund, at(1)), shop.charge_refunded(999, 1)]
    };
    in_any_order(events, |shop, order| {
        let refund = shop.refund();
        assert_eq!(refund.case.about.order_id.as_deref(), Some("ch_1"), "{order:?}");
        assert_eq!(shop.refunds().len(), 2);
        assert_eq!(shop.kinds(), [EventKind::Refund], "{order:?}");
    });
}

#[test]
fn refunds_of_the_payment_intent_add_to_those_of_its_charge_in_any_order() {
    for recorded_only in [false, true] {
        let events = |shop: &Shop| {
            let mut second = shop.refund_event("refund.created", ("re_2", 200), "succeeded", 60, 61);
            if recorded_only {
                second["data"]["object"]["payment_intent"] = json!(null);
            }
            vec![of_the_intent(shop.refund_event("refund.created", ("re_1", 300), "succeeded", 0, 1)), second]
        };
        in_any_order(events, |shop, order| {
            assert_eq!(
                shop.state(),
                (StoreState::PartlyRefunded, Some(usd(500))),
                "{order:?} {recorded_only}"
            );
        });
    }
}

#[test]
fn a_refund_of_the_payment_intent_that_fails_is_undone_whoever_reported_it_in_any_order() {
    for failure_names_charge in [false, true] {
        let events = |shop: &Shop| {
            let failed = shop.refund_event("refund.failed", ("re_1", 999), "failed", 0, 90);
            vec![
                of_the_intent(shop.refund_event("refund.created", ("re_1", 999), "pending", 0, 1)),
                shop.charge_refunded(999, 1),
                if failure_names_charge { failed } else { of_the_intent(failed) },
            ]
        };
        in_any_order(events, |shop, order| {
            assert_eq!(shop.refund().case.state, StoreState::Reversed, "{order:?} {failure_names_charge}");
            assert!(!shop.engine.is_blocked("ann"), "{order:?} {failure_names_charge}");
        });
    }
}

#[test]
fn what_a_charge_reported_fills_in_its_refund_in_any_order() {
    for charge_first in [true, false] {
        let shop = Shop::new();
        let mut charge = shop.stripe.charge("ch_1", 999, 0, at(-600));
        charge["metadata"] = json!({"user_id": "bea"});
        let charge = shop.stripe.event("evt_1", "charge.succeeded", charge, at(-600));
        let refund = shop.refund_event("refund.created", ("re_1", 999), "succeeded", 0, 1);
        let events = if charge_first { [charge, refund] } else { [refund, charge] };
        for event in &events {
            shop.notify(event);
        }
        assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))), "charge first: {charge_first}");
        assert_eq!(shop.refund().user.as_deref(), Some("bea"), "charge first: {charge_first}");
    }
}

#[test]
fn a_forged_event_changes_nothing() {
    let shop = Shop::with_purchase();
    let forger = Stripe::new().unwrap();
    let event = shop.charge_refunded(999, 1);
    let outcome = shop.ingest(&forger.send(&event, NOON));
    assert_eq!(outcome.http_status, 401);
    assert!(matches!(outcome.what, OutcomeKind::Rejected(_)));
    let replayed = shop.ingest(&shop.stripe.send(&event, at(-301)));
    assert_eq!(replayed.http_status, 401);
    assert!(!shop.engine.is_blocked("ann"));
    assert!(shop.refunds().is_empty() && shop.kinds().is_empty());
    assert!(shop.notify(&event).new);
}

#[test]
fn an_authentic_message_that_is_never_understood_is_kept_once_and_answered_with_success() {
    let shop = Shop::new();
    let mut negative = shop.charge_refunded(999, 1);
    negative["data"]["object"]["amount_refunded"] = json!(-999);
    let thin =
        json!({"id": "evt_thin", "object": "v2.core.event", "type": "v1.billing.meter.no_meter_found"});
    let requests = [
        shop.stripe.send(&negative, NOON),
        shop.stripe.send(&thin, NOON),
        shop.stripe.send_body(b"not JSON", NOON),
    ];
    for request in &requests {
        for new in [true, false] {
            let outcome = shop.ingest(request);
            assert_eq!((outcome.http_status, outcome.new), (200, new));
            assert!(matches!(outcome.what, OutcomeKind::DeadLetter(_)));
        }
    }
    let letters = shop.engine.dead_letters(None, 10).unwrap().items;
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().any(|letter| letter.message.contains("-999")), "{letters:?}");
}

#[test]
fn a_bad_escape_in_an_unread_member_costs_no_refund() {
    let shop = Shop::with_purchase();
    let mut event = shop.charge_refunded(999, 1);
    event["data"]["object"]["description"] = json!("GEMS");
    event["data"]["object"]["metadata"]["note"] = json!("GEMS");
    let body = event.to_string().replace("GEMS", "Gems \\ud83d");
    let outcome = shop.ingest(&shop.stripe.send_body(body.as_bytes(), NOON));
    assert!(matches!(outcome.what, OutcomeKind::Accepted { .. }), "{:?}", outcome.what);
    assert_eq!(shop.state(), (StoreState::Refunded, Some(usd(999))));
    assert!(shop.engine.dead_letters(None, 10).unwrap().items.is_empty());
}

#[test]
fn other_events_are_accepted_and_mean_nothing() {
    let shop = Shop::new();
    let outcome = shop.notify(&shop.stripe.event("evt_1", "customer.created", json!({"id": "cus_1"}), NOON));
    assert!(matches!(outcome.what, OutcomeKind::Accepted { meaning: MeaningKind::Nothing, .. }));
    let charge = shop.stripe.charge("ch_1", 999, 0, NOON);
    let outcome = shop.notify(&shop.stripe.event("evt_2", "charge.succeeded", charge, NOON));
    assert!(matches!(outcome.what, OutcomeKind::Accepted { meaning: MeaningKind::Purchase, .. }));
    assert!(shop.refunds().is_empty() && shop.kinds().is_empty());
}
