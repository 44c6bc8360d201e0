//! Purchases, refunds, money, rates, groups and series.

use std::collections::BTreeMap;

use super::*;
use crate::model::{Figure, Grain, GroupBy, Rate, WorkStatus};

fn total(fixture: &Fixture) -> crate::model::FigureRow {
    fixture.answer(&Question::default()).total
}

fn eur(whole: i64) -> BTreeMap<String, i64> {
    BTreeMap::from([("EUR".to_owned(), whole * 1_000_000)])
}

#[test]
fn purchases_are_counted_by_when_they_were_made() {
    let fixture = Fixture::new("[]");
    fixture
        .engine
        .record_purchases(vec![
            sale("ann", "1", "gems", 5, 0),
            sale("ann", "2", "gems", 7, -29),
            Purchase { price: None, ..sale("ann", "3", "gems", 0, -1) },
            sale("ann", "4", "gems", 100, -30),
            Purchase { environment: Some(Environment::Sandbox), ..sale("ann", "5", "gems", 100, 0) },
            Purchase { purchased_at: None, price: Some(money(3, "USD")), ..sale("ann", "6", "gems", 0, 0) },
        ])
        .unwrap();
    let purchases = total(&fixture).purchases.unwrap();
    assert_eq!((purchases.purchases, purchases.unpriced), (4, 1));
    assert_eq!(purchases.sold, BTreeMap::from([("EUR".to_owned(), 12_000_000), ("USD".to_owned(), 3)]));
    let sandbox = Question { environment: Environment::Sandbox, ..Question::default() };
    assert_eq!(fixture.answer(&sandbox).total.purchases.unwrap().sold, eur(100));
    let before = fixture.answer(&Question::default()).before;
    assert_eq!(before.total.purchases.unwrap().sold, eur(100), "30 days earlier");
}

#[test]
fn a_purchase_that_repays_a_refund_is_none() {
    let fixture = Fixture::new("[]");
    let grants = vec![crate::model::Grant { item: "gem".to_owned(), quantity: 1 }];
    fixture.engine.record_purchase(Purchase { grants, ..sale("ann", "1", "gems", 5, 0) }).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let repays = Some(fixture.refund().id);
    fixture.engine.record_purchase(Purchase { repays, ..sale("ann", "2", "gems", 5, 0) }).unwrap();
    fixture.ingest_order(refunded(order("2"), 0));
    let row = total(&fixture);
    assert_eq!((row.purchases.unwrap().purchases, row.rate_of_purchases), (1, Some(Rate::of(1, 1))));
    assert_eq!((row.refunds.refunds, row.coverage), (2, Rate::of(1, 2)));
}

#[test]
fn a_completed_record_and_two_that_are_one_count_once() {
    let fixture = Fixture::new("[]");
    let token = Some("tok".to_owned());
    let by_token =
        Purchase { order_id: None, purchase_token: token.clone(), ..sale("ann", "1", "gems", 5, 0) };
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.engine.record_purchase(by_token).unwrap();
    assert_eq!(total(&fixture).purchases.unwrap().purchases, 2);
    fixture.engine.record_purchase(Purchase { purchase_token: token, ..purchase("ann", "1") }).unwrap();
    let purchases = total(&fixture).purchases.unwrap();
    assert_eq!((purchases.purchases, purchases.unpriced, purchases.sold), (1, 0, eur(5)));
    fixture.engine.transfer_purchase(None, "1", "bob", "eve", "ticket").unwrap();
    assert_eq!(total(&fixture).purchases.unwrap().purchases, 1);
}

#[test]
fn refunds_that_are_no_longer_or_not_sure_are_none() {
    let fixture = Fixture::new("[]");
    for order in ["1", "2", "3", "4", "5"] {
        fixture.engine.record_purchase(sale("ann", order, "gems", 10, -1)).unwrap();
    }
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(part(order("2"), 0, Some("a"), Extent::Amount(money(3_000_000, "EUR"))));
    fixture.ingest_order(part(order("3"), 0, Some("a"), Extent::Part));
    fixture.ingest_order(refunded(order("4"), 0));
    fixture.ingest_order(reversed(order("4"), 1));
    fixture.ingest_order(Fact { trust: Trust::Hint, ..refunded(order("5"), 0) });
    fixture.ingest_order(refunded(order("unknown"), 0));
    let total = total(&fixture);
    let refunds = &total.refunds;
    assert_eq!((refunds.refunds, refunds.whole, refunds.amount_unknown, refunds.recorded), (4, 2, 2, 3));
    assert_eq!(
        refunds.amount_back,
        eur(13),
        "3 and 10; a part of unknown size and an order without a price are unknown"
    );
    assert_eq!(total.coverage, Rate::of(3, 4));
    assert_eq!(total.rate_of_purchases, Some(Rate::of(3, 5)));
    assert_eq!(total.rate_of_time, Some(Rate::of(3, 5)));
}

#[test]
fn excluded_refunds_are_only_among_the_amounts_by_status() {
    let policy = r#"[{"name":"ours","match":{"product":"test*"},"action":"exclude"}]"#;
    let fixture = Fixture::new(policy);
    fixture.engine.record_purchase(sale("ann", "1", "test gems", 5, 0)).unwrap();
    fixture.engine.record_purchase(sale("ann", "2", "gems", 7, 0)).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 0));
    let figures = fixture.answer(&Question::default());
    assert_eq!((figures.total.refunds.refunds, figures.total.refunds.amount_back), (1, eur(7)));
    let by_status: Vec<_> = figures
        .by_status
        .into_iter()
        .map(|status| (status.work_status, status.refunds, status.amount_back))
        .collect();
    assert_eq!(by_status, [(WorkStatus::Open, 1, eur(7)), (WorkStatus::Excluded, 1, eur(5))]);
}

#[test]
fn the_rate_of_purchases_follows_the_purchase_and_that_of_the_time_the_refund() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(sale("ann", "old", "gems", 5, -40)).unwrap();
    fixture.engine.record_purchase(sale("ann", "new", "gems", 5, -2)).unwrap();
    fixture.engine.record_purchase(sale("ann", "kept", "gems", 5, -2)).unwrap();
    fixture.ingest_order(refunded(order("old"), 0));
    let figures = fixture.answer(&Question::default());
    assert_eq!(figures.total.rate_of_purchases, Some(Rate::of(0, 2)));
    assert_eq!(figures.total.rate_of_time, Some(Rate::of(1, 2)));
    assert_eq!(figures.before.total.rate_of_purchases, Some(Rate::of(1, 1)));
    assert_eq!(figures.before.total.rate_of_time, Some(Rate::of(0, 1)));
    let empty =
        fixture.answer(&Question { since: Some(days(-400)), until: Some(days(-300)), ..Question::default() });
    assert_eq!(empty.total.rate_of_time.unwrap().per_million, None, "nothing among nothing is no rate");
}

#[test]
fn a_late_record_makes_a_refund_one_of_a_recorded_purchase() {
    let fixture = Fixture::new("[]");
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(total(&fixture).coverage, Rate::of(0, 1));
    fixture.engine.record_purchase(sale("ann", "1", "gems", 5, -50)).unwrap();
    let row = total(&fixture);
    assert_eq!((row.coverage, row.refunds.amount_back), (Rate::of(1, 1), eur(5)));
}

#[test]
fn the_recorded_country_groups_purchases_and_refunds() {
    let fixture = Fixture::new("[]");
    let in_country = |country: &str, purchase| Purchase { country: Some(country.to_owned()), ..purchase };
    fixture.engine.record_purchase(in_country("KR", sale("ann", "1", "gems", 5, 0))).unwrap();
    fixture.engine.record_purchase(in_country("JP", sale("bob", "2", "gems", 5, 0))).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("unknown"), 0));
    let figures = fixture.answer(&Question { by: vec![GroupBy::Country], ..Question::default() });
    let rows: Vec<_> = figures
        .groups
        .iter()
        .map(|group| {
            let country = group.group[&GroupBy::Country].as_deref();
            (country, group.row.refunds.refunds, group.row.rate_of_purchases.unwrap())
        })
        .collect();
    assert_eq!(
        rows,
        [(Some("KR"), 1, Rate::of(1, 1)), (None, 1, Rate::of(0, 0)), (Some("JP"), 0, Rate::of(0, 1))]
    );
}

#[test]
fn groups_by_what_purchases_do_not_have_have_no_rates() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(sale("ann", "1", "gems", 5, 0)).unwrap();
    fixture.engine.record_purchase(sale("bob", "2", "gold", 9, 0)).unwrap();
    fixture.ingest_order(because(refunded(order("1"), 0), Reason::Chargeback));
    fixture.ingest_order(refunded(order("2"), 0));
    let by = vec![GroupBy::Reason, GroupBy::Product];
    let figures = fixture.answer(&Question { by, ..Question::default() });
    let rows: Vec<_> = figures.groups.iter().map(|group| (group.group.clone(), group.row.clone())).collect();
    assert_eq!(rows.len(), 2);
    for (group, row) in rows {
        let is_chargeback = group[&GroupBy::Reason].as_deref() == Some("chargeback");
        let (product, price) = if is_chargeback { ("gems", 5) } else { ("gold", 9) };
        assert_eq!(group[&GroupBy::Product].as_deref(), Some(product));
        assert_eq!((row.purchases, row.rate_of_time, row.refunds.amount_back), (None, None, eur(price)));
    }
    let by_store = fixture.answer(&Question { by: vec![GroupBy::Store], ..Question::default() });
    assert_eq!(by_store.groups[0].row, by_store.total);
}

#[test]
fn amounts_follow_the_work_status() {
    let fixture = Fixture::new("[]");
    let grants = vec![Grant { item: "gem".to_owned(), quantity: 10 }];
    fixture.engine.record_purchase(Purchase { grants, ..sale("ann", "1", "gems", 5, 0) }).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let status = || {
        fixture
            .answer(&Question::default())
            .by_status
            .into_iter()
            .map(|one| one.work_status)
            .collect::<Vec<_>>()
    };
    assert_eq!(status(), [WorkStatus::Open]);
    fixture.engine.forgive(fixture.refund().id, &[], true, "k", "eve", "gone").unwrap();
    assert_eq!(status(), [WorkStatus::WrittenOff]);
}

#[test]
fn the_series_has_every_day_or_month() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(sale("ann", "1", "gems", 5, -2)).unwrap();
    fixture.engine.record_purchase(sale("ann", "2", "gems", 5, -120)).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let figures = fixture.answer(&Question { since: Some(days(-3)), ..Question::default() });
    let points: Vec<_> = figures
        .series
        .iter()
        .map(|point| (point.purchases, point.refunds, point.purchases_refunded))
        .collect();
    assert_eq!((figures.grain, points), (Grain::Day, vec![(0, 0, 0), (1, 0, 1), (0, 0, 0), (0, 1, 0)]));
    let figures = fixture.answer(&Question { since: Some(days(-120)), ..Question::default() });
    let sums =
        figures.series.iter().fold((0, 0), |sums, point| (sums.0 + point.purchases, sums.1 + point.refunds));
    assert_eq!((figures.grain, sums), (Grain::Month, (2, 1)));
    assert!((4..=6).contains(&figures.series.len()));
    assert_eq!(figures.total.purchases.unwrap().purchases, 2);
    let later = fixture.answer(&Question { since: Some(days(-119)), ..Question::default() });
    assert_eq!(later.total.purchases.unwrap().purchases, 1, "a month begins and ends at a day");
}

#[test]
fn each_answer_has_the_definitions_of_its_figures() {
    let fixture = Fixture::new("[]");
    let figures = fixture.answer(&Question::default());
    assert!(figures.definitions[&Figure::RateOfTime].contains("alarm"));
    assert!(!figures.definitions.contains_key(&Figure::Lags));
    let text = serde_json::to_string(&figures).unwrap();
    assert_eq!(serde_json::from_str::<Figures>(&text).unwrap(), figures);
    let refused = fixture.engine.figures(&Question { repeat: 0, ..Question::default() }).unwrap_err();
    assert_eq!(refused.code(), "bad_question");
}

#[test]
fn two_absurd_prices_do_not_stop_a_purchase_or_its_refund() {
    let fixture = Fixture::new("[]");
    for order_id in ["1", "2"] {
        let price = Some(money(i64::MAX, "EUR"));
        fixture.engine.record_purchase(Purchase { price, ..purchase("ann", order_id) }).unwrap();
        fixture.ingest_order(refunded(order(order_id), 0));
    }
    let row = total(&fixture);
    assert_eq!((row.purchases.unwrap().unpriced, row.refunds.amount_unknown), (2, 2));
    let far = Purchase { purchased_at: Some(Timestamp::from_millis(i64::MIN)), ..purchase("ann", "3") };
    fixture.engine.record_purchase(far).unwrap();
    fixture.assert_sums();
}

#[test]
fn nothing_in_no_currency_is_known_and_no_sum() {
    let fixture = Fixture::new("[]");
    let free = |order: &str| Purchase { price: Some(money(0, "XXX")), ..sale("ann", order, "gems", 0, 0) };
    fixture.engine.record_purchase(free("1")).unwrap();
    fixture.engine.record_purchase(free("2")).unwrap();
    for id in ["1", "2"] {
        let about = OrderDetails { price: Some(Money::NOTHING), ..order(id) };
        fixture.ingest_order(refunded(about, 0));
    }
    fixture.engine.record_purchase(sale("ann", "3", "gems", 5, 0)).unwrap();
    let question = Question {
        by: vec![GroupBy::Currency],
        lists: [crate::model::FigureList::RepeatRefunders].into(),
        ..Question::default()
    };
    let figures = fixture.answer(&question);
    let purchases = figures.total.purchases.unwrap();
    assert_eq!((purchases.purchases, purchases.unpriced, purchases.sold), (3, 0, eur(5)));
    let refunds = figures.total.refunds;
    assert_eq!((refunds.refunds, refunds.amount_unknown, refunds.amount_back), (2, 0, BTreeMap::new()));
    let currencies: Vec<_> =
        figures.groups.iter().map(|group| group.group[&GroupBy::Currency].as_deref()).collect();
    assert_eq!(currencies, [None, Some("EUR")]);
    for refunder in figures.repeat_refunders.unwrap() {
        assert_eq!((refunder.amount_unknown, refunder.amount_back), (0, BTreeMap::new()));
    }
    // A price of five of no currency is no price.
    fixture.engine.record_purchase(Purchase { price: Some(money(5, "XXX")), ..free("4") }).unwrap();
    let purchases = total(&fixture).purchases.unwrap();
    assert_eq!((purchases.purchases, purchases.unpriced, purchases.sold), (4, 1, eur(5)));
}
