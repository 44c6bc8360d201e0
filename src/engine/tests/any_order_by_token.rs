//! Random histories in which orders share a token and the host records a purchase in pieces.

use super::*;
use crate::model::{Currency, Money};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Purchase(Purchase),
    Fact(CaseKey, Fact),
}

fn tok(n: i64) -> String {
    format!("tok{n}")
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = prop_oneof![Just("1"), Just("2"), Just("3")];
    // Orders 1 and 2 share token A (renewals), order 3 has token B.
    let token_of = |id: &str| if id == "3" { tok(2) } else { tok(1) };
    let reported = (id.clone(), 0..20i64, 0..5u8, any::<bool>()).prop_map(move |(id, at, w, with_tok)| {
        let what = match w {
            0..=2 => FactKind::Refunded {
                step: None,
                extent: Extent::Full,
                reason: None,
                initiator: None,
                subscription_live: None,
            },
            3 => FactKind::Reversed { step: None, extent: None, failure: None },
            _ => FactKind::Requested { deadline: None, reason: None, token: None },
        };
        let about = OrderDetails {
            purchase_token: with_tok.then(|| token_of(id)),
            original_id: Some("o".into()),
            ..order(id)
        };
        Step::Fact(CaseKey::Order(id.to_owned()), fact(about, at, what))
    });
    let by_token = (1..3i64, 0..20i64).prop_map(|(t, at)| {
        let about = OrderDetails { purchase_token: Some(tok(t)), ..Default::default() };
        Step::Fact(
            CaseKey::Token { token: tok(t), same_within_millis: if t == 1 { Some(5) } else { None } },
            refunded(about, at),
        )
    });
    // The host's truth: order 1 -> ann, order 2 -> ann, order 3 -> bob; reported in parts that never contradict.
    let bought = (id, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(move |(id, t, p, e)| {
        let user = if id == "3" { "bob" } else { "ann" };
        let n: i64 = id.parse().unwrap();
        Step::Purchase(Purchase {
            purchase_token: t.then(|| token_of(id)),
            price: p.then(|| Money { micros: n, currency: Currency::new("EUR").unwrap() }),
            purchased_at: e.then(|| NOON.plus(Span::from_millis(n))),
            ..purchase(user, id)
        })
    });
    proptest::collection::vec(prop_oneof![4 => reported, 2 => by_token, 3 => bought], 1..9)
}

fn end_state(steps: &[Step], policy: &str) -> Vec<String> {
    let fixture = Fixture::new(policy);
    for step in steps {
        match step {
            Step::Purchase(p) => drop(fixture.engine.record_purchase(p.clone()).unwrap()),
            Step::Fact(key, fact) => drop(fixture.ingest(key.clone(), fact.clone())),
        }
    }
    let mut state: Vec<String> = fixture
        .refunds()
        .iter()
        .map(|r| {
            format!(
                "{:?} {:?} {:?} {:?} {:?} m{} {:?}",
                r.case.about.order_id,
                r.case.about.purchase_token,
                r.user,
                (r.case.state, r.case.amount, r.case.at),
                r.attributed_by,
                r.merged_into.is_some(),
                r.decision
            )
        })
        .collect();
    state.sort();
    for user in ["ann", "bob"] {
        state.push(format!("{user} blocked: {}", fixture.engine.is_blocked(user)));
        assert_eq!(fixture.engine.is_blocked(user), fixture.engine.user(user).unwrap().blocked);
    }
    state
}
fn shuffled() -> impl Strategy<Value = (Vec<Step>, Vec<Step>)> {
    steps().prop_flat_map(|s| {
        let r: Vec<Step> = s.iter().chain(&s).cloned().collect();
        (Just(s), Just(r).prop_shuffle())
    })
}
proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn gives_the_same_end_with_shared_tokens_and_partial_records((a, b) in shuffled()) { prop_assert_eq!(end_state(&a, "[]"), end_state(&b, "[]")); }
    #[test]
    fn gives_the_same_end_with_them_under_a_policy_that_counts((a, b) in shuffled()) {
        let policy = r#"[{"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},{"name":"else","action":"alert"}]"#;
        prop_assert_eq!(end_state(&a, policy), end_state(&b, policy));
    }
}

/// A user's refunds are decided again when a case moves to another user, also through a merge.
#[test]
fn q3_merge_into_anothers_order_gives_back() {
    let fixture = Fixture::new("[]");
    let t = Some("tok".to_owned());
    fixture.engine.record_purchase(Purchase { purchase_token: t.clone(), ..purchase("ann", "1") }).unwrap();
    let about = OrderDetails { purchase_token: t.clone(), ..OrderDetails::default() };
    fixture
        .ingest(CaseKey::Token { token: "tok".to_owned(), same_within_millis: Some(5) }, refunded(about, 0));
    fixture.events();
    fixture.engine.record_purchase(purchase("bob", "2")).unwrap();
    fixture.ingest(
        CaseKey::Order("2".to_owned()),
        refunded(OrderDetails { purchase_token: t, ..order("2") }, 1),
    );
    let reported: Vec<_> = fixture.events().into_iter().map(|e| (e.kind, e.user.unwrap())).collect();
    assert!(reported.contains(&(EventKind::Reversal, "ann".to_owned())), "{reported:?}");
}
