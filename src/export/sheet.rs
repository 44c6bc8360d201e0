//! Rows, written one after another in one of the formats.

use std::borrow::Cow;
use std::io::{self, Write};
use std::marker::PhantomData;

use csv::{QuoteStyle, Terminator, WriterBuilder};
use serde_json::json;

use super::cell::{excel_time, for_excel};
use super::{Column, Record};
use crate::model::ExportFormat;

/// So that Excel reads UTF-8 as such.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An export that is being written.
pub(crate) struct Sheet<'w, R> {
    to: To<'w>,
    rows: u64,
    of: PhantomData<R>,
}

enum To<'w> {
    Lines(&'w mut dyn Write),
    Table { writer: Box<csv::Writer<&'w mut dyn Write>>, excel: bool },
}

impl<'w, R: Record> Sheet<'w, R> {
    /// Begins with what comes before the first row.
    pub(crate) fn begin(format: ExportFormat, out: &'w mut dyn Write) -> io::Result<Self> {
        let excel = format == ExportFormat::Excel;
        let to = match format {
            ExportFormat::Ndjson => To::Lines(out),
            ExportFormat::Csv | ExportFormat::Excel => {
                if excel {
                    out.write_all(BYTE_ORDER_MARK)?;
                }
                let mut writer = WriterBuilder::new()
                    .terminator(Terminator::CRLF)
                    .quote_style(QuoteStyle::Necessary)
                    .from_writer(out);
                writer.write_record(header::<R>(excel)).map_err(io::Error::from)?;
                To::Table { writer: Box::new(writer), excel }
            }
        };
        Ok(Self { to, rows: 0, of: PhantomData })
    }

    /// Writes a row.
    pub(crate) fn row(&mut self, row: &R) -> io::Result<()> {
        match &mut self.to {
            To::Lines(out) => {
                serde_json::to_writer(&mut *out, row)?;
                out.write_all(b"\n")?;
            }
            To::Table { writer, excel } => {
                for column in R::COLUMNS {
                    write_cells(writer, column, row, *excel)?;
                }
                writer.write_record(None::<&[u8]>).map_err(io::Error::from)?;
            }
        }
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }

    /// Ends a complete export, and returns how many rows it has.
    pub(crate) fn end(self) -> io::Result<u64> {
        match self.to {
            To::Lines(out) => {
                writeln!(out, "{}", json!({ "end": { "rows": self.rows } }))?;
                out.flush()?;
            }
            To::Table { mut writer, .. } => writer.flush()?,
        }
        Ok(self.rows)
    }
}

fn header<R: Record>(excel: bool) -> Vec<String> {
    let mut names = Vec::new();
    for column in R::COLUMNS {
        match column {
            Column::Text(name, _) | Column::Number(name, _) => names.push((*name).to_owned()),
            Column::Time(name, _) if excel => names.push(format!("{name} (UTC)")),
            Column::Time(name, _) => names.push((*name).to_owned()),
            Column::Money(name, _) => {
                names.extend([(*name).to_owned(), format!("{name}_micros"), format!("{name}_currency")]);
            }
        }
    }
    names
}

fn write_cells<R>(
    writer: &mut csv::Writer<&mut dyn Write>,
    column: &Column<R>,
    row: &R,
    excel: bool,
) -> io::Result<()> {
    let mut cell = |text: Cow<'_, str>| writer.write_field(text.as_bytes()).map_err(io::Error::from);
    let empty = || Cow::Borrowed("");
    match column {
        Column::Text(_, of) => {
            let text = of(row).unwrap_or_else(empty);
            cell(if excel { for_excel(text) } else { text })
        }
        Column::Number(_, of) => cell(of(row).map_or_else(empty, |number| number.to_string().into())),
        Column::Time(_, of) => cell(of(row).map_or_else(empty, |at| {
            let text = if excel { excel_time(at) } else { at.to_string() };
            text.into()
        })),
        Column::Money(_, of) => {
            let money = of(row);
            cell(money.map_or_else(empty, |money| money.decimal().into()))?;
            cell(money.map_or_else(empty, |money| money.micros.to_string().into()))?;
            cell(money.as_ref().map_or_else(empty, |money| money.currency.as_str().into()))
        }
    }
}
