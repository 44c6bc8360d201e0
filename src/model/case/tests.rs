//! What cases fold to, and that the order of facts does not matter.

use super::super::{CaptureReport, Currency};
use super::*;

fn usd(micros: i64) -> Money {
    Money { micros, currency: Currency::new("USD").unwrap() }
}

fn fact(at: i64, what: FactKind) -> Fact {
    Fact { at: Timestamp::from_millis(at), what, trust: Trust::Signed, about: OrderDetails::default() }
}

fn refund(at: i64, step: Option<&str>, extent: Extent) -> Fact {
    fact(
        at,
        FactKind::Refunded {
            step: step.map(str::to_owned),
            extent,
            reason: None,
            initiator: None,
            subscription_live: None,
        },
    )
}

fn reversal(at: i64, step: Option<&str>) -> Fact {
    fact(at, FactKind::Reversed { step: step.map(str::to_owned), extent: None, failure: None })
}

fn state(facts: &[Fact]) -> StoreState {
    CaseState::fold(facts, None).unwrap().state
}

#[test]
fn no_facts_no_case() {
    assert_eq!(CaseState::fold(&[], None), None);
}

#[test]
fn a_reversal_undoes_what_came_before_it_and_nothing_after() {
    let (first, back, again) =
        (refund(10, None, Extent::Full), reversal(20, None), refund(30, None, Extent::Full));
    assert_eq!(state(&[back.clone(), first.clone()]), StoreState::Reversed);
    assert_eq!(state(std::slice::from_ref(&back)), StoreState::Reversed);
    assert_eq!(state(&[again, back, first]), StoreState::Refunded);
    assert_eq!(state(&[reversal(10, None), refund(10, None, Extent::Full)]), StoreState::Reversed);
}

#[test]
fn a_reversal_of_one_step_leaves_the_others() {
    let facts = [
        refund(1, Some("a"), Extent::Quantity(2)),
        refund(2, Some("b"), Extent::Quantity(3)),
        reversal(3, Some("a")),
    ];
    let case = CaseState::fold(&facts, None).unwrap();
    assert_eq!((case.state, case.quantity), (StoreState::PartlyRefunded, Some(3)));
}

#[test]
fn a_decline_may_come_before_a_refund_and_a_new_request_after_a_decline() {
    let requested = |at| fact(at, FactKind::Requested { deadline: None, reason: None, token: None });
    assert_eq!(state(&[fact(1, FactKind::Declined)]), StoreState::Declined);
    assert_eq!(state(&[requested(1)]), StoreState::PendingReview);
    assert_eq!(state(&[fact(2, FactKind::Declined), requested(1)]), StoreState::Declined);
    assert_eq!(state(&[fact(2, FactKind::Declined), requested(3), requested(1)]), StoreState::PendingReview);
    assert_eq!(state(&[fact(2, FactKind::Declined), refund(3, None, Extent::Full)]), StoreState::Refunded);
    assert_eq!(state(&[fact(4, FactKind::Declined), refund(3, None, Extent::Full)]), StoreState::Refunded);
}

#[test]
fn a_reversal_of_an_unreported_refund_ends_the_review_before_it_and_no_other() {
    let requested = |at| fact(at, FactKind::Requested { deadline: None, reason: None, token: None });
    for step in [None, Some("dispute:a")] {
        assert_eq!(state(&[requested(1), reversal(3, step)]), StoreState::Reversed, "{step:?}");
        assert_eq!(state(&[requested(5), reversal(3, step)]), StoreState::PendingReview, "{step:?}");
    }
    // What was reported and then reversed has nothing to do with a later review.
    let reported = [refund(1, Some("re_1"), Extent::Full), requested(2), reversal(3, Some("re_1"))];
    assert_eq!(state(&reported), StoreState::PendingReview);
    let in_the_total =
        [refund(1, None, Extent::TotalAmount(usd(5))), requested(2), reversal(3, Some("re_1"))];
    assert!(CaseState::fold(&in_the_total, None).unwrap().review.is_some());
}

#[test]
fn a_reversal_that_is_reported_again_ends_no_review() {
    let requested = |at| fact(at, FactKind::Requested { deadline: None, reason: None, token: None });
    for step in [None, Some("dispute:a")] {
        let listed = Fact { trust: Trust::Confirmed, ..reversal(3, step) };
        let mut reported = vec![refund(1, step, Extent::Full), requested(2), reversal(3, step)];
        assert_eq!(state(&reported), StoreState::PendingReview, "{step:?}");
        reported.push(listed);
        assert_eq!(state(&reported), StoreState::PendingReview, "{step:?}, listed too");
    }
    // Two events report that a dispute was won, at different times.
    let won = |at| reversal(at, Some("dispute:a"));
    let lost = |at| refund(at, Some("dispute:a"), Extent::Full);
    assert_eq!(state(&[lost(1), requested(2), won(3), won(4)]), StoreState::PendingReview);
    assert_eq!(state(&[won(1), requested(2), won(3)]), StoreState::PendingReview);
    assert_eq!(state(&[lost(1), won(2), lost(3), requested(4), won(5), won(6)]), StoreState::PendingReview);
}

/// A row of the store's own list.
fn listed(at: i64, step: &str, quantity: u32) -> Fact {
    Fact { trust: Trust::Confirmed, ..refund(at, Some(step), Extent::Quantity(quantity)) }
}

#[test]
fn a_part_of_unknown_size_and_its_row_in_the_stores_list_are_one_refund() {
    let summed = |facts: &[Fact]| CaseState::fold(facts, None).unwrap().reported_total;
    let sum = |parts, quantity| ReportedTotal { parts, quantity, ..ReportedTotal::default() };
    let (first, second) = (refund(10, Some("10"), Extent::Part), refund(20, Some("20"), Extent::Part));
    let (first_row, second_row) = (listed(9, "9-2", 2), listed(25, "25-3", 3));
    let all = [first.clone(), second.clone(), first_row.clone(), second_row.clone()];
    assert_eq!(summed(&all), sum(0, Some(5)));
    assert_eq!(summed(&all[..2]), sum(2, None));
    assert_eq!(summed(&all[..3]), sum(1, Some(2)), "the second is not listed yet");
    assert_eq!(summed(&all[1..]), sum(0, Some(5)), "the first one's message was lost");
    assert_eq!(summed(&all[2..]), sum(0, Some(5)));

    // A signed report does not stand for another message.
    let signed = Fact { trust: Trust::Signed, ..first_row };
    assert_eq!(summed(&[first.clone(), signed]), sum(1, Some(2)));
    // Reported under one name, it is one report, and replaces no other.
    assert_eq!(summed(&[first, second, listed(10, "10", 2)]), sum(1, Some(2)));
}

#[test]
fn a_part_with_a_newly_known_size_was_not_reversed() {
    let sum = |parts, quantity| ReportedTotal { parts, quantity, ..ReportedTotal::default() };
    assert!(!sum(0, Some(2)).is_less_than(&sum(1, None)));
    assert!(!sum(1, Some(5)).is_less_than(&sum(2, Some(2))));
    assert!(sum(0, None).is_less_than(&sum(1, None)));
    assert!(sum(0, Some(2)).is_less_than(&sum(1, Some(2))));
}

#[test]
fn parts_add_up_once_and_become_the_whole() {
    let bought = OrderDetails { quantity: Some(10), price: Some(usd(9_990_000)), ..Default::default() };
    let two = refund(1, Some("s1"), Extent::Quantity(2));
    let three = refund(2, Some("s2"), Extent::Quantity(3));
    let rest = refund(3, None, Extent::Full);
    let case = CaseState::fold(&[three.clone(), two.clone(), two.clone()], Some(&bought)).unwrap();
    assert_eq!((case.state, case.quantity), (StoreState::PartlyRefunded, Some(5)));
    assert_eq!(case.amount, Some(usd(4_995_000)));
    let case = CaseState::fold(&[rest, three, two], Some(&bought)).unwrap();
    assert_eq!((case.state, case.quantity), (StoreState::Refunded, Some(10)));
    assert_eq!(case.amount, Some(usd(9_990_000)));
}

#[test]
fn a_step_reported_again_with_its_size_is_still_one_step() {
    let facts = [refund(1, Some("s1"), Extent::Part), refund(1, Some("s1"), Extent::Quantity(2))];
    assert_eq!(CaseState::fold(&facts, None).unwrap().quantity, Some(2));
}

#[test]
fn a_part_of_unknown_size_leaves_the_sum_unknown() {
    let bought = OrderDetails { quantity: Some(10), price: Some(usd(10)), ..Default::default() };
    let facts = [refund(1, Some("s1"), Extent::Part), refund(2, Some("s2"), Extent::Quantity(2))];
    let case = CaseState::fold(&facts, Some(&bought)).unwrap();
    assert_eq!((case.state, case.quantity, case.amount), (StoreState::PartlyRefunded, None, None));
}

#[test]
fn a_share_of_the_price_is_exact_and_shares_do_not_add() {
    let bought = OrderDetails { price: Some(usd(9_990_000)), ..Default::default() };
    let third = Extent::Share(MilliPercent::new(33_333).unwrap());
    let case = CaseState::fold(&[refund(1, None, third), refund(2, None, third)], Some(&bought)).unwrap();
    assert_eq!((case.state, case.amount), (StoreState::PartlyRefunded, Some(usd(3_329_966))));
    let whole = Extent::Share(MilliPercent::WHOLE);
    assert_eq!(state(&[refund(1, None, whole)]), StoreState::Refunded);
}

#[test]
fn a_total_replaces_the_sum_of_steps_and_is_not_added_to_it() {
    let bought = OrderDetails { price: Some(usd(100)), ..Default::default() };
    let facts = [
        refund(1, Some("a"), Extent::Amount(usd(30))),
        refund(2, Some("b"), Extent::Amount(usd(20))),
        refund(3, None, Extent::TotalAmount(usd(50))),
    ];
    let case = CaseState::fold(&facts, Some(&bought)).unwrap();
    assert_eq!((case.state, case.amount), (StoreState::PartlyRefunded, Some(usd(50))));
    let all = [facts[0].clone(), refund(3, None, Extent::TotalAmount(usd(100)))];
    assert_eq!(CaseState::fold(&all, Some(&bought)).unwrap().state, StoreState::Refunded);
}

#[test]
fn the_most_reliable_fact_wins() {
    let mut hint = refund(9, None, Extent::Full);
    hint.trust = Trust::Hint;
    let mut sure = refund(1, None, Extent::Full);
    sure.trust = Trust::Confirmed;
    if let FactKind::Refunded { reason, .. } = &mut sure.what {
        *reason = Some(Reason::Fraud);
    }
    if let FactKind::Refunded { reason, .. } = &mut hint.what {
        *reason = Some(Reason::Remorse);
    }
    let case = CaseState::fold(&[hint.clone(), sure], None).unwrap();
    assert_eq!((case.trust, case.reason), (Trust::Confirmed, Some(Reason::Fraud)));
    assert_eq!(CaseState::fold(&[hint], None).unwrap().trust, Trust::Hint);
}

mod any_order {
    use proptest::prelude::*;

    use super::*;

    fn any_capture() -> impl Strategy<Value = Option<Capture>> {
        let report = (0..6i64, 0..4i64, 0..4i64).prop_map(|(at, captured, refunded)| {
            Capture::Reported(CaptureReport {
                at: Timestamp::from_millis(at),
                authorised: Some(usd(30)),
                captured: (captured > 0).then_some(usd(captured * 10)),
                refunded: Some(usd(refunded * 10)),
            })
        });
        prop_oneof![
            2 => Just(None),
            2 => Just(Some(Capture::NotReported)),
            1 => Just(Some(Capture::Presumed)),
            2 => report.prop_map(Some),
        ]
    }

    fn any_fact() -> impl Strategy<Value = Fact> {
        let step = prop_oneof![Just(None), Just(Some("a".to_owned())), Just(Some("b".to_owned()))];
        let extent = prop_oneof![
            Just(Extent::Part),
            Just(Extent::Full),
            (1..4u32).prop_map(Extent::Quantity),
            (1..50i64).prop_map(|micros| Extent::Amount(usd(micros))),
            (1..50i64).prop_map(|micros| Extent::TotalAmount(usd(micros))),
            (0..=100_000u32).prop_map(|share| Extent::Share(MilliPercent::new(share).unwrap())),
        ];
        let what = prop_oneof![
            4 => (step.clone(), extent, proptest::option::of(Just(Reason::Fraud))).prop_map(
                |(step, extent, reason)| FactKind::Refunded {
                    step,
                    extent,
                    reason,
                    initiator: None,
                    subscription_live: None
                }
            ),
            2 => step.prop_map(|step| FactKind::Reversed { step, extent: None, failure: None }),
            1 => Just(FactKind::Declined),
            1 => Just(FactKind::Requested { deadline: None, reason: None, token: None }),
        ];
        let trust = prop_oneof![Just(Trust::Hint), Just(Trust::Signed), Just(Trust::Confirmed)];
        let product = proptest::option::of(prop_oneof![Just("gems"), Just("gold")]);
        (0..6i64, what, trust, product, any_capture()).prop_map(|(at, what, trust, product, capture)| Fact {
            at: Timestamp::from_millis(at),
            what,
            trust,
            about: OrderDetails { product: product.map(str::to_owned), capture, ..Default::default() },
        })
    }

    proptest! {
        #[test]
        fn gives_the_same_state(
            (facts, shuffled) in proptest::collection::vec(any_fact(), 1..10).prop_flat_map(|facts| {
                let repeated: Vec<Fact> = facts.iter().chain(&facts).cloned().collect();
                (Just(facts), Just(repeated).prop_shuffle())
            })
        ) {
            let bought = OrderDetails { quantity: Some(5), price: Some(usd(60)), ..Default::default() };
            prop_assert_eq!(
                CaseState::fold(&facts, Some(&bought)),
                CaseState::fold(&shuffled, Some(&bought))
            );
        }
    }
}

fn amount(facts: &[Fact]) -> Option<i64> {
    CaseState::fold(facts, None).unwrap().amount.map(|money| money.micros)
}

fn reversal_of(at: i64, step: &str, micros: i64) -> Fact {
    fact(
        at,
        FactKind::Reversed {
            step: Some(step.to_owned()),
            extent: Some(Extent::Amount(usd(micros))),
            failure: None,
        },
    )
}

#[test]
fn a_total_and_its_refunds_are_the_same_money() {
    let (one, two) =
        (refund(1, Some("re_1"), Extent::Amount(usd(30))), refund(4, Some("re_2"), Extent::Amount(usd(20))));
    let (total, later) =
        (refund(2, None, Extent::TotalAmount(usd(30))), refund(5, None, Extent::TotalAmount(usd(50))));
    assert_eq!(amount(&[one.clone(), total.clone()]), Some(30));
    assert_eq!(amount(std::slice::from_ref(&total)), Some(30));
    assert_eq!(amount(&[total.clone(), two.clone()]), Some(50), "a refund after the total adds to it");
    assert_eq!(amount(&[later.clone(), two.clone()]), Some(50), "another refund was in it");
    assert_eq!(amount(&[one, two, total, later]), Some(50));
}

#[test]
fn a_refund_that_fails_is_no_longer_in_a_total_reported_before() {
    let (one, total) =
        (refund(1, Some("re_1"), Extent::Amount(usd(30))), refund(2, None, Extent::TotalAmount(usd(30))));
    let failed = reversal_of(3, "re_1", 30);
    for facts in [vec![one.clone(), total.clone(), failed.clone()], vec![total.clone(), failed.clone()]] {
        let case = CaseState::fold(&facts, None).unwrap();
        assert_eq!((case.state, case.amount), (StoreState::Reversed, None));
    }
    let next = refund(4, None, Extent::TotalAmount(usd(10)));
    assert_eq!(amount(&[one.clone(), total.clone(), failed.clone(), next]), Some(10), "reported after it");
    let two = refund(2, Some("re_2"), Extent::Amount(usd(5)));
    assert_eq!(amount(&[one, refund(2, None, Extent::TotalAmount(usd(35))), two, failed]), Some(5));
}

#[test]
fn a_dispute_adds_to_the_refunds_up_to_what_was_paid() {
    let dispute = refund(3, Some("dispute:dp_1"), Extent::Amount(usd(70)));
    let total = refund(4, None, Extent::TotalAmount(usd(30)));
    let (won, again) = (reversal_of(5, "dispute:dp_1", 70), reversal_of(6, "dispute:dp_1", 70));
    let of = |facts: &[Fact], price: Option<i64>| {
        let bought = OrderDetails { price: price.map(usd), ..OrderDetails::default() };
        let case = CaseState::fold(facts, Some(&bought)).unwrap();
        (case.amount.unwrap().micros, case.paid_back_twice)
    };
    let both = [dispute.clone(), total.clone()];
    assert_eq!(of(&both, Some(200)), (100, false));
    assert_eq!(of(&both, Some(100)), (100, false));
    assert_eq!(of(&both, Some(80)), (80, true));
    // If the price is unknown, they may be the same money twice.
    assert_eq!(of(&both, None), (70, true));
    assert_eq!(of(&[dispute, total, won, again], Some(100)), (30, false));
}

#[test]
fn the_same_money_reported_differently_has_the_same_total() {
    let (one, total) =
        (refund(1, Some("re_1"), Extent::Amount(usd(30))), refund(2, None, Extent::TotalAmount(usd(30))));
    let summed = |facts: &[Fact]| CaseState::fold(facts, None).unwrap().reported_total;
    let both = summed(&[one.clone(), total.clone()]);
    assert_eq!(summed(&[one]), both);
    assert_eq!(summed(&[total]), both);
}

/// A message of a store that authorises first and captures later.
fn with_capture(mut fact: Fact, capture: Capture) -> Fact {
    fact.about.capture = Some(capture);
    fact
}

fn captured(at: i64, captured: Option<i64>, refunded: i64) -> OrderDetails {
    let report = CaptureReport {
        at: Timestamp::from_millis(at),
        authorised: Some(usd(100)),
        captured: captured.map(usd),
        refunded: Some(usd(refunded)),
    };
    OrderDetails { capture: Some(Capture::Reported(report)), ..OrderDetails::default() }
}

fn state_with(facts: &[Fact], orders: &[OrderDetails]) -> (StoreState, Option<i64>) {
    let case = CaseState::fold_with_orders(facts, None, orders).unwrap();
    (case.state, case.amount.map(|amount| amount.micros))
}

#[test]
fn a_refund_counts_once_a_capture_is_known() {
    let one = with_capture(refund(9, Some("re_1"), Extent::Amount(usd(30))), Capture::NotReported);
    let facts = std::slice::from_ref(&one);
    assert_eq!(state_with(facts, &[]), (StoreState::Unconfirmed, None));
    let authorised_before = captured(1, None, 0);
    assert_eq!(state_with(facts, std::slice::from_ref(&authorised_before)), (StoreState::Unconfirmed, None));
    let presumed = OrderDetails { capture: Some(Capture::Presumed), ..OrderDetails::default() };
    assert_eq!(
        state_with(facts, &[authorised_before, presumed.clone()]),
        (StoreState::PartlyRefunded, Some(30))
    );
    assert_eq!(state_with(facts, &[captured(9, Some(100), 0)]), (StoreState::PartlyRefunded, Some(30)));
    let released = captured(9, None, 100);
    assert_eq!(state_with(facts, &[released.clone(), presumed]), (StoreState::Released, None));
    // The bank charges back only what was paid.
    let disputed = refund(20, Some("dispute:du_1"), Extent::Amount(usd(70)));
    assert_eq!(state_with(&[one.clone(), disputed], &[]), (StoreState::PartlyRefunded, Some(70)));
    // Of a store that captures at once it does not matter.
    assert_eq!(
        state_with(&[refund(9, Some("a"), Extent::Amount(usd(30)))], &[]),
        (StoreState::PartlyRefunded, Some(30))
    );
}

#[test]
fn the_refund_for_the_released_rest_is_the_earliest_of_that_amount() {
    let of = |at, step| with_capture(refund(at, Some(step), Extent::Amount(usd(40))), Capture::NotReported);
    let (rest, real) = (of(10, "re_rest"), of(60_000, "re_1"));
    let at_capture = captured(10, Some(60), 0);
    let after = captured(60_000, Some(60), 40);
    assert_eq!(
        state_with(std::slice::from_ref(&rest), std::slice::from_ref(&at_capture)),
        (StoreState::Released, None)
    );
    for orders in [vec![at_capture.clone()], vec![after.clone()], vec![at_capture, after.clone()]] {
        let amount = state_with(&[rest.clone(), real.clone()], &orders);
        assert_eq!(amount, (StoreState::PartlyRefunded, Some(40)), "{orders:?}");
    }
    // Since an API version of 2025 there is no such refund.
    assert_eq!(state_with(&[real], &[after]), (StoreState::PartlyRefunded, Some(40)));
}
