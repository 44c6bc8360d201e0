//! Notes of operators, on refunds and on players.

use super::columns::column;
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{Note, NoteOn, Timestamp};

/// A note to write; its user is canonical.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewNote<'a> {
    pub(crate) on: &'a NoteOn,
    pub(crate) who: &'a str,
    pub(crate) text: &'a str,
}

impl Tx<'_> {
    /// Writes a note.
    pub(crate) fn insert_note(&self, new: &NewNote<'_>, now: Timestamp) -> Result<i64, LedgerError> {
        let (refund, player) = match new.on {
            NoteOn::Refund(id) => (Some(*id), None),
            NoteOn::User(user) => (None, Some(user.as_str())),
        };
        self.insert(
            "notes",
            &values! { refund_id: refund, player: player, at: now, who: new.who, text: new.text },
        )
    }
}

impl Read<'_> {
    /// The notes on a refund or a player, oldest first.
    pub(crate) fn notes(&self, on: &NoteOn, limit: i64) -> Result<Vec<Note>, LedgerError> {
        match on {
            NoteOn::Refund(id) => self.all(
                "SELECT * FROM notes WHERE refund_id = ?1 ORDER BY id LIMIT ?2",
                &values![*id, limit],
                note_row,
            ),
            NoteOn::User(user) => self.all(
                "SELECT * FROM notes WHERE player = ?1 ORDER BY id LIMIT ?2",
                &values![user, limit],
                note_row,
            ),
        }
    }
}

pub(super) fn note_row(row: &Row<'_>) -> Result<Note, LedgerError> {
    let on = match column::<Option<i64>>(row, "refund_id")? {
        Some(id) => NoteOn::Refund(id),
        None => NoteOn::User(column(row, "player")?),
    };
    Ok(Note {
        id: column(row, "id")?,
        on,
        at: column(row, "at")?,
        who: column(row, "who")?,
        text: column(row, "text")?,
    })
}
