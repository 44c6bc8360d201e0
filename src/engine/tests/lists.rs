//! Lists of refunds: what each condition keeps, each order, and pages that look at few refunds.

use super::*;
use crate::model::{Currency, ListOrder, ListPlace, Money, RefundSort};

const RULES: &str = r#"[
    {"name":"large","match":{"amount":{"at_least":{"micros":5000000,"currency":"USD"}}},"action":{"block":"permanently"}},
    {"name":"rest","match":{"trust":"signed"},"action":"alert"},
    {"name":"hints","action":"record"}]"#;

fn usd(units: i64) -> Option<Money> {
    Some(Money { micros: units * 1_000_000, currency: Currency::new("USD").unwrap() })
}

/// Eleven refunds, a minute apart, of three players and of unknown ones. Those first seen last were refunded first.
fn history() -> Fixture {
    let fixture = Fixture::new(RULES);
    for number in 0..11_i64 {
        let id = format!("order {number}");
        let user = ["ann", "bob", "kim"][usize::try_from(number % 3).unwrap()];
        if number % 4 != 3 {
            fixture.engine.record_purchase(Purchase { quantity: Some(1), ..purchase(user, &id) }).unwrap();
        }
        let price = match number % 5 {
            0 => None,
            1 => Some(Money { micros: 9_000_000, currency: Currency::new("KRW").unwrap() }),
            other => usd(other * 2),
        };
        let about = OrderDetails {
            price,
            product: Some(if number % 2 == 0 { "gems" } else { "gold" }.to_owned()),
            country: (number % 3 == 1).then(|| crate::model::Country::new("KR").unwrap()),
            ..order(&id)
        };
        let mut fact = refunded(about, (20 - number) * 1000);
        if number % 3 == 0 {
            fact = because(fact, if number % 2 == 0 { Reason::Fraud } else { Reason::Chargeback });
        }
        if number == 7 {
            fact.trust = Trust::Hint;
        }
        fixture.ingest_order(fact);
        fixture.clock.advance(Span::from_millis(60_000));
    }
    fixture.ingest_order(reversed(order("order 4"), 90_000));
    fixture.engine.assign_refund(2, Some("eve"), "bob", "hers").unwrap();
    fixture.clock.advance(Span::from_millis(60_000));
    fixture.engine.assign_refund(9, Some("eve"), "bob", "hers").unwrap();
    fixture
}

fn is_one_of<T: PartialEq>(wanted: &[T], value: Option<&T>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.contains(value))
}

fn is_within<T: PartialOrd>(since: Option<T>, until: Option<T>, value: T) -> bool {
    since.is_none_or(|since| value >= since) && until.is_none_or(|until| value < until)
}

fn is<T: PartialEq>(wanted: &Option<T>, value: Option<&T>) -> bool {
    wanted.as_ref().is_none_or(|wanted| Some(wanted) == value)
}

/// The filter, in Rust.
fn fits(filter: &RefundFilter, refund: &Refund, engine: &Engine) -> bool {
    let (case, decision) = (&refund.case, refund.decision.as_ref());
    let is_of_production =
        refund.environment.is_none_or(|environment| environment == Environment::Production);
    let amount = case.amount.filter(|amount| filter.currency.is_none_or(|wanted| amount.currency == wanted));
    let needs_amount = filter.currency.is_some() || filter.sort == RefundSort::Amount;
    is_one_of(&filter.store, Some(&refund.store))
        && is_one_of(&filter.state, Some(&case.state))
        && is_one_of(&filter.reason, case.reason.as_ref())
        && is_one_of(&filter.work_status, Some(&refund.work_status))
        && is(&filter.user, refund.user.as_ref())
        && is(&filter.order_id, case.about.order_id.as_ref())
        && is(&filter.product, case.about.product.as_ref())
        && is(&filter.assignee, refund.assignee.as_ref())
        && is(&filter.app, Some(&refund.app))
        && is(&filter.environment, refund.environment.as_ref())
        && is(&filter.trust, Some(&case.trust))
        && is(&filter.country, case.about.country.as_ref())
        && is(&filter.rule, decision.map(|decision| &decision.rule))
        && is(&filter.action, decision.map(|decision| decision.action.kind()).as_ref())
        && filter.unattributed.is_none_or(|unattributed| refund.user.is_none() == unattributed)
        && filter.blocked.is_none_or(|is_blocked| {
            refund.user.as_ref().is_some_and(|user| engine.is_blocked(user)) == is_blocked
        })
        && is_within(filter.since, filter.until, case.at)
        && is_within(filter.first_seen_since, filter.first_seen_until, refund.first_seen_at)
        && (!needs_amount || amount.is_some())
        && filter.amount_at_least.is_none_or(|least| amount.is_some_and(|amount| amount.micros >= least))
        && filter.amount_at_most.is_none_or(|most| amount.is_some_and(|amount| amount.micros <= most))
        && (!filter.to_do || refund.work_status.is_to_do() && is_of_production)
}

fn key(filter: &RefundFilter, refund: &Refund) -> (i64, i64) {
    let value = match filter.sort {
        RefundSort::FirstSeen => refund.id,
        RefundSort::At => refund.case.at.millis(),
        RefundSort::Updated => refund.updated_at.millis(),
        RefundSort::Amount => refund.case.amount.unwrap().micros,
    };
    (value, refund.id)
}

/// All of a list, by pages of two that look at few refunds.
fn by_pages(fixture: &Fixture, filter: &RefundFilter, most_looked_at: i64) -> Vec<i64> {
    let (mut all, mut after): (Vec<i64>, Option<ListPlace>) = (Vec::new(), None);
    for _ in 0..50 {
        let page = |read: crate::ledger::Read<'_>| read.list_refunds(filter, after, 2, most_looked_at);
        let (items, next) = fixture.engine.read(page).unwrap();
        assert!(items.len() <= 2);
        all.extend(items.iter().map(|refund| refund.id));
        match next {
            Some(place) => after = Some(place),
            None => return all,
        }
    }
    panic!("{filter:?} has no end: {all:?}");
}

#[test]
fn each_filter_keeps_what_it_names_in_each_order() {
    let fixture = history();
    let engine = &fixture.engine;
    let refunds = fixture.refunds();
    assert_eq!(refunds.len(), 11);
    let minutes = |minutes: i64| NOON.plus(Span::from_millis(60_000 * minutes)).millis();
    let (since, until) = (NOON.millis() + 13_000, NOON.millis() + 18_000);
    let mut kept = std::collections::BTreeSet::new();
    for wanted in [
        "",
        r#""store":"app-store""#,
        r#""store":["stripe","amazon"]"#,
        r#""state":["refunded","reversed"]"#,
        r#""state":"reversed""#,
        r#""reason":["fraud","chargeback"]"#,
        r#""reason":"fraud","product":"gems""#,
        r#""trust":"hint""#,
        r#""country":"kr""#,
        r#""currency":"USD""#,
        r#""currency":"USD","amount_at_least":6000000"#,
        r#""currency":"USD","amount_at_least":4000001,"amount_at_most":6000000"#,
        r#""currency":"KRW","product":"gold""#,
        r#""rule":"large""#,
        r#""rule":"rest","country":"KR""#,
        r#""action":"block""#,
        r#""action":"record""#,
        r#""blocked":true"#,
        r#""blocked":false"#,
        r#""blocked":true,"to_do":true"#,
        r#""user":"ann""#,
        r#""user":"ann","action":"alert""#,
        r#""order_id":"order 5""#,
        r#""assignee":"eve""#,
        r#""assignee":"eve","state":"reversed""#,
        r#""to_do":true"#,
        r#""to_do":true,"store":"app-store","reason":"fraud""#,
        r#""work_status":["open"]"#,
        r#""work_status":["recovering","nothing_due"]"#,
        r#""unattributed":true"#,
        r#""unattributed":false"#,
        r#""environment":"sandbox""#,
        r#""app":"com.example.game","environment":"production""#,
        &format!(r#""since":{since},"until":{until}"#),
        &format!(r#""first_seen_since":{},"first_seen_until":{}"#, minutes(3), minutes(8)),
        &format!(r#""first_seen_since":{},"unattributed":true"#, minutes(3)),
        &format!(r#""first_seen_until":{}"#, minutes(3)),
    ] {
        for sort in ["first_seen", "at", "updated", "amount"] {
            for order in ["newest", "oldest"] {
                let comma = if wanted.is_empty() { "" } else { "," };
                let mut json = format!(r#"{{{wanted}{comma}"sort":"{sort}","order":"{order}"}}"#);
                if sort == "amount" && !wanted.contains("currency") {
                    json = json.replace(r#""sort""#, r#""currency":"USD","sort""#);
                }
                let filter: RefundFilter = serde_json::from_str(&json).unwrap();
                let mut expected: Vec<&Refund> =
                    refunds.iter().filter(|refund| fits(&filter, refund, engine)).collect();
                expected.sort_by_key(|refund| key(&filter, refund));
                if filter.order == ListOrder::Newest {
                    expected.reverse();
                }
                let expected: Vec<i64> = expected.iter().map(|refund| refund.id).collect();
                for most_looked_at in [1, 3, 20_000] {
                    assert_eq!(
                        by_pages(&fixture, &filter, most_looked_at),
                        expected,
                        "{json}, {most_looked_at}"
                    );
                }
                let (mut listed, mut after) = (Vec::new(), None);
                loop {
                    let page = engine.list_refunds(&filter, after.as_deref(), 3).unwrap();
                    listed.extend(page.items.iter().map(|refund| refund.id));
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(listed, expected, "{json}");
                let count = engine.count_refunds(&filter).unwrap();
                assert_eq!(
                    (count.count, count.more),
                    (i64::try_from(expected.len()).unwrap(), false),
                    "{json}"
                );
                kept.insert((wanted.to_owned(), expected.len()));
            }
        }
    }
    let kept_none = kept.iter().filter(|(_, count)| *count == 0).count();
    assert!(kept.len() > 45 && kept_none < 20, "these refunds tell filters apart: {kept:?}");
}

/// A page looks at no more refunds than it may, and the next one continues behind them.
#[test]
fn a_page_that_has_looked_at_enough_is_short() {
    let fixture = history();
    let filter = RefundFilter { trust: Some(Trust::Hint), ..RefundFilter::default() };
    let page = |after| fixture.engine.read(|read| read.list_refunds(&filter, after, 5, 3)).unwrap();
    let place = |id| Some(ListPlace { value: id, id });
    assert_eq!(page(None), (Vec::new(), place(9)));
    let (items, next) = page(place(9));
    assert_eq!((items.iter().map(|refund| refund.id).collect::<Vec<_>>(), next), (vec![8], place(6)));
    assert_eq!(page(place(3)), (Vec::new(), None));
    // Numbers of lists by first seen are ids.
    let all = fixture.engine.refunds(&RefundFilter::default(), Some(3), 1).unwrap();
    assert_eq!((all.items[0].id, all.next), (2, Some(2)));
    let oldest = RefundFilter { order: ListOrder::Oldest, ..RefundFilter::default() };
    assert_eq!(fixture.engine.refunds(&oldest, Some(3), 1).unwrap().items[0].id, 4);
}

/// A refund that changes moves to the end of a list of changes; those between are not left out.
#[test]
fn a_list_of_changes_continues_where_it_was() {
    let fixture = history();
    let engine = &fixture.engine;
    let filter =
        RefundFilter { sort: RefundSort::Updated, order: ListOrder::Oldest, ..RefundFilter::default() };
    let first = engine.list_refunds(&filter, None, 4).unwrap();
    let last = first.items.last().unwrap().id;
    fixture.clock.advance(Span::from_millis(60_000));
    engine.assign_refund(last, Some("zoe"), "bob", "hers").unwrap();
    let rest = engine.list_refunds(&filter, first.next.as_deref(), 100).unwrap();
    assert_eq!((rest.items.len(), rest.items.last().unwrap().id, rest.next), (8, last, None));
}

#[test]
fn filters_and_cursors_that_make_no_sense_are_refused() {
    let fixture = history();
    let engine = &fixture.engine;
    let by = |sort| RefundFilter { sort, ..RefundFilter::default() };
    let code = |result: Result<crate::model::RefundList, Error>| result.unwrap_err().code();
    assert_eq!(code(engine.list_refunds(&by(RefundSort::Amount), None, 9)), "filter_needs_currency");
    let least = RefundFilter { amount_at_least: Some(1), ..RefundFilter::default() };
    assert_eq!(engine.refunds(&least, None, 9).unwrap_err().code(), "filter_needs_currency");
    assert_eq!(engine.count_refunds(&least).unwrap_err().code(), "filter_needs_currency");
    assert_eq!(engine.refunds(&by(RefundSort::At), None, 9).unwrap_err().code(), "bad_filter");
    assert_eq!(code(engine.list_refunds(&by(RefundSort::At), Some("9"), 9)), "bad_cursor");
    let unknown = RefundFilter { first_seen_since: Some(NOON), ..RefundFilter::default() };
    assert_eq!(engine.refunds(&unknown, Some(999), 9).unwrap().items, []);
}

#[test]
fn a_forgotten_player_is_in_no_country() {
    let fixture = history();
    let filter = RefundFilter { country: crate::model::Country::new("KR").ok(), ..RefundFilter::default() };
    let count = || fixture.engine.count_refunds(&filter).unwrap().count;
    let before = count();
    let forget = crate::model::Forget { even_so: true };
    let revision = fixture.engine.refund(2).unwrap().unwrap().revision;
    fixture.engine.forget_user("bob", &forget, "eve", "requested").unwrap();
    assert!(count() < before);
    assert_eq!(fixture.engine.refund(2).unwrap().unwrap().case.about.country, None);
    assert!(fixture.engine.refund(2).unwrap().unwrap().revision > revision);
}
