//! Stripe's API as its documents describe it: <https://docs.stripe.com/api>.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::{Value, json};

use crate::emulator::{Answering, Emulator};
use crate::http_server::{Received, Reply};
use crate::wire::{self, ParsedRequest, pairs, value};

/// A fault of one request.
pub enum Fault {
    /// Nothing, this time.
    Answered,
    /// Stripe does not get to it.
    Instead(Reply),
    /// Stripe does it, and its answer does not come through.
    AnswerLost,
    /// Stripe does it, and never answers.
    NeverAnswered,
}

pub type StripeEmulator = Emulator<State>;

pub struct State {
    key: String,
    account: Option<String>,
    now: i64,
    charges: BTreeMap<String, Charge>,
    refunds: Vec<Value>,
    disputes: Vec<Value>,
    /// The status of the refunds that are made.
    refund_status: String,
    /// By idempotency key: the request, and the first answer.
    answered: HashMap<String, (Vec<u8>, u16, Value)>,
    faults: VecDeque<Fault>,
}

struct Charge {
    currency: String,
    amount: i64,
    refunded: i64,
    metadata: Value,
}

impl Emulator<State> {
    /// Takes this key, of this connected account.
    pub fn start(key: &str, account: Option<&str>, now: i64) -> Self {
        Self::run(State {
            key: key.to_owned(),
            account: account.map(str::to_owned),
            now,
            charges: BTreeMap::new(),
            refunds: Vec::new(),
            disputes: Vec::new(),
            refund_status: "succeeded".to_owned(),
            answered: HashMap::new(),
            faults: VecDeque::new(),
        })
    }

    /// The idempotency keys of what was posted, in the order of the requests.
    pub fn idempotency_keys(&self) -> Vec<String> {
        let posts = self.received().into_iter().filter(|request| request.line.starts_with("POST "));
        posts.map(|request| request.header("Idempotency-Key").unwrap().to_owned()).collect()
    }

    /// The status of the refunds that are made from now on.
    pub fn refunds_are(&self, status: &str) {
        self.state.lock().unwrap().refund_status = status.to_owned();
    }

    /// The later state of a refund.
    pub fn change_refund(&self, id: &str, change: impl FnOnce(&mut Value)) {
        let mut state = self.state.lock().unwrap();
        change(state.refunds.iter_mut().find(|refund| refund["id"] == id).unwrap());
    }

    /// A charge; its payment intent has the same number.
    pub fn charge(&self, id: &str, amount: i64, currency: &str) {
        let charge = Charge { currency: currency.to_owned(), amount, refunded: 0, metadata: json!({}) };
        self.state.lock().unwrap().charges.insert(id.to_owned(), charge);
    }

    pub fn charge_metadata(&self, id: &str, metadata: &Value) {
        self.state.lock().unwrap().charges.get_mut(id).unwrap().metadata = metadata.clone();
    }

    pub fn refunded(&self, charge: &str) -> i64 {
        self.state.lock().unwrap().charges[charge].refunded
    }

    pub fn add_refund(&self, refund: Value) {
        self.state.lock().unwrap().refunds.push(refund);
    }

    /// A dispute, also in place of what it was before.
    pub fn add_dispute(&self, dispute: Value) {
        let disputes = &mut self.state.lock().unwrap().disputes;
        disputes.retain(|known| known["id"] != dispute["id"]);
        disputes.push(dispute);
    }

    /// What happens to the next request that nothing happens to yet.
    pub fn fault(&self, fault: Fault) {
        self.state.lock().unwrap().faults.push_back(fault);
    }
}

const VERSION: &str = "2024-10-28.acacia";

type Answer = (u16, Value);

impl Answering for State {
    fn reply(&mut self, request: &Received) -> Reply {
        match self.faults.pop_front() {
            Some(Fault::Instead(reply)) => reply,
            Some(Fault::AnswerLost) => {
                self.answer(request);
                Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"id\":".to_vec())
            }
            Some(Fault::NeverAnswered) => {
                self.answer(request);
                Reply::Silence
            }
            None | Some(Fault::Answered) => {
                let (status, body) = self.answer(request);
                wire::json(status, &body)
            }
        }
    }
}

impl State {
    fn answer(&mut self, request: &Received) -> Answer {
        if request.header("Authorization") != Some(&format!("Bearer {}", self.key)) {
            let starred = "Invalid API Key provided: sk_test_*********wxyz";
            return error(401, "invalid_request_error", None, starred);
        }
        if request.header("Stripe-Account") != self.account.as_deref() {
            return error(403, "invalid_request_error", Some("account_invalid"), "No access to that account");
        }
        if request.header("Stripe-Version") != Some(VERSION) {
            return error(400, "invalid_request_error", None, "Invalid Stripe API version");
        }
        let parsed = ParsedRequest::of(request);
        match (parsed.method.as_str(), parsed.path().as_slice()) {
            ("POST", ["v1", "refunds"]) => self.create_once(request),
            ("GET", ["v1", "refunds"]) => {
                let expandable = ["data.failure_balance_transaction", "data.charge", "data.payment_intent"];
                list(&self.charges, &self.refunds, &parsed.query, &expandable)
            }
            ("GET", ["v1", "disputes"]) => {
                list(&self.charges, &self.disputes, &parsed.query, &["data.charge", "data.payment_intent"])
            }
            ("GET", ["v1", "charges", id]) => self.payment("charge", id),
            ("GET", ["v1", "payment_intents", id]) => self.payment("payment_intent", id),
            _ => error(404, "invalid_request_error", None, "Unrecognized request URL"),
        }
    }

    fn payment(&self, object: &str, id: &str) -> Answer {
        match self.charges.get(&id.replacen("pi_", "ch_", 1)) {
            Some(charge) => (200, json!({"id": id, "object": object, "currency": charge.currency})),
            None => error(404, "invalid_request_error", Some("resource_missing"), "No such payment"),
        }
    }

    fn create_once(&mut self, request: &Received) -> Answer {
        let key = request.header("Idempotency-Key").unwrap_or_default().to_owned();
        if key.is_empty() {
            return self.create(request);
        }
        if let Some((body, status, answer)) = self.answered.get(&key) {
            return if *body == request.body {
                (*status, answer.clone())
            } else {
                let message = "Keys for idempotent requests can only be used with the same parameters";
                error(400, "idempotency_error", None, message)
            };
        }
        let (status, answer) = self.create(request);
        self.answered.insert(key, (request.body.clone(), status, answer.clone()));
        (status, answer)
    }

    fn create(&mut self, request: &Received) -> Answer {
        if request.header("Content-Type") != Some("application/x-www-form-urlencoded") {
            return error(400, "invalid_request_error", None, "Send the parameters form-encoded");
        }
        let form = pairs(std::str::from_utf8(&request.body).unwrap());
        let is_known = |name: &str| {
            ["charge", "payment_intent", "amount", "reason"].contains(&name) || name.starts_with("metadata[")
        };
        if let Some((name, _)) = form.iter().find(|(name, _)| !is_known(name)) {
            let message = format!("Received unknown parameter: {name}");
            return error(400, "invalid_request_error", Some("parameter_unknown"), &message);
        }
        let reasons = ["duplicate", "fraudulent", "requested_by_customer"];
        if value(&form, "reason").is_some_and(|reason| !reasons.contains(&reason)) {
            let message = "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer";
            return error(400, "invalid_request_error", None, message);
        }
        let id = match (value(&form, "charge"), value(&form, "payment_intent")) {
            (Some(charge), None) => charge.to_owned(),
            (None, Some(intent)) => intent.replacen("pi_", "ch_", 1),
            _ => return error(400, "invalid_request_error", Some("parameter_missing"), "Pass one payment"),
        };
        let Some(charge) = self.charges.get_mut(&id) else {
            let message = format!("No such charge: '{id}'");
            return error(404, "invalid_request_error", Some("resource_missing"), &message);
        };
        let left = charge.amount - charge.refunded;
        let amount = value(&form, "amount").map_or(left, |amount| amount.parse().unwrap());
        if left == 0 {
            let message = format!("Charge {id} has already been refunded.");
            return error(400, "invalid_request_error", Some("charge_already_refunded"), &message);
        }
        if amount > left || amount < 1 {
            let message = "Refund amount is greater than unrefunded amount on charge";
            return error(400, "invalid_request_error", Some("amount_too_large"), message);
        }
        charge.refunded += amount;
        let metadata: BTreeMap<_, _> = form
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("metadata[")?.strip_suffix(']')?, value)))
            .collect();
        let refund = json!({
            "id": format!("re_{}", self.refunds.len() + 1),
            "object": "refund",
            "amount": amount,
            "charge": id,
            "created": self.now,
            "currency": charge.currency,
            "metadata": metadata,
            "payment_intent": id.replacen("ch_", "pi_", 1),
            "reason": value(&form, "reason"),
            "status": self.refund_status,
        });
        self.refunds.push(refund.clone());
        (200, refund)
    }
}

/// A page, newest first; `expandable` lists the members that a request may expand.
fn list(
    charges: &BTreeMap<String, Charge>,
    objects: &[Value],
    query: &[(String, String)],
    expandable: &[&str],
) -> Answer {
    let number = |name: &str| value(query, name).map(|text| text.parse::<i64>().unwrap());
    let known = ["created[gte]", "created[lte]", "limit", "starting_after", "expand[]"];
    if let Some((name, _)) = query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        let message = format!("Received unknown parameter: {name}");
        return error(400, "invalid_request_error", Some("parameter_unknown"), &message);
    }
    let limit = number("limit").unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return error(400, "invalid_request_error", None, "This value must be between 1 and 100");
    }
    let created = |object: &Value| object["created"].as_i64().unwrap();
    let mut listed: Vec<Value> = objects
        .iter()
        .filter(|object| number("created[gte]").is_none_or(|from| from <= created(object)))
        .filter(|object| number("created[lte]").is_none_or(|to| created(object) <= to))
        .cloned()
        .collect();
    listed.sort_by_key(|object| -created(object));
    let begin = match value(query, "starting_after") {
        None => 0,
        Some(id) => match listed.iter().position(|object| object["id"] == id) {
            Some(place) => place + 1,
            None => return error(400, "invalid_request_error", Some("resource_missing"), "No such object"),
        },
    };
    let expand: Vec<&str> =
        query.iter().filter(|(name, _)| name == "expand[]").map(|(_, value)| value.as_str()).collect();
    if !expand.iter().all(|expand| expandable.contains(expand)) {
        return error(400, "invalid_request_error", None, "This property cannot be expanded");
    }
    let mut data: Vec<Value> = listed.split_off(begin);
    let limit = usize::try_from(limit).unwrap();
    let has_more = data.len() > limit;
    data.truncate(limit);
    let is_expanded = |name: &str| expand.contains(&format!("data.{name}").as_str());
    for object in &mut data {
        if !is_expanded("failure_balance_transaction")
            && let Some(id) = object["failure_balance_transaction"].get("id").cloned()
        {
            object["failure_balance_transaction"] = id;
        }
        let id = object["charge"].as_str().map(str::to_owned);
        let charge = id.as_ref().and_then(|id| charges.get(id)).filter(|_| is_expanded("charge"));
        if let Some(charge) = charge {
            object["charge"] = json!({"id": id, "object": "charge", "amount": charge.amount,
                "currency": charge.currency, "metadata": charge.metadata, "created": 1});
        }
    }
    (200, json!({"object": "list", "url": "/v1/…", "has_more": has_more, "data": data}))
}

pub fn error(status: u16, error_type: &str, code: Option<&str>, message: &str) -> Answer {
    let mut error = json!({"type": error_type, "message": message, "request_log_url": "https://dashboard"});
    if let Some(code) = code {
        error["code"] = json!(code);
    }
    (status, json!({"error": error}))
}
