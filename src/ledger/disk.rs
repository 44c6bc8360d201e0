//! Whether the disk that holds the ledger has room.

use std::path::Path;

use super::error::LedgerError;

/// Less than this, in bytes, counts as full: a few refunds more, and one that needs a new page fails.
const ROOM: u64 = 1 << 20;

/// Fails where the disk is full, or all but.
pub(super) fn check_room(ledger: &Path) -> Result<(), LedgerError> {
    match room(ledger) {
        Some(room) if room < ROOM => Err(LedgerError::DiskFull),
        _ => Ok(()),
    }
}

/// How many bytes the disk has left for users; `None` where it does not say.
#[cfg(unix)]
// The two are smaller numbers on some systems.
#[allow(clippy::useless_conversion)]
fn room(ledger: &Path) -> Option<u64> {
    let disk = nix::sys::statvfs::statvfs(ledger).ok()?;
    // Some network and virtual disks know no size.
    let known = disk.blocks() > 0;
    known.then(|| u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size())))
}

#[cfg(not(unix))]
const fn room(_: &Path) -> Option<u64> {
    None
}
