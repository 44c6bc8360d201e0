//! What an export of a user has of operators' work, notices, exclusions and messages to webhook endpoints.

use crate::ledger::columns::column;
use crate::ledger::error::LedgerError;
use crate::ledger::exclusions::exclusion_row;
use crate::ledger::notes::note_row;
use crate::ledger::notices::{NoticeRow, notice_row};
use crate::ledger::tx::Read;
use crate::ledger::values::values;
use crate::ledger::webhooks::message_row;
use crate::model::{Event, Exclusion, Note, UserAccessOverride, WebhookMessage};

impl Read<'_> {
    /// A user's notices, oldest first, after a number.
    pub(crate) fn notices_after(
        &self,
        user: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<NoticeRow>, LedgerError> {
        self.all(
            "SELECT * FROM notices WHERE player = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            &values![user, after, limit],
            notice_row,
        )
    }

    /// The notes on a user and on the user's refunds, oldest first, after a number.
    pub(crate) fn notes_after(&self, user: &str, after: i64, limit: i64) -> Result<Vec<Note>, LedgerError> {
        self.all(
            "SELECT * FROM (
               SELECT * FROM notes WHERE player = ?1 AND id > ?2
               UNION ALL SELECT * FROM notes WHERE id > ?2 AND refund_id IN (SELECT id FROM refunds WHERE player = ?1)
             ) AS notes_of_user ORDER BY id LIMIT ?3",
            &values![user, after, limit],
            note_row,
        )
    }

    /// Operators' decisions on a user's access, oldest first, after a number.
    pub(crate) fn access_overrides_after(
        &self,
        user: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<UserAccessOverride>, LedgerError> {
        self.all(
            "SELECT * FROM access_overrides WHERE player = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            &values![user, after, limit],
            |row| {
                Ok(UserAccessOverride {
                    id: column(row, "id")?,
                    product: column(row, "product")?,
                    access: column(row, "access")?,
                    who: column(row, "who")?,
                    why: column(row, "why")?,
                    made_at: column(row, "made_at")?,
                    until: column(row, "until")?,
                    ended_at: column(row, "ended_at")?,
                })
            },
        )
    }

    /// The exclusions of a user, active and ended.
    pub(crate) fn exclusions_of_user(&self, user: &str) -> Result<Vec<Exclusion>, LedgerError> {
        self.all(
            "SELECT * FROM exclusions WHERE value = ?1 AND kind = 'user' ORDER BY id",
            &values![user],
            exclusion_row,
        )
    }

    /// The messages about a user to webhook endpoints, oldest first, after a number; their `webhook_id`s are not set.
    pub(crate) fn messages_after(
        &self,
        user: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(WebhookMessage, Event)>, LedgerError> {
        self.all(
            "SELECT * FROM webhook_messages WHERE player = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            &values![user, after, limit],
            |row| Ok((message_row(row)?, crate::ledger::columns::json_column(row, "event")?)),
        )
    }
}
