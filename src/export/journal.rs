//! Journal entries as rows.

use super::{Column, Record, json, name, text};
use crate::model::JournalEntry;

impl Record for JournalEntry {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |entry| Some(entry.id)),
        Column::Time("at", |entry| Some(entry.at)),
        Column::Text("what", |entry| name(serde_json::to_value(&entry.what).ok()?.get("what")?)),
        Column::Number("refund", |entry| entry.refund),
        Column::Text("user", |entry| text(&entry.user)),
        Column::Number("inbox", |entry| entry.inbox),
        // All that the kind of entry has, with `what`.
        Column::Text("details", |entry| json(&entry.what)),
    ];
}
