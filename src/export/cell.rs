//! One cell as text.

use std::borrow::Cow;

use time::OffsetDateTime;

use crate::model::Timestamp;

/// Excel keeps 15 digits of a number. From 12 on it also shows them in another notation (`2E+15`).
const LONG_ID: std::ops::RangeInclusive<usize> = 12..=100;

/// What begins a formula in a spreadsheet, or makes it look for one after a break; with the full-width forms, which
/// some spreadsheets read as well (OWASP, CSV Injection).
const BEGINS_FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Text so that Excel shows it as it is and runs nothing.
pub(super) fn for_excel(text: Cow<'_, str>) -> Cow<'_, str> {
    if LONG_ID.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Owned(format!("=\"{text}\""));
    }
    if text.starts_with(BEGINS_FORMULA) {
        return Cow::Owned(format!("'{text}"));
    }
    text
}

/// A time as Excel reads one: in UTC, to the second. A time outside the years 0 to 9999 is plain milliseconds.
pub(super) fn excel_time(at: Timestamp) -> String {
    let Ok(time) = OffsetDateTime::from_unix_timestamp(at.secs()) else { return at.millis().to_string() };
    if !(0..=9999).contains(&time.year()) {
        return at.millis().to_string();
    }
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
