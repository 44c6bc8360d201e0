//! What decides before the rules: an operator's decision on one refund, and before a rule an exclusion.

use serde::{Deserialize, Serialize};

use super::super::{ExclusionAction, Timestamp};
use super::{Action, Decision, RefundView};

/// An operator's decision on one refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overruling {
    /// What is done with the refund.
    pub action: Action,
    /// Who decided it.
    pub who: String,
    /// When. A block for a time counts from then.
    pub at: Timestamp,
}

/// The exclusion that was found for a refund. It counts for that refund even after it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedExclusion {
    /// Its id.
    pub id: i64,
    /// What it does.
    pub action: ExclusionAction,
}

impl RefundView<'_> {
    /// The decision that no rule changes, if there is one.
    pub(crate) fn decided_before_rules(&self) -> Option<Decision> {
        if let Some(Overruling { action, who, .. }) = self.overruled {
            return Some(Decision { rule: format!("overruled by {who}"), action: *action });
        }
        let AppliedExclusion { id, action } = self.exclusion?;
        Some(Decision { rule: format!("exclusion {id}"), action: action.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{CaseState, Environment, Extent, Fact, FactKind, OrderDetails, Store, Trust};
    use super::super::{BlockFor, Policy};
    use super::*;

    #[test]
    fn an_operator_comes_before_an_exclusion_and_an_exclusion_before_the_rules() {
        let at = Timestamp::from_millis(0);
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason: None,
            initiator: None,
            subscription_live: None,
        };
        let fact = Fact { at, what, trust: Trust::Signed, about: OrderDetails::default() };
        let case = CaseState::fold(&[fact], None).unwrap();
        let by_rules = RefundView {
            store: &Store::AppStore,
            app: "com.example.game",
            user: Some("ann"),
            user_owes: None,
            environment: Environment::Production,
            case: &case,
            maybe_unacknowledged: false,
            attributed_by: None,
            earlier: &[],
            overruled: None,
            exclusion: None,
        };
        let policy = Policy::default();
        let decided = |view| {
            let Decision { rule, action } = policy.decide(view);
            (rule, action)
        };
        assert_eq!(decided(by_rules).1, Action::Block(BlockFor::Permanently));
        let exclusion = Some(AppliedExclusion { id: 12, action: ExclusionAction::Exclude });
        let excluded = RefundView { exclusion, ..by_rules };
        assert_eq!(decided(excluded), ("exclusion 12".to_owned(), Action::Exclude));
        let exclusion = Some(AppliedExclusion { id: 3, action: ExclusionAction::Spare });
        assert_eq!(decided(RefundView { exclusion, ..by_rules }), ("exclusion 3".to_owned(), Action::Record));
        let overruling = Overruling { action: Action::Alert, who: "ann".to_owned(), at };
        let overruled = RefundView { overruled: Some(&overruling), ..excluded };
        assert_eq!(decided(overruled), ("overruled by ann".to_owned(), Action::Alert));
    }
}
