//! Cells and rows in each format.

use std::borrow::Cow;

use serde::Serialize;

use super::cell::{excel_time, for_excel};
use super::{Column, Record, Sheet, text};
use crate::model::{Currency, ExportFormat, Money, Timestamp};

#[derive(Serialize)]
struct Row {
    id: i64,
    name: Option<String>,
    paid: Option<Money>,
    at: Option<Timestamp>,
}

impl Record for Row {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |row| Some(row.id)),
        Column::Text("name", |row| text(&row.name)),
        Column::Money("paid", |row| row.paid),
        Column::Time("at", |row| row.at),
    ];
}

fn row(id: i64, name: &str, micros: i64, currency: &str) -> Row {
    let paid = Some(Money { micros, currency: Currency::new(currency).unwrap() });
    Row { id, name: Some(name.to_owned()), paid, at: Some(Timestamp::from_millis(1_769_860_800_250)) }
}

fn written(format: ExportFormat, rows: &[Row]) -> String {
    let mut out = Vec::new();
    let mut sheet = Sheet::begin(format, &mut out).unwrap();
    rows.iter().for_each(|row| sheet.row(row).unwrap());
    assert_eq!(sheet.end().unwrap(), u64::try_from(rows.len()).unwrap());
    String::from_utf8(out).unwrap()
}

#[test]
fn csv_has_a_header_quotes_what_needs_it_and_leaves_unknown_cells_empty() {
    let unknown = Row { id: 2, name: None, paid: None, at: None };
    let rows = [row(1, "a \"b\", c\nd", 4_990_000, "USD"), unknown, row(3, "=1+1", 1_500_000, "KWD")];
    assert_eq!(
        written(ExportFormat::Csv, &rows),
        "id,name,paid,paid_micros,paid_currency,at\r\n\
         1,\"a \"\"b\"\", c\nd\",4.99,4990000,USD,2026-01-31T12:00:00.25Z\r\n\
         2,,,,,\r\n\
         3,=1+1,1.500,1500000,KWD,2026-01-31T12:00:00.25Z\r\n"
    );
}

#[test]
fn excel_shows_ids_and_texts_as_they_are() {
    let rows = [row(1, "2000000123456789", -5_000, "USD"), row(2, "=HYPERLINK(\"x\")", 9_900_000_000, "KRW")];
    assert_eq!(
        written(ExportFormat::Excel, &rows),
        "\u{feff}id,name,paid,paid_micros,paid_currency,at (UTC)\r\n\
         1,\"=\"\"2000000123456789\"\"\",-0.005,-5000,USD,2026-01-31 12:00:00\r\n\
         2,\"'=HYPERLINK(\"\"x\"\")\",9900,9900000000,KRW,2026-01-31 12:00:00\r\n"
    );
}

#[test]
fn json_lines_end_with_their_number() {
    assert_eq!(
        written(ExportFormat::Ndjson, &[row(1, "=1", 1, "USD")]),
        "{\"id\":1,\"name\":\"=1\",\"paid\":{\"micros\":1,\"currency\":\"USD\"},\"at\":1769860800250}\n\
         {\"end\":{\"rows\":1}}\n"
    );
    assert_eq!(written(ExportFormat::Ndjson, &[]), "{\"end\":{\"rows\":0}}\n");
}

#[test]
fn a_text_that_excel_would_change_or_run_is_marked() {
    for text in
        ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\u{ff1d}1", "\u{ff0b}1", "\u{ff0d}1", "\u{ff20}1"]
    {
        assert_eq!(for_excel(Cow::Borrowed(text)), format!("'{text}"), "{text:?}");
    }
    let id = |digits: usize| "1".repeat(digits);
    for digits in [12, 16, 100] {
        assert_eq!(for_excel(Cow::Owned(id(digits))), format!("=\"{}\"", id(digits)));
    }
    for plain in ["", "a=1", " =1", "12345678901", "GPA.3391-8812-1200-44012", "１２３４５６７８９０１２"]
    {
        assert_eq!(for_excel(Cow::Borrowed(plain)), plain);
    }
    assert_eq!(for_excel(Cow::Owned(id(101))), id(101));
}

#[test]
fn times_that_no_calendar_has_are_milliseconds() {
    assert_eq!(excel_time(Timestamp::from_millis(-1)), "1969-12-31 23:59:59");
    assert_eq!(excel_time(Timestamp::from_millis(i64::MAX)), i64::MAX.to_string());
}

#[test]
fn an_output_that_fails_is_an_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for format in [ExportFormat::Ndjson, ExportFormat::Csv, ExportFormat::Excel] {
        let mut full = Full;
        let done = Sheet::begin(format, &mut full).and_then(|mut sheet| {
            sheet.row(&row(1, "a", 1, "USD"))?;
            sheet.end()
        });
        assert_eq!(done.map_err(|error| error.kind()), Err(std::io::ErrorKind::StorageFull), "{format:?}");
    }
}
