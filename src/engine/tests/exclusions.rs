//! Exclusions: which refunds they keep out of the rules, and which not.

use proptest::prelude::*;

use super::*;
use crate::engine::change::Change;
use crate::ledger::NewAction;
use crate::model::{
    Action, Exclusion, ExclusionAction, ExclusionKind, ExclusionMade, FigureList, Grant, Happening,
    NewExclusion, Question, Repayment, StoreActionKind,
};

fn spare(kind: ExclusionKind, value: &str) -> NewExclusion {
    NewExclusion {
        kind,
        value: value.to_owned(),
        store: None,
        action: ExclusionAction::Spare,
        until: None,
        who: "eve".to_owned(),
        why: "agreed".to_owned(),
    }
}

impl Fixture {
    fn exclude(&self, exclusion: &NewExclusion) -> ExclusionMade {
        let made = self.engine.exclude(exclusion).unwrap();
        self.clock.advance(Span::from_millis(1));
        made
    }

    fn rule_of(&self, order: &str) -> String {
        let refunds = self.engine.order(order).unwrap().refunds;
        refunds[0].decision.as_ref().unwrap().rule.clone()
    }

    fn uses(&self, id: i64) -> i64 {
        self.all_exclusions().iter().find(|exclusion| exclusion.id == id).unwrap().uses
    }

    fn all_exclusions(&self) -> Vec<Exclusion> {
        self.engine.exclusions(true, None, 1000).unwrap().items
    }

    fn refund_gems(&self, user: &str, id: &str) {
        self.engine.record_purchase(purchase(user, id)).unwrap();
        self.ingest_order(refunded(OrderDetails { product: Some("gems.100".to_owned()), ..order(id) }, 0));
    }
}

#[test]
fn a_spared_refund_is_reported_and_counted_but_neither_alerts_nor_blocks() {
    let policy = r#"[{"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}}]"#;
    let fixture = Fixture::new(policy);
    let made = fixture.exclude(&spare(ExclusionKind::Order, "1"));
    assert!(made.refunded_already.is_empty());
    fixture.refund_gems("ann", "1");
    assert_eq!(fixture.kinds(), [EventKind::Refund]);
    assert_eq!(fixture.rule_of("1"), format!("exclusion {}", made.exclusion.id));
    assert!(!fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.uses(made.exclusion.id), 1);
    fixture.refund_gems("ann", "2");
    assert_eq!(fixture.rule_of("2"), "second", "the spared one counts");
    assert!(fixture.engine.user("ann").unwrap().journal.iter().any(|entry| {
        matches!(&entry.what, Happening::Decided { decision, .. } if decision.action == Action::Record)
    }));
}

#[test]
fn an_excluded_refund_makes_no_event() {
    let fixture = Fixture::new("[]");
    let exclude = NewExclusion { action: ExclusionAction::Exclude, ..spare(ExclusionKind::User, "ann") };
    fixture.exclude(&exclude);
    fixture.refund_gems("ann", "1");
    fixture.refund_gems("bob", "2");
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    assert!(fixture.engine.is_blocked("bob") && !fixture.engine.is_blocked("ann"));
}

#[test]
fn the_kinds_have_an_order() {
    let fixture = Fixture::new("[]");
    let product = fixture.exclude(&spare(ExclusionKind::Product, "gems.*")).exclusion.id;
    let user = fixture.exclude(&spare(ExclusionKind::User, "ann")).exclusion.id;
    let order = fixture.exclude(&spare(ExclusionKind::Order, "1")).exclusion.id;
    fixture.refund_gems("ann", "1");
    fixture.refund_gems("ann", "2");
    fixture.refund_gems("bob", "3");
    let rules = ["1", "2", "3"].map(|id| fixture.rule_of(id));
    assert_eq!(rules, [order, user, product].map(|id| format!("exclusion {id}")));
    assert_eq!([order, user, product].map(|id| fixture.uses(id)), [1, 1, 1]);
}

#[test]
fn the_ledgers_own_refunds_are_those_that_it_was_used_for() {
    let fixture = Fixture::new(r#"[{"name":"all","action":{"block":"permanently"}}]"#);
    let own = fixture.exclude(&spare(ExclusionKind::OwnRefunds, "")).exclusion.id;
    // As the ledger has it once an operator refunded: no store is called.
    let written = |change: &Change<'_>| {
        let action = NewAction {
            key: None,
            send_key: "send",
            store: &Store::GooglePlay,
            app: "com.example.game",
            kind: StoreActionKind::Refund,
            refund: None,
            order: "GPA.1",
            request: &serde_json::Value::Null,
            who: "eve",
            why: "goodwill",
            until: change.now.plus(Span::from_days(1)),
        };
        Ok(change.tx.insert_action(&action, change.now)?)
    };
    fixture.engine.change(written).unwrap();
    for id in ["GPA.1", "GPA.2"] {
        let bought = Purchase { store: Store::GooglePlay, ..purchase("ann", id) };
        fixture.engine.record_purchase(bought).unwrap();
        fixture.ingest_order_of(Store::GooglePlay, refunded(order(id), 0));
    }
    assert_eq!(fixture.rule_of("GPA.1"), format!("exclusion {own}"));
    assert_eq!(fixture.rule_of("GPA.2"), "all");
}

#[test]
fn an_exclusion_counts_for_its_store_and_time_only() {
    let fixture = Fixture::new("[]");
    let other = NewExclusion { store: Some(Store::GooglePlay), ..spare(ExclusionKind::User, "ann") };
    fixture.exclude(&other);
    let day = fixture.clock.now().plus(Span::from_days(1));
    fixture.exclude(&NewExclusion { until: Some(day), ..spare(ExclusionKind::User, "bob") });
    fixture.refund_gems("ann", "1");
    assert!(fixture.engine.is_blocked("ann"));
    fixture.refund_gems("bob", "2");
    fixture.clock.advance(Span::from_days(1));
    fixture.refund_gems("bob", "3");
    assert_eq!(fixture.rule_of("3"), "default: refunds alert and block");
    let listed = fixture.engine.exclusions(false, None, 10).unwrap().items;
    assert_eq!(listed.len(), 1, "the expired one is not active");
    let all = fixture.all_exclusions();
    assert_eq!(all[0].ended.as_ref().map(|end| (end.at, end.who.clone())), Some((day, None)));
    // Again, since it has expired.
    fixture.exclude(&spare(ExclusionKind::User, "bob"));
    fixture.refund_gems("bob", "4");
    assert!(fixture.rule_of("4").starts_with("exclusion "));
}

#[test]
fn an_exclusion_of_a_decided_order_changes_nothing_and_says_so() {
    let fixture = Fixture::new("[]");
    fixture.refund_gems("ann", "1");
    fixture.clock.advance(Span::from_days(1));
    let made = fixture.exclude(&spare(ExclusionKind::Order, "1"));
    assert_eq!(made.refunded_already, [fixture.refund().id]);
    let other = NewExclusion { store: Some(Store::GooglePlay), ..spare(ExclusionKind::Order, "1") };
    assert!(fixture.exclude(&other).refunded_already.is_empty(), "an order of another store");
    fixture.ingest_order(because(refunded(order("1"), 5), Reason::Fraud));
    fixture.ingest_order(reversed(order("1"), 6));
    fixture.ingest_order(refunded(order("1"), 7));
    assert_eq!(fixture.rule_of("1"), "default: refunds alert and block");
    let json = serde_json::to_value(&made).unwrap();
    assert_eq!((&json["kind"], &json["refunded_already"][0]), (&"order".into(), &1.into()));
}

#[test]
fn a_refund_that_waits_for_its_user_is_decided_by_the_exclusion() {
    let fixture = Fixture::new("[]");
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.clock.advance(Span::from_days(1));
    assert!(fixture.exclude(&spare(ExclusionKind::Order, "1")).refunded_already.is_empty());
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert!(fixture.rule_of("1").starts_with("exclusion "));
}

#[test]
fn what_an_exclusion_decided_stays_after_its_end() {
    let fixture = Fixture::new("[]");
    let id = fixture.exclude(&spare(ExclusionKind::Order, "1")).exclusion.id;
    fixture.refund_gems("ann", "1");
    let ended = fixture.engine.end_exclusion(id, "eve", "enough").unwrap();
    assert_eq!(ended.ended.as_ref().unwrap().who.as_deref(), Some("eve"));
    assert_eq!(fixture.engine.end_exclusion(id, "ann", "again").unwrap(), ended, "it ended once");
    fixture.ingest_order(because(refunded(order("1"), 5), Reason::Fraud));
    assert_eq!(fixture.rule_of("1"), format!("exclusion {id}"));
    assert!(!fixture.engine.is_blocked("ann"));
    let journal = fixture.engine.order("1").unwrap().journal;
    let made =
        |what: &Happening| matches!(what, Happening::ExclusionMade { exclusion, .. } if *exclusion == id);
    let end =
        |what: &Happening| matches!(what, Happening::ExclusionEnded { exclusion, .. } if *exclusion == id);
    assert_eq!(journal.iter().filter(|entry| made(&entry.what) || end(&entry.what)).count(), 2);
    // The next one is decided by the rules.
    fixture.exclude(&spare(ExclusionKind::Order, "1"));
    fixture.refund_gems("ann", "2");
    assert!(fixture.engine.is_blocked("ann"));
}

#[test]
fn an_exclusion_of_a_user_does_not_follow_the_refund_to_another() {
    let fixture = Fixture::new("[]");
    fixture.exclude(&spare(ExclusionKind::User, "ann"));
    let original = |mut bought: Purchase| {
        bought.original_id = Some("o".to_owned());
        bought
    };
    fixture.engine.record_purchase(original(purchase("ann", "8"))).unwrap();
    fixture.ingest_order(refunded(OrderDetails { original_id: Some("o".to_owned()), ..order("1") }, 0));
    assert!(fixture.rule_of("1").starts_with("exclusion "));
    fixture.engine.record_purchase(original(purchase("bob", "1"))).unwrap();
    assert_eq!(fixture.rule_of("1"), "default: refunds alert and block");
    assert!(fixture.engine.is_blocked("bob"));
}

#[test]
fn users_are_found_however_they_are_spelled() {
    let fixture = Fixture::new("[]");
    let upper = "6B29FC40-CA47-1067-B31D-00DD010662DA";
    let made = fixture.exclude(&spare(ExclusionKind::User, upper)).exclusion;
    assert_eq!(made.value, upper);
    fixture.refund_gems(&upper.to_ascii_lowercase(), "1");
    assert!(fixture.rule_of("1").starts_with("exclusion "));
    assert_eq!(fixture.all_exclusions()[0].value, upper);
}

#[test]
fn an_exclusion_by_order_stays_when_the_refund_is_another_users() {
    let fixture = Fixture::new("[]");
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.clock.advance(Span::from_millis(1));
    let by_order = fixture.exclude(&spare(ExclusionKind::Order, "1")).exclusion.id;
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.engine.transfer_purchase(None, "1", "bob", "eve", "ticket").unwrap();
    assert_eq!(fixture.rule_of("1"), format!("exclusion {by_order}"));
    assert!(!fixture.engine.is_blocked("bob"));
    assert_eq!(fixture.uses(by_order), 1);

    // One of the first user does not, and one of the second user comes before one by product.
    let fixture = Fixture::new("[]");
    fixture.exclude(&spare(ExclusionKind::User, "ann"));
    fixture.refund_gems("ann", "1");
    fixture.engine.transfer_purchase(None, "1", "bob", "eve", "ticket").unwrap();
    assert_eq!(fixture.rule_of("1"), "default: refunds alert and block");
    let by_product = fixture.exclude(&spare(ExclusionKind::Product, "gems.*")).exclusion.id;
    let by_user = fixture.exclude(&spare(ExclusionKind::User, "dan")).exclusion.id;
    fixture.refund_gems("cid", "2");
    assert_eq!(fixture.rule_of("2"), format!("exclusion {by_product}"));
    fixture.engine.transfer_purchase(None, "2", "dan", "eve", "ticket").unwrap();
    assert_eq!(fixture.rule_of("2"), format!("exclusion {by_user}"));
}

#[test]
fn an_excluded_refund_is_no_debt() {
    let policy =
        r#"[{"name":"owes","match":{"user_owes":true},"action":"alert"},{"name":"else","action":"record"}]"#;
    let gems = |quantity| vec![Grant { item: "gem".to_owned(), quantity }];
    for is_excluded in [false, true] {
        let fixture = Fixture::new(policy);
        for (at, id) in [(0, "1"), (1, "2")] {
            fixture.engine.record_purchase(Purchase { grants: gems(500), ..purchase("ann", id) }).unwrap();
            if id == "2" && is_excluded {
                fixture.engine.overrule(1, Some(Action::Exclude), "eve", "our outage").unwrap();
            }
            fixture.ingest_order(refunded(order(id), at));
        }
        let (rule, debt) = if is_excluded { ("else", 500) } else { ("owes", 1000) };
        assert_eq!(fixture.rule_of("2"), rule);
        assert_eq!(fixture.engine.debts("ann").unwrap().items, gems(debt));
        assert_eq!(fixture.engine.debtors(None, 10).unwrap().items[0].items, gems(debt));
        let check = fixture.engine.read(|read| read.check_sums()).unwrap();
        assert_eq!((check.wrong, check.wrong_rows), (0, 0));
        let repayment = Repayment { key: "k".to_owned(), items: gems(500), ..Repayment::default() };
        let paid = fixture.engine.repay("ann", &repayment).unwrap().applied;
        assert_eq!(paid[0].refund, if is_excluded { 2 } else { 1 });
        let owing = i64::from(!is_excluded);
        assert_eq!(fixture.engine.debtors(None, 10).unwrap().items.len(), usize::from(!is_excluded));
        let question = Question { lists: [FigureList::Waiting].into(), ..Question::default() };
        let waiting = fixture.engine.figures(&question).unwrap().waiting.unwrap();
        assert_eq!(waiting.players_owing, owing);
    }
}

#[test]
fn expired_exclusions_by_product_leave_room() {
    let fixture = Fixture::new("[]");
    let until = fixture.clock.now().plus(Span::from_hours(1));
    let fill = move |change: &Change<'_>| {
        for number in 0..1000 {
            let pattern = format!("p{number}");
            let new = NewExclusion { until: Some(until), ..spare(ExclusionKind::Product, &pattern) };
            change.tx.insert_exclusion(&new, change.now)?;
        }
        Ok(())
    };
    fixture.engine.change(fill).unwrap();
    let one_more = spare(ExclusionKind::Product, "gems.*");
    assert_eq!(fixture.engine.exclude(&one_more).unwrap_err().code(), "too_many");
    fixture.clock.advance(Span::from_hours(1));
    fixture.exclude(&one_more);
    // An expired one is made again.
    fixture.exclude(&spare(ExclusionKind::Product, "p0"));
}

#[test]
fn bad_exclusions_are_refused() {
    let fixture = Fixture::new("[]");
    let code = |exclusion: &NewExclusion| fixture.engine.exclude(exclusion).unwrap_err().code();
    let order = spare(ExclusionKind::Order, "1");
    assert_eq!(code(&spare(ExclusionKind::Order, "")), "bad_exclusion");
    assert_eq!(code(&spare(ExclusionKind::OwnRefunds, "x")), "bad_exclusion");
    assert_eq!(code(&NewExclusion { until: Some(fixture.clock.now()), ..order.clone() }), "bad_exclusion");
    assert_eq!(code(&NewExclusion { why: String::new(), ..order.clone() }), "bad_text");
    let made = fixture.exclude(&order).exclusion;
    let error = fixture.engine.exclude(&NewExclusion { action: ExclusionAction::Exclude, ..order.clone() });
    let error = error.unwrap_err();
    assert_eq!(error.code(), "standing_exclusion");
    assert!(error.to_string().contains(&format!("exclusion {}", made.id)), "{error}");
    fixture.exclude(&NewExclusion { store: Some(Store::AppStore), ..order });
    assert_eq!(fixture.engine.end_exclusion(99, "eve", "why").unwrap_err().code(), "unknown_exclusion");
    assert_eq!(fixture.all_exclusions().len(), 2);
}

#[test]
fn exclusions_are_listed_in_pages() {
    let fixture = Fixture::new("[]");
    for order in ["1", "2", "3"] {
        fixture.exclude(&spare(ExclusionKind::Order, order));
    }
    let first = fixture.engine.exclusions(false, None, 2).unwrap();
    assert_eq!(first.items.iter().map(|one| one.value.as_str()).collect::<Vec<_>>(), ["3", "2"]);
    let second = fixture.engine.exclusions(false, first.next, 2).unwrap();
    assert_eq!((second.items[0].value.as_str(), second.next), ("1", None));
}

/// What is decided on each refund, if its messages come in this order.
fn decided(order_of: &[usize], overruled: bool) -> Vec<String> {
    let fixture = Fixture::new("[]");
    fixture.exclude(&spare(ExclusionKind::Product, "gems.*"));
    fixture.exclude(&spare(ExclusionKind::User, "ann"));
    fixture.exclude(&spare(ExclusionKind::Order, "t3"));
    let product = |id: &str| OrderDetails { product: Some("gems.1".to_owned()), ..order(id) };
    let token = |id: &str| OrderDetails { purchase_token: Some(format!("t{id}")), ..order(id) };
    let mut hint = refunded(order("1"), 1);
    hint.trust = Trust::Hint;
    let facts = [
        hint,
        refunded(product("1"), 0),
        refunded(order("2"), 0),
        because(refunded(order("2"), 3), Reason::Remorse),
        refunded(order("3"), 0),
        because(refunded(token("3"), 0), Reason::Remorse),
        refunded(order("4"), 0),
    ];
    let bought = [("bob", "1"), ("ann", "2"), ("bob", "3"), ("bob", "4")];
    for place in order_of {
        match bought.get(*place) {
            Some((user, id)) => drop(fixture.engine.record_purchase(purchase(user, id)).unwrap()),
            None => drop(fixture.ingest_order(facts[place - bought.len()].clone())),
        }
    }
    if overruled {
        for refund in fixture.refunds() {
            fixture.engine.overrule(refund.id, Some(Action::Alert), "eve", "why").unwrap();
        }
        let id = fixture.refunds().iter().map(|refund| refund.id).max().unwrap();
        fixture.engine.overrule(id, None, "eve", "why").unwrap();
        fixture.engine.overrule(id, Some(Action::Alert), "eve", "why").unwrap();
    }
    let mut decided: Vec<String> = fixture
        .refunds()
        .iter()
        .map(|one| format!("{:?} {:?}", one.case.about.order_id, one.decision))
        .collect();
    decided.sort();
    decided.extend(["ann", "bob"].map(|user| format!("{user} {}", fixture.engine.is_blocked(user))));
    decided
}

const ALL: [usize; 11] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn exclusions_decide_alike_in_any_order(places in Just(ALL.to_vec()).prop_shuffle(), overruled in any::<bool>()) {
        let first = decided(&ALL, overruled);
        prop_assert_eq!(first.iter().filter(|text| text.contains("exclusion ")).count(), if overruled { 0 } else { 3 });
        prop_assert_eq!(first, decided(&places, overruled));
    }
}
