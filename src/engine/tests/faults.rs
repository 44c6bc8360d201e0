//! A fault at each statement of a change: nothing of the change is left, and the same call succeeds afterwards.

use std::collections::BTreeMap;

use super::*;
use crate::ledger::{LedgerError, ran};
use crate::model::{
    Forget, Grant, NewExclusion, NoticeMark, RecoveryReport, RefundRef, RefundStatus, Repayment,
};

fn contents(fixture: &Fixture) -> BTreeMap<String, Vec<String>> {
    crate::ledger::contents(&fixture.folder.path().join("ledger.db"))
}

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

/// Ann's refunded pack of 500 gems, which blocks her until it is repaid; and bob's, of which 100 were taken.
fn shop() -> Fixture {
    let fixture = Fixture::new(r#"[{"name": "owed", "match": {}, "action": {"block": "repaid"}}]"#);
    for (user, id) in [("ann", "1"), ("bob", "2")] {
        let bought = Purchase { grants: gems(500), ..purchase(user, id) };
        fixture.engine.record_purchase(bought).unwrap();
        fixture.ingest_order(refunded(order(id), 0));
    }
    fixture.engine.report_recovery(2, &report("first", 100)).unwrap();
    fixture
}

fn report(key: &str, taken: i64) -> RecoveryReport {
    RecoveryReport { key: key.to_owned(), taken: gems(taken), ..RecoveryReport::default() }
}

/// Makes a change with a fault at its first statement, then at its second, until it has none left; then looks at what it
/// did.
fn at_every_statement<T: std::fmt::Debug>(
    what: &str,
    fixture: &Fixture,
    change: impl Fn(&Engine) -> Result<T, Error>,
    is_done: impl FnOnce(&Engine) -> bool,
) {
    let before = contents(fixture);
    for good in 0..1000 {
        let arm = move |_: &crate::ledger::Tx<'_>| {
            ran::fail_after(Some(good));
            Ok::<_, LedgerError>(())
        };
        fixture.engine.ledger.writer.run(arm).unwrap();
        let made = change(&fixture.engine);
        let rest = |_: &crate::ledger::Tx<'_>| {
            ran::fail_after(None);
            Ok::<_, LedgerError>(())
        };
        fixture.engine.ledger.writer.run(rest).unwrap();
        match made {
            Ok(_) => {
                assert!(good > 2, "{what}: the faults did not reach it");
                assert!(is_done(&fixture.engine), "{what}: it did not do what it should");
                return;
            }
            Err(Error::Ledger(LedgerError::DiskFull)) => {
                let after = contents(fixture);
                for (table, rows) in &before {
                    assert_eq!(
                        rows, &after[table],
                        "{what}: {table} changed with a fault after {good} statements"
                    );
                }
            }
            Err(error) => panic!("{what}: {error:?} instead of the fault after {good} statements"),
        }
    }
    panic!("{what}: it never succeeded");
}

fn owed(engine: &Engine, user: &str) -> i64 {
    engine.debts(user).unwrap().items.iter().map(|item| item.quantity).sum()
}

#[test]
fn books_change_as_a_whole_or_not_at_all() {
    let fixture = shop();
    at_every_statement(
        "report",
        &fixture,
        |engine| engine.report_recovery(1, &report("taken", 200)),
        |engine| owed(engine, "ann") == 300,
    );
    at_every_statement(
        "forgive",
        &fixture,
        |engine| engine.forgive(1, &gems(100), false, "kind", "eve", "our outage"),
        |engine| owed(engine, "ann") == 200,
    );
    let repayment =
        r#"{"key": "earned", "items": [{"item": "gem", "quantity": 150}], "who": "shop", "why": "earned"}"#;
    let repayment: Repayment = serde_json::from_str(repayment).unwrap();
    at_every_statement(
        "repay",
        &fixture,
        |engine| engine.repay("ann", &repayment),
        |engine| owed(engine, "ann") == 50 && engine.is_blocked("ann"),
    );
    let events = fixture.engine.poll(1000).unwrap();
    let event = events.into_iter().find(|event| event.refund_id == Some(1)).unwrap().id;
    at_every_statement(
        "settle",
        &fixture,
        |engine| engine.settle(event, &report("", 50)),
        |engine| owed(engine, "ann") == 0 && !engine.is_blocked("ann"),
    );
    at_every_statement(
        "status",
        &fixture,
        |engine| engine.set_refund_status(RefundRef::Refund(2), RefundStatus::Excluded, "eve", "our outage"),
        |engine| !engine.is_blocked("bob"),
    );
}

#[test]
fn decisions_and_forgetting_happen_as_a_whole_or_not_at_all() {
    let fixture = shop();
    let exclusion = r#"{"kind": "user", "value": "ann", "who": "eve", "why": "agreed"}"#;
    let exclusion: NewExclusion = serde_json::from_str(exclusion).unwrap();
    let excluded = |engine: &Engine| engine.exclusions(false, None, 10).unwrap().items.len();
    at_every_statement(
        "exclude",
        &fixture,
        |engine| engine.exclude(&exclusion),
        |engine| excluded(engine) == 1,
    );
    at_every_statement(
        "overrule",
        &fixture,
        |engine| engine.overrule(1, Some(crate::model::Action::Record), "eve", "agreed"),
        |engine| !engine.is_blocked("ann"),
    );
    let notice = fixture.engine.pending_notices("bob", "en", 10).unwrap()[0].id;
    at_every_statement(
        "notice",
        &fixture,
        |engine| engine.mark_notice("bob", notice, NoticeMark::Acknowledged),
        |engine| engine.pending_notices("bob", "en", 10).unwrap().iter().all(|other| other.id != notice),
    );
    at_every_statement(
        "access",
        &fixture,
        |engine| engine.grant_access("bob", "pass", None, "eve", "may keep it"),
        |engine| engine.access("bob", "pass").unwrap().has,
    );
    at_every_statement(
        "forget",
        &fixture,
        |engine| engine.forget_user("bob", &Forget { even_so: true }, "dpo", "request 118"),
        |engine| engine.user("bob").unwrap().purchases.is_empty(),
    );
    at_every_statement(
        "ingest",
        &fixture,
        |engine| {
            let fact = refunded(order("3"), 0);
            let signal = signal("n9", CaseKey::Order("3".to_owned()), fact);
            engine.ingest_signal(signal, b"{}")
        },
        |engine| engine.refund(3).unwrap().is_some(),
    );
}
