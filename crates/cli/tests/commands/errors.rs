//! What goes wrong says what to do, and exits 1: 2 is for rejected messages alone.

use std::process::Stdio;

use crate::shop::{Run, Shop, recoup};

#[test]
fn without_arguments_there_is_help() {
    let run: Run = recoup::<&str>(&[]).output().unwrap().into();
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("Usage: recoup"), "{run:?}");
    for flag in ["--help", "--version"] {
        assert_eq!(recoup(&[flag]).output().unwrap().status.code(), Some(0));
    }
}

#[test]
fn help_says_how_a_command_ends() {
    for verb in ["doctor", "reconcile", "refund", "revoke"] {
        let help: Run = recoup(&[verb, "--help"]).output().unwrap().into();
        assert!(help.stdout.contains("Exits with 1 if"), "{help:?}");
    }
}

#[test]
fn a_mistake_on_the_command_line_is_1_and_json_where_that_was_asked_for() {
    let shop = Shop::new();
    for args in [
        &["refund"][..],
        &["verify", "steam", "recoup.json"],
        &["verify", "google-play"],
        &["verify", "google-play", "--kind", "transaction", "recoup.json"],
        &["verify", "google-play", "--at", "noon", "recoup.json"],
        &["verify", "google-play", "--header", "nothing", "recoup.json"],
        &["block", "ada"],
        &["block", "ada", "--why", "x", "--for", "long"],
        &["purchase"],
        &["purchase", "add", "--store", "google-play"],
        &["purchase", "add", "--from", "-", "--user", "ada"],
        &["purchase", "add", "--store", "google-play", "--user", "u", "--order-id", "o", "--grant", "gems"],
        &["refunds", "--state", "gone"],
        &["refunds", "--limit", "0"],
    ] {
        let run = shop.run(args);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{args:?}: {run:?}");
        let run = shop.run(&[&["--json"], args].concat());
        assert_eq!((run.code, run.error_code().as_str()), (1, "usage"), "{args:?}");
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_named() {
    let shop = Shop::new();
    let check = || shop.run(&["config", "check"]);
    let fine = check();
    assert_eq!(fine.code, 0, "{fine:?}");
    assert!(fine.stdout.contains("com.example.game") && fine.stdout.contains("refunds alert and block"));
    assert_eq!(shop.run(&["--json", "config", "check"]).json()["usable"], true);
    assert!(!shop.folder.path().join("ledger.db").exists());

    shop.file("recoup.json", r#"{"databse": "x"}"#);
    let run = check();
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("databse") && run.stderr.contains("`database`"), "{run:?}");
    assert_eq!(shop.run(&["--json", "refunds"]).error_code(), "config");

    shop.file("recoup.json", "");
    assert!(check().stderr.contains("recoup.json: cut short: there is no text"), "{:?}", check());

    shop.file("recoup.json", r#"{"database": "no/such/folder/ledger.db"}"#);
    assert!(check().stderr.contains("make it first"));

    let mut config = shop.config();
    config["google_play"][0]["push"]["jwks"] = "absent.json".into();
    shop.file("recoup.json", config.to_string());
    assert!(check().stderr.contains("absent.json"));

    let mut config = shop.config();
    let api = serde_json::json!({"issuer_id": "i", "key_id": "k", "private_key": "absent.p8"});
    config["app_store"][0]["api"] = api;
    shop.file("recoup.json", config.to_string());
    assert!(check().code == 1 && check().stderr.contains("absent.p8"), "{:?}", check());
    config["app_store"][0].as_object_mut().unwrap().remove("api");
    config["stripe"] = serde_json::json!([{"name": "s", "api_key": "pk_live_5",
        "webhook_secrets": ["whsec_0123456789abcdef0123456789abcdef"]}]);
    shop.file("recoup.json", config.to_string());
    assert!(check().code == 1 && check().stderr.contains("stripe[0].api_key"), "{:?}", check());

    std::fs::remove_file(shop.folder.path().join("recoup.json")).unwrap();
    assert!(check().stderr.contains("recoup.json"));
    let nameless: Run = recoup(&["refunds"]).output().unwrap().into();
    assert!(nameless.code == 1 && nameless.stderr.contains("--config"), "{nameless:?}");
}

#[test]
fn a_question_never_makes_a_ledger() {
    let shop = Shop::new();
    for args in [&["refunds"][..], &["user", "ada"], &["order", "o"], &["blocks"], &["dead-letters"]] {
        let run = shop.run(&[&["--json"], args].concat());
        assert_eq!((run.code, run.error_code().as_str()), (1, "no_ledger"), "{run:?}");
    }
    assert!(!shop.folder.path().join("ledger.db").exists());
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let run = Shop::new().run(&["verify", "google-play", "absent"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("absent"), "{run:?}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_panic() {
    let shop = Shop::new();
    let lines: String = (0..2000)
        .map(|n| format!(r#"{{"store":"google-play","user":"ada","order_id":"GPA.{n}"}}"#))
        .collect();
    shop.file("purchases", lines);
    shop.run(&["purchase", "add", "--from", "purchases"]);
    for args in [&["user", "ada"][..], &["--json", "user", "ada"], &["--help"], &[]] {
        let mut child = recoup(args)
            .current_dir(shop.folder.path())
            .env("RECOUP_CONFIG", "recoup.json")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code().is_some_and(|code| code <= 1), "{args:?}: {stderr}");
        assert_eq!(stderr, "", "{args:?}");
    }
}

#[test]
fn logs_go_to_the_error_output_where_they_were_asked_for() {
    let shop = Shop::new();
    shop.file("broken", "{");
    let quiet = shop.run(&["ingest", "google-play", "broken"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (2, ""));
    let run = shop.run(&["-v", "ingest", "google-play", "broken"]);
    assert!(run.stderr.contains("rejected"), "{run:?}");
    assert!(!run.stderr.contains('\u{1b}'), "colours in a file: {run:?}");
    assert_eq!(run.stdout, quiet.stdout);
}

#[test]
fn a_store_that_cannot_be_verified_is_reported_what_to_do_about_it() {
    let shop = Shop::new();
    shop.file("request", "{}");
    for (store, said) in [("one-store", r#"no "one_store" section"#), ("custom:samsung", "record_message")] {
        let run = shop.run(&["verify", store, "request"]);
        assert_eq!((run.code, &run.json()["code"]), (2, &"store_not_configured".into()), "{run:?}");
        assert!(run.json()["message"].as_str().unwrap().contains(said), "{run:?}");
    }
    let help = shop.run(&["verify", "--help"]).stdout;
    for store in recoup::Store::ALL {
        assert!(help.contains(store.as_str()), "{help}");
    }
}
