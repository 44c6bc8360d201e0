//! Every version of the policy that may have decided something.

use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::{column, json_column, to_json, values};
use crate::model::{Policy, Timestamp};

impl Tx<'_> {
    /// The version number of a policy: the one it had before, or a new one.
    pub(crate) fn policy_version(&self, policy: &Policy, now: Timestamp) -> Result<i64, LedgerError> {
        let rules = to_json(policy)?;
        let known =
            self.read().one("SELECT version FROM policies WHERE rules = ?1", &values![&rules], |row| {
                column(row, "version")
            })?;
        match known {
            Some(version) => Ok(version),
            None => self.insert("policies", &values! { rules: &rules, since: now }),
        }
    }
}

impl Read<'_> {
    /// A policy by its version.
    pub(crate) fn policy(&self, version: i64) -> Result<Option<Policy>, LedgerError> {
        self.one("SELECT rules FROM policies WHERE version = ?1", &values![version], |row| {
            json_column(row, "rules")
        })
    }
}
