//! What one purchase and one refund add to the sums: a function of their present rows alone. So what a change does to the
//! sums is what the row adds after it, less what it added before.

use serde::Serialize;

use super::lag::{LagStage, bucket};
use super::marks::{Bought, FigureMarks};
use super::sums::{Dimensions, PlayerSum};
use crate::model::{
    Action, Currency, Environment, Money, Purchase, Refund, Timestamp, Trust, WorkStatus, counts,
};

/// The largest amount that is added up: a thousand million of a currency. More is a mistake, and counts as unknown: so the
/// sum of thousands of mistakes still is a number that the ledger can hold, and no refund fails because of it.
const MAX_MICROS: i64 = 1_000_000_000_000_000;

/// A purchase as the sums count it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sale {
    pub(super) at: Timestamp,
    pub(super) of: Dimensions,
    pub(super) micros: Option<i64>,
}

impl Sale {
    /// `None` for a purchase that repays a refund.
    pub(crate) fn of(purchase: &Purchase, recorded_at: Timestamp) -> Option<Self> {
        let bought = Bought::of(purchase, recorded_at)?;
        Some(Self {
            at: bought.at,
            of: Dimensions {
                store: purchase.store.as_str().to_owned(),
                environment: purchase.environment.unwrap_or(Environment::Production).as_str().to_owned(),
                product: bought.product.unwrap_or_default(),
                country: bought.country.unwrap_or_default(),
                currency: text_of(bought.currency.as_ref()),
            },
            micros: purchase.price.and_then(countable),
        })
    }
}

/// What the figures look at of a refund.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountedCase<'a> {
    pub(crate) refund: &'a Refund,
    pub(crate) environment: Environment,
    pub(crate) marks: &'a FigureMarks,
    /// Whether its player owes something for it.
    pub(crate) is_owing: bool,
}

impl CountedCase<'_> {
    /// Whether money is refunded for sure, by a case that no other represents.
    fn is_active(&self) -> bool {
        let case = &self.refund.case;
        case.state.is_refunded() && case.trust >= Trust::Signed && self.refund.merged_into.is_none()
    }

    fn is_excluded(&self) -> bool {
        self.refund.decision.as_ref().is_some_and(|decision| decision.action == Action::Exclude)
    }

    /// Whether it counts against its player.
    pub(crate) fn counts(&self) -> bool {
        let refund = self.refund;
        let decision = refund.decision.as_ref().filter(|_| self.is_active() && refund.user.is_some());
        decision
            .is_some_and(|decision| counts(self.environment, &refund.case, refund.attributed_by, decision))
    }
}

/// What a refund adds to the sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contribution {
    pub(super) store: String,
    pub(super) environment: Environment,
    pub(super) work_status: WorkStatus,
    pub(super) is_unattributed: bool,
    /// What it adds where money is refunded; excluded refunds are kept apart by their status.
    pub(super) refund: Option<RefundPart>,
    pub(super) player: Option<(String, PlayerSum)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RefundPart {
    pub(super) at: Timestamp,
    pub(super) product: String,
    pub(super) currency: String,
    pub(super) micros: Option<i64>,
    pub(super) is_whole: bool,
    pub(super) reason: String,
    pub(super) rule: String,
    pub(super) work_status: WorkStatus,
    pub(super) bought: Option<Bought>,
    pub(super) lags: Vec<(LagStage, i64)>,
}

impl Contribution {
    pub(crate) fn of(case: &CountedCase<'_>) -> Self {
        let refund = case.refund;
        let (is_active, is_excluded) = (case.is_active(), case.is_excluded());
        let is_real = is_active && !is_excluded && case.environment == Environment::Production;
        let of_player = PlayerSum {
            refunds: i64::from(is_real),
            counted: i64::from(case.counts()),
            owing: i64::from(case.is_owing),
        };
        let player = refund.user.clone().filter(|_| of_player != PlayerSum::default());
        Self {
            store: refund.store.as_str().to_owned(),
            environment: case.environment,
            work_status: refund.work_status,
            is_unattributed: is_active && refund.user.is_none(),
            refund: is_active.then(|| RefundPart::of(case, is_excluded, is_real)),
            player: player.map(|player| (player, of_player)),
        }
    }
}

impl RefundPart {
    fn of(counted: &CountedCase<'_>, is_excluded: bool, is_real: bool) -> Self {
        let CountedCase { refund, marks, .. } = counted;
        let case = &refund.case;
        let currency = case.amount.or(case.about.price).map(|money| money.currency);
        let mut lags = Vec::new();
        if is_real {
            let seen = marks
                .seen
                .map(|seen| (if seen.swept { LagStage::Sweep } else { LagStage::Webhook }, seen.at));
            let blocked = marks.blocked_at.map(|at| (LagStage::Blocked, at));
            let closed = marks.closed_at.map(|at| (LagStage::Closed, at));
            let reached = [seen, blocked, closed].into_iter().flatten();
            lags.extend(reached.map(|(stage, at)| (stage, bucket(case.at, at))));
        }
        Self {
            at: case.at,
            product: case.about.product.clone().unwrap_or_default(),
            currency: text_of(currency.as_ref()),
            micros: case.amount.and_then(countable),
            is_whole: case.state == crate::model::StoreState::Refunded,
            reason: case.reason.map(|reason| name_of(&reason)).unwrap_or_default(),
            rule: refund.decision.as_ref().map(|decision| decision.rule.clone()).unwrap_or_default(),
            work_status: if is_excluded { WorkStatus::Excluded } else { refund.work_status },
            bought: marks.bought.clone(),
            lags,
        }
    }
}

/// Of money without a currency only nothing is a sum.
fn countable(money: Money) -> Option<i64> {
    let most = if money.currency.is_none() { 0 } else { MAX_MICROS };
    Some(money.micros).filter(|micros| (0..=most).contains(micros))
}

fn text_of(currency: Option<&Currency>) -> String {
    let known = currency.filter(|currency| !currency.is_none());
    known.map(|currency| currency.as_str().to_owned()).unwrap_or_default()
}

/// The name in JSON.
fn name_of(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
