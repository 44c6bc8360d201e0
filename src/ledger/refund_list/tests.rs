//! The plans by which SQLite runs lists and counts.

use super::*;
use crate::ledger::another_program::plan;
use crate::ledger::writer::tests::ledger;

fn filter(json: &str) -> RefundFilter {
    serde_json::from_str(json).unwrap()
}

/// The steps of the plan of a page's query, with and without a place to begin behind.
fn plans(path: &std::path::Path, filter: &RefundFilter, walk: Option<Walk>) -> Vec<String> {
    let conditions = conditions(filter).unwrap();
    let driver = conditions.iter().position(|condition| condition.finds.is_some());
    let walk = walk.unwrap_or_else(|| match driver.map(|driver| (driver, conditions[driver].finds)) {
        Some((driver, Some(Finds::ById))) if filter.sort == RefundSort::FirstSeen => Walk::ById { driver },
        Some((driver, _)) => Walk::Sorted { driver },
        None => Walk::By(Key::of(filter)),
    });
    let mut steps = Vec::new();
    for after in [None, Some(ListPlace { value: 5, id: 93 })] {
        let query = walk.page(filter, &conditions, after, 50);
        steps.extend(plan(path, &query.sql).into_iter().map(|step| format!("{step}: {}", query.sql)));
    }
    steps
}

/// Each sort reads its own index in order, whatever else the filter wants.
#[test]
fn a_sort_reads_its_index_in_order() {
    let (folder, _ledger) = ledger();
    let path = folder.path().join("ledger.db");
    let others = r#""store":"app-store","state":"refunded","product":"gems","country":"KR","trust":"signed",
        "action":"block","app":"a","environment":"production","unattributed":false,"reason":["fraud"]"#;
    for (sort, more, index) in [
        ("first_seen", "", "INTEGER PRIMARY KEY"),
        ("first_seen", r#","first_seen_since":1"#, "refunds_by_first_seen"),
        ("first_seen", r#","since":1,"until":9"#, "INTEGER PRIMARY KEY"),
        ("at", "", "refunds_by_time"),
        ("at", r#","since":1,"until":9,"blocked":true"#, "refunds_by_time"),
        ("updated", r#","blocked":false"#, "refunds_by_change"),
        ("amount", r#","currency":"USD""#, "refunds_by_amount"),
        ("amount", r#","currency":"USD","amount_at_least":1,"amount_at_most":9"#, "refunds_by_amount"),
    ] {
        for order in ["newest", "oldest"] {
            let filter = filter(&format!(r#"{{{others},"sort":"{sort}","order":"{order}"{more}}}"#));
            let steps = plans(&path, &filter, None);
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
            let of_refunds: Vec<_> =
                steps.iter().filter(|step| step.starts_with("SEARCH refunds ")).collect();
            assert_eq!(of_refunds.len(), 2, "{steps:#?}");
            let uses = |step: &&&String| step.split(": ").next().unwrap().contains(index);
            assert!(of_refunds.iter().all(|step| uses(&step)), "{steps:#?}");
        }
    }
}

/// What is to be done is not found by the unique index of stores, as the planner would.
#[test]
fn a_condition_with_an_index_finds_the_refunds() {
    let (folder, _ledger) = ledger();
    let path = folder.path().join("ledger.db");
    for (wanted, index) in [
        (r#""order_id":"1""#, "INTEGER PRIMARY KEY"),
        (r#""user":"ann""#, "refunds_by_player"),
        (r#""to_do":true"#, "refunds_to_do"),
        (r#""assignee":"ann""#, "refunds_by_assignee"),
        (r#""rule":"a""#, "refunds_by_rule"),
        (r#""unattributed":true"#, "refunds_without_user"),
        (r#""work_status":["recovered"]"#, "refunds_by_status"),
    ] {
        for sort in ["first_seen", "at", "updated", "amount"] {
            for order in ["newest", "oldest"] {
                let filter = filter(&format!(
                    r#"{{{wanted},"store":"app-store","app":"a","environment":"production","since":1,
                         "currency":"USD","sort":"{sort}","order":"{order}"}}"#
                ));
                let steps = plans(&path, &filter, None);
                let refunds: Vec<_> = steps.iter().filter(|step| step.contains(" refunds ")).collect();
                let uses = |step: &str| step.split(": ").next().unwrap().contains(index);
                assert!(refunds.iter().filter(|step| uses(step)).count() == 2, "{sort}: {steps:#?}");
                let is_few = wanted.contains("order_id") || wanted.contains("user");
                let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
                assert_eq!(sorts, is_few || sort != "first_seen", "{sort}: {steps:#?}");
            }
        }
    }
}

#[test]
fn counts_read_an_index() {
    let (folder, _ledger) = ledger();
    let path = folder.path().join("ledger.db");
    for (wanted, index) in [
        ("{}", "INTEGER PRIMARY KEY"),
        (r#"{"store":"stripe","to_do":true}"#, "refunds_to_do"),
        (r#"{"store":"stripe","since":1}"#, "refunds_by_time"),
        (r#"{"store":"stripe","first_seen_until":1}"#, "refunds_by_first_seen"),
        (r#"{"store":"stripe","currency":"USD","amount_at_most":1}"#, "refunds_by_amount"),
    ] {
        let filter = filter(wanted);
        let conditions = conditions(&filter).unwrap();
        let query = count(&filter, &conditions, 9);
        let steps = plan(&path, &query.sql);
        assert!(steps.iter().any(|step| step.contains(index)), "{}: {steps:#?}", query.sql);
    }
}
