//! Changes of notices: made, replaced, marked, withdrawn and expired.

use super::worded;
use crate::engine::change::Change;
use crate::ledger::{LedgerError, NewEntry, NoticeRow};
use crate::model::{Event, EventKind, Happening, NoticeDetails, NoticeMark, NoticeName, NoticeState, Refund};

/// How many notices of one user wait at most: more are not read at a login. The oldest expires then.
const MAX_WAITING: usize = 100;

/// A notice to make.
pub(in crate::engine) struct NewNotice<'a> {
    pub(in crate::engine) name: NoticeName,
    /// The refund that is its cause.
    pub(in crate::engine) refund: Option<&'a Refund>,
    pub(in crate::engine) details: NoticeDetails,
}

impl Change<'_> {
    /// Withdraws a player's notices that were not shown yet and whose cause is undone, and makes a new one, if the
    /// configuration has it made. It replaces one of the same refund and name.
    pub(in crate::engine) fn change_notices(
        &self,
        player: &str,
        is_undone: impl Fn(&NoticeRow) -> bool,
        new: Option<NewNotice<'_>>,
    ) -> Result<(), LedgerError> {
        if self.rules.notices.make.is_empty() {
            return Ok(());
        }
        let new = new.filter(|new| self.rules.notices.makes(new.name));
        let is_replaced = |row: &NoticeRow| {
            new.as_ref().is_some_and(|new| {
                new.name == row.name
                    && row.refund.is_some()
                    && new.refund.map(|refund| refund.id) == row.refund
            })
        };
        let (ended, left): (Vec<NoticeRow>, Vec<NoticeRow>) = self
            .tx
            .read()
            .waiting_notices(player)?
            .into_iter()
            .partition(|row| is_undone(row) || is_replaced(row));
        for row in ended {
            self.end_notice(row, NoticeState::Withdrawn)?;
        }
        let Some(new) = new else { return Ok(()) };
        let over = (left.len() + 1).saturating_sub(MAX_WAITING);
        for row in left.into_iter().take(over) {
            self.end_notice(row, NoticeState::Expired)?;
        }
        self.make_notice(player, new)
    }

    fn make_notice(&self, player: &str, new: NewNotice<'_>) -> Result<(), LedgerError> {
        let NewNotice { name, refund, details } = new;
        let mut row = NoticeRow {
            id: 0,
            player: player.to_owned(),
            refund: refund.map(|refund| refund.id),
            name,
            details,
            made_at: self.now,
            expires_at: self.now.plus(self.rules.notices.keep),
            state: NoticeState::Waiting,
            shown_at: None,
            ended_at: None,
        };
        row.id = self.tx.insert_notice(&row)?;
        self.journal_notice(&row, refund, &Happening::NoticeMade { notice: row.id, name })?;
        if !self.rules.notices.events {
            return Ok(());
        }
        self.queue_event(Event {
            id: 0,
            kind: EventKind::Notice,
            user: Some(player.to_owned()),
            refund_id: row.refund,
            at: self.now,
            attempt: 0,
            refund: refund.cloned(),
            block: None,
            gap: None,
            recovery: None,
            notice: Some(worded(row, self.rules.notices.texts.default_locale(), self.rules)),
            access: None,
        })
    }

    /// Ends a notice that waits or was shown.
    fn end_notice(&self, mut row: NoticeRow, state: NoticeState) -> Result<(), LedgerError> {
        row.state = state;
        row.ended_at = Some(self.now);
        self.tx.save_notice_state(&row)?;
        let refund = row.refund.map(|refund| self.tx.refund(refund)).transpose()?.flatten();
        let happening = Happening::NoticeEnded { notice: row.id, name: row.name, state };
        self.journal_notice(&row, refund.as_ref(), &happening)
    }

    /// Notes what the game reports of a notice. One that has ended keeps its state, but it was shown.
    pub(super) fn mark_notice(&self, row: NoticeRow, mark: NoticeMark) -> Result<NoticeRow, LedgerError> {
        let after = row.state.after(mark);
        let shown_at = row.shown_at.or(Some(self.now));
        if after == NoticeState::Acknowledged && row.state.is_pending() {
            self.end_notice(NoticeRow { shown_at, ..row.clone() }, after)?;
            return Ok(NoticeRow { state: after, shown_at, ended_at: Some(self.now), ..row });
        }
        let marked = NoticeRow { state: after, shown_at, ..row.clone() };
        if marked != row {
            self.tx.save_notice_state(&marked)?;
        }
        Ok(marked)
    }

    /// Expires the notices that have waited for too long.
    pub(super) fn expire_old_notices(&self, at_most: i64) -> Result<usize, LedgerError> {
        let rows = self.tx.read().notices_to_expire(self.now, at_most)?;
        let count = rows.len();
        for row in rows {
            self.end_notice(row, NoticeState::Expired)?;
        }
        Ok(count)
    }

    fn journal_notice(
        &self,
        row: &NoticeRow,
        refund: Option<&Refund>,
        happening: &Happening,
    ) -> Result<(), LedgerError> {
        let entry = NewEntry {
            inbox: self.inbox,
            refund: row.refund,
            order: refund.and_then(|refund| refund.case.about.order_id.as_deref()),
            user: Some(&row.player),
        };
        self.tx.write_journal(entry, self.now, happening)
    }
}
