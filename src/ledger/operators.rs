//! The operators of the console.

use super::columns::{column, json_column, name_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::{to_json, values};
use crate::model::{Operator, Role, Timestamp};

/// An operator's row. Not for logs: it has the password's hash.
pub(crate) struct OperatorRow {
    pub(crate) operator: Operator,
    /// A PHC string.
    pub(crate) password: Option<String>,
}

impl Tx<'_> {
    /// Writes a new operator; one of that name that has ended begins again, without what it had.
    pub(crate) fn insert_operator(&self, name: &str, role: Role, now: Timestamp) -> Result<(), LedgerError> {
        let row = values! { name: name, role: role.as_str(), made_at: now };
        self.insert_all(
            "operators",
            &[row],
            "ON CONFLICT (name) DO UPDATE SET role = excluded.role, made_at = excluded.made_at, ended_at = NULL,
             password = NULL, invited = NULL, invited_until = NULL, settings = '{}'",
        )
        .map(drop)
    }

    /// Writes the invitation, instead of one that is open. `sha256` is that of its token.
    pub(crate) fn invite_operator(
        &self,
        name: &str,
        sha256: &[u8],
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE operators SET invited = ?2, invited_until = ?3 WHERE name = ?1",
            &values![name, sha256, until],
        )
        .map(drop)
    }

    /// The invitation is used up.
    pub(crate) fn end_invitation(&self, name: &str) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE operators SET invited = NULL, invited_until = NULL WHERE name = ?1",
            &values![name],
        )
        .map(drop)
    }

    pub(crate) fn set_operator_password(&self, name: &str, password: &str) -> Result<(), LedgerError> {
        self.execute("UPDATE operators SET password = ?2 WHERE name = ?1", &values![name, password]).map(drop)
    }

    pub(crate) fn set_operator_role(&self, name: &str, role: Role) -> Result<(), LedgerError> {
        self.execute("UPDATE operators SET role = ?2 WHERE name = ?1", &values![name, role.as_str()])
            .map(drop)
    }

    pub(crate) fn set_operator_settings(
        &self,
        name: &str,
        settings: &serde_json::Value,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE operators SET settings = ?2 WHERE name = ?1",
            &values![name, &to_json(settings)?],
        )
        .map(drop)
    }

    /// Ends an operator: no password and no invitation is left.
    pub(crate) fn end_operator(&self, name: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE operators SET ended_at = ?2, password = NULL, invited = NULL, invited_until = NULL WHERE name = ?1",
            &values![name, now],
        )
        .map(drop)
    }
}

impl Read<'_> {
    /// All operators by name, also those that have ended.
    pub(crate) fn operators(&self) -> Result<Vec<Operator>, LedgerError> {
        self.all("SELECT * FROM operators ORDER BY name", &[], |row| Ok(operator_row(row)?.operator))
    }

    /// An operator, also one that has ended.
    pub(crate) fn operator(&self, name: &str) -> Result<Option<OperatorRow>, LedgerError> {
        self.one("SELECT * FROM operators WHERE name = ?1", &values![name], operator_row)
    }

    /// The operator who has the invitation with a token of this SHA-256.
    pub(crate) fn invited_operator(&self, sha256: &[u8]) -> Result<Option<OperatorRow>, LedgerError> {
        self.one("SELECT * FROM operators WHERE invited = ?1", &values![sha256], operator_row)
    }

    /// How many operators have not ended.
    pub(crate) fn count_operators(&self) -> Result<i64, LedgerError> {
        self.number("SELECT count(*) FROM operators WHERE ended_at IS NULL", &[])
    }
}

fn operator_row(row: &Row<'_>) -> Result<OperatorRow, LedgerError> {
    let password: Option<String> = column(row, "password")?;
    let operator = Operator {
        name: column(row, "name")?,
        role: role_column(row)?,
        made_at: column(row, "made_at")?,
        invited_until: column(row, "invited_until")?,
        has_password: password.is_some(),
        ended_at: column(row, "ended_at")?,
        settings: json_column(row, "settings")?,
    };
    Ok(OperatorRow { operator, password })
}

pub(super) fn role_column(row: &Row<'_>) -> Result<Role, LedgerError> {
    let role = name_column(row, "role")?;
    role.ok_or_else(|| LedgerError::Unreadable { what: "role", problem: "NULL instead of a role".to_owned() })
}
