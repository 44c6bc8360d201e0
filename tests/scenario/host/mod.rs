//! Plays a scenario through the crate; README.md describes the commands. What C has and the crate leaves to its host
//! (registered callbacks, a dispatcher, submitted requests, numbers for errors and kinds) is made here, by the header.

mod books;
mod callbacks;
mod commands;
mod decisions;
mod http;
mod log;
mod printed;
mod purchases;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use recoup::gateway::{Gateway, GatewayError, GatewayOptions};
use recoup::transport::{HttpRequest, HttpResponse, Secret, Transport, TransportError};
use recoup::{
    AttributedBy, Config, ConsumptionOf, DoctorOptions, Engine, EngineOptions, Environment, Error, Event,
    EventKind, Grant, Handled, LedgerError, ManualClock, MeaningKind, Outcome, OutcomeKind, Page,
    ProductType, Purchase, PurchaseExtras, PurchaseOutcome, ReconcileOptions, RefundFilter, RefundOrder,
    Request, ReviewFilter, RevokeSubscription, SignedPurchase, Span, Store, StoreActionFilter, Timestamp,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use callbacks::*;
use http::*;
use printed::*;

/// A failure as C sees it: status, code, whether to try again, and what to answer a store.
struct Failure(i32, String, bool, u16);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match &error {
            Error::Config(_) => 2,
            Error::Ledger(LedgerError::Closed) => 6,
            Error::Ledger(LedgerError::BackupExists { .. }) => 1,
            Error::Ledger(_) => 3,
            Error::PurchaseOfAnotherUser { .. } => 8,
            Error::SignedPurchase(_) => 23,
            Error::UnknownEvent { .. } | Error::UnknownOrder { .. } | Error::UnknownRefund { .. } => 7,
            Error::Refused { code, .. } if code.starts_with("unknown_") => 7,
            Error::Refused { code, .. } if !code.starts_with("bad_") => 24,
            Error::Api(_) => 16,
            _ => 1,
        };
        Self(status, error.code().to_owned(), error.is_retryable(), error.http_status())
    }
}

fn argument(code: &str) -> Failure {
    Failure(1, code.to_owned(), false, 500)
}

fn not_found() -> Failure {
    Failure(7, "not_found".to_owned(), false, 500)
}

type Played = Result<String, Failure>;

/// Plays the folder's scenario; what a host prints.
pub fn play(folder: &Path) -> std::io::Result<String> {
    let mut host = Host::new(folder);
    let mut out = String::new();
    for line in fs::read_to_string(folder.join("scenario.txt"))?.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        writeln!(out, "> {line}").unwrap();
        let words = host.split(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match host.command(&words) {
            Ok(printed) => out.push_str(&printed),
            Err(Failure(status, code, retryable, http)) => {
                writeln!(out, "error {status} {code} {} {http}", u8::from(retryable)).unwrap();
            }
        }
    }
    host.free();
    Ok(out)
}

/// What is registered: the callbacks' user data and answers by kind, with "event" for every other kind.
type Registered = BTreeMap<String, (usize, Handled)>;

struct Host<'a> {
    folder: &'a Path,
    engine: Option<Arc<Engine>>,
    clock: Arc<ManualClock>,
    registered: Arc<Mutex<Registered>>,
    kept: Arc<Mutex<(String, usize)>>,
    awaited: usize,
    last_data: usize,
    /// The clock's data, while an engine has it.
    clock_data: Option<usize>,
    log_data: Option<usize>,
    /// The transport's, likewise.
    transport_data: Option<usize>,
    transport: Arc<HostTransport>,
    gateway: Option<Gateway>,
    destroyed: Vec<usize>,
    /// Those that were issued, for they are others each time.
    tags: Vec<String>,
    dispatcher: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
    done: (Sender<Done>, Arc<Mutex<Receiver<Done>>>),
}

type Done = (u64, Result<Outcome, Failure>);

impl<'a> Host<'a> {
    fn new(folder: &'a Path) -> Self {
        let (sender, receiver) = channel();
        Self {
            folder,
            engine: None,
            clock: Arc::new(ManualClock::new(Timestamp::from_millis(0))),
            registered: Arc::default(),
            kept: Arc::default(),
            awaited: 0,
            last_data: 0,
            clock_data: None,
            log_data: None,
            transport_data: None,
            transport: Arc::default(),
            gateway: None,
            destroyed: Vec::new(),
            tags: Vec::new(),
            dispatcher: None,
            done: (sender, Arc::new(Mutex::new(receiver))),
        }
    }

    /// Splits a line; `@file` becomes what the file holds.
    fn split(&self, line: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut rest = line;
        while !rest.is_empty() {
            let (word, left) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap(),
                None => rest.split_once(' ').unwrap_or((rest, "")),
            };
            words.push(match word.strip_prefix('@') {
                Some(file) => self.text(file).trim_end_matches('\n').to_owned(),
                None => word.to_owned(),
            });
            rest = left.trim_start_matches(' ');
        }
        words
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap()
    }

    fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    fn next_data(&mut self) -> usize {
        self.last_data += 1;
        self.last_data
    }

    fn command(&mut self, words: &[&str]) -> Played {
        match *words {
            ["version"] => line(env!("CARGO_PKG_VERSION")),
            ["clock", ms] => {
                self.clock.set(Timestamp::from_millis(number(ms)));
                Ok(String::new())
            }
            ["open", how] => self.open(how),
            ["close"] => {
                self.engine().close()?;
                line("ok")
            }
            ["free"] => {
                let before = self.destroyed.len();
                self.free();
                line(format_args!("freed, {} destructors", self.destroyed.len() - before))
            }
            ["purchase", ..] => self.purchase(&words[1..]),
            ["signed_purchase", store, user, data, signature, ..] => {
                self.signed_purchase(store, user, data.as_bytes(), signature, &words[5..])
            }
            ["account_tag", store, user] => {
                let store: Store = store.parse().map_err(|_| argument("unknown_store"))?;
                let tag = self.engine().account_tag(&store, user)?;
                assert!(tag.len() == 36 && tag.as_bytes()[8] == b'-', "{tag} is no UUID");
                let known = self.tags.iter().position(|other| *other == tag);
                let n = known.unwrap_or_else(|| {
                    self.tags.push(tag);
                    self.tags.len() - 1
                });
                line(format_args!("tag {}", n + 1))
            }
            ["purchases", json] => {
                let purchases: Vec<Purchase> =
                    serde_json::from_str(json).map_err(|_| argument("bad_json"))?;
                let outcomes = self.engine().record_purchases(purchases)?;
                let new = outcomes.iter().filter(|outcome| **outcome == PurchaseOutcome::Recorded).count();
                line(format_args!("new {new}"))
            }
            ["ingest", store, name] => {
                let store: Store = store.parse().map_err(|_| argument("unknown_store"))?;
                let outcome = ingest(self.engine(), &store, &self.request(name))?;
                line(format_args!("outcome {}\n{}", numbers(&outcome), json(&outcome)))
            }
            ["submit", store, name, tag] => self.submit(store, name, tag.parse().unwrap()),
            ["completions", count] => {
                let mut out = String::new();
                for _ in 0..number(count) {
                    let done = self.done.1.lock().unwrap().recv().unwrap();
                    writeln!(out, "{}\n[{}]", completion(&done), details(&done)).unwrap();
                }
                Ok(out)
            }
            ["message", message, body] => {
                let message = serde_json::from_str(message).map_err(|_| argument("bad_json"))?;
                let outcome = self.engine().record_message(message, body.as_bytes())?;
                line(format_args!("outcome {}\n{}", numbers(&outcome), json(&outcome)))
            }
            ["is_blocked", user] => line(u8::from(self.engine().is_blocked(user))),
            ["block", user, ms, who, why] => {
                let span = Some(ms).filter(|ms| *ms != "-").map(|ms| Span::from_millis(number(ms)));
                line(format_args!("block {}", self.engine().block(user, span, who, why)?.id))
            }
            ["unblock", user, who, why] => {
                line(format_args!("ended {}", self.engine().unblock(user, who, why)?))
            }
            ["expire"] => {
                self.engine().expire_blocks()?;
                line("ok")
            }
            ["poll", limit] => {
                self.check_free()?;
                let events = self.engine().poll(limit.parse().unwrap())?;
                let lines: String = events.iter().map(|event| format!("{}\n", show(event))).collect();
                line(format_args!("{lines}{}", json(&events)))
            }
            ["ack", id] => {
                self.engine().ack(number(id))?;
                line("ok")
            }
            ["on", kind, ref answer @ ..] => {
                let handled = if *answer == ["later"] { Handled::Later } else { Handled::Done };
                let data = self.next_data();
                let before = self.registered.lock().unwrap().insert(kind.to_owned(), (data, handled));
                self.destroyed.extend(before.map(|(data, _)| data));
                line("ok")
            }
            ["off", kind] => {
                let before = self.registered.lock().unwrap().remove(kind);
                self.destroyed.extend(before.map(|(data, _)| data));
                line("ok")
            }
            ["tick", _] => {
                self.check_free()?;
                let handled = self.engine().tick(Duration::MAX, teller(&self.registered, &self.kept))?;
                self.awaited += handled;
                Ok(format!("{}handled {handled}\n", self.take_kept()))
            }
            ["dispatcher", "start"] => {
                self.check_free()?;
                self.dispatch();
                line("ok")
            }
            ["dispatcher", _] => {
                self.stop();
                line("ok")
            }
            ["await", calls] => {
                self.awaited += usize::try_from(number(calls)).unwrap();
                while self.kept.lock().unwrap().1 < self.awaited {
                    std::thread::yield_now();
                }
                Ok(self.take_kept())
            }
            ["wait", ms] => {
                let ready = self.engine().wait(Duration::from_millis(ms.parse().unwrap()));
                line(format_args!("ready {}", u8::from(ready)))
            }
            ["log", level] => {
                let data = if level == "off" { None } else { Some(self.next_data()) };
                self.destroyed.extend(std::mem::replace(&mut self.log_data, data));
                log::set(level);
                line("ok")
            }
            ["heard"] => Ok(log::take()),
            ["destroyed"] => {
                self.destroyed.sort_unstable();
                let numbers: String = self.destroyed.drain(..).map(|data| format!(" {data}")).collect();
                line(format_args!("destroyed{numbers}"))
            }
            ["answer", "failure", failure] => {
                self.transport.answers.lock().unwrap().push_back(Answer::Failure(number(failure)));
                Ok(String::new())
            }
            ["answer", status, body] => {
                let answer = Answer::Response(status.parse().unwrap(), body.to_owned());
                self.transport.answers.lock().unwrap().push_back(answer);
                Ok(String::new())
            }
            ["asked"] => {
                Ok(decisions::lasting(&std::mem::take(&mut *self.transport.requests.lock().unwrap())))
            }
            ["listen", address, options] => self.listen(address, options),
            ["unlisten"] => {
                if let Some(gateway) = self.gateway.take() {
                    gateway.shutdown();
                }
                self.let_go();
                line("ok")
            }
            _ => self.store_command(words),
        }
    }

    fn open(&mut self, how: &str) -> Played {
        let config = match how {
            "bad" => Config::from_json(br#"{"no": 1}"#, self.folder),
            "with_transport" => Config::from_json(self.text("config-api.json").as_bytes(), self.folder),
            "json" | "with_json" => Config::from_json(self.text("config.json").as_bytes(), self.folder),
            _ => Config::from_file(self.folder.join("config.json")),
        }
        .map_err(Error::from)?;
        let mut options = EngineOptions::new();
        if how.starts_with("with") {
            self.clock_data = Some(self.next_data());
            options = options.clock(Arc::clone(&self.clock));
        }
        if how == "with_transport" {
            self.transport_data = Some(self.next_data());
            options = options.transport(Arc::<HostTransport>::clone(&self.transport)).background(false);
        }
        self.engine = Some(Arc::new(options.open(config)?));
        line("ok")
    }

    fn free(&mut self) {
        self.stop();
        if let Some(engine) = self.engine.take() {
            engine.close().unwrap();
        }
        // What a closed engine still held is gone with it.
        self.kept.lock().unwrap().0.clear();
        let registered = std::mem::take(&mut *self.registered.lock().unwrap());
        self.destroyed.extend(registered.into_values().map(|(data, _)| data));
        self.let_go();
    }

    /// Header fields and body from the request's files.
    fn request(&self, name: &str) -> (Vec<(String, String)>, Vec<u8>) {
        let headers = self.text(&format!("{name}.headers"));
        let headers = headers.lines().filter_map(|line| line.split_once(": "));
        (
            headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            fs::read(self.folder.join(format!("{name}.body"))).unwrap(),
        )
    }
}

fn ingest(
    engine: &Engine,
    store: &Store,
    (headers, body): &(Vec<(String, String)>, Vec<u8>),
) -> Result<Outcome, Error> {
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    engine.ingest(store, &Request { headers: &headers, body })
}

fn number(text: &str) -> i64 {
    text.parse().unwrap()
}
