//! Figures: what was bought and refunded, and what became of it; as a document, and as a table for spreadsheets.

use recoup::{Figures, Question};
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::problem::Problem;
use crate::query::Members;
use crate::reply::{Answer, Body, Reply};

/// How the parameters of a question are read.
const MEMBERS: Members = Members { lists: &["by", "lists"], numbers: &["repeat"], flags: &[] };

/// What begins a formula in a spreadsheet (OWASP, CSV Injection).
const BEGINS_FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

fn figures(call: &Call<'_>) -> Result<Figures, Problem> {
    let question: Question = call.query.document(MEMBERS, &[])?;
    Ok(call.engine().figures(&question)?)
}

pub(crate) fn show(call: &Call<'_>) -> Answer {
    Reply::json(&figures(call)?)
}

/// The groups as a table, or without any the series: a row each, a column for each number, named by its path.
pub(crate) fn csv(call: &Call<'_>) -> Answer {
    let figures = figures(call)?;
    let rows: Vec<Value> = match figures.groups.is_empty() {
        false => figures.groups.iter().map(|group| json!(group)).collect(),
        true => figures.series.iter().map(|point| json!(point)).collect(),
    };
    let table = table(&rows).map_err(|error| {
        tracing::error!(target: "recoup::console", %error, "figures cannot be written as CSV");
        Problem::internal()
    })?;
    call.audit("done")?;
    Ok(Reply::file("text/csv; charset=utf-8", "figures.csv", Body::Bytes(table)))
}

/// The byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

fn table(rows: &[Value]) -> Result<Vec<u8>, csv::Error> {
    let rows: Vec<Map<String, Value>> = rows.iter().map(flat).collect();
    let mut columns: Vec<&String> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    // As spreadsheets read it: RFC 4180's line ends, and the mark by which they know UTF-8.
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BOM.to_vec());
    if !columns.is_empty() {
        writer.write_record(columns.iter().map(|name| name.as_str()))?;
    }
    for row in &rows {
        writer.write_record(columns.iter().map(|name| row.get(*name).map_or_else(String::new, cell)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(BEGINS_FORMULA) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The members of members by their paths, such as `refunds.amount_back.USD`.
fn flat(row: &Value) -> Map<String, Value> {
    let mut members = Map::new();
    flatten("", row, &mut members);
    members
}

fn flatten(path: &str, value: &Value, into: &mut Map<String, Value>) {
    match value {
        Value::Object(object) => {
            for (name, member) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, member, into);
            }
        }
        other => {
            into.insert(path.to_owned(), other.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_column_for_each_number_and_runs_nothing() {
        let rows = [
            json!({"group": {"product": "=cmd|' /C calc'!A0"}, "refunds": {"refunds": 2, "amount_back": {"USD": 5}}}),
            json!({"group": {"product": null}, "refunds": {"refunds": 1, "amount_back": {"KRW": -7}}}),
        ];
        let text = String::from_utf8(table(&rows).unwrap()).unwrap();
        let text = text.strip_prefix('\u{feff}').unwrap();
        assert!(text.ends_with("\r\n"));
        let lines: Vec<&str> = text.lines().collect();
        let mut columns: Vec<&str> = lines[0].split(',').collect();
        columns.sort_unstable();
        let expected =
            ["group.product", "refunds.amount_back.KRW", "refunds.amount_back.USD", "refunds.refunds"];
        assert_eq!(columns, expected);
        assert!(lines[1].contains("'=cmd"), "{text}");
        assert!(lines[2].contains("-7"), "{text}");
        assert_eq!(table(&[]).unwrap(), BOM);
    }
}
