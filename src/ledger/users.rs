//! How users are written, and the account tags that were issued for them.

use super::columns::column;
use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{Exclusion, ExclusionKind, Happening, JournalEntry, Refund, Timestamp};
use crate::uuid;

impl Tx<'_> {
    /// The form in which a user that the host names is kept. How the host writes a UUID is kept beside it, the first
    /// spelling of each.
    pub(crate) fn known_user(&self, written: &str) -> Result<String, LedgerError> {
        let user = uuid::canonical(written);
        if user != written {
            let row = values! { player: &user, spelling: written };
            self.insert_all("user_spellings", &[row], "ON CONFLICT (player) DO NOTHING")?;
            self.memo.forget_spelling(&user);
        }
        Ok(user)
    }

    /// The tag issued for a user: the same as before, or else `new`.
    pub(crate) fn issue_tag(&self, user: &str, new: &str, now: Timestamp) -> Result<String, LedgerError> {
        let row = values! { player: user, tag: new, issued_at: now };
        self.insert_all("account_tags", &[row], "ON CONFLICT (player) DO NOTHING")?;
        let tag = self.read().issued_tag(user)?;
        tag.ok_or_else(|| LedgerError::Internal("an issued tag is not there".to_owned()))
    }

    /// How the host writes a user.
    pub(crate) fn spelling(&self, user: &str) -> Result<String, LedgerError> {
        let known = self.memo.spellings.borrow().get(user).cloned();
        if let Some(spelling) = known {
            return Ok(spelling);
        }
        let spelling = self.read().spelling(user)?;
        self.memo.spellings.borrow_mut().insert(user.to_owned(), spelling.clone());
        Ok(spelling)
    }
}

impl Read<'_> {
    /// The tag that was issued for a user.
    pub(crate) fn issued_tag(&self, user: &str) -> Result<Option<String>, LedgerError> {
        self.one("SELECT tag FROM account_tags WHERE player = ?1", &values![user], |row| column(row, "tag"))
    }

    /// The user for whom this tag was issued.
    pub(crate) fn user_of_tag(&self, tag: &str) -> Result<Option<String>, LedgerError> {
        let Some(lower) = uuid::lower_case(tag) else { return Ok(None) };
        self.one(
            "SELECT player FROM account_tags WHERE tag = ?1",
            &values![std::str::from_utf8(&lower).unwrap_or_default()],
            |row| column(row, "player"),
        )
    }

    /// Whether anything is known of a user.
    pub(crate) fn knows_user(&self, user: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM purchases WHERE player = ?1)
            OR EXISTS (SELECT 1 FROM refunds WHERE player = ?1) OR EXISTS (SELECT 1 FROM blocks WHERE player = ?1)
            OR EXISTS (SELECT 1 FROM notes WHERE player = ?1)";
        Ok(self.number(sql, &values![user])? == 1)
    }

    /// How the host writes a user; as it is kept, where nothing else is known.
    pub(crate) fn spelling(&self, user: &str) -> Result<String, LedgerError> {
        if uuid::lower_case(user).is_none() {
            return Ok(user.to_owned());
        }
        let spelling =
            self.one("SELECT spelling FROM user_spellings WHERE player = ?1", &values![user], |row| {
                column(row, "spelling")
            })?;
        Ok(spelling.unwrap_or_else(|| user.to_owned()))
    }

    /// Writes a user as the host does.
    pub(crate) fn spell(&self, user: &mut String) -> Result<(), LedgerError> {
        *user = self.spelling(user)?;
        Ok(())
    }

    /// Writes a refund's users as the host does.
    pub(crate) fn spell_refund(&self, refund: &mut Refund) -> Result<(), LedgerError> {
        refund.user.iter_mut().chain(&mut refund.claimants).try_for_each(|user| self.spell(user))
    }

    /// Writes the user of an exclusion as the host does, if it is of one.
    pub(crate) fn spell_exclusion(&self, exclusion: &mut Exclusion) -> Result<(), LedgerError> {
        match exclusion.kind {
            ExclusionKind::User => self.spell(&mut exclusion.value),
            _ => Ok(()),
        }
    }

    /// Writes a journal entry's users as the host does.
    pub(crate) fn spell_entry(&self, entry: &mut JournalEntry) -> Result<(), LedgerError> {
        entry.user.iter_mut().try_for_each(|user| self.spell(user))?;
        match &mut entry.what {
            Happening::Attributed { before: Some(user), .. } => self.spell(user),
            Happening::Claimed { keeper, claimant } => {
                self.spell(keeper)?;
                self.spell(claimant)
            }
            Happening::PurchaseTransferred { from, to, .. } => {
                from.iter_mut().try_for_each(|user| self.spell(user))?;
                self.spell(to)
            }
            Happening::ExclusionMade { kind: ExclusionKind::User, value, .. } => self.spell(value),
            _ => Ok(()),
        }
    }
}
