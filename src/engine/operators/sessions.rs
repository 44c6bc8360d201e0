//! Sessions: begun, checked at each request, proven again, ended.

use super::secret::{Secret, Sha256, sha256_of};
use super::standing;
use crate::engine::Engine;
use crate::engine::change::Change;
use crate::error::Error;
use crate::ledger::{LedgerError, NewSession, Read};
use crate::model::{Session, SessionKind, SessionLimits, Span, Timestamp};

/// How often a session's use is noted: each note is a commit.
const NOTE_EVERY: Span = Span::from_millis(60_000);

/// The most sessions of browsers an operator has at a time: more than a person has browsers.
const MAX_SESSIONS: usize = 100;

impl Engine {
    /// Begins a session of a browser, for an operator whom the caller has authenticated, and returns its token: 32 random
    /// bytes as text, for a cookie. The ledger keeps its SHA-256 alone. Waits for one commit.
    ///
    /// `proven_until`: until when the operator counts as having just proven who it is. At 100 sessions the one that was
    /// unused for longest ends.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_operator`; [`Error::Ledger`].
    pub fn begin_session(
        &self,
        name: &str,
        limits: SessionLimits,
        proven_until: Option<Timestamp>,
    ) -> Result<(String, Session), Error> {
        let secret = Secret::new("s_", self.randomness.as_ref())?;
        let (sha256, name) = (secret.sha256, name.to_owned());
        let session = self.change(move |change| {
            let operator = standing(change.tx.read(), &name)?.operator;
            change.make_room(&name)?;
            let new = NewSession {
                sha256: &sha256,
                operator: &name,
                role: operator.role,
                kind: SessionKind::Browser,
                label: None,
                until: change.now.plus(limits.whole),
                proven_until,
            };
            Ok(change.tx.insert_session(&new, change.now)?)
        })?;
        Ok((secret.token, session))
    }

    /// The session of a browser's token or of an API token, if it is good now: not ended, within its limits, and of an
    /// operator who has not ended. Its role is the operator's, and for an API token at most that.
    ///
    /// A read; once a minute it also notes that the session is used, and waits for that commit. That note is no operator's
    /// change, and is tried again at the next request if it fails.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn session(&self, token: &str, limits: SessionLimits) -> Result<Option<Session>, Error> {
        let Some(sha256) = sha256_of(token) else { return Ok(None) };
        let now = self.now();
        let Some(mut session) = self.read(|read| active(read, &sha256, limits, now))? else {
            return Ok(None);
        };
        // A clock that was set back shows the last use in the future.
        let unused = now.since(session.seen_at).millis().saturating_abs();
        if unused >= NOTE_EVERY.millis() {
            match self.view().change(move |change| Ok(change.tx.see_session(&sha256, now)?)) {
                Ok(()) => session.seen_at = now,
                // A ledger that cannot be written can still be looked at, to see why.
                Err(error) => tracing::warn!(%error, "the use of an operator's session could not be noted"),
            }
        }
        Ok(Some(session))
    }

    /// Notes that the operator of a session has proven again who it is, until a time. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `signed_out` if there is no such session, or it has ended; [`Error::Ledger`].
    pub fn prove_session(&self, token: &str, until: Timestamp) -> Result<Session, Error> {
        let sha256 = sha256_of(token);
        self.change(move |change| {
            let sha256 = sha256.ok_or_else(signed_out)?;
            let mut session = change.session_of(&sha256)?.ok_or_else(signed_out)?;
            change.tx.prove_session(&sha256, until)?;
            session.proven_until = Some(until);
            Ok(session)
        })
    }

    /// Ends the session of a token; `false` if there is none, or it has ended. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn end_session(&self, token: &str) -> Result<bool, Error> {
        let sha256 = sha256_of(token);
        self.change(move |change| {
            let Some(sha256) = sha256 else { return Ok(false) };
            let is_active = change.session_of(&sha256)?.is_some();
            Ok(is_active && change.tx.end_session(&sha256, change.now)?)
        })
    }

    /// Ends one of an operator's sessions or tokens by its id; `false` if there is none, or it has ended. Waits for one
    /// commit.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn end_session_by_id(&self, operator: &str, id: &str) -> Result<bool, Error> {
        let (operator, id) = (operator.to_owned(), id.to_owned());
        self.change(move |change| {
            let sessions = change.tx.read().sessions(&operator, change.now)?;
            match sessions.into_iter().find(|row| row.session.id == id) {
                Some(row) => Ok(change.tx.end_session(&row.sha256, change.now)?),
                None => Ok(false),
            }
        })
    }

    /// Ends all of an operator's sessions and tokens, and returns how many were active. The password stays. Waits for one
    /// commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_operator` if there never was one of this name; [`Error::Ledger`].
    pub fn sign_out(&self, operator: &str) -> Result<usize, Error> {
        let name = operator.to_owned();
        self.change(move |change| {
            standing(change.tx.read(), &name)?;
            Ok(change.end_sessions(&name, |_| true)?)
        })
    }

    /// An operator's sessions and tokens that were not ended and whose time is not over, the newest first. A browser's may
    /// have been unused for too long.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn sessions(&self, operator: &str) -> Result<Vec<Session>, Error> {
        let now = self.now();
        self.read(|read| Ok(read.sessions(operator, now)?.into_iter().map(|row| row.session).collect()))
    }
}

impl Change<'_> {
    /// A session that was not ended and whose time is not over.
    fn session_of(&self, sha256: &Sha256) -> Result<Option<Session>, LedgerError> {
        Ok(self.tx.read().session(sha256)?.filter(|session| self.now < session.until))
    }

    /// Ends the sessions that were unused for longest, so that one more is within the limit.
    fn make_room(&self, operator: &str) -> Result<(), LedgerError> {
        let mut browsers = self.tx.read().sessions(operator, self.now)?;
        browsers.retain(|row| row.session.kind == SessionKind::Browser);
        browsers.sort_unstable_by_key(|row| row.session.seen_at);
        let too_many = browsers.len().saturating_add(1).saturating_sub(MAX_SESSIONS);
        for row in browsers.iter().take(too_many) {
            self.tx.end_session(&row.sha256, self.now)?;
        }
        Ok(())
    }
}

/// The session, if it is good now.
fn active(
    read: Read<'_>,
    sha256: &Sha256,
    limits: SessionLimits,
    now: Timestamp,
) -> Result<Option<Session>, LedgerError> {
    let Some(mut session) = read.session(sha256)? else { return Ok(None) };
    let Some(row) = read.operator(&session.operator)? else { return Ok(None) };
    if row.operator.ended_at.is_some() {
        return Ok(None);
    }
    session.role = session.role.min(row.operator.role);
    if session.kind == SessionKind::Browser {
        // The limits may have become shorter since it began.
        session.until = session.until.min(session.made_at.plus(limits.whole));
        if now.since(session.seen_at) >= limits.idle {
            return Ok(None);
        }
    }
    Ok(Some(session).filter(|session| now < session.until))
}

fn signed_out() -> Error {
    Error::Refused { code: "signed_out", facts: "there is no such session any more: sign in".to_owned() }
}
