//! Events out to the studio's own services: what is queued, sent, tried again, held and ended.

mod answers;
mod iap_refund_events;
mod operating;
mod processes;
mod queueing;

use std::collections::VecDeque;
use std::sync::Mutex;

use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use serde_json::{Value, json};

use super::*;
use crate::model::{
    WebhookEndpoint, WebhookFormat, WebhookMessage, WebhookMessageFilter, WebhookReplay, WebhookState,
};
use crate::transport::{HttpRequest, HttpResponse, TransportError};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

type Sent = Result<HttpResponse, TransportError>;

/// The studio's services: their answers are set, and 204 after those.
#[derive(Default)]
struct Receiver {
    answers: Mutex<VecDeque<Sent>>,
    requests: Mutex<Vec<HttpRequest>>,
}

impl Transport for Receiver {
    fn send(&self, request: &HttpRequest) -> Sent {
        self.requests.lock().unwrap().push(request.clone());
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| answer(204, None, b""))
    }
}

fn answer(status: u16, retry_after: Option<&str>, body: &[u8]) -> Sent {
    let fields = retry_after.map(|value| (RETRY_AFTER, HeaderValue::from_str(value).unwrap()));
    let status = StatusCode::from_u16(status).unwrap();
    Ok(HttpResponse::new(status, HeaderMap::from_iter(fields), body.to_vec()))
}

fn late() -> Sent {
    let limit = Duration::from_secs(15);
    Err(TransportError::Timeout { host: "crm.example.com".to_owned(), phase: "the answer", limit })
}

impl Receiver {
    fn answers(&self, answers: impl IntoIterator<Item = Sent>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// The requests since the last call.
    fn take(&self) -> Vec<HttpRequest> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

fn field<'r>(request: &'r HttpRequest, name: &str) -> &'r str {
    request.headers()[name].to_str().unwrap()
}

fn body(request: &HttpRequest) -> Value {
    serde_json::from_slice(request.body_bytes()).unwrap()
}

/// A shop with endpoints.
struct Shop {
    fixture: Fixture,
    receiver: Arc<Receiver>,
    config: Value,
}

impl Shop {
    fn new(webhooks: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let receiver = Arc::new(Receiver::default());
        let config = json!({ "database": "ledger.db", "webhooks": webhooks });
        let engine = open_with(folder.path(), &clock, &config, &receiver, false);
        let fixture = Fixture { folder, clock, engine, notifications: std::cell::Cell::new(0) };
        Self { fixture, receiver, config }
    }

    /// With one endpoint, `crm`, that sends one at a time.
    fn crm(more: Value) -> Self {
        Self::new(json!([crm(more)]))
    }

    /// Another engine on the same ledger.
    fn another(&self, config: &Value) -> Engine {
        open_with(self.fixture.folder.path(), &self.fixture.clock, config, &self.receiver, false)
    }

    /// Closes the engine, and opens another with `config`.
    fn reopen(&mut self, config: &Value) {
        self.fixture.engine.close().unwrap();
        self.fixture.engine = self.another(config);
        self.config = config.clone();
    }

    /// A refund of this order, of a player who recorded it: one `refund` event, and one `alert`, of which `crm` by
    /// default gets the first alone.
    fn refund(&self, user: &str, id: &str) {
        self.fixture.engine.record_purchase(purchase(user, id)).unwrap();
        self.fixture.ingest_order(refunded(order(id), 0));
    }

    fn send(&self) -> usize {
        self.fixture.engine.send_webhooks().unwrap()
    }

    /// Sends, and returns the ids and events of what was sent.
    fn sent(&self) -> Vec<(String, Value)> {
        self.send();
        self.receiver
            .take()
            .iter()
            .map(|request| (field(request, "webhook-id").to_owned(), body(request)))
            .collect()
    }

    /// The orders of the refunds that were sent.
    fn sent_orders(&self) -> Vec<String> {
        let order = |(_, body): &(String, Value)| {
            body["data"]["refund"]["about"]["order_id"].as_str().unwrap().to_owned()
        };
        self.sent().iter().map(order).collect()
    }

    fn messages(&self) -> Vec<WebhookMessage> {
        let mut page =
            self.fixture.engine.webhook_messages(&WebhookMessageFilter::default(), None, 1000).unwrap();
        page.items.reverse();
        page.items
    }

    /// The one message.
    fn message(&self) -> WebhookMessage {
        let messages = self.messages();
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages[0].clone()
    }

    fn states(&self) -> Vec<WebhookState> {
        self.messages().iter().map(|message| message.state).collect()
    }

    fn endpoint(&self) -> WebhookEndpoint {
        self.fixture.engine.webhooks().unwrap().remove(0)
    }

    fn advance(&self, span: Span) {
        self.fixture.clock.advance(span);
    }

    /// What doctor finds about webhooks that is not fine.
    fn doctor(&self) -> Vec<String> {
        let report = self.fixture.engine.doctor(&DoctorOptions::new(), |_| {});
        let known = ["unserved_webhook", "dead_messages", "held_messages", "webhook_ended"];
        let codes = report.findings.into_iter().map(|finding| finding.code);
        codes.filter(|code| known.contains(&code.as_str())).collect()
    }
}

fn crm(more: Value) -> Value {
    let mut endpoint = json!({
        "name": "crm", "url": "https://crm.example.com/hook", "secrets": [SECRET], "in_flight": 1,
        "events": ["refund"]
    });
    endpoint.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    endpoint
}

fn open_with(
    folder: &std::path::Path,
    clock: &Arc<ManualClock>,
    config: &Value,
    receiver: &Arc<Receiver>,
    background: bool,
) -> Engine {
    let config = Config::from_json(config.to_string().as_bytes(), folder).unwrap();
    let transport: Arc<dyn Transport> = Arc::<Receiver>::clone(receiver);
    EngineOptions::new()
        .clock(Arc::clone(clock))
        .transport(transport)
        .background(background)
        .open(config)
        .unwrap()
}
