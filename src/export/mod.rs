//! How exports are written: a table of columns a kind, and their cells as CSV, for Excel, or as JSON. It knows rows and
//! a place to write to, and reads nothing.

mod blocks;
mod books;
mod cell;
mod exclusions;
mod journal;
mod notices;
mod purchases;
mod refunds;
mod sheet;
#[cfg(test)]
mod tests;
mod webhook_messages;

use std::borrow::Cow;

use serde::Serialize;

pub(crate) use books::Debtor;
pub(crate) use purchases::PurchaseRow;
pub(crate) use sheet::Sheet;

use crate::model::{Money, Timestamp};

/// What can be a row of an export.
pub(crate) trait Record: Serialize + Sized + 'static {
    /// The columns, in their order. Names are a contract: new columns come last.
    const COLUMNS: &'static [Column<Self>];
}

/// A column: its name, and its cell in a row. `None`: unknown, an empty cell.
pub(crate) enum Column<R> {
    /// Text.
    Text(&'static str, fn(&R) -> Option<Cow<'_, str>>),
    /// A whole number.
    Number(&'static str, fn(&R) -> Option<i64>),
    /// A time.
    Time(&'static str, fn(&R) -> Option<Timestamp>),
    /// An amount: three columns, `name`, `name_micros` and `name_currency`.
    Money(&'static str, fn(&R) -> Option<Money>),
}

/// The name that a value has in JSON, of an enum without members.
fn name<T: Serialize>(value: &T) -> Option<Cow<'static, str>> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Some(Cow::Owned(name)),
        _ => None,
    }
}

/// Text as a cell.
fn text(value: &Option<String>) -> Option<Cow<'_, str>> {
    value.as_deref().map(Cow::Borrowed)
}

/// A document as a cell.
fn json<T: Serialize>(value: &T) -> Option<Cow<'static, str>> {
    serde_json::to_string(value).ok().map(Cow::Owned)
}
