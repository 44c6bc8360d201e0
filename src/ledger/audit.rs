//! The audit: what operators did and were refused. Its rows are never edited, but where a user is forgotten.

use super::columns::{column, json_column_or_null, name_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Query, Read, Tx};
use super::values::{to_json, values};
use crate::model::{Acting, AuditEntry, AuditFilter, Role, Timestamp, canonical_target};

/// The outcome of what succeeded.
const DONE: &str = "done";

impl Tx<'_> {
    /// Does what an operator asks for, and writes its row last, with the first journal entry that it wrote. Work that fails
    /// writes none: its transaction is rolled back.
    pub(crate) fn audited<T, E: From<LedgerError>>(
        &self,
        acting: &Acting,
        now: Timestamp,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let before = self.read().highest_id("journal")?;
        let done = work()?;
        self.write_entries()?;
        let first: Option<i64> = self.read().one(
            "SELECT id FROM journal WHERE id > ?1 ORDER BY id LIMIT 1",
            &values![before],
            |row| column(row, "id"),
        )?;
        self.write_audit(acting, DONE, first, now)?;
        Ok(done)
    }

    /// Writes a row. What names a user whom this very job forgot is replaced in it.
    pub(crate) fn write_audit(
        &self,
        acting: &Acting,
        outcome: &str,
        journal: Option<i64>,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let forgotten = self.forgotten.borrow();
        let target = acting.target.as_deref().map(|target| {
            let target = canonical_target(target);
            forgotten.in_target(&target).unwrap_or(target)
        });
        let mut details = acting.details.clone();
        if let Some(details) = &mut details {
            forgotten.in_texts(details);
        }
        let details = details.as_ref().map(to_json).transpose()?;
        let row = values! {
            at: now,
            operator: &acting.operator,
            role: acting.role.map(Role::as_str),
            peer: &acting.peer,
            what: &acting.what,
            target: &target,
            outcome: outcome,
            journal_id: journal,
            details: &details,
        };
        self.insert_all("audit", &[row], "").map(drop)
    }
}

impl Read<'_> {
    /// The entries that the filter matches, newest first, from below an id.
    pub(crate) fn audit(
        &self,
        filter: &AuditFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, LedgerError> {
        let target = filter.target.as_deref().map(canonical_target);
        let mut query = Query::new("SELECT * FROM audit WHERE id < ?1", &values![before]);
        query.and("operator = ?", filter.operator.as_deref());
        query.and("target = ?", target.as_deref());
        query.and("at >= ?", filter.since);
        query.and("at < ?", filter.until);
        query.order("id DESC", limit);
        self.all(&query.sql, &query.values, entry_row)
    }
}

fn entry_row(row: &Row<'_>) -> Result<AuditEntry, LedgerError> {
    Ok(AuditEntry {
        id: column(row, "id")?,
        at: column(row, "at")?,
        operator: column(row, "operator")?,
        role: name_column(row, "role")?,
        peer: column(row, "peer")?,
        what: column(row, "what")?,
        target: column(row, "target")?,
        outcome: column(row, "outcome")?,
        journal_id: column(row, "journal_id")?,
        details: json_column_or_null(row, "details")?,
    })
}
