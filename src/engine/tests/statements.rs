//! How many statements a change of the ledger runs.

use super::*;
use crate::engine::change::Change;
use crate::engine::record::record_purchases;
use crate::ledger::{LedgerError, Tx, ran};

/// A player whom the host and the ledger spell differently.
const ANN: &str = "6B29FC40-CA47-1067-B31D-00DD010662DA";

/// The statements that a job runs, up to its end.
fn statements<T: Send + 'static>(
    fixture: &Fixture,
    job: impl Fn(&Tx<'_>, &Rules, Timestamp) -> Result<T, Error> + Send + 'static,
) -> Vec<String> {
    let (rules, now) = (Arc::clone(&fixture.engine.rules), fixture.clock.now());
    let run = move |tx: &Tx<'_>| {
        ran::take();
        job(tx, &rules, now)
    };
    fixture.engine.ledger.writer.run(run).unwrap();
    // In the same thread, before anything else runs there.
    fixture.engine.ledger.writer.run(|_| Ok::<_, LedgerError>(ran::take())).unwrap()
}

fn of_signal(fixture: &Fixture, signal: Signal) -> Vec<String> {
    statements(fixture, move |tx, rules, now| Ok(Change::ingest(tx, rules, now, &signal, b"{}")?))
}

fn assert_at_most(limit: usize, statements: &[String]) {
    let reads = statements.iter().filter(|sql| sql.starts_with("SELECT")).count();
    assert!(
        statements.len() <= limit,
        "{} statements, {reads} of them read: {statements:#?}",
        statements.len()
    );
}

/// An App Store purchase.
fn transaction(id: &str) -> OrderDetails {
    OrderDetails {
        original_id: Some(format!("original {id}")),
        web_order_line_item_id: Some(format!("line item {id}")),
        product: Some("gems".to_owned()),
        product_type: Some(ProductType::Consumable),
        purchased_at: Some(NOON.plus(Span::from_hours(-1))),
        ..order(id)
    }
}

fn refund(notification: &str, id: &str) -> Signal {
    signal(notification, CaseKey::Order(id.to_owned()), refunded(transaction(id), 0))
}

/// Five of them are for the figures: where days begin, and one for each table of sums that it touches: refunded, lags,
/// work_counts and players. One reads whether the player owed something before, which is kept for every refund: a rule
/// may look at it later. One looks for exclusions: these count from the commit that makes them, in every process on the
/// ledger, so no process remembers that there are none.
#[test]
fn a_refund_that_blocks_takes_27_statements_and_its_notice_two() {
    for (notices, limit) in [("[]", 27), (r#"["blocked"]"#, 29)] {
        let fixture = super::notices::with(&format!(r#""notices":{{"make":{notices}}}"#));
        fixture.engine.record_purchase(purchase(ANN, "1")).unwrap();
        let statements = of_signal(&fixture, refund("n1", "1"));
        assert!(fixture.engine.is_blocked(ANN));
        assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
        // The notices that wait are read, of which the new one may replace one; then it is written.
        assert_at_most(limit, &statements);
    }
}

#[test]
fn a_repeated_notification_takes_two_statements() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase(ANN, "1")).unwrap();
    of_signal(&fixture, refund("n1", "1"));
    assert_at_most(2, &of_signal(&fixture, refund("n1", "1")));
}

#[test]
fn a_known_fact_under_another_notification_takes_five_statements() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase(ANN, "1")).unwrap();
    of_signal(&fixture, refund("n1", "1"));
    assert_at_most(5, &of_signal(&fixture, refund("n2", "1")));
}

/// Two of them are for the figures: where days begin, and the sums. A batch has the same two.
#[test]
fn a_purchase_takes_six_statements() {
    let fixture = Fixture::new("[]");
    let record = |purchase| {
        statements(&fixture, move |tx, rules, now| {
            record_purchases(tx, rules, now, std::slice::from_ref(&purchase))
        })
    };
    // One looks whether any user was ever forgotten: this one is then met again.
    assert_at_most(6, &record(purchase("ann", "1")));
    assert_at_most(1, &record(purchase("ann", "1")));
}

#[test]
fn a_batch_of_purchases_writes_each_sum_once() {
    let fixture = Fixture::new("[]");
    let purchases: Vec<Purchase> =
        (0..100).map(|number| purchase("ann", &format!("order {number}"))).collect();
    let statements = statements(&fixture, move |tx, rules, now| record_purchases(tx, rules, now, &purchases));
    let of_sums =
        statements.iter().filter(|sql| sql.contains("sold") || sql.contains("sums_settings")).count();
    assert_eq!(of_sums, 2, "{statements:#?}");
}
