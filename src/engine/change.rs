//! One change of the ledger: a fact comes in, the case is folded again, and the difference is written down, all in
//! one transaction.

use super::inquiry::InquiryRules;
use super::merge::joins;
use crate::ledger::{Attribution, Case, Inboxed, LedgerError, NewCase, NewEntry, NewNotification, Tx};
use crate::model::{
    AttributedBy, Capture, CaseKey, CaseState, Environment, Fact, Happening, Meaning, OrderDetails, Place,
    Policy, Refund, RefundId, ReviewPolicy, Signal, Timestamp, What, WorkStatus,
};

/// What decisions go by, the same for every change while the engine is open.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) policy: Policy,
    pub(crate) policy_version: i64,
    /// What stores are told that ask about refund requests.
    pub(crate) reviews: ReviewPolicy,
    /// Whether the tag a store carries back is the user id where nothing else is recorded.
    pub(crate) tags_are_user_ids: bool,
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
pub(crate) struct Taken {
    /// Whether it told anything that was not known.
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
    ) -> Result<Taken, LedgerError> {
        Self::take_in(tx, rules, now, signal, body, false)
    }

    /// Takes a signal in that a store gave when it was asked.
    pub(crate) fn take_swept(
        tx: &'a Tx<'a>,
        rules: &'a Rules,
        now: Timestamp,
        signal: &Signal,
        body: &[u8],
    ) -> Result<Taken, LedgerError> {
        Self::take_in(tx, rules, now, signal, body, true)
    }

    fn take_in(
        tx: &'a Tx<'a>,
        rules: &'a Rules,
        now: Timestamp,
        signal: &Signal,
        body: &[u8],
        swept: bool,
    ) -> Result<Taken, LedgerError> {
        let inboxed = tx.take_in(&NewNotification {
            store: &signal.place.store,
            app: &signal.place.app,
            notification_id: &signal.notification_id,
            name: &signal.name,
            meaning: signal.meaning.kind(),
            made_at: signal.at,
            received_at: now,
            swept,
            body,
        })?;
        let inbox = match inboxed {
            Inboxed::New(inbox) => inbox,
            Inboxed::Repeated(refund) => {
                let refund = refund.map(|id| tx.read().refund(id)).transpose()?.flatten();
                return Ok(Taken { new: false, refund, asks: false });
            }
        };
        let change = Self { tx, rules, now, inbox: Some(inbox) };
        match &signal.meaning {
            Meaning::Case { key, fact } => change.take_fact(signal, key, fact, inbox, swept),
            other => {
                change.journal_received(signal, about(other), None)?;
                if let Meaning::Purchase(about) | Meaning::Order(about) = other
                    && tx.keep_order(&signal.place, about, inbox)?
                {
                    change.refold_all(tx.read().cases_of_order(&signal.place, about)?)?;
                }
                if let Meaning::ConsentRescinded { about } = other {
                    change.rescind_consent(&signal.place, about)?;
                }
                Ok(Taken { new: true, refund: None, asks: false })
            }
        }
    }

    fn take_fact(
        &self,
        signal: &Signal,
        key: &CaseKey,
        fact: &Fact,
        inbox: i64,
        swept: bool,
    ) -> Result<Taken, LedgerError> {
        let known = self.tx.read().case_id(&signal.place, key)?;
        let mut new = false;
        let id = match (known, signal.place.environment) {
            (Some(id), Some(environment)) => {
                new |= self.tx.tell_environment(id, environment)?;
                id
            }
            (Some(id), None) => id,
            (None, _) => self.new_case(&signal.place, key, fact)?,
        };
        let is_new_fact = self.tx.add_fact(id, inbox, fact)?;
        new |= is_new_fact;
        self.tx.tie_to_refund(inbox, id)?;
        self.journal_received(signal, Some(&fact.about), Some(id))?;
        let asks = is_new_fact && !swept && self.open_inquiry(id, &signal.place, fact)?;
        if new {
            self.refold(id, known.is_none())?;
            self.refold_what_it_joined(id)?;
            self.fail_action_that_made(signal, fact, id)?;
            self.refund_on_warning(signal, fact, id)?;
            self.refold_what_joined(id)?;
            // To a case that the store has decided since, its question adds nothing.
            if matches!(fact.what, What::Requested { .. })
                && let Some(case) = self.tx.read().case(id)?.filter(|case| case.refund.case.review.is_none())
            {
                self.follow_review(&case)?;
            }
        }
        Ok(Taken { new, refund: self.tx.read().refund(id)?, asks })
    }

    fn new_case(&self, place: &Place, key: &CaseKey, fact: &Fact) -> Result<RefundId, LedgerError> {
        let folded = CaseState::fold(std::slice::from_ref(fact), None)
            .ok_or_else(|| LedgerError::Internal("one fact folds to no case".to_owned()))?;
        let refund = Refund {
            id: 0,
            store: place.store.clone(),
            app: place.app.clone(),
            environment: place.environment,
            user: None,
            attributed_by: None,
            case: folded,
            merged_into: None,
            work_status: WorkStatus::Open,
            decision: None,
            policy_version: None,
            first_seen_at: self.now,
            updated_at: self.now,
        };
        self.tx.insert_case(&NewCase { place, key, refund: &refund })
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
        match self.fold_again(id, first)? {
            Some(refolded) => self.decide(vec![refolded]),
            None => Ok(()),
        }
    }

    /// Folds the case again that a case told by token has joined: it has that one's facts as well.
    fn refold_what_it_joined(&self, id: RefundId) -> Result<(), LedgerError> {
        let read = self.tx.read();
        let Some(by_token) = read.case(id)? else { return Ok(()) };
        match by_token.refund.merged_into {
            Some(into) if joins(&by_token, &read.facts(id)?) => self.refold(into, false),
            _ => Ok(()),
        }
    }

    /// The purchase token of a case's order, by the case's own facts, what was told of the order, or the host's record.
    fn token_of(&self, case: &Case, own: &[Fact], said: &CaseState) -> Result<Option<String>, LedgerError> {
        let read = self.tx.read();
        let orders = read.orders_told(case, &said.about)?.details;
        let Some(told) = CaseState::fold_with_orders(own, None, &orders) else { return Ok(None) };
        if told.about.purchase_token.is_some() {
            return Ok(told.about.purchase_token);
        }
        let attribution = read.attribute(&case.place, &told.about, false)?;
        let recorded = self.recorded_order(case, &told, attribution.as_ref())?;
        Ok(recorded.and_then(|(details, _)| details.purchase_token))
    }

    /// The facts of a case: its own, and what was told of the same payment by its token only.
    fn facts_with_joined(
        &self,
        case: &Case,
        own: Vec<Fact>,
        token: Option<&str>,
    ) -> Result<Vec<Fact>, LedgerError> {
        let mut facts = own;
        let Some(token) = token.filter(|_| !case.is_by_token()) else { return Ok(facts) };
        let read = self.tx.read();
        for other in read.cases_of_token(case, token)?.into_iter().filter(Case::is_by_token) {
            let its_facts = read.facts(other.refund.id)?;
            if other.refund.merged_into.is_none_or(|into| into == case.refund.id) && joins(&other, &its_facts)
            {
                facts.extend(its_facts);
            }
        }
        Ok(facts)
    }

    /// Folds cases again, and decides only then: each user once, however many of the cases are one user's.
    pub(super) fn refold_all(&self, ids: Vec<RefundId>) -> Result<(), LedgerError> {
        let mut refolded = Vec::new();
        for id in ids {
            refolded.extend(self.fold_again(id, false)?);
        }
        self.decide(refolded)
    }

    /// Folds a case again and saves it; `None` where that changes nothing.
    fn fold_again(&self, id: RefundId, first: bool) -> Result<Option<Refolded>, LedgerError> {
        let read = self.tx.read();
        let Some(old) = read.case(id)? else { return Ok(None) };
        let own = read.facts(id)?;
        let Some(said) = CaseState::fold(&own, None) else { return Ok(None) };
        let token = self.token_of(&old, &own, &said)?;
        let facts = self.facts_with_joined(&old, own, token.as_deref())?;
        let Some(said) = CaseState::fold(&facts, None) else { return Ok(None) };
        let mut orders = read.orders_told(&old, &said.about)?;
        if old.presumed {
            let presumed = OrderDetails { capture: Some(Capture::Presumed), ..OrderDetails::default() };
            orders.details.push(presumed);
        }
        let fold = |recorded| CaseState::fold_with_orders(&facts, recorded, &orders.details);
        let told = fold(None).unwrap_or(said);
        let tags_are_user_ids = self.rules.tags_are_user_ids && old.place.store.carries_the_games_tags();
        let attribution = read.attribute(&old.place, &told.about, tags_are_user_ids)?;
        let recorded = self.recorded_order(&old, &told, attribution.as_ref())?;
        let folded = match &recorded {
            Some((details, _)) => fold(Some(details)).unwrap_or(told),
            None => told,
        };

        let mut case = old.clone();
        case.refund.case = folded;
        case.purchase = attribution.as_ref().and_then(|attribution| attribution.purchase);
        let recorded_environment = recorded.and_then(|(_, environment)| environment);
        case.effective_environment = old.place.environment.or(orders.environment).or(recorded_environment);
        case.refund.environment = case.effective_environment;
        self.attribute(&mut case, attribution, first)?;
        self.journal_state(&old, &case, first)?;
        self.merge(&mut case, &facts)?;
        if case == old && !first {
            return Ok(None);
        }
        case.refund.updated_at = self.now;
        self.wait_for_confirmation(&mut case);
        self.tx.save_case(&case)?;
        self.alert_of_paying_back_twice(&old, &case)?;
        self.ask_for_review(&old, &case, first)?;
        self.follow_review(&case)?;
        Ok(Some(Refolded { old, case, first }))
    }

    /// What the host recorded of this very order, where it did.
    fn recorded_order(
        &self,
        case: &Case,
        told: &CaseState,
        attribution: Option<&Attribution>,
    ) -> Result<Option<(OrderDetails, Option<Environment>)>, LedgerError> {
        let Some(id) = attribution.and_then(|attribution| attribution.purchase) else { return Ok(None) };
        let Some(purchase) = self.tx.read().purchase(id)? else { return Ok(None) };
        // All renewals of a subscription share its token: another renewal's price is not this one's.
        let other_order = told.about.order_id.is_some()
            && purchase.order_id.is_some()
            && told.about.order_id != purchase.order_id;
        let any_renewal = told.about.order_id.is_none() && case.same_within.is_some();
        let environment = purchase.environment;
        let details = if other_order || any_renewal { OrderDetails::default() } else { purchase.details() };
        Ok(Some((details, environment)))
    }

    /// Gives the case its user. A better source than before may find another user than before: then what the old one
    /// had to bear for this refund ends.
    fn attribute(&self, case: &mut Case, found: Option<Attribution>, first: bool) -> Result<(), LedgerError> {
        let before = (case.refund.user.clone(), case.refund.attributed_by);
        let (user, by): (Option<String>, Option<AttributedBy>) =
            found.map(|found| (found.user, found.by)).unzip();
        case.refund.user = user;
        case.refund.attributed_by = by;
        if (&case.refund.user, case.refund.attributed_by) == (&before.0, before.1) && !first {
            return Ok(());
        }
        match by {
            Some(by) if case.refund.user != before.0 || first => {
                self.journal(case, &Happening::Attributed { by, before: before.0.clone() })?;
            }
            Some(_) => {}
            None => self.journal(case, &Happening::Unattributed)?,
        }
        if let Some(before) = before.0.filter(|before| Some(before) != case.refund.user.as_ref()) {
            self.withdraw_from(case, &before)?;
        }
        Ok(())
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
