//! Errors come with what to do, and exit with 1: 2 is for rejected messages alone.

use std::process::Stdio;

use recoup::testing::{AppStore, GooglePlay};

use crate::session::{arguments, assert_session};
use crate::shop::{Shop, recoup, refund, void};

const MISTAKES: &str = "
    refund
    verify steam recoup.json
    verify google-play
    verify google-play --kind transaction recoup.json
    verify google-play --at noon recoup.json
    verify google-play --header nothing recoup.json
    block ada
    block ada --why x --for long
    purchase
    purchase add --store google-play
    purchase add --from - --user ada
    purchase add --store google-play --user u --order-id o --grant gems
    refunds --state gone
    refunds --limit 0
    refund stripe 'web shop' ch_1
    refund stripe 'web shop' ch_1 --why x --amount 4.99
    refund stripe 'web shop' ch_1 --why x --amount 4,99 --currency USD
    revoke com.example.game t --why x --prorated --item a
    actions --limit 0
    doctor everything
    reconcile steam
    reconcile custom:samsung
    reconcile --since 2999-01-01
    reconcile --since -3d
    review figures --since yesterday
    refunds --since yesterday
    review report 200 --consumed 100001
";

#[test]
fn a_mistake_on_the_command_line_is_1_and_json_with_the_flag() {
    let shop = Shop::new();
    let mut session = shop.session();
    for line in MISTAKES.trim().lines() {
        let run = session.run(line);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{line}: {run:?}");
        let run = shop.run(&arguments(&format!("--json {line}")));
        assert_eq!((run.code, run.error_code().as_str()), (1, "usage"), "{line}");
    }
    assert_session!("mistakes", session);
}

#[test]
fn a_question_never_makes_a_ledger() {
    let shop = Shop::new();
    for args in [
        &["refunds"][..],
        &["user", "ada"],
        &["order", "o"],
        &["show", "1"],
        &["find", "o"],
        &["debts"],
        &["blocks"],
        &["dead-letters"],
    ] {
        let run = shop.run(&[&["--json"], args].concat());
        assert_eq!((run.code, run.error_code().as_str()), (1, "no_ledger"), "{run:?}");
    }
    assert!(!shop.folder.path().join("ledger.db").exists());
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
fn logs_go_to_the_error_output_with_the_flag() {
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
fn a_message_that_cannot_be_verified_says_why_and_what_to_do_about_it() {
    let shop = Shop::new();
    let mut session = shop.session();
    session.file("request", "{}");
    session.run(
        "verify app-store request
         verify google-play request
         verify google-play --header 'Authorization: Bearer e30.e30.e30' request
         verify one-store request
         verify custom:samsung request
         verify app-store --kind transaction request
         verify google-play --kind purchase request
         verify google-play absent",
    );
    session.give(&shop, "verify", "app-store", &refund(&AppStore::new().unwrap(), "2000000811000001", "n-1"));
    session.give(&shop, "verify", "google-play", &void(&GooglePlay::impostor().unwrap(), "GPA.1", "m1"));
    session.give(&shop, "ingest", "google-play", &void(&GooglePlay::impostor().unwrap(), "GPA.1", "m1"));
    assert_session!("verify_errors", session);
}
