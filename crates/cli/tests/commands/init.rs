//! `recoup init`: from flags to a configuration, and what to enter in the stores' consoles.

use std::path::Path;

use recoup::testing::{OneStore, Stripe};
use serde_json::Value;

use crate::session::{Session, arguments, assert_session};
use crate::shop::{Run, recoup};
use crate::support::app_store_api::token::IssuedKey;
use crate::support::google_api::Key;

/// A folder with the key files of all stores, and no configuration.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
    file("SubscriptionKey_2X9R4HXF34.p8", &IssuedKey::new().p8());
    Key::number(0)
        .write_file(&folder.path().join("play-service-account.json"), "https://oauth2.googleapis.com/token");
    file("one-store-licence-key.txt", &OneStore::new().unwrap().license_key().unwrap());
    file("one-store-client-secret.txt", "a-client-secret\n");
    file("stripe-webhook-secret.txt", &format!("{}\n", Stripe::new().unwrap().webhook_secret));
    file("stripe-key.txt", "rk_live_51abcdefghwxyz\n");
    file(
        "amazon-shared-key.txt",
        "2:smXBjZkWCxDMSBvQ8HBGsUS1PK3jvVc8tuTjLNfPHfYAga6WaDzXJPoWpfemXaHg:iEzHzPjJ-XwRdZ4b4e7Hxw==",
    );
    folder
}

const APP_STORE: &str = "--app-store-bundle-id com.example.game --app-store-apple-id 1234567890 \
                         --app-store-private-key SubscriptionKey_2X9R4HXF34.p8 --app-store-key-id 2X9R4HXF34 \
                         --app-store-issuer-id 57246542-96fe-1a63-e053-0824d011072a";

const GOOGLE_PLAY: &str = "--google-play-package com.example.game \
                           --google-play-push-account push@example-project.iam.gserviceaccount.com \
                           --google-play-push-subscription projects/example-project/subscriptions/refunds \
                           --google-play-service-account play-service-account.json";

const OTHERS: &str = "--one-store-client-id com.example.game --one-store-license-key-file one-store-licence-key.txt \
                      --one-store-client-secret-file one-store-client-secret.txt --one-store-market MKT_GLB \
                      --stripe-name 'web shop' --stripe-webhook-secret-file stripe-webhook-secret.txt \
                      --stripe-api-key-file stripe-key.txt --amazon-package com.example.game \
                      --amazon-topic arn:aws:sns:us-east-1:123456789012:example \
                      --amazon-shared-key-file amazon-shared-key.txt";

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn every_store_by_flags_gives_a_configuration_that_passes_its_check() {
    let folder = folder();
    let mut session = Session::new(folder.path());
    let all = format!("init --skip-doctor --url https://game.example.com {APP_STORE} {GOOGLE_PLAY} {OTHERS}");
    assert_eq!(session.run(&all).code, 0, "{}", session.text);
    assert_eq!(session.run("config check").code, 0, "{}", session.text);
    let written = std::fs::read_to_string(folder.path().join("recoup.json")).unwrap();
    let secret = std::fs::read_to_string(folder.path().join("stripe-webhook-secret.txt")).unwrap();
    assert!(!session.text.contains(secret.trim()) && written.contains(secret.trim()));
    session.text.push_str(&format!("recoup.json:\n{}", written.replace(secret.trim(), "[webhook secret]")));
    assert_session!("init", session);
    assert!(!folder.path().join("recoup.db").exists(), "a ledger was made");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_new_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let mut session = Session::new(folder.path());
    session.run(&format!("init --skip-doctor --url https://game.example.com {GOOGLE_PLAY}"));
    let mode = std::fs::metadata(folder.path().join("recoup.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_is_missing_is_named_with_its_flag_and_nothing_is_written() {
    let folder = folder();
    let mut session = Session::new(folder.path());
    for line in [
        "init",
        "init --no-input --store app-store --store google-play --store one-store --store stripe --store amazon",
        "init --url https://game.example.com --app-store-bundle-id com.example.game --app-store-apple-id 1 --app-store-key-id 2X9R4HXF34",
        "init --url http://game.example.com --store stripe",
        "init --store steam",
        "init --url https://game.example.com --app-store-apple-id many --google-play-push-account ann --google-play-push-subscription refunds",
        "init --url https://game.example.com --store stripe --stripe-webhook-secret-file stripe-key.txt",
        "init --url https://game.example.com --one-store-client-id a --one-store-license-key-file absent.txt",
        "init --url https://game.example.com --one-store-client-id a --one-store-license-key-file stripe-key.txt --amazon-topic game",
        "init --database no/such/folder/recoup.db",
        "--config no/such/folder/recoup.json init",
    ] {
        let run = session.run(line);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{line}: {run:?}");
    }
    assert!(!session.text.contains("rk_live"), "{}", session.text);
    assert_session!("init_missing", session);
    assert!(!folder.path().join("recoup.json").exists());
    let run = in_folder(folder.path(), "--json init --store google-play", &[]);
    assert_eq!((run.code, run.error_code().as_str()), (1, "answers"));
}

#[test]
fn an_existing_file_is_never_overwritten() {
    let folder = folder();
    let mut session = Session::new(folder.path());
    session.file("recoup.json", "mine");
    assert_eq!(session.run(&format!("init --url https://game.example.com {GOOGLE_PLAY}")).code, 1);
    assert_eq!(std::fs::read_to_string(folder.path().join("recoup.json")).unwrap(), "mine");
    assert!(session.text.contains("is never overwritten"), "{}", session.text);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere.json", folder.path().join("link.json")).unwrap();
        let run =
            session.run(&format!("--config link.json init --url https://game.example.com {GOOGLE_PLAY}"));
        assert_eq!(run.code, 1, "{run:?}");
        assert!(!folder.path().join("nowhere.json").exists());
    }
}

#[test]
fn paths_are_written_from_the_folder_of_the_configuration() {
    let folder = folder();
    std::fs::create_dir_all(folder.path().join("etc/keys")).unwrap();
    std::fs::rename(
        folder.path().join("play-service-account.json"),
        folder.path().join("etc/keys/play-service-account.json"),
    )
    .unwrap();
    let mut session = Session::new(folder.path());
    let google = GOOGLE_PLAY.replace("play-service-account.json", "etc/keys/play-service-account.json");
    let others = "--one-store-client-id a --one-store-license-key-file one-store-licence-key.txt";
    let run = session.run(&format!(
        "--config etc/recoup.json init --skip-doctor --url https://game.example.com {google} {others}"
    ));
    assert_eq!(run.code, 0, "{run:?}");
    let written = read(&folder.path().join("etc/recoup.json"));
    assert_eq!(written["google_play"][0]["service_account"], "keys/play-service-account.json");
    assert_eq!(written["database"], "recoup.db");
    let key = written["one_store"][0]["license_key_file"].as_str().unwrap();
    assert_eq!(
        std::fs::read(key).unwrap(),
        std::fs::read(folder.path().join("one-store-licence-key.txt")).unwrap()
    );
    assert_eq!(session.run("--config etc/recoup.json config check").code, 0, "{}", session.text);
}

/// Without a key for its API Stripe gets no request.
const WEB_SHOP: &str = "init --url https://game.example.com --store stripe";

#[test]
fn doctor_looks_at_the_new_configuration() {
    let folder = folder();
    let secret = [("RECOUP_STRIPE_WEBHOOK_SECRET", "whsec_0123456789abcdef")];
    let run = in_folder(folder.path(), WEB_SHOP, &secret);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        read(&folder.path().join("recoup.json"))["stripe"][0]["webhook_secrets"][0],
        "whsec_0123456789abcdef"
    );
    let (steps, doctor) = run.stdout.split_once("\nDoctor\n").unwrap();
    assert!(
        steps.contains("https://game.example.com/v1/stripe") && steps.contains("charge.dispute.*"),
        "{steps}"
    );
    assert!(doctor.contains("messages are verified by its webhook secret"), "{doctor}");
    assert!(doctor.contains("0 broken"), "{doctor}");

    std::fs::remove_file(folder.path().join("recoup.json")).unwrap();
    let document = in_folder(folder.path(), &format!("--json {WEB_SHOP}"), &secret).json();
    assert_eq!(document["file"], "recoup.json");
    assert_eq!(document["stores"][0]["store"], "stripe");
    assert_eq!(document["stores"][0]["webhook"], "https://game.example.com/v1/stripe");
    assert_eq!(document["stores"][0]["steps"][0]["values"][0]["name"], "Endpoint URL");
    assert_eq!(document["doctor"]["health"], "warning");
}

/// A proxy's address where nothing listens: no request leaves this machine.
const NO_WAY_OUT: (&str, &str) = ("HTTPS_PROXY", "http://127.0.0.1:9");

#[test]
fn what_doctor_finds_broken_ends_with_1_and_the_file_is_there() {
    let folder = folder();
    let line = format!("init --url https://game.example.com {GOOGLE_PLAY}");
    let run = in_folder(folder.path(), &line, &[NO_WAY_OUT]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("BROKEN"), "{run:?}");
    assert_eq!(
        read(&folder.path().join("recoup.json"))["google_play"][0]["package_name"],
        "com.example.game"
    );
}

/// As a session's command, with variables of the environment.
fn in_folder(folder: &Path, line: &str, environment: &[(&str, &str)]) -> Run {
    recoup(&arguments(line))
        .current_dir(folder)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
        .into()
}
