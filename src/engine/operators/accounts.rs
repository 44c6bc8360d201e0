//! The operators themselves: added, given a role, ended.

use super::secret::Secret;
use super::{check_name, standing};
use crate::engine::Engine;
use crate::engine::change::Change;
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::model::{Invitation, Operator, Role, SessionKind};

/// The most operators at a time: far more than any studio has, so that lists of them need no pages.
const MAX_OPERATORS: usize = 1000;

/// The most that pages may keep for an operator, in bytes of JSON: languages, columns, keys; no data.
const MAX_SETTINGS: usize = 16 << 10;

impl Engine {
    /// All operators by name, also those that have ended.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn operators(&self) -> Result<Vec<Operator>, Error> {
        self.read(|read| read.operators())
    }

    /// An operator, also one that has ended; `None` if there never was one of this name.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn operator(&self, name: &str) -> Result<Option<Operator>, Error> {
        self.read(|read| Ok(read.operator(name)?.map(|row| row.operator)))
    }

    /// Adds an operator, who may sign in once the invitation is accepted; it is good for a day. One that has ended begins
    /// again, without the password, the sessions and the settings of before. Waits for one commit.
    ///
    /// Names are compared exactly.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_name`, or `standing_operator` if there is one of this name that has not ended;
    /// [`Error::TooMany`] at 1,000 operators; [`Error::Ledger`].
    pub fn add_operator(&self, name: &str, role: Role) -> Result<Invitation, Error> {
        check_name("bad_name", "the name", name)?;
        let (secret, name) = (Secret::of_invitation(self.randomness.as_ref())?, name.to_owned());
        let sha256 = secret.sha256;
        let invitation = secret.invitation(&name, self.now());
        let until = invitation.until;
        self.change(move |change| {
            let (tx, read) = (change.tx, change.tx.read());
            let known = read.operator(&name)?;
            if known.is_some_and(|known| known.operator.ended_at.is_none()) {
                let facts = format!(
                    "there is an operator {name:?}: invite the operator again, change the role, or take another name"
                );
                return Err(Error::Refused { code: "standing_operator", facts });
            }
            let count = usize::try_from(read.count_operators()?).unwrap_or(usize::MAX);
            if count >= MAX_OPERATORS {
                let count = count.saturating_add(1);
                return Err(Error::TooMany { what: "operators", count, limit: MAX_OPERATORS });
            }
            tx.insert_operator(&name, role, change.now)?;
            Ok(tx.invite_operator(&name, &sha256, until)?)
        })?;
        Ok(invitation)
    }

    /// Gives an operator another role. Browser sessions end, so that none goes on with the old one; tokens keep at most the
    /// new role. The role that the operator has changes nothing. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_operator`; [`Error::Ledger`].
    pub fn set_operator_role(&self, name: &str, role: Role) -> Result<Operator, Error> {
        let name = name.to_owned();
        self.change(move |change| {
            let before = standing(change.tx.read(), &name)?;
            if before.operator.role != role {
                change.tx.set_operator_role(&name, role)?;
                change.end_sessions(&name, |kind| kind == SessionKind::Browser)?;
                for row in change.tx.read().sessions(&name, change.now)? {
                    if row.session.role > role {
                        change.tx.set_session_role(&row.sha256, role)?;
                    }
                }
            }
            change.existing_operator(&name)
        })
    }

    /// Ends an operator: the password goes, sessions and tokens end, an open invitation is void, and views that are not
    /// shared are removed. The name stays for the audit, and can be added again. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_operator`, also if the operator has ended; [`Error::Ledger`].
    pub fn end_operator(&self, name: &str) -> Result<Operator, Error> {
        let name = name.to_owned();
        self.change(move |change| {
            standing(change.tx.read(), &name)?;
            change.end_sessions(&name, |_| true)?;
            change.tx.delete_own_views(&name)?;
            change.tx.end_operator(&name, change.now)?;
            change.existing_operator(&name)
        })
    }

    /// Keeps what the console's pages want to remember for an operator: a JSON object of at most 16 KiB, instead of what was
    /// kept. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_settings` or `unknown_operator`; [`Error::Ledger`].
    pub fn set_operator_settings(&self, name: &str, settings: &serde_json::Value) -> Result<(), Error> {
        check_settings(settings)?;
        let (name, settings) = (name.to_owned(), settings.clone());
        self.change(move |change| {
            standing(change.tx.read(), &name)?;
            Ok(change.tx.set_operator_settings(&name, &settings)?)
        })
    }
}

impl Change<'_> {
    /// Ends an operator's sessions of some kinds, and returns how many were active.
    pub(super) fn end_sessions(
        &self,
        operator: &str,
        is_ended: impl Fn(SessionKind) -> bool,
    ) -> Result<usize, LedgerError> {
        let mut ended = 0;
        for row in self.tx.read().sessions(operator, self.now)? {
            if is_ended(row.session.kind) {
                ended += usize::from(self.tx.end_session(&row.sha256, self.now)?);
            }
        }
        Ok(ended)
    }

    /// An operator as just written.
    pub(super) fn existing_operator(&self, name: &str) -> Result<Operator, Error> {
        let row = self.tx.read().operator(name)?;
        let row = row.ok_or_else(|| LedgerError::Internal(format!("operator {name:?} is missing")))?;
        Ok(row.operator)
    }
}

fn check_settings(settings: &serde_json::Value) -> Result<(), Error> {
    let refused = |facts| Error::Refused { code: "bad_settings", facts };
    if !settings.is_object() {
        return Err(refused("settings are a JSON object".to_owned()));
    }
    let size = settings.to_string().len();
    if size > MAX_SETTINGS {
        return Err(refused(format!("settings have {size} bytes; the limit is {MAX_SETTINGS}")));
    }
    Ok(())
}
