//! The operator's rules for refund reviews.

use serde::{Deserialize, Serialize};

use super::super::{ReviewReply, Span};
use super::{Matcher, RefundView};

/// One rule for reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewRule {
    /// Its name in the journal.
    pub name: String,
    /// The conditions, as in the policy; the amount is the order's price, and the time is when the store requested
    /// the review. Empty: matches every review.
    #[serde(rename = "match", default)]
    pub matcher: Matcher,
    /// What the report to the store says.
    pub answer: ReviewReply,
}

/// The rules for refund reviews: the operator's, then one that matches everything and sends the facts without a
/// preference, if the host has reported them and the player has consented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPolicy {
    rules: Vec<ReviewRule>,
}

impl ReviewPolicy {
    /// The operator's rules, then the default one.
    #[must_use]
    pub fn new(own: Vec<ReviewRule>) -> Self {
        let mut rules = own;
        rules.push(ReviewRule {
            name: "default: the facts without a preference, if the player consents".to_owned(),
            matcher: Matcher::default(),
            answer: ReviewReply::DataOnly,
        });
        Self { rules }
    }

    /// Whether the operator wrote any rule.
    #[must_use]
    pub fn has_own_rules(&self) -> bool {
        self.rules.len() > 1
    }

    /// All rules in order.
    #[must_use]
    pub fn rules(&self) -> &[ReviewRule] {
        &self.rules
    }

    /// The first rule that matches. The last one matches everything.
    #[must_use]
    pub fn reply(&self, request: RefundView<'_>) -> (&str, ReviewReply) {
        self.rules
            .iter()
            .find(|rule| rule.matcher.fits(request))
            .map_or(("no rule matches: no answer", ReviewReply::NoAnswer), |rule| (&rule.name, rule.answer))
    }

    /// How far back the rules look at the user's other refunds; `None` if no rule does.
    #[must_use]
    pub fn longest_window(&self) -> Option<Span> {
        self.rules
            .iter()
            .filter_map(|rule| rule.matcher.user_refunds.as_ref())
            .map(|refunds| refunds.within)
            .max()
    }

    /// Whether a rule looks at what the user owes: by then, since a review comes before the refund is decided.
    pub(crate) fn looks_at_debts(&self) -> bool {
        self.rules.iter().any(|rule| rule.matcher.user_owes.is_some())
    }
}

impl Default for ReviewPolicy {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}
