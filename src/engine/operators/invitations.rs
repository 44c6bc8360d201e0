//! Invitations, and the passwords that are chosen by them.

use super::secret::{Secret, sha256_of};
use super::standing;
use crate::engine::Engine;
use crate::engine::clock::Randomness;
use crate::error::Error;
use crate::ledger::{LedgerError, OperatorRow, Read};
use crate::model::{Invitation, Operator, SessionKind, Span, Timestamp};

/// How long an invitation is good: it is in mails and chats, where others may find it later.
const INVITED_FOR: Span = Span::from_days(1);

/// The longest hash of a password, in bytes. An argon2id string has about 100.
const MAX_PASSWORD: usize = 1024;

impl Secret {
    pub(super) fn of_invitation(randomness: &dyn Randomness) -> Result<Self, LedgerError> {
        Self::new("i_", randomness)
    }

    pub(super) fn invitation(self, operator: &str, now: Timestamp) -> Invitation {
        Invitation { operator: operator.to_owned(), token: self.token, until: now.plus(INVITED_FOR) }
    }
}

impl Engine {
    /// Invites an operator again, who forgot the password or missed the day. The invitation before is void. The old password
    /// and sessions are good until this one is accepted. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_operator`; [`Error::Ledger`].
    pub fn invite_operator(&self, name: &str) -> Result<Invitation, Error> {
        let (secret, name) = (Secret::of_invitation(self.randomness.as_ref())?, name.to_owned());
        let sha256 = secret.sha256;
        let invitation = secret.invitation(&name, self.now());
        let until = invitation.until;
        self.change(move |change| {
            standing(change.tx.read(), &name)?;
            Ok(change.tx.invite_operator(&name, &sha256, until)?)
        })?;
        Ok(invitation)
    }

    /// The operator whom an invitation is for; `None` if it is unknown, was accepted, or a day has passed.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn invitation(&self, token: &str) -> Result<Option<Operator>, Error> {
        let now = self.now();
        self.read(|read| Ok(invited(read, token, now)?.map(|row| row.operator)))
    }

    /// Accepts an invitation, which is good once: the operator has this password from now on, and browser sessions of before
    /// end. Tokens stay. Waits for one commit.
    ///
    /// `password` is a PHC string, as `$argon2id$v=19$…`: the caller hashes the password.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_invitation` if it is unknown, was accepted, or a day has passed, or
    /// `bad_password` for a text that is no PHC string; [`Error::Ledger`].
    pub fn accept_invitation(&self, token: &str, password: &str) -> Result<Operator, Error> {
        check_password(password)?;
        let (token, password) = (token.to_owned(), password.to_owned());
        self.change(move |change| {
            let Some(row) = invited(change.tx.read(), &token, change.now)? else {
                let facts =
                    "this invitation is unknown, was accepted, or its day has passed: ask for another one";
                return Err(Error::Refused { code: "bad_invitation", facts: facts.to_owned() });
            };
            let name = row.operator.name;
            change.tx.end_invitation(&name)?;
            change.tx.set_operator_password(&name, &password)?;
            change.end_sessions(&name, |kind| kind == SessionKind::Browser)?;
            change.existing_operator(&name)
        })
    }

    /// The hash of an operator's password, a PHC string; `None` if there is no such operator, none was chosen, or the
    /// operator has ended.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn password_of(&self, name: &str) -> Result<Option<String>, Error> {
        self.read(|read| {
            let row = read.operator(name)?.filter(|row| row.operator.ended_at.is_none());
            Ok(row.and_then(|row| row.password))
        })
    }

    /// Gives an operator another password, and ends all browser sessions: begin a new one for whoever chose it. Tokens stay.
    /// Waits for one commit.
    ///
    /// `password` is a PHC string, as for [`accept_invitation`](Self::accept_invitation).
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_password` or `unknown_operator`; [`Error::Ledger`].
    pub fn set_password(&self, name: &str, password: &str) -> Result<(), Error> {
        check_password(password)?;
        let (name, password) = (name.to_owned(), password.to_owned());
        self.change(move |change| {
            standing(change.tx.read(), &name)?;
            change.tx.set_operator_password(&name, &password)?;
            change.end_sessions(&name, |kind| kind == SessionKind::Browser)?;
            Ok(())
        })
    }
}

/// The operator whom a token invites, now.
fn invited(read: Read<'_>, token: &str, now: Timestamp) -> Result<Option<OperatorRow>, LedgerError> {
    let Some(sha256) = sha256_of(token) else { return Ok(None) };
    let row = read.invited_operator(&sha256)?;
    Ok(row.filter(|row| row.operator.invited_until.is_some_and(|until| now < until)))
}

/// Keeps a password itself from being stored by mistake.
fn check_password(password: &str) -> Result<(), Error> {
    let is_phc = password.starts_with('$')
        && password.matches('$').count() > 2
        && password.bytes().all(|byte| byte.is_ascii_graphic());
    if is_phc && password.len() <= MAX_PASSWORD {
        return Ok(());
    }
    let facts = format!(
        "expected a password's hash as a PHC string, such as $argon2id$…, of at most {MAX_PASSWORD} bytes"
    );
    Err(Error::Refused { code: "bad_password", facts })
}
