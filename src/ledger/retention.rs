//! Removes what is older than its retention, a step at a time.

use ring::digest::{SHA256, digest};

use super::columns::column;
use super::error::LedgerError;
use super::inbox::KeptKind;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{EventId, Timestamp};

/// How many bytes of bodies one step reads, for their SHA-256, and overwrites: some 20 ms of the writer.
const BYTES_AT_ONCE: i64 = 4 << 20;

/// The newest raw bodies, and the oldest one's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeptBodies {
    /// When the oldest of all was received.
    pub(crate) oldest: Timestamp,
    /// When the oldest of the newest was.
    pub(crate) sampled_from: Timestamp,
    /// How many bytes the newest have together.
    pub(crate) sampled_bytes: i64,
}

impl Tx<'_> {
    /// Removes raw bodies received before a time, the oldest first, and returns their number.
    pub(crate) fn prune_bodies(&self, before: Timestamp, limit: i64) -> Result<u64, LedgerError> {
        let found: Vec<(i64, i64)> = self.read().all(
            "SELECT id, length(body) AS size FROM inbox WHERE body IS NOT NULL AND received_at < ?1
             ORDER BY received_at LIMIT ?2",
            &values![before, limit],
            |row| Ok((column(row, "id")?, column(row, "size")?)),
        )?;
        let (mut removed, mut bytes) = (0, 0_i64);
        for (id, size) in found {
            if removed > 0 && bytes.saturating_add(size) > BYTES_AT_ONCE {
                break;
            }
            bytes = bytes.saturating_add(size);
            removed += u64::from(self.drop_body(id)?);
        }
        Ok(removed)
    }

    /// Replaces the raw body of a notification by its SHA-256; `false` if it has none. One that was counted as a hint makes
    /// room for others.
    pub(crate) fn drop_body(&self, inbox: i64) -> Result<bool, LedgerError> {
        let found: Option<(Option<Vec<u8>>, Option<i64>)> =
            self.read().one("SELECT body, hint_bytes FROM inbox WHERE id = ?1", &values![inbox], |row| {
                Ok((column(row, "body")?, column(row, "hint_bytes")?))
            })?;
        let Some((Some(body), hint_bytes)) = found else { return Ok(false) };
        let dropped = self.execute(
            "UPDATE inbox SET body = NULL, body_sha256 = ?2, hint_bytes = NULL WHERE id = ?1",
            &values![inbox, digest(&SHA256, &body).as_ref()],
        )? == 1;
        if let Some(bytes) = hint_bytes {
            self.uncount_kept(KeptKind::Hints, 0, bytes)?;
        }
        Ok(dropped)
    }

    /// Removes dead letters received before a time, the oldest first.
    pub(crate) fn prune_dead_letters(&self, before: Timestamp, limit: i64) -> Result<u64, LedgerError> {
        let found: Vec<(i64, i64)> = self.read().all(
            "SELECT id, message, length(body) AS size FROM dead_letters WHERE received_at < ?1 ORDER BY id LIMIT ?2",
            &values![before, limit],
            |row| {
                let message = i64::try_from(column::<String>(row, "message")?.len()).unwrap_or(0);
                Ok((column(row, "id")?, message.saturating_add(column(row, "size")?)))
            },
        )?;
        let (mut removed, mut bytes) = (0, 0_i64);
        for (id, size) in found {
            if removed > 0 && bytes.saturating_add(size) > BYTES_AT_ONCE {
                break;
            }
            bytes = bytes.saturating_add(size);
            removed += u64::from(self.drop_dead_letter(id, size)?);
        }
        Ok(removed)
    }

    /// Removes a dead letter that was counted with so many bytes.
    pub(crate) fn drop_dead_letter(&self, id: i64, bytes: i64) -> Result<bool, LedgerError> {
        let dropped = self.execute("DELETE FROM dead_letters WHERE id = ?1", &values![id])? == 1;
        if dropped {
            self.uncount_kept(KeptKind::DeadLetters, 1, bytes)?;
        }
        Ok(dropped)
    }

    /// Removes answers under keys given before a time, except of events that wait or whose refund is open: a host that
    /// repeats its report of such an event must get the first answer.
    pub(crate) fn prune_requests(&self, before: Timestamp, limit: i64) -> Result<u64, LedgerError> {
        let keys: Vec<String> = self.read().all(
            "SELECT key FROM requests WHERE at < ?1 AND (refund_id IS NULL OR NOT EXISTS
               (SELECT 1 FROM refunds WHERE refunds.id = requests.refund_id
                AND refunds.work_status IN ('open', 'recovering', 'returning')))
             ORDER BY at LIMIT ?2",
            &values![before, limit],
            |row| column(row, "key"),
        )?;
        let mut removed = 0;
        for key in keys {
            let event = key.strip_prefix("event:").and_then(|id| id.parse::<EventId>().ok());
            if let Some(event) = event
                && self.read().event(event)?.is_some()
            {
                continue;
            }
            let deleted = self.execute("DELETE FROM requests WHERE key = ?1", &values![&key])?;
            removed += u64::from(deleted == 1);
        }
        Ok(removed)
    }

    /// Removes messages to webhook endpoints that were settled before a time.
    pub(crate) fn prune_webhook_messages(&self, before: Timestamp, limit: i64) -> Result<u64, LedgerError> {
        let endpoints: Vec<String> =
            self.read().all("SELECT name FROM webhook_endpoints", &[], |row| column(row, "name"))?;
        let (mut removed, mut left) = (0, limit);
        for endpoint in endpoints {
            let deleted = self.execute(
                "DELETE FROM webhook_messages WHERE id IN (SELECT id FROM webhook_messages
                   WHERE endpoint = ?1 AND settled_at < ?2 ORDER BY settled_at LIMIT ?3)",
                &values![&endpoint, before, left],
            )?;
            left = left.saturating_sub(i64::try_from(deleted).unwrap_or(i64::MAX));
            removed += u64::try_from(deleted).unwrap_or(u64::MAX);
        }
        Ok(removed)
    }

    /// Removes notices that ended before a time, the first to end first.
    pub(crate) fn prune_notices(&self, before: Timestamp, limit: i64) -> Result<u64, LedgerError> {
        let deleted = self.execute(
            "DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)",
            &values![before, limit],
        )?;
        Ok(u64::try_from(deleted).unwrap_or(u64::MAX))
    }

    /// Removes entries of the audit written before a time, the oldest first.
    pub(crate) fn prune_audit(&self, before: Timestamp, limit: i64) -> Result<u64, LedgerError> {
        let deleted = self.execute(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 ORDER BY at LIMIT ?2)",
            &values![before, limit],
        )?;
        Ok(u64::try_from(deleted).unwrap_or(u64::MAX))
    }

    /// Removes operators' sessions that ended before a time, the first to end first.
    pub(crate) fn prune_sessions(&self, before: Timestamp, limit: i64) -> Result<u64, LedgerError> {
        let deleted = self.execute(
            "DELETE FROM sessions WHERE token IN (SELECT token FROM sessions WHERE until < ?1 ORDER BY until LIMIT ?2)",
            &values![before, limit],
        )?;
        Ok(u64::try_from(deleted).unwrap_or(u64::MAX))
    }

    /// Notes which refund an answer under a key of an event is about.
    pub(crate) fn keep_request_for(&self, key: &str, refund: i64) -> Result<(), LedgerError> {
        self.execute("UPDATE requests SET refund_id = ?2 WHERE key = ?1", &values![key, refund]).map(drop)
    }
}

impl Read<'_> {
    /// The raw bodies there are, by the newest `limit` of them; `None` without any.
    pub(crate) fn kept_bodies(&self, limit: i64) -> Result<Option<KeptBodies>, LedgerError> {
        let oldest = self.one(
            "SELECT received_at FROM inbox WHERE body IS NOT NULL ORDER BY received_at LIMIT 1",
            &[],
            |row| column(row, "received_at"),
        )?;
        let Some(oldest) = oldest else { return Ok(None) };
        let mut bodies = KeptBodies { oldest, sampled_from: oldest, sampled_bytes: 0 };
        self.each(
            "SELECT received_at, length(body) AS size FROM inbox WHERE body IS NOT NULL
             ORDER BY received_at DESC LIMIT ?1",
            &values![limit],
            |row| {
                bodies.sampled_from = column(row, "received_at")?;
                bodies.sampled_bytes = bodies.sampled_bytes.saturating_add(column(row, "size")?);
                Ok(())
            },
        )?;
        Ok(Some(bodies))
    }
}
