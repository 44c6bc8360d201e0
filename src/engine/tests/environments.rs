//! Some of a store's messages report an order's environment and others do not, in any order.

use super::sweeps::SweepSetup;
use super::*;

/// A report of one refund.
fn reported(id: &str, environment: Option<Environment>, at: i64) -> Signal {
    let mut signal = signal(id, CaseKey::Order("1".to_owned()), refunded(order("1"), at));
    signal.place.environment = environment;
    signal
}

/// The environments of all refunds.
fn environments(fixture: &Fixture) -> Vec<Option<Environment>> {
    fixture.refunds().iter().map(|refund| refund.environment).collect()
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// The notification of the refund, in an environment or without.
    Notified(Option<Environment>),
    /// A sweep lists it without an environment.
    Sweep,
    /// The notification of the purchase.
    Bought(Environment),
}

/// All orders of three steps.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// The results of the steps in every order: the environment of the one refund, and whether its user is blocked.
fn in_every_order(steps: [Step; 3]) -> (Option<Environment>, bool) {
    let mut ends = Vec::new();
    for places in ORDERS {
        let setup = SweepSetup::new();
        setup.fixture.engine.record_purchase(purchase("mia", "1")).unwrap();
        for place in places {
            match steps[place] {
                Step::Notified(environment) => {
                    setup.fixture.engine.ingest_signal(reported("notified", environment, 1), b"{}").unwrap();
                }
                Step::Sweep => {
                    setup.shop.lists(reported("swept", None, 2));
                    assert!(setup.reconcile().ended.is_complete());
                }
                Step::Bought(environment) => {
                    let mut signal = reported(&format!("bought {environment:?}"), Some(environment), 0);
                    let product = match environment {
                        Environment::Sandbox => "a test",
                        Environment::Production => "the real one",
                    };
                    let about = OrderDetails { product: Some(product.to_owned()), ..order("1") };
                    signal.meaning = Meaning::Purchase(about);
                    setup.fixture.engine.ingest_signal(signal, b"{}").unwrap();
                }
            }
        }
        let environments = environments(&setup.fixture);
        assert_eq!(environments.len(), 1, "{steps:?} {places:?}: {environments:?}");
        ends.push((environments[0], setup.fixture.engine.is_blocked("mia")));
    }
    assert!(ends.iter().all(|end| *end == ends[0]), "{steps:?}: {ends:?}");
    ends[0]
}

#[test]
fn a_sweep_without_environment_and_a_notification_with_it_are_one_refund_in_any_order() {
    use Environment::{Production, Sandbox};
    use Step::{Bought, Notified, Sweep};
    assert_eq!(in_every_order([Notified(Some(Sandbox)), Sweep, Sweep]), (Some(Sandbox), false));
    assert_eq!(in_every_order([Notified(Some(Production)), Sweep, Sweep]), (Some(Production), true));
    assert_eq!(in_every_order([Notified(None), Sweep, Sweep]), (None, true));
    // The refund's notification is lost; the purchase's has the environment.
    assert_eq!(in_every_order([Bought(Sandbox), Sweep, Sweep]), (Some(Sandbox), false));
    assert_eq!(in_every_order([Bought(Sandbox), Sweep, Notified(Some(Sandbox))]), (Some(Sandbox), false));
    assert_eq!(in_every_order([Bought(Sandbox), Notified(None), Sweep]), (Some(Sandbox), false));
    // A sandbox order with the same id is another order.
    assert_eq!(in_every_order([Bought(Sandbox), Bought(Production), Sweep]), (Some(Production), true));
}

#[test]
fn the_same_id_in_two_reported_environments_is_two_orders() {
    let setup = SweepSetup::new();
    for (id, environment) in [("a", Environment::Sandbox), ("b", Environment::Production)] {
        setup.fixture.engine.ingest_signal(reported(id, Some(environment), 1), b"{}").unwrap();
    }
    let mut two = environments(&setup.fixture);
    two.sort_by_key(|environment| format!("{environment:?}"));
    assert_eq!(two, [Some(Environment::Production), Some(Environment::Sandbox)]);
    // A report without environment does not make a third.
    setup.shop.lists(reported("swept", None, 1));
    assert_eq!((setup.reconcile().new, setup.fixture.refunds().len()), (0, 2));
}

#[test]
fn the_stores_environment_outweighs_the_hosts() {
    let setup = SweepSetup::new();
    let mut recorded = purchase("mia", "1");
    recorded.environment = Some(Environment::Sandbox);
    setup.fixture.engine.record_purchase(recorded).unwrap();
    setup.shop.lists(reported("swept", None, 1));
    setup.reconcile();
    assert_eq!(environments(&setup.fixture), [Some(Environment::Sandbox)]);
    setup
        .fixture
        .engine
        .ingest_signal(reported("notified", Some(Environment::Production), 1), b"{}")
        .unwrap();
    assert_eq!(environments(&setup.fixture), [Some(Environment::Production)]);
}

#[test]
fn a_newly_reported_environment_is_new() {
    let setup = SweepSetup::new();
    setup.shop.lists(reported("swept", None, 1));
    setup.reconcile();
    // The same fact; only the environment is new.
    let mut same = reported("notified", Some(Environment::Sandbox), 1);
    let outcome = setup.fixture.engine.ingest_signal(same.clone(), b"{}").unwrap();
    assert!(outcome.new);
    same.notification_id = "again".to_owned();
    assert!(!setup.fixture.engine.ingest_signal(same, b"{}").unwrap().new);
    assert_eq!(environments(&setup.fixture), [Some(Environment::Sandbox)]);
}

#[test]
fn a_refund_by_token_and_by_order_is_one_if_only_one_reports_the_environment() {
    for token_first in [true, false] {
        let setup = SweepSetup::new();
        let about = OrderDetails { purchase_token: Some("t".to_owned()), ..OrderDetails::default() };
        let by_token = signal(
            "by token",
            CaseKey::Token { token: "t".to_owned(), same_within_millis: None },
            refunded(about, 1),
        );
        let mut by_order = reported("by order", None, 1);
        if let Meaning::Case { fact, .. } = &mut by_order.meaning {
            fact.about.purchase_token = Some("t".to_owned());
        }
        let mut both = [by_order, by_token];
        if token_first {
            both.reverse();
        }
        for signal in both {
            setup.fixture.engine.ingest_signal(signal, b"{}").unwrap();
        }
        let merged = setup.fixture.refunds().iter().filter(|refund| refund.merged_into.is_some()).count();
        assert_eq!(merged, 1, "token first: {token_first}");
    }
}
