//! A copy of the ledger while it is in use.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::open::{self, BUSY_TIMEOUT_MS};
use crate::ledger::error::LedgerError;
use crate::threads;

/// All pages in one step: then they are all of one state, and the copy does not begin from the start at each commit of
/// another process.
const ALL_PAGES: std::ffi::c_int = -1;

/// Until the source is tried again while another process holds it.
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// Copies one state of the ledger to a new file, durably.
pub(in crate::ledger) fn back_up(ledger: &Path, to: &Path) -> Result<(), LedgerError> {
    // A limit on file sizes raises a signal.
    threads::apart("recoup-backup", || copy_to(ledger, to)).map_err(|error| LedgerError::not_apart(&error))?
}

/// Under another name until it is whole, so that a file with the backup's name is a whole backup.
fn copy_to(ledger: &Path, to: &Path) -> Result<(), LedgerError> {
    let failed = |problem: String| LedgerError::Backup { path: to.to_owned(), problem };
    if to.symlink_metadata().is_ok() {
        return Err(LedgerError::BackupExists { path: to.to_owned() });
    }
    let part = partial_name(to).map_err(|error| failed(error.to_string()))?;
    create(&part).map_err(|error| failed(error.to_string()))?;
    let done = copy(ledger, &part).and_then(|()| keep(&part, to).map_err(|error| not_kept(to, &error)));
    // Another name of the same file by now, or what is left of a copy that failed.
    let removed = std::fs::remove_file(&part);
    if let (Ok(()), Err(error)) = (&done, removed)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(path = %part.display(), %error, "a backup's temporary name is left behind");
    }
    done.map_err(|error| match error {
        own @ (LedgerError::BackupExists { .. } | LedgerError::Backup { .. }) => own,
        LedgerError::DiskFull => {
            failed("the disk there is full: free some space, or give a path on another one".to_owned())
        }
        other => failed(other.to_string()),
    })
}

fn copy(ledger: &Path, part: &Path) -> Result<(), LedgerError> {
    let source = open::reader(ledger)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(part, flags)?;
    // An unfinished copy is discarded, and a whole one is synced at the end.
    target.pragma_update(None, "journal_mode", "OFF")?;
    target.pragma_update(None, "synchronous", "OFF")?;
    let begun = Instant::now();
    {
        let backup = Backup::new(&source, &mut target)?;
        loop {
            match backup.step(ALL_PAGES)? {
                StepResult::Done => break,
                StepResult::More => {}
                _ if begun.elapsed() < Duration::from_millis(BUSY_TIMEOUT_MS) => {
                    std::thread::sleep(BETWEEN_TRIES);
                }
                _ => return Err(LedgerError::Busy { path: ledger.to_owned(), waited_ms: BUSY_TIMEOUT_MS }),
            }
        }
    }
    Ok(target.close().map_err(|(_, error)| error)?)
}

/// Gives the copy its name, unless something has it already, and makes both durable.
fn keep(part: &Path, to: &Path) -> io::Result<()> {
    File::options().write(true).open(part)?.sync_all()?;
    match std::fs::hard_link(part, to) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
        // A disk without second names.
        Err(_) if to.symlink_metadata().is_err() => std::fs::rename(part, to)?,
        Err(_) => return Err(ErrorKind::AlreadyExists.into()),
    }
    #[cfg(unix)]
    File::open(folder(to))?.sync_all()?;
    Ok(())
}

fn not_kept(to: &Path, error: &io::Error) -> LedgerError {
    match error.kind() {
        ErrorKind::AlreadyExists => LedgerError::BackupExists { path: to.to_owned() },
        _ => LedgerError::Backup { path: to.to_owned(), problem: error.to_string() },
    }
}

/// For its owner alone: a ledger names players and what they bought.
fn create(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// In the same folder, since a name cannot be given across disks.
fn partial_name(to: &Path) -> io::Result<PathBuf> {
    let name = to.file_name().ok_or_else(|| io::Error::from(ErrorKind::InvalidFilename))?;
    let mut chance = [0; 8];
    SystemRandom::new()
        .fill(&mut chance)
        .map_err(|_| io::Error::other("the system returned no random bytes"))?;
    let mut partial = OsString::from(".");
    partial.push(name);
    partial.push(format!(".{:016x}.part", u64::from_le_bytes(chance)));
    Ok(folder(to).join(partial))
}
