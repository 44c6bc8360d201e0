//! Operators of the console.

use recoup::{AuditFilter, Config, Engine, EngineOptions, Role, SessionLimits};
use serde_json::json;

use crate::session::assert_session;
use crate::shop::Shop;

/// The ledger of a shop, without background work.
fn engine(shop: &Shop) -> Engine {
    let config = Config::from_file(shop.folder.path().join("recoup.json")).unwrap();
    EngineOptions::new().background(false).open(config).unwrap()
}

#[test]
fn an_operator_from_the_invitation_to_the_end() {
    let shop = Shop::new();
    let mut session = shop.session();
    session.run(
        "operator list
         operator add ann --role support",
    );
    session.run(
        "operator list
         operator add ann --role admin
         operator add 'ann ' --role admin
         operator invite ann --console https://recoup.example.com/
         operator role ann operator
         operator token ann --label 'night report' --role viewer --for 90d
         operator token ann --label 'night report' --role admin --for 90d
         operator sign-out ann
         operator sign-out ann
         operator end ann
         operator list
         operator invite bob
         operator add bob --role root",
    );
    assert_session!("operator", session);
}

#[test]
fn the_address_of_an_invitation_lets_the_operator_choose_a_password() {
    let shop = Shop::new();
    let added = shop.run(&["--json", "operator", "add", "ann", "--role", "operator"]).json();
    assert_eq!(added["operator"], "ann");
    let token = added["token"].as_str().unwrap();
    assert_eq!(added["address"], format!("http://127.0.0.1:8461/invite#{token}"));
    let engine = engine(&shop);
    let ann = engine.invitation(token).unwrap().unwrap();
    assert_eq!(
        (ann.role, ann.invited_until.unwrap().millis()),
        (Role::Operator, added["until"].as_i64().unwrap())
    );
    engine.accept_invitation(token, "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g").unwrap();
    let (cookie, _) = engine.begin_session("ann", SessionLimits::default(), None).unwrap();

    // The table says so, and another role signs her out.
    let listed = shop.run(&["operator", "list"]).stdout;
    assert!(listed.contains("by password"), "{listed}");
    let role = shop.run(&["--json", "operator", "role", "ann", "viewer"]).json();
    assert_eq!((&role["role"], &role["has_password"]), (&json!("viewer"), &json!(true)));
    assert_eq!(engine.session(&cookie, SessionLimits::default()).unwrap(), None);
}

#[test]
fn a_token_is_good_for_a_program() {
    let shop = Shop::new();
    shop.run(&["operator", "add", "ann", "--role", "support"]);
    let token = ["--json", "operator", "token", "ann", "--label", "ci", "--role", "viewer", "--for", "1d"];
    let made = shop.run(&token).json();
    let engine = engine(&shop);
    let session = engine.session(made["token"].as_str().unwrap(), SessionLimits::default()).unwrap().unwrap();
    assert_eq!(serde_json::to_value(&session).unwrap(), made["session"]);
    assert_eq!(shop.run(&["--json", "operator", "sign-out", "ann"]).json(), json!({"ended": 1}));
    let too_long: Vec<&str> = token.iter().map(|word| if *word == "1d" { "500d" } else { word }).collect();
    let refused = shop.run(&too_long);
    assert_eq!((refused.code, refused.error_code().as_str()), (1, "bad_span"));
}

#[test]
fn what_the_command_changed_is_in_the_audit() {
    let shop = Shop::new();
    shop.run(&["operator", "add", "ann", "--role", "admin"]);
    shop.run(&["operator", "end", "ann"]);
    let refused = shop.run(&["--json", "operator", "end", "ann"]);
    assert_eq!(refused.error_code(), "unknown_operator");
    let audit = engine(&shop).audit(&AuditFilter::default(), None, 10).unwrap().items;
    let whats: Vec<&str> = audit.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(whats, ["operator.end", "operator.add"]);
    assert_eq!((audit[0].operator.as_deref(), audit[0].target.as_deref()), (None, Some("operator:ann")));
    assert!(audit[0].details.as_ref().unwrap()["command_line"].is_string());
}

#[test]
fn a_mistyped_path_makes_no_ledger_for_a_list() {
    let shop = Shop::new();
    let mut config = shop.config();
    config["database"] = json!("mistyped.db");
    shop.file("recoup.json", config.to_string());
    let run = shop.run(&["--json", "operator", "list"]);
    assert_eq!((run.code, run.error_code().as_str()), (1, "no_ledger"));
    assert!(!shop.folder.path().join("mistyped.db").exists());
}
