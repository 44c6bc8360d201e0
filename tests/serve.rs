//! `recoup serve` as a process: it says where it is, ends when told to, and keeps through `kill -9` what it answered.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails the test")]

#[path = "support/raw_http.rs"]
mod raw_http;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use raw_http::{Connection, ask, get, post};
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::{GooglePlay, StoreRequest};
use recoup::{Clock as _, Config, Engine, Happening, Store, SystemClock};
use serde_json::{Value, json};

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
        let mut command = Command::new(env!("CARGO_BIN_EXE_recoup"));
        command
            .args(["--json", "serve", "--config", "recoup.json"])
            .args(more)
            .current_dir(self.folder.path())
            .env_remove("RECOUP_PATH_SECRET")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn serve(&self) -> Served {
        Served::start(&mut self.command(&["--listen", "127.0.0.1:0"]))
    }

    /// The process goes by the machine's clock, so the store does too.
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

/// A running `recoup serve`; killed at the latest when this goes.
struct Served {
    child: Child,
    address: SocketAddr,
    said: Value,
}

impl Served {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| {
            let mut error = String::new();
            child.stderr.as_mut().unwrap().read_to_string(&mut error).unwrap();
            panic!("it does not listen: {error}");
        });
        let address = said["listening"].as_str().unwrap().parse().unwrap();
        Self { child, address, said }
    }

    /// Asks it to end by a signal, waits until it has, and says what it logged.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let mut logged = String::new();
        self.child.stderr.as_mut().unwrap().read_to_string(&mut logged).unwrap();
        (self.child.wait().unwrap().code(), logged)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_says_where_it_listens_and_ends_when_told_to() {
    for signal in ["-TERM", "-INT"] {
        let game = Game::new();
        let served = game.serve();
        assert_eq!(
            served.said["routes"],
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
            ["request taken in", "voidedPurchaseNotification", "request rejected", "stopping", "stopped"]
        {
            assert!(logged.contains(words), "{words} is not in\n{logged}");
        }
        assert!(!logged.contains("Bearer") && !logged.contains("eyJ"), "a token is in\n{logged}");
        assert_eq!(game.engine().order("GPA.1").unwrap().refunds.len(), 1);
    }
}

#[test]
fn its_path_secret_comes_by_file_or_environment_and_is_not_said() {
    let game = Game::new();
    std::fs::write(game.folder.path().join("secret"), "a-secret-of-a-file\n").unwrap();
    let by_file = game.command(&["--listen", "127.0.0.1:0", "--path-secret-file", "secret"]).spawn_served();
    let mut command = game.command(&["--listen", "127.0.0.1:0"]);
    let by_environment = command.env("RECOUP_PATH_SECRET", "a-secret-of-the-environment").spawn_served();
    for (served, secret) in [(by_file, "a-secret-of-a-file"), (by_environment, "a-secret-of-the-environment")]
    {
        assert_eq!(served.said["routes"][1], "/v1/<secret>/google-play");
        assert_eq!(get(served.address, "/v1/google-play").status, 404);
        let path = format!("/v1/{secret}/google-play");
        assert_eq!(ask(served.address, post(&path, &game.void("GPA.1", "m1"))).status, 200);
        let (_, logged) = served.end("-TERM");
        assert!(!logged.contains("a-secret"), "{logged}");
    }
}

trait SpawnServed {
    fn spawn_served(&mut self) -> Served;
}

impl SpawnServed for Command {
    fn spawn_served(&mut self) -> Served {
        Served::start(self)
    }
}

#[test]
fn what_cannot_be_listened_on_is_told() {
    let game = Game::new();
    let failed = |args: &[&str], expected: &str| {
        let Output { status, stderr, .. } = game.command(args).output().unwrap();
        let error: Value = serde_json::from_slice(&stderr).unwrap();
        assert_eq!((status.code(), &error["error"]["code"]), (Some(1), &"gateway".into()));
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
    };
    failed(&["--listen", "0.0.0.0:0"], "loopback");
    let served = game.serve();
    failed(&["--listen", &served.address.to_string()], "cannot listen on 127.0.0.1");
    std::fs::write(game.folder.path().join("secret"), "guess").unwrap();
    failed(&["--path-secret-file", "secret"], "16 to 128");
}

const CALLERS: usize = 8;
const ROUNDS: usize = 6;

#[test]
fn killed_under_load_it_has_kept_all_it_answered() {
    let game = Game::new();
    let next = AtomicUsize::new(0);
    let answered = Arc::new(Mutex::new(BTreeSet::new()));
    for round in 0..ROUNDS {
        let served = game.serve();
        let enough = answered.lock().unwrap().len() + 15 + 10 * round;
        std::thread::scope(|scope| {
            for _ in 0..CALLERS {
                scope.spawn(|| call(&game, served.address, &next, &answered));
            }
            // In the midst of the callers' requests.
            while answered.lock().unwrap().len() < enough {
                std::thread::yield_now();
            }
            let id = served.child.id().to_string();
            assert!(Command::new("kill").args(["-9", &id]).status().unwrap().success());
        });
        let engine = game.engine();
        for n in answered.lock().unwrap().iter() {
            let history = engine.order(&order(*n)).unwrap();
            let received = history
                .journal
                .iter()
                .filter(|entry| matches!(entry.what, Happening::Received { .. }))
                .count();
            assert_eq!((received, history.refunds.len()), (1, 1), "{} was answered", order(*n));
        }
        engine.close().unwrap();
    }
    assert!(next.load(Ordering::SeqCst) > answered.lock().unwrap().len(), "nothing was cut off");
}

/// Sends one refund after another until nobody answers.
fn call(game: &Game, address: SocketAddr, next: &AtomicUsize, answered: &Mutex<BTreeSet<usize>>) {
    let mut connection = Connection::to(address);
    loop {
        let n = next.fetch_add(1, Ordering::SeqCst);
        let request = game.void(&order(n), &format!("message-{n}"));
        let Some(answer) = connection.try_ask(post("/v1/google-play", &request)) else { return };
        assert_eq!(answer.status, 200);
        answered.lock().unwrap().insert(n);
    }
}

fn order(n: usize) -> String {
    format!("GPA.{n}")
}
