//! One change of the ledger: a fact is added, the case is folded again, and the difference is written, all in one
//! transaction.

use std::sync::Arc;

use super::notices::NoticeRules;
use super::retention::Kept;
use super::same_purchase::ended_subscription;
use crate::ledger::{Case, LedgerError, NewEntry, NewNotification, Tx};
use crate::model::{
    AccessRules, AccountTags, CaseKey, CaseState, Catalogue, Environment, Fact, FactKind, Grant, GrantSource,
    Happening, Meaning, OrderDetails, Place, Policy, Refund, RefundId, ReviewPolicy, Rounding, Signal, Span,
    Store, Timestamp,
};

/// What decisions depend on, the same for every change while the engine is open.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) policy: Policy,
    pub(crate) policy_version: i64,
    /// The answers to refund reviews.
    pub(crate) reviews: ReviewPolicy,
    /// Which account tags identify a user.
    pub(crate) account_tags: AccountTags,
    /// The Stripe sections that refund on an early fraud warning, and their environment.
    pub(crate) warning_refunds: Vec<(String, Environment)>,
    /// Which refunds open an inquiry.
    pub(crate) inquiries: InquiryRules,
    /// How parts of an item are rounded.
    pub(crate) rounding: Rounding,
    /// How long things are kept.
    pub(crate) kept: Kept,
    /// What products grant and are called.
    pub(crate) catalogue: Arc<Catalogue>,
    /// Which notices are made for players, and what they say.
    pub(crate) notices: NoticeRules,
    /// What refunds do to access.
    pub(crate) access: AccessRules,
}

/// Which refunds open inquiries, and how long decisions wait.
#[derive(Debug)]
pub(crate) struct InquiryRules {
    /// How long a decision waits for an answer.
    pub(crate) wait: Span,
    /// The apps whose store's API explains refunds.
    pub(crate) apps: Vec<(Store, String)>,
}

impl InquiryRules {
    pub(super) fn covers(&self, place: &Place) -> bool {
        self.apps.iter().any(|(store, app)| *store == place.store && *app == place.app)
    }
}

/// A change within one transaction.
pub(crate) struct Change<'a> {
    pub(crate) tx: &'a Tx<'a>,
    pub(crate) rules: &'a Rules,
    pub(crate) now: Timestamp,
    /// The notification that caused it.
    pub(crate) inbox: Option<i64>,
}

/// What a signal changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ingested {
    /// Whether it reported anything new.
    pub(crate) new: bool,
    pub(crate) refund: Option<Refund>,
    /// Whether it opened an inquiry, which wakes the background.
    pub(crate) opens_inquiry: bool,
}

impl<'a> Change<'a> {
    /// Ingests a signal from a store's message.
    pub(crate) fn ingest(
        tx: &'a Tx<'a>,
        rules: &'a Rules,
        now: Timestamp,
        signal: &Signal,
        body: &[u8],
    ) -> Result<Ingested, LedgerError> {
        Self::ingest_signal(tx, rules, now, signal, body, false)
    }

    /// Ingests a signal from a store's API.
    pub(crate) fn ingest_swept(
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
        if let Some(refund) = tx.known_notification(store, app, id)? {
            let refund = refund.map(|id| tx.refund(id)).transpose()?.flatten();
            return Ok(Ingested { new: false, refund, opens_inquiry: false });
        }
        let mut change = Self { tx, rules, now, inbox: None };
        let without_user = change.without_forgotten(signal)?;
        let signal = without_user.as_ref().unwrap_or(signal);
        let found = match &signal.meaning {
            Meaning::Case { key, fact } => Some(change.case_of(&signal.place, key, fact)?),
            _ => None,
        };
        let without_personal = match &found {
            Some(found) => change.without_personal(signal, found.id)?,
            None => None,
        };
        let signal = without_personal.as_ref().unwrap_or(signal);
        let inbox = tx.keep_notification(&NewNotification {
            store,
            app,
            notification_id: id,
            name: &signal.name,
            meaning: signal.meaning.kind(),
            made_at: signal.at,
            received_at: now,
            refund: found.as_ref().map(|found| found.id),
            swept,
            body,
            // Of a message that means nothing no order is read, by which it could be found for its user.
            keeps_body: without_user.is_none()
                && without_personal.is_none()
                && signal.meaning != Meaning::Nothing,
        })?;
        change.inbox = Some(inbox);
        match (&signal.meaning, found) {
            (Meaning::Case { fact, .. }, Some(found)) => change.add_fact(signal, fact, &found, inbox, swept),
            (other, _) => {
                change.journal_received(signal, about(other), None)?;
                if let Meaning::Purchase(about) | Meaning::Order(about) = other {
                    if tx.keep_order(&signal.place, about, inbox)? {
                        change.refold_all(tx.read().cases_of_order(&signal.place, about)?)?;
                    } else if about.order_id.is_none() {
                        // Nothing leads from an order to this message, so no export of its user would have it.
                        tx.drop_body(inbox)?;
                    }
                }
                if let Meaning::ConsentRescinded { about } = other {
                    change.rescind_consent(&signal.place, about)?;
                }
                Ok(Ingested { new: true, refund: None, opens_inquiry: false })
            }
        }
    }

    /// The case of a fact; a new one if none is known.
    fn case_of(&self, place: &Place, key: &CaseKey, fact: &Fact) -> Result<FactCase, LedgerError> {
        let known = match self.tx.case_of_key(place, key)? {
            Some(case) => Some(case),
            None => self.case_of_same_purchase(place, key, &fact.about)?,
        };
        if let Some(mut case) = known {
            let has_new_environment = match place.environment {
                Some(environment) => self.tx.report_environment(&mut case, environment)?,
                None => false,
            };
            return Ok(FactCase { id: case.refund.id, is_first: false, has_new_environment });
        }
        let folded = CaseState::fold(std::slice::from_ref(fact), None)
            .ok_or_else(|| LedgerError::Internal("one fact folds to no case".to_owned()))?;
        let case = self.tx.insert_case(place, key, folded, self.now)?;
        Ok(FactCase { id: case.refund.id, is_first: true, has_new_environment: false })
    }

    fn add_fact(
        &self,
        signal: &Signal,
        fact: &Fact,
        found: &FactCase,
        inbox: i64,
        swept: bool,
    ) -> Result<Ingested, LedgerError> {
        let id = found.id;
        let is_new_fact = self.tx.add_fact(id, inbox, fact)?;
        let new = is_new_fact || found.has_new_environment;
        self.journal_received(signal, Some(&fact.about), Some(id))?;
        let opens_inquiry = is_new_fact && !swept && self.open_inquiry(id, &signal.place, fact)?;
        if new {
            self.refold(id, found.is_first)?;
            self.refold_merge_target(id)?;
            self.fail_action_that_made(signal, fact, id)?;
            self.refund_on_warning(signal, fact, id)?;
            self.refold_merged_by_token(id)?;
            // A repeated review of a case that the store has decided changes nothing.
            if matches!(fact.what, FactKind::Requested { .. })
                && let Some(case) = self.tx.case(id)?.filter(|case| case.refund.case.review.is_none())
            {
                self.follow_review(&case)?;
            }
        }
        Ok(Ingested { new, refund: self.tx.refund(id)?, opens_inquiry })
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

    /// Folds a case again from all its facts and the host's record, and writes what that changes.
    fn refold(&self, id: RefundId, first: bool) -> Result<(), LedgerError> {
        let refolded = self.fold_again(id, first)?;
        self.decide(refolded)
    }

    /// Folds the case again that a case by token was merged into: it includes that one's facts.
    fn refold_merge_target(&self, id: RefundId) -> Result<(), LedgerError> {
        let Some(joined) = self.tx.case(id)?.filter(Case::is_by_token) else { return Ok(()) };
        match joined.refund.merged_into {
            Some(into) if joins(&joined, &self.tx.facts(id)?) => self.refold(into, false),
            _ => Ok(()),
        }
    }

    /// Folds cases again and then decides: once per user, however many cases a user has.
    pub(super) fn refold_all(&self, ids: Vec<RefundId>) -> Result<(), LedgerError> {
        let mut refolded = Vec::new();
        for id in ids {
            refolded.extend(self.fold_again(id, false)?);
        }
        self.decide(refolded)
    }

    /// Folds a case again and saves it; empty if nothing changed. If it is a duplicate of another case's purchase,
    /// that case is folded as well.
    fn fold_again(&self, id: RefundId, first: bool) -> Result<Vec<Refolded>, LedgerError> {
        let Some(old) = self.tx.case(id)? else { return Ok(Vec::new()) };
        let Some(own) = self.case_inputs(&old, self.tx.facts(id)?)? else { return Ok(Vec::new()) };
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
            let is_ended = known.is_ended;
            known = self.case_inputs(&old, facts)?.unwrap_or(known).with_end(is_ended);
            folded = self.fold(&old, &known)?;
        }

        let mut case = old.clone();
        case.refund.case = folded.state;
        set_granted(&mut case, folded.grants);
        case.repays = folded.repays;
        case.marks.bought = folded.bought;
        self.mark_seen(&mut case);
        case.purchase = folded.attribution.as_ref().and_then(|attribution| attribution.purchase);
        case.effective_environment = folded.environment;
        case.refund.environment = case.effective_environment;
        self.tx.name_refund(&case, &known.family)?;
        self.attribute(&mut case, folded.attribution, first)?;
        self.journal_state(&old, &case, first)?;
        // Not what the catalogue says later of a product that was known.
        let was_known = old.granted.is_none() && old.refund.case.about.product.is_some();
        if !was_known {
            self.look_up_granted(&mut case);
        }
        let mut joined = Joined::default();
        match root {
            Some(root) => drop(self.merge_into(&mut case, root)?),
            None => {
                joined = self.merge(&mut case, &known.facts)?;
                joined.took_over |= self.merge_same_purchases(&mut case, same)?;
            }
        }
        let of_orders = match case.is_by_token() && ended_subscription(&case) {
            true => (old.refund.merged_into, case.refund.merged_into),
            false => (None, None),
        };
        let mut refolded = Vec::new();
        if case != old || first || joined.took_over {
            case.refund.updated_at = self.now;
            self.wait_for_confirmation(&mut case);
            self.tx.save_case(&mut case)?;
            self.alert_if_paid_back_twice(&old, &case)?;
            self.queue_review(&old, &case, first)?;
            // A new case can have an open review only if one is among its facts.
            if !first || known.facts.iter().any(|fact| matches!(fact.what, FactKind::Requested { .. })) {
                self.follow_review(&case)?;
            }
            refolded.push(Refolded { old, case, first });
        }
        refolded.extend(joined.counting);
        if let Some(root) = root {
            refolded.extend(self.fold_again(root, false)?);
        }
        // That the subscription ended counts in the case that now represents this one, and no longer in the one before.
        if of_orders.0 != of_orders.1 {
            for order in [of_orders.0, of_orders.1].into_iter().flatten() {
                refolded.extend(self.fold_again(order, false)?);
            }
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

/// What the host's record of the order says that it granted, before what an operator said.
fn set_granted(case: &mut Case, recorded: Option<Vec<Grant>>) {
    if let Some(recorded) = recorded {
        case.granted = Some((GrantSource::Purchase, recorded));
    } else if let Some((GrantSource::Purchase, _)) = case.granted {
        case.granted = None;
    }
}

/// The case of a fact.
struct FactCase {
    id: RefundId,
    /// Whether it is new.
    is_first: bool,
    /// Whether its environment is new.
    has_new_environment: bool,
}

/// A case that was folded again, before and after.
pub(super) struct Refolded {
    pub(super) old: Case,
    pub(super) case: Case,
    /// Whether the case is new.
    pub(super) first: bool,
}

/// What came of looking for cases of the same refund.
#[derive(Default)]
pub(super) struct Joined {
    /// The case that took over from this one.
    pub(super) counting: Option<Refolded>,
    /// Whether this one took over from another: its books may have changed, and nothing else.
    pub(super) took_over: bool,
}

/// Whether the facts of a case by token count in the case by order: if the token identifies a single purchase, and
/// every refund has a step, which is the same in both reports.
pub(super) fn joins(by_token: &Case, its_facts: &[Fact]) -> bool {
    let steps = || {
        its_facts.iter().filter_map(|fact| match &fact.what {
            FactKind::Refunded { step, .. } | FactKind::Reversed { step, .. } => Some(step.is_some()),
            FactKind::Declined | FactKind::Requested { .. } => None,
        })
    };
    by_token.is_by_token()
        && by_token.same_within.is_none()
        && steps().next().is_some()
        && steps().all(|named| named)
}

fn about(meaning: &Meaning) -> Option<&OrderDetails> {
    match meaning {
        Meaning::Case { fact, .. } => Some(&fact.about),
        Meaning::Purchase(about) | Meaning::Order(about) | Meaning::ConsentRescinded { about } => Some(about),
        Meaning::Confirmation { .. } | Meaning::Test | Meaning::Nothing => None,
    }
}
