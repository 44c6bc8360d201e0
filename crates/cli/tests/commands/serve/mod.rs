//! `recoup serve` as a process: it prints its address, ends on a signal, and keeps through `kill -9` what it answered.
#![cfg(unix)]

mod console;
mod load;
mod refused;
pub(crate) mod served;

use std::process::{Command, Output};

use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::{GooglePlay, StoreRequest};
use recoup::{Clock as _, Config, Engine, Store, SystemClock};
use serde_json::{Value, json};
use served::Served;

use crate::support::raw_http::{Connection, ask, get, post};

/// A game's folder with a configuration, and a store that calls.
struct Game {
    folder: tempfile::TempDir,
    google: GooglePlay,
}

impl Game {
    fn new() -> Self {
        let google = GooglePlay::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = json!({
            "database": "ledger.db",
            "google_play": [{
                "package_name": google.package_name,
                "push": {
                    "audience": google.audience,
                    "service_account_email": google.service_account_email,
                    "jwks": "keys.json",
                },
            }],
        });
        std::fs::write(folder.path().join("keys.json"), google.jwks()).unwrap();
        std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
        Self { folder, google }
    }

    fn command(&self, more: &[&str]) -> Command {
        served::command(self.folder.path(), more)
    }

    fn serve(&self) -> Served {
        self.serve_at("127.0.0.1:0")
    }

    fn serve_at(&self, address: &str) -> Served {
        Served::start(&mut self.command(&["--listen", address]))
    }

    /// The process uses the machine's clock, so the store does too.
    fn void(&self, order: &str, message: &str) -> StoreRequest {
        let now = SystemClock.now();
        let void =
            self.google.voided_purchase(order, order, VoidedProductType::OneTime, RefundType::Full, now);
        self.google.push(&void, message, now).unwrap()
    }

    fn engine(&self) -> Engine {
        Engine::open(Config::from_file(self.folder.path().join("recoup.json")).unwrap()).unwrap()
    }
}

#[test]
fn it_prints_where_it_listens_and_ends_on_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let game = Game::new();
        let served = game.serve();
        assert_eq!(
            served.printed["routes"],
            json!(Store::ALL.iter().map(|store| format!("/v1/{store}")).collect::<Vec<_>>())
        );
        let answer = ask(served.address, post("/v1/google-play", &game.void("GPA.1", "m1")));
        assert_eq!(answer.status, 200);
        let forger = GooglePlay::impostor().unwrap();
        let forged = forger.push(&forger.test(SystemClock.now()), "m2", SystemClock.now()).unwrap();
        assert_eq!(ask(served.address, post("/v1/google-play", &forged)).status, 401);
        let idle = Connection::to(served.address);
        let (code, logged) = served.end(signal);
        drop(idle);
        assert_eq!(code, Some(0), "{logged}");
        for words in
            ["request ingested", "voidedPurchaseNotification", "request rejected", "stopping", "stopped"]
        {
            assert!(logged.contains(words), "{words} is not in\n{logged}");
        }
        assert!(!logged.contains("Bearer") && !logged.contains("eyJ"), "a token is in\n{logged}");
        assert_eq!(game.engine().order("GPA.1").unwrap().refunds.len(), 1);
    }
}

#[test]
fn its_path_secret_comes_by_file_or_environment_and_is_not_printed() {
    let game = Game::new();
    std::fs::write(game.folder.path().join("secret"), "a-secret-of-a-file\n").unwrap();
    let by_file = Served::start(&mut game.command(&[
        "--listen",
        "127.0.0.1:0",
        "--path-secret-file",
        "secret",
        "-vvv",
    ]));
    let mut command = game.command(&["--listen", "127.0.0.1:0"]);
    let by_environment = Served::start(command.env("RECOUP_PATH_SECRET", "a-secret-of-the-environment"));
    for (served, secret) in [(by_file, "a-secret-of-a-file"), (by_environment, "a-secret-of-the-environment")]
    {
        assert_eq!(served.printed["routes"][1], "/v1/<secret>/google-play");
        assert_eq!(get(served.address, "/v1/google-play").status, 404);
        let path = format!("/v1/{secret}/google-play");
        assert_eq!(ask(served.address, post(&path, &game.void("GPA.1", "m1"))).status, 200);
        let (_, logged) = served.end("-TERM");
        assert!(!logged.contains("a-secret"), "{logged}");
    }
}

#[test]
fn an_unusable_listen_address_is_reported() {
    let game = Game::new();
    let failed = |args: &[&str], expected: &str| {
        let Output { status, stderr, .. } = game.command(args).output().unwrap();
        let error: Value = serde_json::from_slice(&stderr).unwrap();
        assert_eq!((status.code(), &error["error"]["code"]), (Some(1), &"gateway".into()));
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
    };
    failed(&["--listen", "0.0.0.0:0"], "loopback");
    for address in ["localhost", "elsewhere.example:80", "8460", "localhost:65536"] {
        let Output { status, stderr, .. } = game.command(&["--listen", address]).output().unwrap();
        let message = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && message.contains("expected an IP address and a port"), "{message}");
    }
    assert!(game.serve_at("localhost:0").address.ip().is_loopback());
    let served = game.serve();
    failed(&["--listen", &served.address.to_string()], "cannot listen on 127.0.0.1");
    std::fs::write(game.folder.path().join("secret"), "guess").unwrap();
    failed(&["--path-secret-file", "secret"], "16 to 128");
}
