//! Doctor finds sums and balances that are not what the rows add up to.

use super::*;
use crate::ledger::{LedgerError, Tx};
use crate::model::{DoctorReport, Health};

fn examined(fixture: &Fixture) -> DoctorReport {
    fixture.engine.doctor(&DoctorOptions::new(), |_| {})
}

fn health_of(report: &DoctorReport, code: &str) -> Option<Health> {
    report.findings.iter().find(|finding| finding.code == code).map(|finding| finding.health)
}

impl Fixture {
    /// Changes rows as no engine does.
    fn spoil(&self, statement: &'static str) {
        self.engine.ledger.writer.run(move |tx: &Tx<'_>| tx.spoil(statement)).unwrap();
    }
}

fn refunded_pack() -> Fixture {
    let fixture = Fixture::new("[]");
    let grants = vec![Grant { item: "gem".to_owned(), quantity: 10 }];
    fixture.engine.record_purchase(Purchase { grants, ..sale("ann", "1", "gems", 5, 0) }).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture
}

#[test]
fn sums_that_are_wrong_are_found_and_counted_again() {
    for statement in [
        "UPDATE refunded SET refunds = 2 WHERE grain = 0",
        "UPDATE players SET owing = 0 WHERE player = 'ann'",
        "DELETE FROM sold WHERE grain = 1",
        "UPDATE refunds SET counted = 0 WHERE id = 1",
        "UPDATE refunds SET owing = 0 WHERE id = 1",
    ] {
        let fixture = refunded_pack();
        assert_eq!(health_of(&examined(&fixture), "figures_do_not_add_up"), None);
        fixture.spoil(statement);
        assert_eq!(
            health_of(&examined(&fixture), "figures_do_not_add_up"),
            Some(Health::Warning),
            "{statement}"
        );
        let counted = fixture.engine.recount_figures().unwrap();
        assert_eq!((counted.purchases, counted.refunds), (1, 1));
        assert_eq!(health_of(&examined(&fixture), "figures_do_not_add_up"), None, "{statement}");
        fixture.assert_sums();
    }
}

#[test]
fn balances_that_are_wrong_are_found() {
    for statement in [
        "UPDATE balances SET taken = 3 WHERE refund_id = 1",
        "DELETE FROM balances WHERE refund_id = 1 AND item = 'gem' AND player = 'bob'",
    ] {
        let fixture = refunded_pack();
        fixture.engine.transfer_purchase(None, "1", "bob", "eve", "ticket").unwrap();
        assert_eq!(health_of(&examined(&fixture), "books_do_not_add_up"), None);
        fixture.spoil(statement);
        let report = examined(&fixture);
        assert_eq!(health_of(&report, "books_do_not_add_up"), Some(Health::Broken), "{statement}");
    }
}

#[test]
fn a_job_that_fails_leaves_no_sums() {
    let fixture = refunded_pack();
    let of_bob = vec![sale("ann", "2", "gems", 5, 0), sale("bob", "1", "gems", 5, 0)];
    assert_eq!(fixture.engine.record_purchases(of_bob).unwrap_err().code(), "purchase_of_another_user");
    fixture.assert_sums();
    let work = |tx: &Tx<'_>| {
        tx.insert_purchase(&purchase("ann", "3"), NOON)?;
        Err::<(), _>(LedgerError::Internal("a failure".to_owned()))
    };
    fixture.engine.ledger.writer.run(work).unwrap_err();
    fixture.assert_sums();
    assert_eq!(fixture.engine.figures(&Question::default()).unwrap().total.purchases.unwrap().purchases, 1);
}
