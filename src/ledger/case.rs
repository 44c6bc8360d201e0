//! A case's row, and the cases and spellings that one transaction has read or saved: it reads none of them twice.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    AppliedExclusion, Closed, CountedCase, Environment, Fact, FigureMarks, Grant, GrantSource, Overruling,
    Place, Refund, RefundId, ReportedTotal, Timestamp,
};

/// A refund's row: what the public [`Refund`] shows and what only the engine needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) refund: Refund,
    pub(crate) place: Place,
    /// The environment as reported by the store, or else by the host's record.
    pub(crate) effective_environment: Option<Environment>,
    pub(crate) key: String,
    /// For a case that the store named by token only: how far apart the two reports of one refund may be.
    pub(crate) same_within: Option<i64>,
    pub(crate) purchase: Option<i64>,
    /// Whether it was decided for its user, and stays with that user.
    pub(crate) decided: bool,
    /// What the host was last notified of as refunded, whatever was decided since.
    pub(crate) notified: Option<ReportedTotal>,
    /// Whether an alert event was queued for what is refunded.
    pub(crate) alerted: bool,
    /// Whether its user owed something for an earlier refund when it was first decided for that user.
    pub(crate) owed_before: Option<bool>,
    /// The deadline for a message that reports whether the payment was captured.
    pub(crate) confirm_by: Option<Timestamp>,
    /// Whether none came in time, so that the payment is presumed to be captured.
    pub(crate) presumed: bool,
    /// What the purchase granted, each item once, by name; and where that is known from.
    pub(crate) granted: Option<(GrantSource, Vec<Grant>)>,
    /// The refund that its purchase repays.
    pub(crate) repays: Option<RefundId>,
    /// Whether the books have entries of it.
    pub(crate) booked: bool,
    /// When the game last reported what it took.
    pub(crate) reported_at: Option<Timestamp>,
    /// An operator's word that it is closed.
    pub(crate) closed: Option<Closed>,
    /// Whether its player owes something for it.
    pub(crate) owing: bool,
    /// What only the figures need.
    pub(crate) marks: FigureMarks,
    /// An operator's decision on it.
    pub(crate) overruled: Option<Overruling>,
    /// The exclusion that was found for it.
    pub(crate) exclusion: Option<AppliedExclusion>,
    /// Whether its decision blocks until it is repaid, and it is not.
    pub(crate) unpaid: bool,
}

impl Case {
    /// Whether the store named it by its token only.
    pub(crate) fn is_by_token(&self) -> bool {
        self.key.starts_with("token:")
    }

    /// Whether it is of production, as far as that is known, and needs somebody's work.
    pub(super) fn is_to_do(&self) -> bool {
        self.refund.work_status.is_to_do() && self.effective_environment != Some(Environment::Sandbox)
    }

    /// As the figures count it.
    pub(crate) fn counted(&self) -> CountedCase<'_> {
        CountedCase {
            refund: &self.refund,
            environment: self.effective_environment.unwrap_or(Environment::Production),
            marks: &self.marks,
            is_owing: self.owing,
        }
    }
}

/// Each as the tables have it now.
#[derive(Default)]
pub(super) struct Memo {
    pub(super) cases: RefCell<BTreeMap<RefundId, Case>>,
    pub(super) facts: RefCell<BTreeMap<RefundId, Vec<Fact>>>,
    /// Those that this transaction made, or gave a new revision.
    pub(super) revised: RefCell<BTreeSet<RefundId>>,
    pub(super) spellings: RefCell<BTreeMap<String, String>>,
    /// The key by which forgotten users are recognised; `None` inside: there is none.
    pub(super) person_key: RefCell<Option<Option<Arc<Vec<u8>>>>>,
}

impl Memo {
    pub(super) fn saved(&self, case: &Case) {
        self.cases.borrow_mut().insert(case.refund.id, case.clone());
    }

    /// A separate statement changed cases.
    pub(super) fn forget_cases(&self) {
        self.cases.borrow_mut().clear();
    }

    /// A user was forgotten: rows of several tables changed.
    pub(super) fn forget_all(&self) {
        self.forget_cases();
        self.facts.borrow_mut().clear();
        self.spellings.borrow_mut().clear();
    }

    pub(super) fn is_new(&self, case: &Case) {
        self.saved(case);
        self.revised.borrow_mut().insert(case.refund.id);
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
