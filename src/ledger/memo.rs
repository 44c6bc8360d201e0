//! What one transaction has read or saved of cases and spellings, so that it reads nothing twice.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::error::LedgerError;
use super::refunds::Case;
use super::tx::Tx;
use crate::model::{CaseKey, Fact, Place, Refund, RefundId};

/// Each as the tables have it now.
#[derive(Default)]
pub(super) struct Memo {
    cases: RefCell<BTreeMap<RefundId, Case>>,
    facts: RefCell<BTreeMap<RefundId, Vec<Fact>>>,
    spellings: RefCell<BTreeMap<String, String>>,
}

impl Memo {
    pub(super) fn saved(&self, case: &Case) {
        self.cases.borrow_mut().insert(case.refund.id, case.clone());
    }

    /// A separate statement changed cases.
    pub(super) fn forget_cases(&self) {
        self.cases.borrow_mut().clear();
    }

    pub(super) fn is_new(&self, case: &Case) {
        self.saved(case);
        self.facts.borrow_mut().insert(case.refund.id, Vec::new());
    }

    /// Of a case with other facts the order is the table's to say.
    pub(super) fn added(&self, id: RefundId, fact: &Fact) {
        let mut known = self.facts.borrow_mut();
        match known.get_mut(&id) {
            Some(facts) if facts.is_empty() => facts.push(fact.clone()),
            _ => drop(known.remove(&id)),
        }
    }

    pub(super) fn forget_spelling(&self, user: &str) {
        self.spellings.borrow_mut().remove(user);
    }
}

impl Tx<'_> {
    /// A case by its id.
    pub(crate) fn case(&self, id: RefundId) -> Result<Option<Case>, LedgerError> {
        let known = self.memo.cases.borrow().get(&id).cloned();
        if known.is_some() {
            #[cfg(test)]
            super::tx::ran::unnoted(|| assert_eq!(self.read().case(id), Ok(known.clone()), "refund {id}"));
            return Ok(known);
        }
        self.remember(self.read().case(id)?)
    }

    /// A refund by its id.
    pub(crate) fn refund(&self, id: RefundId) -> Result<Option<Refund>, LedgerError> {
        Ok(self.case(id)?.map(|case| case.refund))
    }

    /// As [`Read::case_of_key`](super::Read::case_of_key).
    pub(crate) fn case_of_key(&self, place: &Place, key: &CaseKey) -> Result<Option<Case>, LedgerError> {
        self.remember(self.read().case_of_key(place, key)?)
    }

    fn remember(&self, case: Option<Case>) -> Result<Option<Case>, LedgerError> {
        case.iter().for_each(|case| self.memo.saved(case));
        Ok(case)
    }

    /// The facts of a case.
    pub(crate) fn facts(&self, id: RefundId) -> Result<Vec<Fact>, LedgerError> {
        let known = self.memo.facts.borrow().get(&id).cloned();
        if let Some(facts) = known {
            #[cfg(test)]
            super::tx::ran::unnoted(|| assert_eq!(self.read().facts(id).as_ref(), Ok(&facts), "refund {id}"));
            return Ok(facts);
        }
        let facts = self.read().facts(id)?;
        self.memo.facts.borrow_mut().insert(id, facts.clone());
        Ok(facts)
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
