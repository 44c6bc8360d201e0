//! Exclusions: refunds that an operator keeps out of the rules before they come.

use serde::{Deserialize, Serialize};

use super::purchase::check_text;
use super::{Action, MAX_NAME, MAX_USER, Store, Timestamp, matches_glob};

/// What an exclusion goes by, in the order in which exclusions are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExclusionKind {
    /// An order id or purchase token.
    Order,
    /// A user.
    User,
    /// A product; a pattern, in which `*` stands for any run of characters and `?` for one.
    Product,
    /// Orders that this ledger has a refund or revocation of its own for.
    OwnRefunds,
}

/// What an exclusion does with the refunds that it fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExclusionAction {
    /// The refund is [recorded](Action::Record): the host is notified and it counts, but it neither alerts nor blocks.
    #[default]
    Spare,
    /// The refund is [excluded](Action::Exclude): no event is queued, and it never counts.
    Exclude,
}

impl From<ExclusionAction> for Action {
    fn from(action: ExclusionAction) -> Self {
        match action {
            ExclusionAction::Spare => Self::Record,
            ExclusionAction::Exclude => Self::Exclude,
        }
    }
}

/// An exclusion to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewExclusion {
    /// What it goes by.
    pub kind: ExclusionKind,
    /// The order id or token, the user, or the pattern of products; empty for [`ExclusionKind::OwnRefunds`].
    #[serde(default)]
    pub value: String,
    /// Of this store only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<Store>,
    /// What it does.
    #[serde(default)]
    pub action: ExclusionAction,
    /// When it ends; `None`: when an operator ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Who makes it.
    pub who: String,
    /// Why.
    pub why: String,
}

impl NewExclusion {
    /// What is wrong with it: where, and what was expected.
    pub(crate) fn problem(&self, now: Timestamp) -> Option<String> {
        let limit = if self.kind == ExclusionKind::User { MAX_USER } else { MAX_NAME };
        if self.kind == ExclusionKind::OwnRefunds {
            if !self.value.is_empty() {
                return Some("/value: the ledger's own refunds have no value: leave it out".to_owned());
            }
        } else if let Err(problem) = check_text("value", &self.value, limit) {
            return Some(format!("/value: {problem}"));
        }
        match self.until {
            Some(until) if until <= now => Some(format!("/until: {until} is past: expected a later time")),
            _ => None,
        }
    }
}

/// An exclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Exclusion {
    /// Its id.
    pub id: i64,
    /// What it goes by.
    pub kind: ExclusionKind,
    /// The order id or token, the user, or the pattern of products; empty for [`ExclusionKind::OwnRefunds`].
    pub value: String,
    /// The store; `None`: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<Store>,
    /// What it does.
    pub action: ExclusionAction,
    /// Who made it.
    pub who: String,
    /// Why.
    pub why: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends; `None`: when an operator ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// How many refunds it was found for.
    pub uses: i64,
    /// How it ended; `None` while it is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<ExclusionEnd>,
}

/// How an exclusion ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ExclusionEnd {
    /// When.
    pub at: Timestamp,
    /// Who ended it; `None`: it expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Why; `None`: it expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Exclusion {
    /// The exclusion as it is at a time: with its end, if it has expired.
    pub(crate) fn at(mut self, now: Timestamp) -> Self {
        if self.ended.is_none()
            && let Some(at) = self.until.filter(|until| *until <= now)
        {
            self.ended = Some(ExclusionEnd { at, who: None, why: None });
        }
        self
    }
}

/// An exclusion that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ExclusionMade {
    /// The exclusion.
    #[serde(flatten)]
    pub exclusion: Exclusion,
    /// Of an exclusion by order: the order's refunds that are decided already. It changes nothing about these:
    /// [overrule](crate::Engine::overrule) them. At most 100.
    pub refunded_already: Vec<super::RefundId>,
}

/// An exclusion that may fit a refund: the ledger compared all but patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExclusionCandidate {
    pub(crate) id: i64,
    pub(crate) kind: ExclusionKind,
    pub(crate) value: String,
    pub(crate) action: ExclusionAction,
}

impl ExclusionCandidate {
    /// The one that counts for a refund of this product: the first kind that fits, and of one kind the oldest.
    pub(crate) fn best(candidates: Vec<Self>, product: Option<&str>) -> Option<Self> {
        let fits = |candidate: &Self| {
            candidate.kind != ExclusionKind::Product
                || product.is_some_and(|product| matches_glob(&candidate.value, product))
        };
        candidates.into_iter().filter(fits).min_by_key(|candidate| (candidate.kind, candidate.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn candidate(id: i64, kind: ExclusionKind, value: &str) -> ExclusionCandidate {
        ExclusionCandidate { id, kind, value: value.to_owned(), action: ExclusionAction::Spare }
    }

    #[test]
    fn the_first_kind_counts_and_of_one_kind_the_oldest() {
        use ExclusionKind::*;
        let all = [
            candidate(1, OwnRefunds, ""),
            candidate(2, Product, "gem*"),
            candidate(3, Product, "*"),
            candidate(4, User, "ann"),
            candidate(5, Order, "1"),
        ];
        let best = |from: usize, to: usize, product: Option<&str>| {
            ExclusionCandidate::best(all[from..to].to_vec(), product).map(|best| best.id)
        };
        assert_eq!(best(0, 5, Some("gems")), Some(5));
        assert_eq!(best(0, 4, Some("gems")), Some(4));
        assert_eq!(best(0, 3, Some("gems")), Some(2));
        assert_eq!(best(0, 3, Some("sword")), Some(3));
        assert_eq!(best(0, 3, None), Some(1), "a pattern fits no product that is not known");
        assert_eq!(best(1, 3, None), None);
    }

    #[test]
    fn a_bad_exclusion_is_explained() {
        let order = NewExclusion {
            kind: ExclusionKind::Order,
            value: "1".to_owned(),
            store: None,
            action: ExclusionAction::Spare,
            until: None,
            who: "ann".to_owned(),
            why: "agreed".to_owned(),
        };
        assert_eq!(order.problem(NOON), None);
        let empty = NewExclusion { value: String::new(), ..order.clone() };
        assert!(empty.problem(NOON).unwrap().starts_with("/value: "));
        let own = NewExclusion { kind: ExclusionKind::OwnRefunds, ..order.clone() };
        assert!(own.problem(NOON).unwrap().contains("leave it out"));
        assert_eq!(NewExclusion { value: String::new(), ..own }.problem(NOON), None);
        let past = NewExclusion { until: Some(NOON), ..order.clone() };
        assert!(past.problem(NOON).unwrap().starts_with("/until: "));
        let long = NewExclusion { value: "x".repeat(MAX_NAME + 1), ..order };
        assert!(long.problem(NOON).unwrap().starts_with("/value: "));
    }

    #[test]
    fn an_exclusion_in_json_needs_little() {
        let text = r#"{"kind":"own_refunds","who":"ann","why":"goodwill"}"#;
        let read: NewExclusion = serde_json::from_str(text).unwrap();
        assert_eq!((read.value.as_str(), read.action), ("", ExclusionAction::Spare));
        assert!(serde_json::from_str::<NewExclusion>(r#"{"kind":"sku","who":"a","why":"b"}"#).is_err());
        assert!(
            serde_json::from_str::<NewExclusion>(r#"{"kind":"user","x":1,"who":"a","why":"b"}"#).is_err()
        );
    }
}
