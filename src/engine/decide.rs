//! From a folded case to blocks and events: what the policy wants now against what was decided before.

use crate::ledger::{Case, LedgerError, NewEntry, Note};
use crate::model::{
    Action, Block, BlockCause, CountedRefund, Decision, EndedBy, Environment, Event, EventKind, Happening,
    RefundView, StoreState, Timestamp, Trust, WorkStatus, counts,
};

use super::change::{Change, extent};

impl Change<'_> {
    /// Decides on a case that has just been folded again, and on the user's other cases where a rule looks at them.
    pub(super) fn decide(&self, old: &Case, case: Case, first: bool) -> Result<(), LedgerError> {
        let changed = Changed::between(old, &case);
        if case.refund.user.is_none() {
            let owed = |case: &Case| case.refund.case.state.is_refunded() && is_sure(case);
            if owed(&case) && case.refund.merged_into.is_none() && (first || !owed(old)) {
                self.tell(EventKind::Unattributed, &case, None)?;
            }
            return Ok(());
        }
        if self.rules.policy.looks_at_history() {
            return self.decide_all_of_user(&case, &changed, old);
        }
        let wanted = self.wanted(&case, &[]);
        let same_policy = case.refund.policy_version == Some(self.rules.policy_version);
        if case.refund.decision.is_none() || changed.view || same_policy {
            self.carry_out(case, wanted, changed)?;
        }
        Ok(())
    }

    /// Decides on all of a user's refunds in the order the store gave them, each with those before it in view. That
    /// makes the outcome the same in whatever order they became known.
    fn decide_all_of_user(
        &self,
        changed_case: &Case,
        changed: &Changed,
        old: &Case,
    ) -> Result<(), LedgerError> {
        let users = [changed_case.refund.user.as_deref(), old.refund.user.as_deref()];
        for (n, user) in users.iter().enumerate() {
            let Some(user) = user else { continue };
            if n == 1 && users[0] == users[1] {
                continue;
            }
            let mut cases = self.tx.read().cases_of_user(user)?;
            cases.sort_by(|a, b| (a.refund.case.at, &a.key).cmp(&(b.refund.case.at, &b.key)));
            let mut earlier = Vec::new();
            for case in cases {
                let this_one = case.refund.id == changed_case.refund.id;
                let decided_under_another_policy = case.refund.decision.is_some()
                    && case.refund.policy_version != Some(self.rules.policy_version);
                let decision = if decided_under_another_policy && !(this_one && changed.view) {
                    case.refund.decision.clone()
                } else {
                    let wanted = self.wanted(&case, &earlier);
                    let changed = if this_one { *changed } else { Changed::nothing(&case) };
                    self.carry_out(case.clone(), wanted.clone(), changed)?;
                    wanted
                };
                let environment = case.effective_environment.unwrap_or(Environment::Production);
                if decision.is_some_and(|decision| counts(environment, &case.refund.case, &decision)) {
                    earlier.push(CountedRefund { at: case.refund.case.at, amount: case.refund.case.amount });
                }
            }
        }
        Ok(())
    }

    /// What the policy wants for a case: nothing where nothing is refunded, or where another case stands for it.
    fn wanted(&self, case: &Case, earlier: &[CountedRefund]) -> Option<Decision> {
        let refund = &case.refund;
        if refund.user.is_none() || refund.merged_into.is_some() || !refund.case.state.is_refunded() {
            return None;
        }
        Some(self.rules.policy.decide(RefundView {
            store: &refund.store,
            environment: case.effective_environment.unwrap_or(Environment::Production),
            case: &refund.case,
            earlier,
        }))
    }

    /// Makes a decision true: writes it down, makes or ends the block it asks for, and tells the host.
    fn carry_out(
        &self,
        mut case: Case,
        wanted: Option<Decision>,
        changed: Changed,
    ) -> Result<(), LedgerError> {
        let before = case.refund.decision.take();
        if before == wanted && !changed.extent && changed.was_sure == is_sure(&case) {
            return Ok(());
        }
        case.refund.decision.clone_from(&wanted);
        case.refund.policy_version = wanted.as_ref().map(|_| self.rules.policy_version);
        case.refund.work_status = match &wanted {
            Some(Decision { action: Action::Exclude, .. }) => WorkStatus::Excluded,
            _ => WorkStatus::Open,
        };
        self.tx.save_case(&case)?;
        if let Some(decision) = wanted.as_ref().filter(|decision| before.as_ref() != Some(decision)) {
            let policy_version = self.rules.policy_version;
            self.journal(&case, &Happening::Decided { decision: decision.clone(), policy_version })?;
        }

        let (was, is) = (Effect::of(before.as_ref()), Effect::of(wanted.as_ref()));
        let told_before = was.tells && changed.was_sure;
        let tells_now = is.tells && is_sure(&case);
        if tells_now && told_before && changed.less {
            self.tell(EventKind::Reversal, &case, None)?;
        } else if tells_now && (!told_before || changed.extent) {
            self.tell(EventKind::Refund, &case, None)?;
        }
        if is.alerts && !was.alerts {
            self.tell(EventKind::Alert, &case, None)?;
        }
        match (was.blocks, wanted) {
            (false, Some(Decision { rule, action: Action::Block(length) })) => {
                let cause = BlockCause::Refund { refund: case.refund.id, rule };
                self.block_for_refund(&case, cause, length.until(self.now))?;
            }
            (true, wanted) if !is.blocks => {
                let reversed = wanted.is_none() && case.refund.case.state == StoreState::Reversed;
                self.end_blocks_of(&case, if reversed { EndedBy::Reversal } else { EndedBy::Redecided })?;
            }
            _ => {}
        }
        if told_before && !is.tells && !case.refund.case.state.is_refunded() {
            self.tell(EventKind::Reversal, &case, None)?;
        }
        Ok(())
    }

    /// Moves what was decided for a case told by token to the case told by order that it is the same as.
    pub(super) fn take_over(&self, case: &mut Case, by_token: &mut Case) -> Result<(), LedgerError> {
        if case.refund.decision.is_none() && is_sure(by_token) && case.refund.user == by_token.refund.user {
            case.refund.decision = by_token.refund.decision.take();
            case.refund.policy_version = by_token.refund.policy_version.take();
        } else if by_token.refund.decision.take().is_some() {
            by_token.refund.policy_version = None;
            self.end_blocks_of(by_token, EndedBy::Redecided)?;
        }
        Ok(())
    }

    /// Ends what a user had to bear for a refund that turned out to be another's.
    pub(super) fn withdraw_from(&self, case: &mut Case, user: &str) -> Result<(), LedgerError> {
        let mut theirs = case.clone();
        theirs.refund.user = Some(user.to_owned());
        self.end_blocks_of(&theirs, EndedBy::Reattributed)?;
        if Effect::of(case.refund.decision.as_ref()).tells && is_sure(case) {
            self.tell(EventKind::Reversal, &theirs, None)?;
        }
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
        self.tx.note(Note::Blocked(user.to_owned()));
        self.tell(EventKind::Block, case, Some(block))
    }

    /// Ends the standing blocks that a refund caused, and no other.
    fn end_blocks_of(&self, case: &Case, why: EndedBy) -> Result<(), LedgerError> {
        for block in self.tx.read().blocks_by_refund(case.refund.id)? {
            self.end_block(block, why.clone(), Some(case))?;
        }
        Ok(())
    }

    /// Ends one block, and tells the host where it was the user's last.
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
            self.tx.note(Note::Unblocked(ended.user.clone()));
            let refund = match (case, refund) {
                (Some(case), _) => Some(case.refund.clone()),
                (None, Some(id)) => self.tx.read().refund(id)?,
                (None, None) => None,
            };
            self.put_out(Event {
                id: 0,
                kind: EventKind::Unblock,
                user: Some(ended.user.clone()),
                refund_id: refund.as_ref().map(|refund| refund.id),
                at: self.now,
                attempt: 0,
                refund,
                block: Some(ended),
            })?;
        }
        Ok(true)
    }

    /// Tells the host that the store waits to hear about a refund request.
    pub(super) fn ask_for_review(&self, old: &Case, case: &Case, first: bool) -> Result<(), LedgerError> {
        let asked_before = if first { None } else { old.refund.case.review.as_ref() };
        match &case.refund.case.review {
            // The store repeats the question under new ids; only a new deadline makes it a new question.
            Some(review) if asked_before.is_none_or(|before| before.deadline < review.deadline) => {
                self.tell(EventKind::Review, case, None)
            }
            _ => Ok(()),
        }
    }

    fn tell(&self, kind: EventKind, case: &Case, block: Option<Block>) -> Result<(), LedgerError> {
        self.put_out(Event {
            id: 0,
            kind,
            user: case.refund.user.clone(),
            refund_id: Some(case.refund.id),
            at: self.now,
            attempt: 0,
            refund: Some(case.refund.clone()),
            block,
        })
    }

    pub(super) fn put_out(&self, event: Event) -> Result<(), LedgerError> {
        let id = self.tx.put_out(&event)?;
        let entry = NewEntry {
            inbox: self.inbox,
            refund: event.refund_id,
            order: event.refund.as_ref().and_then(|refund| refund.case.about.order_id.as_deref()),
            user: event.user.as_deref(),
        };
        self.tx.write_journal(entry, self.now, &Happening::EventMade { event: id, kind: event.kind })
    }
}

/// What a refold changed.
#[derive(Clone, Copy)]
struct Changed {
    /// How much is refunded.
    extent: bool,
    /// Less is refunded than before, but still some.
    less: bool,
    /// Anything a rule may look at.
    view: bool,
    /// Whether the refund was more than a hint before.
    was_sure: bool,
}

impl Changed {
    fn between(old: &Case, new: &Case) -> Self {
        let another_user = old.refund.user != new.refund.user;
        let (before, after) = (&old.refund.case, &new.refund.case);
        Self {
            extent: extent(before) != extent(after),
            less: !another_user
                && ((before.state, after.state) == (StoreState::Refunded, StoreState::PartlyRefunded)
                    || is_less(after.quantity, before.quantity)
                    || is_less(after.share, before.share)
                    || is_less(after.amount.map(|m| m.micros), before.amount.map(|m| m.micros))),
            view: before != after || old.effective_environment != new.effective_environment || another_user,
            was_sure: is_sure(old),
        }
    }

    fn nothing(case: &Case) -> Self {
        Self { extent: false, less: false, view: false, was_sure: is_sure(case) }
    }
}

fn is_less<T: PartialOrd>(after: Option<T>, before: Option<T>) -> bool {
    matches!((after, before), (Some(after), Some(before)) if after < before)
}

/// Whether a refund is more than a hint.
fn is_sure(case: &Case) -> bool {
    case.refund.case.trust >= Trust::Signed
}

/// What a decision means for the host.
#[derive(Clone, Copy, Default)]
struct Effect {
    tells: bool,
    alerts: bool,
    blocks: bool,
}

impl Effect {
    const fn of(decision: Option<&Decision>) -> Self {
        let Some(decision) = decision else { return Self { tells: false, alerts: false, blocks: false } };
        Self {
            tells: !matches!(decision.action, Action::Exclude),
            alerts: matches!(decision.action, Action::Alert | Action::Block(_)),
            blocks: matches!(decision.action, Action::Block(_)),
        }
    }
}
