//! What the ledger knows of itself.

use super::columns::column;
use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::values;

/// The name of the ledger's id.
const LEDGER_ID: &str = "ledger_id";

/// The name of the note that the log beside the ledger must be emptied. The writer of any process does it that has the
/// ledger open.
pub(super) const LOG_TO_EMPTY: &str = "log_to_empty";

impl Tx<'_> {
    /// The ledger's id: the one that it has, or else `new`, permanently.
    pub(crate) fn ledger_id(&self, new: &[u8]) -> Result<Vec<u8>, LedgerError> {
        if let Some(known) = self.read().ledger_id()? {
            return Ok(known);
        }
        let row = values! { name: LEDGER_ID, value: new };
        self.insert_all("meta", &[row], "ON CONFLICT (name) DO NOTHING")?;
        Ok(new.to_vec())
    }

    /// Notes that the log must be emptied. `mark` tells this note from a later one.
    pub(crate) fn note_log_to_empty(&self, mark: &[u8]) -> Result<(), LedgerError> {
        let row = values! { name: LOG_TO_EMPTY, value: mark };
        self.insert_all("meta", &[row], "ON CONFLICT (name) DO UPDATE SET value = excluded.value").map(drop)
    }

    /// Removes the note with this mark, once the log was emptied.
    pub(crate) fn log_is_emptied(&self, mark: &[u8]) -> Result<(), LedgerError> {
        self.execute("DELETE FROM meta WHERE name = ?1 AND value = ?2", &values![LOG_TO_EMPTY, mark])
            .map(drop)
    }
}

impl Read<'_> {
    /// The ledger's id; `None` if no engine of this version has opened it yet.
    pub(crate) fn ledger_id(&self) -> Result<Option<Vec<u8>>, LedgerError> {
        self.one("SELECT value FROM meta WHERE name = ?1", &values![LEDGER_ID], |row| column(row, "value"))
    }
}
