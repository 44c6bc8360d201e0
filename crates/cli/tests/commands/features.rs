//! The page that compares features: each of its commands shows what its row says, on a ledger with refunds.

use recoup::testing::StoreRequest;
use recoup::{Config, Engine};
use serde_json::{Value, json};

use crate::session::arguments;
use crate::shop::{NOW, Shop, refunded};

const PAGE: &str = include_str!("../../../../docs/features.md");

/// What a command prints where its row holds; of a row without one here, that it prints anything at all.
const SHOWN: [(&str, &str); 14] = [
    ("refunds --store", "GPA.1"),
    ("refunds --to-do", "open"),
    ("show 1", "called in"),
    ("take", "gem 100"),
    ("debts", "ada"),
    ("show 2", "250"),
    ("give", "gem 10"),
    ("overrule", "blocked until repaid"),
    ("policy try", "gem packs"),
    ("notices", "보석"),
    ("access ada", "no-ads"),
    ("stats --since", "%"),
    ("webhooks messages", "waiting"),
    ("privacy export", "GPA.1"),
];

/// Ada's refunds: a pack of gems, half of one, one that was reversed after ten gems were taken, and a product that she
/// owns.
fn shop() -> Shop {
    let shop = Shop::new();
    let mut config = shop.config();
    config["webhooks"] = json!([{
        "name": "crm", "url": "http://127.0.0.1:9/refunds", "secrets": ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
        "environments": ["production", "sandbox"],
    }]);
    config["items"] = json!({ "gem": { "ko": "보석" } });
    config["policy"] = json!([{ "name": "owed", "match": {}, "action": { "block": "repaid" } }]);
    shop.file("recoup.json", config.to_string());
    shop.file(
        "rules.json",
        r#"[{ "name": "gem packs", "match": { "product": "gems.*" }, "action": "alert" }]"#,
    );
    let purchase = |store: &str, order: &str, product: &str, kind: &str| {
        json!({
            "store": store, "user": "ada", "order_id": order, "product": product, "product_type": kind,
            "quantity": 2, "purchased_at": "2020-01-01T00:00:00Z",
            "grants": [{ "item": "gem", "quantity": 500 }],
        })
    };
    let bought = [
        purchase("google-play", "GPA.1", "gems.500", "consumable"),
        purchase("custom:own", "S-2", "gems.500", "consumable"),
        purchase("app-store", "2000000000000001", "gems_500", "consumable"),
        purchase("app-store", "2000000000000002", "no-ads", "non_consumable"),
    ];
    shop.file("bought", Value::from(bought.to_vec()).to_string());
    ok(&shop, &["purchase", "add", "--from", "bought"]);
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    let half = json!({
        "store": "custom:own", "app": "game", "environment": "production", "notification_id": "n2", "name": "REFUND",
        "at": NOW, "fact": { "at": NOW, "what": "refunded", "extent": { "quantity": 1 }, "trust": "signed",
                             "about": { "order_id": "S-2" } },
    });
    let config = Config::from_file(shop.folder.path().join("recoup.json")).unwrap();
    let engine = Engine::open(config).unwrap();
    engine.record_message(serde_json::from_value(half).unwrap(), b"half").unwrap();
    engine.close().unwrap();
    shop.give("ingest", "app-store", &shop.refund("2000000000000001", "n3"), &[]);
    ok(&shop, &["take", "3", "gem=10", "--why", "taken by the game"]);
    let reversed = shop.apple.notification("REFUND_REVERSED", NOW).id("n4");
    let mut transaction = refunded(&shop.apple, "2000000000000001");
    for member in ["revocationDate", "revocationReason"] {
        transaction.as_object_mut().unwrap().remove(member);
    }
    let body = reversed.transaction(transaction).body().unwrap();
    shop.give("ingest", "app-store", &StoreRequest { headers: Vec::new(), body }, &[]);
    shop
}

fn ok(shop: &Shop, command: &[&str]) -> String {
    let run = shop.run(command);
    assert_eq!(run.code, 0, "{command:?}: {run:?}");
    run.stdout
}

#[test]
fn each_row_has_a_command_that_shows_it() {
    let shop = shop();
    let rows = PAGE.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let mut shown = Vec::new();
    for row in rows.take_while(|line| line.starts_with('|')) {
        let cell = row.trim_end_matches('|').rsplit(" | ").next().unwrap();
        let commands: Vec<&str> =
            cell.split('`').skip(1).step_by(2).map(|text| text.strip_prefix("recoup ").unwrap()).collect();
        assert!(!commands.is_empty(), "no command in {row}");
        for command in commands {
            let printed = ok(&shop, &arguments(command));
            assert!(!printed.is_empty(), "{command} prints nothing");
            for (begins, expected) in SHOWN.iter().filter(|(begins, _)| command.starts_with(begins)) {
                assert!(printed.contains(expected), "{command} does not print {expected}:\n{printed}");
                shown.push(*begins);
            }
        }
    }
    assert!(SHOWN.iter().all(|(begins, _)| shown.contains(begins)), "{shown:?}");
}
