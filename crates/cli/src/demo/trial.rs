//! Other rules, tried on the demo's refunds: what they would have decided.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use recoup::{Config, Engine, Policy, PolicyTrial, TryOptions};
use serde::Serialize;
use serde_json::json;

use super::action::DemoAction;
use super::scene::{Answer, Scene, observed};
use crate::exit::Failure;

/// What a trial counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct TrialSeen {
    /// Refunds with a decision.
    pub(super) refunds: u64,
    /// Refunds that would be decided otherwise.
    pub(super) refunds_otherwise: u64,
    /// The players of these.
    pub(super) users_otherwise: usize,
    /// Players who would be blocked, and are not.
    pub(super) newly_blocked: u64,
    /// Players who are blocked, and would not be.
    pub(super) freed: u64,
}

impl TrialSeen {
    pub(super) fn of(trial: &PolicyTrial) -> Self {
        // The demo has fewer refunds than a change has examples.
        let examples = trial.changes.iter().flat_map(|change| &change.examples);
        let users: BTreeSet<&str> = examples.map(|example| example.user.as_str()).collect();
        Self {
            refunds: trial.refunds,
            refunds_otherwise: trial.changes.iter().map(|change| change.refunds).sum(),
            users_otherwise: users.len(),
            newly_blocked: trial.blocked.newly,
            freed: trial.blocked.freed,
        }
    }
}

/// The scene. Of the refunds so far, Ben's is small, and Cho's and Dan's are Google's.
pub(super) fn scene() -> Result<Scene, Failure> {
    let rules = json!([
        {"name": "Google's refunds only alert", "match": {"store": "google-play"}, "action": "alert"},
        {
            "name": "small refunds block for a week",
            "match": {"amount": {"at_most": {"micros": 5_000_000, "currency": "USD"}}},
            "action": {"block": "7d"},
        },
    ]);
    let seen = TrialSeen { refunds: 7, refunds_otherwise: 3, users_otherwise: 3, newly_blocked: 1, freed: 2 };
    let mut expected = observed(Answer::Tried, None, &[], false);
    expected.trial = Some(seen);
    Ok(Scene {
        title: "The studio tries other rules on these refunds: small ones block, Google's only alert",
        player: "ben",
        action: DemoAction::TryRules(Config::policy_from_json(rules.to_string().as_bytes())?),
        expected,
    })
}

/// Tries rules on all refunds of the ledger.
pub(super) fn of(engine: &Engine, policy: &Policy) -> Result<PolicyTrial, Failure> {
    Ok(engine.try_policy(policy, &TryOptions::default(), &mut |_| ControlFlow::Continue(()))?)
}
