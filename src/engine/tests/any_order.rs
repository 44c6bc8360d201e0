//! In whatever order and however often facts arrive: the same is refunded, and the same users are blocked.

use proptest::prelude::*;

use super::*;
use crate::model::Grant;

#[derive(Clone, Debug)]
pub(super) enum Step {
    Purchase(Purchase),
    Fact(CaseKey, Fact),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..9)
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let id = prop_oneof![Just("1"), Just("2"), Just("3")];
    let user = |id: &str| if id == "3" { "bob" } else { "ann" };
    let tag = proptest::option::of(Just("tagged".to_owned()));
    let what = prop_oneof![
        3 => Just((None, Extent::Full)),
        1 => Just((Some("a"), Extent::Quantity(1))),
        1 => Just((Some("b"), Extent::Quantity(2))),
        1 => Just((Some("b"), Extent::Part)),
    ]
    .prop_map(|(step, extent)| FactKind::Refunded {
        step: step.map(str::to_owned),
        extent,
        reason: None,
        initiator: None,
        subscription_live: None,
    });
    let what = prop_oneof![
        4 => what,
        2 => Just(FactKind::Reversed { step: None, extent: None, failure: None }),
        1 => Just(FactKind::Reversed { step: Some("a".to_owned()), extent: None, failure: None }),
        1 => Just(FactKind::Declined),
        1 => Just(FactKind::Requested { deadline: None, reason: None, token: None }),
    ];
    let reported = (id.clone(), 0..20i64, what, tag, any::<bool>()).prop_map(|(id, at, what, tag, sure)| {
        let about = OrderDetails { account_tag: tag, purchase_token: Some(format!("tok{id}")), ..order(id) };
        let mut fact = fact(about, at, what);
        if !sure {
            fact.trust = Trust::Hint;
        }
        Step::Fact(CaseKey::Order(id.to_owned()), fact)
    });
    let by_token = (id.clone(), 0..20i64).prop_map(|(id, at)| {
        let about = OrderDetails { purchase_token: Some(format!("tok{id}")), ..Default::default() };
        let key = CaseKey::Token { token: format!("tok{id}"), same_within_millis: Some(5) };
        Step::Fact(key, refunded(about, at))
    });
    let bought = (id, proptest::option::of(Just(500))).prop_map(move |(id, gems)| {
        let grants = gems.map(|quantity| Grant { item: "gem".to_owned(), quantity }).into_iter().collect();
        Step::Purchase(Purchase { quantity: Some(4), grants, ..purchase(user(id), id) })
    });
    prop_oneof![5 => reported, 1 => by_token, 2 => bought]
}

/// Records or ingests it.
pub(super) fn take(fixture: &Fixture, step: &Step) {
    match step {
        // After a transfer it is another user's.
        Step::Purchase(purchase) => drop(fixture.engine.record_purchase(purchase.clone())),
        Step::Fact(key, fact) => drop(fixture.ingest(key.clone(), fact.clone())),
    }
}

/// What must not depend on the order: each refund's state and player, the decisions, the blocks.
fn end_state(steps: &[Step], policy: &str) -> Vec<String> {
    let fixture = Fixture::with_tags("user_ids", policy);
    steps.iter().for_each(|step| take(&fixture, step));
    let mut state: Vec<String> = fixture
        .refunds()
        .iter()
        .map(|refund| {
            format!(
                "{:?} {:?} {:?} {:?} {:?} merged: {} {:?} {:?} {:?}",
                refund.case.about.order_id,
                refund.case.about.purchase_token,
                refund.user,
                (refund.case.state, refund.case.quantity, refund.case.trust, refund.case.at),
                refund.attributed_by,
                refund.merged_into.is_some(),
                refund.decision,
                refund.work_status,
                fixture.engine.recovery(refund.id).unwrap().filter(|_| refund.merged_into.is_none())
            )
        })
        .collect();
    state.sort();
    for user in ["ann", "bob", "tagged"] {
        state.push(format!("{user} blocked: {}", fixture.engine.is_blocked(user)));
        assert_eq!(fixture.engine.is_blocked(user), fixture.engine.user(user).unwrap().blocked);
    }
    state
}

fn shuffled() -> impl Strategy<Value = (Vec<Step>, Vec<Step>)> {
    steps().prop_flat_map(|steps| {
        let repeated: Vec<Step> = steps.iter().chain(&steps).cloned().collect();
        (Just(steps), Just(repeated).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn gives_the_same_end_under_the_default_policy((steps, shuffled) in shuffled()) {
        prop_assert_eq!(end_state(&steps, "[]"), end_state(&shuffled, "[]"));
    }

    #[test]
    fn gives_the_same_end_under_a_policy_that_counts((steps, shuffled) in shuffled()) {
        let policy = r#"[{"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},
                         {"name":"else","action":"alert"}]"#;
        prop_assert_eq!(end_state(&steps, policy), end_state(&shuffled, policy));
    }
}
