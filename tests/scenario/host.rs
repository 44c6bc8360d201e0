//! Plays a scenario through the crate; README.md says what the commands do. What C has and the crate leaves to its host
//! (registered callbacks, a dispatcher, submitted requests, numbers for errors and kinds) is made here, by the header.

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
            Error::UnknownEvent { .. } | Error::UnknownOrder { .. } => 7,
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
                let says = if *answer == ["later"] { Handled::Later } else { Handled::Done };
                let data = self.next_data();
                let before = self.registered.lock().unwrap().insert(kind.to_owned(), (data, says));
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
            ["asked"] => Ok(std::mem::take(&mut self.transport.asked.lock().unwrap())),
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

    fn store_command(&mut self, words: &[&str]) -> Played {
        let engine = self.engine();
        let after = |text: &str| Some(number(text)).filter(|after| *after != 0);
        let document = match *words {
            ["issue_refund", asked] => {
                let Asked { order, who, why, key }: Asked<RefundOrder> = read(asked)?;
                json(&engine.issue_refund(order, &who, &why, key.as_deref())?)
            }
            ["revoke", asked] => {
                let Asked { order, who, why, key }: Asked<RevokeSubscription> = read(asked)?;
                json(&engine.revoke_subscription(order, &who, &why, key.as_deref())?)
            }
            ["report", order, report] => {
                json(&engine.report_consumption(ConsumptionOf::Order(order), read(report)?)?)
            }
            ["reconcile", options] => {
                let options: ReconcileOptions = read(options)?;
                let mut lines = String::new();
                let result = engine
                    .reconcile(&options, |so_far| writeln!(lines, "progress {}", json(so_far)).unwrap())?;
                lines + &json(&result)
            }
            ["reconcile_order", store, app, order] => {
                let store: Store = store.parse().map_err(|_| argument("unknown_store"))?;
                json(&engine.reconcile_order(&store, Some(app).filter(|app| !app.is_empty()), order)?)
            }
            ["transfer", store, order, to_user, who, why] => {
                let store = Some(store).filter(|store| !store.is_empty()).map(|store| store.parse::<Store>());
                let store = store.transpose().map_err(|_| argument("unknown_store"))?;
                json(&engine.transfer_purchase(store.as_ref(), order, to_user, who, why)?)
            }
            ["backup", name] => {
                engine.backup(self.folder.join(name))?;
                "ok".to_owned()
            }
            ["doctor", options] => {
                #[derive(Default, Deserialize)]
                #[serde(deny_unknown_fields, default)]
                struct Asked {
                    app_store_test_notification: bool,
                }
                let Asked { app_store_test_notification } = read(options)?;
                let options = DoctorOptions::new().app_store_test_notification(app_store_test_notification);
                let mut lines = String::new();
                let report =
                    engine.doctor(&options, |finding| writeln!(lines, "progress {}", json(finding)).unwrap());
                (lines + &json(&report)).replace(self.folder.to_str().unwrap(), "FOLDER")
            }
            ["work"] => json(&engine.work()?),
            ["action", id] => json(&engine.action(number(id))?.ok_or_else(not_found)?),
            ["actions", filter, from, limit] => {
                let filter: StoreActionFilter = read(filter)?;
                page(&engine.actions(&filter, after(from), limit.parse().unwrap())?)
            }
            ["reviews", filter, from, limit] => {
                let filter: ReviewFilter = read(filter)?;
                page(&engine.reviews(&filter, after(from), limit.parse().unwrap())?)
            }
            ["review_figures", since] => json(&engine.review_figures(Timestamp::from_millis(number(since)))?),
            _ => return self.query(words),
        };
        line(document)
    }

    fn listen(&mut self, address: &str, options: &str) -> Played {
        #[derive(Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct Options {
            path_secret: Option<String>,
            grace: Option<Span>,
        }
        let address = address.parse().map_err(|_| argument("bad_address"))?;
        let given: Options = if options.is_empty() { Options::default() } else { read(options)? };
        let mut options = GatewayOptions::new();
        let code = |error: GatewayError| {
            argument(match error {
                GatewayError::Public { .. } => "public_address",
                GatewayError::PathSecret { .. } => "bad_path_secret",
                other => panic!("{other}"),
            })
        };
        if let Some(secret) = given.path_secret {
            options = options.path_secret(&Secret::new(secret)).map_err(code)?;
        }
        if let Some(grace) = given.grace {
            options = options.grace(Duration::from_millis(grace.millis().unsigned_abs()));
        }
        let engine = Arc::clone(self.engine.as_ref().unwrap());
        let gateway = Gateway::bind(engine, address, options).map_err(code)?;
        assert!(gateway.local_addr().ip().is_loopback() && gateway.local_addr().port() != 0);
        self.gateway = Some(gateway);
        line("listening")
    }

    /// Clock and transport end with the engine, or with the gateway that is left of it.
    fn let_go(&mut self) {
        if self.engine.is_none() && self.gateway.is_none() {
            self.destroyed.extend(self.clock_data.take());
            self.destroyed.extend(self.transport_data.take());
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
        let registered = std::mem::take(&mut *self.registered.lock().unwrap());
        self.destroyed.extend(registered.into_values().map(|(data, _)| data));
        self.let_go();
    }

    fn signed_purchase(
        &self,
        store: &str,
        user: &str,
        data: &[u8],
        signature: &str,
        more: &[&str],
    ) -> Played {
        let store: Store = store.parse().map_err(|_| argument("unknown_store"))?;
        let mut extras = PurchaseExtras::default();
        let (mut micros, mut currency) = (0, "");
        for (name, value) in more.iter().map(|word| word.split_once('=').unwrap()) {
            match name {
                "environment" => {
                    let which = [Environment::Production, Environment::Sandbox];
                    extras.environment = which.get(usize::try_from(number(value)).unwrap() - 1).copied();
                }
                "product_type" => extras.product_type = (value == "1").then_some(ProductType::Consumable),
                "price_micros" => micros = number(value),
                "price_currency" => currency = value,
                "grant" => {
                    let (item, quantity) = value.split_once(':').unwrap();
                    extras.grants.push(Grant { item: item.to_owned(), quantity: number(quantity) });
                }
                // In Rust there is no place for what the store says.
                _ => return Err(argument("bad_purchase")),
            }
        }
        extras.price = (!currency.is_empty())
            .then(|| serde_json::from_value(serde_json::json!({"micros": micros, "currency": currency})))
            .transpose()
            .unwrap();
        let signed = SignedPurchase { data, signature: Some(signature) };
        let outcome = self.engine().record_signed_purchase(&store, user, &signed, extras)?;
        line(format_args!("outcome {}", code_of(outcome)))
    }

    fn purchase(&self, words: &[&str]) -> Played {
        let mut members = serde_json::Map::new();
        let (mut micros, mut currency, mut grants) = (None, None, Vec::new());
        for (name, value) in words.iter().map(|word| word.split_once('=').unwrap()) {
            let worded =
                |words: &[&str]| words[usize::try_from(number(value)).unwrap() - 1].to_owned().into();
            let member = match name {
                "environment" => worded(&["production", "sandbox"]),
                "product_type" => worded(&["consumable", "non_consumable", "one_time", "subscription"]),
                "quantity" => number(value).into(),
                "purchased_at_ms" => {
                    members.insert("purchased_at".to_owned(), number(value).into());
                    continue;
                }
                "price_micros" => {
                    micros = Some(number(value));
                    continue;
                }
                "price_currency" => {
                    currency = Some(value);
                    continue;
                }
                "grant" => {
                    let (item, quantity) = value.split_once(':').unwrap();
                    grants.push(Grant { item: item.to_owned(), quantity: number(quantity) });
                    continue;
                }
                _ => value.into(),
            };
            members.insert(name.to_owned(), member);
        }
        if let (Some(micros), Some(currency)) = (micros, currency) {
            members.insert("price".to_owned(), serde_json::json!({"micros": micros, "currency": currency}));
        }
        if members["store"].as_str().unwrap().parse::<Store>().is_err() {
            return Err(argument("unknown_store"));
        }
        let mut purchase: Purchase = serde_json::from_value(members.into()).unwrap();
        purchase.grants = grants;
        line(format_args!("outcome {}", code_of(self.engine().record_purchase(purchase)?)))
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

    fn submit(&self, store: &str, name: &str, tag: u64) -> Played {
        let store: Store = store.parse().map_err(|_| argument("unknown_store"))?;
        let (engine, request) = (Arc::clone(self.engine.as_ref().unwrap()), self.request(name));
        let (sender, registered) = (self.done.0.clone(), Arc::clone(&self.registered));
        let kept = Arc::clone(&self.kept);
        let worker = std::thread::spawn(move || {
            let done = (tag, ingest(&engine, &store, &request).map_err(Failure::from));
            let callback = registered.lock().unwrap().get("completion").copied();
            match callback {
                Some((data, _)) => keep(&kept, &format!("{data} {} {}", completion(&done), details(&done))),
                None => sender.send(done).unwrap(),
            }
        });
        worker.join().unwrap();
        line("ok")
    }

    fn check_free(&self) -> Result<(), Failure> {
        match self.dispatcher {
            None => Ok(()),
            Some(_) => Err(Failure(14, "pumping".to_owned(), true, 500)),
        }
    }

    fn dispatch(&mut self) {
        let stop = Arc::new(AtomicBool::new(false));
        let (engine, reported) = (Arc::clone(self.engine.as_ref().unwrap()), Arc::clone(&stop));
        let (registered, kept) = (Arc::clone(&self.registered), Arc::clone(&self.kept));
        let thread = std::thread::spawn(move || {
            while !reported.load(Ordering::SeqCst) {
                if engine.wait(Duration::from_millis(50)) {
                    engine.tick(Duration::MAX, teller(&registered, &kept)).unwrap();
                }
            }
        });
        self.dispatcher = Some((stop, thread));
    }

    fn stop(&mut self) {
        if let Some((stop, thread)) = self.dispatcher.take() {
            stop.store(true, Ordering::SeqCst);
            thread.join().unwrap();
        }
    }

    fn take_kept(&self) -> String {
        std::mem::take(&mut self.kept.lock().unwrap().0)
    }

    fn query(&self, words: &[&str]) -> Played {
        let engine = self.engine();
        let after = |text: &str| Some(number(text)).filter(|after| *after != 0);
        let document = match *words {
            ["refund", id] => json(&engine.refund(number(id))?.ok_or_else(not_found)?),
            ["event", id] => json(&engine.event(number(id))?.ok_or_else(not_found)?),
            ["user", user] => json(&engine.user(user)?),
            ["order", order] => json(&engine.order(order)?),
            ["stats"] => format!(
                r#"{{"blocked_users":{},"events_waiting":{}}}"#,
                engine.blocked_users(),
                engine.events_waiting()?
            ),
            ["refunds", filter, from, limit] => {
                let filter: RefundFilter = serde_json::from_str(filter).map_err(|_| argument("bad_json"))?;
                page(&engine.refunds(&filter, after(from), limit.parse().unwrap())?)
            }
            ["blocks", with_ended, from, limit] => {
                page(&engine.blocks(with_ended != "0", after(from), limit.parse().unwrap())?)
            }
            ["dead_letters", from, limit] => page(&engine.dead_letters(after(from), limit.parse().unwrap())?),
            _ => panic!("no such command: {words:?}"),
        };
        line(document)
    }
}

/// What is asked of a store, by whom, why, and under which name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked<T> {
    order: T,
    who: String,
    why: String,
    key: Option<String>,
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|_| argument("bad_json"))
}

/// Writes down what it is asked, and answers what it was asked to.
#[derive(Default)]
struct HostTransport {
    asked: Mutex<String>,
    answers: Mutex<VecDeque<Answer>>,
}

enum Answer {
    Response(u16, String),
    Failure(i64),
}

impl Transport for HostTransport {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        request.check()?;
        let names: Vec<&str> = request.exposed_headers().map(|(name, _)| name).collect();
        let body = String::from_utf8_lossy(request.body_bytes());
        let body = if body.is_empty() { "-" } else { &body };
        let (method, url, names) = (request.method(), request.url().expose(), names.join(","));
        writeln!(self.asked.lock().unwrap(), "request {method} {url} {names} {body}").unwrap();
        let (host, problem) = (request.url().host().to_owned(), "as expected".to_owned());
        match self.answers.lock().unwrap().pop_front() {
            Some(Answer::Response(status @ (301 | 302 | 303 | 307 | 308), _)) => {
                Err(TransportError::Redirect { host, status })
            }
            Some(Answer::Response(status, body)) => {
                let header = ("Content-Type".to_owned(), "application/json".to_owned());
                Ok(HttpResponse::new(status, vec![header], body.into_bytes()))
            }
            Some(Answer::Failure(2)) => Err(TransportError::Connect { host, problem }),
            Some(Answer::Failure(4)) => Err(TransportError::Tls { host, problem }),
            Some(Answer::Failure(8)) => Err(TransportError::Unsendable { host, problem }),
            Some(Answer::Failure(other)) => panic!("the scenario has no failure {other}"),
            None => Err(TransportError::Interrupted { host, problem: "nothing was said".to_owned() }),
        }
    }
}

fn page<T: Serialize>(page: &Page<T>) -> String {
    json(page)
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

/// Calls an event's own callback or else the one for every event, as the header says.
fn teller(registered: &Mutex<Registered>, kept: &Mutex<(String, usize)>) -> impl FnMut(&Event) -> Handled {
    move |event| {
        let registered = registered.lock().unwrap();
        let own = registered.get(event.kind.as_str()).or_else(|| registered.get("event")).copied();
        drop(registered);
        let Some((data, says)) = own else { return Handled::Done };
        keep(kept, &format!("{data} {}", show(event)));
        says
    }
}

fn keep(kept: &Mutex<(String, usize)>, said: &str) {
    let mut kept = kept.lock().unwrap();
    writeln!(kept.0, "callback {said}").unwrap();
    kept.1 += 1;
}

fn line(what: impl std::fmt::Display) -> Played {
    Ok(format!("{what}\n"))
}

fn number(text: &str) -> i64 {
    text.parse().unwrap()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// An event as its struct in C would be printed.
fn show(event: &Event) -> String {
    let kinds = [
        EventKind::Block,
        EventKind::Unblock,
        EventKind::Alert,
        EventKind::Refund,
        EventKind::Reversal,
        EventKind::Review,
        EventKind::Unattributed,
        EventKind::SweepGap,
    ];
    let kind = 1 + kinds.iter().position(|kind| *kind == event.kind).unwrap();
    let case = event.refund.as_ref().map(|refund| &refund.case);
    let amount = case.and_then(|case| case.amount);
    let deadline = case.and_then(|case| case.review.as_ref()).and_then(|review| review.deadline);
    format!(
        "event {} {kind} {} {} {} {} {} {} {} {} {} {}",
        event.id,
        event.refund_id.unwrap_or(0),
        event.at.millis(),
        event.attempt,
        event.block.as_ref().map_or(0, |block| block.id),
        time_or_dash(event.block.as_ref().and_then(|block| block.until)),
        time_or_dash(deadline),
        amount.map_or(0, |amount| amount.micros),
        amount.as_ref().map_or("-", |amount| amount.currency.as_str()),
        event.user.as_deref().unwrap_or("-"),
        event.refund.as_ref().and_then(|refund| refund.attributed_by).map_or(0, evidence),
    )
}

const fn evidence(by: AttributedBy) -> i32 {
    match by {
        AttributedBy::Order => 1,
        AttributedBy::Family => 2,
        AttributedBy::IssuedTag => 3,
        AttributedBy::RecordedTag => 4,
        AttributedBy::BareTag => 5,
    }
}

const fn code_of(outcome: PurchaseOutcome) -> i32 {
    match outcome {
        PurchaseOutcome::Recorded => 1,
        PurchaseOutcome::AlreadyRecorded => 2,
        PurchaseOutcome::Revoked => 4,
        _ => 3,
    }
}

fn time_or_dash(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.millis().to_string())
}

/// KIND MEANING HTTP_STATUS REFUND_ID IS_NEW.
fn numbers(outcome: &Outcome) -> String {
    let (kind, meaning) = kind_and_meaning(outcome);
    let refund = outcome.refund.unwrap_or(0);
    format!("{kind} {meaning} {} {refund} {}", outcome.http_status, u8::from(outcome.new))
}

fn kind_and_meaning(outcome: &Outcome) -> (i32, i32) {
    match &outcome.what {
        OutcomeKind::Accepted { meaning, .. } => {
            let meaning = match meaning {
                MeaningKind::Refund => 1,
                MeaningKind::Reversal => 2,
                MeaningKind::RefundDeclined => 3,
                MeaningKind::RefundRequest => 4,
                MeaningKind::Purchase => 5,
                MeaningKind::ConsentRescinded => 6,
                MeaningKind::Test => 7,
                MeaningKind::Nothing => 8,
                MeaningKind::Confirmation => 9,
                _ => 0,
            };
            (1, meaning)
        }
        OutcomeKind::DeadLetter(_) => (2, 0),
        _ => (3, 0),
    }
}

fn completion((tag, outcome): &Done) -> String {
    match outcome {
        Ok(outcome) => {
            let (kind, meaning) = kind_and_meaning(outcome);
            let (refund, status) = (outcome.refund.unwrap_or(0), outcome.http_status);
            format!("completion 0 {tag} {refund} {kind} {meaning} {status} {}", u8::from(outcome.new))
        }
        Err(Failure(status, _, _, http)) => format!("completion {status} {tag} 0 0 0 {http} 0"),
    }
}

fn details((_, outcome): &Done) -> String {
    match outcome {
        Ok(outcome) => json(outcome),
        Err(Failure(_, code, retryable, _)) => format!(r#"{{"code":"{code}","retryable":{retryable}}}"#),
    }
}

/// What the library says, formatted as for C.
mod log {
    use std::fmt::Write as _;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, OnceLock};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    static MAX: AtomicUsize = AtomicUsize::new(0);
    static HEARD: Mutex<String> = Mutex::new(String::new());

    pub fn set(level: &str) {
        static SET: OnceLock<()> = OnceLock::new();
        SET.get_or_init(|| tracing::subscriber::set_global_default(Keep).unwrap());
        MAX.store(LEVELS.iter().position(|known| *known == level).unwrap(), Ordering::SeqCst);
        tracing::callsite::rebuild_interest_cache();
    }

    pub fn take() -> String {
        std::mem::take(&mut HEARD.lock().unwrap())
    }

    fn code(level: Level) -> usize {
        match level {
            Level::ERROR => 1,
            Level::WARN => 2,
            Level::INFO => 3,
            Level::DEBUG => 4,
            Level::TRACE => 5,
        }
    }

    struct Keep;

    impl Subscriber for Keep {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target().starts_with("recoup") && code(*metadata.level()) <= MAX.load(Ordering::SeqCst)
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let mut line = Line::default();
            event.record(&mut line);
            let (level, target) = (code(*event.metadata().level()), event.metadata().target());
            writeln!(HEARD.lock().unwrap(), "log {level} {target} {}{}", line.0, line.1).unwrap();
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    #[derive(Default)]
    struct Line(String, String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            match field.name() {
                "message" => write!(self.0, "{value:?}").unwrap(),
                name => write!(self.1, " {name}={value:?}").unwrap(),
            }
        }
    }
}
