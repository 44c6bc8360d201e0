//! What a page that stays open asks again and again: the policy in force, and what changed since it last asked.

use super::Engine;
use crate::error::Error;
use crate::model::{Policy, RefundId};

/// The most refunds that an answer names: a page that missed more loads its list again.
const MOST_CHANGED: i64 = 1000;

/// What changed since an entry of the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedSince {
    /// The newest entry of the journal; 0 while it has none. Ask again with this.
    pub journal: i64,
    /// The refunds that the entries since then are about, each once, by id; of the newest 1000 such entries.
    pub refunds: Vec<RefundId>,
}

impl Engine {
    /// The version of the policy in force, and its rules: the operator's, then the default ones.
    #[must_use]
    pub fn policy_in_force(&self) -> (i64, &Policy) {
        (self.rules.policy_version, &self.rules.policy)
    }

    /// Which refunds changed since an entry of the journal; since 0, all that changed.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn changed_since(&self, journal: i64) -> Result<ChangedSince, Error> {
        self.read(|read| {
            let newest = read.newest_entry()?;
            let refunds =
                if newest > journal { read.refunds_since(journal, MOST_CHANGED)? } else { Vec::new() };
            Ok(ChangedSince { journal: newest, refunds })
        })
    }
}
