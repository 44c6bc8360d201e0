//! A copy of the ledger, for the day on which the disk fails.

use std::path::Path;

use super::Engine;
use crate::error::Error;

impl Engine {
    /// Copies the ledger to a new file at `path`: one consistent state, in one file, while this engine and other processes
    /// go on writing. Whatever was acknowledged before the call is in it.
    ///
    /// The file can be read by its owner only. It is made under another name in the same folder and renamed once it is
    /// whole and synced, so that a file at `path` is a whole backup. `docs/in-your-process.md` says how one is restored.
    ///
    /// Never copy the ledger's files by other means while an engine has them open: they are a state together only, and to
    /// open and close them in the process of the engine takes the engine's locks away. Blocks for as long as the copying
    /// takes; writers do not wait for it, but the log beside the ledger grows meanwhile.
    ///
    /// # Errors
    /// [`LedgerError::BackupExists`](crate::LedgerError::BackupExists) where there is something at `path`;
    /// [`LedgerError::Backup`](crate::LedgerError::Backup) where it cannot be made;
    /// [`LedgerError::Closed`](crate::LedgerError::Closed).
    pub fn backup(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        Ok(self.ledger.back_up(path.as_ref())?)
    }
}
