//! The books of refunds, through the real ledger: what is due, what was taken, what is owed and what goes back.

use super::*;
use crate::model::{
    Grant, GrantSource, Happening, Recovery, RecoveryReport, RefundId, RefundRef, RefundStatus, Rest,
    WorkStatus,
};

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

fn pack(user: &str, order: &str, gems: i64) -> Purchase {
    Purchase { grants: self::gems(gems), ..purchase(user, order) }
}

fn took(key: &str, quantity: i64) -> RecoveryReport {
    RecoveryReport { key: key.to_owned(), taken: gems(quantity), ..RecoveryReport::default() }
}

fn gave(key: &str, quantity: i64) -> RecoveryReport {
    RecoveryReport { key: key.to_owned(), returned: gems(quantity), ..RecoveryReport::default() }
}

/// Due, taken, forgiven, owed, to return.
fn line(books: &Recovery) -> (i64, i64, i64, i64, i64) {
    let [item] = books.items.as_slice() else { panic!("{books:?}") };
    (item.due, item.taken, item.forgiven, item.owed, item.to_return)
}

struct Books(Fixture);

impl Books {
    /// A pack of 500 gems, bought by ann and refunded.
    fn refunded() -> (Self, RefundId) {
        let setup = Fixture::new("[]");
        setup.engine.record_purchase(pack("ann", "1", 500)).unwrap();
        setup.ingest_order(refunded(order("1"), 0));
        let id = setup.refund().id;
        (Self(setup), id)
    }

    fn line(&self, refund: RefundId) -> (i64, i64, i64, i64, i64) {
        line(&self.0.engine.recovery(refund).unwrap().unwrap())
    }

    fn status(&self) -> WorkStatus {
        self.0.refund().work_status
    }

    fn refusal(&self, refund: RefundId, report: &RecoveryReport) -> &'static str {
        self.0.engine.report_recovery(refund, report).unwrap_err().code()
    }
}

#[test]
fn a_refund_is_owed_until_it_came_back() {
    let (books, id) = Books::refunded();
    assert_eq!((books.line(id), books.status()), ((500, 0, 0, 500, 0), WorkStatus::Open));
    let event = books.0.events().into_iter().find(|event| event.kind == EventKind::Refund).unwrap();
    assert_eq!(line(&event.recovery.unwrap()), (500, 0, 0, 500, 0), "the event has the books");

    let outcome = books.0.engine.report_recovery(id, &took("first", 100)).unwrap();
    assert_eq!((line(&outcome.recovery), outcome.too_much), ((500, 100, 0, 400, 0), Vec::new()));
    assert_eq!(books.status(), WorkStatus::Recovering);
    assert_eq!(books.0.engine.debts("ann").unwrap().items, gems(400));

    let outcome = books.0.engine.report_recovery(id, &took("second", 450)).unwrap();
    assert_eq!((line(&outcome.recovery), outcome.too_much), ((500, 500, 0, 0, 0), gems(50)));
    assert_eq!(books.status(), WorkStatus::Recovered);
    assert!(outcome.recovery.settled && books.0.engine.debts("ann").unwrap().debts.is_empty());
    assert_eq!(books.0.kinds(), [], "the game's own report makes no event");
}

#[test]
fn a_report_is_booked_once_under_its_key() {
    let (books, id) = Books::refunded();
    let first = books.0.engine.report_recovery(id, &took("event:1", 100)).unwrap();
    assert_eq!(books.0.engine.report_recovery(id, &took("event:1", 100)).unwrap(), first);
    assert_eq!(books.line(id), (500, 100, 0, 400, 0));
    assert_eq!(books.refusal(id, &took("event:1", 200)), "key_reused");
    assert_eq!(books.line(id), (500, 100, 0, 400, 0));
}

#[test]
fn bad_reports_are_refused_and_change_nothing() {
    let (books, id) = Books::refunded();
    let report = |item: &str, quantity| RecoveryReport {
        taken: vec![Grant { item: item.to_owned(), quantity }],
        ..took("key", 1)
    };
    assert_eq!(books.refusal(id, &took("", 1)), "bad_key");
    assert_eq!(books.refusal(id, &took("a\nb", 1)), "bad_key");
    assert_eq!(books.refusal(id, &report("gem", 0)), "bad_item");
    assert_eq!(books.refusal(id, &report("sword", 1)), "not_granted");
    let twice = RecoveryReport { taken: [gems(1), gems(2)].concat(), ..took("key", 1) };
    assert_eq!(books.refusal(id, &twice), "bad_item");
    assert_eq!(books.refusal(id, &gave("key", 1)), "more_than_taken");
    assert_eq!(books.refusal(99, &took("key", 1)), "unknown_refund");
    assert_eq!(books.line(id), (500, 0, 0, 500, 0));
    assert!(books.0.engine.report_recovery(id, &took("key", 1)).is_ok(), "a refused report uses up no key");
    let unattributed = Fixture::new("[]");
    unattributed.ingest_order(refunded(order("9"), 0));
    let id = unattributed.refund().id;
    assert_eq!(Books(unattributed).refusal(id, &took("key", 1)), "unattributed");
}

#[test]
fn a_reversal_gives_back_what_was_taken_and_no_more() {
    let (books, id) = Books::refunded();
    books.0.engine.report_recovery(id, &took("a", 100)).unwrap();
    books.0.events();
    books.0.ingest_order(reversed(order("1"), 1));
    assert_eq!((books.line(id), books.status()), ((0, 100, 0, 0, 100), WorkStatus::Returning));
    let events = books.0.engine.poll(10).unwrap();
    let reversal = events.iter().find(|event| event.kind == EventKind::Reversal).unwrap();
    let to_do = books.0.engine.to_do(reversal.id).unwrap();
    assert_eq!((to_do.take, to_do.give), (Vec::new(), gems(100)));
    let report = RecoveryReport { key: String::new(), ..gave("", 100) };
    let outcome = books.0.engine.settle(reversal.id, &report).unwrap();
    assert_eq!((line(&outcome.recovery), books.status()), ((0, 0, 0, 0, 0), WorkStatus::Returned));
    assert_eq!(books.0.engine.settle(reversal.id, &report).unwrap(), outcome, "after a crash the same again");
    assert!(!books.0.engine.ack(reversal.id).unwrap(), "it is acknowledged");
}

#[test]
fn a_part_is_due_in_proportion() {
    let setup = Fixture::new("[]");
    setup.engine.record_purchase(Purchase { quantity: Some(5), ..pack("ann", "1", 500) }).unwrap();
    setup.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(2)));
    let id = setup.refund().id;
    let books = Books(setup);
    assert_eq!(books.line(id), (200, 0, 0, 200, 0));
    books.0.ingest_order(part(order("1"), 1, Some("b"), Extent::Quantity(1)));
    assert_eq!(books.line(id), (300, 0, 0, 300, 0));
    books.0.ingest_order(part(order("1"), 2, Some("c"), Extent::Part));
    let recovery = books.0.engine.recovery(id).unwrap().unwrap();
    assert_eq!((recovery.sized, line(&recovery).0), (false, 300), "the least that is due");
}

#[test]
fn what_was_granted_may_become_known_later() {
    let setup = Fixture::new("[]");
    setup.engine.record_purchase(purchase("ann", "1")).unwrap();
    setup.ingest_order(refunded(order("1"), 0));
    let id = setup.refund().id;
    let books = Books(setup);
    let unknown = books.0.engine.recovery(id).unwrap().unwrap();
    assert_eq!((unknown.known, unknown.items.len(), books.status()), (false, 0, WorkStatus::Open));
    books.0.events();
    books.0.engine.set_granted(id, &gems(100), "eve", "by the shop's log").unwrap();
    assert_eq!((books.line(id), books.0.kinds()), ((100, 0, 0, 100, 0), vec![EventKind::Recovery]));
    books.0.engine.record_purchase(pack("ann", "1", 500)).unwrap();
    assert_eq!(books.line(id), (500, 0, 0, 500, 0), "the host's record is better evidence");
    let refused = books.0.engine.set_granted(id, &gems(1), "eve", "why").unwrap_err();
    assert_eq!(refused.code(), "granted_by_purchase");
}

#[test]
fn what_is_forgiven_is_no_longer_owed() {
    let (books, id) = Books::refunded();
    books.0.engine.report_recovery(id, &took("a", 100)).unwrap();
    books.0.events();
    let forgive = |items: &[Grant], key| books.0.engine.forgive(id, items, true, key, "eve", "gone");
    assert_eq!(line(&forgive(&gems(50), "k1").unwrap()), (500, 100, 50, 350, 0));
    assert_eq!(line(&forgive(&[], "k2").unwrap()), (500, 100, 400, 0, 0));
    assert_eq!(books.status(), WorkStatus::PartlyRecovered);
    assert_eq!(forgive(&[], "k3").unwrap_err().code(), "nothing_owed");
    let rest = RecoveryReport { rest: Rest::Forgiven, ..took("b", 1) };
    assert_eq!(line(&books.0.engine.report_recovery(id, &rest).unwrap().recovery), (500, 101, 400, 0, 0));
}

#[test]
fn another_players_refund_is_due_from_them_and_given_back_to_the_first() {
    let (books, id) = Books::refunded();
    books.0.engine.report_recovery(id, &took("a", 500)).unwrap();
    books.0.engine.transfer_purchase(None, "1", "bob", "eve", "ticket").unwrap();
    assert_eq!((books.line(id), books.status()), ((500, 0, 0, 500, 0), WorkStatus::Returning));
    assert_eq!(books.0.engine.debts("bob").unwrap().items, gems(500));
    let events = books.0.engine.poll(10).unwrap();
    let reversal = events.iter().find(|event| event.kind == EventKind::Reversal).unwrap();
    assert_eq!(books.0.engine.to_do(reversal.id).unwrap().give, gems(500));
    books.0.engine.settle(reversal.id, &gave("", 500)).unwrap();
    assert_eq!(books.status(), WorkStatus::Open);
}

#[test]
fn those_who_owe_are_listed_by_user_page_by_page() {
    let setup = Fixture::new("[]");
    for (number, user) in ["cid", "ann", "bob", "ann", "dan"].iter().enumerate() {
        let id = format!("order-{number}");
        setup.engine.record_purchase(pack(user, &id, 100)).unwrap();
        setup.ingest_order(refunded(order(&id), i64::try_from(number).unwrap()));
    }
    let dans = setup.engine.debts("dan").unwrap().debts[0].refund;
    setup.engine.report_recovery(dans, &took("all", 100)).unwrap();
    let page = setup.engine.debtors(None, 2).unwrap();
    let users: Vec<&str> = page.items.iter().map(|debtor| debtor.user.as_str()).collect();
    assert_eq!((users, page.next.as_deref()), (vec!["ann", "bob"], Some("bob")));
    let ann = &page.items[0];
    assert_eq!((&ann.items, ann.debts.len()), (&gems(200), 2));
    let oldest = setup.engine.user("ann").unwrap().refunds.iter().map(|refund| refund.case.at).min();
    assert_eq!(Some(ann.since), oldest);
    assert_eq!(ann.blocked, setup.engine.is_blocked("ann"));
    let last = setup.engine.debtors(page.next.as_deref(), 2).unwrap();
    assert_eq!((last.items[0].user.as_str(), last.items.len(), last.next), ("cid", 1, None));
}

#[test]
fn a_report_has_who_and_why_in_the_journal() {
    let (books, id) = Books::refunded();
    let report = RecoveryReport {
        who: Some("ann".to_owned()),
        why: Some("removed in the back office".to_owned()),
        ..took("key", 100)
    };
    books.0.engine.report_recovery(id, &report).unwrap();
    let file = books.0.engine.case_file(id).unwrap().unwrap();
    let reported = file.journal.iter().find_map(|entry| match &entry.what {
        Happening::RecoveryReported { who, why, .. } => Some((who.clone(), why.clone())),
        _ => None,
    });
    assert_eq!(reported, Some((report.who.clone(), report.why.clone())));
    let too_long = RecoveryReport { key: "other".to_owned(), why: Some("x".repeat(1025)), ..report };
    assert_eq!(books.refusal(id, &too_long), "bad_text");
}

#[test]
fn the_catalogue_says_what_a_product_grants_for_as_many_as_were_bought() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(NOON));
    let catalogue = |gems| {
        format!(
            r#"{{"database":"ledger.db","catalogue":[{{"product":"pack","grants":[{{"item":"gem","quantity":{gems}}}]}}]}}"#
        )
    };
    let open = |gems| {
        let config = Config::from_json(catalogue(gems).as_bytes(), folder.path()).unwrap();
        EngineOptions::new().clock(Arc::clone(&clock)).open(config).unwrap()
    };
    let engine = open(500);
    let bought = |product: &str| Purchase { product: Some(product.to_owned()), ..purchase("ann", "1") };
    engine.record_purchase(Purchase { quantity: Some(2), ..bought("pack") }).unwrap();
    engine
        .ingest_signal(signal("n1", CaseKey::Order("1".to_owned()), refunded(order("1"), 0)), b"{}")
        .unwrap();
    let books = engine.recovery(1).unwrap().unwrap();
    assert_eq!((books.granted_by, line(&books)), (Some(GrantSource::Catalogue), (1000, 0, 0, 1000, 0)));
    drop(engine);
    let engine = open(7);
    engine.set_refund_status(RefundRef::Refund(1), RefundStatus::Recovered, "eve", "why").unwrap();
    assert_eq!(line(&engine.recovery(1).unwrap().unwrap()).0, 1000, "a later catalogue changes nothing");
}
