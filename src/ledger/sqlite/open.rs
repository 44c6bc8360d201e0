//! Opening the file: settings, identity, migrations.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::private_file;
use crate::ledger::error::LedgerError;

/// How long a writer waits for another process's transaction. Group commits take milliseconds; five seconds mean that
/// the other process hangs, while the stores (10 s for Pub/Sub) still wait for an answer.
pub(super) const BUSY_TIMEOUT_MS: u64 = 5000;

/// `Rcup` in SQLite's header, so that `file` and we can distinguish a ledger from other databases.
const APPLICATION_ID: i64 = 0x5263_7570;

/// One script a schema version, applied in order; `user_version` counts how many are in.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// The schema that this version writes.
pub(super) fn known_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Opens the file for writing, making and migrating it as needed.
///
/// While a new file is made ready for WAL, SQLite turns others away at once instead of letting them wait; so they try
/// again, for as long as they would have waited.
pub(super) fn writer(path: &Path) -> Result<Connection, LedgerError> {
    let begun = Instant::now();
    loop {
        match try_writer(path) {
            Err(LedgerError::Busy { .. }) if begun.elapsed() < Duration::from_millis(BUSY_TIMEOUT_MS) => {
                std::thread::sleep(BETWEEN_TRIES);
            }
            opened => return opened,
        }
    }
}

/// The log's size in bytes when all of it is in the ledger: what it grows to between two checkpoints, so that it is seldom
/// made smaller and larger again.
pub(super) const LOG_LIMIT: u32 = 8 << 20;

/// Making a new file ready takes a few syncs to disk, each some milliseconds.
const BETWEEN_TRIES: Duration = Duration::from_millis(5);

fn try_writer(path: &Path) -> Result<Connection, LedgerError> {
    refuse_cut_short(path)?;
    let open = |source| unopened(path, source);
    // What prevents this from creating the file also prevents SQLite, whose error gives the cause.
    let _ = private_file::make(path);
    let mut connection = Connection::open(path).map_err(open)?;
    prepare(&connection).map_err(open)?;
    check_identity(&connection, path).map_err(|error| error.unwrap_or_else(open))?;
    // With WAL readers continue while one writes; FULL makes a commit survive a power cut, which the stores' "answered
    // means kept" needs.
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)).map_err(open)?;
    if !mode.eq_ignore_ascii_case("wal") {
        let problem = format!(
            "SQLite keeps no log (WAL) there, and stays with {mode:?}: is it a network disk? Put the ledger on a local one"
        );
        return Err(LedgerError::Open { path: path.to_owned(), problem });
    }
    // The log shrinks to this when it begins from the start, after a long reader made it grow.
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT).map_err(open)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(open)?;
    // What is deleted or replaced is overwritten, so that a forgotten user is in no unused part of the file.
    let overwrites: bool =
        connection.pragma_update_and_check(None, "secure_delete", true, |row| row.get(0)).map_err(open)?;
    if !overwrites {
        let problem = "this SQLite cannot overwrite what is deleted (secure_delete)".to_owned();
        return Err(LedgerError::Open { path: path.to_owned(), problem });
    }
    migrate(&mut connection, path).map_err(|error| error.at(path))?;
    Ok(connection)
}

/// Opens the file for reading only.
pub(super) fn reader(path: &Path) -> Result<Connection, LedgerError> {
    refuse_cut_short(path)?;
    // Not SQLITE_OPEN_READ_ONLY: a reader of a WAL database may have to write the shared-memory index.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    leave_the_log(&connection)?;
    Ok(connection)
}

/// Closes without writing the log to the ledger, which is the writer's task: a reader must not, and no one must to a
/// file that has been replaced.
pub(super) fn leave_the_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map(drop)
}

/// Opens an existing file for inspection: it is left as it is.
pub(super) fn existing(path: &Path) -> Result<Connection, LedgerError> {
    refuse_cut_short(path)?;
    let open = |source| unopened(path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(open)?;
    prepare(&connection).map_err(open)?;
    check_identity(&connection, path).map_err(|error| error.unwrap_or_else(open))?;
    Ok(connection)
}

/// Refuses an empty ledger with a log beside it: it was truncated, or removed without its log, and SQLite would delete
/// the log with all that is only in there. A new ledger is never in this state: its first page is written before
/// anything goes to the log.
fn refuse_cut_short(path: &Path) -> Result<(), LedgerError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // The log first: a ledger that another process makes at this moment is not empty any more once it has one.
    let log = std::fs::metadata(log).map_or(0, |log| log.len());
    if log == 0 || std::fs::metadata(path).is_ok_and(|ledger| ledger.len() > 0) {
        return Ok(());
    }
    let problem = format!(
        "it is empty or missing, while its log (-wal) has {log} bytes: it was cut short or removed. Move both files \
         aside and restore a backup"
    );
    Err(LedgerError::Open { path: path.to_owned(), problem })
}

/// Why the file cannot be opened: faults that give no advice get the file's path.
fn unopened(path: &Path, source: rusqlite::Error) -> LedgerError {
    match LedgerError::from(source) {
        LedgerError::Damaged { code, problem }
        | LedgerError::Io { code, problem }
        | LedgerError::Database { code, problem } => {
            LedgerError::Open { path: path.to_owned(), problem: format!("{problem} ({code})") }
        }
        known => known.at(path),
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Sorting, and what lets a savepoint be taken back: a container may have no folder that it can write temporary
    // files to.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // There are no statistics (ANALYZE): those of a small ledger would make statements look through tables that have grown
    // since. Without them an index is used wherever there is one.
    //
    // Without it SQLite plans a statement again for each value it is bound to, as long as partial indexes are in play.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // More than there are: an insert of many rows is a statement for each number of rows.
    connection.set_prepared_statement_cache_capacity(512);
    Ok(())
}

enum Identity {
    Fault(rusqlite::Error),
    Refused(LedgerError),
}

impl Identity {
    fn unwrap_or_else(self, open: impl Fn(rusqlite::Error) -> LedgerError) -> LedgerError {
        match self {
            Self::Fault(fault) => open(fault),
            Self::Refused(refused) => refused,
        }
    }
}

impl From<rusqlite::Error> for Identity {
    fn from(error: rusqlite::Error) -> Self {
        Self::Fault(error)
    }
}

/// Refuses another program's database and a newer ledger before anything is written to it.
fn check_identity(connection: &Connection, path: &Path) -> Result<(), Identity> {
    // In one transaction: another process may be making the ledger at this very moment.
    let one_state = connection.unchecked_transaction()?;
    let tables: i64 = one_state.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application_id = pragma(&one_state, "application_id")?;
    if application_id != APPLICATION_ID && (application_id != 0 || tables > 0) {
        return Err(Identity::Refused(LedgerError::NotALedger { path: path.to_owned(), application_id }));
    }
    let found = pragma(&one_state, "user_version")?;
    if found > known_version() {
        return Err(Identity::Refused(LedgerError::NewerSchema {
            path: path.to_owned(),
            found,
            known: known_version(),
        }));
    }
    Ok(())
}

/// Applies the migrations that are missing, all or none, while no other process can.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), LedgerError> {
    if pragma(connection, "user_version")? == known_version() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: another process may have migrated while this one waited for the lock.
    let found = pragma(&transaction, "user_version")?;
    if found > known_version() {
        return Err(LedgerError::NewerSchema { path: path.to_owned(), found, known: known_version() });
    }
    for script in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(script)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known_version())?;
    Ok(transaction.commit()?)
}

pub(super) fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_gets_the_schema_and_is_opened_again_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        for _ in 0..2 {
            let connection = writer(&path).unwrap();
            assert_eq!(pragma(&connection, "user_version").unwrap(), known_version());
            assert_eq!(pragma(&connection, "synchronous").unwrap(), 2);
            assert_eq!(pragma(&connection, "foreign_keys").unwrap(), 1);
            let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
            assert_eq!(mode, "wal");
        }
        let reader = reader(&path).unwrap();
        assert!(reader.execute("DELETE FROM inbox", []).is_err(), "a reader wrote");
    }

    #[test]
    fn many_may_open_a_new_ledger_at_once() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("ledger.db");
            let opened: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| writer(&path).map(drop))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(opened.iter().all(Result::is_ok), "{opened:?}");
        }
    }

    #[test]
    fn a_truncated_ledger_is_refused_and_its_log_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, log) = (folder.path().join("ledger.db"), folder.path().join("ledger.db-wal"));
        std::fs::write(&log, "what was acknowledged").unwrap();
        for is_missing in [true, false] {
            if !is_missing {
                std::fs::write(&path, "").unwrap();
            }
            let refused = [writer(&path), reader(&path), existing(&path)];
            for error in refused.map(Result::unwrap_err) {
                assert!(error.to_string().contains("21 bytes: it was cut short"), "{error}");
            }
            assert_eq!(std::fs::read_to_string(&log).unwrap(), "what was acknowledged");
        }
        // An empty file alone becomes a ledger.
        std::fs::remove_file(&log).unwrap();
        writer(&path).unwrap();
    }

    #[test]
    fn a_newer_ledger_is_refused_and_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        writer(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let error = writer(&path).unwrap_err();
        assert!(matches!(error, LedgerError::NewerSchema { found: 99, .. }), "{error}");
        assert_eq!(pragma(&Connection::open(&path).unwrap(), "user_version").unwrap(), 99);
    }

    #[test]
    fn another_programs_database_is_refused_and_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert!(matches!(writer(&path).unwrap_err(), LedgerError::NotALedger { .. }));
        let tables: i64 = Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 1);
    }

    #[test]
    fn a_file_that_is_no_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("note.txt");
        std::fs::write(&path, "not a database, but long enough to look at as one would look at a header")
            .unwrap();
        assert!(matches!(writer(&path).unwrap_err(), LedgerError::Open { .. }));
    }

    #[test]
    fn every_table_is_strict() {
        let folder = tempfile::tempdir().unwrap();
        let connection = writer(&folder.path().join("ledger.db")).unwrap();
        let loose: i64 = connection
            .query_row(
                "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND strict = 0",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(loose, 0);
    }
}
