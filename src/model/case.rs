//! Where one order's refund stands: a pure function of the set of facts known about it.
//!
//! Stores report things late, twice and in any order. Because [`CaseState::fold`] looks only at *which* facts there are,
//! never at how they came, no order and no repetition of messages can change what is refunded, owed and blocked.

mod listed;
mod measure;
mod paid_back_twice;
mod totals;
mod uncaptured;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use listed::drop_parts_that_are_listed;
use measure::Measure;
use paid_back_twice::{is_paid_back_twice, without_what_may_be_twice};
use totals::RefundedTotal;
use uncaptured::drop_what_was_never_captured;
use words::RefundWords;

use super::{
    Capture, Extent, Fact, FactKind, Initiator, MilliPercent, Money, OrderDetails, Reason, Timestamp, Trust,
};

/// Where the store stands on an order's refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreState {
    /// A request is being looked at.
    PendingReview,
    /// A request was turned down.
    Declined,
    /// A part of the money went back.
    PartlyRefunded,
    /// All of the money went back.
    Refunded,
    /// It was refunded, and the refund was taken back.
    Reversed,
    /// The store reported what may be a refund or the release of an authorisation that was never captured, and has not
    /// said yet which. Nothing follows from it before it does, or a minute has passed.
    Unconfirmed,
    /// What was authorised was never captured and is released: nothing was paid, and nothing came back.
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

    /// Whether money is with the player that was the game's.
    #[must_use]
    pub const fn is_refunded(self) -> bool {
        matches!(self, Self::PartlyRefunded | Self::Refunded)
    }
}

/// A refund request the store is looking at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// When the store asked.
    pub at: Timestamp,
    /// The latest time an answer counts; `None` where the store did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// Why the player asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What the store's answer call wants back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// What the standing refunds of an order come to by the store's words alone, whatever is known of the order itself.
/// Two of these differ only where money moved, never because a price or the order's quantity became known; or where the
/// store says later how much a partial refund was that it first reported without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportedTotal {
    /// All of it; then nothing below is counted.
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
    /// The same, with no more money than was paid: a payment that is both refunded and charged back has items once.
    #[must_use]
    pub(crate) fn up_to(mut self, price: Option<Money>) -> Self {
        if let (Some(amount), Some(price)) = (&mut self.amount, price)
            && amount.currency == price.currency
        {
            amount.micros = amount.micros.min(price.micros);
        }
        self
    }

    /// Whether this is less than `before`: some of what was refunded has been taken back.
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
        // A part whose size became known is gone from the parts, and has not come back to the game.
        let was_sized = more(self.quantity, before.quantity)
            || more(self.share, before.share)
            || more(self.amount.map(|amount| amount.micros), before.amount.map(|amount| amount.micros));
        (self.parts < before.parts && !was_sized)
            || less(self.quantity, before.quantity)
            || less(self.share, before.share)
            || less_money(self.amount, before.amount)
    }
}

/// Where one order's refund stands. What no store said stays `None`, never zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseState {
    /// Where the store stands.
    pub state: StoreState,
    /// When money first went back, by the store's clock; for a case without a refund, the time of its latest fact.
    pub at: Timestamp,
    /// How many of the order's items are refunded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// How much money went back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Which share of the order is refunded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<MilliPercent>,
    /// What it comes to by the store's words alone.
    #[serde(default)]
    pub reported_total: ReportedTotal,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Who started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator: Option<Initiator>,
    /// How sure the refund is: the best of the facts that say so.
    pub trust: Trust,
    /// Whether the subscription went on living.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_live: Option<bool>,
    /// The open request, while the state is pending review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// Why the latest refund that failed did so, in the store's own word: Stripe `failure_reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Whether the payment was refunded and charged back at the same time, for more than was paid. It stays so where one
    /// of the two is undone later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paid_back_twice: bool,
    /// All that was said of the order itself, the host's record first.
    #[serde(default)]
    pub about: OrderDetails,
}

impl CaseState {
    /// Folds a case from its facts and, where the host recorded the purchase, from what it recorded.
    /// `None` without facts.
    #[must_use]
    pub fn fold(facts: &[Fact], recorded: Option<&OrderDetails>) -> Option<Self> {
        Self::fold_with_orders(facts, recorded, &[])
    }

    /// Whether nothing went back: the amount is zero in whatever currency, or where it is unknown, the share or the number
    /// of items is.
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

    /// As [`fold`](Self::fold); what neither the host nor any fact says of the order is taken from what the store reported
    /// when the order was made, in the given order.
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
        let mut course = CaseHistory::default();
        for fact in &facts {
            about.fill_from(&fact.about);
            course.captures.extend(fact.about.capture);
            course.take(fact);
        }
        for order in orders {
            about.fill_from(order);
            course.captures.extend(order.capture);
        }
        about.capture = None;
        // The host may have recorded the price of the period after a free one.
        let sold_for_nothing =
            facts.iter().filter_map(|fact| fact.about.price).find(|price| price.micros == 0);
        about.price = sold_for_nothing.or(about.price);
        Some(course.settle(latest, about))
    }
}

/// Facts of one instant: what comes about first is taken first.
const fn rank(what: &FactKind) -> u8 {
    match what {
        FactKind::Requested { .. } => 0,
        FactKind::Declined => 1,
        FactKind::Refunded { .. } => 2,
        FactKind::Reversed { .. } => 3,
    }
}

/// Standing facts by their step, and under `None` what the store reports the whole order.
type Steps<'a> = BTreeMap<Option<&'a str>, Vec<&'a Fact>>;

/// The refund as it stands after the facts taken so far.
#[derive(Default)]
struct CaseHistory<'a> {
    steps: Steps<'a>,
    /// The partial refunds that were taken back.
    gone: Vec<RefundedTotal<'a>>,
    /// The steps that were ever taken back.
    ended: BTreeSet<&'a str>,
    /// When all of it was last taken back at once.
    all_ended_at: Option<Timestamp>,
    reversed: bool,
    declined: bool,
    review: Option<Review>,
    /// When the card's issuer, or the bank, first reported fraud without taking the money, unless that was dropped.
    fraud_reported_at: Option<Timestamp>,
    /// Why the latest refund that failed did so.
    failure: Option<&'a str>,
    /// What the messages say of the payment's capture.
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
                // Reported again, it says nothing new.
                if self.steps.is_empty() && self.all_ended_at != Some(fact.at) {
                    self.review = None;
                }
                self.all_ended_at = Some(fact.at);
                self.steps.clear();
                self.gone.clear();
                self.reversed = true;
            }
            FactKind::Reversed { step: Some(step), extent, failure } => {
                self.failure = failure.as_deref().or(self.failure);
                let reported = self.steps.remove(&Some(step.as_str()));
                // What is taken back was given before, which ended the review though nobody reported it. (A total that
                // was reported may have it in it.) Reported again, by another event or by a list, it says nothing new.
                let is_first = self.ended.insert(step);
                if is_first && reported.is_none() && !self.steps.contains_key(&None) {
                    self.review = None;
                }
                self.gone.extend(RefundedTotal::of(step, reported.as_deref(), *extent, fact.at, &self.gone));
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

    /// Where anything surer stands, a hint beside it says nothing about how much.
    fn drop_hints_beside_better(&mut self) {
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
        self.drop_hints_beside_better();
        drop_parts_that_are_listed(&mut self.steps);
        let uncaptured = drop_what_was_never_captured(&mut self.steps, &self.gone, &self.captures);
        // A total may be no more than the steps and still say why.
        let reported: Vec<&Fact> = self.steps.values().flatten().copied().collect();
        let beyond_steps = totals::beyond_steps(&mut self.steps, &self.gone);
        let standing: Vec<&Fact> = self.steps.values().flatten().copied().collect();
        // What was captured is what was paid, whatever was recorded when it was authorised.
        let paid = OrderDetails { price: uncaptured.captured.or(about.price), ..about.clone() };
        let (measured, beyond_measured) = match paid.price {
            Some(_) => (self.steps.clone(), beyond_steps),
            None => without_what_may_be_twice(&self.steps, beyond_steps),
        };
        let measure = Measure::of(&measured, beyond_measured, &paid);
        let paid_back_twice = is_paid_back_twice(&self.steps, &self.gone, beyond_steps, paid.price);
        let state = match (standing.is_empty(), measure.full) {
            (false, true) => StoreState::Refunded,
            (false, false) => StoreState::PartlyRefunded,
            (true, _) if self.review.is_some() => StoreState::PendingReview,
            (true, _) if uncaptured.is_unconfirmed => StoreState::Unconfirmed,
            (true, _) if uncaptured.is_released && !self.reversed => StoreState::Released,
            (true, _) if self.declined && !self.reversed => StoreState::Declined,
            (true, _) if self.reversed => StoreState::Reversed,
            (true, _) => StoreState::Declined,
        };
        let refund = match standing.is_empty() {
            true => RefundWords::default(),
            false => RefundWords::of(&reported, self.fraud_reported_at),
        };
        // Why somebody asks to have the money back does not say why it went back before.
        let asked = self.review.as_ref().filter(|_| standing.is_empty());
        CaseState {
            state,
            at: standing.iter().map(|fact| fact.at).min().unwrap_or(latest.at),
            quantity: measure.quantity,
            amount: measure.amount,
            share: measure.share,
            reported_total: measure.reported_total,
            reason: refund.reason.or(asked.and_then(|review| review.reason)),
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

#[cfg(test)]
mod tests;
