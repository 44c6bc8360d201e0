//! What stores sent: each notification once, with its raw body; and the dead letters.

use super::error::LedgerError;
use super::kept::KeptKind;
use super::tx::{Read, Tx};
use super::values::{column, to_name, values};
use crate::model::{DeadLetter, MeaningKind, RefundId, Store, Timestamp};

/// A notification to keep.
pub(crate) struct NewNotification<'a> {
    pub(crate) store: &'a Store,
    pub(crate) app: &'a str,
    pub(crate) notification_id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) meaning: MeaningKind,
    pub(crate) made_at: Timestamp,
    pub(crate) received_at: Timestamp,
    /// The refund that it is about.
    pub(crate) refund: Option<RefundId>,
    /// Whether the store was asked for it.
    pub(crate) swept: bool,
    pub(crate) body: &'a [u8],
}

impl Tx<'_> {
    /// Keeps a notification that is new, and returns its number.
    pub(crate) fn keep_notification(&self, new: &NewNotification<'_>) -> Result<i64, LedgerError> {
        self.insert(
            "inbox",
            &values! {
                store: new.store.as_str(),
                app: new.app,
                notification_id: new.notification_id,
                name: new.name,
                meaning: &to_name(&new.meaning)?,
                made_at: new.made_at,
                received_at: new.received_at,
                refund_id: new.refund,
                swept: new.swept,
                body: new.body,
            },
        )
    }

    /// Whether a dead letter with this digest is kept already.
    pub(crate) fn has_dead_letter(&self, store: &Store, sha256: &[u8]) -> Result<bool, LedgerError> {
        let count = self.read().number(
            "SELECT count(*) FROM dead_letters WHERE store = ?1 AND sha256 = ?2",
            &values![store.as_str(), sha256],
        )?;
        Ok(count > 0)
    }

    /// Keeps an authentic message that was not understood, by the digest of what the store signed of it. `false`: the same
    /// was kept before.
    pub(crate) fn keep_dead_letter(&self, letter: &DeadLetter, sha256: &[u8]) -> Result<bool, LedgerError> {
        let row = values! {
            store: letter.store.as_str(),
            sha256: sha256,
            received_at: letter.received_at,
            code: &letter.code,
            message: &letter.message,
            body: &letter.body,
        };
        let kept = self.insert_all("dead_letters", &[row], "ON CONFLICT (store, sha256) DO NOTHING")?;
        if kept == 1 {
            self.count_kept(KeptKind::DeadLetters, letter.body.len().saturating_add(letter.message.len()))?;
        }
        Ok(kept == 1)
    }
}

impl Read<'_> {
    /// Whether a notification was ingested before, and about which refund.
    pub(crate) fn refund_of_notification(
        &self,
        store: &Store,
        app: &str,
        notification_id: &str,
    ) -> Result<Option<Option<RefundId>>, LedgerError> {
        self.one(
            "SELECT refund_id FROM inbox WHERE store = ?1 AND app = ?2 AND notification_id = ?3",
            &values![store.as_str(), app, notification_id],
            |row| column(row, "refund_id"),
        )
    }

    /// Dead letters, newest first, from before the given id.
    pub(crate) fn dead_letters(&self, before: i64, limit: i64) -> Result<Vec<DeadLetter>, LedgerError> {
        self.all(
            "SELECT * FROM dead_letters WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
            &values![before, limit],
            |row| {
                Ok(DeadLetter {
                    id: column(row, "id")?,
                    store: super::refunds::store_column(row)?,
                    received_at: column(row, "received_at")?,
                    code: column(row, "code")?,
                    message: column(row, "message")?,
                    body: column(row, "body")?,
                })
            },
        )
    }

    /// The raw body of a notification, by its number.
    pub(crate) fn body(&self, inbox: i64) -> Result<Option<Vec<u8>>, LedgerError> {
        self.one("SELECT body FROM inbox WHERE id = ?1", &values![inbox], |row| column(row, "body"))
    }
}
