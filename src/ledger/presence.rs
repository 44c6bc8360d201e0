//! Whether another engine has the same ledger open, by a lock on a file beside it that the system lets go of even
//! after `kill -9`.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::error::LedgerError;

/// A sign that this engine has the ledger open, for as long as it lives.
pub(crate) struct Presence {
    lock: File,
    path: PathBuf,
    alone: bool,
}

impl Presence {
    /// Puts up the sign.
    pub(super) fn announce(ledger: &Path) -> Result<Self, LedgerError> {
        let mut name = ledger.as_os_str().to_owned();
        name.push("-engines");
        let path = PathBuf::from(name);
        let lock = open(&path)?;
        let alone = match lock.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(fault(&path, &error)),
        };
        if !alone {
            // Waits for an engine that found itself alone to have settled in.
            lock.lock_shared().map_err(|error| fault(&path, &error))?;
        }
        Ok(Self { lock, path, alone })
    }

    /// Lets others in, once what only a lone engine may do is done and durable.
    ///
    /// Closes the file and opens it again: Windows cannot turn one kind of lock into the other, and `File::unlock`
    /// there reports a fault under Wine 8, which the Windows library is tested with.
    pub(super) fn settle_in(self) -> Result<Self, LedgerError> {
        let Self { lock, path, alone } = self;
        if !alone {
            return Ok(Self { lock, path, alone });
        }
        drop(lock);
        let lock = open(&path)?;
        lock.lock_shared().map_err(|error| fault(&path, &error))?;
        Ok(Self { lock, path, alone })
    }

    /// Whether no other engine had the ledger open when this one came: leases found then are of the dead.
    pub(crate) const fn was_alone(&self) -> bool {
        self.alone
    }
}

fn open(path: &Path) -> Result<File, LedgerError> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path).map_err(|error| fault(path, &error))
}

fn fault(path: &Path, error: &std::io::Error) -> LedgerError {
    LedgerError::Open { path: path.to_owned(), problem: error.to_string() }
}
