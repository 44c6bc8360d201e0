//! From a folded case to blocks and events: the policy's decision compared with the one before.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Refolded};
use crate::ledger::{Case, LedgerError, MemoryUpdate, NewEntry};
use crate::model::{
    Action, Block, BlockCause, BlockFor, CountedRefund, Decision, EndedBy, Environment, Event, EventKind,
    Happening, Recovery, RefundId, RefundView, ReportedTotal, Span, StoreState, Timestamp, Trust, counts,
};
use crate::stores::profile;

impl Change<'_> {
    /// Decides on refolded cases, and on their users' other cases if a rule looks at them.
    pub(super) fn decide(&self, refolded: Vec<Refolded>) -> Result<(), LedgerError> {
        let mut users: BTreeMap<String, Vec<Refolded>> = BTreeMap::new();
        for one in &refolded {
            self.settle_inquiries(&one.case)?;
        }
        for mut one in refolded {
            // As last saved: a case folded later may have taken it over.
            if let Some(saved) = self.tx.case(one.case.refund.id)? {
                one.case = saved;
            }
            if let Some(before) = one.old.refund.user.clone()
                && one.case.refund.user.as_ref() != Some(&before)
            {
                let moved = Refolded { old: one.old.clone(), case: one.case.clone(), first: one.first };
                users.entry(before).or_default().push(moved);
            }
            match one.case.refund.user.clone() {
                Some(user) => users.entry(user).or_default().push(one),
                None => {
                    self.book_again(&one.case)?;
                    self.queue_unattributed(&one)?;
                }
            }
        }
        for (user, refolded) in users {
            match self.rules.policy.longest_window() {
                Some(window) => self.decide_in_view(&user, &refolded, window)?,
                None => self.decide_each(&user, refolded)?,
            }
        }
        Ok(())
    }

    fn queue_unattributed(&self, one: &Refolded) -> Result<(), LedgerError> {
        let owed = |case: &Case| case.refund.case.state.is_refunded() && is_sure(case);
        if owed(&one.case) && one.case.refund.merged_into.is_none() && (one.first || !owed(&one.old)) {
            self.queue(EventKind::Unattributed, &one.case, None)?;
        }
        Ok(())
    }

    /// Decides on a user's refolded cases, each on its own.
    fn decide_each(&self, user: &str, refolded: Vec<Refolded>) -> Result<(), LedgerError> {
        for one in refolded.into_iter().filter(|one| one.case.refund.user.as_deref() == Some(user)) {
            if self.is_open_to_decision(&one.case) || has_changed(&one) {
                let wanted = self.wanted(&one.case, &[])?;
                self.carry_out(one.case, wanted)?;
            } else {
                self.book_again(&one.case)?;
            }
        }
        Ok(())
    }

    /// Decides on a user's refunds in the order of the store's times, each with the earlier ones in view, as far as
    /// the refolded ones can affect. So the outcome does not depend on the order in which they became known.
    fn decide_in_view(&self, user: &str, refolded: &[Refolded], window: Span) -> Result<(), LedgerError> {
        let times = || refolded.iter().flat_map(|one| [one.old.refund.case.at, one.case.refund.case.at]);
        let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(()) };
        let before = Span::from_millis(window.millis().saturating_neg());
        let changed: BTreeSet<RefundId> =
            refolded.iter().filter(|one| has_changed(one)).map(|one| one.case.refund.id).collect();

        let mut earlier = Vec::new();
        for case in self.tx.read().cases_of_user(user, first.plus(before), last.plus(window))? {
            let decides = case.refund.case.at >= first
                && (self.is_open_to_decision(&case) || changed.contains(&case.refund.id));
            let decision = if decides {
                let wanted = self.wanted(&case, &earlier)?;
                self.carry_out(case.clone(), wanted.clone())?;
                wanted
            } else {
                if refolded.iter().any(|one| one.case.refund.id == case.refund.id) {
                    self.book_again(&case)?;
                }
                case.refund.decision.clone()
            };
            let environment = case.effective_environment.unwrap_or(Environment::Production);
            let is_counted = decision.is_some_and(|decision| {
                counts(environment, &case.refund.case, case.refund.attributed_by, &decision)
            });
            if is_counted && !self.waits_for_answer(&case)? {
                earlier.push(CountedRefund { at: case.refund.case.at, amount: case.refund.case.amount });
            }
        }
        Ok(())
    }

    /// A decision by an older policy stays until the case itself changes.
    fn is_open_to_decision(&self, case: &Case) -> bool {
        case.refund.decision.as_ref().is_none_or(Decision::is_waiting)
            || case.refund.policy_version == Some(self.rules.policy_version)
    }

    /// The policy's decision on a case: none if nothing is refunded, or another case represents it.
    fn wanted(&self, case: &Case, earlier: &[CountedRefund]) -> Result<Option<Decision>, LedgerError> {
        let refund = &case.refund;
        if refund.user.is_none() || refund.merged_into.is_some() || !refund.case.state.is_refunded() {
            return Ok(None);
        }
        let decision = self.rules.policy.decide(RefundView {
            store: &refund.store,
            environment: case.effective_environment.unwrap_or(Environment::Production),
            case: &refund.case,
            maybe_unacknowledged: self.is_maybe_unacknowledged(case)?,
            attributed_by: refund.attributed_by,
            earlier,
        });
        // A decision from before a further partial refund stays while the store is queried about that part.
        let is_more = Effect::of(Some(&decision)).alerts && !Effect::of(refund.decision.as_ref()).alerts;
        let waits = is_more && self.waits_for_answer(case)?;
        Ok(Some(if waits { Decision::waiting() } else { decision }))
    }

    /// Whether the store may have refunded on its own because the game never acknowledged the purchase.
    fn is_maybe_unacknowledged(&self, case: &Case) -> Result<bool, LedgerError> {
        let Some(unacknowledged) = &profile(&case.place.store).unacknowledged else { return Ok(false) };
        let known_since = match case.refund.case.about.purchased_at {
            Some(_) => None,
            None => self.tx.read().known_since(case)?,
        };
        Ok(unacknowledged.may_include(&case.refund.case, known_since))
    }

    /// Carries out a decision: writes it, makes or ends its block, and notifies the host.
    fn carry_out(&self, mut case: Case, wanted: Option<Decision>) -> Result<(), LedgerError> {
        let (before, notified_before) = (case.refund.decision.take(), case.notified);
        let (was, is) = (Effect::of(before.as_ref()), Effect::of(wanted.as_ref()));
        let refunded = refunded_for_sure(&case);
        case.notified = notified_of(notified_before, refunded, is.reports);
        let alerts = is.alerts && !case.alerted;
        case.alerted = (case.alerted || is.alerts) && wanted.is_some();
        if before == wanted && notified_before == case.notified && !alerts {
            case.refund.decision = before;
            return self.book_again(&case);
        }
        let may_have_blocked = case.decided;
        case.decided |= wanted.is_some();
        case.refund.decision.clone_from(&wanted);
        case.refund.policy_version = wanted.as_ref().map(|_| self.rules.policy_version);
        let booked = self.book(&mut case)?;
        case.refund.updated_at = self.now;
        self.tx.save_decision(&case)?;
        if let Some(decision) = wanted.as_ref().filter(|decision| before.as_ref() != Some(decision)) {
            let policy_version = self.rules.policy_version;
            self.journal(&case, &Happening::Decided { decision: decision.clone(), policy_version })?;
        }
        let is_notified = self.queue_refund_events(&case, notified_before, &booked.books)?;
        if alerts {
            self.queue(EventKind::Alert, &case, None)?;
        }
        match wanted {
            Some(Decision { rule, action: Action::Block(length) }) => {
                let blocks = match may_have_blocked {
                    true => self.tx.read().blocks_by_refund(case.refund.id)?,
                    false => Vec::new(),
                };
                self.ensure_block(&case, rule, length, before.as_ref(), &blocks)?;
            }
            _ if was.blocks => {
                let reversed = wanted.is_none() && case.refund.case.state == StoreState::Reversed;
                self.end_blocks_of(&case, if reversed { EndedBy::Reversal } else { EndedBy::Redecided })?;
            }
            _ => {}
        }
        // The reversal comes after the block has ended, so that the player can receive the items.
        if notified_before.is_some() && case.notified.is_none() && case.refund.merged_into.is_none() {
            self.queue_with_books(EventKind::Reversal, &case, booked.books)?;
        } else if booked.changed && !is_notified {
            self.queue_with_books(EventKind::Recovery, &case, booked.books)?;
        }
        Ok(())
    }

    /// Notifies the host of what to take back or to give again. Only if money moved, whatever else became known.
    fn queue_refund_events(
        &self,
        case: &Case,
        notified_before: Option<ReportedTotal>,
        books: &Recovery,
    ) -> Result<bool, LedgerError> {
        let price = case.refund.case.about.price;
        let up_to_price = |total: Option<ReportedTotal>| total.map(|total| total.capped_at(price));
        match (up_to_price(notified_before), up_to_price(case.notified)) {
            (Some(before), Some(now)) if now.is_less_than(&before) => {
                self.queue_with_books(EventKind::Reversal, case, books.clone())?;
            }
            (before, Some(now)) if before != Some(now) => {
                self.queue_with_books(EventKind::Refund, case, books.clone())?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Makes the block of a decision, or corrects the length of the existing one. The length counts from when the
    /// refund first blocked; `blocks` are the blocks it caused. A block that an operator ended stays ended, until the
    /// store reverses the refund and gives it again.
    fn ensure_block(
        &self,
        case: &Case,
        rule: String,
        length: BlockFor,
        before: Option<&Decision>,
        blocks: &[Block],
    ) -> Result<(), LedgerError> {
        let cause = BlockCause::Refund { refund: case.refund.id, rule };
        let (Some(first), Some(latest)) = (blocks.first(), blocks.last()) else {
            return self.block_for_refund(case, cause, length.until(self.now));
        };
        let forgiven = matches!(&latest.ended, Some(end) if matches!(end.why, EndedBy::Operator { .. }));
        if !Effect::of(before).blocks {
            if forgiven && before.is_some() {
                return Ok(());
            }
            return self.block_for_refund(case, cause, length.until(self.now));
        }
        let until = length.until(first.made_at);
        let over = until.is_some_and(|until| until <= self.now);
        if latest.until == until || forgiven {
            return Ok(());
        }
        // The new one first, so that the user stays blocked.
        if !over {
            self.block_for_refund(case, cause, until)?;
        }
        if latest.ended.is_none() {
            self.end_block(latest.clone(), EndedBy::Redecided, Some(case))?;
        }
        Ok(())
    }

    /// Queues an event about a refund with its books.
    pub(super) fn queue_with_books(
        &self,
        kind: EventKind,
        case: &Case,
        books: Recovery,
    ) -> Result<(), LedgerError> {
        self.queue_event(Event { recovery: Some(books), ..self.event(kind, case, None) })
    }

    /// Moves decisions and notifications of the case by token to the case by order that it duplicates.
    pub(super) fn take_over(&self, case: &mut Case, by_token: &mut Case) -> Result<(), LedgerError> {
        if case.refund.user == by_token.refund.user && case.notified.is_none() {
            case.notified = by_token.notified.take();
        }
        if case.refund.decision.is_none() && case.refund.user == by_token.refund.user {
            case.refund.decision = by_token.refund.decision.take();
            case.refund.policy_version = by_token.refund.policy_version.take();
            case.alerted = by_token.alerted;
            case.decided |= by_token.decided;
            for block in self.tx.read().blocks_by_refund(by_token.refund.id)? {
                self.tx.hand_block_over(&block, case.refund.id)?;
            }
            self.carry_books(by_token, case)?;
            self.book(by_token)?;
            return Ok(());
        }
        by_token.refund.decision = None;
        by_token.refund.policy_version = None;
        self.end_blocks_of(by_token, EndedBy::Redecided)?;
        let was_notified = by_token.notified.take().is_some();
        if case.refund.user == by_token.refund.user {
            self.carry_books(by_token, case)?;
        }
        let booked = self.book(by_token)?;
        if was_notified {
            self.queue_with_books(EventKind::Reversal, by_token, booked.books)?;
        }
        Ok(())
    }

    /// Ends the consequences for a user of a refund that turned out to be another user's.
    pub(super) fn withdraw_from(&self, case: &mut Case, user: &str) -> Result<(), LedgerError> {
        let mut theirs = case.clone();
        theirs.refund.user = Some(user.to_owned());
        self.end_blocks_of(&theirs, EndedBy::Reattributed)?;
        let books = self.book_out(case, user)?;
        if case.notified.take().is_some() {
            self.queue_with_books(EventKind::Reversal, &theirs, books)?;
        }
        case.alerted = false;
        case.reported_at = None;
        case.refund.decision = None;
        case.refund.policy_version = None;
        Ok(())
    }

    fn block_for_refund(
        &self,
        case: &Case,
        cause: BlockCause,
        until: Option<Timestamp>,
    ) -> Result<(), LedgerError> {
        let Some(user) = case.refund.user.as_deref() else { return Ok(()) };
        let block = self.tx.insert_block(user, cause, self.now, until)?;
        let happening = Happening::Blocked { block: block.id, until, who: None, why: None };
        self.journal(case, &happening)?;
        self.tx.note(MemoryUpdate::Blocked(user.to_owned()));
        self.queue(EventKind::Block, case, Some(block))
    }

    /// Ends the active blocks that a refund caused, and no others.
    fn end_blocks_of(&self, case: &Case, why: EndedBy) -> Result<(), LedgerError> {
        for block in self.tx.read().blocks_by_refund(case.refund.id)? {
            if block.ended.is_none() {
                self.end_block(block, why.clone(), Some(case))?;
            }
        }
        Ok(())
    }

    /// Ends one block, and notifies the host if it was the user's last.
    pub(super) fn end_block(
        &self,
        block: Block,
        why: EndedBy,
        case: Option<&Case>,
    ) -> Result<bool, LedgerError> {
        let Some(ended) = self.tx.end_block(block, self.now, why.clone())? else { return Ok(false) };
        let refund = match &ended.cause {
            BlockCause::Refund { refund, .. } => Some(*refund),
            BlockCause::Operator { .. } => None,
        };
        let entry = NewEntry {
            inbox: self.inbox,
            refund,
            order: case.and_then(|case| case.refund.case.about.order_id.as_deref()),
            user: Some(&ended.user),
        };
        self.tx.write_journal(entry, self.now, &Happening::BlockEnded { block: ended.id, why })?;
        if !self.tx.read().is_blocked(&ended.user)? {
            self.tx.note(MemoryUpdate::Unblocked(ended.user.clone()));
            let refund = match (case, refund) {
                (Some(case), _) => Some(case.refund.clone()),
                (None, Some(id)) => self.tx.refund(id)?,
                (None, None) => None,
            };
            self.queue_event(Event {
                id: 0,
                kind: EventKind::Unblock,
                user: Some(ended.user.clone()),
                refund_id: refund.as_ref().map(|refund| refund.id),
                at: self.now,
                attempt: 0,
                refund,
                block: Some(ended),
                gap: None,
                recovery: None,
            })?;
        }
        Ok(true)
    }

    /// Notifies the host of a refund review that waits for an answer.
    pub(super) fn queue_review(&self, old: &Case, case: &Case, first: bool) -> Result<(), LedgerError> {
        let review_before = if first { None } else { old.refund.case.review.as_ref() };
        match &case.refund.case.review {
            // The store repeats a review under new ids; only a later deadline makes it a new one. With a deadline in
            // the past there is nothing left to do.
            Some(review)
                if review_before.is_none_or(|before| before.deadline < review.deadline)
                    && review.deadline.is_none_or(|deadline| self.now < deadline) =>
            {
                self.queue(EventKind::Review, case, None)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn queue(
        &self,
        kind: EventKind,
        case: &Case,
        block: Option<Block>,
    ) -> Result<(), LedgerError> {
        self.queue_event(self.event(kind, case, block))
    }

    fn event(&self, kind: EventKind, case: &Case, block: Option<Block>) -> Event {
        Event {
            id: 0,
            kind,
            user: case.refund.user.clone(),
            refund_id: Some(case.refund.id),
            at: self.now,
            attempt: 0,
            refund: Some(case.refund.clone()),
            block,
            gap: None,
            recovery: None,
        }
    }

    pub(super) fn queue_event(&self, event: Event) -> Result<(), LedgerError> {
        let id = self.tx.queue_event(&event, &self.spelled(event.clone())?)?;
        let entry = NewEntry {
            inbox: self.inbox,
            refund: event.refund_id,
            order: event.refund.as_ref().and_then(|refund| refund.case.about.order_id.as_deref()),
            user: event.user.as_deref(),
        };
        self.tx.write_journal(entry, self.now, &Happening::EventMade { event: id, kind: event.kind })
    }
}

impl Change<'_> {
    /// An event with the users' spelling of the host.
    fn spelled(&self, mut event: Event) -> Result<Event, LedgerError> {
        let block = event.block.iter_mut().map(|block| &mut block.user);
        let refund =
            event.refund.iter_mut().flat_map(|refund| refund.user.iter_mut().chain(&mut refund.claimants));
        for user in event.user.iter_mut().chain(block).chain(refund) {
            *user = self.tx.spelling(user)?;
        }
        Ok(event)
    }
}

/// Whether anything changed that a rule may look at.
fn has_changed(one: &Refolded) -> bool {
    one.old.refund.case != one.case.refund.case
        || one.old.effective_environment != one.case.effective_environment
        || one.old.refund.user != one.case.refund.user
        || one.old.refund.attributed_by != one.case.refund.attributed_by
        || one.old.refund.merged_into != one.case.refund.merged_into
}

/// Whether a refund is more than a hint.
fn is_sure(case: &Case) -> bool {
    case.refund.case.trust >= Trust::Signed
}

/// What the store reliably reports as refunded, by a case that no other represents. A hint alone must not make the
/// host take items back.
fn refunded_for_sure(case: &Case) -> Option<ReportedTotal> {
    let counts = case.refund.case.state.is_refunded() && is_sure(case) && case.refund.merged_into.is_none();
    counts.then_some(case.refund.case.reported_total)
}

/// What the host has been notified of once a decision is carried out. A reduction is the store's doing and is always
/// passed on, an increase only if the decision notifies; a decision alone changes nothing.
fn notified_of(
    before: Option<ReportedTotal>,
    refunded: Option<ReportedTotal>,
    notifies: bool,
) -> Option<ReportedTotal> {
    let refunded = refunded?;
    let is_less = before.is_some_and(|before| refunded.is_less_than(&before));
    if notifies || is_less { Some(refunded) } else { before }
}

/// The consequences of a decision for the host.
#[derive(Clone, Copy, Default)]
struct Effect {
    reports: bool,
    alerts: bool,
    blocks: bool,
}

impl Effect {
    const fn of(decision: Option<&Decision>) -> Self {
        let Some(decision) = decision else { return Self { reports: false, alerts: false, blocks: false } };
        Self {
            reports: !matches!(decision.action, Action::Exclude),
            alerts: matches!(decision.action, Action::Alert | Action::Block(_)),
            blocks: matches!(decision.action, Action::Block(_)),
        }
    }
}
