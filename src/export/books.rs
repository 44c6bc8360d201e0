//! The books as rows: their entries, and what is owed.

use serde::Serialize;

use super::{Column, Record, name, text};
use crate::model::{RecoveryEntry, RefundId};

/// What a player owes of one item for one refund, with the sums that make it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Debtor {
    pub(crate) user: String,
    pub(crate) refund: RefundId,
    pub(crate) item: String,
    pub(crate) granted: i64,
    pub(crate) due: i64,
    pub(crate) taken: i64,
    pub(crate) forgiven: i64,
    pub(crate) owed: i64,
}

impl Record for Debtor {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Text("user", |row| Some(row.user.as_str().into())),
        Column::Number("refund", |row| Some(row.refund)),
        Column::Text("item", |row| Some(row.item.as_str().into())),
        Column::Number("granted", |row| Some(row.granted)),
        Column::Number("due", |row| Some(row.due)),
        Column::Number("taken", |row| Some(row.taken)),
        Column::Number("forgiven", |row| Some(row.forgiven)),
        Column::Number("owed", |row| Some(row.owed)),
    ];
}

impl Record for RecoveryEntry {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |entry| Some(entry.id)),
        Column::Number("refund", |entry| Some(entry.refund)),
        Column::Text("user", |entry| Some(entry.user.as_str().into())),
        Column::Text("item", |entry| Some(entry.item.as_str().into())),
        Column::Text("kind", |entry| name(&entry.kind)),
        Column::Number("quantity", |entry| Some(entry.quantity)),
        Column::Text("how", |entry| name(&entry.how)),
        Column::Number("corrects", |entry| entry.corrects),
        Column::Time("at", |entry| Some(entry.at)),
        Column::Text("who", |entry| text(&entry.who)),
    ];
}
