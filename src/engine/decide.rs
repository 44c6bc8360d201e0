//! From a folded case to blocks and events: the policy's decision compared with the one before.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Refolded};
use super::in_view::{alerts, decide_in_order, is_to_be_decided, wanted};
use super::inquiry::waits_for_answer;
use super::recovery::take_over_work;
use super::until_repaid::until_repaid;
use crate::ledger::{Case, LedgerError, MemoryUpdate, NewEntry};
use crate::model::{
    Action, Block, BlockCause, BlockEnd, BlockFor, CountedRefund, Decision, EndedBy, Event, EventKind,
    Happening, Recovery, RefundId, ReportedTotal, Span, StoreState, Timestamp, Trust,
};

impl Change<'_> {
    /// Decides on refolded cases, and on their users' other cases if a rule looks at them.
    pub(super) fn decide(&self, refolded: Vec<Refolded>) -> Result<(), LedgerError> {
        let mut users: BTreeMap<String, Vec<Refolded>> = BTreeMap::new();
        let before = before_all(&refolded);
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
        self.follow_access(&before)
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
                let changed = has_changed(&one);
                self.decide_one(one.case, &[], changed)?;
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

        let decide = |case: Case, earlier: &[CountedRefund]| {
            let decides = case.refund.case.at >= first
                && (self.is_open_to_decision(&case) || changed.contains(&case.refund.id));
            let decision = if decides {
                let wanted = self.decide_one(case.clone(), earlier, changed.contains(&case.refund.id))?;
                if !refolded.iter().any(|one| one.case.refund.id == case.refund.id) {
                    self.follow_access(std::slice::from_ref(&case))?;
                }
                wanted
            } else {
                if refolded.iter().any(|one| one.case.refund.id == case.refund.id) {
                    self.book_again(&case)?;
                }
                case.refund.decision.clone()
            };
            Ok((case, decision))
        };
        let cases = self.tx.cases_of_user(user, first.plus(before), last.plus(window))?;
        decide_in_order(cases, decide, |case| waits_for_answer(self.tx.read(), case))
    }

    /// Notes, when a refund is first decided for its user, whether that user owed something then. It is read once and
    /// kept, so that deciding again and a trial of other rules see the same.
    fn note_debts(&self, case: &mut Case) -> Result<(), LedgerError> {
        if case.owed_before.is_none() && is_to_be_decided(case) {
            case.owed_before = Some(self.tx.read().owes_for_earlier(case, case.refund.case.at)?);
        }
        Ok(())
    }

    /// A decision by an older policy stays until the case itself changes.
    fn is_open_to_decision(&self, case: &Case) -> bool {
        case.refund.decision.as_ref().is_none_or(Decision::is_waiting)
            || case.refund.policy_version == Some(self.rules.policy_version)
    }

    /// Decides on a case and carries the decision out; `changed`: more became known about it.
    fn decide_one(
        &self,
        mut case: Case,
        earlier: &[CountedRefund],
        changed: bool,
    ) -> Result<Option<Decision>, LedgerError> {
        self.note_debts(&mut case)?;
        let by_rules = case.overruled.is_none() && case.exclusion.is_none();
        if is_to_be_decided(&case) && by_rules && (changed || !case.decided) {
            self.look_for_exclusion(&mut case)?;
        }
        let wanted = self.wanted(&case, earlier)?;
        self.carry_out(case, wanted.clone())?;
        Ok(wanted)
    }

    /// The decision on a case: none if nothing is refunded, or another case represents it.
    fn wanted(&self, case: &Case, earlier: &[CountedRefund]) -> Result<Option<Decision>, LedgerError> {
        wanted(&self.rules.policy, self.tx.read(), case, earlier)
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
        if notified_before.is_none() {
            self.look_up_granted(&mut case);
        }
        case.refund.decision.clone_from(&wanted);
        case.refund.policy_version = wanted.as_ref().map(|_| self.rules.policy_version);
        let booked = self.book(&mut case)?;
        // The first decision that blocks for a time makes a block. Whether another one does shows below.
        if is.blocks && !may_have_blocked && until_repaid(wanted.as_ref()).is_none() {
            self.mark_blocked(&mut case);
        }
        case.refund.updated_at = self.now;
        self.tx.save_decision(&mut case)?;
        if let Some(decision) = wanted.as_ref().filter(|decision| before.as_ref() != Some(decision)) {
            let policy_version = self.rules.policy_version;
            self.journal(&case, &Happening::Decided { decision: decision.clone(), policy_version })?;
        }
        let is_notified = self.queue_refund_events(&case, notified_before, &booked.books)?;
        let is_more = is_notified
            && case
                .notified
                .is_some_and(|now| notified_before.is_none_or(|before| !now.is_less_than(&before)));
        if is_more && case.booked {
            self.notice_of_taken(&case, &booked.books)?;
        }
        if may_have_blocked && notified_before.is_some() != case.notified.is_some() {
            self.notices_of_other_state(&case, case.notified.is_none())?;
        }
        if alerts {
            self.queue(EventKind::Alert, &case, None)?;
        }
        match wanted {
            Some(Decision { action: Action::Block(length), .. }) => {
                let blocks = match may_have_blocked {
                    true => self.tx.read().blocks_by_refund(case.refund.id)?,
                    false => Vec::new(),
                };
                // An operator's new decision comes after whatever an operator ended before.
                let insists = case.overruled.is_some() && before != case.refund.decision;
                match length {
                    BlockFor::UntilRepaid { .. } => {
                        self.block_until_repaid(&case, booked.payment, before.as_ref(), &blocks, insists)?;
                    }
                    _ => {
                        self.ensure_block(&case, length, before.as_ref(), &blocks, insists)?;
                        self.settle_blocks(&case, booked.payment)?;
                    }
                }
            }
            _ if was.blocks => {
                let reversed = wanted.is_none() && case.refund.case.state == StoreState::Reversed;
                self.end_blocks_of(&case, if reversed { EndedBy::Reversal } else { EndedBy::Redecided })?;
                self.settle_blocks(&case, booked.payment)?;
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
    /// refund first blocked, or from when an operator decided it; `blocks` are the blocks it caused. A block that an
    /// operator ended stays ended, until the store reverses the refund and gives it again, or an operator `insists`.
    fn ensure_block(
        &self,
        case: &Case,
        length: BlockFor,
        before: Option<&Decision>,
        blocks: &[Block],
        insists: bool,
    ) -> Result<(), LedgerError> {
        let rule = case.refund.decision.as_ref().map(|decision| decision.rule.clone()).unwrap_or_default();
        let cause = BlockCause::Refund { refund: case.refund.id, rule };
        let begins = case.overruled.as_ref().map_or(self.now, |by| by.at);
        let is_over = |until: Option<Timestamp>| until.is_some_and(|until| until <= self.now);
        let block = |until| match is_over(until) {
            true => Ok(()),
            false => self.block_for_refund(case, cause.clone(), until),
        };
        let (Some(first), Some(latest)) = (blocks.first(), blocks.last()) else {
            return block(length.until(begins));
        };
        let forgiven = !insists && latest.ended.as_ref().is_some_and(BlockEnd::is_by_operator);
        if !Effect::of(before).blocks {
            if forgiven && before.is_some() {
                return Ok(());
            }
            return block(length.until(begins));
        }
        let since = case.overruled.as_ref().map_or(first.made_at, |by| by.at.max(first.made_at));
        let until = length.until(since);
        let is_same = latest.until == until && !latest.until_settled && (latest.ended.is_none() || !insists);
        if is_same || forgiven {
            return Ok(());
        }
        // The new one first, so that the user stays blocked.
        block(until)?;
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

    /// Moves decisions, notifications, books and operators' work of a case to the case that represents it, which is the
    /// same refund.
    pub(super) fn take_over(&self, case: &mut Case, other: &mut Case) -> Result<(), LedgerError> {
        let is_same_user = case.refund.user == other.refund.user;
        let was_unknown = case.notified.is_none() && other.refund.case.about.product.is_none();
        if is_same_user {
            if case.notified.is_none() {
                case.notified = other.notified.take();
            }
            // Both keep them, in case they turn out to be two refunds.
            case.overruled = case.overruled.take().or_else(|| other.overruled.clone());
            case.exclusion = case.exclusion.or(other.exclusion);
            case.reported_at = case.reported_at.or(other.reported_at);
        }
        take_over_work(case, other);
        if was_unknown {
            self.look_up_granted(case);
        }
        let carried = self.carry_to(other, case)?;
        if case.refund.decision.is_none() && is_same_user {
            case.refund.decision = other.refund.decision.take();
            case.refund.policy_version = other.refund.policy_version.take();
            case.alerted = other.alerted;
            case.owed_before = case.owed_before.or(other.owed_before);
            case.decided |= other.decided;
            case.marks.take_over(&other.marks);
            self.take_over_payment(case, other)?;
            for block in self.tx.read().blocks_by_refund(other.refund.id)? {
                self.tx.hand_block_over(&block, case.refund.id)?;
            }
            self.tx.hand_notices_over(other.refund.id, case.refund.id)?;
            self.book(other)?;
            return Ok(());
        }
        other.refund.decision = None;
        other.refund.policy_version = None;
        self.end_blocks_of(other, EndedBy::Redecided)?;
        self.drop_payment(other)?;
        let was_notified = other.notified.take().is_some();
        let booked = self.book(other)?;
        if was_notified {
            self.queue_with_books(EventKind::Reversal, other, carried.unwrap_or(booked.books))?;
        } else if let Some(books) = carried.filter(|books| is_same_user && books.is_to_return()) {
            // For both the game took something, and no reversal makes it give the rest back.
            self.queue_with_books(EventKind::Recovery, other, books)?;
        }
        Ok(())
    }

    /// Ends the consequences for a user of a refund that turned out to be another user's.
    pub(super) fn withdraw_from(&self, case: &mut Case, user: &str) -> Result<(), LedgerError> {
        let mut theirs = case.clone();
        theirs.refund.user = Some(user.to_owned());
        self.withdraw_notices(user, case.refund.id)?;
        self.end_blocks_of(&theirs, EndedBy::Reattributed)?;
        self.drop_payment(case)?;
        let books = self.book_out(case, user)?;
        if case.notified.take().is_some() {
            self.queue_with_books(EventKind::Reversal, &theirs, books)?;
        }
        case.alerted = false;
        case.owed_before = None;
        case.reported_at = None;
        case.marks.blocked_at = None;
        case.refund.decision = None;
        case.refund.policy_version = None;
        self.look_for_another_exclusion(case)
    }

    pub(super) fn block_for_refund(
        &self,
        case: &Case,
        cause: BlockCause,
        until: Option<Timestamp>,
    ) -> Result<(), LedgerError> {
        let Some(user) = case.refund.user.as_deref() else { return Ok(()) };
        let until_settled = until_repaid(case.refund.decision.as_ref()).is_some();
        let block = self.tx.insert_block(user, cause, self.now, until, until_settled)?;
        let happening = Happening::Blocked { block: block.id, until, until_settled, who: None, why: None };
        self.journal(case, &happening)?;
        self.tx.note(MemoryUpdate::Blocked(user.to_owned()));
        self.save_blocked(case)?;
        self.notice_of_block(case, &block)?;
        self.queue(EventKind::Block, case, Some(block))
    }

    /// Ends the active blocks that a refund caused, and no others.
    pub(super) fn end_blocks_of(&self, case: &Case, why: EndedBy) -> Result<(), LedgerError> {
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
        let is_last = !self.tx.read().is_blocked(&ended.user)?;
        let refund = match (case, refund) {
            (Some(case), _) => Some(case.refund.clone()),
            (None, Some(id)) => self.tx.refund(id)?,
            (None, None) => None,
        };
        self.notice_of_block_end(&ended, refund.as_ref(), is_last)?;
        if is_last {
            self.tx.note(MemoryUpdate::Unblocked(ended.user.clone()));
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
                notice: None,
                access: None,
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
            notice: None,
            access: None,
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
        let notice = event.notice.iter_mut().map(|notice| &mut notice.user);
        let refund =
            event.refund.iter_mut().flat_map(|refund| refund.user.iter_mut().chain(&mut refund.claimants));
        for user in event.user.iter_mut().chain(block).chain(notice).chain(refund) {
            *user = self.tx.spelling(user)?;
        }
        Ok(event)
    }
}

/// The cases before they were folded again, each once: as it was the first time. What a case took over from one that it
/// represents now had its effects before.
fn before_all(refolded: &[Refolded]) -> Vec<Case> {
    let mut before: Vec<Case> = Vec::with_capacity(refolded.len());
    for one in refolded {
        let took_over = one.old.notified.is_none() && one.case.notified.is_some();
        let state = if took_over { &one.case } else { &one.old };
        match before.iter_mut().find(|known| known.refund.id == state.refund.id) {
            Some(known) if took_over => known.clone_from(state),
            Some(_) => {}
            None => before.push(state.clone()),
        }
    }
    before
}

/// Whether anything changed that a rule may look at.
fn has_changed(one: &Refolded) -> bool {
    one.old.refund.case != one.case.refund.case
        || one.old.effective_environment != one.case.effective_environment
        || one.old.refund.user != one.case.refund.user
        || one.old.refund.attributed_by != one.case.refund.attributed_by
        || one.old.refund.merged_into != one.case.refund.merged_into
        || one.old.overruled != one.case.overruled
        || one.old.exclusion != one.case.exclusion
}

/// Whether a refund is more than a hint.
fn is_sure(case: &Case) -> bool {
    case.refund.case.trust >= Trust::Signed
}

/// What the store reliably reports as refunded, by a case that no other represents. A hint alone must not make the
/// host take items back.
pub(super) fn refunded_for_sure(case: &Case) -> Option<ReportedTotal> {
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
            alerts: alerts(decision),
            blocks: matches!(decision.action, Action::Block(_)),
        }
    }
}
