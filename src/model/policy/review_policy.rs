//! What the operator wants reported to a store that asks about a refund request.

use serde::{Deserialize, Serialize};

use super::super::{ReviewReply, Span};
use super::{Matcher, RefundView};

/// One rule for reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRule {
    /// What the journal calls it.
    pub name: String,
    /// What it asks of the request, as in the policy; the amount is what the order cost, and the time is when the store
    /// asked. Empty: fits every request.
    #[serde(rename = "match", default)]
    pub matcher: Matcher,
    /// What the store is informed.
    pub answer: ReviewReply,
}

/// The rules for reviews in order: the operator's, and behind them one that fits everything and reports the facts without
/// a preference, where the host has reported them and the player has agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPolicy {
    rules: Vec<ReviewRule>,
}

impl ReviewPolicy {
    /// The operator's rules, and the default one.
    #[must_use]
    pub fn new(own: Vec<ReviewRule>) -> Self {
        let mut rules = own;
        rules.push(ReviewRule {
            name: "default: the facts without a preference, where the player agrees".to_owned(),
            matcher: Matcher::default(),
            answer: ReviewReply::DataOnly,
        });
        Self { rules }
    }

    /// Whether the operator wrote any.
    #[must_use]
    pub fn has_own_rules(&self) -> bool {
        self.rules.len() > 1
    }

    /// All rules in order.
    #[must_use]
    pub fn rules(&self) -> &[ReviewRule] {
        &self.rules
    }

    /// The first rule that fits. The last one fits everything.
    #[must_use]
    pub fn reply(&self, request: RefundView<'_>) -> (&str, ReviewReply) {
        self.rules
            .iter()
            .find(|rule| rule.matcher.fits(request))
            .map_or(("no rule fits: no answer", ReviewReply::NoAnswer), |rule| (&rule.name, rule.answer))
    }

    /// How far back the rules look at the user's other refunds; `None` where no rule does.
    #[must_use]
    pub fn longest_window(&self) -> Option<Span> {
        self.rules
            .iter()
            .filter_map(|rule| rule.matcher.user_refunds.as_ref())
            .map(|refunds| refunds.within)
            .max()
    }
}

impl Default for ReviewPolicy {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}
