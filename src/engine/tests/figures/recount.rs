//! After any history, every sum is what the rows add up to, and every balance the sum of its entries.

use proptest::prelude::*;

use super::*;
use crate::model::{RecoveryReport, Rest};

#[derive(Clone, Debug)]
enum Step {
    Purchase(Purchase),
    Fact(CaseKey, Fact),
    /// Of the refund with this number, if there is one.
    Report(i64, i64, Rest),
    Return(i64, i64),
    Forgive(i64, Option<i64>),
    Transfer(&'static str, &'static str),
    Unblock(&'static str),
    Wait(i64),
}

fn ids() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("1"), Just("2"), Just("3"), Just("4")]
}

/// Orders 1 and 2 are renewals of one token; the records of 4 have no order.
fn token_of(id: &str) -> String {
    if id == "2" { "tok1".to_owned() } else { format!("tok{id}") }
}

fn facts() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        4 => Just((None, Extent::Full)),
        1 => Just((Some("a"), Extent::Quantity(1))),
        1 => Just((Some("b"), Extent::Part)),
        1 => Just((Some("c"), Extent::Amount(money(1_000_000, "EUR")))),
        1 => Just((Some("c"), Extent::Amount(money(1_000_000, "USD")))),
    ];
    let refunded =
        (what, proptest::option::of(Just(Reason::Chargeback))).prop_map(|((step, extent), reason)| {
            FactKind::Refunded {
                step: step.map(str::to_owned),
                extent,
                reason,
                initiator: None,
                subscription_live: None,
            }
        });
    let what = prop_oneof![
        5 => refunded,
        2 => Just(FactKind::Reversed { step: None, extent: None, failure: None }),
        1 => Just(FactKind::Reversed { step: Some("a".to_owned()), extent: None, failure: None }),
        1 => Just(FactKind::Declined),
        1 => Just(FactKind::Requested { deadline: None, reason: None, token: None }),
    ];
    (ids(), -60..3_i64, what, any::<bool>(), 0..5_u8).prop_map(|(id, day, what, has_token, kind)| {
        let purchase_token = has_token.then(|| token_of(id));
        let original_id = Some(if id == "3" { "o3" } else { "o" }.to_owned());
        let about = OrderDetails { purchase_token, original_id, ..order(id) };
        let mut reported = fact(about, day * DAY, what);
        if kind == 0 {
            reported.trust = Trust::Hint;
        }
        let key = match kind {
            1 => {
                reported.about.order_id = None;
                reported.about.purchase_token = Some(token_of(id));
                let same_within_millis = (id != "3").then_some(5);
                CaseKey::Token { token: token_of(id), same_within_millis }
            }
            _ => CaseKey::Order(id.to_owned()),
        };
        Step::Fact(key, reported)
    })
}

fn purchases() -> impl Strategy<Value = Step> {
    let price = prop_oneof![Just(None), Just(euros(5)), Just(Some(money(9_000_000, "USD")))];
    let product = proptest::option::of(prop_oneof![Just("gems"), Just("gold")]);
    let country = proptest::option::of(Just("KR"));
    let when = proptest::option::of(-60..0_i64);
    (ids(), price, product, country, when, any::<(bool, bool, bool)>()).prop_map(
        |(id, price, product, country, day, (has_token, has_grants, is_sandbox))| {
            let user = if id == "3" { "bob" } else { "ann" };
            let grants = vec![Grant { item: "gem".to_owned(), quantity: 10 }];
            let is_by_token = id == "4" && has_token;
            Step::Purchase(Purchase {
                order_id: (!is_by_token).then(|| id.to_owned()),
                purchase_token: has_token.then(|| token_of(id)),
                price,
                product: product.map(str::to_owned),
                country: country.map(str::to_owned),
                purchased_at: day.map(days),
                quantity: Some(4),
                environment: (is_sandbox && id == "2").then_some(Environment::Sandbox),
                grants: if has_grants { grants } else { Vec::new() },
                ..purchase(user, id)
            })
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let rest = prop_oneof![Just(Rest::Owed), Just(Rest::Forgiven), Just(Rest::WrittenOff)];
    let user = prop_oneof![Just("ann"), Just("bob")];
    let step = prop_oneof![
        8 => facts(),
        5 => purchases(),
        3 => (1..5_i64, 0..12_i64, rest).prop_map(|(id, taken, rest)| Step::Report(id, taken, rest)),
        1 => (1..5_i64, 1..5_i64).prop_map(|(id, given)| Step::Return(id, given)),
        1 => (1..5_i64, proptest::option::of(1..5_i64)).prop_map(|(id, items)| Step::Forgive(id, items)),
        1 => (ids(), user.clone()).prop_map(|(id, user)| Step::Transfer(id, user)),
        1 => user.prop_map(Step::Unblock),
        1 => (1..48_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..14)
}

fn gems(quantity: i64) -> Vec<Grant> {
    if quantity == 0 { Vec::new() } else { vec![Grant { item: "gem".to_owned(), quantity }] }
}

/// Carries a step out; what the ledger refuses changes nothing.
fn carry_out(fixture: &Fixture, other: &Engine, number: usize, step: &Step) {
    let engine = if number.is_multiple_of(3) { other } else { &fixture.engine };
    let key = format!("key {number}");
    match step.clone() {
        Step::Purchase(purchase) => drop(engine.record_purchase(purchase)),
        Step::Fact(key, fact) => drop(fixture.ingest(key, fact)),
        Step::Report(id, taken, rest) => {
            let report = RecoveryReport { key, taken: gems(taken), rest, ..RecoveryReport::default() };
            drop(engine.report_recovery(id, &report));
        }
        Step::Return(id, given) => {
            let report = RecoveryReport { key, returned: gems(given), ..RecoveryReport::default() };
            drop(engine.report_recovery(id, &report));
        }
        Step::Forgive(id, items) => {
            let items = items.map(gems).unwrap_or_default();
            drop(engine.forgive(id, &items, number.is_multiple_of(2), &key, "eve", "why"));
        }
        Step::Transfer(order, user) => drop(engine.transfer_purchase(None, order, user, "eve", "why")),
        Step::Unblock(user) => drop(engine.unblock(user, "eve", "why").unwrap()),
        Step::Wait(hours) => {
            fixture.clock.advance(Span::from_hours(hours));
            engine.expire_blocks().unwrap();
        }
    }
}

fn always_adds_up(steps: &[Step], policy: &str) {
    let fixture = Fixture::new(policy);
    let other = open(fixture.folder.path(), &fixture.clock, policy);
    for (number, step) in steps.iter().enumerate() {
        carry_out(&fixture, &other, number, step);
        fixture.assert_sums();
    }
    let before = fixture.engine.figures(&Question::default()).unwrap();
    fixture.engine.recount_figures().unwrap();
    fixture.assert_sums();
    assert_eq!(fixture.engine.figures(&Question::default()).unwrap(), before, "a recount changes nothing");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sums_add_up_after_each_step_under_the_default_policy(steps in steps()) {
        always_adds_up(&steps, "[]");
    }

    #[test]
    fn sums_add_up_after_each_step_under_a_policy_that_counts(steps in steps()) {
        let policy = r#"[{"name":"gold","match":{"product":"gold"},"action":"exclude"},
                         {"name":"second","match":{"user_refunds":{"within":"90d","at_least":2}},"action":{"block":"12h"}},
                         {"name":"else","action":"alert"}]"#;
        always_adds_up(&steps, policy);
    }
}
