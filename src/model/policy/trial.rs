//! What a list of rules would have decided, counted beside what was decided.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::{RefundId, Timestamp};
use super::{Action, BlockFor, Decision, Policy, RefundView};

/// Which refunds rules are tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TryOptions {
    /// Refunded at this time or later, by the store's clock; `None`: from the first on.
    pub since: Option<Timestamp>,
    /// Refunded before this time; `None`: up to the last.
    pub until: Option<Timestamp>,
    /// The most examples of each change, at most 10,000; 100. They are in memory.
    pub examples: usize,
}

impl TryOptions {
    /// The most examples of a change: a change has a few hundred bytes of each in memory.
    pub const MAX_EXAMPLES: usize = 10_000;
}

impl Default for TryOptions {
    fn default() -> Self {
        Self { since: None, until: None, examples: 100 }
    }
}

/// How far a trial has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Tried {
    /// How many refunds were decided.
    pub refunds: u64,
    /// How many users they are of.
    pub users: u64,
}

/// What a policy would have decided about the refunds of a time, beside what was decided.
///
/// Refunds without a decision are not counted: those whose player is unknown, and those of which nothing is refunded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PolicyTrial {
    /// The version of the policy in force. Some of the refunds may have been decided by earlier versions.
    pub policy_version: i64,
    /// How many refunds were decided.
    pub refunds: u64,
    /// How many users they are of.
    pub users: u64,
    /// From when on, by the store's clock.
    pub since: Option<Timestamp>,
    /// Before when.
    pub until: Option<Timestamp>,
    /// The rules of the tried policy in their order, then others that decided any of the refunds.
    pub rules: Vec<RuleTrial>,
    /// The refunds whose action would be another, by both actions, most refunds first.
    pub changes: Vec<TrialChange>,
    /// How many users are blocked, and would be.
    pub blocked: BlockedUsers,
    /// Some of the users whom that would change.
    #[serde(default)]
    pub blocked_examples: BlockedExamples,
    /// The operator's rules that match none of the refunds.
    pub never_fits: Vec<String>,
    /// The operator's rules that match some of the refunds, all of which an earlier rule decides.
    pub shadowed: Vec<ShadowedRule>,
    /// Whether it was stopped, and so covers only some of the users.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
}

/// How many refunds a rule decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RuleTrial {
    /// The rule.
    pub name: String,
    /// How many refunds it decided.
    pub now: u64,
    /// How many it would decide under the tried policy.
    pub then: u64,
    /// How many users the latter are of.
    pub users: u64,
}

/// Refunds whose action would be another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TrialChange {
    /// The action in force, such as `alert`.
    pub from: String,
    /// The action under the tried policy, such as `block 7d`.
    pub to: String,
    /// How many refunds.
    pub refunds: u64,
    /// How many users they are of.
    pub users: u64,
    /// Some of the refunds, by user.
    pub examples: Vec<TrialExample>,
}

/// A refund whose action would be another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct TrialExample {
    /// The refund.
    pub refund: RefundId,
    /// The player.
    pub user: String,
    /// When it was refunded, by the store's clock.
    pub at: Timestamp,
}

/// How many users are blocked in all, and would be if the tried policy had decided the refunds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct BlockedUsers {
    /// Blocked.
    pub now: u64,
    /// Would be blocked.
    pub then: u64,
    /// Would be blocked, and are not.
    pub newly: u64,
    /// Are blocked, and would not be.
    pub freed: u64,
}

/// Users whom the tried policy would block or free: at most as many of each as a change has examples.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct BlockedExamples {
    /// Would be blocked, and are not.
    pub newly: Vec<String>,
    /// Are blocked, and would not be.
    pub freed: Vec<String>,
}

/// A rule that never decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ShadowedRule {
    /// The rule.
    pub rule: String,
    /// The earlier rule that decides most of the refunds that it matches.
    pub by: String,
}

/// One refund, with both decisions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compared<'a> {
    pub(crate) refund: RefundId,
    pub(crate) user: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) now: Option<&'a Decision>,
    pub(crate) then: Option<&'a Decision>,
}

/// Counts the decisions of a trial, user by user.
pub(crate) struct TrialTally<'p> {
    policy: &'p Policy,
    examples: usize,
    tried: Tried,
    /// Of the user that is being counted.
    has_refunds: bool,
    rules: Vec<RuleCount>,
    places: BTreeMap<String, usize>,
    changes: BTreeMap<(String, String), ChangeCount>,
    /// Of each of the operator's rules.
    matches: Vec<Matches>,
    newly: u64,
    freed: u64,
    blocked_examples: BlockedExamples,
}

struct RuleCount {
    rule: RuleTrial,
    users: UserCount,
}

struct ChangeCount {
    change: TrialChange,
    users: UserCount,
}

/// A number of users, each of whom is counted once.
#[derive(Default)]
struct UserCount {
    count: u64,
    /// The number of the user who was counted last; from 1.
    last: u64,
}

/// What a rule of the operator's matches.
#[derive(Default)]
struct Matches {
    decides: bool,
    /// How many of the refunds that it matches each earlier rule decides, while it decides none.
    earlier: BTreeMap<usize, u64>,
}

impl UserCount {
    const fn add(&mut self, user: u64) {
        if self.last != user {
            self.last = user;
            self.count += 1;
        }
    }
}

impl<'p> TrialTally<'p> {
    pub(crate) fn new(policy: &'p Policy, examples: usize) -> Self {
        let mut tally = Self {
            policy,
            examples: examples.min(TryOptions::MAX_EXAMPLES),
            tried: Tried::default(),
            has_refunds: false,
            rules: Vec::new(),
            places: BTreeMap::new(),
            changes: BTreeMap::new(),
            matches: policy.own_rules().iter().map(|_| Matches::default()).collect(),
            newly: 0,
            freed: 0,
            blocked_examples: BlockedExamples::default(),
        };
        for rule in policy.rules() {
            tally.place(&rule.name);
        }
        tally
    }

    /// Counts which rules match a refund that the policy decides.
    pub(crate) fn match_rules(&mut self, refund: RefundView<'_>) {
        let rules = self.policy.rules();
        let Some(decider) = rules.iter().position(|rule| rule.fits(refund)) else { return };
        if let Some(matches) = self.matches.get_mut(decider) {
            matches.decides = true;
        }
        for (rule, matches) in rules.iter().zip(&mut self.matches).skip(decider.saturating_add(1)) {
            if !matches.decides && rule.fits(refund) {
                *matches.earlier.entry(decider).or_default() += 1;
            }
        }
    }

    /// Counts a refund of the user that is being counted.
    pub(crate) fn compare(&mut self, compared: Compared<'_>) {
        if compared.now.is_none() && compared.then.is_none() {
            return;
        }
        let user = self.tried.users + 1;
        self.has_refunds = true;
        self.tried.refunds += 1;
        if let Some(count) = compared.now.and_then(|now| self.count_of(&now.rule)) {
            count.rule.now += 1;
        }
        if let Some(count) = compared.then.and_then(|then| self.count_of(&then.rule)) {
            count.rule.then += 1;
            count.users.add(user);
        }
        let actions = (compared.now.map(|now| now.action), compared.then.map(|then| then.action));
        if actions.0 == actions.1 {
            return;
        }
        let (from, to) = (name_of(actions.0), name_of(actions.1));
        let change = self.changes.entry((from.clone(), to.clone())).or_insert_with(|| ChangeCount {
            change: TrialChange { from, to, refunds: 0, users: 0, examples: Vec::new() },
            users: UserCount::default(),
        });
        change.change.refunds += 1;
        change.users.add(user);
        if change.change.examples.len() < self.examples {
            let Compared { refund, at, .. } = compared;
            change.change.examples.push(TrialExample { refund, user: compared.user.to_owned(), at });
        }
    }

    /// All refunds of a user are counted; whether the user is blocked, and would be.
    pub(crate) fn end_user(&mut self, user: &str, is_blocked: bool, would_be: bool) -> Tried {
        self.tried.users += u64::from(std::mem::take(&mut self.has_refunds));
        let (count, examples) = match (is_blocked, would_be) {
            (false, true) => (&mut self.newly, &mut self.blocked_examples.newly),
            (true, false) => (&mut self.freed, &mut self.blocked_examples.freed),
            _ => return self.tried,
        };
        *count += 1;
        if examples.len() < self.examples {
            examples.push(user.to_owned());
        }
        self.tried
    }

    /// The trial; `blocked` is how many users are blocked in all.
    pub(crate) fn finish(
        self,
        policy_version: i64,
        options: &TryOptions,
        blocked: u64,
        stopped: bool,
    ) -> PolicyTrial {
        let own = self.policy.own_rules().iter().zip(&self.matches).filter(|(_, matches)| !matches.decides);
        let (mut never_fits, mut shadowed) = (Vec::new(), Vec::new());
        for (rule, matches) in own {
            let most = matches.earlier.iter().max_by_key(|(place, count)| (**count, usize::MAX - **place));
            match most.and_then(|(place, _)| self.policy.rules().get(*place)) {
                Some(by) => shadowed.push(ShadowedRule { rule: rule.name.clone(), by: by.name.clone() }),
                None => never_fits.push(rule.name.clone()),
            }
        }
        let rules = self.rules.into_iter().map(|count| RuleTrial { users: count.users.count, ..count.rule });
        let changes = self.changes.into_values();
        let mut changes: Vec<TrialChange> =
            changes.map(|count| TrialChange { users: count.users.count, ..count.change }).collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.refunds));
        let then = blocked.saturating_add(self.newly).saturating_sub(self.freed);
        PolicyTrial {
            policy_version,
            refunds: self.tried.refunds,
            users: self.tried.users,
            since: options.since,
            until: options.until,
            rules: rules.collect(),
            changes,
            blocked: BlockedUsers { now: blocked, then, newly: self.newly, freed: self.freed },
            blocked_examples: self.blocked_examples,
            never_fits,
            shadowed,
            stopped,
        }
    }

    fn count_of(&mut self, rule: &str) -> Option<&mut RuleCount> {
        let place = match self.places.get(rule) {
            Some(place) => *place,
            None => self.place(rule),
        };
        self.rules.get_mut(place)
    }

    /// The place of a rule, which is added if it has none. Rules of one name share it.
    fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let rule = RuleTrial { name: name.to_owned(), now: 0, then: 0, users: 0 };
        self.rules.push(RuleCount { rule, users: UserCount::default() });
        let place = self.rules.len() - 1;
        self.places.insert(name.to_owned(), place);
        place
    }
}

/// An action in a few words, the same for every block of one length.
fn name_of(action: Option<Action>) -> String {
    match action {
        None => "none".to_owned(),
        Some(Action::Block(BlockFor::Span(span))) => format!("block {span}"),
        Some(action) => action.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{
        AttributedBy, CaseState, Environment, Extent, Fact, FactKind, OrderDetails, Store, Trust,
    };
    use super::*;

    fn case(product: &str) -> CaseState {
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason: None,
            initiator: None,
            subscription_live: None,
        };
        let about = OrderDetails { product: Some(product.to_owned()), ..OrderDetails::default() };
        let fact = Fact { at: Timestamp::from_millis(1), what, trust: Trust::Signed, about };
        CaseState::fold(&[fact], None).unwrap()
    }

    fn view(case: &CaseState) -> RefundView<'_> {
        RefundView {
            store: &Store::AppStore,
            app: "a",
            environment: Environment::Production,
            user: Some("ann"),
            case,
            maybe_unacknowledged: false,
            attributed_by: Some(AttributedBy::Order),
            earlier: &[],
            user_owes: None,
            overruled: None,
            exclusion: None,
        }
    }

    fn decision(rule: &str, action: Action) -> Decision {
        Decision { rule: rule.to_owned(), action }
    }

    #[test]
    fn rules_that_never_decide_are_named_with_what_decides_before_them() {
        let policy = Policy::new(
            serde_json::from_str(
                r#"[{"name":"gems","match":{"product":"gem*"},"action":"alert"},
                    {"name":"any","action":"record"},
                    {"name":"gold","match":{"product":"g*"},"action":"alert"},
                    {"name":"old promo","match":{"product":"promo"},"action":"alert"}]"#,
            )
            .unwrap(),
        );
        let mut tally = TrialTally::new(&policy, 100);
        for product in ["gems", "gold", "gold", "silver"] {
            tally.match_rules(view(&case(product)));
        }
        let trial = tally.finish(1, &TryOptions::default(), 0, false);
        assert_eq!(trial.never_fits, ["old promo"]);
        assert_eq!(trial.shadowed, [ShadowedRule { rule: "gold".to_owned(), by: "any".to_owned() }]);
    }

    #[test]
    fn users_are_counted_once_and_examples_have_a_limit() {
        let policy = Policy::default();
        let mut tally = TrialTally::new(&policy, 2);
        let (now, then) =
            (decision("old", Action::Alert), decision("default: refunds alert and block", Action::Record));
        for user in ["ann", "bob"] {
            for refund in 0..2 {
                let at = Timestamp::from_millis(refund);
                let (now, then) = (Some(&now), Some(&then));
                tally.compare(Compared { refund, user, at, now, then });
            }
            tally.compare(Compared { refund: 9, user, at: Timestamp::from_millis(0), now: None, then: None });
            tally.end_user(user, user == "ann", user == "bob");
        }
        assert_eq!(tally.end_user("cid", true, true), Tried { refunds: 4, users: 2 });
        let trial = tally.finish(3, &TryOptions::default(), 5, true);
        let rule = |name: &str| trial.rules.iter().find(|rule| rule.name == name).unwrap().clone();
        assert_eq!(rule("old"), RuleTrial { name: "old".to_owned(), now: 4, then: 0, users: 0 });
        let other = rule("default: refunds alert and block");
        assert_eq!((other.now, other.then, other.users), (0, 4, 2));
        let [change] = trial.changes.as_slice() else { panic!("{:?}", trial.changes) };
        assert_eq!((change.from.as_str(), change.to.as_str()), ("alert", "record"));
        assert_eq!((change.refunds, change.users, change.examples.len()), (4, 2, 2));
        assert_eq!(trial.blocked, BlockedUsers { now: 5, then: 5, newly: 1, freed: 1 });
        let BlockedExamples { newly, freed } = &trial.blocked_examples;
        assert_eq!((newly, freed), (&vec!["bob".to_owned()], &vec!["ann".to_owned()]));
        let json = serde_json::to_value(&trial).unwrap();
        assert_eq!(json["stopped"], true);
        assert_eq!(json["blocked"], serde_json::json!({"now": 5, "then": 5, "newly": 1, "freed": 1}));
    }

    #[test]
    fn actions_have_short_names() {
        let name = |json: &str| name_of(Some(serde_json::from_str(json).unwrap()));
        assert_eq!(name(r#"{"block":"7d"}"#), "block 7d");
        assert_eq!(name(r#"{"block":"permanently"}"#), "block permanently");
        assert_eq!((name("\"alert\""), name_of(None)), ("alert".to_owned(), "none".to_owned()));
    }
}
