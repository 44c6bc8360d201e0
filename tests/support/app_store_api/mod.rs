//! The App Store Server API on loopback, in both environments: it checks tokens and every request member by member, and
//! answers as Apple's documentation says.

pub mod consumption;
pub mod history;
pub mod token;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use recoup::app_store::{AppStoreApp, AppStoreEnvironment};
use recoup::testing::AppStore;
use recoup::{Clock as _, Span, SystemClock, Timestamp};
use serde_json::{Map, Value, json};

use crate::http_server::{HttpServer, Received, Reply};
use crate::wire::{self, decoded, pairs};
use consumption::{Kind, check_v1, check_v2};
use history::Sent;
use token::{ISSUER_ID, IssuedKey, KEY_ID};

/// Apple's server clock.
pub const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// An error answer: status, `errorCode`, `errorMessage`.
#[derive(Clone, Copy, Debug)]
pub struct Fault(pub u16, pub i64, pub &'static str);

/// Apple's two environments, one key of App Store Connect, and the folder with the file of it.
pub struct AppStoreServers {
    pub production: Environment,
    pub sandbox: Environment,
    pub key: Arc<IssuedKey>,
    folder: tempfile::TempDir,
}

/// One environment: its signer, its data, and its server.
pub struct Environment {
    pub store: AppStore,
    pub server: HttpServer,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
pub struct Known {
    pub now: Option<Timestamp>,
    /// Whether its clock is this machine's instead.
    pub keeps_time: bool,
    /// Signed transactions and what they are, by id.
    pub transactions: BTreeMap<String, (String, Kind)>,
    /// A customer's refunds, in the order of revocation.
    pub refunds: Vec<String>,
    pub sent: Vec<Sent>,
    /// Bodies taken as consumption information, with their paths.
    pub consumption: Vec<(String, Value)>,
    /// Test notifications, by token.
    pub tests: BTreeMap<String, Sent>,
    /// Sent in place of the right answers, in turn.
    pub instead: VecDeque<Reply>,
    /// The path that is not answered when something is next done at it.
    pub never_answers: Option<String>,
}

impl AppStoreServers {
    pub fn start() -> Self {
        let key = Arc::new(IssuedKey::new());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key.p8"), key.p8()).unwrap();
        let production = Environment::start(AppStoreEnvironment::Production, &key);
        let sandbox = Environment::start(AppStoreEnvironment::Sandbox, &key);
        Self { production, sandbox, key, folder }
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The configuration's section for the app.
    pub fn section(&self) -> Value {
        json!({
            "bundle_id": self.production.store.bundle_id,
            "app_apple_id": self.production.store.app_apple_id,
            "api": {
                "issuer_id": ISSUER_ID,
                "key_id": KEY_ID,
                "private_key": "key.p8",
                "production_url": self.production.server.url().expose(),
                "sandbox_url": self.sandbox.server.url().expose(),
            },
        })
    }

    /// What verifies either environment's messages.
    pub fn apps(&self) -> Vec<AppStoreApp> {
        [&self.production, &self.sandbox]
            .map(|environment| AppStoreApp {
                environments: vec![environment.store.environment],
                ..environment.store.app()
            })
            .to_vec()
    }
}

impl Environment {
    fn start(name: AppStoreEnvironment, key: &Arc<IssuedKey>) -> Self {
        let mut store = AppStore::new().unwrap();
        store.environment = name;
        let known = Arc::new(Mutex::new(Known::default()));
        let (bundle_id, key, knowing) = (store.bundle_id.clone(), Arc::clone(key), Arc::clone(&known));
        let window = Span::from_days(if name == AppStoreEnvironment::Production { 180 } else { 30 });
        let server = HttpServer::start(move |n, request| {
            let mut known = knowing.lock().unwrap();
            let now = if known.keeps_time { SystemClock.now() } else { known.now.unwrap_or(NOW) };
            let token = request.header("Authorization").and_then(|value| value.strip_prefix("Bearer "));
            if token.is_none_or(|token| key.fault(token, &bundle_id, now).is_some()) {
                return text(401, "Unauthenticated\n\nRequest ID: AAAA.0.0\n");
            }
            if let Some(reply) = known.instead.pop_front() {
                return reply;
            }
            let answered = known.answer(request, n, window, now);
            let unanswered = |path: &mut String| request.line.contains(path.as_str());
            if answered.is_ok() && known.never_answers.take_if(unanswered).is_some() {
                return Reply::Silence;
            }
            match answered {
                Ok((status, None)) => Reply::Answer(status, Vec::new(), Vec::new()),
                Ok((status, Some(body))) => wire::json(status, &body),
                Err(fault) => fault_reply(fault),
            }
        });
        Self { store, server, known }
    }

    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }

    /// Makes a transaction known.
    pub fn sell(&self, transaction: &Value, kind: Kind) {
        let id = transaction["transactionId"].as_str().unwrap().to_owned();
        self.known().transactions.insert(id, (self.store.sign(transaction).unwrap(), kind));
    }
}

type Answered = Result<(u16, Option<Value>), Fault>;

impl Known {
    fn answer(&mut self, request: &Received, n: usize, window: Span, now: Timestamp) -> Answered {
        let mut line = request.line.split(' ');
        let (method, target) = (line.next().unwrap(), line.next().unwrap());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = pairs(query);
        let path: Vec<String> = path.split('/').skip(1).map(decoded).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if request.header("Accept") != Some("application/json") {
            return Err(Fault(406, 4_060_000, "Not acceptable."));
        }
        match (method, &path[..]) {
            ("PUT", ["inApps", version @ ("v1" | "v2"), "transactions", "consumption", id]) => {
                none_but(&query, &[])?;
                let body = body(request)?;
                let kind = self.transactions.get(*id).ok_or(NO_TRANSACTION)?.1;
                if *version == "v2" {
                    check_v2(body.clone(), kind)?
                } else {
                    check_v1(body.clone())?
                }
                self.consumption.push((path.join("/"), Value::Object(body)));
                Ok((202, None))
            }
            ("GET", ["inApps", "v1", "transactions", id]) => {
                none_but(&query, &[])?;
                no_body(request)?;
                let signed = &self.transactions.get(*id).ok_or(NO_TRANSACTION)?.0;
                Ok((200, Some(json!({"signedTransactionInfo": signed}))))
            }
            ("GET", ["inApps", "v2", "refund", "lookup", id]) => {
                none_but(&query, &["revision"])?;
                no_body(request)?;
                self.transactions.get(*id).ok_or(NO_TRANSACTION)?;
                self.refund_history(query.first().map(|(_, revision)| revision.as_str()))
            }
            ("POST", ["inApps", "v1", "notifications", "history"]) => {
                none_but(&query, &["paginationToken"])?;
                let token = query.first().map(|(_, token)| token.as_str());
                Ok((200, Some(history::answer(&self.sent, &body(request)?, token, window, now)?)))
            }
            ("POST", ["inApps", "v1", "notifications", "test"]) => {
                none_but(&query, &[])?;
                no_body(request)?;
                if self.tests.is_empty() {
                    return Err(Fault(
                        404,
                        4_040_007,
                        "No App Store Server Notification URL found for provided app.",
                    ));
                }
                Ok((200, Some(json!({"testNotificationToken": self.tests.keys().next()}))))
            }
            ("GET", ["inApps", "v1", "notifications", "test", token]) => {
                none_but(&query, &[])?;
                no_body(request)?;
                let sent =
                    self.tests.get(*token).ok_or(Fault(404, 4_040_008, "Test notification not found."))?;
                let attempts: Vec<Value> = sent
                    .attempts
                    .iter()
                    .map(|(at, result)| json!({"attemptDate": at.millis(), "sendAttemptResult": result}))
                    .collect();
                Ok((200, Some(json!({"signedPayload": sent.signed_payload, "sendAttempts": attempts}))))
            }
            _ => Err(Fault(
                404,
                4_040_000,
                if n == 0 { "No such resource." } else { "No such resource here." },
            )),
        }
    }

    /// A revision is where a page ended.
    fn refund_history(&self, revision: Option<&str>) -> Answered {
        let from = match revision {
            None => 0,
            Some(revision) => revision
                .strip_prefix("r=")
                .and_then(|place| place.parse().ok())
                .filter(|place| *place <= self.refunds.len())
                .ok_or(Fault(400, 4_000_005, "Invalid request revision."))?,
        };
        let to = (from + 20).min(self.refunds.len());
        let answer = json!({
            "signedTransactions": self.refunds[from..to],
            "revision": format!("r={to}"),
            "hasMore": to < self.refunds.len(),
        });
        Ok((200, Some(answer)))
    }
}

const NO_TRANSACTION: Fault = Fault(404, 4_040_010, "Transaction id not found.");

fn none_but(query: &[(String, String)], known: &[&str]) -> Result<(), Fault> {
    let fine = query.len() <= known.len() && query.iter().all(|(name, _)| known.contains(&name.as_str()));
    if fine { Ok(()) } else { Err(Fault(400, 4_000_000, "Bad request: the query.")) }
}

fn body(request: &Received) -> Result<Map<String, Value>, Fault> {
    if request.header("Content-Type") != Some("application/json") {
        return Err(Fault(415, 4_150_000, "Unsupported media type."));
    }
    serde_json::from_slice(&request.body).map_err(|_| Fault(400, 4_000_000, "Bad request: the body."))
}

fn no_body(request: &Received) -> Result<(), Fault> {
    if request.body.is_empty() { Ok(()) } else { Err(Fault(400, 4_000_000, "Bad request: there is a body.")) }
}

pub fn fault_reply(Fault(status, code, message): Fault) -> Reply {
    wire::json(status, &json!({"errorCode": code, "errorMessage": message}))
}

pub fn text(status: u16, text: &str) -> Reply {
    Reply::Answer(status, Vec::new(), text.as_bytes().to_vec())
}
