//! Trying a policy on the refunds in the ledger: what it would have decided, and who would be blocked. Writes nothing.

use std::ops::ControlFlow;

use super::Engine;
use super::change::Rules;
use super::decide::refunded_for_sure;
use super::in_view::{decide_in_order, unless_it_waits, view};
use super::inquiry::waits_for_answer;
use super::recovery::books_if;
use super::until_repaid::is_unpaid;
use crate::error::Error;
use crate::ledger::{Case, LedgerError, Read};
use crate::model::{
    Action, BadPolicy, Block, BlockCause, BlockFor, BlockedExamples, Compared, CountedRefund, Decision,
    EndedBy, Happening, Policy, PolicyTrial, Refund, RefundId, Timestamp, TrialTally, Tried, TryOptions,
};

/// How many user ids are read at a time.
const USERS_AT_ONCE: i64 = 512;

impl Engine {
    /// Decides the refunds of a time again under another policy, and compares that with the decisions in force. Nothing
    /// is written, and no decision changes.
    ///
    /// Each user's refunds are decided in the order of the store's times, each with all of that user's earlier ones in
    /// view, also those from before the time, as the policy would have decided them. So the decisions are those of a
    /// ledger that had been opened with this policy and had ingested the same. What an exclusion decided stays. Users
    /// count as blocked as they would be now: a block is made when its refund was, and ends by its time or with the
    /// refund's reversal; what an operator ended stays ended. A block until repaid counts where the refund is unpaid now by what
    /// came back so far, once its grace is over.
    ///
    /// Reads one state of the ledger, and does not delay writers; the write-ahead log grows meanwhile. In memory are one
    /// user's refunds and the examples. `progress` is called after each user, and stops the trial if it returns
    /// [`ControlFlow::Break`]; the result is then of the users up to there.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_policy` and the path if the policy could not be in a configuration;
    /// [`Error::Ledger`].
    pub fn try_policy(
        &self,
        policy: &Policy,
        options: &TryOptions,
        progress: &mut dyn FnMut(Tried) -> ControlFlow<()>,
    ) -> Result<PolicyTrial, Error> {
        policy.check().map_err(|BadPolicy { path, problem }| Error::Refused {
            code: "bad_policy",
            facts: format!("at policy{path}: {problem}"),
        })?;
        let (now, policy_version) = (self.clock.now(), self.rules.policy_version);
        self.read(|read| {
            let mut trial = Trial {
                read,
                rules: &self.rules,
                policy,
                now,
                from: options.since.unwrap_or(Timestamp::from_millis(i64::MIN)),
                to: options.until.unwrap_or(Timestamp::from_millis(i64::MAX)),
                any_waits: read.decisions_waiting()? > 0,
                tally: TrialTally::new(policy, options.examples),
            };
            let end = trial.run(progress)?;
            let blocked = u64::try_from(read.blocked_users()?).unwrap_or(0);
            let mut trial = trial.tally.finish(policy_version, options, blocked, end.is_break());
            let mut examples = trial.changes.iter_mut().flat_map(|change| &mut change.examples);
            examples.try_for_each(|example| read.spell(&mut example.user))?;
            let BlockedExamples { newly, freed } = &mut trial.blocked_examples;
            newly.iter_mut().chain(freed).try_for_each(|user| read.spell(user))?;
            Ok(trial)
        })
    }
}

/// A trial over one state of the ledger.
struct Trial<'a> {
    read: Read<'a>,
    rules: &'a Rules,
    policy: &'a Policy,
    now: Timestamp,
    from: Timestamp,
    to: Timestamp,
    /// Whether any decision waits for a store's answer, which is seldom.
    any_waits: bool,
    tally: TrialTally<'a>,
}

/// A refund of the time, with what was decided and what the policy would have.
struct Decided {
    case: Case,
    then: Option<Decision>,
}

impl Trial<'_> {
    fn run(
        &mut self,
        progress: &mut dyn FnMut(Tried) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, LedgerError> {
        let mut after = String::new();
        loop {
            let users = self.read.users_refunded((self.from, self.to), &after, USERS_AT_ONCE)?;
            let Some(last) = users.last() else { return Ok(ControlFlow::Continue(())) };
            after.clone_from(last);
            for user in users {
                let tried = self.user(&user)?;
                if progress(tried).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }

    fn user(&mut self, user: &str) -> Result<Tried, LedgerError> {
        let decided = self.decide(user)?;
        for Decided { case, then } in &decided {
            self.tally.compare(Compared {
                refund: case.refund.id,
                user,
                at: case.refund.case.at,
                now: case.refund.decision.as_ref(),
                then: then.as_ref(),
            });
        }
        let blocks = |decided: &Decided| {
            let now = decided.case.refund.decision.as_ref().and_then(block_of);
            (now, decided.then.as_ref().and_then(block_of))
        };
        if decided.iter().map(blocks).all(|(now, then)| now == then) {
            return Ok(self.tally.end_user(user, false, false));
        }
        let theirs = self.read.blocks_of_user(user, i64::MAX)?;
        let is_blocked = theirs.iter().any(|block| block.ended.is_none());
        let would_be = self.would_be_blocked(&decided, &theirs)?;
        Ok(self.tally.end_user(user, is_blocked, would_be))
    }

    /// Whether a user would be blocked now: by a block that none of the decided refunds caused, or by one of theirs.
    fn would_be_blocked(&self, decided: &[Decided], blocks: &[Block]) -> Result<bool, LedgerError> {
        let is_decided = |block: &Block| {
            let refund = refund_of(block);
            refund.is_some_and(|refund| decided.iter().any(|decided| decided.case.refund.id == refund))
        };
        if blocks.iter().any(|block| block.ended.is_none() && !is_decided(block)) {
            return Ok(true);
        }
        for decided in decided {
            if self.would_block(decided, blocks)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a refund would block its user now. `blocks` are all of the user's, newest first.
    fn would_block(&self, decided: &Decided, blocks: &[Block]) -> Result<bool, LedgerError> {
        let refund = &decided.case.refund;
        let Some(length) = decided.then.as_ref().and_then(block_of) else { return Ok(false) };
        let mut caused = blocks.iter().filter(|block| refund_of(block) == Some(refund.id));
        // It would be the same block.
        if refund.decision.as_ref().and_then(block_of) == Some(length) {
            return Ok(caused.any(|block| block.ended.is_none()));
        }
        let latest = caused.next();
        // Of a block of another length, the time counts from the refund's first block.
        let made_at = match caused.next_back().or(latest) {
            Some(first) => self.decided_before(refund, first.made_at)?,
            None => refund.first_seen_at,
        };
        let is_ended = match latest {
            Some(block) => block.ended.as_ref().is_some_and(|end| is_by_operator(&end.why)),
            // An operator who unblocks a user ends all blocks.
            None => blocks
                .iter()
                .filter_map(|block| block.ended.as_ref())
                .any(|end| is_by_operator(&end.why) && made_at <= end.at),
        };
        if is_ended {
            return Ok(false);
        }
        match length {
            BlockFor::UntilRepaid { grace } => {
                let has_begun = grace.is_none_or(|grace| made_at.plus(grace) <= self.now);
                Ok(has_begun && self.would_be_unpaid(decided)?)
            }
            _ => Ok(length.until(made_at).is_none_or(|until| self.now < until)),
        }
    }

    /// When the refund's first block was decided: a block after a grace was made later.
    fn decided_before(&self, refund: &Refund, made_at: Timestamp) -> Result<Timestamp, LedgerError> {
        let has_grace = |decision: &Decision| {
            matches!(decision.action, Action::Block(BlockFor::UntilRepaid { grace: Some(_) }))
        };
        if !refund.decision.as_ref().is_some_and(has_grace) {
            return Ok(made_at);
        }
        let journal = self.read.journal_of_refund(refund.id, i64::MAX)?;
        let blocking = journal.iter().find(|entry| {
            matches!(&entry.what, Happening::Decided { decision, .. } if block_of(decision).is_some())
        });
        Ok(blocking.map_or(made_at, |entry| entry.at.min(made_at)))
    }

    /// Whether a refund would be unpaid now if it had been decided so: whatever was decided, its work status is by that.
    fn would_be_unpaid(&self, decided: &Decided) -> Result<bool, LedgerError> {
        let mut case = decided.case.clone();
        case.refund.decision.clone_from(&decided.then);
        // A block notifies the host of all that is refunded.
        case.notified = refunded_for_sure(&case);
        let balances = self.read.balances(case.refund.id)?;
        let books = books_if(&mut case, balances, self.rules);
        Ok(is_unpaid(&case, &books))
    }

    /// Decides a user's refunds under the policy, and returns those of the time.
    fn decide(&mut self, user: &str) -> Result<Vec<Decided>, LedgerError> {
        let (read, policy, any_waits) = (self.read, self.policy, self.any_waits);
        // Whether an earlier refund counts is the policy's decision too, and may depend on those before it.
        let first = match policy.longest_window() {
            Some(_) => Timestamp::from_millis(i64::MIN),
            None => self.from,
        };
        let last = Timestamp::from_millis(self.to.millis().saturating_sub(1));
        let cases = read.cases_of_user(user, first, last)?;
        let mut decided = Vec::with_capacity(cases.len());
        let decide = |case: Case, earlier: &[CountedRefund]| {
            let is_of_time = case.refund.case.at >= self.from;
            let then = if stays(&case) {
                case.refund.decision.clone()
            } else {
                match view(read, &case, earlier)? {
                    Some(view) => {
                        if is_of_time {
                            self.tally.match_rules(view);
                        }
                        let decision = policy.decide(view);
                        Some(if any_waits { unless_it_waits(read, &case, decision)? } else { decision })
                    }
                    None => None,
                }
            };
            if is_of_time {
                decided.push(Decided { case: case.clone(), then: then.clone() });
            }
            Ok((case, then))
        };
        decide_in_order(cases, decide, |case| Ok(any_waits && waits_for_answer(read, case)?))?;
        Ok(decided)
    }
}

/// Whether a decision is no policy's, so that it stays under every policy.
fn stays(case: &Case) -> bool {
    case.overruled.is_some() || case.refund.decision.as_ref().is_some_and(Decision::is_by_exclusion)
}

const fn block_of(decision: &Decision) -> Option<BlockFor> {
    match decision.action {
        Action::Block(length) => Some(length),
        _ => None,
    }
}

fn refund_of(block: &Block) -> Option<RefundId> {
    match block.cause {
        BlockCause::Refund { refund, .. } => Some(refund),
        BlockCause::Operator { .. } => None,
    }
}

const fn is_by_operator(why: &EndedBy) -> bool {
    matches!(why, EndedBy::Operator { .. })
}
