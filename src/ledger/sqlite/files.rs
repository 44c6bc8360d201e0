//! Whether the files that an engine has open still are the ledger, and its locks are in place.
//!
//! SQLite does not notice two kinds of things that a host can do, and then commits are lost:
//!
//! - a person or program removes, replaces or renames the ledger, its `-wal` or its `-shm`: SQLite writes on into the
//!   old files; or truncates the ledger to nothing: the next process that opens it deletes the `-wal`;
//! - code in the same process opens and closes one of them, with a second copy of SQLite or to copy it: by the rules of
//!   POSIX that releases all locks that the process has on the file. The next process that opens it takes itself for
//!   the only one, and deletes the `-wal` when it closes.
//!
//! So each commit is checked before it is answered: the paths lead to the files that were opened, and a lock of the
//! same kind as SQLite's is still there. That mark lies on a byte far behind the end of the file, at a different place
//! for each process, and is lost when SQLite's locks are lost. It is queried as another owner would query it
//! (`F_OFD_GETLK`).
//!
//! The file descriptors that this takes obey the same rule: they stay open until no engine of the process has the file.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::fault;
use crate::ledger::error::LedgerError;

/// The files of one open ledger.
pub(crate) struct Files {
    path: PathBuf,
    /// As it was named, from the root: a link in it may come to lead elsewhere.
    named: PathBuf,
    ledger: held::HeldFile,
    beside: OnceLock<Beside>,
    lost: OnceLock<LedgerError>,
}

/// What SQLite keeps beside the ledger while it is open.
struct Beside {
    index: Option<held::HeldFile>,
    log: Option<held::FileId>,
}

impl Files {
    /// To be called before SQLite opens the ledger. Makes an empty file where there is none.
    pub(super) fn hold(path: &Path) -> Result<Self, LedgerError> {
        let ledger = held::HeldFile::new(path, true).map_err(|error| fault::of_file(path, &error))?;
        // The working directory may change, and by another name it is the same ledger.
        let named = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Ok(Self { path, named, ledger, beside: OnceLock::new(), lost: OnceLock::new() })
    }

    /// The ledger's path, from the root.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// To be called once SQLite has opened the ledger, and with it the files beside it.
    pub(super) fn settle(&self) -> Result<(), LedgerError> {
        let index = self.beside("-shm");
        let index = match index.exists() {
            true => Some(held::HeldFile::new(&index, false).map_err(|error| fault::of_file(&index, &error))?),
            false => None,
        };
        let log = held::FileId::of(&self.beside("-wal")).ok();
        if let Some(index) = &index {
            index.settle();
        }
        self.ledger.settle();
        // Once only: an engine settles in once.
        let _ = self.beside.set(Beside { index, log });
        self.check()
    }

    /// To be called before SQLite closes the ledger, by which its locks go.
    pub(super) fn release(&self) {
        if let Some(index) = self.beside.get().and_then(|beside| beside.index.as_ref()) {
            index.release();
        }
        self.ledger.release();
    }

    /// How many bytes the log beside the ledger has.
    pub(crate) fn log_size(&self) -> u64 {
        std::fs::metadata(self.beside("-wal")).map_or(0, |log| log.len())
    }

    /// Whether it is lost, as far as was noticed.
    pub(crate) fn lost(&self) -> Result<(), LedgerError> {
        self.lost.get().cloned().map_or(Ok(()), Err)
    }

    /// Looks whether it is lost. Once it is, it stays so.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        self.lost()?;
        let Err(problem) = self.look() else { return Ok(()) };
        let lost = LedgerError::Lost { path: self.path.clone(), problem };
        let lost = self.lost.get_or_init(|| {
            tracing::error!(error = %lost, "the ledger is lost to this engine");
            lost
        });
        Err(lost.clone())
    }

    fn look(&self) -> Result<(), String> {
        self.ledger.id().is_at(&self.path)?;
        if self.named != self.path {
            self.ledger.id().is_at(&self.named)?;
        }
        let Some(beside) = self.beside.get() else { return Ok(()) };
        if std::fs::metadata(&self.path).is_ok_and(|ledger| ledger.len() == 0) {
            return Err("it was cut to nothing".to_owned());
        }
        if let Some(log) = &beside.log {
            log.is_at(&self.beside("-wal"))?;
        }
        if let Some(index) = &beside.index {
            index.id().is_at(&self.beside("-shm"))?;
            index.is_marked()?;
        }
        self.ledger.is_marked()
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(suffix);
        PathBuf::from(name)
    }
}

/// Keeps a fork from happening while the list of held files is being changed, so that the child finds it in order.
#[cfg(all(unix, feature = "capi"))]
pub(crate) use held::{Registry, registry};

#[cfg(unix)]
mod held;

/// On Windows locks belong to handles, and an open file cannot be removed, replaced or renamed.
#[cfg(not(unix))]
mod held {
    use std::io;
    use std::path::Path;

    pub(super) struct HeldFile;

    pub(super) struct FileId;

    impl HeldFile {
        #[allow(clippy::unnecessary_wraps, reason = "the same shape on every system")]
        pub(super) const fn new(_: &Path, _: bool) -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) const fn id(&self) -> FileId {
            FileId
        }

        pub(super) const fn settle(&self) {}

        pub(super) const fn release(&self) {}

        #[allow(clippy::unnecessary_wraps, reason = "the same shape on every system")]
        pub(super) const fn is_marked(&self) -> Result<(), String> {
            Ok(())
        }
    }

    impl FileId {
        #[allow(clippy::unnecessary_wraps, reason = "the same shape on every system")]
        pub(super) const fn of(_: &Path) -> io::Result<Self> {
            Ok(Self)
        }

        #[allow(clippy::unnecessary_wraps, reason = "the same shape on every system")]
        pub(super) const fn is_at(&self, _: &Path) -> Result<(), String> {
            Ok(())
        }
    }
}

#[cfg(test)]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod tests {
    use super::*;

    /// A ledger's file and its `-shm`.
    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        for name in ["ledger.db", "ledger.db-shm"] {
            std::fs::write(folder.path().join(name), b"x").unwrap();
        }
        (folder, ledger)
    }

    fn settled(ledger: &Path) -> Files {
        let files = Files::hold(ledger).unwrap();
        files.settle().unwrap();
        files
    }

    /// As a program does that copies a file: all locks of the process on it go.
    fn open_and_close(path: &Path) {
        drop(std::fs::File::open(path).unwrap());
    }

    fn is_lost<T>(result: Result<T, LedgerError>) -> bool {
        matches!(result, Err(LedgerError::Lost { .. }))
    }

    #[test]
    fn engines_that_come_and_go_take_no_locks_from_each_other() {
        let (_folder, ledger) = folder();
        let first = settled(&ledger);
        let second = settled(&ledger);
        drop(first);
        second.check().unwrap();
        let third = settled(&ledger);
        drop(second);
        third.check().unwrap();
    }

    #[test]
    fn another_engine_does_not_hide_that_the_locks_are_lost() {
        for suffix in ["", "-shm"] {
            let (_folder, ledger) = folder();
            let first = settled(&ledger);
            open_and_close(&first.beside(suffix));
            let second = Files::hold(&ledger).unwrap();
            assert!(is_lost(second.settle()), "{suffix:?}: it has no locks either");
            assert!(is_lost(first.check()), "{suffix:?}");
            drop(second);
            // Nor does one that opens the ledger while the first closes.
            let third = Files::hold(&ledger).unwrap();
            drop(first);
            assert_eq!(is_lost(third.settle()), suffix.is_empty(), "{suffix:?}");
            drop(third);
            settled(&ledger).check().unwrap();
        }
    }

    #[test]
    fn locks_lost_unnoticed_before_their_engine_closed_are_not_set_for_the_next() {
        let (_folder, ledger) = folder();
        let first = settled(&ledger);
        let second = Files::hold(&ledger).unwrap();
        open_and_close(&ledger);
        drop(first);
        assert!(is_lost(second.settle()));
    }

    #[test]
    fn a_mark_that_is_lost_while_sqlite_opens_the_file_is_set_again() {
        let (_folder, ledger) = folder();
        let files = Files::hold(&ledger).unwrap();
        open_and_close(&ledger);
        files.settle().unwrap();
        files.check().unwrap();
        open_and_close(&ledger);
        assert!(is_lost(files.check()));
    }

    /// By the rules of POSIX as well: SQLite's own file descriptor is one of the process.
    #[test]
    fn an_engine_that_closes_the_file_itself_takes_nothing_from_the_next() {
        let (_folder, ledger) = folder();
        let first = settled(&ledger);
        let second = Files::hold(&ledger).unwrap();
        first.release();
        open_and_close(&ledger);
        second.settle().unwrap();
        second.check().unwrap();
        drop(first);
        settled(&ledger).check().unwrap();
        second.check().unwrap();
    }
}
