//! The state of one order's refund: a pure function of the set of facts known about it.
//!
//! Stores report things late, twice and in any order. [`CaseState::fold`] depends only on *which* facts there are,
//! never on how they arrived, so no order and no repetition of messages changes what is refunded, owed and blocked.

mod measure;
mod paid_back_twice;
mod reported_twice;
mod uncaptured;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use measure::Measure;
use paid_back_twice::{is_paid_back_twice, without_possible_duplicates};
use reported_twice::{ReversedPart, beyond_steps, drop_listed_parts};
use uncaptured::drop_uncaptured;

use super::{
    Capture, Extent, Fact, FactKind, Initiator, MilliPercent, Money, OrderDetails, Reason, Timestamp, Trust,
};

/// The store's state of an order's refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreState {
    /// A refund request is under review.
    PendingReview,
    /// A refund request was declined.
    Declined,
    /// A part of the money was refunded.
    PartlyRefunded,
    /// All of the money was refunded.
    Refunded,
    /// It was refunded, and the refund was reversed.
    Reversed,
    /// The store reported a refund that may be the release of an authorisation that was never captured, and has not
    /// yet reported which. It has no consequences until then, or until a minute has passed.
    Unconfirmed,
    /// The authorisation was released without a capture: nothing was paid, and nothing refunded.
    Released,
}

impl StoreState {
    /// The name used in the ledger and in JSON, such as `partly_refunded`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingReview => "pending_review",
            Self::Declined => "declined",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
            Self::Reversed => "reversed",
            Self::Unconfirmed => "unconfirmed",
            Self::Released => "released",
        }
    }

    /// Whether the player has money back.
    #[must_use]
    pub const fn is_refunded(self) -> bool {
        matches!(self, Self::PartlyRefunded | Self::Refunded)
    }
}

/// A refund request that the store reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Review {
    /// When the store requested the review.
    pub at: Timestamp,
    /// The latest time at which an answer counts; `None` if the store did not set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// Why the player wants the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The token that the answer must return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// What the active refunds of an order add up to by the store's reports alone, whatever else is known about the
/// order. It changes only when money moves, never because a price or the order's quantity becomes known; or when the
/// store later reports the size of a partial refund.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ReportedTotal {
    /// Everything; then the other fields are not counted.
    pub full: bool,
    /// How many partial refunds of unknown size.
    pub parts: u32,
    /// How many items.
    pub quantity: Option<u32>,
    /// How much money.
    pub amount: Option<Money>,
    /// Which share.
    pub share: Option<MilliPercent>,
}

impl ReportedTotal {
    /// The same, limited to what was paid: a payment that is both refunded and charged back gave items once.
    #[must_use]
    pub(crate) fn capped_at(mut self, price: Option<Money>) -> Self {
        if let (Some(amount), Some(price)) = (&mut self.amount, price)
            && amount.currency == price.currency
        {
            amount.micros = amount.micros.min(price.micros);
        }
        self
    }

    /// Whether this is less than `before`: a refund was reversed, at least in part.
    #[must_use]
    pub fn is_less_than(&self, before: &Self) -> bool {
        fn less<T: PartialOrd>(now: Option<T>, before: Option<T>) -> bool {
            before.is_some_and(|before| now.is_none_or(|now| now < before))
        }
        fn less_money(now: Option<Money>, before: Option<Money>) -> bool {
            before.is_some_and(|before| {
                now.is_none_or(|now| now.currency == before.currency && now.micros < before.micros)
            })
        }
        if self.full || before.full {
            return before.full && !self.full;
        }
        fn more<T: PartialOrd>(now: Option<T>, before: Option<T>) -> bool {
            now.is_some_and(|now| before.is_none_or(|before| now > before))
        }
        // A part whose size became known is no longer among the parts, and was not reversed.
        let was_sized = more(self.quantity, before.quantity)
            || more(self.share, before.share)
            || more(self.amount.map(|amount| amount.micros), before.amount.map(|amount| amount.micros));
        (self.parts < before.parts && !was_sized)
            || less(self.quantity, before.quantity)
            || less(self.share, before.share)
            || less_money(self.amount, before.amount)
    }
}

/// The state of one order's refund. What no store reported is `None`, never zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct CaseState {
    /// The store's state.
    pub state: StoreState,
    /// When money was first refunded, by the store's clock; for a case without a refund, the time of its latest fact.
    pub at: Timestamp,
    /// How many of the order's items are refunded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// How much money was refunded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Which share of the order is refunded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<MilliPercent>,
    /// What the store's reports alone add up to.
    #[serde(default)]
    pub reported_total: ReportedTotal,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Who initiated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator: Option<Initiator>,
    /// How reliable the refund is: the best of its facts.
    pub trust: Trust,
    /// Whether the subscription stayed active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_live: Option<bool>,
    /// The open review, while the state is pending review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// Why the latest refund that failed did so, in the store's own term: Stripe `failure_reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Whether the payment was refunded and charged back at the same time, for more than was paid. It stays true if
    /// one of the two is reversed later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paid_back_twice: bool,
    /// The order's details from all sources, the host's record first.
    #[serde(default)]
    pub about: OrderDetails,
}

impl CaseState {
    /// Folds a case from its facts and, if the host recorded the purchase, from that record.
    /// `None` without facts.
    #[must_use]
    pub fn fold(facts: &[Fact], recorded: Option<&OrderDetails>) -> Option<Self> {
        Self::fold_with_orders(facts, recorded, &[])
    }

    /// Whether nothing was refunded: the amount is zero, or if it is unknown, the share or the number of items is.
    #[must_use]
    pub fn is_of_nothing(&self) -> bool {
        match self.amount {
            Some(amount) => amount.micros == 0,
            None => {
                self.share.is_some_and(|share| share.get() == 0)
                    || self.quantity.is_some_and(|items| items == 0)
            }
        }
    }

    /// As [`fold`](Self::fold). Details that neither the host nor any fact has are taken from what the store reported
    /// when the order was placed, in the given order.
    #[must_use]
    pub fn fold_with_orders(
        facts: &[Fact],
        recorded: Option<&OrderDetails>,
        orders: &[OrderDetails],
    ) -> Option<Self> {
        let mut facts: Vec<&Fact> = facts.iter().collect();
        facts.sort_by(|a, b| (a.at, rank(&a.what), *a).cmp(&(b.at, rank(&b.what), *b)));
        facts.dedup();

        let latest = *facts.last()?;
        let mut about = recorded.cloned().unwrap_or_default();
        let mut history = CaseHistory::default();
        for fact in &facts {
            about.fill_from(&fact.about);
            history.captures.extend(fact.about.capture);
            history.take(fact);
        }
        for order in orders {
            about.fill_from(order);
            history.captures.extend(order.capture);
        }
        about.capture = None;
        // The host may have recorded the price of the period after a free one.
        let free_price = facts.iter().filter_map(|fact| fact.about.price).find(|price| price.micros == 0);
        about.price = free_price.or(about.price);
        Some(history.settle(latest, about))
    }
}

/// Facts of the same instant, in their natural order.
const fn rank(what: &FactKind) -> u8 {
    match what {
        FactKind::Requested { .. } => 0,
        FactKind::Declined => 1,
        FactKind::Refunded { .. } => 2,
        FactKind::Reversed { .. } => 3,
    }
}

/// Active refund facts by step; `None`: reports about the whole order.
type Steps<'a> = BTreeMap<Option<&'a str>, Vec<&'a Fact>>;

/// The refund after the facts processed so far.
#[derive(Default)]
struct CaseHistory<'a> {
    steps: Steps<'a>,
    /// The partial refunds that were reversed.
    reversed_parts: Vec<ReversedPart<'a>>,
    /// All steps that were ever reversed.
    ended: BTreeSet<&'a str>,
    /// When everything was last reversed at once.
    all_ended_at: Option<Timestamp>,
    reversed: bool,
    declined: bool,
    review: Option<Review>,
    /// When the card's issuer, or the bank, first reported fraud without taking the money, unless the report was withdrawn.
    fraud_reported_at: Option<Timestamp>,
    /// Why the latest refund that failed did so.
    failure: Option<&'a str>,
    /// What the messages report about the payment's capture.
    captures: BTreeSet<Capture>,
}

impl<'a> CaseHistory<'a> {
    fn take(&mut self, fact: &'a Fact) {
        match &fact.what {
            FactKind::Refunded { step, .. } => {
                self.steps.entry(step.as_deref()).or_default().push(fact);
                self.review = None;
            }
            FactKind::Reversed { step: None, .. } => {
                // A repetition.
                if self.steps.is_empty() && self.all_ended_at != Some(fact.at) {
                    self.review = None;
                }
                self.all_ended_at = Some(fact.at);
                self.steps.clear();
                self.reversed_parts.clear();
                self.reversed = true;
            }
            FactKind::Reversed { step: Some(step), extent, failure } => {
                self.failure = failure.as_deref().or(self.failure);
                let reported = self.steps.remove(&Some(step.as_str()));
                // The reversed refund had been given before, which ended the review even if no message reported it (a
                // reported total may include it). A repetition, by another event or by a list, changes nothing.
                let is_first = self.ended.insert(step);
                if is_first && reported.is_none() && !self.steps.contains_key(&None) {
                    self.review = None;
                }
                self.reversed_parts.extend(ReversedPart::of(
                    step,
                    reported.as_deref(),
                    *extent,
                    fact.at,
                    &self.reversed_parts,
                ));
                self.reversed = true;
            }
            FactKind::Declined => {
                self.declined = true;
                self.review = None;
                self.fraud_reported_at = None;
            }
            FactKind::Requested { deadline, reason, token } => {
                self.declined = false;
                if *reason == Some(Reason::Fraud) {
                    self.fraud_reported_at = self.fraud_reported_at.or(Some(fact.at));
                }
                self.review =
                    Some(Review { at: fact.at, deadline: *deadline, reason: *reason, token: token.clone() });
            }
        }
    }

    /// Beside a more reliable fact, a hint is no evidence of the size.
    fn drop_outweighed_hints(&mut self) {
        fn is_sure_fact(fact: &&Fact) -> bool {
            fact.trust > Trust::Hint
        }
        if self.steps.values().flatten().any(is_sure_fact) {
            for reported in self.steps.values_mut() {
                reported.retain(is_sure_fact);
            }
            self.steps.retain(|_, reported| !reported.is_empty());
        }
    }

    fn settle(mut self, latest: &Fact, about: OrderDetails) -> CaseState {
        self.drop_outweighed_hints();
        drop_listed_parts(&mut self.steps);
        let uncaptured = drop_uncaptured(&mut self.steps, &self.reversed_parts, &self.captures);
        // A total may equal the steps and still give the reason.
        let reported: Vec<&Fact> = self.steps.values().flatten().copied().collect();
        let beyond_steps = beyond_steps(&mut self.steps, &self.reversed_parts);
        let active: Vec<&Fact> = self.steps.values().flatten().copied().collect();
        // What was captured is what was paid, whatever was recorded at the authorisation.
        let paid = OrderDetails { price: uncaptured.captured.or(about.price), ..about.clone() };
        let (measured, beyond_measured) = match paid.price {
            Some(_) => (self.steps.clone(), beyond_steps),
            None => without_possible_duplicates(&self.steps, beyond_steps),
        };
        let measure = Measure::of(&measured, beyond_measured, &paid);
        let paid_back_twice = is_paid_back_twice(&self.steps, &self.reversed_parts, beyond_steps, paid.price);
        let state = match (active.is_empty(), measure.full) {
            (false, true) => StoreState::Refunded,
            (false, false) => StoreState::PartlyRefunded,
            (true, _) if self.review.is_some() => StoreState::PendingReview,
            (true, _) if uncaptured.is_unconfirmed => StoreState::Unconfirmed,
            (true, _) if uncaptured.is_released && !self.reversed => StoreState::Released,
            (true, _) if self.declined && !self.reversed => StoreState::Declined,
            (true, _) if self.reversed => StoreState::Reversed,
            (true, _) => StoreState::Declined,
        };
        let refund = match active.is_empty() {
            true => RefundCause::default(),
            false => RefundCause::of(&reported, self.fraud_reported_at),
        };
        // The reason of an open request is not the reason of an earlier refund.
        let request = self.review.as_ref().filter(|_| active.is_empty());
        CaseState {
            state,
            at: active.iter().map(|fact| fact.at).min().unwrap_or(latest.at),
            quantity: measure.quantity,
            amount: measure.amount,
            share: measure.share,
            reported_total: measure.reported_total,
            reason: refund.reason.or(request.and_then(|review| review.reason)),
            initiator: refund.initiator,
            trust: refund.trust.unwrap_or(latest.trust),
            subscription_live: refund.subscription_live,
            review: self.review,
            failure: self.failure.map(str::to_owned),
            paid_back_twice,
            about,
        }
    }
}

/// Why the money was refunded, by whom, and how reliable that is: from the most reliable fact that reports it, then
/// the latest, then one about the whole order. But a charge-back by the bank, or a refund by the merchant because of
/// fraud, outweighs the merchant's other refunds.
#[derive(Default)]
struct RefundCause {
    reason: Option<Reason>,
    initiator: Option<Initiator>,
    subscription_live: Option<bool>,
    trust: Option<Trust>,
}

impl RefundCause {
    /// `fraud_reported_at`: when fraud was first reported without money taken. A refund by the merchant after that is
    /// a refund because of fraud, whatever reason the merchant gives.
    fn of(active: &[&Fact], fraud_reported_at: Option<Timestamp>) -> Self {
        let is_of_all = |fact: &Fact| matches!(fact.what, FactKind::Refunded { step: None, .. });
        let weight = |fact: &Fact| (severity(fact), fact.trust, fact.at, is_of_all(fact));
        let mut by_weight = active.to_vec();
        by_weight.sort_by(|a, b| (weight(b), *b).cmp(&(weight(a), *a)));
        let mut cause = Self::default();
        for fact in &by_weight {
            cause.trust = cause.trust.max(Some(fact.trust));
            if let FactKind::Refunded { reason, initiator, subscription_live, .. } = &fact.what {
                cause.reason = cause.reason.or(*reason);
                cause.initiator = cause.initiator.or(*initiator);
                cause.subscription_live = cause.subscription_live.or(*subscription_live);
            }
        }
        let refunded_after = |reported: Timestamp| active.iter().any(|fact| fact.at >= reported);
        if cause.initiator == Some(Initiator::Developer) && fraud_reported_at.is_some_and(refunded_after) {
            cause.reason = Some(Reason::Fraud);
        }
        cause
    }
}

/// How much a fact outweighs others.
fn severity(fact: &Fact) -> u8 {
    match fact.what {
        _ if fact.trust < Trust::Signed => 0,
        FactKind::Refunded { initiator: Some(Initiator::Bank), .. } => 2,
        FactKind::Refunded {
            initiator: Some(Initiator::Developer),
            reason: Some(Reason::Fraud),
            step: Some(_),
            ..
        } => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
