//! A write transaction as jobs see it, and a state to read from. Neither depends on which database is below.

use std::cell::RefCell;
use std::ops::ControlFlow;

use super::case::Memo;
use super::error::LedgerError;
use super::session::{Insert, Row, Session};
use super::sums::Collected;
use super::values::{Column, FromColumn as _, Value, values};
#[cfg(feature = "operators")]
use crate::model::people::Replacements;
use crate::model::{RefundId, Timestamp};

/// A write transaction. Everything done through it is durable together, or not at all.
pub(crate) struct Tx<'a> {
    session: Session<'a>,
    notes: RefCell<Vec<MemoryUpdate>>,
    /// Journal entries that are not written yet, in their order.
    pub(super) unwritten: RefCell<Vec<Unwritten>>,
    pub(super) memo: Memo,
    /// What is added to the sums of the figures.
    pub(super) collected: Collected,
    /// What replaced the ids of a user whom this job forgot: the audit's row of it must not bring them back.
    #[cfg(feature = "operators")]
    pub(super) forgotten: RefCell<Replacements>,
}

/// Something that memory must learn once it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MemoryUpdate {
    /// The user has an active block now.
    Blocked(String),
    /// The user has no active block any more.
    Unblocked(String),
    /// An event was put into the outbox.
    EventMade,
    /// A user who was blocked until shortly before was forgotten: whoever is not blocked by the ledger is not blocked.
    Forgotten,
}

/// A journal entry, as its row will be.
pub(super) struct Unwritten {
    pub(super) at: Timestamp,
    pub(super) blocking: bool,
    pub(super) inbox: Option<i64>,
    pub(super) refund: Option<RefundId>,
    pub(super) order: Option<String>,
    pub(super) user: Option<String>,
    pub(super) happening: String,
}

impl Unwritten {
    pub(super) fn row(&self) -> [Column<'_>; 7] {
        values! {
            at: self.at,
            blocking: self.blocking,
            inbox_id: self.inbox,
            refund_id: self.refund,
            order_id: &self.order,
            player: &self.user,
            happening: &self.happening,
        }
    }
}

/// How many rows one statement inserts at most: each number of rows is another statement to prepare.
pub(super) const ROWS_AT_ONCE: usize = 16;

impl<'a> Tx<'a> {
    pub(super) fn new(session: Session<'a>) -> Self {
        Self {
            session,
            notes: RefCell::default(),
            unwritten: RefCell::default(),
            memo: Memo::default(),
            collected: Collected::default(),
            #[cfg(feature = "operators")]
            forgotten: RefCell::default(),
        }
    }

    /// Writes what was put off: the last step of a job that succeeded.
    pub(super) fn finish(&self) -> Result<(), LedgerError> {
        self.write_entries()?;
        self.write_sums()
    }

    /// Has `note` reported to memory once the transaction is durable.
    pub(crate) fn note(&self, note: MemoryUpdate) {
        self.notes.borrow_mut().push(note);
    }

    pub(super) fn into_notes(self) -> Vec<MemoryUpdate> {
        self.notes.into_inner()
    }

    /// The same connection, for reading what was just written.
    pub(crate) const fn read(&self) -> Read<'a> {
        Read { session: self.session }
    }

    /// Changes rows as no engine does, for tests of what finds that.
    #[cfg(test)]
    pub(crate) fn spoil(&self, sql: &str) -> Result<(), LedgerError> {
        self.memo.forget_cases();
        self.execute(sql, &[]).map(drop)
    }

    /// Runs a statement, and returns how many rows it changed.
    pub(super) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, LedgerError> {
        self.session.execute(sql, values)
    }

    /// Inserts one row into a table that numbers its rows, and returns the row's id.
    pub(super) fn insert(&self, table: &'static str, row: &[Column<'_>]) -> Result<i64, LedgerError> {
        let insert = Insert { table, width: row.len(), rows: row, conflict: "" };
        Ok(self.session.insert(&insert)?.last_id)
    }

    /// Changes columns of the row with this id.
    pub(super) fn update(&self, table: &str, id: i64, columns: &[Column<'_>]) -> Result<(), LedgerError> {
        let mut values: Vec<Value<'_>> = columns.iter().map(|(_, value)| *value).collect();
        values.push(id.into());
        let set: Vec<String> =
            (1..).zip(columns).map(|(number, (name, _))| format!("{name} = ?{number}")).collect();
        let sql = format!("UPDATE {table} SET {} WHERE id = ?{}", set.join(", "), values.len());
        self.execute(&sql, &values).map(drop)
    }

    /// Inserts rows in their order, and returns how many it inserted or changed. `conflict` is what happens to rows
    /// that are there already.
    pub(super) fn insert_all<const N: usize>(
        &self,
        table: &'static str,
        rows: &[[Column<'_>; N]],
        conflict: &'static str,
    ) -> Result<usize, LedgerError> {
        let mut count = 0;
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let insert = Insert { table, width: N, rows: rows.as_flattened(), conflict };
            count += self.session.insert(&insert)?.count;
        }
        Ok(count)
    }
}

/// A connection to read from: a reader's own, or a writer's in the middle of its transaction.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    session: Session<'a>,
}

impl<'a> Read<'a> {
    pub(super) const fn new(session: Session<'a>) -> Self {
        Self { session }
    }

    /// The first row, if any.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, LedgerError>,
    ) -> Result<Option<T>, LedgerError> {
        let (mut read, mut found) = (Some(read), None);
        self.session.each(sql, values, &mut |row| {
            found = read.take().map(|read| read(row)).transpose()?;
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, LedgerError>,
    ) -> Result<Vec<T>, LedgerError> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// All rows, one at a time.
    pub(super) fn each(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.session.each(sql, values, &mut |row| read(row).map(ControlFlow::Continue))
    }

    /// Rows one at a time, for as long as they are wanted.
    pub(super) fn until(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>, LedgerError>,
    ) -> Result<(), LedgerError> {
        self.session.each(sql, values, &mut read)
    }

    /// One number; 0 and 1 where it is truth.
    pub(super) fn number(&self, sql: &str, values: &[Value<'_>]) -> Result<i64, LedgerError> {
        let number = self.one(sql, values, |row| {
            let number = row.first().and_then(i64::from_column);
            number.map_err(|problem| LedgerError::Unreadable { what: "a number", problem })
        })?;
        number.ok_or_else(|| LedgerError::Internal("a question for a number has no answer".to_owned()))
    }

    /// The highest id that a row of this table ever had.
    pub(super) fn highest_id(&self, table: &'static str) -> Result<i64, LedgerError> {
        self.session.highest_id(table)
    }
}

/// A query that is built from conditions.
pub(super) struct Query<'v> {
    pub(super) sql: String,
    pub(super) values: Vec<Value<'v>>,
}

impl<'v> Query<'v> {
    pub(super) fn new(sql: impl Into<String>, values: &[Value<'v>]) -> Self {
        Self { sql: sql.into(), values: values.to_vec() }
    }

    /// Adds a value, and gives its place.
    pub(super) fn place(&mut self, value: impl Into<Value<'v>>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Adds a condition with one `?` in it, where there is a value for that.
    pub(super) fn and(&mut self, condition: &str, value: Option<impl Into<Value<'v>>>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.sql.extend([" AND ", &condition.replace('?', &place)]);
        }
    }

    /// Sets the order of the rows, and how many are wanted.
    pub(super) fn order(&mut self, by: &str, limit: i64) {
        let place = self.place(limit);
        self.sql.extend([" ORDER BY ", by, " LIMIT ", &place]);
    }
}

/// The statements that a thread runs, for tests that count them or have one fail.
#[cfg(test)]
pub(crate) mod ran {
    use std::cell::{Cell, RefCell};

    use super::super::error::LedgerError;

    thread_local! {
        static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
        /// How many statements still succeed before one fails.
        static GOOD: Cell<Option<usize>> = const { Cell::new(None) };
    }

    /// Notes a statement. Fails if it is its turn.
    pub(in crate::ledger) fn note(sql: &str) -> Result<(), LedgerError> {
        STATEMENTS.with_borrow_mut(|statements| statements.push(sql.to_owned()));
        match GOOD.get() {
            Some(0) => {
                GOOD.set(None);
                Err(LedgerError::DiskFull)
            }
            good => {
                GOOD.set(good.map(|good| good - 1));
                Ok(())
            }
        }
    }

    /// From now on so many statements of this thread succeed, and then one fails as on a full disk; `None`: all succeed.
    pub(crate) fn fail_after(good: Option<usize>) {
        GOOD.set(good);
    }

    /// Runs `work` without noting its statements.
    pub(crate) fn unnoted<T>(work: impl FnOnce() -> T) -> T {
        let (noted, good) = (STATEMENTS.take(), GOOD.take());
        let done = work();
        STATEMENTS.set(noted);
        GOOD.set(good);
        done
    }

    /// Those since the last call.
    pub(crate) fn take() -> Vec<String> {
        STATEMENTS.take()
    }
}
