//! Notices for players: reading and marking them, and what makes and ends them.

mod causes;
mod changes;

use std::collections::BTreeSet;

use super::Engine;
use super::change::Rules;
use super::query::MAX_PAGE;
use crate::error::Error;
use crate::ledger::NoticeRow;
use crate::model::{Notice, NoticeId, NoticeMark, NoticeName, NoticeTexts, Span};
use crate::uuid;

/// The operator's choices about notices.
#[derive(Debug)]
pub(crate) struct NoticeRules {
    /// Which ones are made.
    pub(crate) make: BTreeSet<NoticeName>,
    /// How long one waits.
    pub(crate) keep: Span,
    /// How long after a refund a debt is notified of if the game has reported nothing.
    pub(crate) owed_after: Span,
    /// Whether each makes an event as well.
    pub(crate) events: bool,
    /// What they say.
    pub(crate) texts: NoticeTexts,
}

impl NoticeRules {
    fn makes(&self, name: NoticeName) -> bool {
        self.make.contains(&name)
    }
}

impl Engine {
    /// The notices that a user is to be shown, oldest first: those that wait, and those that were shown and not
    /// acknowledged. At most `limit` of them, and [`MAX_PAGE`]. For every login: reads one index, and never waits for
    /// the writer.
    ///
    /// `locale` is the player's language, such as `ko-KR`. Texts are in the best language that there is for it: without
    /// its subtags from the end (RFC 4647, lookup), else in the configured default language, else in English.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn pending_notices(&self, user: &str, locale: &str, limit: usize) -> Result<Vec<Notice>, Error> {
        let known = uuid::canonical(user);
        let limit = i64::try_from(limit.clamp(1, MAX_PAGE)).unwrap_or(1);
        let names = || self.rules.notices.make.iter().copied();
        self.read(|read| {
            let rows = read.pending_notices(&known, names(), self.clock.now(), limit)?;
            let spelling = read.spelling(&known)?;
            let in_words = |row| Notice { user: spelling.clone(), ..worded(row, locale, &self.rules) };
            Ok(rows.into_iter().map(in_words).collect())
        })
    }

    /// Reports that a user has seen a notice, or has confirmed it. A state only moves forward, and repeating a report
    /// changes nothing. Returns the notice, in the configured default language. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_notice` if the user has no such notice; [`Error::Ledger`].
    pub fn mark_notice(&self, user: &str, id: NoticeId, mark: NoticeMark) -> Result<Notice, Error> {
        let player = uuid::canonical(user);
        let unknown = format!("{user:?} has no notice {id}: use an id of the user's pending notices");
        let row = self.change(move |change| {
            let row = change.tx.read().notice(id)?.filter(|row| row.player == player);
            let row = row.ok_or_else(|| Error::Refused { code: "unknown_notice", facts: unknown.clone() })?;
            let mut row = change.mark_notice(row, mark)?;
            row.player = change.tx.spelling(&row.player)?;
            Ok(row)
        })?;
        Ok(worded(row, self.rules.notices.texts.default_locale(), &self.rules))
    }
}

/// A notice with its text.
pub(super) fn worded(row: NoticeRow, locale: &str, rules: &Rules) -> Notice {
    let words = rules.notices.texts.word(row.name, &row.details, locale, &rules.catalogue);
    Notice {
        id: row.id,
        user: row.player,
        name: row.name,
        state: row.state,
        refund: row.refund,
        made_at: row.made_at,
        expires_at: row.expires_at,
        shown_at: row.shown_at,
        ended_at: row.ended_at,
        details: row.details,
        locale: words.locale,
        title: words.title,
        text: words.text,
    }
}
