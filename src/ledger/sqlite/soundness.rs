//! What a doctor run checks of a ledger's file, while others may have it open. Changes nothing: the trial write is
//! rolled back.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::readers::Readers;
use super::{open, presence, private_file, space};
use crate::ledger::error::LedgerError;

/// The largest file that is read from end to end, in bytes: that takes some seconds.
const MAX_CHECKED: i64 = 1 << 30;

/// How much is written to see that there is room, in bytes: usually more than the free pages that are left in the log,
/// and little enough to be removed at once.
const TRIED_SIZE: i64 = 1 << 20;

/// How many pages of it SQLite keeps from the disk.
const TRIED_CACHE: i64 = 8;

/// How the file is.
pub(crate) struct Soundness {
    /// Its size in bytes.
    pub(crate) size: i64,
    /// The size of the log beside it, in bytes.
    pub(crate) log_size: u64,
    pub(crate) schema_version: i64,
    /// The version that this Recoup writes.
    pub(crate) known_version: i64,
    /// SQLite's findings; `None` where the file is too large to check it all.
    pub(crate) faults: Option<Vec<String>>,
    /// Why nothing can be written, where that is so.
    pub(crate) unwritable: Option<LedgerError>,
    /// Files of it that others than their owner may read or write, with their modes.
    pub(crate) open_to_others: Vec<(PathBuf, u32)>,
    /// Why no engine could be opened now, where another program holds a lock on one of its files.
    pub(crate) locked: Option<LedgerError>,
}

/// Checks an existing ledger.
pub(crate) fn look_at(path: &Path) -> Result<(Soundness, Readers), LedgerError> {
    let mut connection = open::existing(path)?;
    let size =
        open::pragma(&connection, "page_count")?.saturating_mul(open::pragma(&connection, "page_size")?);
    let faults = if size <= MAX_CHECKED {
        Some(faults(&connection).unwrap_or_else(|error| vec![error.to_string()]))
    } else {
        None
    };
    // Nothing is written to what is damaged.
    let is_sound = faults.as_ref().is_none_or(Vec::is_empty);
    let unwritable = if is_sound { try_to_write(&mut connection, path).err() } else { None };
    let schema_version = open::pragma(&connection, "user_version")?;
    let known_version = open::known_version();
    let soundness = Soundness {
        size,
        log_size: log_size(path),
        schema_version,
        known_version,
        faults,
        unwritable: unwritable.map(|error| error.at(path)),
        open_to_others: private_file::open_to_others(path),
        locked: presence::is_free(path).err(),
    };
    Ok((soundness, Readers::new(path.to_owned())))
}

/// Writes, and rolls back. With a small cache SQLite has to put what is written on disk before it is committed, so that
/// a disk that is full or mounted for reading only causes an error; to the end of the log, where it is no part of the
/// ledger.
fn try_to_write(connection: &mut Connection, path: &Path) -> Result<(), LedgerError> {
    space::check_room(path)?;
    connection.pragma_update(None, "cache_size", TRIED_CACHE)?;
    let trial = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    trial.execute_batch("SAVEPOINT job; CREATE TABLE recoup_trial (written BLOB)")?;
    trial.execute("INSERT INTO recoup_trial VALUES (randomblob(?1))", [TRIED_SIZE])?;
    // As a refund is: behind a savepoint, and what it wrote is looked through.
    trial.execute_batch(
        "UPDATE recoup_trial SET written = randomblob(length(written)) WHERE length(written) > 0",
    )?;
    trial.execute_batch("ROLLBACK TO job; RELEASE job")?;
    Ok(trial.rollback()?)
}

fn log_size(path: &Path) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(name).map_or(0, |log| log.len())
}

/// An error is a finding too: a file can be too damaged to be checked.
fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA quick_check(3)")?;
    let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
