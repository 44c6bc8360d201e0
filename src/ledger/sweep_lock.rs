//! Whether an engine that sweeps an app still lives, by a lock on a file beside the ledger that the system lets go of even
//! after `kill -9`.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::{Ledger, private_file};
use crate::model::Store;

/// A sign that this engine sweeps an app, for as long as it lives.
pub(crate) struct SweepLock {
    _lock: File,
}

impl Ledger {
    /// Puts up the sign; `None` where another engine has it up, and lives.
    ///
    /// Also where the file cannot be made: then a dead engine's hold lasts until its time is up.
    pub(crate) fn lock_sweep(&self, store: &Store, app: &str) -> Option<SweepLock> {
        let mut name = self.path.clone().into_os_string();
        name.push(format!("-sweep-{}", short_name(store, app)));
        let locked = private_file::open(Path::new(&name));
        match locked.map(|file| (file.try_lock(), file)) {
            Ok((Ok(()), file)) => Some(SweepLock { _lock: file }),
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
