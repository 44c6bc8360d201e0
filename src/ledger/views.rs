//! The lists that operators saved.

use super::columns::column;
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{SavedView, Timestamp};

impl Tx<'_> {
    /// Writes a view, instead of the operator's own of that name.
    pub(crate) fn save_view(&self, view: &SavedView, now: Timestamp) -> Result<(), LedgerError> {
        let row = values! {
            operator: &view.operator,
            shared: view.shared,
            page: &view.page,
            name: &view.name,
            query: &view.query,
            made_at: now,
        };
        self.insert_all(
            "views",
            &[row],
            "ON CONFLICT (operator, page, name) DO UPDATE SET shared = excluded.shared, query = excluded.query,
             made_at = excluded.made_at",
        )
        .map(drop)
    }

    /// Removes an operator's own view; `false` if there is none with this id.
    pub(crate) fn delete_view(&self, operator: &str, id: i64) -> Result<bool, LedgerError> {
        let deleted =
            self.execute("DELETE FROM views WHERE id = ?1 AND operator = ?2", &values![id, operator])?;
        Ok(deleted == 1)
    }

    /// Removes an operator's views that nobody else sees.
    pub(crate) fn delete_own_views(&self, operator: &str) -> Result<(), LedgerError> {
        self.execute("DELETE FROM views WHERE operator = ?1 AND shared = 0", &values![operator]).map(drop)
    }
}

impl Read<'_> {
    /// An operator's own views, of one page or of all, oldest first.
    pub(crate) fn own_views(
        &self,
        operator: &str,
        page: Option<&str>,
    ) -> Result<Vec<SavedView>, LedgerError> {
        self.all(
            "SELECT * FROM views WHERE operator = ?1 AND (?2 IS NULL OR page = ?2) ORDER BY id",
            &values![operator, page],
            view_row,
        )
    }

    /// The views that others share, of one page or of all, oldest first.
    pub(crate) fn shared_views(
        &self,
        operator: &str,
        page: Option<&str>,
        limit: i64,
    ) -> Result<Vec<SavedView>, LedgerError> {
        self.all(
            "SELECT * FROM views WHERE shared = 1 AND operator <> ?1 AND (?2 IS NULL OR page = ?2)
             ORDER BY id LIMIT ?3",
            &values![operator, page, limit],
            view_row,
        )
    }

    /// An operator's own view by its name.
    pub(crate) fn view_named(
        &self,
        operator: &str,
        page: &str,
        name: &str,
    ) -> Result<Option<SavedView>, LedgerError> {
        self.one(
            "SELECT * FROM views WHERE operator = ?1 AND page = ?2 AND name = ?3",
            &values![operator, page, name],
            view_row,
        )
    }

    /// How many views an operator has saved.
    pub(crate) fn count_views(&self, operator: &str) -> Result<i64, LedgerError> {
        self.number("SELECT count(*) FROM views WHERE operator = ?1", &values![operator])
    }
}

fn view_row(row: &Row<'_>) -> Result<SavedView, LedgerError> {
    Ok(SavedView {
        id: column(row, "id")?,
        operator: column(row, "operator")?,
        shared: column(row, "shared")?,
        page: column(row, "page")?,
        name: column(row, "name")?,
        query: column(row, "query")?,
        made_at: column(row, "made_at")?,
    })
}
