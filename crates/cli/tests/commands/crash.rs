//! `kill -9` in the middle of `recoup ingest`: nothing that was answered is lost, nothing is applied twice.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::GooglePlay;
use recoup::{Config, Engine, EventKind, Happening, Purchase, RefundFilter, Store, Timestamp};
use serde_json::{Value, json};

use crate::support::ledger_file::AnotherProgram;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const ORDERS: usize = 40;

/// A game's folder, with all requests that Google is going to send to it.
struct Game {
    folder: tempfile::TempDir,
    header: String,
    /// File name, order id, message id.
    requests: Vec<(String, String, String)>,
}

impl Game {
    /// Every order is voided, and reported so twice under different ids. The purchases of every third are not recorded.
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
        let mut header = String::new();
        let mut requests = Vec::new();
        for telling in 0..2 {
            for n in 0..ORDERS {
                let (order, message) = (order(n), format!("message-{telling}-{n}"));
                let token = format!("token-{n}");
                let voided =
                    google.voided_purchase(&order, &token, VoidedProductType::OneTime, RefundType::Full, NOW);
                let push = google.push(&voided, &message, NOW).unwrap();
                header = format!("{}: {}", push.headers[0].0, push.headers[0].1);
                std::fs::write(folder.path().join(&message), &push.body).unwrap();
                requests.push((message.clone(), order, message));
            }
        }
        let game = Self { folder, header, requests };
        let engine = game.engine();
        let recorded = (0..ORDERS).filter(|n| n % 3 != 0);
        engine
            .record_purchases(
                recorded
                    .map(|n| Purchase {
                        purchased_at: Some(Timestamp::from_secs(0)),
                        ..Purchase::new(Store::GooglePlay, user(n), order(n))
                    })
                    .collect(),
            )
            .unwrap();
        game
    }

    fn engine(&self) -> Engine {
        Engine::open(Config::from_file(self.folder.path().join("recoup.json")).unwrap()).unwrap()
    }

    fn ingest(&self, files: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recoup"));
        command
            .args(["--json", "ingest", "google-play", "--config", "recoup.json"])
            .args(["--at", &NOW.millis().to_string(), "--header", &self.header])
            .args(files)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        command
    }

    /// Has files ingested, kills the process after `lines` answers and `pause` more turns of the scheduler, and
    /// returns what it had answered by then.
    fn ingest_and_kill(&self, files: &[&str], lines: usize, pause: usize) -> Vec<Value> {
        let mut child = self.ingest(files).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut answered = Vec::new();
        let mut answer = |stdout: &mut BufReader<_>| {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            // A line that was cut off answers nothing.
            line.ends_with('\n').then(|| answered.push(serde_json::from_str(&line).unwrap())).is_some()
        };
        for _ in 0..lines {
            if !answer(&mut stdout) {
                break;
            }
        }
        (0..pause).for_each(|_| std::thread::yield_now());
        child.kill().unwrap();
        while answer(&mut stdout) {}
        child.wait().unwrap();
        answered
    }

    /// All that was answered is in the ledger, and nothing is in it twice.
    fn check(&self, answered: &BTreeSet<String>) {
        AnotherProgram::opens(&self.folder.path().join("ledger.db")).assert_sound();
        let engine = self.engine();
        for (file, order, message) in &self.requests {
            let journal = engine.order(order).unwrap().journal;
            let received = journal
                .iter()
                .filter(|entry| matches!(&entry.what, Happening::Received { notification_id, .. } if notification_id == message))
                .count();
            assert!(received <= 1, "{message} was ingested {received} times");
            assert!(received == 1 || !answered.contains(file), "{message} was answered and is lost");
        }
        let state = State::of(&engine);
        for (order, (refunds, _)) in &state.refunds {
            assert_eq!(*refunds, 1, "{order} was refunded {refunds} times");
        }
        for (user, blocks) in &state.blocks {
            assert_eq!(*blocks, 1, "{user} was blocked {blocks} times");
        }
        for events in state.events.values() {
            let once = [EventKind::Refund, EventKind::Alert, EventKind::Block];
            assert!(*events == once || *events == [EventKind::Unattributed], "{events:?}");
        }
        engine.close().unwrap();
    }
}

/// The ledger's content, except what depends on the time of each report.
#[derive(Debug, PartialEq, Eq)]
struct State {
    refunds: BTreeMap<String, (usize, String)>,
    blocks: BTreeMap<String, usize>,
    /// Of each refund, by its order.
    events: BTreeMap<String, Vec<EventKind>>,
}

impl State {
    fn of(engine: &Engine) -> Self {
        let mut state = Self { refunds: BTreeMap::new(), blocks: BTreeMap::new(), events: BTreeMap::new() };
        for refund in engine.refunds(&RefundFilter::default(), None, 1000).unwrap().items {
            let reported = format!("{:?} {:?} {:?}", refund.user, refund.case, refund.decision);
            let entry = state.refunds.entry(refund.case.about.order_id.unwrap()).or_insert((0, reported));
            entry.0 += 1;
        }
        for block in engine.blocks(true, None, 1000).unwrap().items {
            assert!(engine.is_blocked(&block.user));
            *state.blocks.entry(block.user).or_default() += 1;
        }
        for event in engine.poll(1000).unwrap() {
            let order = event.refund.unwrap().case.about.order_id.unwrap();
            state.events.entry(order).or_default().push(event.kind);
        }
        state
    }
}

fn order(n: usize) -> String {
    format!("GPA.{n}")
}

fn user(n: usize) -> String {
    format!("user-{n}")
}

#[test]
fn killed_at_any_moment_it_loses_nothing_answered_and_applies_nothing_twice() {
    let game = Game::new();
    let mut answered = BTreeSet::new();
    for round in 0.. {
        // What was not answered the store sends again.
        let left: Vec<&str> = game
            .requests
            .iter()
            .map(|(file, ..)| file.as_str())
            .filter(|file| !answered.contains(*file))
            .collect();
        if left.is_empty() {
            break;
        }
        let (lines, pause) = ([0, 1, 3, 0, 7, 2][round % 6], round * 97 % 1500);
        for answer in game.ingest_and_kill(&left, lines, pause) {
            assert_eq!((&answer["outcome"], &answer["http_status"]), (&json!("accepted"), &json!(200)));
            answered.insert(answer["file"].as_str().unwrap().to_owned());
        }
        game.check(&answered);
    }

    let undisturbed = Game::new();
    let files: Vec<&str> = undisturbed.requests.iter().map(|(file, ..)| file.as_str()).collect();
    assert!(undisturbed.ingest(&files).output().unwrap().status.success());
    undisturbed.check(&files.iter().map(|file| (*file).to_owned()).collect());
    let (game, undisturbed) = (game.engine(), undisturbed.engine());
    assert_eq!(State::of(&game), State::of(&undisturbed));
}
