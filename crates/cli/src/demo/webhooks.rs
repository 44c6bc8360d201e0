//! Signed webhooks to two of the studio's own services: the ledger's own format, and nachocode's `IapRefundEvent`.

use std::rc::Rc;

use recoup::transport::{HttpClient, HttpRequest, Transport as _};
use recoup::{
    Engine, MAX_PAGE, Span, StoreState, Timestamp, WebhookFormat, WebhookMessageFilter, WebhookState,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::action::DemoAction;
use super::app_store::{Revocation, before};
use super::receiver::{Received, Receiver, Service};
use super::scene::{Answer, REFUNDED_AND_BLOCKED, Scene, observed};
use super::scenes::{app_store_scene, lees_sale};
use super::setup::Setup;
use crate::exit::Failure;

/// The order whose refund is sent.
pub(super) const LEES_ORDER: &str = "2000000899000001";

/// The service that gets every event, in the ledger's own format.
const CRM: &str = "crm";

/// The service that gets refunds, as `IapRefundEvent`.
const NACHOCODE: &str = "nachocode";

/// The product's id at the latter.
const NACHOCODES_GEMS: &str = "nacho-gems-500";

/// A message as its receiver saw it.
#[derive(Clone, Serialize)]
pub(super) struct Message {
    /// The header field `webhook-id`.
    pub(super) id: String,
    #[serde(flatten)]
    pub(super) seen: WebhookSeen,
    /// Why the signature is not right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
}

/// What does not differ from one run to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct WebhookSeen {
    pub(super) service: String,
    #[serde(rename = "type")]
    pub(super) message_type: String,
    pub(super) user: String,
    /// What else an `IapRefundEvent` has about the refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refund: Option<String>,
    pub(super) signature_is_right: bool,
    /// The HTTP status of the answer.
    pub(super) status: u16,
}

/// Both services.
pub(super) fn services() -> Result<Vec<Service>, Failure> {
    Ok(vec![Service::new(CRM)?, Service::new(NACHOCODE)?])
}

/// `webhooks` and `catalogue` of the configuration.
pub(super) fn sections(receiver: &Receiver) -> Result<(Value, Value), Failure> {
    let mut endpoints = Vec::new();
    for Service { name, secret } in receiver.services() {
        let format = if *name == NACHOCODE { WebhookFormat::IapRefundEvent } else { WebhookFormat::Recoup };
        let url = receiver.url(name).map_err(failed)?.expose();
        endpoints.push(json!({"name": name, "url": url, "secrets": [secret], "format": format}));
    }
    let catalogue = json!([{"product": "gems_500", "nacho_product_id": NACHOCODES_GEMS}]);
    Ok((json!(endpoints), catalogue))
}

/// The scenes, in order, of an engine that has the services in its configuration.
pub(super) fn scenes(setup: &Setup, receiver: &Rc<Receiver>, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    let sent = |title, action, answer, webhooks| {
        let mut expected = observed(answer, None, &[], true);
        expected.webhooks = webhooks;
        Scene { title, player: "lee", action, expected }
    };
    let right = |message_type| seen(CRM, message_type, "lee", 204);
    let mut iap_refund_event = seen(NACHOCODE, "IapRefundEvent", "lee", 204);
    iap_refund_event.refund = Some(format!("gems_500 ({NACHOCODES_GEMS}), 1 of 1 refunded, price 9.99"));
    Ok(vec![
        app_store_scene(
            "The studio adds two webhook endpoints; then the App Store refunds Lee's gems",
            "lee",
            setup.app_store.refund(
                "b70e5d2c-0001-4a1f-8e63-2f9d4c7a5b01",
                lees_sale(now),
                revocation,
                now,
            )?,
            observed(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
        ),
        sent(
            "The engine sends webhooks to both services, and they verify the signatures",
            DemoAction::SendWebhooks(Rc::clone(receiver)),
            Answer::Delivered,
            vec![right("refund.refunded"), right("refund.alert"), right("user.blocked"), iap_refund_event],
        ),
        sent(
            "A stranger sends the first one again, with one byte changed: \"lee\" is now \"leo\"",
            DemoAction::ChangeByte(Rc::clone(receiver)),
            Answer::Rejected,
            vec![seen(CRM, "refund.refunded", "leo", 401)],
        ),
    ])
}

fn seen(service: &str, message_type: &str, user: &str, status: u16) -> WebhookSeen {
    WebhookSeen {
        service: service.to_owned(),
        message_type: message_type.to_owned(),
        user: user.to_owned(),
        refund: None,
        signature_is_right: status == 204,
        status,
    }
}

/// Has the engine send what waits, and returns what arrived, each service's messages in the order of their arrival.
pub(super) fn send(engine: &Engine, receiver: &Receiver) -> Result<(Answer, Vec<Message>), Failure> {
    let before = receiver.received().len();
    engine.send_webhooks()?;
    let mut messages: Vec<Message> = receiver.received().iter().skip(before).map(Message::of).collect();
    // The services get theirs at the same time.
    messages.sort_by(|one, other| one.seen.service.cmp(&other.seen.service));
    let queued = engine.webhook_messages(&WebhookMessageFilter::default(), None, MAX_PAGE)?.items;
    let are_delivered = queued.iter().all(|message| message.state == WebhookState::Delivered);
    let answer = if are_delivered && !queued.is_empty() { Answer::Delivered } else { Answer::Undelivered };
    Ok((answer, messages))
}

/// Sends the first message again, under its own id and signature, with the player's name changed in one letter.
pub(super) fn send_changed(receiver: &Receiver) -> Result<(Answer, Vec<Message>), Failure> {
    let received = receiver.received();
    let genuine = received.iter().find(|message| message.service == CRM);
    let genuine = genuine.ok_or_else(|| failed("no message was received"))?;
    let body = String::from_utf8(genuine.body.clone()).map_err(failed)?;
    let changed = body.replacen("\"user\":\"lee\"", "\"user\":\"leo\"", 1);
    let mut request = HttpRequest::post(receiver.url(CRM).map_err(failed)?).body("application/json", changed);
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let value = genuine.headers.get(name).and_then(|value| value.to_str().ok());
        request = request.header(name, value.ok_or_else(|| failed("a message has no signature"))?);
    }
    let response = HttpClient::new().map_err(failed)?.send(&request).map_err(failed)?;
    let answer = if response.is_success() { Answer::Delivered } else { Answer::Rejected };
    Ok((answer, receiver.received().iter().skip(received.len()).map(Message::of).collect()))
}

impl Message {
    fn of(received: &Received) -> Self {
        let id = received.headers.get("webhook-id").and_then(|id| id.to_str().ok());
        let body: Value = serde_json::from_slice(&received.body).unwrap_or_default();
        let (message_type, user, refund) = match received.service {
            NACHOCODE => ("IapRefundEvent".to_owned(), text(body.get("userId")), Some(iap_refund(&body))),
            _ => (text(body.get("type")), text(body.pointer("/data/user")), None),
        };
        Self {
            id: id.unwrap_or_default().to_owned(),
            seen: WebhookSeen {
                service: received.service.to_owned(),
                message_type,
                user,
                refund,
                signature_is_right: received.verified.is_ok(),
                status: received.status,
            },
            problem: received.verified.as_ref().err().cloned(),
        }
    }
}

/// The refund of an `IapRefundEvent`.
fn iap_refund(body: &Value) -> String {
    let [product, nachocodes, refunded, bought, price] =
        ["productId", "nachoProductId", "refundQuantity", "quantity", "price"]
            .map(|member| text(body.get(member)));
    format!("{product} ({nachocodes}), {refunded} of {bought} refunded, price {price}")
}

/// A member of a message, without quotation marks.
fn text(member: Option<&Value>) -> String {
    match member {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "nothing".to_owned(),
    }
}

fn failed(error: impl ToString) -> Failure {
    Failure::Demo(error.to_string())
}
