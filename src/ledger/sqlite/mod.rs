//! SQLite: one file, one writer with group commit, readers beside it. All code of the ledger that depends on SQLite is
//! in this folder.

mod backup;
#[cfg(test)]
mod contents;
mod fault;
mod files;
mod idle;
mod open;
#[cfg(test)]
mod plans;
mod presence;
mod private_file;
mod readers;
mod session;
mod soundness;
mod space;
mod writer;

#[cfg(test)]
pub(crate) mod another_program;

use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(test)]
pub(crate) use contents::contents;
pub use fault::SqliteCode;
#[cfg(all(unix, feature = "capi"))]
pub(crate) use files::{Registry, registry};
pub(crate) use idle::Idle;
pub(crate) use presence::{Presence, SweepLock};
pub(crate) use readers::Readers;
/// SQLite's own functions, for the room that may call them.
#[cfg(all(unix, feature = "capi"))]
pub(crate) use rusqlite::ffi;
pub(super) use session::{Row, Session};
pub(crate) use soundness::{Soundness, look_at};
pub(crate) use space::LARGE_LOG;

use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::writer::{Writer, WriterHooks};
use crate::model::Store;
use crate::threads;
use files::Files;
use idle::Others;

/// What is held of the file as long as a ledger is open.
pub(super) struct OpenFile {
    /// The sign that it is open; held, never read again.
    _presence: Presence,
    path: PathBuf,
    files: Arc<Files>,
}

/// Opens the file, as [`Ledger::open`](super::Ledger::open).
pub(super) fn open<P, H: WriterHooks>(
    path: &Path,
    prepare: impl Fn(&Tx<'_>, &Presence) -> Result<P, LedgerError> + Send,
    start: impl FnOnce(P, Read<'_>) -> Result<H, LedgerError> + Send,
) -> Result<(Writer, Readers, OpenFile), LedgerError> {
    // A limit on file sizes raises a signal, which is for the host's threads only.
    threads::apart("recoup-open", || open_here(path, prepare, start))
        .map_err(|error| LedgerError::not_apart(&error))?
        .map_err(|error| error.at(path))
}

fn open_here<P, H: WriterHooks>(
    path: &Path,
    prepare: impl Fn(&Tx<'_>, &Presence) -> Result<P, LedgerError>,
    start: impl FnOnce(P, Read<'_>) -> Result<H, LedgerError>,
) -> Result<(Writer, Readers, OpenFile), LedgerError> {
    let files = Arc::new(Files::hold(path)?);
    let connection = open::writer(path)?;
    // An engine that opens the same file by another name must find the same sign.
    let path = files.path().to_owned();
    let presence = Presence::announce(&path)?;
    let (prepared, _) = idle::between_jobs(&connection, |tx| prepare(tx, &presence))?;
    let presence = presence.settle_in()?;
    files.settle()?;
    let others = Others::from_now(&connection)?;
    let hooks = start(prepared, Read::new(Session::on(&connection)))?;
    let writer = writer::start(connection, hooks, Arc::clone(&files), others)?;
    let readers = Readers::beside(path.clone(), Arc::clone(&files));
    Ok((writer, readers, OpenFile { _presence: presence, path, files }))
}

impl OpenFile {
    pub(super) fn lost(&self) -> Result<(), LedgerError> {
        self.files.lost()
    }

    #[cfg(feature = "gateway")]
    pub(super) fn log_size(&self) -> u64 {
        self.files.log_size()
    }

    pub(super) fn back_up(&self, to: &Path) -> Result<(), LedgerError> {
        backup::back_up(&self.path, to)
    }

    pub(super) fn empty_log(&self) -> Result<(), LedgerError> {
        // A limit on file sizes raises a signal.
        threads::apart("recoup-log", || space::empty_log(&self.path))
            .map_err(|error| LedgerError::not_apart(&error))?
            .map_err(|error| error.at(&self.path))
    }

    pub(super) fn lock_sweep(&self, store: &Store, app: &str) -> Option<SweepLock> {
        SweepLock::take(&self.path, store, app)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Where SQLite may be named outside of this room: the tests' way to a ledger's file, and a benchmark's peer.
    const MAY_NAME: [&str; 3] =
        ["tests/support/ledger_file.rs", "benches/bare_purchases.rs", "benches/purchases.rs"];

    #[test]
    fn only_this_folder_names_its_driver() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        // Not in the package of the library: the command, the tests and the benchmarks.
        let folders = ["src", "examples", "crates", "tests", "benches"].map(|folder| root.join(folder));
        let mut folders: Vec<_> = folders.into_iter().filter(|folder| folder.exists()).collect();
        let (mut looked_at, mut found) = (0, Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap();
                if name == Path::new("src/ledger/sqlite") {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    looked_at += 1;
                    let names_it = std::fs::read_to_string(&path).unwrap().contains("rusqlite");
                    if names_it && !MAY_NAME.iter().any(|may| name == Path::new(may)) {
                        found.push(name.to_owned());
                    }
                }
            }
        }
        assert!(looked_at > 200, "{looked_at}");
        assert!(found.is_empty(), "{found:?}");
    }
}
