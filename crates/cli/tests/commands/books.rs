//! The books of refunds and operators' work, as an operator uses them: to do, take, forgive, repay, close, notes.

use serde_json::{Value, json};

use crate::session::assert_session;
use crate::shop::Shop;

/// A player's refunded pack of 500 gems, at Google Play.
fn refunded_pack(shop: &Shop, user: &str, order: &str) -> i64 {
    let purchase = json!({
        "store": "google-play", "user": user, "order_id": order, "product": "gems.500",
        "purchased_at": "2020-01-01T00:00:00Z", "expires_at": "2020-02-01T00:00:00Z", "country": "KR",
        "grants": [{"item": "gem", "quantity": 500}, {"item": "chest", "quantity": 1}],
    });
    shop.file("purchase", purchase.to_string());
    assert_eq!(shop.run(&["purchase", "add", "--from", "purchase"]).code, 0);
    void(shop, order)
}

fn void(shop: &Shop, order: &str) -> i64 {
    let outcome = shop.give("ingest", "google-play", &shop.void(order, &format!("of {order}")), &[]).json();
    outcome["refund"].as_i64().unwrap()
}

fn item<'d>(document: &'d Value, name: &str) -> &'d Value {
    let items = document["recovery"]["items"].as_array().unwrap();
    items.iter().find(|item| item["item"] == name).unwrap()
}

#[test]
fn an_operator_works_through_what_is_owed() {
    let shop = Shop::new();
    refunded_pack(&shop, "kim", "GPA.1");
    void(&shop, "GPA.2");
    let mut session = shop.session();
    session.run(
        "refunds --to-do
         debts
         assign 1 ann
         take 1 gem=100 chest=1 --key event:1 --who ann --why 'removed by the back office'
         take 1 gem=100 chest=1 --key event:1 --who ann --why 'removed by the back office'
         refunds --to-do --assignee ann
         repay kim gem=50 --key earn:771 --who shop --why 'earned in the event'
         debts kim
         note 1 'called in, will earn it back' --who ann
         note --user kim 'polite' --who ann
         forgive 1 gem=50 --key f1 --who ann --why 'our own outage'
         show 1
         take 1 gem=400 --key t2 --who ann --why 'all of the rest'
         show GPA.1 --entries
         correct 7 --who ann --why 'was less'
         debts
         forgive 1 --all --as written-off --key f2 --who ann --why 'account deleted'
         refunds --status partly-recovered --status recovered
         user kim
         debts
         refunds --to-do
         close 2 --as written-off --why 'player unknown'
         reopen 2 --why 'a mistake'
         assign 2 --none
         find GPA.1
         find kim
         find refund:2
         find GPA",
    );
    assert_session!("books", session);
}

#[test]
fn programs_read_the_books_after_each_change() {
    let shop = Shop::new();
    let id = refunded_pack(&shop, "kim", "GPA.1").to_string();
    let why = ["--why", "x"];
    let run = |args: &[&str]| shop.run(&[&["--json"], args, &why].concat());

    let taken = run(&["take", &id, "gem=100", "--key", "k"]).json();
    assert_eq!((item(&taken, "gem")["owed"].as_i64(), &taken["key"]), (Some(400), &json!("k")));
    assert_eq!(taken["refund"]["work_status"], "recovering");
    assert_eq!(run(&["take", &id, "gem=100", "--key", "k"]).json()["recovery"], taken["recovery"]);
    assert_eq!(run(&["take", &id, "gem=200", "--key", "k"]).error_code(), "key_reused");

    let debts = shop.run(&["--json", "debts", "kim"]).json();
    assert_eq!(debts["items"], json!([{"item": "chest", "quantity": 1}, {"item": "gem", "quantity": 400}]));
    let debtors = shop.run(&["--json", "debts"]).json();
    assert_eq!(
        (&debtors["items"][0]["user"], &debtors["items"][0]["blocked"]),
        (&json!("kim"), &json!(true))
    );

    let repaid = run(&["repay", "kim", "gem=450", "--key", "r"]).json();
    assert_eq!(repaid["too_much"], json!([{"item": "gem", "quantity": 50}]));
    let taken = run(&["take", "GPA.1", "--all"]).json();
    assert_eq!(
        (&taken["refund"]["work_status"], &taken["recovery"]["settled"]),
        (&json!("recovered"), &json!(true))
    );
    assert!(taken["key"].as_str().is_some_and(|key| key.starts_with("cli:")));
    assert_eq!(run(&["take", &id, "--all"]).error_code(), "nothing_owed");
    assert_eq!(run(&["forgive", &id, "--all"]).error_code(), "nothing_owed");
    let taken = run(&["take", &id, "gem=1"]).json();
    assert_eq!(taken["too_much"], json!([{"item": "gem", "quantity": 1}]));
    assert_eq!(run(&["give", &id, "gem=501"]).error_code(), "more_than_taken");
    let given = run(&["give", &id, "gem=10"]).json();
    assert_eq!(item(&given, "gem")["owed"], 10);

    let file = shop.run(&["--json", "show", &id]).json();
    let entry = file["entries"].as_array().unwrap().last().unwrap()["id"].to_string();
    assert_eq!(run(&["correct", &entry]).json()["settled"], true);
    assert_eq!(run(&["correct", &entry]).error_code(), "already_corrected");
    assert_eq!(run(&["correct", "999"]).error_code(), "unknown_entry");
    assert_eq!(run(&["close", &id, "--as", "written-off"]).error_code(), "nothing_owed");
    assert_eq!(run(&["take", "99", "gem=1"]).error_code(), "unknown_refund");
    assert_eq!(run(&["take", "GPA.9", "gem=1"]).error_code(), "unknown_order");
    assert_eq!(shop.run(&["--json", "show", "99"]).error_code(), "unknown_refund");
    let user = shop.run(&["--json", "user", "kim"]).json();
    assert_eq!((&user["debts"]["items"], &user["notes"]), (&json!([]), &json!([])));
}

#[test]
fn what_a_purchase_granted_is_set_and_a_status_by_order() {
    let shop = Shop::new();
    shop.buy("lee", "GPA.1");
    shop.buy("lee", "GPA.3");
    let id = void(&shop, "GPA.1").to_string();
    let to_do = shop.run(&["refunds", "--to-do"]).stdout;
    assert!(to_do.contains("not known") && to_do.contains("1 of 1. Of all: 1 open, 0 recovering"), "{to_do}");
    let closed = shop.run(&["--json", "close", &id, "--as", "partly-recovered", "--why", "x"]).json();
    assert_eq!(closed["refund"]["work_status"], "partly_recovered");
    shop.run(&["reopen", &id, "--why", "x"]);
    let granted = shop.run(&["--json", "granted", &id, "gem=30", "--why", "the old pack"]).json();
    assert_eq!(item(&granted, "gem")["owed"], 30);

    for order in [&["--order", "GPA.1"][..], &["GPA.1"], &[&id]] {
        for (status, expected) in
            [("recovered", "recovered"), ("open", "open"), ("written-off", "written_off")]
        {
            let args = [&["--json", "status"], order, &[status, "--why", "x"]].concat();
            assert_eq!(shop.run(&args).json()["refund"]["work_status"], expected, "{args:?}");
        }
        shop.run(&[&["status"], order, &["open", "--why", "x"]].concat());
    }
    let refused = shop.run(&["--json", "status", "GPA.3", "recovered", "--why", "x"]);
    assert_eq!(refused.error_code(), "not_refunded");
    let refused = shop.run(&["--json", "status", "--order", "7", "recovered", "--why", "x"]);
    assert_eq!(refused.error_code(), "unknown_order");
    let mistake = shop.run(&["--json", "status", &id, "done", "--why", "x"]);
    assert_eq!(mistake.error_code(), "usage");
    let mistake = shop.run(&["--json", "note", "a note on nothing"]);
    assert_eq!(mistake.error_code(), "usage");
}

#[test]
fn the_catalogue_of_the_configuration_says_what_a_product_grants() {
    let shop = Shop::new();
    let mut config = shop.config();
    config["catalogue"] = json!([{"product": "gems.500", "grants": [{"item": "gem", "quantity": 500}]}]);
    shop.file("recoup.json", config.to_string());
    let add = "purchase add --store google-play --user kim --order-id GPA.1 --product gems.500 --quantity 2 \
               --purchased-at 2020-01-01T00:00:00Z";
    shop.run(&add.split_whitespace().collect::<Vec<_>>());
    let id = void(&shop, "GPA.1");
    let file = shop.run(&["--json", "show", &id.to_string()]).json();
    assert_eq!(
        (&file["recovery"]["granted_by"], item(&file, "gem")["due"].as_i64()),
        (&json!("catalogue"), Some(1000))
    );

    let again = json!({"store": "google-play", "user": "kim", "order_id": "GPA.2", "repays": id});
    shop.file("again", again.to_string());
    shop.run(&["purchase", "add", "--from", "again"]);
    let user = shop.run(&["user", "kim"]).stdout;
    assert!(user.contains(&format!("nothing: repays refund {id}")), "{user}");
}

#[test]
fn an_operator_who_looked_at_an_older_revision_changes_nothing() {
    let shop = Shop::new();
    shop.buy("lee", "GPA.1");
    let id = void(&shop, "GPA.1").to_string();
    let revision = |file: &Value| file["refund"]["revision"].to_string();
    let seen = revision(&shop.run(&["--json", "show", &id]).json());
    let assigned = shop.run(&["--json", "assign", &id, "ann", "--revision", &seen]).json();
    let now = revision(&assigned);
    assert_ne!(seen, now);
    let guarded = ["--why", "x", "--revision", &seen];
    for verb in [
        &["close", "GPA.1", "--as", "written-off"][..],
        &["reopen", &id],
        &["overrule", &id, "--as", "record"],
        &["assign", &id, "zoe"],
        &["status", &id, "recovered"],
    ] {
        let refused = shop.run(&[&["--json"], verb, &guarded].concat());
        assert_eq!(refused.error_code(), "conflict", "{verb:?}");
    }
    assert_eq!(revision(&shop.run(&["--json", "show", &id]).json()), now);
    let closed = shop.run(&["close", "GPA.1", "--as", "written-off", "--why", "x", "--revision", &now]);
    assert!(closed.stdout.starts_with("Closed as written off."), "{closed:?}");
}

#[test]
fn refunds_are_listed_by_what_is_known_of_them() {
    let shop = Shop::new();
    for (user, order) in [("kim", "GPA.1"), ("lee", "GPA.2"), ("lee", "GPA.3")] {
        refunded_pack(&shop, user, order);
    }
    let ids = |args: &[&str]| {
        let page = shop.run(&[&["--json", "refunds"], args].concat()).json();
        let items = page["items"].as_array().unwrap().iter();
        (items.map(|refund| refund["id"].as_i64().unwrap()).collect::<Vec<_>>(), page["next"].clone())
    };
    assert_eq!(ids(&["--oldest"]), (vec![1, 2, 3], Value::Null));
    let by_change = ["--sort", "updated", "--oldest", "--limit", "2"];
    let (first, next) = ids(&by_change);
    assert_eq!(first, [1, 2]);
    let after = next.as_str().unwrap();
    assert!(after.starts_with("updated:") && after.ends_with(":2"), "{after}");
    assert_eq!(ids(&[&by_change[..], &["--after", after]].concat()), (vec![3], Value::Null));
    assert_eq!(ids(&["--limit", "1"]).1, json!("3"));
    assert_eq!(ids(&["--after", "3"]).0, [2, 1]);
    for (args, count) in [
        (&["--country", "KR"][..], 3),
        (&["--country", "JP"], 0),
        (&["--action", "block", "--blocked", "--store", "google-play", "--store", "stripe"], 3),
        (&["--not-blocked"], 0),
        (&["--state", "refunded", "--state", "reversed", "--user", "lee"], 2),
        (&["--trust", "signed", "--reason", "friendly-fraud", "--reason", "legal"], 0),
        (&["--first-seen-since", "2020-01-01"], 3),
        (&["--first-seen-until", "2020-01-01"], 0),
        (
            &[
                "--currency",
                "USD",
                "--amount-at-least",
                "0.5",
                "--amount-at-most",
                "4.99",
                "--sort",
                "amount",
            ],
            0,
        ),
        (&["--rule", "none of this name"], 0),
    ] {
        assert_eq!(ids(args).0.len(), count, "{args:?}");
        assert_eq!(shop.run(&[&["refunds", "--count"], args].concat()).stdout.trim(), count.to_string());
        let counted = shop.run(&[&["--json", "refunds", "--count"], args].concat()).json();
        assert_eq!(counted, json!({"count": count, "more": false}), "{args:?}");
    }
    assert_eq!(shop.run(&["--json", "refunds", "--sort", "amount"]).error_code(), "filter_needs_currency");
    assert_eq!(shop.run(&["--json", "refunds", "--sort", "at", "--after", "3"]).error_code(), "bad_cursor");
}
