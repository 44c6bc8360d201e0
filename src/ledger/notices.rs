//! Notices for players, and the debts whose notices are due.

use super::columns::{column, json_column, name_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::{Value, to_json, to_name, values};
use crate::model::{NoticeDetails, NoticeId, NoticeName, NoticeState, RefundId, Timestamp};

/// A notice as it is stored: without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoticeRow {
    pub(crate) id: NoticeId,
    pub(crate) player: String,
    pub(crate) refund: Option<RefundId>,
    pub(crate) name: NoticeName,
    pub(crate) details: NoticeDetails,
    pub(crate) made_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) state: NoticeState,
    pub(crate) shown_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
}

/// A debt whose notice is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwedNotice {
    pub(crate) refund: RefundId,
    /// Since when a report of the game makes it superfluous.
    pub(crate) since: Timestamp,
}

impl Tx<'_> {
    /// Writes a new notice, and returns its id; the row's own is ignored.
    pub(crate) fn insert_notice(&self, notice: &NoticeRow) -> Result<NoticeId, LedgerError> {
        self.insert(
            "notices",
            &values! {
                player: &notice.player,
                refund_id: notice.refund,
                name: notice.name.as_str(),
                details: &to_json(&notice.details)?,
                made_at: notice.made_at,
                expires_at: notice.expires_at,
                state: &to_name(&notice.state)?,
                shown_at: notice.shown_at,
                ended_at: notice.ended_at,
            },
        )
    }

    /// Writes a notice's state and its times.
    pub(crate) fn save_notice_state(&self, notice: &NoticeRow) -> Result<(), LedgerError> {
        let state = to_name(&notice.state)?;
        let columns = values! { state: &state, shown_at: notice.shown_at, ended_at: notice.ended_at };
        self.update("notices", notice.id, &columns)
    }

    /// Makes a refund's notices another's, which turned out to be the same.
    pub(crate) fn hand_notices_over(&self, from: RefundId, to: RefundId) -> Result<(), LedgerError> {
        self.execute("UPDATE notices SET refund_id = ?2 WHERE refund_id = ?1", &values![from, to]).map(drop)
    }

    /// Has the player notified at `due_at` of what is owed, if the game reports nothing until then.
    pub(crate) fn expect_report(
        &self,
        refund: RefundId,
        since: Timestamp,
        due_at: Timestamp,
    ) -> Result<(), LedgerError> {
        let row = values! { refund_id: refund, since: since, due_at: due_at };
        self.insert_all(
            "owed_notices",
            &[row],
            "ON CONFLICT (refund_id) DO UPDATE SET since = excluded.since, due_at = excluded.due_at",
        )
        .map(drop)
    }

    /// Expects no report on a refund any more.
    pub(crate) fn stop_expecting_report(&self, refund: RefundId) -> Result<(), LedgerError> {
        self.execute("DELETE FROM owed_notices WHERE refund_id = ?1", &values![refund]).map(drop)
    }
}

impl Read<'_> {
    /// The notices of a player that were not shown yet, oldest first.
    pub(crate) fn waiting_notices(&self, player: &str) -> Result<Vec<NoticeRow>, LedgerError> {
        self.all(
            "SELECT * FROM notices WHERE player = ?1 AND ended_at IS NULL AND state = 'waiting' ORDER BY id",
            &values![player],
            notice_row,
        )
    }

    /// The notices of these names that wait or were shown, and have not expired, oldest first.
    pub(crate) fn pending_notices(
        &self,
        player: &str,
        names: impl Iterator<Item = NoticeName>,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<NoticeRow>, LedgerError> {
        let mut wanted = names.map(NoticeName::as_str);
        let mut values = values![player, now, limit].to_vec();
        values.extend(NoticeName::ALL.iter().map(|_| Value::from(wanted.next())));
        self.all(
            "SELECT * FROM notices WHERE player = ?1 AND ended_at IS NULL AND expires_at > ?2
               AND name IN (?4, ?5, ?6, ?7, ?8, ?9, ?10) ORDER BY id LIMIT ?3",
            &values,
            notice_row,
        )
    }

    /// A notice by its id.
    pub(crate) fn notice(&self, id: NoticeId) -> Result<Option<NoticeRow>, LedgerError> {
        self.one("SELECT * FROM notices WHERE id = ?1", &values![id], notice_row)
    }

    /// Notices that have waited for too long.
    pub(crate) fn notices_to_expire(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<NoticeRow>, LedgerError> {
        self.all(
            "SELECT * FROM notices WHERE ended_at IS NULL AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2",
            &values![now, limit],
            notice_row,
        )
    }

    /// Debts whose players are to be notified.
    pub(crate) fn owed_notices_due(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<OwedNotice>, LedgerError> {
        self.all(
            "SELECT * FROM owed_notices WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
            &values![now, limit],
            |row| Ok(OwedNotice { refund: column(row, "refund_id")?, since: column(row, "since")? }),
        )
    }

    /// Whether a notice has waited for too long, or a debt's notice is due.
    pub(crate) fn any_notice_due(&self, now: Timestamp) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM notices WHERE ended_at IS NULL AND expires_at <= ?1)
                     OR EXISTS (SELECT 1 FROM owed_notices WHERE due_at <= ?1)";
        Ok(self.number(sql, &values![now])? == 1)
    }
}

pub(super) fn notice_row(row: &Row<'_>) -> Result<NoticeRow, LedgerError> {
    let unreadable = |what| LedgerError::Unreadable { what, problem: "NULL instead of a name".to_owned() };
    Ok(NoticeRow {
        id: column(row, "id")?,
        player: column(row, "player")?,
        refund: column(row, "refund_id")?,
        name: name_column(row, "name")?.ok_or_else(|| unreadable("name"))?,
        details: json_column(row, "details")?,
        made_at: column(row, "made_at")?,
        expires_at: column(row, "expires_at")?,
        state: name_column(row, "state")?.ok_or_else(|| unreadable("state"))?,
        shown_at: column(row, "shown_at")?,
        ended_at: column(row, "ended_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_room_for_every_name() {
        assert_eq!(NoticeName::ALL.len(), 7, "pending_notices has a place for each name");
    }
}
