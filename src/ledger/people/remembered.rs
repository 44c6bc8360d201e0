//! Forgotten users are recognised in late messages by codes under the ledger's own key.

use std::sync::Arc;

use crate::ledger::columns::column;
use crate::ledger::error::LedgerError;
use crate::ledger::tx::Tx;
use crate::ledger::values::values;
use crate::model::Timestamp;

/// A code of a user id or an account tag that was replaced.
pub(crate) struct NewCode<'a> {
    pub(crate) code: &'a [u8],
    /// The pseudonym of the user.
    pub(crate) player: &'a str,
    /// What replaces the id or the tag.
    pub(crate) replacement: &'a str,
    /// How long it is recognised.
    pub(crate) until: Timestamp,
}

impl Tx<'_> {
    /// The key of the codes; `None` if no user was ever forgotten.
    pub(crate) fn person_key(&self) -> Result<Option<Arc<Vec<u8>>>, LedgerError> {
        if let Some(known) = &*self.memo.person_key.borrow() {
            return Ok(known.clone());
        }
        let key =
            self.read().one("SELECT value FROM meta WHERE name = ?1", &values!["person_key"], |row| {
                column(row, "value")
            })?;
        let key = key.map(Arc::new);
        *self.memo.person_key.borrow_mut() = Some(key.clone());
        Ok(key)
    }

    /// Makes `new` the key of the codes, unless there is one, and returns the key.
    pub(crate) fn make_person_key(&self, new: &[u8]) -> Result<Arc<Vec<u8>>, LedgerError> {
        let row = values! { name: "person_key", value: new };
        self.insert_all("meta", &[row], "ON CONFLICT (name) DO NOTHING")?;
        *self.memo.person_key.borrow_mut() = None;
        self.person_key()?.ok_or_else(|| LedgerError::Internal("the key of persons is not there".to_owned()))
    }

    /// Keeps a code.
    pub(crate) fn remember_code(&self, new: &NewCode<'_>, now: Timestamp) -> Result<(), LedgerError> {
        let row = values! {
            code: new.code,
            player: new.player,
            replacement: new.replacement,
            at: now,
            until: new.until,
        };
        self.insert_all(
            "forgotten",
            &[row],
            "ON CONFLICT (code) DO UPDATE SET player = excluded.player, replacement = excluded.replacement,
             at = excluded.at, until = excluded.until",
        )
        .map(drop)
    }

    /// What replaces the id or tag with this code.
    pub(crate) fn replacement(&self, code: &[u8]) -> Result<Option<String>, LedgerError> {
        self.read().one("SELECT replacement FROM forgotten WHERE code = ?1", &values![code], |row| {
            column(row, "replacement")
        })
    }

    /// Removes all codes of the forgotten user of whom this is one.
    pub(crate) fn drop_codes(&self, code: &[u8]) -> Result<(), LedgerError> {
        self.execute(
            "DELETE FROM forgotten WHERE player IN (SELECT player FROM forgotten WHERE code = ?1)",
            &values![code],
        )
        .map(drop)
    }

    /// Removes the codes whose time has passed.
    pub(crate) fn prune_forgotten(&self, now: Timestamp, limit: i64) -> Result<u64, LedgerError> {
        let removed = self.execute(
            "DELETE FROM forgotten WHERE code IN (SELECT code FROM forgotten WHERE until < ?1 ORDER BY until LIMIT ?2)",
            &values![now, limit],
        )?;
        Ok(u64::try_from(removed).unwrap_or(u64::MAX))
    }
}
