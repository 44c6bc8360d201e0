//! What a trial of a policy says is what a fresh ledger under that policy decides, for any history and any policy.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;
use crate::model::{BlockCause, Grant, Money, Policy, TryOptions};

const DAY: i64 = 86_400_000;

#[derive(Clone, Debug)]
enum Step {
    Purchase(Purchase),
    Fact(Fact),
}

const ORDERS: [(&str, &str); 6] =
    [("1", "ann"), ("2", "ann"), ("3", "ann"), ("4", "ann"), ("5", "bob"), ("6", "bob")];

fn money(units: i64) -> Money {
    Money { micros: units * 1_000_000, currency: crate::model::Currency::new("USD").unwrap() }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = || proptest::sample::select(&ORDERS[..]);
    let extent = prop_oneof![
        5 => Just((None, Extent::Full)),
        1 => Just((Some("a"), Extent::Quantity(1))),
        1 => Just((Some("b"), Extent::Quantity(2))),
        1 => Just((Some("c"), Extent::Part)),
        1 => Just((None, Extent::Share(crate::model::MilliPercent::new(50_000).unwrap()))),
    ];
    let reason = proptest::option::weighted(0.3, Just(Reason::Remorse));
    let what = prop_oneof![
        5 => (extent, reason).prop_map(|((step, extent), reason)| FactKind::Refunded {
            step: step.map(str::to_owned),
            extent,
            reason,
            initiator: None,
            subscription_live: None,
        }),
        1 => Just(FactKind::Reversed { step: None, extent: None, failure: None }),
        1 => Just(FactKind::Requested { deadline: None, reason: None, token: None }),
    ];
    let reported =
        (which(), 0..45_i64, what, proptest::bool::weighted(0.9)).prop_map(|((id, _), day, what, sure)| {
            let about = OrderDetails { product: Some(format!("gems_{id}")), ..order(id) };
            let mut fact = fact(about, day * DAY, what);
            if !sure {
                fact.trust = Trust::Hint;
            }
            Step::Fact(fact)
        });
    let bought = (which(), 0..3_i64).prop_map(|((id, user), n)| {
        let country = (n > 0).then(|| if n == 1 { "KR" } else { "US" }.to_owned());
        Step::Purchase(Purchase {
            quantity: Some(4),
            price: Some(money(n + 1)),
            country,
            grants: vec![Grant { item: "gem".to_owned(), quantity: 4 }],
            ..purchase(user, id)
        })
    });
    proptest::collection::vec(prop_oneof![2 => reported, 1 => bought], 1..24)
}

/// Rules of every condition that looks at more than the store's report.
fn policies() -> impl Strategy<Value = String> {
    let condition = proptest::sample::select(
        &[
            r#""user_refunds":{"within":"10d","at_least":2}"#,
            r#""user_refunds":{"within":"40d","at_least":3}"#,
            r#""user_refunds":{"within":"30d","total_at_least":{"micros":3000000,"currency":"USD"}}"#,
            r#""user_refunds":{"within":"5d","at_least":2},"trust":"hint""#,
            r#""user_owes":true"#,
            r#""user_owes":false,"user":"b*""#,
            r#""order":["1","5"]"#,
            r#""user":"ann""#,
            r#""country":"KR""#,
            r#""currency":"USD""#,
            r#""quantity":{"at_least":2}"#,
            r#""share":{"at_most":60000}"#,
            r#""product":"gems_?","reason":"remorse""#,
            r#""app":"com.example.game","amount":{"at_most":{"micros":1000000,"currency":"USD"}}"#,
            "",
        ][..],
    );
    let action = proptest::sample::select(
        &[
            r#""exclude""#,
            r#""notify""#,
            r#""record""#,
            r#""alert""#,
            r#"{"block":"7d"}"#,
            r#"{"block":"permanently"}"#,
            r#"{"block":"repaid"}"#,
            r#"{"block":"repaid","grace":"2d"}"#,
            r#"{"block":"repaid","grace":"30d"}"#,
        ][..],
    );
    proptest::collection::vec((condition, action), 0..5).prop_map(|rules| {
        let rules = rules.iter().enumerate();
        let rules: Vec<String> = rules
            .map(|(n, (condition, action))| {
                format!(r#"{{"name":"r{n}","match":{{{condition}}},"action":{action}}}"#)
            })
            .collect();
        format!("[{}]", rules.join(","))
    })
}

/// A ledger under a policy that ingested these.
fn ledger(steps: &[Step], policy: &str) -> Fixture {
    let fixture = Fixture::new(policy);
    for step in steps {
        match step {
            Step::Purchase(purchase) => drop(fixture.engine.record_purchase(purchase.clone()).unwrap()),
            Step::Fact(fact) => drop(fixture.ingest_order(fact.clone())),
        }
    }
    fixture.clock.set(NOON.plus(Span::from_days(8)));
    fixture.engine.expire_blocks().unwrap();
    fixture
}

impl Fixture {
    /// Whether users owed something when their refunds were decided, which other decisions may have changed.
    fn owed_before(&self) -> Vec<Option<bool>> {
        let case = |id| self.engine.read(|read| read.case(id)).unwrap().unwrap();
        self.refunds().iter().map(|refund| case(refund.id).owed_before).collect()
    }

    /// Users whom refunds of a time block.
    fn blocked_by(&self, is_of_time: impl Fn(i64) -> bool) -> BTreeSet<String> {
        let blocks = self.engine.blocks(false, None, 1000).unwrap().items;
        let is_by =
            |cause: &BlockCause| matches!(cause, BlockCause::Refund { refund, .. } if is_of_time(*refund));
        blocks.into_iter().filter(|block| is_by(&block.cause)).map(|block| block.user).collect()
    }
}

fn name_of(decision: &Option<crate::model::Decision>) -> String {
    decision
        .as_ref()
        .map_or_else(|| "none".to_owned(), |it| it.action.to_string().replace("block for", "block"))
}

fn assert_trial_is_truth(steps: &[Step], now: &str, then: &str, since: i64) -> Result<(), TestCaseError> {
    let (before, truth) = (ledger(steps, now), ledger(steps, then));
    prop_assume!(before.owed_before() == truth.owed_before());
    let since = NOON.plus(Span::from_days(since));
    let policy = Policy::new(serde_json::from_str(then).unwrap());
    let options = TryOptions { since: Some(since), examples: 1000, ..TryOptions::default() };
    let trial = before.engine.try_policy(&policy, &options, &mut |_| ControlFlow::Continue(())).unwrap();

    let (old, new) = (before.refunds(), truth.refunds());
    let is_of_time = |refund: i64| old.iter().any(|it| it.id == refund && it.case.at >= since);
    let (mut rules, mut changes) = (BTreeMap::new(), BTreeSet::new());
    let mut decided = 0;
    for (old, new) in old.iter().zip(&new).filter(|(old, _)| old.case.at >= since) {
        assert_eq!((old.id, &old.user, old.case.state), (new.id, &new.user, new.case.state));
        decided += u64::from(new.decision.is_some());
        if let Some(decision) = &old.decision {
            rules.entry(decision.rule.clone()).or_insert((0, 0)).0 += 1;
        }
        if let Some(decision) = &new.decision {
            rules.entry(decision.rule.clone()).or_insert((0, 0)).1 += 1;
        }
        let (from, to) = (name_of(&old.decision), name_of(&new.decision));
        if from != to {
            changes.insert((from, to, new.id));
        }
    }
    prop_assert_eq!(trial.refunds, decided);
    let counted = trial.rules.iter().filter(|rule| (rule.now, rule.then) != (0, 0));
    let counted: BTreeMap<_, _> = counted.map(|rule| (rule.name.clone(), (rule.now, rule.then))).collect();
    prop_assert_eq!(counted, rules);
    let found: BTreeSet<_> = trial
        .changes
        .iter()
        .flat_map(|change| {
            change.examples.iter().map(|it| (change.from.clone(), change.to.clone(), it.refund))
        })
        .collect();
    prop_assert_eq!(&found, &changes);

    let others = before.blocked_by(|refund| !is_of_time(refund));
    let is_now: BTreeSet<String> = others.union(&before.blocked_by(is_of_time)).cloned().collect();
    let would_be: BTreeSet<String> = others.union(&truth.blocked_by(is_of_time)).cloned().collect();
    let count = |users: BTreeSet<&String>| u64::try_from(users.len()).unwrap();
    prop_assert_eq!(
        (trial.blocked.newly, trial.blocked.freed),
        (count(would_be.difference(&is_now).collect()), count(is_now.difference(&would_be).collect()))
    );
    prop_assert_eq!(trial.blocked.now, count(is_now.iter().collect()));
    prop_assert_eq!(trial.blocked.then, count(would_be.iter().collect()));
    Ok(())
}

/// The grace of the block in force is not part of another block's time.
#[test]
fn a_block_after_a_grace_counts_from_its_decision() {
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: None,
    };
    let grants = vec![Grant { item: "gem".to_owned(), quantity: 4 }];
    let steps = [
        Step::Fact(fact(order("5"), 4 * DAY, what)),
        Step::Purchase(Purchase { grants, ..purchase("bob", "5") }),
    ];
    let rules = |action| format!(r#"[{{"name":"r0","action":{action}}}]"#);
    let after_a_grace = rules(r#"{"block":"repaid","grace":"2d"}"#);
    for then in [r#"{"block":"7d"}"#, r#"{"block":"9d"}"#, r#"{"block":"repaid","grace":"7d"}"#] {
        assert_trial_is_truth(&steps, &after_a_grace, &rules(then), 0).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96, max_shrink_iters: 400, max_global_rejects: 4000, ..ProptestConfig::default()
    })]

    #[test]
    fn a_trial_decides_as_a_fresh_ledger_does(
        steps in steps(), now in policies(), then in policies(), since in prop_oneof![Just(0_i64), 0..45_i64],
    ) {
        assert_trial_is_truth(&steps, &now, &then, since)?;
    }
}
