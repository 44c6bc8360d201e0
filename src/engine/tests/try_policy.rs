//! Trying a policy on the refunds in the ledger.

use std::ops::ControlFlow;

use super::*;
use crate::model::{Action, BlockedUsers, Decision, Grant, Policy, PolicyTrial, RecoveryReport, TryOptions};

/// One day in milliseconds.
const DAY: i64 = 86_400_000;

const THIRD: &str = r#"[{"name":"third","match":{"user_refunds":{"within":"30d","at_least":3}},"action":{"block":"7d"}},
                        {"name":"else","action":"alert"}]"#;

fn policy(rules: &str) -> Policy {
    Config::policy_from_json(rules.as_bytes()).unwrap()
}

impl Fixture {
    /// A refund of a user's order, on a day.
    fn refund_of(&self, user: &str, id: &str, day: i64) {
        self.engine.record_purchase(purchase(user, id)).unwrap();
        self.ingest_order(refunded(order(id), day * DAY));
    }

    fn try_with(&self, rules: &str, options: TryOptions) -> PolicyTrial {
        let go_on = &mut |_| ControlFlow::Continue(());
        self.engine.try_policy(&policy(rules), &options, go_on).unwrap()
    }

    fn try_all(&self, rules: &str) -> PolicyTrial {
        self.try_with(rules, TryOptions::default())
    }
}

/// From, to, refunds, users, and the refunds of the examples.
type Changed<'a> = (&'a str, &'a str, u64, u64, Vec<(i64, &'a str)>);

fn changes(trial: &PolicyTrial) -> Vec<Changed<'_>> {
    let line = |change: &'_ crate::model::TrialChange| {
        let users = change.examples.iter().map(|example| example.refund).collect::<Vec<_>>();
        (change.refunds, change.users, users)
    };
    trial
        .changes
        .iter()
        .map(|change| {
            let (refunds, users, _) = line(change);
            let examples = change.examples.iter().map(|example| (example.refund, example.user.as_str()));
            (change.from.as_str(), change.to.as_str(), refunds, users, examples.collect())
        })
        .collect()
}

fn counts(trial: &PolicyTrial, rule: &str) -> (u64, u64, u64) {
    let rule = trial.rules.iter().find(|known| known.name == rule).unwrap();
    (rule.now, rule.then, rule.users)
}

const fn blocked(now: u64, then: u64, newly: u64, freed: u64) -> BlockedUsers {
    BlockedUsers { now, then, newly, freed }
}

#[test]
fn a_trial_counts_what_would_be_decided_otherwise_and_writes_nothing() {
    let fixture = Fixture::new(r#"[{"name":"all","action":"alert"}]"#);
    for (id, day) in [("1", 0), ("2", 10), ("3", 20), ("4", 60)] {
        fixture.refund_of("ann", id, day);
    }
    fixture.refund_of("bob", "5", 0);
    fixture.events();
    let (before, journal) = (fixture.refunds(), fixture.engine.user("ann").unwrap().journal);

    let mut seen = Vec::new();
    let trial = fixture
        .engine
        .try_policy(&policy(THIRD), &TryOptions::default(), &mut |tried| {
            seen.push((tried.refunds, tried.users));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, [(4, 1), (5, 2)]);
    assert_eq!((trial.refunds, trial.users, trial.stopped), (5, 2, false));
    assert_eq!(Some(trial.policy_version), before[0].policy_version);
    assert_eq!(changes(&trial), [("alert", "block 7d", 1, 1, vec![(3, "ann")])]);
    assert_eq!(counts(&trial, "third"), (0, 1, 1));
    assert_eq!(counts(&trial, "else"), (0, 4, 2));
    assert_eq!(counts(&trial, "all"), (5, 0, 0));
    assert_eq!(trial.blocked, blocked(0, 1, 1, 0));
    assert!(trial.never_fits.is_empty() && trial.shadowed.is_empty());

    assert_eq!((fixture.refunds(), fixture.engine.user("ann").unwrap().journal), (before, journal));
    assert!(fixture.events().is_empty() && !fixture.engine.is_blocked("ann"));
}

#[test]
fn the_policy_in_force_changes_nothing() {
    let fixture = Fixture::new(THIRD);
    for (id, day) in [("1", 0), ("2", 10), ("3", 20), ("4", 25)] {
        fixture.refund_of("ann", id, day);
    }
    let trial = fixture.try_all(THIRD);
    assert_eq!((trial.changes, trial.blocked), (Vec::new(), blocked(1, 1, 0, 0)));
    assert!(trial.rules.iter().all(|rule| rule.now == rule.then));
}

#[test]
fn earlier_refunds_are_in_view_and_only_those_of_the_time_are_counted() {
    let fixture = Fixture::new(r#"[{"name":"all","action":"alert"}]"#);
    for (id, day) in [("1", 0), ("2", 10), ("3", 20), ("4", 21)] {
        fixture.refund_of("ann", id, day);
    }
    let at = |day: i64| Some(NOON.plus(Span::from_days(day)));
    let trial = fixture.try_with(THIRD, TryOptions { since: at(20), until: at(21), ..TryOptions::default() });
    assert_eq!(trial.refunds, 1);
    assert_eq!(changes(&trial), [("alert", "block 7d", 1, 1, vec![(3, "ann")])]);
    // Whether earlier ones count is the tried policy's decision.
    let notifies = r#"[{"name":"third","match":{"user_refunds":{"within":"30d","at_least":3}},"action":{"block":"7d"}},
                       {"name":"else","action":"notify"}]"#;
    let trial = fixture.try_with(notifies, TryOptions { since: at(20), ..TryOptions::default() });
    assert_eq!(counts(&trial, "third"), (0, 0, 0));
    let none = fixture.try_with(THIRD, TryOptions { since: at(22), ..TryOptions::default() });
    assert_eq!((none.refunds, none.users, none.changes), (0, 0, Vec::new()));
    let few = fixture.try_with(
        r#"[{"name":"all","action":"record"}]"#,
        TryOptions { examples: 1, ..TryOptions::default() },
    );
    assert_eq!(changes(&few), [("alert", "record", 4, 1, vec![(1, "ann")])]);
}

#[test]
fn a_trial_stops_at_any_user() {
    let fixture = Fixture::new("[]");
    for (user, id) in [("ann", "1"), ("bob", "2"), ("cid", "3")] {
        fixture.refund_of(user, id, 0);
    }
    let mut count = 0;
    let stop = &mut |_| {
        count += 1;
        if count == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let alerts = policy(r#"[{"name":"all","action":"alert"}]"#);
    let trial = fixture.engine.try_policy(&alerts, &TryOptions::default(), stop).unwrap();
    assert_eq!((trial.refunds, trial.users, trial.stopped), (2, 2, true));
    assert_eq!(trial.blocked, blocked(3, 1, 0, 2));
}

#[test]
fn users_count_as_blocked_as_they_would_be_now() {
    let fixture = Fixture::new(r#"[{"name":"all","action":{"block":"permanently"}}]"#);
    fixture.refund_of("ann", "1", 0);
    fixture.refund_of("bob", "2", 0);
    fixture.refund_of("cid", "3", 0);
    fixture.ingest_order(reversed(order("3"), DAY));
    fixture.engine.unblock("bob", "op", "goodwill").unwrap();
    fixture.engine.block("dan", None, "op", "cheats").unwrap();
    let (week, month) =
        (r#"[{"name":"w","action":{"block":"7d"}}]"#, r#"[{"name":"m","action":{"block":"30d"}}]"#);
    fixture.clock.set(NOON.plus(Span::from_days(8)));
    assert_eq!(fixture.try_all(week).blocked, blocked(2, 1, 0, 1), "a week is over");
    assert_eq!(fixture.try_all(month).blocked, blocked(2, 2, 0, 0), "what an operator ended stays ended");
    assert_eq!(fixture.try_all(r#"[{"name":"a","action":"alert"}]"#).blocked, blocked(2, 1, 0, 1));
    fixture.engine.block("ann", None, "op", "cheats").unwrap();
    assert_eq!(fixture.try_all(week).blocked, blocked(2, 2, 0, 0), "an operator's block is no rule's");
}

#[test]
fn an_operator_who_unblocked_a_user_would_have_ended_other_blocks_too() {
    let fixture = Fixture::new(
        r#"[{"name":"gems","match":{"order":"1"},"action":{"block":"permanently"}},{"name":"all","action":"alert"}]"#,
    );
    fixture.refund_of("ann", "1", 0);
    fixture.refund_of("ann", "2", 0);
    fixture.clock.set(NOON.plus(Span::from_days(1)));
    fixture.engine.unblock("ann", "op", "goodwill").unwrap();
    let others = r#"[{"name":"a","match":{"order":"1"},"action":"alert"},{"name":"b","action":{"block":"permanently"}}]"#;
    assert_eq!(fixture.try_all(others).blocked, blocked(0, 0, 0, 0));
    fixture.clock.set(NOON.plus(Span::from_days(2)));
    fixture.refund_of("ann", "3", 2);
    assert_eq!(fixture.try_all(others).blocked, blocked(0, 1, 1, 0), "a later refund blocks");
}

const REPAID: &str = r#"[{"name":"owed","action":{"block":"repaid"}}]"#;

#[test]
fn a_block_until_repaid_is_tried_by_what_is_unpaid_and_not_by_the_status_under_other_rules() {
    for action in ["record", "exclude", "notify"] {
        let fixture = Fixture::new(&format!(r#"[{{"name":"all","action":"{action}"}}]"#));
        fixture.refund_of("ann", "1", 0);
        assert_eq!(
            fixture.try_all(REPAID).blocked,
            blocked(0, 1, 1, 0),
            "{action}: what was granted is unknown"
        );
        let fixture = Fixture::new(&format!(r#"[{{"name":"all","action":"{action}"}}]"#));
        fixture.engine.record_purchase(pack("ann", "1")).unwrap();
        fixture.ingest_order(refunded(order("1"), 0));
        assert_eq!(fixture.try_all(REPAID).blocked, blocked(0, 1, 1, 0), "{action}: five gems are owed");
        let report = RecoveryReport {
            key: "k".to_owned(),
            taken: vec![Grant { item: "gem".to_owned(), quantity: 5 }],
            ..RecoveryReport::default()
        };
        fixture.engine.report_recovery(1, &report).unwrap();
        assert_eq!(fixture.try_all(REPAID).blocked, blocked(0, 0, 0, 0), "{action}: nothing is owed");
    }
}

#[test]
fn a_refund_whose_player_gets_something_back_is_not_unpaid() {
    let fixture = Fixture::new(r#"[{"name":"all","action":"alert"}]"#);
    fixture.engine.record_purchase(Purchase { quantity: Some(5), ..pack("ann", "1") }).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(2)));
    fixture.ingest_order(part(order("1"), 1, Some("b"), Extent::Quantity(1)));
    let taken = vec![Grant { item: "gem".to_owned(), quantity: 3 }];
    let report = RecoveryReport { key: "k".to_owned(), taken, ..RecoveryReport::default() };
    fixture.engine.report_recovery(1, &report).unwrap();
    let undone = FactKind::Reversed { step: Some("b".to_owned()), extent: None, failure: None };
    fixture.ingest_order(fact(order("1"), 2, undone));
    assert_eq!(fixture.refund().work_status, crate::model::WorkStatus::Returning);
    assert_eq!(fixture.try_all(REPAID).blocked, blocked(0, 0, 0, 0));
}

#[test]
fn a_tried_block_until_repaid_begins_after_its_grace() {
    let fixture = Fixture::new(r#"[{"name":"all","action":"alert"}]"#);
    fixture.refund_of("ann", "1", 0);
    let grace = r#"[{"name":"owed","action":{"block":"repaid","grace":"2d"}}]"#;
    assert_eq!(fixture.try_all(grace).blocked, blocked(0, 0, 0, 0));
    fixture.clock.advance(Span::from_days(2));
    let trial = fixture.try_all(grace);
    assert_eq!(trial.blocked, blocked(0, 1, 1, 0));
    assert_eq!(trial.blocked_examples.newly, ["ann"]);
}

#[test]
fn the_catalogue_grants_in_a_trial_what_it_would_have_granted() {
    let fixture = super::notices::with(
        r#""policy":[{"name":"all","action":"exclude"}],
           "catalogue":[{"product":"gems","grants":[{"item":"gem","quantity":5}]}]"#,
    );
    let bought = Purchase { product: Some("gems".to_owned()), quantity: Some(5), ..purchase("ann", "1") };
    fixture.engine.record_purchase(bought).unwrap();
    let about = OrderDetails { product: Some("gems".to_owned()), ..order("1") };
    fixture.ingest_order(part(
        about,
        0,
        Some("a"),
        Extent::Share(crate::model::MilliPercent::new(1_000).unwrap()),
    ));
    assert_eq!(fixture.try_all(REPAID).blocked, blocked(0, 0, 0, 0), "a hundredth of a few gems is none");
}

#[test]
fn users_with_another_action_who_are_not_freed_are_not_among_the_examples() {
    const ANN: &str = "6B29FC40-CA47-1067-B31D-00DD010662DA";
    let fixture = Fixture::new("[]");
    for (user, id) in [(ANN, "1"), (ANN, "2"), ("bob", "3")] {
        fixture.refund_of(user, id, 0);
    }
    let trial = fixture.try_all(r#"[{"name":"a","match":{"order":["1","3"]},"action":"alert"}]"#);
    assert_eq!((trial.blocked, trial.changes[0].refunds), (blocked(2, 1, 0, 1), 2));
    assert_eq!(
        (trial.blocked_examples.newly.len(), &trial.blocked_examples.freed),
        (0, &vec!["bob".to_owned()])
    );
    let none = fixture.try_all(r#"[{"name":"a","action":"alert"}]"#);
    assert_eq!(none.blocked_examples.freed, [ANN, "bob"], "as the host writes them");
}

#[test]
fn what_an_exclusion_decided_stays() {
    let fixture = Fixture::new("[]");
    fixture.refund_of("ann", "1", 0);
    let id = fixture.refund().id;
    fixture
        .engine
        .change(move |change| {
            let mut case = change.tx.case(id)?.unwrap();
            let rule = "exclusion 12".to_owned();
            case.refund.decision = Some(Decision { rule, action: Action::Exclude });
            Ok(change.tx.save_decision(&mut case)?)
        })
        .unwrap();
    let trial = fixture.try_all(r#"[{"name":"all","action":"alert"}]"#);
    assert_eq!((counts(&trial, "exclusion 12"), counts(&trial, "all")), ((1, 1, 1), (0, 0, 0)));
    assert_eq!((trial.changes, trial.never_fits), (Vec::new(), vec!["all".to_owned()]));
}

#[test]
fn a_policy_that_no_configuration_could_have_is_refused_with_its_path() {
    let fixture = Fixture::new("[]");
    let rules = r#"[{"name":"a","match":{"quantity":{"at_least":2,"at_most":1}},"action":"alert"}]"#;
    let policy = Policy::new(serde_json::from_str(rules).unwrap());
    let go_on = &mut |_| ControlFlow::Continue(());
    let error = fixture.engine.try_policy(&policy, &TryOptions::default(), go_on).unwrap_err();
    assert_eq!(error.code(), "bad_policy");
    assert!(error.to_string().starts_with("at policy[0].match.quantity: at_least"), "{error}");
    let config =
        Config::from_json(format!(r#"{{"database":"x.db","policy":{rules}}}"#).as_bytes(), "").unwrap();
    let error = EngineOptions::new().open(config).unwrap_err();
    assert!(error.to_string().contains("policy[0].match.quantity"), "{error}");
}

#[test]
fn users_are_named_as_the_host_writes_them() {
    const ANN: &str = "6B29FC40-CA47-1067-B31D-00DD010662DA";
    let fixture = Fixture::new("[]");
    fixture.refund_of(ANN, "1", 0);
    let rules = format!(r#"[{{"name":"ann","match":{{"user":"{ANN}"}},"action":"alert"}}]"#);
    let trial = fixture.try_all(&rules);
    assert_eq!(changes(&trial), [("block permanently", "alert", 1, 1, vec![(1, ANN)])]);
}

const OWES: &str = r#"[{"name":"owes","match":{"user_owes":true},"action":{"block":"permanently"}},
                       {"name":"else","match":{"user_owes":false},"action":"alert"}]"#;

fn pack(user: &str, id: &str) -> Purchase {
    Purchase { grants: vec![Grant { item: "gem".to_owned(), quantity: 5 }], ..purchase(user, id) }
}

fn rule_of(fixture: &Fixture, id: i64) -> String {
    fixture.engine.refund(id).unwrap().unwrap().decision.unwrap().rule
}

#[test]
fn whether_a_user_owed_something_is_what_it_was_when_the_refund_was_decided() {
    let fixture = Fixture::new(OWES);
    for (user, id) in [("ann", "1"), ("ann", "2"), ("ann", "3"), ("bob", "4")] {
        fixture.engine.record_purchase(pack(user, id)).unwrap();
    }
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 1));
    assert_eq!((rule_of(&fixture, 1), rule_of(&fixture, 2)), ("else".to_owned(), "owes".to_owned()));
    let taken = vec![Grant { item: "gem".to_owned(), quantity: 5 }];
    for refund in [1, 2] {
        let report =
            RecoveryReport { key: format!("k{refund}"), taken: taken.clone(), ..RecoveryReport::default() };
        fixture.engine.report_recovery(refund, &report).unwrap();
    }
    fixture.ingest_order(refunded(order("3"), 2));
    assert_eq!(rule_of(&fixture, 3), "else", "nothing is owed any more");
    // Decided again, since more became known.
    fixture.ingest_order(because(refunded(order("2"), 1), Reason::Remorse));
    fixture.ingest_order(because(refunded(order("1"), 0), Reason::Remorse));
    assert_eq!((rule_of(&fixture, 1), rule_of(&fixture, 2)), ("else".to_owned(), "owes".to_owned()));
    let trial = fixture.try_all(r#"[{"name":"debtors","match":{"user_owes":true},"action":"notify"}]"#);
    assert_eq!(counts(&trial, "debtors"), (0, 1, 1));
    fixture.ingest_order(refunded(order("4"), 3));
    assert_eq!(rule_of(&fixture, 4), "else", "the debts of another user are none of theirs");
}

#[test]
fn debts_of_later_refunds_and_of_other_environments_do_not_count() {
    let fixture = Fixture::new(OWES);
    for id in ["1", "2"] {
        fixture.engine.record_purchase(pack("ann", id)).unwrap();
    }
    fixture.ingest_order(refunded(order("2"), 5));
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(rule_of(&fixture, 2), "else", "the other refund came before this one");

    let fixture = Fixture::new(OWES);
    fixture
        .engine
        .record_purchase(Purchase { environment: Some(Environment::Sandbox), ..pack("ann", "1") })
        .unwrap();
    fixture.engine.record_purchase(pack("ann", "2")).unwrap();
    let mut play = signal("s", CaseKey::Order("1".to_owned()), refunded(order("1"), 0));
    play.place.environment = Some(Environment::Sandbox);
    fixture.engine.ingest_signal(play, b"{}").unwrap();
    fixture.ingest_order(refunded(order("2"), 1));
    assert_eq!(rule_of(&fixture, 2), "else", "a tester's debt is play money");
}

#[test]
fn the_debts_of_the_user_that_a_refund_moves_to_count() {
    let fixture = Fixture::new(OWES);
    for (user, id) in [("ann", "1"), ("bob", "2")] {
        fixture.engine.record_purchase(pack(user, id)).unwrap();
        fixture.ingest_order(refunded(order(id), 0));
    }
    assert_eq!(rule_of(&fixture, 2), "else");
    fixture.engine.transfer_purchase(None, "2", "ann", "op", "one person").unwrap();
    assert_eq!(rule_of(&fixture, 2), "owes");
}

#[test]
fn the_country_is_the_recorded_one_or_else_the_storefront() {
    let rules =
        r#"[{"name":"korea","match":{"country":"KR"},"action":"record"},{"name":"else","action":"alert"}]"#;
    let fixture = Fixture::new(rules);
    let from = |id: &str, country: &str| OrderDetails {
        country: crate::model::Country::new(country).ok(),
        ..order(id)
    };
    fixture
        .engine
        .record_purchase(Purchase { country: Some("KR".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    fixture.engine.record_purchase(purchase("ann", "2")).unwrap();
    fixture.ingest_order(refunded(from("1", "US"), 0));
    fixture.ingest_order(refunded(from("2", "KR"), 0));
    assert_eq!((rule_of(&fixture, 1), rule_of(&fixture, 2)), ("korea".to_owned(), "korea".to_owned()));
}
