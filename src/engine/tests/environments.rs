//! In which environment an order was placed is reported by some of a store's messages and not by others, in any order.

use super::sweeps::Till;
use super::*;

/// A report of one refund.
fn reported(id: &str, environment: Option<Environment>, at: i64) -> Signal {
    let mut signal = signal(id, CaseKey::Order("1".to_owned()), refunded(order("1"), at));
    signal.place.environment = environment;
    signal
}

/// The environments of all refunds there are.
fn environments(bench: &Bench) -> Vec<Option<Environment>> {
    bench.refunds().iter().map(|refund| refund.environment).collect()
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// The notification of the refund, in an environment or without.
    Notified(Option<Environment>),
    /// A sweep lists it, and does not say where.
    Swept,
    /// The notification of the purchase.
    Bought(Environment),
}

/// All orders of three steps.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// What comes of steps, in every order: the environment of the one refund, and whether its user is blocked.
fn in_every_order(steps: [Step; 3]) -> (Option<Environment>, bool) {
    let mut ends = Vec::new();
    for places in ORDERS {
        let till = Till::new();
        till.bench.engine.record_purchase(purchase("mia", "1")).unwrap();
        for place in places {
            match steps[place] {
                Step::Notified(environment) => {
                    till.bench.engine.take(reported("notified", environment, 1), b"{}").unwrap();
                }
                Step::Swept => {
                    till.shop.lists(reported("swept", None, 2));
                    assert!(till.reconcile().ended.is_complete());
                }
                Step::Bought(environment) => {
                    let mut signal = reported(&format!("bought {environment:?}"), Some(environment), 0);
                    let product = match environment {
                        Environment::Sandbox => "a test",
                        Environment::Production => "the real one",
                    };
                    let about = OrderDetails { product: Some(product.to_owned()), ..order("1") };
                    signal.meaning = Meaning::Purchase(about);
                    till.bench.engine.take(signal, b"{}").unwrap();
                }
            }
        }
        let environments = environments(&till.bench);
        assert_eq!(environments.len(), 1, "{steps:?} {places:?}: {environments:?}");
        ends.push((environments[0], till.bench.engine.is_blocked("mia")));
    }
    assert!(ends.iter().all(|end| *end == ends[0]), "{steps:?}: {ends:?}");
    ends[0]
}

#[test]
fn a_sweep_that_does_not_report_the_environment_and_a_notification_that_does_are_one_in_any_order() {
    use Environment::{Production, Sandbox};
    use Step::{Bought, Notified, Swept};
    assert_eq!(in_every_order([Notified(Some(Sandbox)), Swept, Swept]), (Some(Sandbox), false));
    assert_eq!(in_every_order([Notified(Some(Production)), Swept, Swept]), (Some(Production), true));
    assert_eq!(in_every_order([Notified(None), Swept, Swept]), (None, true));
    // The refund's notification is lost, and the purchase's reported where it was.
    assert_eq!(in_every_order([Bought(Sandbox), Swept, Swept]), (Some(Sandbox), false));
    assert_eq!(in_every_order([Bought(Sandbox), Swept, Notified(Some(Sandbox))]), (Some(Sandbox), false));
    assert_eq!(in_every_order([Bought(Sandbox), Notified(None), Swept]), (Some(Sandbox), false));
    // A test's order of the same id is another one.
    assert_eq!(in_every_order([Bought(Sandbox), Bought(Production), Swept]), (Some(Production), true));
}

#[test]
fn the_same_id_in_two_environments_that_are_reported_is_two_orders() {
    let till = Till::new();
    for (id, environment) in [("a", Environment::Sandbox), ("b", Environment::Production)] {
        till.bench.engine.take(reported(id, Some(environment), 1), b"{}").unwrap();
    }
    let mut two = environments(&till.bench);
    two.sort_by_key(|environment| format!("{environment:?}"));
    assert_eq!(two, [Some(Environment::Production), Some(Environment::Sandbox)]);
    // What reports no environment makes no third.
    till.shop.lists(reported("swept", None, 1));
    assert_eq!((till.reconcile().new, till.bench.refunds().len()), (0, 2));
}

#[test]
fn what_the_store_reports_of_the_environment_counts_more_than_what_the_host_recorded() {
    let till = Till::new();
    let mut recorded = purchase("mia", "1");
    recorded.environment = Some(Environment::Sandbox);
    till.bench.engine.record_purchase(recorded).unwrap();
    till.shop.lists(reported("swept", None, 1));
    till.reconcile();
    assert_eq!(environments(&till.bench), [Some(Environment::Sandbox)]);
    till.bench.engine.take(reported("notified", Some(Environment::Production), 1), b"{}").unwrap();
    assert_eq!(environments(&till.bench), [Some(Environment::Production)]);
}

#[test]
fn that_the_environment_is_reported_is_news() {
    let till = Till::new();
    till.shop.lists(reported("swept", None, 1));
    till.reconcile();
    // The same fact; only where it is is new.
    let mut same = reported("notified", Some(Environment::Sandbox), 1);
    let outcome = till.bench.engine.take(same.clone(), b"{}").unwrap();
    assert!(outcome.new);
    same.notification_id = "again".to_owned();
    assert!(!till.bench.engine.take(same, b"{}").unwrap().new);
    assert_eq!(environments(&till.bench), [Some(Environment::Sandbox)]);
}

#[test]
fn one_refund_by_token_and_by_order_is_one_where_only_one_reports_the_environment() {
    for token_first in [true, false] {
        let till = Till::new();
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
            till.bench.engine.take(signal, b"{}").unwrap();
        }
        let merged = till.bench.refunds().iter().filter(|refund| refund.merged_into.is_some()).count();
        assert_eq!(merged, 1, "token first: {token_first}");
    }
}
