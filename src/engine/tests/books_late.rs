//! Reports that come after something else changed the books, and what is not known of a refund's size or grants.

use super::*;
use crate::model::{ClosedAs, EventId, Grant, Recovery, RecoveryReport, RefundId, Repayment, WorkStatus};

fn some(item: &str, quantity: i64) -> Vec<Grant> {
    vec![Grant { item: item.to_owned(), quantity }]
}

fn gems(quantity: i64) -> Vec<Grant> {
    some("gem", quantity)
}

fn took(quantity: i64) -> RecoveryReport {
    RecoveryReport { taken: gems(quantity), ..RecoveryReport::default() }
}

fn gave(quantity: i64) -> RecoveryReport {
    RecoveryReport { returned: gems(quantity), ..RecoveryReport::default() }
}

fn under(key: &str, report: RecoveryReport) -> RecoveryReport {
    RecoveryReport { key: key.to_owned(), ..report }
}

fn pack() -> Purchase {
    Purchase { grants: gems(500), quantity: Some(2), ..purchase("ann", "1") }
}

const REPAID: &str = r#"[{"name":"owed","action":{"block":"repaid"}}]"#;

const CATALOGUE: &str = r#""catalogue":[{"product":"pack","grants":[{"item":"gem","quantity":500}]}]"#;

fn of_pack() -> OrderDetails {
    OrderDetails { product: Some("pack".to_owned()), ..order("1") }
}

impl Fixture {
    fn books(&self) -> Recovery {
        self.engine.recovery(self.refund().id).unwrap().unwrap()
    }

    /// The event of this kind that waits; acknowledges the others.
    fn event(&self, kind: EventKind) -> EventId {
        let events = self.engine.poll(1000).unwrap();
        let (of_kind, others): (Vec<Event>, Vec<Event>) =
            events.into_iter().partition(|event| event.kind == kind);
        others.iter().for_each(|event| assert!(self.engine.ack(event.id).unwrap()));
        of_kind.first().unwrap_or_else(|| panic!("no {kind:?}")).id
    }

    /// As if the server was started again with another configuration.
    fn restarted(self, more: &str) -> Self {
        let Self { folder, clock, engine, notifications } = self;
        engine.close().unwrap();
        let text = format!(r#"{{"database":"ledger.db",{more}}}"#);
        let config = Config::from_json(text.as_bytes(), folder.path()).unwrap();
        let engine = EngineOptions::new().clock(Arc::clone(&clock)).open(config).unwrap();
        Self { folder, clock, engine, notifications }
    }
}

#[test]
fn nothing_is_given_back_while_it_is_not_known_how_much_is_due() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Part));
    fixture.engine.settle(fixture.event(EventKind::Refund), &took(200)).unwrap();
    let unknown = |reason: &str| {
        let books = fixture.books();
        assert_eq!((books.items[0].taken, books.items[0].to_return), (200, 0), "{reason}");
        assert!(!books.is_complete() && !books.settled, "{reason}");
        assert_eq!(fixture.refund().work_status, WorkStatus::Recovering, "{reason}");
    };
    unknown("it is not known what was granted");
    fixture.ingest_order(part(order("1"), 1, Some("b"), Extent::Part));
    let to_do = fixture.engine.to_do(fixture.event(EventKind::Refund)).unwrap();
    assert_eq!((to_do.take, to_do.give), (Vec::new(), Vec::new()));
    fixture.engine.set_granted(fixture.refund().id, &gems(500), "eve", "by the log").unwrap();
    unknown("it is not known how much of it is refunded");
    assert!(
        fixture.engine.close_refund(fixture.refund().id, ClosedAs::PartlyRecovered, "eve", "why").is_ok()
    );

    fixture.ingest_order(reversed(order("1"), 2));
    assert_eq!(fixture.books().items[0].to_return, 200, "it is known that nothing is due");
    assert_eq!(fixture.refund().work_status, WorkStatus::Returning);
    fixture.ingest_order(refunded(order("1"), 3));
    assert_eq!((fixture.books().items[0].owed, fixture.books().items[0].to_return), (300, 0));
}

#[test]
fn closing_holds_when_the_size_of_the_same_part_becomes_known() {
    let fixture = Fixture::new(REPAID);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Part));
    assert!(fixture.engine.is_blocked("ann"));
    fixture.engine.close_refund(fixture.refund().id, ClosedAs::WrittenOff, "eve", "gone").unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(1)));
    assert_eq!(fixture.refund().case.reported_total.quantity, Some(1));
    assert_eq!(fixture.refund().work_status, WorkStatus::WrittenOff);
    assert!(!fixture.engine.is_blocked("ann"));
    fixture.ingest_order(part(order("1"), 1, Some("b"), Extent::Quantity(1)));
    assert!(fixture.engine.is_blocked("ann"), "more is refunded");
    assert_eq!(fixture.refund().work_status, WorkStatus::Open);
}

#[test]
fn what_an_event_asked_for_is_booked_though_other_items_were_granted() {
    let fixture = super::notices::with(CATALOGUE);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(of_pack(), 0));
    let event = fixture.event(EventKind::Refund);
    assert_eq!(fixture.engine.to_do(event).unwrap().take, gems(500));
    // The game took them, and learns only then what the purchase granted.
    fixture.engine.record_purchase(Purchase { grants: some("coin", 100), ..purchase("ann", "1") }).unwrap();
    let outcome = fixture.engine.settle(event, &took(501)).unwrap();
    assert_eq!(outcome.too_much, gems(1));
    let to_do = fixture.engine.to_do(fixture.event(EventKind::Recovery)).unwrap();
    assert_eq!((to_do.take, to_do.give), (some("coin", 100), gems(500)));
    let other = RecoveryReport { taken: some("sword", 1), ..took(1) };
    let refused = fixture.engine.report_recovery(fixture.refund().id, &under("k", other));
    assert_eq!(refused.unwrap_err().code(), "not_granted");
}

#[test]
fn what_an_event_had_given_is_accepted_though_an_operator_cancelled_what_was_taken() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pack()).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.engine.settle(fixture.event(EventKind::Refund), &took(500)).unwrap();
    fixture.ingest_order(reversed(order("1"), 1));
    let reversal = fixture.event(EventKind::Reversal);
    assert_eq!(fixture.engine.to_do(reversal).unwrap().give, gems(500));
    let id = fixture.refund().id;
    let entries = fixture.engine.recovery_entries(id).unwrap();
    let taken = entries.iter().find(|entry| entry.quantity == 500 && entry.who.is_none() && entry.id > 1);
    fixture.engine.correct(taken.unwrap().id, "eve", "was never taken").unwrap();
    let outcome = fixture.engine.settle(reversal, &gave(500)).unwrap();
    assert_eq!((outcome.recovery.items[0].taken, outcome.recovery.items[0].to_return), (0, 0));
    let refused = fixture.engine.report_recovery(id, &under("k", gave(1))).unwrap_err();
    assert_eq!(refused.code(), "more_than_taken", "outside of an event it is a mistake");
}

#[test]
fn what_two_calls_took_twice_is_given_back_by_an_event() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pack()).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(1)));
    let event = fixture.event(EventKind::Refund);
    assert_eq!(fixture.engine.to_do(event).unwrap().take, gems(250));
    let repayment = Repayment { key: "k".to_owned(), items: gems(250), ..Repayment::default() };
    assert_eq!(fixture.engine.repay("ann", &repayment).unwrap().too_much, []);
    let outcome = fixture.engine.settle(event, &took(250)).unwrap();
    assert_eq!((outcome.too_much, outcome.recovery.items[0].to_return), (Vec::new(), 250));
    let more = fixture.event(EventKind::Recovery);
    assert_eq!(fixture.engine.to_do(more).unwrap().give, gems(250));
    let outcome = fixture.engine.settle(more, &gave(250)).unwrap();
    assert_eq!(outcome.recovery.items[0].to_return, 0);
    assert_eq!(fixture.kinds(), [], "what goes back makes no event");
}

#[test]
fn an_acknowledged_event_is_settled_again_by_the_same_report_only() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pack()).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let event = fixture.event(EventKind::Refund);
    let first = fixture.engine.settle(event, &under("mine", took(100))).unwrap();
    let code = |report: RecoveryReport| fixture.engine.settle(event, &report).unwrap_err().code();
    assert_eq!(fixture.engine.settle(event, &under("mine", took(100))).unwrap(), first);
    assert_eq!(code(under("mine", took(101))), "key_reused");
    let repayment = Repayment { key: "k".to_owned(), items: gems(1), ..Repayment::default() };
    fixture.engine.repay("ann", &repayment).unwrap();
    assert_eq!(code(under("k", took(100))), "key_reused", "it is a repayment's");
    assert_eq!(code(took(100)), "unknown_event", "it was settled under another key");

    fixture.ingest_order(reversed(order("1"), 1));
    let event = fixture.event(EventKind::Reversal);
    fixture.engine.settle(event, &gave(101)).unwrap();
    assert_eq!(fixture.engine.settle(event, &gave(100)).unwrap_err().code(), "key_reused");
}

#[test]
fn a_later_catalogue_changes_no_refund() {
    for closes in [true, false] {
        let rules = format!(r#""policy":{REPAID}"#);
        let fixture = super::notices::with(&rules);
        fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
        fixture.ingest_order(refunded(of_pack(), 0));
        let id: RefundId = fixture.refund().id;
        if closes {
            fixture.engine.close_refund(id, ClosedAs::WrittenOff, "eve", "gone").unwrap();
        }
        fixture.events();
        let fixture = fixture.restarted(&format!("{rules},{CATALOGUE}"));
        fixture.engine.assign_refund(id, Some("eve"), "eve", "mine").unwrap();
        fixture.ingest_order(because(refunded(of_pack(), 0), Reason::Fraud));
        assert!(!fixture.books().known);
        assert_eq!(fixture.engine.is_blocked("ann"), !closes);
        assert_eq!(fixture.kinds(), []);
    }
}

#[test]
fn the_catalogue_is_looked_up_once_the_product_is_known() {
    let fixture = super::notices::with(CATALOGUE);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    assert!(!fixture.books().known);
    fixture.events();
    fixture.ingest_order(refunded(of_pack(), 1));
    assert_eq!((fixture.books().items[0].owed, fixture.kinds()), (500, vec![EventKind::Recovery]));
}

#[test]
fn closing_ends_a_block_until_repaid_of_a_test_purchase_and_of_a_hint() {
    for (matched, environment, trust) in [
        (r#"{"environment":"sandbox"}"#, Environment::Sandbox, Trust::Signed),
        (r#"{"trust":"hint"}"#, Environment::Production, Trust::Hint),
    ] {
        let fixture =
            Fixture::new(&format!(r#"[{{"name":"all","match":{matched},"action":{{"block":"repaid"}}}}]"#));
        let bought = Purchase { environment: Some(environment), ..purchase("ann", "1") };
        fixture.engine.record_purchase(bought).unwrap();
        let fact = Fact { trust, ..refunded(order("1"), 0) };
        let mut signal = signal("n", CaseKey::Order("1".to_owned()), fact);
        signal.place.environment = Some(environment);
        fixture.engine.ingest_signal(signal, b"{}").unwrap();
        assert!(fixture.engine.is_blocked("ann"), "{matched}");
        let id = fixture.refund().id;
        fixture.engine.close_refund(id, ClosedAs::WrittenOff, "eve", "gone").unwrap();
        assert!(!fixture.engine.is_blocked("ann"), "{matched}");
        let refused = fixture.engine.close_refund(id, ClosedAs::WrittenOff, "eve", "gone");
        assert!(refused.is_ok(), "closing again is harmless");
    }
}
