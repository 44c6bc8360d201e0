//! Files that only their owner may read and write: a ledger names players and what they bought.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::open::BUSY_TIMEOUT_MS;
use crate::ledger::error::LedgerError;

/// Between two tries of a lock.
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// Opens a file for reading and writing. A new file gets mode 0600, whatever the umask allows; an existing file keeps
/// its mode.
pub(super) fn open(path: &Path) -> io::Result<File> {
    options().create(true).truncate(false).open(path)
}

/// Makes an empty file with mode 0600 where there is none. SQLite gives `-wal` and `-shm` the mode of the file they are of.
pub(super) fn make(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    match options().create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn options() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Waits for a shared lock, at most for so long: any program that can open the file can hold its lock without end.
pub(super) fn lock_shared(file: &File, path: &Path, limit: Duration) -> Result<(), LedgerError> {
    let begun = Instant::now();
    loop {
        match file.try_lock_shared() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => {
                return Err(LedgerError::Open { path: path.to_owned(), problem: error.to_string() });
            }
            Err(TryLockError::WouldBlock) if begun.elapsed() >= limit => {
                let waited_ms = u64::try_from(limit.as_millis()).unwrap_or(BUSY_TIMEOUT_MS);
                return Err(LedgerError::Locked { path: path.to_owned(), waited_ms });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN_TRIES),
        }
    }
}

/// Which of a ledger's files others may read or write, with their modes. None on systems without modes.
pub(super) fn open_to_others(ledger: &Path) -> Vec<(std::path::PathBuf, u32)> {
    files(ledger)
        .into_iter()
        .filter_map(|path| Some((mode(&path)?, path)))
        .filter_map(|(mode, path)| (mode & 0o077 != 0).then_some((path, mode)))
        .collect()
}

/// The ledger, and all files beside it that are named after it.
fn files(ledger: &Path) -> Vec<std::path::PathBuf> {
    let (Some(folder), Some(name)) = (ledger.parent(), ledger.file_name()) else { return Vec::new() };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let name = name.to_string_lossy().into_owned();
    let beside = format!("{name}-");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| {
            let found = entry.file_name().to_string_lossy().into_owned();
            found == name || found.starts_with(&beside)
        })
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::ledger::Presence;

    #[test]
    fn files_are_made_for_their_owner_alone_and_wider_ones_are_found() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        let connection = super::super::open::writer(&ledger).unwrap();
        let _presence = Presence::announce(&ledger).unwrap();
        let names: Vec<_> = files(&ledger)
            .iter()
            .map(|path| {
                assert_eq!(mode(path), Some(0o600), "{}", path.display());
                path.file_name().unwrap().to_string_lossy().into_owned()
            })
            .collect();
        assert_eq!(names, ["ledger.db", "ledger.db-engines", "ledger.db-shm", "ledger.db-wal"]);
        assert!(open_to_others(&ledger).is_empty());
        let wal = folder.path().join("ledger.db-wal");
        std::fs::set_permissions(&wal, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(open_to_others(&ledger), [(wal, 0o640)]);
        drop(connection);
    }

    #[test]
    fn an_existing_file_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, "x").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        make(&path).unwrap();
        drop(open(&path).unwrap());
        assert_eq!((mode(&path), std::fs::read(&path).unwrap()), (Some(0o644), b"x".to_vec()));
    }

    #[test]
    fn a_lock_that_another_program_holds_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = open(&path).unwrap();
        held.lock().unwrap();
        let error = lock_shared(&open(&path).unwrap(), &path, Duration::from_millis(1)).unwrap_err();
        assert!(matches!(error, LedgerError::Locked { .. }), "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        assert!(error.is_retryable());
        drop(held);
        lock_shared(&open(&path).unwrap(), &path, Duration::from_millis(1)).unwrap();
    }
}
