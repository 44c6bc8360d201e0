//! Every version of the policy that may have decided something.

use rusqlite::params;

use super::error::LedgerError;
use super::tx::{Read, Tx, column, json_column, to_json};
use crate::model::{Policy, Timestamp};

impl Tx<'_> {
    /// The version number of a policy: the one it had before, or a new one.
    pub(crate) fn policy_version(&self, policy: &Policy, now: Timestamp) -> Result<i64, LedgerError> {
        let rules = to_json(policy)?;
        let known =
            self.read().one("SELECT version FROM policies WHERE rules = ?1", params![rules], |row| {
                column(row, "version")
            })?;
        match known {
            Some(version) => Ok(version),
            None => self
                .insert("INSERT INTO policies (rules, since) VALUES (?1, ?2)", params![rules, now.millis()]),
        }
    }
}

impl Read<'_> {
    /// A policy by its version.
    pub(crate) fn policy(&self, version: i64) -> Result<Option<Policy>, LedgerError> {
        self.one("SELECT rules FROM policies WHERE version = ?1", params![version], |row| {
            json_column(row, "rules")
        })
    }
}
