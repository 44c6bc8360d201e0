//! Whether another engine has the same ledger open, by a lock on a file beside it that the system lets go of even
//! after `kill -9`.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::error::LedgerError;

/// A sign that this engine has the ledger open, for as long as it lives.
pub(crate) struct Presence {
    lock: File,
    alone: bool,
}

impl Presence {
    /// Puts up the sign.
    pub(super) fn announce(ledger: &Path) -> Result<Self, LedgerError> {
        let mut name = ledger.as_os_str().to_owned();
        name.push("-engines");
        let fault = |error: std::io::Error| LedgerError::Open {
            path: Path::new(&name).to_owned(),
            problem: error.to_string(),
        };
        let lock =
            File::options().read(true).write(true).create(true).truncate(false).open(&name).map_err(fault)?;
        let alone = match lock.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(fault(error)),
        };
        if !alone {
            // Waits for an engine that found itself alone to have settled in.
            lock.lock_shared().map_err(fault)?;
        }
        Ok(Self { lock, alone })
    }

    /// Lets others in, once what only a lone engine may do is done and durable.
    pub(super) fn settle_in(&self, ledger: &Path) -> Result<(), LedgerError> {
        if !self.alone {
            return Ok(());
        }
        self.lock
            .unlock()
            .and_then(|()| self.lock.lock_shared())
            .map_err(|error| LedgerError::Open { path: ledger.to_owned(), problem: error.to_string() })
    }

    /// Whether no other engine had the ledger open when this one came: leases found then are of the dead.
    pub(crate) const fn was_alone(&self) -> bool {
        self.alone
    }
}
