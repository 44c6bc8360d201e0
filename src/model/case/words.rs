//! What the refund facts that count say beside the amount: why, who started it, how sure it is.

use super::{Fact, FactKind, Initiator, Reason, Timestamp, Trust};

/// The surest fact that says something is believed, among equally sure ones the latest, and of one time what is said of
/// the whole order. But what the bank took back, or the merchant gave back as fraud, stays that beside the merchant's
/// other refunds.
#[derive(Default)]
pub(super) struct RefundWords {
    pub(super) reason: Option<Reason>,
    pub(super) initiator: Option<Initiator>,
    pub(super) subscription_live: Option<bool>,
    pub(super) trust: Option<Trust>,
}

impl RefundWords {
    /// `fraud_reported_at`: when fraud was first reported without money taken. What the merchant gives back after that
    /// is given back as fraud, whatever the merchant writes.
    pub(super) fn of(standing: &[&Fact], fraud_reported_at: Option<Timestamp>) -> Self {
        let is_of_all = |fact: &Fact| matches!(fact.what, FactKind::Refunded { step: None, .. });
        let weight = |fact: &Fact| (gravity(fact), fact.trust, fact.at, is_of_all(fact));
        let mut by_weight = standing.to_vec();
        by_weight.sort_by(|a, b| (weight(b), *b).cmp(&(weight(a), *a)));
        let mut words = Self::default();
        for fact in &by_weight {
            words.trust = words.trust.max(Some(fact.trust));
            if let FactKind::Refunded { reason, initiator, subscription_live, .. } = &fact.what {
                words.reason = words.reason.or(*reason);
                words.initiator = words.initiator.or(*initiator);
                words.subscription_live = words.subscription_live.or(*subscription_live);
            }
        }
        let given_after = |reported: Timestamp| standing.iter().any(|fact| fact.at >= reported);
        if words.initiator == Some(Initiator::Developer) && fraud_reported_at.is_some_and(given_after) {
            words.reason = Some(Reason::Fraud);
        }
        words
    }
}

/// How grave what a fact says is beside what others say.
fn gravity(fact: &Fact) -> u8 {
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
