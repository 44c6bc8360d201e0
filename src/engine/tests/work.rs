//! Operators' work on refunds: closing, assigning, notes, a status by order, repayments and corrections.

use super::*;
use crate::model::{
    ClosedAs, Grant, Happening, NoteOn, RecoveryReport, RefundId, RefundRef, RefundStatus, Repayment,
    WorkStatus,
};

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

fn pack(user: &str, order: &str) -> Purchase {
    Purchase { grants: gems(500), product: Some("gems".to_owned()), ..purchase(user, order) }
}

/// Due, taken, forgiven, owed.
fn line(setup: &Fixture, refund: RefundId) -> (i64, i64, i64, i64) {
    let books = setup.engine.recovery(refund).unwrap().unwrap();
    let item = books.items.first().unwrap();
    (item.due, item.taken, item.forgiven, item.owed)
}

fn status(setup: &Fixture, refund: RefundId) -> WorkStatus {
    setup.engine.refund(refund).unwrap().unwrap().work_status
}

/// Ann's packs, refunded in this order.
fn refunded_packs(orders: &[&str]) -> Fixture {
    let setup = Fixture::new("[]");
    for (at, id) in (0..).zip(orders) {
        setup.engine.record_purchase(pack("ann", id)).unwrap();
        setup.ingest_order(refunded(OrderDetails { product: Some("gems".to_owned()), ..order(id) }, at));
    }
    setup.events();
    setup
}

fn took(key: &str, quantity: i64) -> RecoveryReport {
    RecoveryReport { key: key.to_owned(), taken: gems(quantity), ..RecoveryReport::default() }
}

#[test]
fn a_repayment_pays_the_oldest_debts_first() {
    let setup = refunded_packs(&["1", "2"]);
    let repay = |key: &str, quantity| {
        let repayment = Repayment { key: key.to_owned(), items: gems(quantity), ..Repayment::default() };
        setup.engine.repay("ann", &repayment).unwrap()
    };
    let first = repay("a", 600);
    assert_eq!((first.applied.len(), first.too_much.len()), (2, 0));
    assert_eq!((line(&setup, 1), line(&setup, 2)), ((500, 500, 0, 0), (500, 100, 0, 400)));
    assert_eq!(first.debts.items, gems(400));
    assert_eq!(repay("a", 600), first, "the same key changes nothing");
    assert_eq!(line(&setup, 2).3, 400);
    let last = repay("b", 450);
    assert_eq!((last.too_much, last.debts.items), (gems(50), Vec::new()));
    assert_eq!(status(&setup, 2), WorkStatus::Recovered);
}

#[test]
fn an_entry_is_cancelled_once() {
    let setup = refunded_packs(&["1"]);
    setup.engine.report_recovery(1, &took("a", 500)).unwrap();
    let entries = setup.engine.recovery_entries(1).unwrap();
    let (due, taken) = (entries[0].id, entries[1].id);
    let correct = |entry| setup.engine.correct(entry, "eve", "counted twice");
    assert_eq!(correct(due).unwrap_err().code(), "not_correctable");
    assert_eq!(correct(99).unwrap_err().code(), "unknown_entry");
    setup.engine.report_recovery(1, &RecoveryReport { taken: Vec::new(), ..took("b", 1) }).unwrap();
    correct(taken).unwrap();
    assert_eq!((line(&setup, 1), status(&setup, 1)), ((500, 0, 0, 500), WorkStatus::Recovering));
    assert_eq!(setup.kinds(), [EventKind::Recovery], "the game is notified of what an operator changed");
    assert_eq!(correct(taken).unwrap_err().code(), "already_corrected");
    let correction = setup.engine.recovery_entries(1).unwrap().last().unwrap().clone();
    assert_eq!((correction.corrects, correction.quantity), (Some(taken), -500));
    assert_eq!(correct(correction.id).unwrap_err().code(), "not_correctable");
}

#[test]
fn an_entry_that_later_ones_build_on_is_not_cancelled() {
    let setup = refunded_packs(&["1"]);
    setup.engine.report_recovery(1, &took("a", 300)).unwrap();
    let taken = setup.engine.recovery_entries(1).unwrap()[1].id;
    setup.ingest_order(reversed(order("1"), 9));
    let back = RecoveryReport { taken: Vec::new(), returned: gems(200), ..took("b", 1) };
    setup.engine.report_recovery(1, &back).unwrap();
    assert_eq!(setup.engine.correct(taken, "eve", "why").unwrap_err().code(), "more_than_taken");
    let returned = setup.engine.recovery_entries(1).unwrap().last().unwrap().id;
    setup.engine.correct(returned, "eve", "not given after all").unwrap();
    assert_eq!((line(&setup, 1), status(&setup, 1)), ((0, 300, 0, 0), WorkStatus::Returning));
    let books = setup.engine.read(|read| read.check_books(1000)).unwrap();
    assert!(books.wrong.is_empty(), "doctor finds {:?}", books.wrong);
}

#[test]
fn only_what_the_books_do_not_know_is_closed() {
    let setup = refunded_packs(&["1"]);
    let close = |refund| setup.engine.close_refund(refund, ClosedAs::WrittenOff, "eve", "gone");
    let refused = close(1).unwrap_err();
    assert_eq!(refused.code(), "still_owed");
    assert!(refused.to_string().contains("500 gem"), "{refused}");
    setup.engine.report_recovery(1, &took("a", 500)).unwrap();
    assert_eq!(close(1).unwrap_err().code(), "nothing_owed");
    assert_eq!(close(9).unwrap_err().code(), "unknown_refund");

    setup.ingest_order(part(order("2"), 0, Some("a"), Extent::Part));
    assert_eq!(status(&setup, 2), WorkStatus::Open);
    assert_eq!(setup.engine.reopen_refund(2, "eve", "why").unwrap_err().code(), "not_closed");
    assert_eq!(close(2).unwrap().work_status, WorkStatus::WrittenOff);
    setup.engine.reopen_refund(2, "eve", "found it").unwrap();
    assert_eq!(status(&setup, 2), WorkStatus::Open);
    close(2).unwrap();
    setup.ingest_order(part(order("2"), 1, Some("b"), Extent::Part));
    assert_eq!(status(&setup, 2), WorkStatus::Open, "more is refunded than when it was closed");
}

#[test]
fn a_refund_is_assigned_and_found_by_it() {
    let setup = refunded_packs(&["1", "2"]);
    let assigned = setup.engine.assign_refund(1, Some("eve"), "bob", "her player").unwrap();
    assert_eq!((assigned.assignee.as_deref(), assigned.work_status), (Some("eve"), WorkStatus::Recovering));
    let filter = RefundFilter { assignee: Some("eve".to_owned()), to_do: true, ..RefundFilter::default() };
    assert_eq!(setup.engine.refunds(&filter, None, 10).unwrap().items.len(), 1);
    let count = |filter: &RefundFilter| setup.engine.count_refunds(filter).unwrap().count;
    let open = RefundFilter { work_status: vec![WorkStatus::Open], ..RefundFilter::default() };
    assert_eq!((count(&filter), count(&open), count(&RefundFilter::default())), (1, 1, 2));
    setup.engine.assign_refund(1, None, "bob", "she is away").unwrap();
    assert_eq!((status(&setup, 1), count(&filter)), (WorkStatus::Open, 0));
    assert_eq!(setup.engine.assign_refund(1, Some(""), "bob", "why").unwrap_err().code(), "bad_text");
}

#[test]
fn notes_and_the_journal_are_in_the_case_file() {
    let setup = refunded_packs(&["1"]);
    setup.engine.add_note(&NoteOn::Refund(1), "called in\nwill earn it back", "eve").unwrap();
    setup.engine.add_note(&NoteOn::User("ann".to_owned()), "often refunds", "eve").unwrap();
    let file = setup.engine.case_file(1).unwrap().unwrap();
    assert_eq!((file.notes.len(), file.entries.len()), (1, 1));
    assert!(file.journal.iter().any(|entry| matches!(entry.what, Happening::Noted { note: 1, .. })));
    assert_eq!(setup.engine.notes(&NoteOn::User("ann".to_owned())).unwrap()[0].text, "often refunds");
    assert_eq!(setup.engine.case_file(9).unwrap(), None);
    let note = |on: NoteOn, text: &str| setup.engine.add_note(&on, text, "eve").unwrap_err().code();
    assert_eq!(note(NoteOn::Refund(9), "text"), "unknown_refund");
    assert_eq!(note(NoteOn::Refund(1), ""), "bad_text");
    assert_eq!(note(NoteOn::Refund(1), &"x".repeat(4097)), "bad_text");
}

#[test]
fn a_status_is_set_by_order_and_undone() {
    let setup = refunded_packs(&["1"]);
    let by_order = |order: &str| RefundRef::Order(order.to_owned());
    let set = |status| setup.engine.set_refund_status(by_order("1"), status, "eve", "ticket");
    assert_eq!(set(RefundStatus::Recovered).unwrap().work_status, WorkStatus::Recovered);
    assert_eq!((line(&setup, 1), setup.kinds()), ((500, 500, 0, 0), vec![EventKind::Recovery]));
    set(RefundStatus::Recovered).unwrap();
    assert_eq!(setup.kinds(), [], "the same status again changes nothing");
    assert_eq!(set(RefundStatus::Open).unwrap().work_status, WorkStatus::Open);
    assert_eq!(set(RefundStatus::WrittenOff).unwrap().work_status, WorkStatus::WrittenOff);
    assert_eq!(
        (line(&setup, 1), set(RefundStatus::Open).unwrap().work_status),
        ((500, 0, 500, 0), WorkStatus::Open)
    );
    assert_eq!(line(&setup, 1), (500, 0, 0, 500));
    assert_eq!(set(RefundStatus::Excluded).unwrap().work_status, WorkStatus::Excluded);
    assert_eq!(set(RefundStatus::Open).unwrap().work_status, WorkStatus::Open);
    setup.engine.report_recovery(1, &took("a", 500)).unwrap();
    let refused = set(RefundStatus::Open).unwrap_err();
    assert_eq!(refused.code(), "came_back");
    assert!(refused.to_string().contains("500 gem"), "{refused}");
    assert_eq!(line(&setup, 1), (500, 500, 0, 0), "a refused call changes nothing");
}

#[test]
fn a_status_is_undone_though_a_part_of_it_was_returned_since() {
    let setup = Fixture::new("[]");
    setup.engine.record_purchase(Purchase { quantity: Some(5), ..pack("ann", "1") }).unwrap();
    let set = |status| setup.engine.set_refund_status(RefundRef::Refund(1), status, "eve", "ticket");
    let back = |key: &str, quantity| {
        let report = RecoveryReport { taken: Vec::new(), returned: gems(quantity), ..took(key, 1) };
        setup.engine.report_recovery(1, &report).unwrap();
    };
    let undo = |step: &str, at| {
        let what = FactKind::Reversed { step: Some(step.to_owned()), extent: None, failure: None };
        setup.ingest_order(fact(order("1"), at, what));
    };
    setup.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(3)));
    setup.ingest_order(part(order("1"), 0, Some("b"), Extent::Quantity(2)));
    set(RefundStatus::Recovered).unwrap();
    undo("b", 1);
    back("k1", 200);
    assert_eq!(line(&setup, 1), (300, 300, 0, 0));
    assert_eq!(set(RefundStatus::Open).unwrap().work_status, WorkStatus::Recovering, "the game reported");
    assert_eq!(line(&setup, 1), (300, 0, 0, 300));

    // All of it is returned, and then set again.
    set(RefundStatus::Recovered).unwrap();
    undo("a", 2);
    back("k2", 300);
    setup.ingest_order(part(order("1"), 3, Some("c"), Extent::Quantity(3)));
    set(RefundStatus::Recovered).unwrap();
    assert_eq!(set(RefundStatus::Open).unwrap().work_status, WorkStatus::Recovering, "the game reported");
    assert_eq!(line(&setup, 1), (300, 0, 0, 300));

    // What the game took is not what an operator set before.
    set(RefundStatus::Recovered).unwrap();
    undo("c", 4);
    back("k3", 300);
    setup.ingest_order(part(order("1"), 5, Some("d"), Extent::Quantity(3)));
    setup.engine.report_recovery(1, &took("k4", 300)).unwrap();
    assert_eq!(set(RefundStatus::Open).unwrap_err().code(), "came_back");
    assert_eq!(line(&setup, 1), (300, 300, 0, 0));
    assert!(setup.engine.read(|read| read.check_books(1000)).unwrap().wrong.is_empty());
}

#[test]
fn a_status_needs_no_user_and_no_grants() {
    let setup = Fixture::new("[]");
    setup.ingest_order(refunded(order("7"), 0));
    let set = |order: &str, status| {
        setup.engine.set_refund_status(RefundRef::Order(order.to_owned()), status, "eve", "ticket")
    };
    assert_eq!(set("7", RefundStatus::Recovered).unwrap().work_status, WorkStatus::Recovered);
    assert_eq!(set("7", RefundStatus::WrittenOff).unwrap().work_status, WorkStatus::WrittenOff);
    assert_eq!(set("7", RefundStatus::Excluded).unwrap().work_status, WorkStatus::Excluded);
    assert_eq!(set("7", RefundStatus::Open).unwrap().work_status, WorkStatus::Open);
    assert_eq!(setup.engine.refund_of_order("7").unwrap().unwrap().work_status, WorkStatus::Open);
    assert_eq!(set("8", RefundStatus::Open).unwrap_err().code(), "unknown_order");
    setup.engine.record_purchase(purchase("ann", "8")).unwrap();
    assert_eq!(set("8", RefundStatus::Open).unwrap_err().code(), "not_refunded");
    assert_eq!(setup.engine.refund_of_order("8").unwrap(), None);
}

#[test]
fn an_id_finds_what_it_belongs_to() {
    let setup = refunded_packs(&["1000"]);
    let found = setup.engine.find(" 1000 ").unwrap();
    assert_eq!((found.refunds.len(), found.purchases.len(), found.users.len()), (1, 1, 0));
    assert_eq!(setup.engine.find("ann").unwrap().users, ["ann"]);
    assert_eq!(setup.engine.find("refund:1").unwrap().refunds.len(), 1);
    assert_eq!(setup.engine.find("100").unwrap(), crate::model::Found::default(), "no parts of ids");
    assert_eq!(setup.engine.find("").unwrap_err().code(), "bad_text");
}

#[test]
fn buying_again_repays_and_its_refund_is_owed_again() {
    let setup = refunded_packs(&["1"]);
    let again = |order: &str| Purchase {
        repays: Some(1),
        price: Some(crate::model::Money {
            micros: 1000,
            currency: crate::model::Currency::new("USD").unwrap(),
        }),
        ..purchase("ann", order)
    };
    let refused = |purchase: Purchase| setup.engine.record_purchase(purchase).unwrap_err().code();
    assert_eq!(refused(Purchase { user: "bob".to_owned(), ..again("2") }), "not_this_users");
    assert_eq!(refused(Purchase { product: Some("gold".to_owned()), ..again("2") }), "another_product");
    assert_eq!(refused(Purchase { grants: gems(1), ..again("2") }), "repaying_purchase_grants");
    assert_eq!(refused(Purchase { repays: Some(9), ..again("2") }), "unknown_refund");
    assert_eq!(setup.engine.find("2").unwrap().purchases, [], "a refused purchase is not recorded");

    setup.engine.record_purchase(again("2")).unwrap();
    assert_eq!((line(&setup, 1), status(&setup, 1)), ((500, 500, 0, 0), WorkStatus::Recovered));
    assert_eq!(refused(again("3")), "repaid_already");
    setup.engine.record_purchase(again("2")).unwrap();
    assert_eq!(line(&setup, 1), (500, 500, 0, 0), "recorded again it changes nothing");

    let amount = Extent::Amount(crate::model::Money {
        micros: 500,
        currency: crate::model::Currency::new("USD").unwrap(),
    });
    setup.ingest_order(part(order("2"), 5, Some("a"), amount));
    assert_eq!(line(&setup, 1), (500, 250, 0, 250), "half of the second purchase came back to the player");
    setup.ingest_order(refunded(order("2"), 6));
    assert_eq!((line(&setup, 1), status(&setup, 1)), ((500, 0, 0, 500), WorkStatus::Open));
    assert_eq!(status(&setup, 2), WorkStatus::NothingDue, "the second purchase granted nothing");
    setup.ingest_order(reversed(order("2"), 7));
    assert_eq!(line(&setup, 1), (500, 500, 0, 0));
    assert_eq!(refused(Purchase { repays: Some(2), ..pack("ann", "1") }), "recorded_already");
}
