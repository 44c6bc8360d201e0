//! The main job through the C header: a C program and its twin in Rust, both linked and run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use recoup::Timestamp;
use recoup::app_store::NotificationType;
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::{AppStore, GooglePlay, StoreRequest};
use recoup_tests::workshop::{Workshop, run};

/// A folder with a configuration, and the requests that stores send.
struct Scene {
    folder: tempfile::TempDir,
    apple: AppStore,
    google: GooglePlay,
    now: Timestamp,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (apple, google) = (AppStore::new().unwrap(), GooglePlay::new().unwrap());
        std::fs::write(folder.path().join("root.der"), apple.root_der()).unwrap();
        std::fs::write(folder.path().join("keys.json"), google.jwks()).unwrap();
        let config = serde_json::json!({
            "database": "ledger.db",
            "app_store": [{
                "bundle_id": apple.bundle_id,
                "app_apple_id": apple.app_apple_id,
                "extra_roots": ["root.der"],
                "only_extra_roots": true,
            }],
            "google_play": [{
                "package_name": google.package_name,
                "push": {
                    "audience": google.audience,
                    "service_account_email": google.service_account_email,
                    "subscription": google.subscription,
                    "jwks": "keys.json",
                },
            }],
        });
        std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap());
        Self { folder, apple, google, now }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A refund as Google Play pushes it, under a message id.
    fn refund(&self, signer: &GooglePlay, order: &str, message: &str) -> StoreRequest {
        let (one_time, full) = (VoidedProductType::OneTime, RefundType::Full);
        let void = self.google.voided_purchase(order, &format!("token-of-{order}"), one_time, full, self.now);
        signer.push(&void, message, self.now).unwrap()
    }

    /// A refund as the App Store posts it.
    fn app_store_refund(&self, signer: &AppStore, order: &str) -> StoreRequest {
        let mut gone = AppStore::refunded(signer.transaction(order, "gems_100", self.now), self.now);
        gone.as_object_mut().unwrap().remove("appAccountToken");
        let notification = signer.notification(NotificationType::Refund, self.now).transaction(gone);
        StoreRequest { headers: Vec::new(), body: notification.body().unwrap() }
    }

    /// Files of the request, as arguments of the game server.
    fn request(&self, store: &str, name: &str, request: &StoreRequest) -> [String; 4] {
        let (body, headers) = (self.path(&format!("{name}.body")), self.path(&format!("{name}.headers")));
        let lines: Vec<String> =
            request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        std::fs::write(&body, &request.body).unwrap();
        std::fs::write(&headers, lines.concat()).unwrap();
        ["request", store, body.to_str().unwrap(), headers.to_str().unwrap()].map(str::to_owned)
    }

    /// Plays the C program.
    fn run(&self, program: &Path, happenings: &[String]) -> Vec<String> {
        lines(&run(recoup_tests::workshop::program(program).arg(self.path("recoup.json")).args(happenings)))
    }

    /// Plays its twin.
    fn call(&self, happenings: &[String]) -> Vec<String> {
        let program = env!("CARGO_BIN_EXE_game-server-in-rust");
        lines(&run(Command::new(program).arg(self.path("recoup.json")).args(happenings)))
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// What happens to the server, and how each line it prints begins.
fn story(scene: &Scene) -> (Vec<String>, Vec<&'static str>) {
    let google = &scene.google;
    let mut happenings = words("buy google-play ann GPA.1..0 login ann");
    happenings.extend(scene.request("google-play", "refund", &scene.refund(google, "GPA.1..0", "m1")));
    happenings.extend(words("login ann"));
    happenings.extend(scene.request("google-play", "again", &scene.refund(google, "GPA.1..0", "m2")));
    let forger = GooglePlay::impostor().unwrap();
    happenings.extend(scene.request("google-play", "forged", &scene.refund(&forger, "GPA.9", "m3")));
    happenings.extend(scene.request("google-play", "early", &scene.refund(google, "GPA.2..0", "m4")));
    happenings.extend(words("login bob buy google-play bob GPA.2..0 login bob login eve"));
    happenings.extend(words("buy app-store cem 2000000001"));
    let stranger = AppStore::new().unwrap();
    let forged = scene.app_store_refund(&stranger, "2000000001");
    happenings.extend(scene.request("app-store", "apple-forged", &forged));
    let genuine = scene.app_store_refund(&scene.apple, "2000000001");
    happenings.extend(scene.request("app-store", "apple-refund", &genuine));
    happenings.extend(words("login cem"));
    let lines = vec![
        "buy GPA.1..0: recorded",
        "login ann: welcome",
        "request from google-play: answer 200, new: {\"outcome\":\"accepted\"",
        "event 1: refund ann",
        "event 2: alert ann",
        "event 3: block ann",
        "login ann: refused",
        "request from google-play: answer 200, nothing new: {\"outcome\":\"accepted\"",
        "request from google-play: answer 401, nothing new: {\"outcome\":\"rejected\"",
        "request from google-play: answer 200, new: {\"outcome\":\"accepted\"",
        "event 4: unattributed (player unknown)",
        "login bob: welcome",
        "buy GPA.2..0: recorded",
        "event 5: refund bob",
        "event 6: alert bob",
        "event 7: block bob",
        "login bob: refused",
        "login eve: welcome",
        "buy 2000000001: recorded",
        "request from app-store: answer 401, nothing new: {\"outcome\":\"rejected\"",
        "request from app-store: answer 200, new: {\"outcome\":\"accepted\"",
        "event 8: refund cem",
        "event 9: alert cem",
        "event 10: block cem",
        "login cem: refused",
    ];
    (happenings, lines)
}

fn assert_plays(play: impl Fn(&Scene, &[String]) -> Vec<String>) -> Vec<String> {
    let scene = Scene::new();
    let (happenings, expected) = story(&scene);
    let played = play(&scene, &happenings);
    assert_eq!(played.len(), expected.len(), "{played:#?}");
    for (line, beginning) in played.iter().zip(expected) {
        assert!(line.starts_with(beginning), "{line:?} does not begin with {beginning:?}");
    }
    // After a restart the blocks stand, and nothing that was acknowledged comes again.
    let after = play(&scene, &words("login ann login bob login eve"));
    assert_eq!(after, ["login ann: refused", "login bob: refused", "login eve: welcome"]);
    played
}

#[test]
fn the_game_server_in_c_and_the_one_in_rust_do_the_main_job_alike() {
    let workshop = Workshop::new();
    let program = workshop.compile("game_server", &["examples/game_server.c"]);
    let in_c = assert_plays(|scene, happenings| scene.run(&program, happenings));
    let in_rust = assert_plays(Scene::call);
    assert_eq!(in_c, in_rust);
}

#[test]
fn the_game_server_in_c_reports_why_it_cannot_begin() {
    let workshop = Workshop::new();
    let program = workshop.compile("game_server", &["examples/game_server.c"]);
    let output = Command::new(program).arg("/there/is/no.json").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.starts_with("open: /there/is/no.json cannot be read"), "{message}");
}

#[test]
fn a_forked_child_gets_the_error_that_the_engine_is_its_parents() {
    let scene = Scene::new();
    let workshop = Workshop::new();
    assert_eq!(scene.run(&workshop.compile("fork", &["tests/c/fork.c"]), &[]), ["ok"]);
}

/// A kind that was added would be printed as unknown.
#[test]
fn the_examples_name_every_kind_of_event_by_its_number() {
    let header = include_str!("../../include/recoup.h");
    let kinds: Vec<(&str, usize)> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define RECOUP_EVENT_")?.split_once(' '))
        .map(|(name, number)| (name, number.parse().unwrap()))
        .collect();
    assert!(!kinds.is_empty());
    for example in [
        include_str!("../../examples/game_server.c"),
        include_str!("../../bindings/cpp/example/game_server.cpp"),
    ] {
        let (_, listed) = example.split_once("kinds[] = {").unwrap();
        let listed: Vec<&str> = listed.split('"').skip(1).step_by(2).take(kinds.len() + 1).collect();
        for (name, number) in &kinds {
            assert_eq!(listed[*number], name.to_lowercase());
        }
    }
}
