//! What the ledger knows of itself.

use super::columns::column;
use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::values;

/// The name of the ledger's id.
const LEDGER_ID: &str = "ledger_id";

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
}

impl Read<'_> {
    /// The ledger's id; `None` if no engine of this version has opened it yet.
    pub(crate) fn ledger_id(&self) -> Result<Option<Vec<u8>>, LedgerError> {
        self.one("SELECT value FROM meta WHERE name = ?1", &values![LEDGER_ID], |row| column(row, "value"))
    }
}
