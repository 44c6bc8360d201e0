//! Errors of SQLite and its files, as faults of the ledger; and SQLite's result codes, by number and by name.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::open::BUSY_TIMEOUT_MS;
use crate::ledger::error::{DatabaseCode, LedgerError, Resource};

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        let problem = error.to_string();
        let code = error.sqlite_error().map_or(SqliteCode::ERROR, |fault| SqliteCode(fault.extended_code));
        let (primary, extended) = (code.primary(), code.number());
        let code = DatabaseCode::Sqlite(code);
        match (primary, extended) {
            (5 | 6, _) => Self::Busy { path: PathBuf::new(), waited_ms: BUSY_TIMEOUT_MS },
            // SHMSIZE: the file in memory beside the log could not grow.
            (13, _) | (_, 4874) => Self::DiskFull,
            (7, _) | (_, 3082) => Self::OutOf { what: Resource::Memory, problem },
            (3 | 8 | 23, _) => Self::ReadOnly { code, problem },
            (11 | 26, _) => Self::Damaged { code, problem },
            (14, _) | (_, 4618) if no_descriptor_is_left() => {
                Self::OutOf { what: Resource::Descriptors, problem }
            }
            (10 | 14, _) => Self::Io { code, problem },
            _ => Self::Database { code, problem },
        }
    }
}

/// What a fault of a file is that is no database of SQLite's, or not yet.
pub(super) fn of_file(path: &Path, error: &io::Error) -> LedgerError {
    match error.kind() {
        ErrorKind::StorageFull => LedgerError::DiskFull,
        _ if is_out_of_descriptors(error) => {
            LedgerError::OutOf { what: Resource::Descriptors, problem: error.to_string() }
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => LedgerError::ReadOnly {
            code: DatabaseCode::Sqlite(SqliteCode::READONLY),
            problem: format!("{}: {error}", path.display()),
        },
        _ => LedgerError::Open { path: path.to_owned(), problem: error.to_string() },
    }
}

/// SQLite does not report why a file cannot be opened. Another file is opened to find out: closing one of the ledger's
/// would release the locks on it.
#[cfg(unix)]
fn no_descriptor_is_left() -> bool {
    std::fs::File::open("/dev/null").is_err_and(|error| is_out_of_descriptors(&error))
}

#[cfg(not(unix))]
const fn no_descriptor_is_left() -> bool {
    false
}

/// The process's limit or the system's.
#[cfg(unix)]
fn is_out_of_descriptors(error: &io::Error) -> bool {
    use nix::errno::Errno;
    matches!(error.raw_os_error().map(Errno::from_raw), Some(Errno::EMFILE | Errno::ENFILE))
}

#[cfg(not(unix))]
const fn is_out_of_descriptors(_: &io::Error) -> bool {
    false
}

/// A result code of SQLite, with what its extended form adds: <https://www.sqlite.org/rescode.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqliteCode(i32);

impl SqliteCode {
    const ERROR: Self = Self(1);
    pub(in crate::ledger) const BUSY: Self = Self(5);
    const READONLY: Self = Self(8);
    pub(in crate::ledger) const FULL: Self = Self(13);

    /// The extended number, such as 778.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// What it is an extension of, such as 10 (`SQLITE_IOERR`).
    const fn primary(self) -> i32 {
        self.0 & 0xff
    }

    /// The name, such as `SQLITE_IOERR_WRITE`; of an extended code that this version does not know, that of what it extends.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = |number| NAMES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name);
        named(self.0).or_else(|| named(self.primary())).unwrap_or("SQLITE_ERROR")
    }
}

impl fmt::Display for SqliteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}

/// Those that a ledger may meet.
const NAMES: &[(i32, &str)] = &[
    (1, "SQLITE_ERROR"),
    (2, "SQLITE_INTERNAL"),
    (3, "SQLITE_PERM"),
    (4, "SQLITE_ABORT"),
    (5, "SQLITE_BUSY"),
    (6, "SQLITE_LOCKED"),
    (7, "SQLITE_NOMEM"),
    (8, "SQLITE_READONLY"),
    (9, "SQLITE_INTERRUPT"),
    (10, "SQLITE_IOERR"),
    (11, "SQLITE_CORRUPT"),
    (13, "SQLITE_FULL"),
    (14, "SQLITE_CANTOPEN"),
    (15, "SQLITE_PROTOCOL"),
    (17, "SQLITE_SCHEMA"),
    (18, "SQLITE_TOOBIG"),
    (19, "SQLITE_CONSTRAINT"),
    (20, "SQLITE_MISMATCH"),
    (21, "SQLITE_MISUSE"),
    (22, "SQLITE_NOLFS"),
    (23, "SQLITE_AUTH"),
    (26, "SQLITE_NOTADB"),
    (261, "SQLITE_BUSY_RECOVERY"),
    (264, "SQLITE_READONLY_RECOVERY"),
    (266, "SQLITE_IOERR_READ"),
    (267, "SQLITE_CORRUPT_VTAB"),
    (270, "SQLITE_CANTOPEN_NOTEMPDIR"),
    (275, "SQLITE_CONSTRAINT_CHECK"),
    (517, "SQLITE_BUSY_SNAPSHOT"),
    (520, "SQLITE_READONLY_CANTLOCK"),
    (522, "SQLITE_IOERR_SHORT_READ"),
    (523, "SQLITE_CORRUPT_SEQUENCE"),
    (526, "SQLITE_CANTOPEN_ISDIR"),
    (776, "SQLITE_READONLY_ROLLBACK"),
    (778, "SQLITE_IOERR_WRITE"),
    (779, "SQLITE_CORRUPT_INDEX"),
    (782, "SQLITE_CANTOPEN_FULLPATH"),
    (787, "SQLITE_CONSTRAINT_FOREIGNKEY"),
    (1032, "SQLITE_READONLY_DBMOVED"),
    (1034, "SQLITE_IOERR_FSYNC"),
    (1038, "SQLITE_CANTOPEN_CONVPATH"),
    (1288, "SQLITE_READONLY_CANTINIT"),
    (1290, "SQLITE_IOERR_DIR_FSYNC"),
    (1299, "SQLITE_CONSTRAINT_NOTNULL"),
    (1544, "SQLITE_READONLY_DIRECTORY"),
    (1546, "SQLITE_IOERR_TRUNCATE"),
    (1550, "SQLITE_CANTOPEN_SYMLINK"),
    (1555, "SQLITE_CONSTRAINT_PRIMARYKEY"),
    (1802, "SQLITE_IOERR_FSTAT"),
    (1811, "SQLITE_CONSTRAINT_TRIGGER"),
    (2058, "SQLITE_IOERR_UNLOCK"),
    (2067, "SQLITE_CONSTRAINT_UNIQUE"),
    (2314, "SQLITE_IOERR_RDLOCK"),
    (2570, "SQLITE_IOERR_DELETE"),
    (3082, "SQLITE_IOERR_NOMEM"),
    (3338, "SQLITE_IOERR_ACCESS"),
    (3594, "SQLITE_IOERR_CHECKRESERVEDLOCK"),
    (3850, "SQLITE_IOERR_LOCK"),
    (4106, "SQLITE_IOERR_CLOSE"),
    (4618, "SQLITE_IOERR_SHMOPEN"),
    (4874, "SQLITE_IOERR_SHMSIZE"),
    (5130, "SQLITE_IOERR_SHMLOCK"),
    (5386, "SQLITE_IOERR_SHMMAP"),
    (5642, "SQLITE_IOERR_SEEK"),
    (5898, "SQLITE_IOERR_DELETE_NOENT"),
    (6154, "SQLITE_IOERR_MMAP"),
    (6410, "SQLITE_IOERR_GETTEMPPATH"),
    (8202, "SQLITE_IOERR_DATA"),
    (8458, "SQLITE_IOERR_CORRUPTFS"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(extended: i32) -> LedgerError {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended), None).into()
    }

    #[test]
    fn faults_are_distinguished() {
        assert_eq!(fault(13), LedgerError::DiskFull);
        assert_eq!(fault(4874), LedgerError::DiskFull);
        assert!(matches!(fault(517), LedgerError::Busy { .. }));
        assert!(matches!(fault(1544), LedgerError::ReadOnly { .. }));
        assert!(matches!(fault(779), LedgerError::Damaged { .. }));
        assert!(matches!(fault(26), LedgerError::Damaged { .. }));
        assert!(matches!(fault(3082), LedgerError::OutOf { what: Resource::Memory, .. }));
        assert!(matches!(fault(14), LedgerError::Io { .. }));
        assert!(matches!(fault(1), LedgerError::Database { .. }));
        let written = fault(778);
        assert_eq!(written.sqlite_code().map(SqliteCode::number), Some(778));
        assert!(written.to_string().contains("SQLITE_IOERR_WRITE (778"), "{written}");
        assert!(written.is_retryable() && !fault(8).is_retryable() && !fault(11).is_retryable());
    }

    #[test]
    fn a_code_shows_its_name_and_number() {
        assert_eq!(SqliteCode(778).to_string(), "SQLITE_IOERR_WRITE (778)");
        assert_eq!(SqliteCode(10 | (200 << 8)).to_string(), "SQLITE_IOERR (51210)");
        assert_eq!(SqliteCode(99).name(), "SQLITE_ERROR");
    }

    #[test]
    fn each_name_is_of_the_code_that_it_extends() {
        for (number, name) in NAMES {
            assert!(name.starts_with(SqliteCode(number & 0xff).name()), "{number} {name}");
        }
    }
}
