//! Whatever the stores report and whoever changes the books, in whatever order: the books add up after every step.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::any_order::{self, Step};
use super::*;
use crate::model::{
    ClosedAs, EntryKind, Grant, How, RecoveryReport, RefundRef, RefundStatus, Repayment, Rest, WorkStatus,
};

#[derive(Clone, Debug)]
enum Act {
    Reported(Box<Step>),
    Granted { refund: i64, gems: i64 },
    Report { refund: i64, key: u8, taken: i64, returned: i64, rest: Rest },
    Forgive { refund: i64, key: u8, gems: i64 },
    Repay { key: u8, gems: i64 },
    Correct { entry: i64 },
    Status { refund: i64, status: RefundStatus },
    Close { refund: i64 },
    Transfer { order: &'static str, to: &'static str },
    BuyAgain { refund: i64, order: &'static str },
    RefundSecond { order: &'static str, quantity: Option<u32> },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let refund = || 1..4i64;
    let gems = || 1..600i64;
    let status = prop_oneof![
        Just(RefundStatus::Recovered),
        Just(RefundStatus::WrittenOff),
        Just(RefundStatus::Excluded),
        Just(RefundStatus::Open)
    ];
    let rest = prop_oneof![4 => Just(Rest::Owed), 1 => Just(Rest::Forgiven), 1 => Just(Rest::WrittenOff)];
    let again = || prop_oneof![Just("21"), Just("22")];
    let act = prop_oneof![
        8 => any_order::step().prop_map(|step| Act::Reported(Box::new(step))),
        1 => (refund(), gems()).prop_map(|(refund, gems)| Act::Granted { refund, gems }),
        5 => (refund(), 0..4u8, 0..600i64, prop_oneof![3 => Just(0), 1 => 1..600i64], rest)
            .prop_map(|(refund, key, taken, returned, rest)| Act::Report { refund, key, taken, returned, rest }),
        1 => (refund(), 4..8u8, gems()).prop_map(|(refund, key, gems)| Act::Forgive { refund, key, gems }),
        2 => (8..12u8, gems()).prop_map(|(key, gems)| Act::Repay { key, gems }),
        2 => (1..12i64).prop_map(|entry| Act::Correct { entry }),
        1 => (refund(), status).prop_map(|(refund, status)| Act::Status { refund, status }),
        1 => refund().prop_map(|refund| Act::Close { refund }),
        1 => (prop_oneof![Just("1"), Just("2")], prop_oneof![Just("ann"), Just("bob")])
            .prop_map(|(order, to)| Act::Transfer { order, to }),
        2 => (refund(), again()).prop_map(|(refund, order)| Act::BuyAgain { refund, order }),
        1 => (again(), proptest::option::of(1..4u32))
            .prop_map(|(order, quantity)| Act::RefundSecond { order, quantity }),
    ];
    proptest::collection::vec(act, 1..24)
}

/// Does it; the engine may refuse it, and then changes nothing.
fn act(setup: &Fixture, act: &Act) {
    let gems = |quantity: i64| match quantity {
        0 => Vec::new(),
        _ => vec![Grant { item: "gem".to_owned(), quantity }],
    };
    let engine = &setup.engine;
    match act.clone() {
        Act::Reported(step) => any_order::take(setup, &step),
        Act::Granted { refund, gems: quantity } => {
            drop(engine.set_granted(refund, &gems(quantity), "eve", "why"));
        }
        Act::Report { refund, key, taken, returned, rest } => {
            let key = key.to_string();
            let report = RecoveryReport {
                key,
                taken: gems(taken),
                returned: gems(returned),
                rest,
                who: None,
                why: None,
            };
            let first = engine.report_recovery(refund, &report);
            let before = state(setup);
            assert_eq!(engine.report_recovery(refund, &report), first, "repeated");
            assert_eq!(state(setup), before, "repeating a call with its key changes nothing");
        }
        Act::Forgive { refund, key, gems: quantity } => {
            drop(engine.forgive(refund, &gems(quantity), false, &key.to_string(), "eve", "why"));
        }
        Act::Repay { key, gems: quantity } => {
            let repayment = Repayment { key: key.to_string(), items: gems(quantity), ..Repayment::default() };
            drop(engine.repay("ann", &repayment));
        }
        Act::Correct { entry } => drop(engine.correct(entry, "eve", "why")),
        Act::Status { refund, status } => {
            drop(engine.set_refund_status(RefundRef::Refund(refund), status, "eve", "why"));
        }
        Act::Close { refund } => drop(engine.close_refund(refund, ClosedAs::Recovered, "eve", "why")),
        Act::Transfer { order, to } => drop(engine.transfer_purchase(None, order, to, "eve", "why")),
        Act::BuyAgain { refund, order } => {
            let again = Purchase { repays: Some(refund), quantity: Some(3), ..purchase("ann", order) };
            drop(engine.record_purchase(again));
        }
        Act::RefundSecond { order: id, quantity } => {
            let extent = quantity.map_or(Extent::Full, Extent::Quantity);
            setup.ingest_order(part(order(id), 30, Some("second"), extent));
        }
    }
}

/// The sums of the books' entries, by refund, player, item and kind.
type Sums = BTreeMap<(i64, String, String), [i64; 4]>;

/// What the balances say.
fn state(setup: &Fixture) -> Sums {
    let mut sums = Sums::new();
    for refund in setup.refunds() {
        for balance in setup.engine.read(|read| read.balances(refund.id)).unwrap() {
            let line = [balance.due, balance.taken, balance.forgiven, balance.returned];
            sums.insert((refund.id, balance.player, balance.item), line);
        }
    }
    sums
}

fn check(setup: &Fixture) {
    let balances = state(setup);
    let mut sums = Sums::new();
    let mut owed: BTreeMap<String, i64> = BTreeMap::new();
    for refund in setup.refunds() {
        let entries = setup.engine.recovery_entries(refund.id).unwrap();
        for entry in &entries {
            let line = sums.entry((refund.id, entry.user.clone(), entry.item.clone())).or_default();
            let place = match entry.kind {
                EntryKind::Due => 0,
                EntryKind::Taken => 1,
                EntryKind::Forgiven => 2,
            };
            line[place] += entry.quantity;
            let cancelled = entry.corrects.and_then(|id| entries.iter().find(|entry| entry.id == id));
            if cancelled.unwrap_or(entry).how == How::Returned {
                line[3] -= entry.quantity;
            }
        }
        let books = setup.engine.recovery(refund.id).unwrap().unwrap();
        let counts = refund.case.state.is_refunded() && refund.merged_into.is_none() && refund.user.is_some();
        for item in &books.items {
            assert!(item.due >= 0 && item.taken >= 0 && item.forgiven >= 0, "{books:?}");
            assert!(item.due <= item.granted, "{books:?}");
            assert!(item.owed == 0 || item.to_return == 0, "{books:?}");
            let beyond = (item.taken - item.due).max(0);
            assert_eq!(item.due + beyond, item.taken + item.owed + item.lost(), "{books:?}");
            assert!(
                item.to_return == beyond || item.to_return == 0 && counts && !books.is_complete(),
                "{books:?}"
            );
            assert!(counts || item.due == 0, "nothing is refunded: {books:?} {refund:?}");
            assert!(
                refund.case.state != StoreState::Refunded
                    || !counts
                    || item.due == item.granted
                    || item.due == 0,
                "all of it is refunded: {books:?}"
            );
            let is_debt = item.owed > 0 && refund.work_status != WorkStatus::Excluded;
            if let Some(user) = refund.user.clone().filter(|_| is_debt) {
                *owed.entry(user).or_default() += item.owed;
            }
        }
        let to_do = refund.work_status.is_to_do();
        assert!(
            !books.is_owed() || to_do || refund.work_status == WorkStatus::Excluded,
            "{refund:?} {books:?}"
        );
        assert!(!books.is_to_return() || refund.work_status == WorkStatus::Returning, "{refund:?}");
    }
    let books = setup.engine.read(|read| read.check_books(1000)).unwrap();
    assert!(books.wrong.is_empty(), "doctor finds {:?}", books.wrong);
    sums.retain(|_, line| *line != [0; 4]);
    let mut kept = balances;
    kept.retain(|_, line| *line != [0; 4]);
    assert_eq!(kept, sums, "a balance is the sum of its entries");
    for user in ["ann", "bob", "tagged"] {
        let debts = setup.engine.debts(user).unwrap();
        let sum: i64 = debts.debts.iter().map(|debt| debt.owed).sum();
        assert_eq!(sum, owed.get(user).copied().unwrap_or(0), "{user}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_books_add_up_after_every_step(acts in acts()) {
        let setup = Fixture::with_tags("user_ids", "[]");
        for one in &acts {
            act(&setup, one);
            check(&setup);
        }
    }
}
