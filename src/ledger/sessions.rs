//! Operators' sessions and API tokens, by the SHA-256 of their tokens.

use std::fmt::Write as _;

use super::columns::{column, name_column};
use super::error::LedgerError;
use super::operators::role_column;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{Role, Session, SessionKind, Timestamp};

/// How many bytes of the SHA-256 name a session: enough that no two of an operator's are alike.
const ID_BYTES: usize = 8;

/// A session to write.
#[derive(Clone, Copy)]
pub(crate) struct NewSession<'a> {
    /// SHA-256 of the token.
    pub(crate) sha256: &'a [u8],
    pub(crate) operator: &'a str,
    pub(crate) role: Role,
    pub(crate) kind: SessionKind,
    pub(crate) label: Option<&'a str>,
    pub(crate) until: Timestamp,
    pub(crate) proven_until: Option<Timestamp>,
}

/// A session's row that was not ended; its time may be over.
pub(crate) struct SessionRow {
    pub(crate) session: Session,
    /// SHA-256 of the token.
    pub(crate) sha256: Vec<u8>,
}

impl Tx<'_> {
    pub(crate) fn insert_session(
        &self,
        new: &NewSession<'_>,
        now: Timestamp,
    ) -> Result<Session, LedgerError> {
        let row = values! {
            token: new.sha256,
            kind: new.kind.as_str(),
            operator: new.operator,
            role: new.role.as_str(),
            label: new.label,
            made_at: now,
            seen_at: now,
            until: new.until,
            proven_until: new.proven_until,
        };
        self.insert_all("sessions", &[row], "")?;
        Ok(Session {
            id: id_of(new.sha256),
            operator: new.operator.to_owned(),
            role: new.role,
            kind: new.kind,
            label: new.label.map(str::to_owned),
            made_at: now,
            seen_at: now,
            until: new.until,
            proven_until: new.proven_until,
        })
    }

    /// Notes that a session was used.
    pub(crate) fn see_session(&self, sha256: &[u8], now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE sessions SET seen_at = ?2 WHERE token = ?1 AND ended_at IS NULL",
            &values![sha256, now],
        )
        .map(drop)
    }

    pub(crate) fn prove_session(&self, sha256: &[u8], until: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE sessions SET proven_until = ?2 WHERE token = ?1 AND ended_at IS NULL",
            &values![sha256, until],
        )
        .map(drop)
    }

    pub(crate) fn set_session_role(&self, sha256: &[u8], role: Role) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE sessions SET role = ?2 WHERE token = ?1 AND ended_at IS NULL",
            &values![sha256, role.as_str()],
        )
        .map(drop)
    }

    /// Ends a session; `false` if it was ended before.
    pub(crate) fn end_session(&self, sha256: &[u8], now: Timestamp) -> Result<bool, LedgerError> {
        let ended = self.execute(
            "UPDATE sessions SET ended_at = ?2, until = CASE WHEN until > ?2 THEN ?2 ELSE until END
             WHERE token = ?1 AND ended_at IS NULL",
            &values![sha256, now],
        )?;
        Ok(ended == 1)
    }
}

impl Read<'_> {
    /// A session that was not ended, by the SHA-256 of its token.
    pub(crate) fn session(&self, sha256: &[u8]) -> Result<Option<Session>, LedgerError> {
        self.one("SELECT * FROM sessions WHERE token = ?1 AND ended_at IS NULL", &values![sha256], |row| {
            Ok(session_row(row)?.session)
        })
    }

    /// An operator's sessions and tokens that were not ended and whose time is not over, the newest first.
    pub(crate) fn sessions(&self, operator: &str, now: Timestamp) -> Result<Vec<SessionRow>, LedgerError> {
        self.all(
            "SELECT * FROM sessions WHERE operator = ?1 AND ended_at IS NULL AND until > ?2
             ORDER BY made_at DESC, token",
            &values![operator, now],
            session_row,
        )
    }
}

fn session_row(row: &Row<'_>) -> Result<SessionRow, LedgerError> {
    let sha256: Vec<u8> = column(row, "token")?;
    let kind = name_column(row, "kind")?.ok_or_else(|| LedgerError::Unreadable {
        what: "kind",
        problem: "NULL instead of a kind of session".to_owned(),
    })?;
    let session = Session {
        id: id_of(&sha256),
        operator: column(row, "operator")?,
        role: role_column(row)?,
        kind,
        label: column(row, "label")?,
        made_at: column(row, "made_at")?,
        seen_at: column(row, "seen_at")?,
        until: column(row, "until")?,
        proven_until: column(row, "proven_until")?,
    };
    Ok(SessionRow { session, sha256 })
}

fn id_of(sha256: &[u8]) -> String {
    sha256.iter().take(ID_BYTES).fold(String::with_capacity(2 * ID_BYTES), |mut id, byte| {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}
