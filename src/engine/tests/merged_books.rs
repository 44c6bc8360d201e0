//! Two refunds that turn out to be one: what was taken and what operators did counts for the one.

use super::*;
use crate::model::{ClosedAs, EventId, Grant, RecoveryReport, RefundId, RefundRef, RefundStatus, WorkStatus};

const DAY: i64 = 86_400_000;

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

fn took(quantity: i64) -> RecoveryReport {
    RecoveryReport { taken: gems(quantity), ..RecoveryReport::default() }
}

fn gave(quantity: i64) -> RecoveryReport {
    RecoveryReport { returned: gems(quantity), ..RecoveryReport::default() }
}

fn token() -> OrderDetails {
    OrderDetails { purchase_token: Some("tok".to_owned()), ..OrderDetails::default() }
}

fn by_token(fixture: &Fixture, at: i64) {
    let key = CaseKey::Token { token: "tok".to_owned(), same_within_millis: Some(DAY) };
    fixture.ingest(key, refunded(token(), at));
}

fn by_order(fixture: &Fixture, id: &str, at: i64) {
    fixture.ingest_order(refunded(OrderDetails { order_id: Some(id.to_owned()), ..token() }, at));
}

fn named(user: &str, id: &str) -> Purchase {
    Purchase { purchase_token: Some("tok".to_owned()), ..purchase(user, id) }
}

impl Fixture {
    /// Polls, and acknowledges all but events of this kind of this user; the last of those.
    fn waiting(&self, kind: EventKind, user: &str) -> Event {
        let mut found = None;
        for event in self.engine.poll(1000).unwrap() {
            if event.kind == kind && event.user.as_deref() == Some(user) {
                found = Some(event);
            } else {
                self.engine.ack(event.id).unwrap();
            }
        }
        found.unwrap_or_else(|| panic!("no {kind:?} of {user}"))
    }

    fn gives(&self, event: EventId) -> Vec<Grant> {
        let to_do = self.engine.to_do(event).unwrap();
        assert_eq!(to_do.take, []);
        to_do.give
    }

    fn taken(&self, refund: RefundId) -> i64 {
        self.engine.recovery(refund).unwrap().unwrap().items.iter().map(|item| item.taken).sum()
    }
}

#[test]
fn what_was_taken_for_anothers_order_is_given_back_whenever_it_is_reported() {
    for reported_late in [false, true] {
        let fixture = Fixture::new("[]");
        fixture.engine.record_purchase(named("ann", "1")).unwrap();
        by_token(&fixture, 0);
        let event = fixture.waiting(EventKind::Refund, "ann");
        if !reported_late {
            fixture.engine.settle(event.id, &took(500)).unwrap();
        }
        fixture.engine.record_purchase(purchase("bob", "2")).unwrap();
        by_order(&fixture, "2", 1);
        assert_eq!(fixture.refund().user.as_deref(), Some("bob"));
        if reported_late {
            fixture.engine.settle(event.id, &took(500)).unwrap();
        }
        assert_eq!(fixture.refund().work_status, WorkStatus::Returning);
        let reversal = fixture.waiting(EventKind::Reversal, "ann");
        assert_eq!(reversal.recovery.unwrap().is_to_return(), !reported_late);
        assert_eq!(fixture.gives(reversal.id), gems(500), "{reported_late}");
        fixture.engine.settle(reversal.id, &gave(500)).unwrap();
        assert_eq!(fixture.refund().work_status, WorkStatus::Open);
    }
}

/// The store's answer that order 1 is the latest of the token; before, a renewal is known between the two reports.
fn latest_order(fixture: &Fixture, id: &str, at: i64, about: OrderDetails) {
    let signal = Signal {
        place: place(),
        notification_id: id.to_owned(),
        name: "RENEWED".to_owned(),
        at: NOON.plus(Span::from_millis(at)),
        meaning: Meaning::Purchase(about),
    };
    fixture.engine.ingest_signal(signal, b"{}").unwrap();
}

#[test]
fn what_was_taken_for_both_is_given_back_once_whichever_is_looked_at_first() {
    for token_first in [false, true] {
        let fixture = Fixture::new("[]");
        fixture.engine.record_purchase(Purchase { grants: gems(500), ..named("ann", "1") }).unwrap();
        let paid_at = Some(NOON.plus(Span::from_millis(2 * DAY)));
        latest_order(&fixture, "renewal", 2 * DAY, OrderDetails { paid_at, ..token() });
        if token_first {
            by_token(&fixture, 3 * DAY);
        }
        by_order(&fixture, "1", 0);
        if !token_first {
            by_token(&fixture, 3 * DAY);
        }
        for event in fixture.engine.poll(1000).unwrap() {
            match event.kind {
                EventKind::Refund => drop(fixture.engine.settle(event.id, &took(500)).unwrap()),
                _ => assert!(fixture.engine.ack(event.id).unwrap()),
            }
        }
        assert_eq!(fixture.refunds().iter().map(|refund| fixture.taken(refund.id)).sum::<i64>(), 1000);

        let latest_order_id = Some("1".to_owned());
        latest_order(&fixture, "queried", 3 * DAY + 5, OrderDetails { latest_order_id, ..token() });
        let refund = fixture.refund();
        assert_eq!((fixture.taken(refund.id), refund.work_status), (1000, WorkStatus::Returning));
        let event = fixture.waiting(EventKind::Reversal, "ann");
        assert_eq!(fixture.gives(event.id), gems(500), "{token_first}");
        fixture.engine.settle(event.id, &gave(500)).unwrap();
        assert_eq!((fixture.taken(refund.id), fixture.refund().work_status), (500, WorkStatus::Recovered));
    }
}

#[test]
fn what_was_taken_for_two_ids_of_one_purchase_is_given_back_once() {
    let fixture =
        super::notices::with(r#""catalogue":[{"product":"pack","grants":[{"item":"gem","quantity":500}]}]"#);
    let bought = |id: &str, product_type| OrderDetails {
        original_id: Some("T1".to_owned()),
        product: Some("pack".to_owned()),
        product_type,
        quantity: Some(1),
        ..order(id)
    };
    fixture.engine.record_purchase(purchase("ann", "T1")).unwrap();
    for id in ["T1", "T2"] {
        fixture.ingest_order(refunded(bought(id, None), 0));
        let event = fixture.waiting(EventKind::Refund, "ann");
        fixture.engine.settle(event.id, &took(500)).unwrap();
    }
    for id in ["T1", "T2"] {
        fixture.ingest_order(refunded(bought(id, Some(ProductType::NonConsumable)), 1));
    }
    let refund = fixture.refund();
    assert_eq!((fixture.taken(refund.id), refund.work_status), (1000, WorkStatus::Returning));
    let event = fixture.waiting(EventKind::Reversal, "ann");
    assert!(event.recovery.as_ref().unwrap().is_to_return());
    assert_eq!(fixture.gives(event.id), gems(500));
    fixture.engine.settle(event.id, &gave(500)).unwrap();
    assert_eq!((fixture.taken(refund.id), fixture.refund().work_status), (500, WorkStatus::Recovered));
}

#[test]
fn what_an_operator_closed_stays_closed_under_the_other_id() {
    let fixture = Fixture::new(r#"[{"name":"owed","action":{"block":"repaid"}}]"#);
    fixture.engine.record_purchase(named("ann", "1")).unwrap();
    by_token(&fixture, 0);
    let id = fixture.refund().id;
    fixture.engine.assign_refund(id, Some("eve"), "eve", "mine").unwrap();
    fixture.engine.close_refund(id, ClosedAs::WrittenOff, "eve", "gone").unwrap();
    assert!(!fixture.engine.is_blocked("ann"));
    by_order(&fixture, "1", 1);
    let refund = fixture.refund();
    assert_ne!(refund.id, id);
    assert_eq!((refund.work_status, refund.assignee.as_deref()), (WorkStatus::WrittenOff, Some("eve")));
    assert!(!fixture.engine.is_blocked("ann"));
}

#[test]
fn what_an_operator_set_as_granted_counts_under_the_other_id() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(named("ann", "1")).unwrap();
    by_token(&fixture, 0);
    fixture.engine.set_granted(fixture.refund().id, &gems(500), "eve", "by the log").unwrap();
    fixture.events();
    by_order(&fixture, "1", 1);
    assert_eq!(fixture.engine.debts("ann").unwrap().items, gems(500));
    assert_eq!(fixture.kinds(), [EventKind::Recovery]);
}

#[test]
fn what_was_forgiven_under_the_other_id_is_opened_again() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(named("ann", "1")).unwrap();
    by_token(&fixture, 0);
    let id = fixture.refund().id;
    fixture.engine.set_granted(id, &gems(500), "eve", "by the log").unwrap();
    fixture.engine.forgive(id, &[], true, "key", "eve", "gone").unwrap();
    by_order(&fixture, "1", 1);
    assert_eq!(fixture.refund().work_status, WorkStatus::WrittenOff);
    let order = RefundRef::Order("1".to_owned());
    let opened = fixture.engine.set_refund_status(&order, RefundStatus::Open, "eve", "is back").unwrap();
    assert_eq!(opened.work_status, WorkStatus::Open);
    assert_eq!(fixture.engine.debts("ann").unwrap().items, gems(500));
    let books = fixture.engine.read(|read| read.check_books(1000)).unwrap();
    assert!(books.wrong.is_empty());
}
