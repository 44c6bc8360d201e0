//! Every default rule, with its cause known first and with its cause known later: the result is the same, and so is
//! what is taken or given again. Differences in between are in each test: without an API to query, a refund of
//! unknown cause alerts and blocks until the cause is known.
use super::*;
use crate::model::{Currency, Initiator, Money};

const REFUND: EventKind = EventKind::Refund;
const ALERT: EventKind = EventKind::Alert;
const BLOCK: EventKind = EventKind::Block;
const UNBLOCK: EventKind = EventKind::Unblock;

/// How the details of a refund reach the ledger.
#[derive(Clone, Copy, Debug)]
enum By {
    Webhook,
    Sweep,
}

/// One default rule: how a matching refund differs from one without details.
pub(super) struct Row {
    pub(super) rule: &'static str,
    store: Store,
    pub(super) cause: fn(&mut Fact),
    /// The events if the cause is known first.
    pub(super) first: &'static [EventKind],
    /// The events after the cause if it is known later, after refund, alert and block.
    later: &'static [EventKind],
    pub(super) blocks: bool,
}

pub(super) fn words(fact: &mut Fact, why: Option<Reason>, who: Option<Initiator>, live: Option<bool>) {
    if let FactKind::Refunded { reason, initiator, subscription_live, .. } = &mut fact.what {
        (*reason, *initiator, *subscription_live) = (why, who, live);
    }
}

fn free(currency: &str) -> Option<Money> {
    Some(Money { micros: 0, currency: Currency::new(currency).unwrap() })
}

pub(super) fn rows() -> Vec<Row> {
    let row =
        |rule, cause, first, later, blocks| Row { rule, store: Store::AppStore, cause, first, later, blocks };
    vec![
        row(
            "default: unacknowledged purchases do not count against the player",
            |fact| words(fact, Some(Reason::Unacknowledged), None, None),
            &[REFUND],
            &[UNBLOCK],
            false,
        ),
        row(
            "default: the store's own faults do not count against the player",
            |fact| words(fact, Some(Reason::StoreFault), None, None),
            &[REFUND],
            &[UNBLOCK],
            false,
        ),
        row(
            "default: lost family sharing does not count against the player",
            |fact| fact.about.family_shared = true,
            &[REFUND],
            &[UNBLOCK],
            false,
        ),
        row(
            "default: refunds of a zero amount are recorded",
            |fact| fact.about.price = free("KRW"),
            &[REFUND],
            &[UNBLOCK],
            false,
        ),
        row(
            "default: the game's own refunds for fraud alert and block",
            |fact| words(fact, Some(Reason::Fraud), Some(Initiator::Developer), None),
            &[REFUND, ALERT, BLOCK],
            &[],
            true,
        ),
        row(
            "default: the game's own refunds do not count against the player",
            |fact| words(fact, Some(Reason::Other), Some(Initiator::Developer), None),
            &[REFUND],
            &[UNBLOCK],
            false,
        ),
        row(
            "default: an old renewal of a live subscription alerts",
            |fact| words(fact, None, None, Some(true)),
            &[REFUND, ALERT],
            &[UNBLOCK],
            false,
        ),
        row(
            "default: refunds alert and block",
            |fact| words(fact, Some(Reason::Remorse), Some(Initiator::Player), None),
            &[REFUND, ALERT, BLOCK],
            &[],
            true,
        ),
    ]
}

fn queue(fixture: &Fixture, by: By, store: &Store, fact: Fact) {
    fixture.notifications.set(fixture.notifications.get() + 1);
    let mut signal = signal(
        &format!("n{}", fixture.notifications.get()),
        CaseKey::Order(fact.about.order_id.clone().unwrap()),
        fact,
    );
    signal.place.store = store.clone();
    match by {
        By::Webhook => drop(fixture.engine.ingest_signal(signal, b"{}").unwrap()),
        By::Sweep => drop(fixture.engine.ingest_rows(vec![(signal, b"{}".to_vec())], |_| Ok(())).unwrap()),
    }
}

fn fixture(store: &Store) -> Fixture {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(Purchase::new(store.clone(), "ann", "1")).unwrap();
    fixture
}

fn end(fixture: &Fixture) -> (String, bool, bool) {
    let refund = fixture.refunds().pop().unwrap();
    (refund.decision.unwrap().rule, fixture.engine.is_blocked("ann"), refund.case.state.is_refunded())
}

#[test]
fn every_default_rule_ends_alike_whenever_its_cause_becomes_known() {
    for row in rows() {
        let first = fixture(&row.store);
        let mut fact = refunded(order("1"), 0);
        (row.cause)(&mut fact);
        queue(&first, By::Webhook, &row.store, fact);
        assert_eq!(first.kinds(), row.first, "{}", row.rule);
        assert_eq!(end(&first), (row.rule.to_owned(), row.blocks, true));
        for by in [By::Webhook, By::Sweep] {
            let later = fixture(&row.store);
            queue(&later, By::Webhook, &row.store, refunded(order("1"), 0));
            assert_eq!(later.kinds(), [REFUND, ALERT, BLOCK], "{}", row.rule);
            let mut fact = refunded(order("1"), 0);
            fact.trust = Trust::Confirmed;
            (row.cause)(&mut fact);
            queue(&later, by, &row.store, fact);
            assert_eq!(later.kinds(), row.later, "{} by {by:?}", row.rule);
            assert_eq!(end(&later), end(&first), "{} by {by:?}", row.rule);
        }
        // Known before the notification, such as from a faster sweep.
        let swept = fixture(&row.store);
        let mut fact = refunded(order("1"), 0);
        fact.trust = Trust::Confirmed;
        (row.cause)(&mut fact);
        queue(&swept, By::Sweep, &row.store, fact);
        queue(&swept, By::Webhook, &row.store, refunded(order("1"), 0));
        assert_eq!(swept.kinds(), row.first, "{}", row.rule);
        assert_eq!(end(&swept), end(&first), "{}", row.rule);
    }
}

#[test]
fn test_purchases_are_recorded_whether_the_host_reports_it_before_or_after() {
    let sandbox = || Purchase {
        environment: Some(Environment::Sandbox),
        ..Purchase::new(Store::GooglePlay, "ann", "1")
    };
    let unreported = |fixture: &Fixture| {
        let mut signal = signal("g", CaseKey::Order("1".to_owned()), refunded(order("1"), 0));
        signal.place = Place { store: Store::GooglePlay, environment: None, ..place() };
        fixture.engine.ingest_signal(signal, b"").unwrap();
    };
    let before = Fixture::new("[]");
    before.engine.record_purchase(sandbox()).unwrap();
    unreported(&before);
    assert_eq!(before.kinds(), [REFUND]);
    let after = fixture(&Store::GooglePlay);
    unreported(&after);
    assert_eq!(after.kinds(), [REFUND, ALERT]);
    after.engine.record_purchase(sandbox()).unwrap();
    assert_eq!(after.kinds(), []);
    assert_eq!(end(&before), end(&after));
}

#[test]
fn hints_are_recorded_until_a_signature_or_the_store_confirms_them() {
    let fixture = fixture(&Store::AppStore);
    let mut hint = refunded(order("1"), 0);
    hint.trust = Trust::Hint;
    fixture.ingest_order(hint);
    assert_eq!(fixture.kinds(), []);
    assert_eq!(end(&fixture), ("default: hints are recorded".to_owned(), false, true));
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(fixture.kinds(), [REFUND, ALERT, BLOCK]);
}

#[test]
fn a_void_within_three_days_of_buying_alerts_whenever_the_time_of_buying_is_known() {
    let bought = |hours: i64| Purchase {
        purchased_at: Some(NOON.plus(Span::from_hours(-hours))),
        ..Purchase::new(Store::GooglePlay, "ann", "1")
    };
    for (hours, first, later, blocks) in [
        (1, &[REFUND, ALERT][..], &[][..], false),
        (73, &[REFUND, ALERT], &[], false),
        (75, &[REFUND, ALERT, BLOCK], &[BLOCK], true),
    ] {
        let before = Fixture::new("[]");
        before.engine.record_purchase(bought(hours)).unwrap();
        queue(&before, By::Webhook, &Store::GooglePlay, refunded(order("1"), 0));
        assert_eq!(before.kinds(), first, "{hours}");
        let after = fixture(&Store::GooglePlay);
        queue(&after, By::Webhook, &Store::GooglePlay, refunded(order("1"), 0));
        assert_eq!(after.kinds(), [REFUND, ALERT], "{hours}: bought at a time that is not known");
        after.engine.record_purchase(bought(hours)).unwrap();
        assert_eq!(after.kinds(), later, "{hours}");
        assert_eq!(end(&before), end(&after));
        assert_eq!(after.engine.is_blocked("ann"), blocks, "{hours}");
    }
}

#[test]
fn a_purchase_recorded_long_before_its_void_was_acknowledged() {
    let fixture = fixture(&Store::GooglePlay);
    let late = Span::from_hours(75).millis();
    queue(&fixture, By::Webhook, &Store::GooglePlay, refunded(order("1"), late));
    assert_eq!(fixture.kinds(), [REFUND, ALERT, BLOCK]);
    // A record of another purchase with the same tag does not give this one's age.
    let fixture = Fixture::new("[]");
    let tag = Some("tag-1".to_owned());
    let other = Purchase { account_tag: tag.clone(), ..Purchase::new(Store::GooglePlay, "ann", "9") };
    fixture.engine.record_purchase(other).unwrap();
    let about = OrderDetails { account_tag: tag, ..order("1") };
    queue(&fixture, By::Webhook, &Store::GooglePlay, refunded(about, late));
    assert!(!fixture.engine.is_blocked("ann"));
}

#[test]
fn a_refund_of_nothing_never_blocks() {
    let part = |extent| part(order("1"), 0, None, extent);
    let priced = |micros, mut fact: Fact| {
        fact.about.price = Some(Money { micros, ..free("USD").unwrap() });
        fact
    };
    let none_of = crate::model::MilliPercent::new(0).unwrap();
    let half = crate::model::MilliPercent::new(50_000).unwrap();
    for (what, fact, free_of_charge) in [
        ("full, price 0", priced(0, refunded(order("1"), 0)), true),
        ("half of 0", priced(0, part(Extent::Share(half))), true),
        ("an amount of 0", priced(5, part(Extent::Amount(free("EUR").unwrap()))), true),
        ("no share, price unknown", part(Extent::Share(none_of)), true),
        ("no share of a price", priced(5, part(Extent::Share(none_of))), true),
        ("half, price unknown", part(Extent::Share(half)), false),
        ("full, price unknown", refunded(order("1"), 0), false),
        ("a millionth", priced(1, refunded(order("1"), 0)), false),
    ] {
        let fixture = fixture(&Store::AppStore);
        fixture.ingest_order(fact);
        assert_eq!(fixture.engine.is_blocked("ann"), !free_of_charge, "{what}");
        if free_of_charge {
            assert_eq!(end(&fixture).0, "default: refunds of a zero amount are recorded", "{what}");
        }
    }
}

#[test]
fn a_zero_price_from_the_store_outweighs_the_hosts_list_price() {
    let fixture = Fixture::new("[]");
    let price = Some(Money { micros: 4_990_000, ..free("USD").unwrap() });
    fixture.engine.record_purchase(Purchase { price, ..purchase("ann", "1") }).unwrap();
    let mut fact = refunded(order("1"), 0);
    fact.about.price = free("USD");
    fixture.ingest_order(fact);
    assert_eq!(fixture.kinds(), [REFUND]);
    assert_eq!(fixture.refunds()[0].case.amount, free("USD"));
}

#[test]
fn a_zero_price_reported_with_the_purchase_ends_the_block() {
    let fixture = fixture(&Store::AppStore);
    fixture.ingest_order(refunded(order("1"), 0));
    assert!(fixture.engine.is_blocked("ann"));
    let about = OrderDetails { price: free("USD"), ..order("1") };
    let signal = Signal {
        place: place(),
        notification_id: "bought".to_owned(),
        name: "BOUGHT".to_owned(),
        at: NOON,
        meaning: Meaning::Purchase(about),
    };
    fixture.engine.ingest_signal(signal, b"{}").unwrap();
    assert_eq!(fixture.kinds(), [REFUND, ALERT, BLOCK, UNBLOCK]);
}
