//! Exports through the real ledger.

use std::io;

use super::*;
use crate::model::{Currency, Export, ExportFormat, ExportKind, Grant, Money};

impl Fixture {
    fn export(&self, export: &Export) -> Vec<serde_json::Value> {
        let mut out = Vec::new();
        let exported = self.engine.export(export, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut lines: Vec<_> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let end: serde_json::Value = lines.pop().unwrap();
        assert_eq!(end["end"]["rows"], exported.rows);
        lines
    }

    fn ids(&self, export: &Export) -> Vec<i64> {
        self.export(export).iter().map(|row| row["id"].as_i64().unwrap()).collect()
    }

    fn table(&self, what: ExportKind) -> String {
        let mut out = Vec::new();
        self.engine.export(&Export::new(what, ExportFormat::Csv), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

fn all(what: ExportKind) -> Export {
    Export::new(what, ExportFormat::Ndjson)
}

fn bought(user: &str, order: &str) -> Purchase {
    let price = Some(Money { micros: 9_900_000_000, currency: Currency::new("KRW").unwrap() });
    Purchase {
        price,
        product: Some("gems".to_owned()),
        grants: vec![Grant { item: "gem".to_owned(), quantity: 500 }],
        ..purchase(user, order)
    }
}

#[test]
fn every_kind_is_exported_and_every_row_has_every_column() {
    let fixture = Fixture::new(BLOCKS_ALL);
    fixture.engine.record_purchase(bought("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.engine.unblock("ann", "eve", "a, \"b\"").unwrap();
    let excluded = r#"{"kind": "user", "value": "bob", "who": "eve", "why": "agreed"}"#;
    fixture.engine.exclude(&serde_json::from_str(excluded).unwrap()).unwrap();
    // Messages to webhook endpoints are where endpoints are: tests::webhooks.
    let here = |kind: &&ExportKind| **kind != ExportKind::WebhookMessages;
    for kind in ExportKind::ALL.iter().filter(here) {
        let rows = fixture.export(&all(*kind));
        assert!(!rows.is_empty(), "{kind:?}");
        let table = fixture.table(*kind);
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), rows.len(), "{kind:?}: {table}");
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
    assert_eq!(
        fixture.table(ExportKind::Debts),
        "user,refund,item,granted,due,taken,forgiven,owed\r\nann,1,gem,500,500,0,0,500\r\n"
    );
    let refunds = fixture.table(ExportKind::Refunds);
    assert!(refunds.contains(",9900,9900000000,KRW,"), "{refunds}");
    assert!(fixture.table(ExportKind::Blocks).contains(",operator,eve,\"a, \"\"b\"\"\"\r\n"));
}

#[test]
fn an_export_of_several_steps_has_each_row_once() {
    let fixture = Fixture::new("[]");
    let purchases = (0..4500).map(|n| purchase(if n % 3 == 0 { "ann" } else { "bob" }, &format!("o{n}")));
    fixture.engine.record_purchases(purchases.collect()).unwrap();
    let ids = fixture.ids(&all(ExportKind::Purchases));
    assert_eq!(ids, (1..=4500).collect::<Vec<_>>());
    let of_bob = Export { user: Some("bob".to_owned()), ..all(ExportKind::Purchases) };
    assert_eq!(fixture.ids(&of_bob).len(), 3000);
    let elsewhere = Export { store: Some(Store::Stripe), ..all(ExportKind::Purchases) };
    assert!(fixture.ids(&elsewhere).is_empty());
}

#[test]
fn debts_of_several_steps_have_each_row_once() {
    let fixture = Fixture::new("[]");
    let grants: Vec<Grant> = (0..900).map(|n| Grant { item: format!("i{n:04}"), quantity: 1 }).collect();
    for n in 0..3 {
        let order_id = format!("o{n}");
        let user = if n == 1 { "bob" } else { "ann" };
        let pack = Purchase { grants: grants.clone(), ..purchase(user, &order_id) };
        fixture.engine.record_purchase(pack).unwrap();
        fixture.ingest_order(refunded(order(&order_id), 0));
    }
    let rows = fixture.export(&all(ExportKind::Debts));
    assert_eq!(rows.len(), 2700);
    let of_ann = Export { user: Some("ann".to_owned()), ..all(ExportKind::Debts) };
    assert_eq!(fixture.export(&of_ann).len(), 1800);
}

#[test]
fn refunds_are_selected_by_their_times_and_changes() {
    let fixture = Fixture::new("[]");
    for n in 0..3_i64 {
        fixture.ingest_order(refunded(order(&format!("o{n}")), n * 1000));
        fixture.clock.advance(Span::from_hours(1));
    }
    let at = |seconds: i64| Some(NOON.plus(Span::from_millis(seconds * 1000)));
    let export = |since, until| Export { since, until, ..all(ExportKind::Refunds) };
    assert_eq!(fixture.ids(&export(at(1), None)), [2, 3]);
    assert_eq!(fixture.ids(&export(None, at(1))), [1]);
    let changed = |since| Export { changed_since: Some(since), ..all(ExportKind::Refunds) };
    let begun = fixture.engine.now();
    assert!(fixture.ids(&changed(begun)).is_empty());
    fixture.engine.record_purchase(purchase("ann", "o0")).unwrap();
    assert_eq!(fixture.ids(&changed(begun)), [1], "it has a player now");
    assert_eq!(fixture.ids(&changed(NOON)), [2, 3, 1], "the longest unchanged first");
}

#[test]
fn a_condition_that_does_not_apply_is_refused() {
    let fixture = Fixture::new("[]");
    for export in [
        Export { store: Some(Store::Stripe), ..all(ExportKind::Journal) },
        Export { since: Some(NOON), ..all(ExportKind::Debts) },
        Export { changed_since: Some(NOON), ..all(ExportKind::Blocks) },
        Export { user: Some("bob".to_owned()), ..all(ExportKind::Exclusions) },
    ] {
        let mut out = Vec::new();
        assert_eq!(fixture.engine.export(&export, &mut out).unwrap_err().code(), "bad_filter");
        assert!(out.is_empty());
    }
}

#[test]
fn users_are_spelled_as_the_host_writes_them() {
    const UPPER: &str = "ABCDEF00-0000-4000-8000-00000000000B";
    let fixture = Fixture::new(BLOCKS_ALL);
    fixture.engine.record_purchase(bought(UPPER, "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let of_a_user =
        |kind: &&ExportKind| !matches!(kind, ExportKind::Exclusions | ExportKind::WebhookMessages);
    for kind in ExportKind::ALL.iter().filter(of_a_user) {
        let export = Export { user: Some(UPPER.to_ascii_lowercase()), ..all(*kind) };
        let rows = fixture.export(&export);
        assert!(!rows.is_empty() && rows.iter().all(|row| row["user"] == UPPER), "{kind:?}: {rows:?}");
    }
}

#[test]
fn a_writer_that_fails_ends_the_export() {
    struct Closed(usize);
    impl io::Write for Closed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let fixture = Fixture::new("[]");
    fixture.ingest_order(refunded(order("1"), 0));
    let error = fixture.engine.export(&all(ExportKind::Refunds), &mut Closed(3)).unwrap_err();
    assert!(matches!(error, Error::Output { kind: io::ErrorKind::BrokenPipe, .. }), "{error}");
}
