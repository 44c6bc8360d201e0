//! The values of statements and rows, the same for every database.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::error::LedgerError;
use crate::model::Timestamp;

/// The type of a value. A NULL has one as well: PostgreSQL has to know the type of each parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Bytes,
}

/// A value of a statement. Truth is the number 0 or 1, a time its milliseconds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null(Kind),
    Number(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A column's name with its value.
pub(super) type Column<'a> = (&'static str, Value<'a>);

/// The values of a statement, in the order of their numbers: `values![refund, &text]`. Of a row to insert, each with its
/// column: `values! { refund_id: refund, report: &text }`.
macro_rules! values {
    () => { [] };
    ($($column:ident: $value:expr),+ $(,)?) => {
        [$((stringify!($column), $crate::ledger::values::Value::from($value))),+]
    };
    ($($value:expr),+ $(,)?) => {
        [$($crate::ledger::values::Value::from($value)),+]
    };
}
pub(super) use values;

/// Shows the kind alone: drivers log the parameters of statements, and these name players.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null(kind) => write!(f, "Null({kind:?})"),
            Self::Number(_) => f.write_str("Number"),
            Self::Text(_) => f.write_str("Text"),
            Self::Bytes(_) => f.write_str("Bytes"),
        }
    }
}

/// What becomes a value, and of which kind its NULL is.
pub(super) trait ToValue<'a>: Into<Value<'a>> {
    const KIND: Kind;
}

impl<'a, T: ToValue<'a>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null(T::KIND), T::into)
    }
}

macro_rules! to_value {
    ($($kind:ident: $type:ty, $value:ident => $to:expr;)+) => {$(
        impl<'a> From<$type> for Value<'a> {
            fn from($value: $type) -> Self {
                Self::$kind($to)
            }
        }

        impl<'a> ToValue<'a> for $type {
            const KIND: Kind = Kind::$kind;
        }
    )+};
}

to_value! {
    Number: i64, number => number;
    Number: u32, number => i64::from(number);
    Number: bool, truth => i64::from(truth);
    Number: Timestamp, time => time.millis();
    Text: &'a str, text => text;
    Text: &'a String, text => text;
    Text: &'a Cow<'_, str>, text => text;
    Bytes: &'a [u8], bytes => bytes;
    Bytes: &'a Vec<u8>, bytes => bytes;
    Bytes: &'a [u8; 16], bytes => bytes;
}

impl<'a, T> From<&'a Option<T>> for Value<'a>
where
    &'a T: ToValue<'a>,
{
    fn from(value: &'a Option<T>) -> Self {
        value.as_ref().into()
    }
}

/// What a column can be read as; NULL is `None`. The error names what is there instead.
pub(super) trait FromColumn: Sized {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String>;
}

/// The problem with a column that has another value.
pub(super) fn instead_of(wanted: &str, value: Option<Value<'_>>) -> String {
    match value {
        None => format!("NULL instead of {wanted}"),
        Some(value) => format!("{value:?} instead of {wanted}"),
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String> {
        value.map(|value| T::from_column(Some(value))).transpose()
    }
}

impl FromColumn for i64 {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String> {
        match value {
            Some(Value::Number(number)) => Ok(number),
            other => Err(instead_of("a number", other)),
        }
    }
}

impl FromColumn for u32 {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String> {
        let number = i64::from_column(value)?;
        Self::try_from(number).map_err(|_| format!("{number} is out of range"))
    }
}

impl FromColumn for bool {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String> {
        Ok(i64::from_column(value)? != 0)
    }
}

impl FromColumn for Timestamp {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String> {
        i64::from_column(value).map(Self::from_millis)
    }
}

impl FromColumn for String {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String> {
        match value {
            Some(Value::Text(text)) => Ok(text.to_owned()),
            other => Err(instead_of("a text", other)),
        }
    }
}

impl FromColumn for Vec<u8> {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String> {
        match value {
            Some(Value::Bytes(bytes)) => Ok(bytes.to_owned()),
            other => Err(instead_of("bytes", other)),
        }
    }
}

impl FromColumn for [u8; 16] {
    fn from_column(value: Option<Value<'_>>) -> Result<Self, String> {
        let bytes = Vec::from_column(value)?;
        Self::try_from(bytes).map_err(|bytes| format!("{} bytes instead of 16", bytes.len()))
    }
}

/// JSON text for a column.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, LedgerError> {
    serde_json::to_string(value).map_err(|error| LedgerError::Internal(format!("unwritable: {error}")))
}

/// The bare name of an enum's variant, for a column.
pub(super) fn to_name<T: Serialize>(value: &T) -> Result<String, LedgerError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        other => Err(LedgerError::Internal(format!("no name: {other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_has_the_type_of_what_is_not_there() {
        let (text, owned): (Option<&str>, Option<String>) = (None, None);
        let values = values![None::<i64>, None::<Timestamp>, text, &owned, None::<&[u8; 16]>];
        let kinds = [Kind::Number, Kind::Number, Kind::Text, Kind::Text, Kind::Bytes];
        assert_eq!(values, kinds.map(Value::Null));
        assert_eq!(values![Some("x"), Some(true)], [Value::Text("x"), Value::Number(1)]);
    }

    #[test]
    fn a_row_to_insert_has_the_names_of_its_columns() {
        let row = values! { order_id: "1", report: "{}", asking: false };
        let names = row.map(|(name, _)| name);
        assert_eq!(names, ["order_id", "report", "asking"]);
    }

    #[test]
    fn a_log_of_values_names_no_user() {
        let values = values!["ann", 7_i64, &[7; 16], None::<&str>];
        assert_eq!(format!("{values:?}"), "[Text, Number, Bytes, Null(Text)]");
    }

    #[test]
    fn the_error_for_a_bad_column_names_what_is_there_instead() {
        assert_eq!(i64::from_column(Some(Value::Text("7"))), Err("Text instead of a number".to_owned()));
        assert_eq!(String::from_column(None), Err("NULL instead of a text".to_owned()));
        assert_eq!(u32::from_column(Some(Value::Number(-1))), Err("-1 is out of range".to_owned()));
        assert_eq!(
            <[u8; 16]>::from_column(Some(Value::Bytes(b"ab"))),
            Err("2 bytes instead of 16".to_owned())
        );
        assert_eq!(Option::<Timestamp>::from_column(None), Ok(None));
    }
}
