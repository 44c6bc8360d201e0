//! The columns of a row.

use serde::de::{DeserializeOwned, IntoDeserializer as _};

use super::error::LedgerError;
use super::session::Row;
use super::values::{FromColumn, Value, instead_of};
use crate::json;
use crate::model::{Environment, Store};

/// A column's plain value.
pub(super) fn column<T: FromColumn>(row: &Row<'_>, name: &'static str) -> Result<T, LedgerError> {
    row.value(name)
        .and_then(T::from_column)
        .map_err(|problem| LedgerError::Unreadable { what: name, problem })
}

/// A column that holds a text, for as long as the row is there.
pub(super) fn text_column<'r>(row: &'r Row<'_>, name: &'static str) -> Result<&'r str, LedgerError> {
    let text = text_column_or_null(row, name)?;
    text.ok_or_else(|| LedgerError::Unreadable { what: name, problem: instead_of("a text", None) })
}

/// A nullable column that holds a text.
fn text_column_or_null<'r>(row: &'r Row<'_>, name: &'static str) -> Result<Option<&'r str>, LedgerError> {
    let problem = match row.value(name) {
        Ok(None) => return Ok(None),
        Ok(Some(Value::Text(text))) => return Ok(Some(text)),
        Ok(other) => instead_of("a text", other),
        Err(problem) => problem,
    };
    Err(LedgerError::Unreadable { what: name, problem })
}

/// A column that holds JSON text.
pub(super) fn json_column<T: DeserializeOwned>(row: &Row<'_>, name: &'static str) -> Result<T, LedgerError> {
    from_json(name, text_column(row, name)?)
}

/// A nullable column that holds JSON text.
pub(super) fn json_column_or_null<T: DeserializeOwned>(
    row: &Row<'_>,
    name: &'static str,
) -> Result<Option<T>, LedgerError> {
    text_column_or_null(row, name)?.map(|text| from_json(name, text)).transpose()
}

/// A column that holds the bare name of an enum's variant.
pub(super) fn name_column<T: DeserializeOwned>(
    row: &Row<'_>,
    name: &'static str,
) -> Result<Option<T>, LedgerError> {
    let named = text_column_or_null(row, name)?.map(|text| T::deserialize(text.into_deserializer()));
    named
        .transpose()
        .map_err(|error: NoSuchName| LedgerError::Unreadable { what: name, problem: error.to_string() })
}

/// Serde's error for a name that an enum does not have.
type NoSuchName = serde::de::value::Error;

fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, LedgerError> {
    json::value_from_str(text).map_err(|error| LedgerError::Unreadable { what, problem: error.to_string() })
}

pub(super) fn store_column(row: &Row<'_>) -> Result<Store, LedgerError> {
    let name: String = column(row, "store")?;
    name.parse().map_err(|error: crate::model::UnknownStore| LedgerError::Unreadable {
        what: "store",
        problem: error.to_string(),
    })
}

/// As the store reported it; empty where it did not.
pub(super) fn environment_column(row: &Row<'_>) -> Result<Option<Environment>, LedgerError> {
    let environment: String = column(row, "environment")?;
    Ok(match environment.as_str() {
        "production" => Some(Environment::Production),
        "sandbox" => Some(Environment::Sandbox),
        _ => None,
    })
}
