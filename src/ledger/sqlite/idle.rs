//! The work of the writer's thread between jobs: it reads other processes' commits, and changes what has come due.

use rusqlite::Connection;

use super::open;
use super::session::Session;
use crate::ledger::error::LedgerError;
use crate::ledger::tx::MemoryUpdate;
use crate::ledger::tx::{Read, Tx};
use crate::model::people::is_pseudonym;

/// The ledger between jobs, for the writer's hooks.
pub(crate) struct Idle<'a> {
    connection: &'a Connection,
    others: &'a mut Others,
}

impl<'a> Idle<'a> {
    pub(super) const fn new(connection: &'a Connection, others: &'a mut Others) -> Self {
        Self { connection, others }
    }

    /// The ledger as it is now.
    pub(crate) const fn read(&self) -> Read<'_> {
        Read::new(Session::on(self.connection))
    }

    /// What memory must learn of what other processes have committed since the last call.
    pub(crate) fn news(&mut self) -> Result<Vec<MemoryUpdate>, LedgerError> {
        self.others.news(self.connection)
    }

    /// Runs `work` in its own transaction, and applies the result to memory.
    pub(crate) fn change<T>(
        &mut self,
        work: impl Fn(&Tx<'_>) -> Result<T, LedgerError>,
    ) -> Result<(T, Vec<MemoryUpdate>), LedgerError> {
        between_jobs(self.connection, work)
    }
}

/// As [`Idle::change`].
pub(super) fn between_jobs<T>(
    connection: &Connection,
    work: impl FnOnce(&Tx<'_>) -> Result<T, LedgerError>,
) -> Result<(T, Vec<MemoryUpdate>), LedgerError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let tx = Tx::new(Session::on(connection));
    let done = work(&tx).and_then(|done| {
        tx.finish()?;
        connection.execute_batch("COMMIT")?;
        Ok(done)
    });
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done.map(|done| (done, tx.into_notes()))
}

/// How far this process has looked after the others' commits.
pub(super) struct Others {
    /// The journal up to here is in memory.
    journal_seen: i64,
    /// A number of SQLite's that changes only when another connection has committed; `None` before the first look.
    data_version: Option<i64>,
}

impl Others {
    /// From now on. What memory is filled with must be read after this: what is committed in between is then read
    /// again.
    pub(super) fn from_now(connection: &Connection) -> Result<Self, LedgerError> {
        Ok(Self { journal_seen: journal_end(connection)?, data_version: None })
    }

    fn news(&mut self, connection: &Connection) -> Result<Vec<MemoryUpdate>, LedgerError> {
        // The end of the journal first: what others add after it is then surely seen as a new data version next time.
        let end = journal_end(connection)?;
        let version = open::pragma(connection, "data_version")?;
        let mut news = Vec::new();
        if self.data_version != Some(version) {
            let read = Read::new(Session::on(connection));
            for user in reblocked_after(connection, self.journal_seen)? {
                if is_pseudonym(&user) {
                    // The id that memory knows is in no table any more.
                    news.push(MemoryUpdate::Forgotten);
                    continue;
                }
                let is_blocked = read.is_blocked(&user)?;
                news.push(if is_blocked {
                    MemoryUpdate::Blocked(user)
                } else {
                    MemoryUpdate::Unblocked(user)
                });
            }
            news.push(MemoryUpdate::EventMade);
        }
        // Only now: after a fault above they are looked for again.
        *self = Self { journal_seen: end, data_version: Some(version) };
        Ok(news)
    }
}

/// The last entry's id. With one writer at a time nothing is committed later under an earlier one.
fn journal_end(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(id), 0) FROM journal")?.query_row([], |row| row.get(0))
}

/// The users whose blocks changed after an entry, each once.
fn reblocked_after(connection: &Connection, id: i64) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT DISTINCT player FROM journal WHERE blocking = 1 AND id > ?1";
    connection.prepare_cached(sql)?.query_map([id], |row| row.get(0))?.collect()
}
