//! Google Play's pushes through `verify` and `ingest`.

use std::io::Write as _;
use std::process::Stdio;

use crate::shop::{NOW, Shop, recoup};

#[test]
fn verify_prints_the_meaning_of_a_genuine_push_and_needs_no_ledger() {
    let shop = Shop::new();
    let mut config = shop.config();
    config["database"].take();
    shop.file("recoup.json", config.to_string());
    let run = shop.give("verify", "google-play", &shop.void("GPA.1", "m1"), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let verdict = run.json();
    assert_eq!(verdict["verdict"], "accepted");
    assert_eq!(verdict["store"], "google-play");
    assert_eq!(verdict["kind"], "notification");
    assert_eq!(verdict["http_status"], 200);
    assert!(verdict.get("code").is_none() && verdict.get("message").is_none());
    assert_eq!(verdict["meaning"]["kind"], "refund");
    assert_eq!(verdict["meaning"]["name"], "voidedPurchaseNotification");
    assert_eq!(verdict["meaning"]["notification_id"], "m1");
    assert_eq!(verdict["meaning"]["case"], "order:GPA.1");
    assert_eq!(verdict["meaning"]["at"], NOW.millis());
    assert!(verdict["decoded"].is_object());
    assert!(!shop.folder.path().join("ledger.db").exists());
}

#[test]
fn verify_uses_the_given_clock() {
    let shop = Shop::new();
    let request = shop.void("GPA.1", "m1");
    shop.file("body", &request.body);
    let header = format!("{}: {}", request.headers[0].0, request.headers[0].1);
    let at =
        |time: &str| shop.run(&["verify", "google-play", "--header", &header, "--at", time, "body"]).code;
    assert_eq!(at(&NOW.to_string()), 0);
    assert_eq!(at(&NOW.millis().to_string()), 0);
    assert_eq!(at("2030-01-01T00:00:00Z"), 2);
}

#[test]
fn standard_input_is_read_for_a_dash_and_no_further_than_can_matter() {
    let shop = Shop::new();
    let mut command = recoup(&["verify", "google-play", "--config", "recoup.json", "-"]);
    command.current_dir(shop.folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // The reader may have left before all is written.
        (0..32).try_for_each(|_| stdin.write_all(&[b' '; 1 << 20])).is_err()
    });
    let output = child.wait_with_output().unwrap();
    assert!(writer.join().unwrap());
    assert_eq!(output.status.code(), Some(2));
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["verdict"], "rejected");
}

#[test]
fn ingest_rejects_with_2_and_still_ingests_the_files_after_it() {
    let shop = Shop::new();
    let genuine = shop.void("GPA.1", "m1");
    shop.file("broken", b"{");
    shop.file("whole", &genuine.body);
    let header = format!("{}: {}", genuine.headers[0].0, genuine.headers[0].1);
    let at = NOW.millis().to_string();
    let run =
        shop.run(&["--json", "ingest", "google-play", "--header", &header, "--at", &at, "broken", "whole"]);
    assert_eq!(run.code, 2, "{run:?}");
    let lines = run.lines();
    assert_eq!((&lines[0]["file"], &lines[0]["outcome"]), (&"broken".into(), &"rejected".into()));
    assert_eq!((&lines[1]["file"], &lines[1]["outcome"]), (&"whole".into(), &"accepted".into()));
    let sentences = shop.run(&["ingest", "google-play", "--header", &header, "--at", &at, "broken", "whole"]);
    assert_eq!(sentences.code, 2);
    assert!(sentences.stdout.starts_with("broken: rejected, "), "{sentences:?}");
    assert!(sentences.stdout.contains("\nwhole: accepted, nothing new"), "{sentences:?}");
}

#[test]
fn an_authentic_message_that_is_not_understood_is_a_dead_letter_and_exits_with_0() {
    let shop = Shop::new();
    let nameless = shop.google.notification("voidedPurchaseNotification", &serde_json::json!({}), NOW);
    let push = shop.google.push(&nameless, "m1", NOW).unwrap();
    let run = shop.give("ingest", "google-play", &push, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!((&run.json()["outcome"], &run.json()["http_status"]), (&"dead_letter".into(), &200.into()));
    let letters = shop.run(&["--json", "dead-letters"]).json();
    assert_eq!(letters["items"][0]["code"], run.json()["code"]);
    assert!(letters["items"][0]["body"].as_str().unwrap().contains("subscription"));
    assert!(shop.run(&["dead-letters"]).stdout.contains("Google Play"));
    let verified = shop.give("verify", "google-play", &push, &[]);
    assert_eq!((verified.code, &verified.json()["dead_letter"]), (2, &true.into()));
}
