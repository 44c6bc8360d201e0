//! Google Play's server API on loopback, as its documents describe it: a token endpoint that checks assertions, and the
//! resources that Recoup uses. What is sent otherwise than documented is answered 400 and noted.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use recoup::{Clock as _, Span, SystemClock, Timestamp};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use rsa::pkcs1::EncodeRsaPublicKey as _;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use serde_json::{Map, Value, json};

use crate::emulator::{Answering, Emulator};
use crate::http_server::{Received, Reply, answer};
use crate::wire::pairs;

pub const PACKAGE: &str = "com.example.game";
pub const CLIENT_EMAIL: &str = "refunds@example-project.iam.gserviceaccount.com";

/// A service account's key: what the file has, and what Google has.
pub struct Key {
    pub id: String,
    pub pem: String,
    public: Vec<u8>,
}

impl Key {
    /// The `n`th of the process. Making one takes a moment.
    pub fn number(n: usize) -> &'static Self {
        static KEYS: [OnceLock<Key>; 2] = [const { OnceLock::new() }; 2];
        KEYS[n].get_or_init(|| {
            let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
            Self {
                id: format!("key-{n}"),
                pem: key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
                public: key.to_public_key().to_pkcs1_der().unwrap().into_vec(),
            }
        })
    }

    /// Writes the file that Google Cloud gives for it.
    pub fn write_file(&self, path: &Path, token_uri: &str) {
        let file = json!({
            "type": "service_account",
            "project_id": "example-project",
            "private_key_id": self.id,
            "private_key": self.pem,
            "client_email": CLIENT_EMAIL,
            "client_id": "100000000000000000002",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
        });
        std::fs::write(path, file.to_string()).unwrap();
    }
}

/// What is done instead of the right answer, once.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Only to paths that hold this.
    pub at: &'static str,
    pub reply: Reply,
}

/// An error answer in Google's form.
pub fn error(status: u16, reason: &str, message: &str) -> Reply {
    let body = json!({"error": {
        "code": status,
        "message": message,
        "errors": [{"message": message, "domain": "androidpublisher", "reason": reason}],
    }});
    answer(status, &body.to_string())
}

#[derive(Default)]
pub struct State {
    /// Its clock.
    pub now: Option<Timestamp>,
    /// Whether its clock is this machine's instead.
    pub keeps_time: bool,
    /// The keys it knows, by id.
    pub keys: Vec<&'static Key>,
    /// How long its tokens are good, in seconds.
    pub expires_in: i64,
    /// How many bytes its tokens have: Google pads those of service accounts with dots.
    pub token_size: usize,
    /// The tokens it has given out, with their ends.
    tokens: BTreeMap<String, Timestamp>,
    /// All rows, in the order of their recording: `(recorded, row)`.
    pub voided: Vec<(Timestamp, Value)>,
    /// Orders by their id.
    pub orders: BTreeMap<String, Value>,
    /// Purchases by their token: of one-time products, and of subscriptions.
    pub products: BTreeMap<String, Value>,
    pub subscriptions: BTreeMap<String, Value>,
    /// The requests to `refund` and `revoke`: `(what, how)`.
    pub done: Vec<(String, Value)>,
    /// The first answers to reviews, by token.
    pub reviews: BTreeMap<String, Value>,
    /// Answers instead of the right ones, in turn.
    pub faults: VecDeque<Fault>,
    /// Paths that hold this are done and never answered, once each.
    never_answered: VecDeque<&'static str>,
    /// What was sent otherwise than documented.
    pub complaints: Vec<String>,
    /// How many tokens were requested.
    pub assertions: usize,
}

pub type GoogleApi = Emulator<State>;

impl Emulator<State> {
    pub fn start(now: Timestamp) -> Self {
        let keys = vec![Key::number(0)];
        Self::run(State { now: Some(now), keys, expires_in: 3600, token_size: 1024, ..State::default() })
    }

    /// Once, answers this to the next request whose path holds `at`.
    pub fn fault(&self, at: &'static str, reply: Reply) {
        self.state.lock().unwrap().faults.push_back(Fault { at, reply });
    }

    /// Once, executes the next request whose path holds `at`, and does not answer.
    pub fn never_answer(&self, at: &'static str) {
        self.state.lock().unwrap().never_answered.push_back(at);
    }

    pub fn pass(&self, span: Span) {
        let mut state = self.state.lock().unwrap();
        state.now = state.now.map(|now| now.plus(span));
    }

    /// Takes back all tokens before their time.
    pub fn withdraw_tokens(&self) {
        self.state.lock().unwrap().tokens.clear();
    }

    pub fn complaints(&self) -> Vec<String> {
        self.state.lock().unwrap().complaints.clone()
    }
}

type Answered = Result<Reply, String>;

impl Answering for State {
    fn reply(&mut self, request: &Received) -> Reply {
        let reply = self.answer(request).unwrap_or_else(|complaint| {
            self.complaints.push(complaint.clone());
            error(400, "invalid", &complaint)
        });
        match self.never_answered.iter().position(|at| request.line.contains(at)) {
            Some(n) => self.never_answered.remove(n).map_or(reply, |_| Reply::Silence),
            None => reply,
        }
    }
}

impl State {
    fn answer(&mut self, request: &Received) -> Answered {
        if self.keeps_time {
            self.now = Some(SystemClock.now());
        }
        let [method, target, "HTTP/1.1"] = request.line.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("the request line {:?}", request.line));
        };
        if let Some(n) = self.faults.iter().position(|fault| target.contains(fault.at)) {
            return Ok(self.faults.remove(n).unwrap().reply);
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        expect("Accept", request.header("Accept"), Some("application/json"))?;
        if path == "/token" {
            return self.token(method, query, request);
        }
        if let Err(reply) = self.authorize(request) {
            return Ok(reply);
        }
        let prefix = format!("/androidpublisher/v3/applications/{PACKAGE}/");
        let Some(resource) = path.strip_prefix(&prefix) else {
            return Ok(error(
                404,
                "applicationNotFound",
                "No application was found for the given package name.",
            ));
        };
        let query = parameters(query)?;
        if resource == "purchases/voidedpurchases" {
            no_body(request)?;
            expect("method", method, "GET")?;
            return self.list(&query);
        }
        if let Some(token) = resource.strip_prefix("purchases/productsv2/tokens/") {
            expect("method", method, "GET")?;
            expect("query", &query, &Map::new())?;
            no_body(request)?;
            return Ok(purchase(self.products.get(token)));
        }
        if let Some(token) = resource.strip_prefix("purchases/subscriptionsv2/tokens/") {
            if method == "GET" {
                expect("query", &query, &Map::new())?;
                no_body(request)?;
                return Ok(purchase(self.subscriptions.get(token)));
            }
            let token = token.strip_suffix(":revoke").ok_or(format!("the path {path}"))?;
            expect("method", method, "POST")?;
            expect("query", &query, &Map::new())?;
            return self.revoke(token, &json_body(request)?);
        }
        let order = resource.strip_prefix("orders/").ok_or(format!("the path {path}"))?;
        match order.split_once(':') {
            None => {
                expect("method", method, "GET")?;
                expect("query", &query, &Map::new())?;
                no_body(request)?;
                Ok(match self.orders.get(order) {
                    Some(order) => answer(200, &order.to_string()),
                    None => error(404, "notFound", "The order was not found."),
                })
            }
            Some((order, "refund")) => {
                expect("method", method, "POST")?;
                no_body(request)?;
                self.refund(order, &query)
            }
            Some((order, "reviewrefund")) => {
                expect("method", method, "POST")?;
                expect("query", &query, &Map::new())?;
                self.review(order, json_body(request)?)
            }
            Some(_) => Err(format!("the path {path}")),
        }
    }

    /// <https://developers.google.com/identity/protocols/oauth2/service-account#httprest>
    fn token(&mut self, method: &str, query: &str, request: &Received) -> Answered {
        self.assertions += 1;
        expect("method", method, "POST")?;
        expect("query", query, "")?;
        expect("Content-Type", request.header("Content-Type"), Some("application/x-www-form-urlencoded"))?;
        let form = parameters(std::str::from_utf8(&request.body).map_err(|error| error.to_string())?)?;
        expect("members", form.keys().collect::<Vec<_>>(), vec!["assertion", "grant_type"])?;
        expect("grant_type", &form["grant_type"], &json!("urn:ietf:params:oauth:grant-type:jwt-bearer"))?;
        let assertion = form["assertion"].as_str().unwrap();
        let [header, claims, signature] = assertion.split('.').collect::<Vec<_>>()[..] else {
            return Err("the assertion's segments".to_owned());
        };
        let (header, claims) = (decoded(header)?, decoded(claims)?);
        let now = self.now.unwrap();
        let claimed = claims["iat"].as_i64().unwrap_or(0);
        let is_just_past = self.keeps_time && (0..60).contains(&(now.secs() - claimed));
        let iat = if is_just_past { claimed } else { now.secs() };
        let kid = header["kid"].as_str().unwrap_or_default().to_owned();
        expect("JWT header", &header, &json!({"alg": "RS256", "typ": "JWT", "kid": kid}))?;
        let expected = json!({
            "iss": CLIENT_EMAIL,
            "scope": "https://www.googleapis.com/auth/androidpublisher",
            "aud": "https://oauth2.googleapis.com/token",
            "iat": iat,
            "exp": iat + 3600,
        });
        expect("claims", &claims, &expected)?;
        let invalid = |why: &str| {
            let body = json!({"error": "invalid_grant", "error_description": why});
            Ok(answer(400, &body.to_string()))
        };
        let Some(key) = self.keys.iter().find(|key| key.id == kid) else {
            return invalid("Invalid JWT Signature.");
        };
        let signed = &assertion[..assertion.rfind('.').unwrap()];
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|error| error.to_string())?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &key.public);
        if key.verify(signed.as_bytes(), &signature).is_err() {
            return invalid("Invalid JWT Signature.");
        }
        let token = format!("{:.<size$}", format!("ya29.token-{}", self.assertions), size = self.token_size);
        self.tokens.insert(token.clone(), now.plus(Span::from_millis(self.expires_in * 1000)));
        let body = json!({"access_token": token, "expires_in": self.expires_in, "token_type": "Bearer"});
        Ok(answer(200, &body.to_string()))
    }

    fn authorize(&self, request: &Received) -> Result<(), Reply> {
        let token = request.header("Authorization").and_then(|value| value.strip_prefix("Bearer "));
        let end = token.and_then(|token| self.tokens.get(token)).copied();
        match end {
            Some(end) if self.now.unwrap() < end => Ok(()),
            _ => {
                let message = "Request had invalid authentication credentials.";
                let body = json!({"error": {"code": 401, "message": message, "status": "UNAUTHENTICATED"}});
                Err(answer(401, &body.to_string()))
            }
        }
    }

    /// Pages of at most 1000 by token, which holds where the next one begins and what was requested.
    fn list(&self, query: &Map<String, Value>) -> Answered {
        let parameter = |name: &str| query.get(name).and_then(Value::as_str);
        expect("type", parameter("type"), Some("1"))?;
        expect("partial", parameter("includeQuantityBasedPartialRefund"), Some("true"))?;
        expect("maxResults", parameter("maxResults"), Some("1000"))?;
        let now = self.now.unwrap();
        let millis = |name: &str, text: Option<&str>, default: i64| match text {
            Some(text) => text.parse::<i64>().map_err(|error| format!("{name}: {error}")),
            None => Ok(default),
        };
        let oldest = now.millis() - 30 * 24 * 3_600_000;
        let (from, start, end) = match parameter("token") {
            Some(token) => {
                expect("members", query.len(), 4)?;
                let parts: Vec<i64> = token.split('/').filter_map(|part| part.parse().ok()).collect();
                let [from, start, end] = parts[..] else { return Ok(error(400, "invalid", "bad token")) };
                (from, start, end)
            }
            None => {
                let known =
                    ["type", "includeQuantityBasedPartialRefund", "maxResults", "startTime", "endTime"];
                if let Some(other) = query.keys().find(|name| !known.contains(&name.as_str())) {
                    return Err(format!("the parameter {other}"));
                }
                (
                    0,
                    millis("startTime", parameter("startTime"), oldest)?,
                    millis("endTime", parameter("endTime"), now.millis())?,
                )
            }
        };
        // A listing continues after its first page was given.
        if parameter("token").is_none() && (start < oldest || end > now.millis()) {
            return Ok(error(400, "invalid", "startTime or endTime is out of range"));
        }
        let within: Vec<&Value> = self
            .voided
            .iter()
            .filter(|(recorded, _)| (start..=end).contains(&recorded.millis()))
            .map(|(_, row)| row)
            .collect();
        let from = usize::try_from(from).unwrap();
        let page: Vec<_> = within.iter().skip(from).take(1000).collect();
        let mut body = json!({"pageInfo": {"resultPerPage": page.len()}});
        if !page.is_empty() {
            body["voidedPurchases"] = json!(page);
        }
        if from + 1000 < within.len() {
            body["tokenPagination"] = json!({"nextPageToken": format!("{}/{start}/{end}", from + 1000)});
        }
        Ok(answer(200, &body.to_string()))
    }

    fn refund(&mut self, order: &str, query: &Map<String, Value>) -> Answered {
        expect("members", query.keys().collect::<Vec<_>>(), vec!["revoke"])?;
        if !["true", "false"].map(Value::from).contains(&query["revoke"]) {
            return Err(format!("revoke={}", query["revoke"]));
        }
        let Some(found) = self.orders.get_mut(order) else {
            return Ok(error(404, "notFound", "The order was not found."));
        };
        if found["state"] == "REFUNDED" {
            return Ok(error(400, "orderNotRefundable", "The order cannot be refunded."));
        }
        found["state"] = json!("REFUNDED");
        self.done.push((format!("refund {order}"), query["revoke"].clone()));
        Ok(Reply::Answer(204, Vec::new(), Vec::new()))
    }

    fn revoke(&mut self, token: &str, body: &Value) -> Answered {
        let context = &body["revocationContext"];
        let product = &context["itemBasedRefund"]["productId"];
        let fine = [
            json!({"fullRefund": {}}),
            json!({"proratedRefund": {}}),
            json!({"itemBasedRefund": {"productId": product}}),
        ];
        if body.as_object().map(Map::len) != Some(1) || !fine.contains(context) {
            return Err(format!("the body {body}"));
        }
        self.done.push((format!("revoke {token}"), context.clone()));
        Ok(answer(200, "{}"))
    }

    /// The first answer counts; further ones are reported the same.
    fn review(&mut self, order: &str, body: Value) -> Answered {
        let members = body.as_object().ok_or("no object")?;
        let is_fine = |(name, value): (&String, &Value)| match name.as_str() {
            "pendingRefundToken" => value.is_string(),
            "sampleContentProvided" => value.is_boolean(),
            "refundPreference" => ["APPROVE", "DECLINE", "NEUTRAL"].map(Value::from).contains(value),
            "consumptionPercentageMilliunits" => value.as_u64().is_some_and(|value| value <= 100_000),
            "consumptionUsageEvents" => value
                .as_array()
                .is_some_and(|events| events.len() <= 1000 && events.iter().all(is_usage_event)),
            _ => false,
        };
        if let Some((name, value)) = members.iter().find(|member| !is_fine(*member)) {
            return Err(format!("{name} is {value}"));
        }
        for needed in ["pendingRefundToken", "sampleContentProvided", "refundPreference"] {
            members.get(needed).ok_or(format!("{needed} is missing"))?;
        }
        let token = body["pendingRefundToken"].as_str().unwrap();
        self.reviews.entry(format!("{order} {token}")).or_insert(body.clone());
        Ok(Reply::Answer(204, Vec::new(), Vec::new()))
    }
}

fn purchase(known: Option<&Value>) -> Reply {
    match known {
        Some(purchase) => answer(200, &purchase.to_string()),
        None => error(404, "notFound", "The purchase token was not found."),
    }
}

fn is_usage_event(event: &Value) -> bool {
    event.as_object().unwrap().iter().all(|(name, value)| match (name.as_str(), value.as_str()) {
        ("consumptionTime", Some(text)) => text.ends_with('Z') && text.parse::<Timestamp>().is_ok(),
        ("ipAddress", Some(text)) => text.parse::<std::net::IpAddr>().is_ok(),
        ("consumptionItemDescription", Some(text)) => text.encode_utf16().count() <= 5000,
        _ => false,
    })
}

fn expect<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
    what: &str,
    found: T,
    wanted: U,
) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?} where {wanted:?} is documented")) }
}

fn no_body(request: &Received) -> Result<(), String> {
    expect("Content-Type", request.header("Content-Type"), None::<&str>)?;
    expect("body", request.body.len(), 0)
}

fn json_body(request: &Received) -> Result<Value, String> {
    expect("Content-Type", request.header("Content-Type"), Some("application/json"))?;
    serde_json::from_slice(&request.body).map_err(|error| error.to_string())
}

/// A query or a form; each name once.
fn parameters(text: &str) -> Result<Map<String, Value>, String> {
    let mut read = Map::new();
    for (name, value) in pairs(text) {
        if read.insert(name.clone(), Value::String(value)).is_some() {
            return Err(format!("{name} twice"));
        }
    }
    Ok(read)
}

fn decoded(segment: &str) -> Result<Value, String> {
    let bytes = URL_SAFE_NO_PAD.decode(segment).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}
