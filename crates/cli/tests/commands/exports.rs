//! Exports to standard output.

use crate::shop::Shop;

fn refunded() -> Shop {
    let shop = Shop::new();
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    shop
}

#[test]
fn refunds_are_exported_as_csv_json_lines_and_for_excel() {
    let shop = refunded();
    let table = shop.run(&["export", "refunds"]);
    assert_eq!(table.code, 0, "{table:?}");
    let lines: Vec<&str> = table.stdout.split("\r\n").collect();
    assert!(lines[0].starts_with("id,store,app,environment,user,"), "{table:?}");
    assert!(lines[1].starts_with("1,google-play,") && lines[2].is_empty(), "{table:?}");
    for args in [&["--json", "export", "refunds"][..], &["export", "refunds", "--format", "ndjson"]] {
        let lines = shop.run(args).lines();
        assert_eq!((lines.len(), &lines[0]["user"], &lines[1]["end"]["rows"]), (2, &"ada".into(), &1.into()));
    }
    let excel = shop.run(&["export", "refunds", "--excel"]).stdout;
    assert!(excel.starts_with("\u{feff}id,") && excel.contains("updated_at (UTC)"), "{excel}");
    assert_eq!(shop.run(&["export", "refunds", "--user", "bob", "--format", "ndjson"]).lines().len(), 1);
}

#[test]
fn an_export_that_cannot_be_is_refused() {
    let shop = refunded();
    let refused = shop.run(&["--json", "export", "debts", "--since", "1d"]);
    assert_eq!((refused.code, refused.error_code().as_str()), (1, "bad_filter"));
    assert_eq!(shop.run(&["export", "swords"]).code, 1);
}
