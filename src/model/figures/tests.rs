use std::collections::BTreeMap;

use super::*;
use crate::model::{Currency, Environment, Money, Purchase, Store, Timestamp};

const UTC: fn() -> UtcOffset = UtcOffset::default;

fn sale(order: &str, micros: Option<i64>) -> Sale {
    let price = micros.map(|micros| Money { micros, currency: Currency::new("EUR").unwrap() });
    let purchase = Purchase { price, ..Purchase::new(Store::AppStore, "ann", order) };
    Sale::of(&purchase, Timestamp::from_millis(0)).unwrap()
}

#[test]
fn what_is_taken_back_leaves_nothing() {
    let mut sums = Sums::default();
    sums.add_sale(&sale("1", Some(5)), 1, UTC());
    sums.add_sale(&sale("2", None), 1, UTC());
    assert_eq!(sums.sold.len(), 4, "with a currency and without, a day and a month");
    sums.add_sale(&sale("1", Some(5)), -1, UTC());
    sums.add_sale(&sale("2", None), -1, UTC());
    assert_eq!(sums.without_nothing().len(), 0);
}

#[test]
fn sums_that_differ_are_found_on_both_sides() {
    let of = |sales: &[Sale]| {
        let mut sums = Sums::default();
        sales.iter().for_each(|sale| sums.add_sale(sale, 1, UTC()));
        sums
    };
    let (five, free) = (sale("1", Some(5)), sale("2", None));
    let one = std::slice::from_ref(&five);
    assert_eq!(of(one).differing(of(one)), 0);
    assert_eq!(of(one).differing(of(&[])), 2);
    assert_eq!(of(one).differing(of(std::slice::from_ref(&free))), 4);
    assert_eq!(of(&[five.clone(), five.clone()]).differing(of(&[five])), 2);
}

#[test]
fn a_price_that_cannot_be_meant_is_unknown() {
    assert_eq!(sale("1", Some(i64::MAX)).micros, None);
    let most = sale("1", Some(1_000_000_000_000_000));
    assert_eq!(most.micros, Some(1_000_000_000_000_000));
}

#[test]
fn a_purchase_that_repays_is_none() {
    let purchase = Purchase { repays: Some(7), ..Purchase::new(Store::AppStore, "ann", "1") };
    assert_eq!(Sale::of(&purchase, Timestamp::from_millis(0)), None);
    assert_eq!(Bought::of(&purchase, Timestamp::from_millis(0)), None);
}

#[test]
fn rates_are_rounded_and_have_no_value_without_a_whole() {
    assert_eq!(Rate::of(0, 0).per_million, None);
    assert_eq!(Rate::of(1, 3).per_million, Some(333_333));
    assert_eq!(Rate::of(2, 3).per_million, Some(666_667));
    assert_eq!(Rate::of(3, 2).per_million, Some(1_500_000));
}

#[test]
fn groups_beyond_the_limit_are_one() {
    let mut tally = Tally::new(Environment::Production, &[GroupBy::Product], Grain::Day);
    for number in 0..1003_i64 {
        let of = Dimensions {
            environment: "production".to_owned(),
            product: format!("p{number:04}"),
            currency: "EUR".to_owned(),
            ..Dimensions::default()
        };
        let key = SoldKey { period: Period { grain: Grain::Day, number: 0 }, of };
        tally.add_sold(&key, SoldSum { purchases: number + 1, micros: 1, unpriced: 0 });
    }
    let (groups, others) = tally.groups();
    assert_eq!((groups.len(), groups[0].row.purchases.as_ref().unwrap().purchases), (1000, 1003));
    let others = others.unwrap().purchases.unwrap();
    assert_eq!((others.purchases, others.sold), (1 + 2 + 3, BTreeMap::from([("EUR".to_owned(), 3)])));
}
