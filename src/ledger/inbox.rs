//! What came in: each notification once, with its raw body; the dead letters; how much is kept of what strangers may have a
//! hand in; and the requests that were refused, counted by reason.

use ring::digest::{SHA256, digest};

use super::columns::{column, store_column};
use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::{to_name, values};
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
    /// Whether it comes from a sweep and not from the store's webhook.
    pub(crate) swept: bool,
    pub(crate) body: &'a [u8],
    /// Whether the body is kept, or only its SHA-256.
    pub(crate) keeps_body: bool,
}

impl Tx<'_> {
    /// Keeps a notification that is new, and returns its number.
    pub(crate) fn keep_notification(&self, new: &NewNotification<'_>) -> Result<i64, LedgerError> {
        self.collected.by_sweep(new.swept);
        let sha256 = (!new.keeps_body).then(|| digest(&SHA256, new.body));
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
                body: new.keeps_body.then_some(new.body),
                body_sha256: sha256.as_ref().map(AsRef::as_ref),
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
                    store: store_column(row)?,
                    received_at: column(row, "received_at")?,
                    code: column(row, "code")?,
                    message: column(row, "message")?,
                    body: column(row, "body")?,
                })
            },
        )
    }

    /// The raw body of a notification, by its number; `None` also where it was removed.
    pub(crate) fn body(&self, inbox: i64) -> Result<Option<Vec<u8>>, LedgerError> {
        let body =
            self.one("SELECT body FROM inbox WHERE id = ?1", &values![inbox], |row| column(row, "body"));
        Ok(body?.flatten())
    }

    /// The SHA-256 of a raw body that was removed.
    pub(crate) fn removed_body(&self, inbox: i64) -> Result<Option<Vec<u8>>, LedgerError> {
        let sha256 = self.one("SELECT body_sha256 FROM inbox WHERE id = ?1", &values![inbox], |row| {
            column(row, "body_sha256")
        });
        Ok(sha256?.flatten())
    }
}

/// What has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeptKind {
    /// Authentic messages that were not understood.
    DeadLetters,
    /// Unsigned messages.
    Hints,
}

impl KeptKind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::DeadLetters => "dead_letters",
            Self::Hints => "hints",
        }
    }
}

/// How much there is of a kind, or may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) count: u64,
    pub(crate) bytes: u64,
}

impl Amount {
    /// Whether nothing more may be kept.
    pub(crate) const fn is_full(self, limit: Self) -> bool {
        self.count >= limit.count || self.bytes >= limit.bytes
    }
}

impl Read<'_> {
    /// How much is kept of a kind.
    pub(crate) fn kept(&self, kind: KeptKind) -> Result<Amount, LedgerError> {
        let row =
            self.one("SELECT count, bytes FROM kept WHERE kind = ?1", &values![kind.name()], |row| {
                Ok((column::<i64>(row, "count")?, column::<i64>(row, "bytes")?))
            })?;
        let (count, bytes) = row.unwrap_or_default();
        let number = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(Amount { count: number(count), bytes: number(bytes) })
    }

    /// Whether a purchase is known by its token or its order: recorded by the host, or reported by the store before.
    pub(crate) fn knows_purchase(
        &self,
        store: &str,
        order_id: Option<&str>,
        token: Option<&str>,
    ) -> Result<bool, LedgerError> {
        let found = self.number(
            "SELECT EXISTS (SELECT 1 FROM purchases WHERE store = ?1 AND purchase_token = ?2)
                 OR EXISTS (SELECT 1 FROM purchases WHERE store = ?1 AND linked_token = ?2)
                 OR EXISTS (SELECT 1 FROM purchases WHERE store = ?1 AND order_id = ?3)
                 OR EXISTS (SELECT 1 FROM orders WHERE store = ?1 AND purchase_token = ?2)
                 OR EXISTS (SELECT 1 FROM orders WHERE store = ?1 AND order_id = ?3)
                 OR EXISTS (SELECT 1 FROM refunds WHERE store = ?1 AND purchase_token = ?2)
                 OR EXISTS (SELECT 1 FROM refunds WHERE store = ?1 AND order_id = ?3)",
            &values![store, token, order_id],
        )?;
        Ok(found > 0)
    }
}

impl Tx<'_> {
    /// Counts one more that is kept.
    pub(crate) fn count_kept(&self, kind: KeptKind, bytes: usize) -> Result<(), LedgerError> {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.insert_all(
            "kept",
            &[values! { kind: kind.name(), count: 1_i64, bytes: bytes }],
            "ON CONFLICT (kind) DO UPDATE SET count = kept.count + 1, bytes = kept.bytes + excluded.bytes",
        )
        .map(drop)
    }

    /// Counts what is kept no longer.
    pub(super) fn uncount_kept(&self, kind: KeptKind, count: i64, bytes: i64) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE kept SET count = CASE WHEN count > ?2 THEN count - ?2 ELSE 0 END,
               bytes = CASE WHEN bytes > ?3 THEN bytes - ?3 ELSE 0 END WHERE kind = ?1",
            &values![kind.name(), count, bytes],
        )
        .map(drop)
    }

    /// Notes that a notification was counted as a hint with so many bytes, for when its body is removed.
    pub(crate) fn note_hint(
        &self,
        (store, app, notification_id): (&Store, &str, &str),
        bytes: usize,
    ) -> Result<(), LedgerError> {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let noted = self.execute(
            "UPDATE inbox SET hint_bytes = ?4
             WHERE store = ?1 AND app = ?2 AND notification_id = ?3 AND body IS NOT NULL",
            &values![store.as_str(), app, notification_id, bytes],
        )?;
        // Its body was not kept at all.
        if noted == 0 { self.uncount_kept(KeptKind::Hints, 0, bytes) } else { Ok(()) }
    }
}

/// How often one reason was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefusalRow {
    /// The store's name; empty where the request was refused before it was any store's.
    pub(crate) store: String,
    pub(crate) code: String,
    pub(crate) count: i64,
    pub(crate) last_at: Timestamp,
    /// The last one's words.
    pub(crate) message: String,
}

impl Tx<'_> {
    /// Adds to what is counted.
    pub(crate) fn add_refusals(&self, rows: &[RefusalRow]) -> Result<(), LedgerError> {
        for row in rows {
            let row = values! {
                store: &row.store,
                code: &row.code,
                count: row.count,
                first_at: row.last_at,
                last_at: row.last_at,
                message: &row.message,
            };
            self.insert_all(
                "refusals",
                &[row],
                "ON CONFLICT (store, code) DO UPDATE
                 SET count = refusals.count + excluded.count, last_at = excluded.last_at, message = excluded.message",
            )?;
        }
        Ok(())
    }
}

impl Read<'_> {
    /// What was refused since a time, the latest first. The counts are of all time.
    pub(crate) fn refusals(&self, since: Timestamp) -> Result<Vec<RefusalRow>, LedgerError> {
        self.all(
            "SELECT * FROM refusals WHERE last_at >= ?1 ORDER BY last_at DESC, store, code",
            &values![since],
            |row| {
                Ok(RefusalRow {
                    store: column(row, "store")?,
                    code: column(row, "code")?,
                    count: column(row, "count")?,
                    last_at: column(row, "last_at")?,
                    message: column(row, "message")?,
                })
            },
        )
    }
}
