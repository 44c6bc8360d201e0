//! One refund that a store reports twice: by its purchase token only, and by its order id.
//!
//! Google reports a revoked subscription (`SUBSCRIPTION_REVOKED`) by the token that all its renewals share, and the
//! void of the renewal by its order id, about the same time or days apart. They are one refund if
//!
//! 1. their times are within the span given by the token's message (`same_within_millis`, a day at Google), or the
//!    token identifies a single purchase;
//! 2. else, if the store was queried after the revocation: if the order is the latest that it reports as paid;
//! 3. else, unless a payment for another renewal is known between the two, or the order's refund was reversed between
//!    them.
//!
//! So without further knowledge they are one. Otherwise items would be taken twice for one refund; this way the void
//! of the later renewal, which is reported by its own order id in any case, is a separate refund.

use super::attribution::end_subscription;
use super::change::{Change, Joined, Refolded, joins};
use super::same_purchase::ended_subscription;
use crate::ledger::{Case, LedgerError};
use crate::model::{Fact, FactKind, GrantSource, Happening, RefundId, Timestamp};

impl Change<'_> {
    /// Merges a refund that the store reported by token only into the same refund by order id. The one by order id
    /// counts, and takes over decisions and notifications of the other.
    pub(super) fn merge(&self, case: &mut Case, facts: &[Fact]) -> Result<Joined, LedgerError> {
        let mut joined = Joined::default();
        let Some(token) = case.refund.case.about.purchase_token.clone() else { return Ok(joined) };
        let others = self.tx.read().cases_of_token(case, &token)?;
        let (by_token, by_order): (Vec<Case>, Vec<Case>) = others.into_iter().partition(Case::is_by_token);
        let mut orders = Vec::with_capacity(by_order.len() + 1);
        for other in by_order {
            let facts = self.tx.facts(other.refund.id)?;
            orders.push(OrderFacts { case: other, facts });
        }
        if case.is_by_token() {
            let into = match joins(case, facts) {
                true => orders.first().map(|order| order.case.refund.id),
                false => self.same_order(case, facts, &token, &orders)?,
            };
            if case.refund.merged_into.is_none()
                && let Some(into) = into
            {
                self.journal(case, &Happening::Merged { into })?;
                case.refund.merged_into = Some(into);
                joined.counting = self.hand_over(case, into)?;
            } else if into.is_none() {
                // A later revocation of the same token is a separate refund.
                case.refund.merged_into = None;
            }
            return Ok(joined);
        }
        orders.push(OrderFacts { case: case.clone(), facts: facts.to_vec() });
        for mut other in by_token.into_iter().filter(|other| other.refund.merged_into.is_none()) {
            let its_facts = self.tx.facts(other.refund.id)?;
            if joins(&other, &its_facts) || self.same_order(&other, &its_facts, &token, &orders)?.is_some() {
                other.refund.merged_into = Some(case.refund.id);
                self.journal(&other, &Happening::Merged { into: case.refund.id })?;
                if ended_subscription(&other) {
                    end_subscription(&mut case.refund.case);
                }
                self.take_over(case, &mut other)?;
                self.tx.save_case(&mut other)?;
                joined.took_over = true;
            }
        }
        Ok(joined)
    }

    /// Hands what a case brought about over to the one that counts, if it was a separate refund until now.
    fn hand_over(&self, case: &mut Case, into: RefundId) -> Result<Option<Refolded>, LedgerError> {
        let is_granted = matches!(case.granted, Some((GrantSource::Operator, _)));
        let is_worked_on = case.closed.is_some() || is_granted || case.refund.assignee.is_some();
        let is_decided = case.decided || case.notified.is_some() || case.overruled.is_some();
        if !is_worked_on && !is_decided && !case.booked {
            return Ok(None);
        }
        let Some(old) = self.tx.case(into)? else { return Ok(None) };
        let mut counting = old.clone();
        self.take_over(&mut counting, case)?;
        counting.refund.updated_at = self.now;
        self.tx.save_case(&mut counting)?;
        Ok(Some(Refolded { old, case: counting, first: false }))
    }

    /// Checks the refunds by token that were merged into this one by order again: the latest report may show that
    /// they are separate refunds.
    pub(super) fn refold_merged_by_token(&self, id: RefundId) -> Result<(), LedgerError> {
        let Some(case) = self.tx.case(id)?.filter(|case| !case.is_by_token()) else { return Ok(()) };
        let Some(token) = &case.refund.case.about.purchase_token else { return Ok(()) };
        let joined = self
            .tx
            .read()
            .cases_of_token(&case, token)?
            .into_iter()
            .filter(|other| other.same_within.is_some() && other.refund.merged_into == Some(id))
            .map(|other| other.refund.id)
            .collect();
        self.refold_all(joined)
    }

    /// The order that a case by token belongs to, if each of its refunds belongs to an order: that of the latest.
    fn same_order(
        &self,
        by_token: &Case,
        its_facts: &[Fact],
        token: &str,
        orders: &[OrderFacts],
    ) -> Result<Option<RefundId>, LedgerError> {
        let mut latest: Option<(Timestamp, RefundId)> = None;
        for at in refund_times(its_facts) {
            let mut nearest: Option<(u64, RefundId)> = None;
            for order in orders {
                for refunded_at in refund_times(&order.facts) {
                    let apart = at.since(refunded_at).millis().unsigned_abs();
                    if nearest.is_none_or(|(least, _)| apart < least)
                        && self.is_same(by_token, at, token, order, refunded_at)?
                    {
                        nearest = Some((apart, order.case.refund.id));
                    }
                }
            }
            let Some((_, order)) = nearest else { return Ok(None) };
            if latest.is_none_or(|(before, _)| before <= at) {
                latest = Some((at, order));
            }
        }
        Ok(latest.map(|(_, order)| order))
    }

    /// Whether the token's message at one time reports the same refund as the order's at another.
    fn is_same(
        &self,
        by_token: &Case,
        at: Timestamp,
        token: &str,
        order: &OrderFacts,
        refunded_at: Timestamp,
    ) -> Result<bool, LedgerError> {
        let Some(within) = by_token.same_within else { return Ok(true) };
        if at.since(refunded_at).millis().saturating_abs() <= within {
            return Ok(true);
        }
        let between = (at.min(refunded_at), at.max(refunded_at));
        if order.was_reversed(between) {
            return Ok(false);
        }
        let read = self.tx.read();
        let order_id = order.case.refund.case.about.order_id.as_deref();
        if let Some(latest) = read.latest_order_after(&by_token.place, token, at)? {
            return Ok(order_id == Some(latest.as_str()));
        }
        Ok(!read.was_paid_between(&by_token.place, token, order_id, between)?)
    }
}

/// A case by order id, and its facts.
struct OrderFacts {
    case: Case,
    facts: Vec<Fact>,
}

impl OrderFacts {
    fn was_reversed(&self, (from, to): (Timestamp, Timestamp)) -> bool {
        self.facts
            .iter()
            .any(|fact| matches!(fact.what, FactKind::Reversed { .. }) && from <= fact.at && fact.at <= to)
    }
}

fn refund_times(facts: &[Fact]) -> impl Iterator<Item = Timestamp> + '_ {
    facts.iter().filter(|fact| matches!(fact.what, FactKind::Refunded { .. })).map(|fact| fact.at)
}
