//! Which engines are alive, by locks on files beside the ledger that the system releases even after `kill -9`: whether
//! another engine has the same ledger open, and whether one that sweeps an app is still alive.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::open::BUSY_TIMEOUT_MS;
use super::private_file;
use crate::ledger::error::LedgerError;
use crate::model::Store;

/// How long another engine may take to open: as long as it may wait for the ledger itself.
const WAIT: Duration = Duration::from_millis(BUSY_TIMEOUT_MS);

/// How long a check waits for the same.
const A_MOMENT: Duration = Duration::from_millis(1000);

/// A sign that this engine has the ledger open, for as long as it lives.
pub(crate) struct Presence {
    lock: File,
    path: PathBuf,
    alone: bool,
}

impl Presence {
    /// Puts up the sign.
    pub(super) fn announce(ledger: &Path) -> Result<Self, LedgerError> {
        let path = sign(ledger);
        let lock = open(&path)?;
        let alone = match lock.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(fault(&path, &error)),
        };
        if !alone {
            // Waits for an engine that found itself alone to have settled in.
            private_file::lock_shared(&lock, &path, WAIT)?;
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
        private_file::lock_shared(&lock, &path, WAIT)?;
        Ok(Self { lock, path, alone })
    }

    /// Whether no other engine had the ledger open when this one came: leases found then are of the dead.
    pub(crate) const fn was_alone(&self) -> bool {
        self.alone
    }
}

/// Checks that an engine could be opened now: no process holds the sign's file exclusively. An engine that is opening
/// does for a moment.
pub(super) fn is_free(ledger: &Path) -> Result<(), LedgerError> {
    let path = sign(&ledger.canonicalize().unwrap_or_else(|_| ledger.to_owned()));
    match File::open(&path) {
        Ok(file) => private_file::lock_shared(&file, &path, A_MOMENT),
        // No engine has ever had it open.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(fault(&path, &error)),
    }
}

fn sign(ledger: &Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push("-engines");
    PathBuf::from(name)
}

fn open(path: &Path) -> Result<File, LedgerError> {
    private_file::open(path).map_err(|error| fault(path, &error))
}

fn fault(path: &Path, error: &std::io::Error) -> LedgerError {
    LedgerError::Open { path: path.to_owned(), problem: error.to_string() }
}

/// A sign that this engine sweeps an app, for as long as it lives.
pub(crate) struct SweepLock {
    _lock: File,
}

impl SweepLock {
    /// Puts up the sign; `None` where another engine has it up, and lives.
    ///
    /// Also where the file cannot be made: then a dead engine's hold lasts until its time is up.
    pub(in crate::ledger) fn take(ledger: &Path, store: &Store, app: &str) -> Option<Self> {
        let mut name = ledger.as_os_str().to_owned();
        name.push(format!("-sweep-{}", short_name(store, app)));
        let locked = private_file::open(Path::new(&name));
        match locked.map(|file| (file.try_lock(), file)) {
            Ok((Ok(()), file)) => Some(Self { _lock: file }),
            Ok((Err(TryLockError::WouldBlock), _)) => None,
            Ok((Err(TryLockError::Error(error)), _)) | Err(error) => {
                tracing::warn!(%store, app, path = %Path::new(&name).display(), %error, "no lock for the sweep");
                None
            }
        }
    }
}

/// An app's name may have anything in it that a file's may not.
fn short_name(store: &Store, app: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, format!("{store} {app}").as_bytes());
    digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
