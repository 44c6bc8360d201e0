//! ONE Store's server API V7 as its document describes it:
//! <https://onestore-dev.gitbook.io/dev/tools/billing/v21/serverapi>.

use std::collections::{BTreeMap, VecDeque};

use recoup::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::emulator::{Answering, Emulator};
use crate::http_server::{Received, Reply};
use crate::wire::{self, ParsedRequest, decoded, pairs, value};

/// A month of the calendar, by the days of Korea.
fn month_before(now: i64) -> i64 {
    let date = time::OffsetDateTime::from_unix_timestamp(now / 1000 + 9 * 3600).unwrap().date();
    i64::from(date.month().previous().length(date.year())) * 86_400_000
}

pub type OneStoreEmulator = Emulator<State>;

pub struct State {
    client_id: String,
    secret: String,
    /// In milliseconds.
    pub now: i64,
    /// Whether its clock is this machine's instead.
    pub keeps_time: bool,
    pub market: &'static str,
    /// The tokens, each with the time of its end.
    pub tokens: Vec<(String, i64)>,
    pub voided: Vec<Value>,
    /// By the path behind `purchases/`, decoded.
    pub details: BTreeMap<String, Value>,
    /// How the answer's key for the list, and for the next page, are spelt.
    pub list_key: &'static str,
    pub next_key: &'static str,
    /// What is answered instead, to requests that are not for a token.
    pub faults: VecDeque<Reply>,
    /// What is answered instead, to requests for a token.
    pub token_faults: VecDeque<Reply>,
}

impl Emulator<State> {
    pub fn start(client_id: &str, secret: &str, now: i64) -> Self {
        Self::run(State {
            client_id: client_id.to_owned(),
            secret: secret.to_owned(),
            now,
            keeps_time: false,
            market: "MKT_ONE",
            tokens: Vec::new(),
            voided: Vec::new(),
            details: BTreeMap::new(),
            list_key: "voidedPurchaseList",
            next_key: "continuationKey",
            faults: VecDeque::new(),
            token_faults: VecDeque::new(),
        })
    }
}

type Answer = Result<Value, (u16, &'static str)>;

impl Answering for State {
    fn reply(&mut self, request: &Received) -> Reply {
        if self.keeps_time {
            self.now = SystemClock.now().millis();
        }
        let parsed = ParsedRequest::of(request);
        let is_of_token = parsed.path().ends_with(&["oauth", "token"]);
        let faults = if is_of_token { &mut self.token_faults } else { &mut self.faults };
        if let Some(fault) = faults.pop_front() {
            return fault;
        }
        match self.answer(request, &parsed) {
            Ok(body) => wire::json(200, &body),
            Err((status, code)) => error(status, code),
        }
    }
}

impl State {
    fn answer(&mut self, request: &Received, parsed: &ParsedRequest) -> Answer {
        let (method, path) = (parsed.method.as_str(), parsed.path());
        match (method, path.as_slice()) {
            ("POST", ["v7", "oauth", "token"]) => self.issue(request),
            ("GET", ["v7", "apps", app, "voided-purchases"]) => {
                self.admit(request, app)?;
                self.list(&parsed.query)
            }
            ("GET", ["v7", "apps", app, "purchases", kind, "products", product, token]) => {
                self.admit(request, app)?;
                let name = format!("{kind}/{}/{}", decoded(product), decoded(token));
                self.details.get(&name).cloned().ok_or((404, "NoSuchData"))
            }
            _ => Err((404, "ResourceNotFound")),
        }
    }

    fn issue(&mut self, request: &Received) -> Answer {
        if request.header("Content-Type") != Some("application/x-www-form-urlencoded") {
            return Err((400, "InvalidContentType"));
        }
        let form = pairs(std::str::from_utf8(&request.body).unwrap());
        if value(&form, "grant_type") != Some("client_credentials") || form.len() != 3 {
            return Err((400, "InvalidRequest"));
        }
        let known = value(&form, "client_id") == Some(&self.client_id)
            && value(&form, "client_secret") == Some(&self.secret);
        if !known {
            return Err((401, "UnauthorizedClient"));
        }
        let last = self.tokens.last().filter(|(_, end)| end - self.now >= 600_000).cloned();
        let (token, end) = last.unwrap_or_else(|| {
            let token = (format!("680b3621-{}", self.tokens.len()), self.now + 3_600_000);
            self.tokens.push(token.clone());
            token
        });
        let expires_in = (end - self.now) / 1000;
        Ok(json!({"client_id": self.client_id, "access_token": token, "token_type": "bearer",
                  "expires_in": expires_in, "scope": "DEFAULT"}))
    }

    fn admit(&self, request: &Received, app: &str) -> Result<(), (u16, &'static str)> {
        let token = request.header("Authorization").and_then(|value| value.strip_prefix("Bearer "));
        match self.tokens.iter().find(|(known, _)| Some(known.as_str()) == token) {
            None => return Err((401, "InvalidAccessToken")),
            Some((_, end)) if *end <= self.now => return Err((401, "AccessTokenExpired")),
            Some(_) => {}
        }
        if request.header("Content-Type") != Some("application/json") {
            return Err((400, "InvalidContentType"));
        }
        if decoded(app) != self.client_id
            || request.header("x-market-code").unwrap_or("MKT_ONE") != self.market
        {
            return Err((404, "NoSuchData"));
        }
        Ok(())
    }

    fn list(&self, query: &[(String, String)]) -> Answer {
        let known = ["startTime", "endTime", "maxResults", "continuationKey"];
        let number = |name: &str| value(query, name).map(|text| text.parse::<i64>().unwrap());
        let from = number("startTime").unwrap_or(self.now - month_before(self.now));
        let to = number("endTime").unwrap_or(self.now);
        if query.iter().any(|(name, _)| !known.contains(&name.as_str()))
            || from < self.now - month_before(self.now)
            || to > self.now
        {
            return Err((400, "InvalidRequest"));
        }
        let listed: Vec<_> = self
            .voided
            .iter()
            .filter(|row| (from..=to).contains(&row["voidedTime"].as_i64().unwrap()))
            .cloned()
            .collect();
        let begin: usize = value(query, "continuationKey")
            .map_or(0, |key| key.strip_prefix("page ").unwrap().parse().unwrap());
        let most = usize::try_from(number("maxResults").unwrap_or(100)).unwrap();
        let end = listed.len().min(begin + most);
        let mut body = json!({});
        body[self.list_key] = json!(listed[begin..end]);
        if end < listed.len() {
            body[self.next_key] = json!(format!("page {end}"));
        }
        Ok(body)
    }
}

pub fn error(status: u16, code: &str) -> Reply {
    wire::json(status, &json!({"error": {"code": code, "message": format!("It is {code}.")}}))
}
