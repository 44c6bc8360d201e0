//! The lists that operators saved under names.

use super::{check_name, standing};
use crate::engine::Engine;
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::model::SavedView;

/// The longest query of a page's address, in bytes: browsers and proxies carry addresses of 8 KiB.
const MAX_QUERY: usize = 4096;

/// The most views an operator has saved: a menu of more is of no use.
const MAX_VIEWS: usize = 200;

/// The most views of others that are shown.
const MAX_SHARED: i64 = 1000;

impl Engine {
    /// An operator's own saved views and those that others share, of one page or of all; own ones first, then the oldest
    /// first. At most 1,000 of others.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn views(&self, operator: &str, page: Option<&str>) -> Result<Vec<SavedView>, Error> {
        self.read(|read| {
            let mut views = read.own_views(operator, page)?;
            views.extend(read.shared_views(operator, page, MAX_SHARED)?);
            Ok(views)
        })
    }

    /// Saves a view of a page under a name, instead of the operator's own of that name. Waits for one commit.
    ///
    /// `query` is the query of the page's address, percent-encoded, without `?`.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_operator`, or `bad_view` for a page or a name that does not have 1 to 64
    /// characters that can be seen, or a query of more than 4096 bytes; [`Error::TooMany`] at 200 views of the operator;
    /// [`Error::Ledger`].
    pub fn save_view(
        &self,
        operator: &str,
        page: &str,
        name: &str,
        query: &str,
        shared: bool,
    ) -> Result<SavedView, Error> {
        check_name("bad_view", "the page", page)?;
        check_name("bad_view", "the name", name)?;
        check_query(query)?;
        let view = SavedView {
            id: 0,
            operator: operator.to_owned(),
            shared,
            page: page.to_owned(),
            name: name.to_owned(),
            query: query.to_owned(),
            made_at: self.now(),
        };
        self.change(move |change| {
            let (tx, read) = (change.tx, change.tx.read());
            standing(read, &view.operator)?;
            let is_there = read.view_named(&view.operator, &view.page, &view.name)?.is_some();
            let count = usize::try_from(read.count_views(&view.operator)?).unwrap_or(usize::MAX);
            if !is_there && count >= MAX_VIEWS {
                let count = count.saturating_add(1);
                return Err(Error::TooMany { what: "saved views", count, limit: MAX_VIEWS });
            }
            tx.save_view(&view, change.now)?;
            let saved = read.view_named(&view.operator, &view.page, &view.name)?;
            saved.ok_or_else(|| {
                LedgerError::Internal("a view that was just saved is missing".to_owned()).into()
            })
        })
    }

    /// Removes an operator's own view; `false` if the operator has none with this id. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn delete_view(&self, operator: &str, id: i64) -> Result<bool, Error> {
        let operator = operator.to_owned();
        self.change(move |change| Ok(change.tx.delete_view(&operator, id)?))
    }
}

fn check_query(query: &str) -> Result<(), Error> {
    let size = query.len();
    let facts = if size > MAX_QUERY {
        format!("the query has {size} bytes; the limit is {MAX_QUERY}")
    } else if !query.bytes().all(|byte| byte.is_ascii_graphic()) || query.starts_with('?') {
        "the query is not that of an address: percent-encode it, without ?".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::Refused { code: "bad_view", facts })
}
