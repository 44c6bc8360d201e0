//! An operator's work on refunds: who works on it, notes, closing what the books cannot know, and the whole file of a case.

mod bulk;
mod find;
mod list;
mod status;

pub(super) use status::checked;

use super::change::Change;
use super::query::MAX_HISTORY;
use super::record::OperatorRemark;
use super::recovery::{books_of, refused};
use super::until_repaid::show_block;
use super::{Engine, by_operator};
use crate::error::Error;
use crate::ledger::{Case, NewEntry, NewNote};
use crate::model::{
    CaseFile, Closed, ClosedAs, Happening, MAX_NOTE, MAX_NOTES, Note, NoteOn, Recovery, Refund, RefundAt,
    RefundId, WorkStatus, check_text, check_user,
};
use crate::uuid;

/// The longest name of an assignee, in bytes: an e-mail address has room.
const MAX_ASSIGNEE: usize = 64;

impl Engine {
    /// Closes a refund of which the books do not know how much was due: its grants or its size are unknown, or its
    /// player is. Holds for what is refunded now: if more is refunded later, the refund is open again. Waits for one
    /// commit.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::Conflict`]; [`Error::Refused`] with the code `still_owed` if something is owed (report what was
    /// taken, or forgive it) or `nothing_owed` if the books know that nothing is; [`Error::BadText`]; [`Error::Ledger`].
    pub fn close_refund(
        &self,
        refund: impl Into<RefundAt>,
        closed_as: ClosedAs,
        who: &str,
        why: &str,
    ) -> Result<Refund, Error> {
        let by = by_operator("-", who, why)?;
        let refund = checked(refund)?;
        self.change(move |change| change.close(&refund, closed_as, &by))
    }

    /// Takes back that a refund was closed. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::Conflict`]; [`Error::Refused`] with the code `not_closed`; [`Error::BadText`];
    /// [`Error::Ledger`].
    pub fn reopen_refund(&self, refund: impl Into<RefundAt>, who: &str, why: &str) -> Result<Refund, Error> {
        let by = by_operator("-", who, why)?;
        let refund = checked(refund)?;
        self.change(move |change| change.reopen(&refund, &by))
    }

    /// Assigns a refund to an operator, by any name of 1 to 64 bytes, or to none. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::Conflict`]; [`Error::BadText`]; [`Error::Ledger`].
    pub fn assign_refund(
        &self,
        refund: impl Into<RefundAt>,
        to: Option<&str>,
        who: &str,
        why: &str,
    ) -> Result<Refund, Error> {
        let by = by_operator("-", who, why)?;
        check_assignee(to)?;
        let (to, refund) = (to.map(str::to_owned), checked(refund)?);
        self.change(move |change| change.assign(&refund, to.as_deref(), &by))
    }

    /// Writes a note on a refund or a user: plain text of 1 to 4096 bytes, never edited. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::Refused`] with the code `too_many` at 1000 notes; [`Error::BadText`];
    /// [`Error::Ledger`].
    pub fn add_note(&self, on: &NoteOn, text: &str, who: &str) -> Result<Note, Error> {
        let OperatorRemark { who, .. } = by_operator("-", who, "-")?;
        // A note may have several lines.
        check_text("text", text.replace(['\n', '\t'], " ").as_str(), MAX_NOTE)?;
        if let NoteOn::User(user) = on {
            check_user(user)?;
        }
        let (on, text) = (on.clone(), text.to_owned());
        self.change(move |change| change.add_note(&on, &text, &who))
    }

    /// The notes on a refund or a user, oldest first.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn notes(&self, on: &NoteOn) -> Result<Vec<Note>, Error> {
        let known = canonical(on);
        self.read(|read| {
            let mut notes = read.notes(&known, MAX_NOTES)?;
            for note in &mut notes {
                note.on.clone_from(on);
            }
            Ok(notes)
        })
    }

    /// All that is known of one refund; `None` if there is no such refund.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn case_file(&self, refund: RefundId) -> Result<Option<CaseFile>, Error> {
        let rounding = self.rules.rounding;
        let limit = i64::try_from(MAX_HISTORY).unwrap_or(i64::MAX);
        self.read(|read| {
            let Some(case) = read.case(refund)? else { return Ok(None) };
            let recovery = books_of(&case, &read.balances(refund)?, rounding);
            let mut file = CaseFile {
                recovery,
                entries: read.recovery_entries(refund)?,
                blocks: read.blocks_by_refund(refund)?,
                notes: read.notes(&NoteOn::Refund(refund), MAX_NOTES)?,
                journal: read.journal_of_refund(refund, limit)?,
                refund: case.refund,
            };
            read.spell_refund(&mut file.refund)?;
            file.entries.iter_mut().try_for_each(|entry| read.spell(&mut entry.user))?;
            file.blocks.iter_mut().try_for_each(|block| show_block(read, block))?;
            file.journal.iter_mut().try_for_each(|entry| read.spell_entry(entry))?;
            Ok(Some(file))
        })
    }
}

impl Change<'_> {
    fn close(&self, refund: &RefundAt, closed_as: ClosedAs, by: &OperatorRemark) -> Result<Refund, Error> {
        let mut case = self.case_at(refund)?;
        self.close_case(&mut case, closed_as)?;
        let (who, why) = (by.who.clone(), by.why.clone());
        self.journal(&case, &Happening::Closed { closed_as, who, why })?;
        self.spelled_refund(case.refund)
    }

    fn reopen(&self, refund: &RefundAt, by: &OperatorRemark) -> Result<Refund, Error> {
        let mut case = self.case_at(refund)?;
        if case.closed.take().is_none() {
            let facts = format!("refund {} was not closed by an operator", case.refund.id);
            return Err(refused("not_closed", &facts));
        }
        self.save_books(&mut case, false)?;
        let (who, why) = (by.who.clone(), by.why.clone());
        self.journal(&case, &Happening::Reopened { who, why })?;
        self.spelled_refund(case.refund)
    }

    fn assign(&self, refund: &RefundAt, to: Option<&str>, by: &OperatorRemark) -> Result<Refund, Error> {
        let mut case = self.case_at(refund)?;
        if case.refund.assignee.as_deref() != to {
            case.refund.assignee = to.map(str::to_owned);
            self.save_books(&mut case, false)?;
            let (who, why) = (by.who.clone(), by.why.clone());
            let to = to.map(str::to_owned);
            self.journal(&case, &Happening::Assigned { to, who, why })?;
        }
        self.spelled_refund(case.refund)
    }

    /// Closes a case and saves it.
    fn close_case(&self, case: &mut Case, closed_as: ClosedAs) -> Result<(), Error> {
        let books = books_of(case, &self.tx.read().balances(case.refund.id)?, self.rules.rounding);
        if books.is_owed() {
            return Err(still_owed(case.refund.id, &books));
        }
        case.closed = None;
        self.book(case)?;
        // A block until repaid ends by closing, also of a test purchase or a hint, which are no work otherwise.
        let is_open =
            matches!(case.refund.work_status, WorkStatus::Open | WorkStatus::Recovering) || case.unpaid;
        case.closed = Some(Closed { closed_as, total: case.refund.case.reported_total });
        if !is_open {
            let facts = format!(
                "refund {} is {}: nothing is owed for it, so there is nothing to close",
                case.refund.id,
                case.refund.work_status.as_str()
            );
            return Err(refused("nothing_owed", &facts));
        }
        self.save_books(case, false)?;
        Ok(())
    }

    fn add_note(&self, on: &NoteOn, text: &str, who: &str) -> Result<Note, Error> {
        let known = canonical(on);
        let case = match &known {
            NoteOn::Refund(id) => Some(self.tx.case(*id)?.ok_or(Error::UnknownRefund { id: *id })?),
            NoteOn::User(_) => None,
        };
        if i64::try_from(self.tx.read().notes(&known, MAX_NOTES)?.len()).unwrap_or(i64::MAX) >= MAX_NOTES {
            let facts =
                format!("{MAX_NOTES} notes are the most: keep longer records elsewhere, and note where");
            return Err(refused("too_many", &facts));
        }
        let new = NewNote { on: &known, who, text };
        let id = self.tx.insert_note(&new, self.now)?;
        let happening = Happening::Noted { note: id, who: who.to_owned() };
        match (&case, &known) {
            (Some(case), _) => self.journal(case, &happening)?,
            (None, NoteOn::User(user)) => {
                self.tx.write_journal(
                    NewEntry { user: Some(user), ..NewEntry::default() },
                    self.now,
                    &happening,
                )?;
            }
            (None, NoteOn::Refund(_)) => {}
        }
        Ok(Note { id, on: on.clone(), at: self.now, who: who.to_owned(), text: text.to_owned() })
    }

    /// A refund with its users as the host writes them.
    fn spelled_refund(&self, mut refund: Refund) -> Result<Refund, Error> {
        self.tx.read().spell_refund(&mut refund)?;
        Ok(refund)
    }
}

fn check_assignee(to: Option<&str>) -> Result<(), Error> {
    to.map_or(Ok(()), |to| Ok(check_text("to", to, MAX_ASSIGNEE)?))
}

/// As the ledger names what a note is on.
fn canonical(on: &NoteOn) -> NoteOn {
    match on {
        NoteOn::Refund(id) => NoteOn::Refund(*id),
        NoteOn::User(user) => NoteOn::User(uuid::canonical(user)),
    }
}

fn still_owed(refund: RefundId, books: &Recovery) -> Error {
    let owed: Vec<String> = books
        .items
        .iter()
        .filter(|item| item.owed > 0)
        .map(|item| format!("{} {}", item.owed, item.item))
        .collect();
    let facts = format!(
        "{} are owed for refund {refund}: report what was taken, or forgive it. It cannot be closed otherwise",
        owed.join(", ")
    );
    refused("still_owed", &facts)
}
