//! Forgotten users are recognised in late messages by codes under the ledger's own key.

use std::sync::Arc;

use crate::ledger::columns::column;
use crate::ledger::error::LedgerError;
use crate::ledger::tx::Tx;
use crate::ledger::values::values;
use crate::model::{RefundId, Store, Timestamp};

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
    /// Whether a notification was ingested before, and about which refund. Reads the key of the codes with it: of a
    /// message that is new it is needed next.
    pub(crate) fn known_notification(
        &self,
        store: &Store,
        app: &str,
        notification_id: &str,
    ) -> Result<Option<Option<RefundId>>, LedgerError> {
        let found = self.read().one(
            "SELECT inbox.id AS known, inbox.refund_id, meta.value AS person_key FROM (SELECT 1 AS one) AS always
             LEFT JOIN inbox ON inbox.store = ?1 AND inbox.app = ?2 AND inbox.notification_id = ?3
             LEFT JOIN meta ON meta.name = 'person_key'",
            &values![store.as_str(), app, notification_id],
            |row| {
                let known: Option<i64> = column(row, "known")?;
                let refund: Option<RefundId> = column(row, "refund_id")?;
                Ok((known.map(|_| refund), column::<Option<Vec<u8>>>(row, "person_key")?))
            },
        )?;
        let (known, key) = found.unwrap_or_default();
        *self.memo.person_key.borrow_mut() = Some(key.map(Arc::new));
        Ok(known)
    }

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
