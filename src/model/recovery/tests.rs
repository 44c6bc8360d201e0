use super::*;
use crate::model::{Currency, MilliPercent, Money, OrderDetails, ReportedTotal};

fn usd(micros: i64) -> Money {
    Money { micros, currency: Currency::new("USD").unwrap() }
}

fn order(quantity: Option<u32>, price: Option<Money>) -> OrderDetails {
    OrderDetails { quantity, price, ..OrderDetails::default() }
}

fn share(milli_percent: u32) -> ReportedTotal {
    ReportedTotal { share: MilliPercent::new(milli_percent), ..ReportedTotal::default() }
}

fn due(total: &ReportedTotal, order: &OrderDetails, granted: i64) -> (i64, bool) {
    let due = Due::of(total, order, granted, Rounding::Down);
    (due.quantity, due.sized)
}

#[test]
fn the_whole_order_is_due_whole() {
    let total = ReportedTotal { full: true, ..ReportedTotal::default() };
    assert_eq!(due(&total, &order(None, None), 500), (500, true));
    assert_eq!(due(&total, &order(None, None), i64::MAX), (i64::MAX, true));
}

#[test]
fn a_share_that_a_store_rounded_or_cut_is_the_number_of_items_it_was_made_from() {
    for bought in 1..=1000_u32 {
        for refunded in 0..=bought {
            let (part, whole) = (u64::from(refunded) * 100_000, u64::from(bought));
            for milli_percent in [part / whole, (part + whole / 2) / whole, part.div_ceil(whole)] {
                let total = share(u32::try_from(milli_percent).unwrap());
                for granted in [whole, whole * 7] {
                    let expected = i64::try_from(granted * u64::from(refunded) / whole).unwrap();
                    let granted = i64::try_from(granted).unwrap();
                    let found = due(&total, &order(Some(bought), None), granted);
                    assert_eq!(found, (expected, true), "{refunded} of {bought} as {milli_percent}");
                }
            }
        }
    }
}

#[test]
fn a_share_of_one_order_is_a_share_of_its_items() {
    assert_eq!(due(&share(25_000), &order(Some(1), None), 500), (125, true));
    assert_eq!(due(&share(33_333), &order(None, None), 3), (0, true));
    assert_eq!(Due::of(&share(33_333), &order(None, None), 3, Rounding::Up).quantity, 1);
}

#[test]
fn items_and_money_side_by_side_add_up_to_no_more_than_was_granted() {
    let total = |quantity, amount| ReportedTotal { quantity, amount, ..ReportedTotal::default() };
    let five = order(Some(5), Some(usd(10_000_000)));
    assert_eq!(due(&total(Some(2), None), &five, 500), (200, true));
    assert_eq!(due(&total(None, Some(usd(2_500_000))), &five, 500), (125, true));
    assert_eq!(due(&total(Some(2), Some(usd(2_500_000))), &five, 500), (325, true));
    assert_eq!(due(&total(Some(4), Some(usd(9_000_000))), &five, 500), (500, true));
    let beside = ReportedTotal { share: MilliPercent::new(50_000), ..total(Some(2), None) };
    assert_eq!(due(&beside, &five, 500), (250, true), "the larger one counts");
}

#[test]
fn a_part_of_unknown_size_is_not_guessed() {
    let eur = Money { micros: 1, currency: Currency::new("EUR").unwrap() };
    let total =
        |parts, quantity, amount| ReportedTotal { parts, quantity, amount, ..ReportedTotal::default() };
    for (total, order) in [
        (total(1, None, None), order(Some(5), Some(usd(1)))),
        (total(0, Some(2), None), order(None, Some(usd(1)))),
        (total(0, Some(2), None), order(Some(0), Some(usd(1)))),
        (total(0, None, Some(usd(1))), order(Some(5), None)),
        (total(0, None, Some(usd(1))), order(Some(5), Some(usd(0)))),
        (total(0, None, Some(eur)), order(Some(5), Some(usd(1)))),
    ] {
        assert_eq!(due(&total, &order, 500), (0, false), "{total:?}");
    }
    let some = total(1, Some(2), None);
    assert_eq!(due(&some, &order(Some(5), None), 500), (200, false), "the least that is due");
    let all = total(1, Some(5), None);
    assert_eq!(due(&all, &order(Some(5), None), 500), (500, true), "more than all is not due");
}

#[test]
fn nothing_overflows() {
    let total = ReportedTotal { amount: Some(usd(i64::MAX)), ..ReportedTotal::default() };
    for rounding in [Rounding::Down, Rounding::Up] {
        let due = Due::of(&total, &order(None, Some(usd(1))), i64::MAX, rounding);
        assert_eq!(due, Due { quantity: i64::MAX, sized: true });
        let due = Due::of(&total, &order(None, Some(usd(i64::MAX))), i64::MAX, rounding);
        assert_eq!(due, Due { quantity: i64::MAX, sized: true });
    }
}

#[test]
fn a_line_says_what_is_owed_and_what_the_player_gets_back() {
    let line = |due, taken, forgiven| {
        let item = RecoveryItem::new("gem".to_owned(), 500, due, taken, forgiven);
        (item.owed, item.to_return, item.lost())
    };
    assert_eq!(line(500, 100, 0), (400, 0, 0));
    assert_eq!(line(500, 100, 400), (0, 0, 400));
    assert_eq!(line(200, 100, 400), (0, 0, 100), "less is due than was forgiven");
    assert_eq!(line(0, 100, 400), (0, 100, 0), "reversed");
    for due in 0..=4 {
        for taken in 0..=6 {
            for forgiven in 0..=6 {
                let (owed, to_return, lost) = line(due, taken, forgiven);
                assert!(owed == 0 || to_return == 0);
                assert_eq!(due + to_return, taken + owed + lost, "{due} {taken} {forgiven}");
            }
        }
    }
}
