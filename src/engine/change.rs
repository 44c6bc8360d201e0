//! One change of the ledger: a fact comes in, the case is folded again, and the difference is written down, all in
//! one transaction.

use super::inquiry::InquiryRules;
use super::merge::joins;
use crate::ledger::{Case, LedgerError, NewEntry, NewNotification, Tx};
use crate::model::{
    AccountTags, CaseKey, CaseState, Environment, Fact, FactKind, Happening, Meaning, OrderDetails, Place,
    Policy, Refund, RefundId, ReviewPolicy, Signal, Timestamp,
};

/// What decisions go by, the same for every change while the engine is open.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) policy: Policy,
    pub(crate) policy_version: i64,
    /// What is reported to stores that ask about refund requests.
    pub(crate) reviews: ReviewPolicy,
    /// Which account tags name a user.
    pub(crate) account_tags: AccountTags,
    /// The Stripe sections whose payments are refunded on an early fraud warning, and in which environment.
    pub(crate) warning_refunds: Vec<(String, Environment)>,
    /// Which stores are asked why they refunded.
    pub(crate) inquiries: InquiryRules,
}

/// One change in the making.
pub(crate) struct Change<'a> {
    pub(crate) tx: &'a Tx<'a>,
    pub(crate) rules: &'a Rules,
    pub(crate) now: Timestamp,
    /// The notification that led to it.
    pub(crate) inbox: Option<i64>,
}

/// What a signal did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ingested {
    /// Whether it reported anything that was not known.
    pub(crate) new: bool,
    pub(crate) refund: Option<Refund>,
    /// Whether the store is to be asked about it.
    pub(crate) asks: bool,
}

impl<'a> Change<'a> {
    /// Takes a signal in that a store sent.
    pub(crate) fn take(
        tx: &'a Tx<'a>,
        rules: &'a Rules,
        now: Timestamp,
        signal: &Signal,
        body: &[u8],
    ) -> Result<Ingested, LedgerError> {
        Self::ingest_signal(tx, rules, now, signal, body, false)
    }

    /// Takes a signal in that a store gave when it was asked.
    pub(crate) fn take_swept(
        tx: &'a Tx<'a>,
        rules: &'a Rules,
        now: Timestamp,
        signal: &Signal,
        body: &[u8],
    ) -> Result<Ingested, LedgerError> {
        Self::ingest_signal(tx, rules, now, signal, body, true)
    }

    fn ingest_signal(
        tx: &'a Tx<'a>,
        rules: &'a Rules,
        now: Timestamp,
        signal: &Signal,
        body: &[u8],
        swept: bool,
    ) -> Result<Ingested, LedgerError> {
        let (store, app, id) = (&signal.place.store, &signal.place.app, &signal.notification_id);
        if let Some(refund) = tx.read().refund_of_notification(store, app, id)? {
            let refund = refund.map(|id| tx.refund(id)).transpose()?.flatten();
            return Ok(Ingested { new: false, refund, asks: false });
        }
        let mut change = Self { tx, rules, now, inbox: None };
        let found = match &signal.meaning {
            Meaning::Case { key, fact } => Some((fact, change.case_of(&signal.place, key, fact)?)),
            _ => None,
        };
        let inbox = tx.keep_notification(&NewNotification {
            store,
            app,
            notification_id: id,
            name: &signal.name,
            meaning: signal.meaning.kind(),
            made_at: signal.at,
            received_at: now,
            refund: found.as_ref().map(|(_, found)| found.id),
            swept,
            body,
        })?;
        change.inbox = Some(inbox);
        match (&signal.meaning, found) {
            (_, Some((fact, found))) => change.take_fact(signal, fact, &found, inbox, swept),
            (other, None) => {
                change.journal_received(signal, about(other), None)?;
                if let Meaning::Purchase(about) | Meaning::Order(about) = other
                    && tx.keep_order(&signal.place, about, inbox)?
                {
                    change.refold_all(tx.read().cases_of_order(&signal.place, about)?)?;
                }
                if let Meaning::ConsentRescinded { about } = other {
                    change.rescind_consent(&signal.place, about)?;
                }
                Ok(Ingested { new: true, refund: None, asks: false })
            }
        }
    }

    /// The case that a fact is about; a new one where none is known.
    fn case_of(&self, place: &Place, key: &CaseKey, fact: &Fact) -> Result<Found, LedgerError> {
        let known = match self.tx.case_of_key(place, key)? {
            Some(case) => Some(case),
            None => self.case_of_same_purchase(place, key, &fact.about)?,
        };
        if let Some(mut case) = known {
            let has_new_environment = match place.environment {
                Some(environment) => self.tx.report_environment(&mut case, environment)?,
                None => false,
            };
            return Ok(Found { id: case.refund.id, is_first: false, has_new_environment });
        }
        let folded = CaseState::fold(std::slice::from_ref(fact), None)
            .ok_or_else(|| LedgerError::Internal("one fact folds to no case".to_owned()))?;
        let case = self.tx.insert_case(place, key, folded, self.now)?;
        Ok(Found { id: case.refund.id, is_first: true, has_new_environment: false })
    }

    fn take_fact(
        &self,
        signal: &Signal,
        fact: &Fact,
        found: &Found,
        inbox: i64,
        swept: bool,
    ) -> Result<Ingested, LedgerError> {
        let id = found.id;
        let is_new_fact = self.tx.add_fact(id, inbox, fact)?;
        let new = is_new_fact || found.has_new_environment;
        self.journal_received(signal, Some(&fact.about), Some(id))?;
        let asks = is_new_fact && !swept && self.open_inquiry(id, &signal.place, fact)?;
        if new {
            self.refold(id, found.is_first)?;
            self.refold_what_it_joined(id)?;
            self.fail_action_that_made(signal, fact, id)?;
            self.refund_on_warning(signal, fact, id)?;
            self.refold_what_joined(id)?;
            // To a case that the store has decided since, its question adds nothing.
            if matches!(fact.what, FactKind::Requested { .. })
                && let Some(case) = self.tx.case(id)?.filter(|case| case.refund.case.review.is_none())
            {
                self.follow_review(&case)?;
            }
        }
        Ok(Ingested { new, refund: self.tx.refund(id)?, asks })
    }

    fn journal_received(
        &self,
        signal: &Signal,
        order: Option<&OrderDetails>,
        refund: Option<RefundId>,
    ) -> Result<(), LedgerError> {
        let happening = Happening::Received {
            store: signal.place.store.clone(),
            name: signal.name.clone(),
            meaning: signal.meaning.kind(),
            notification_id: signal.notification_id.clone(),
        };
        let order = order.and_then(|order| order.order_id.as_deref());
        let entry = NewEntry { inbox: self.inbox, refund, order, user: None };
        self.tx.write_journal(entry, self.now, &happening)
    }

    fn rescind_consent(&self, place: &Place, about: &OrderDetails) -> Result<(), LedgerError> {
        let order = about.order_id.as_deref();
        let entry = NewEntry { inbox: self.inbox, refund: None, order, user: None };
        self.tx.write_journal(entry, self.now, &Happening::ConsentRescinded)?;
        match &about.app_transaction_id {
            Some(download) => self.consent_withdrawn(place, download),
            None => Ok(()),
        }
    }

    /// Folds a case again from all its facts and what the host recorded, and writes down what that changes.
    fn refold(&self, id: RefundId, first: bool) -> Result<(), LedgerError> {
        let refolded = self.fold_again(id, first)?;
        self.decide(refolded)
    }

    /// Folds the case again that a case reported by token has joined: it has that one's facts as well.
    fn refold_what_it_joined(&self, id: RefundId) -> Result<(), LedgerError> {
        let Some(joined) = self.tx.case(id)?.filter(Case::is_by_token) else { return Ok(()) };
        match joined.refund.merged_into {
            Some(into) if joins(&joined, &self.tx.facts(id)?) => self.refold(into, false),
            _ => Ok(()),
        }
    }

    /// Folds cases again, and decides only then: each user once, however many of the cases are one user's.
    pub(super) fn refold_all(&self, ids: Vec<RefundId>) -> Result<(), LedgerError> {
        let mut refolded = Vec::new();
        for id in ids {
            refolded.extend(self.fold_again(id, false)?);
        }
        self.decide(refolded)
    }

    /// Folds a case again and saves it; none where that changes nothing. Where it turns out to be another case's
    /// purchase, that one is folded as well.
    fn fold_again(&self, id: RefundId, first: bool) -> Result<Vec<Refolded>, LedgerError> {
        let Some(old) = self.tx.case(id)? else { return Ok(Vec::new()) };
        let Some(own) = self.known_of(&old, self.tx.facts(id)?)? else { return Ok(Vec::new()) };
        let token = self.token_of(&old, &own)?;
        let mut known = self.with_joined(&old, own, token.as_deref())?;
        let mut folded = self.fold(&old, &known)?;
        let same = self.same_purchases(&old, &folded.state.about)?;
        let root = same.first().map(|other| other.refund.id).filter(|other| *other < id);
        if root.is_none() && !same.is_empty() {
            let mut facts = known.facts.clone();
            for other in &same {
                facts.extend(self.tx.facts(other.refund.id)?);
            }
            known = self.known_of(&old, facts)?.unwrap_or(known);
            folded = self.fold(&old, &known)?;
        }

        let mut case = old.clone();
        case.refund.case = folded.state;
        case.purchase = folded.attribution.as_ref().and_then(|attribution| attribution.purchase);
        case.effective_environment = folded.environment;
        case.refund.environment = case.effective_environment;
        self.tx.name_refund(&case, &known.family)?;
        self.attribute(&mut case, folded.attribution, first)?;
        self.journal_state(&old, &case, first)?;
        match root {
            Some(root) => drop(self.merge_into(&mut case, root)?),
            None => {
                self.merge(&mut case, &known.facts)?;
                self.merge_same_purchases(&mut case, same)?;
            }
        }
        let mut refolded = Vec::new();
        if case != old || first {
            case.refund.updated_at = self.now;
            self.wait_for_confirmation(&mut case);
            self.tx.save_case(&case)?;
            self.alert_of_paying_back_twice(&old, &case)?;
            self.ask_for_review(&old, &case, first)?;
            // Of a new case no question can be open but one that is among its facts.
            if !first || known.facts.iter().any(|fact| matches!(fact.what, FactKind::Requested { .. })) {
                self.follow_review(&case)?;
            }
            refolded.push(Refolded { old, case, first });
        }
        if let Some(root) = root {
            refolded.extend(self.fold_again(root, false)?);
        }
        Ok(refolded)
    }

    fn journal_state(&self, old: &Case, case: &Case, first: bool) -> Result<(), LedgerError> {
        let (from, to) = (old.refund.case.state, case.refund.case.state);
        if first || from != to {
            let from = (!first).then_some(from);
            self.journal(case, &Happening::StateChanged { from, to })
        } else if old.refund.case != case.refund.case {
            self.journal(case, &Happening::Updated { state: to })
        } else {
            Ok(())
        }
    }

    pub(crate) fn journal(&self, case: &Case, happening: &Happening) -> Result<(), LedgerError> {
        let entry = NewEntry {
            inbox: self.inbox,
            refund: Some(case.refund.id),
            order: case.refund.case.about.order_id.as_deref(),
            user: case.refund.user.as_deref(),
        };
        self.tx.write_journal(entry, self.now, happening)
    }
}

/// The case that a fact is about.
struct Found {
    id: RefundId,
    /// Whether it was not known before.
    is_first: bool,
    /// Whether its environment was not known before.
    has_new_environment: bool,
}

/// A case that was folded again, before and after.
pub(super) struct Refolded {
    pub(super) old: Case,
    pub(super) case: Case,
    /// Whether the case was not known before.
    pub(super) first: bool,
}

fn about(meaning: &Meaning) -> Option<&OrderDetails> {
    match meaning {
        Meaning::Case { fact, .. } => Some(&fact.about),
        Meaning::Purchase(about) | Meaning::Order(about) | Meaning::ConsentRescinded { about } => Some(about),
        Meaning::Confirmation { .. } | Meaning::Test | Meaning::Nothing => None,
    }
}
