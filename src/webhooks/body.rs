//! The bodies of the formats `recoup` and `cloudevents`.

use serde::Serialize;
use serde_json::json;
use time::OffsetDateTime;

use super::message_id;
use crate::model::{Event, EventKind, Timestamp, WebhookData, WebhookEvent};

/// The type of a test message.
const TEST: &str = "recoup.test";

/// The type under which a kind of event is sent.
const fn type_of(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Block => "user.blocked",
        EventKind::Unblock => "user.unblocked",
        EventKind::Alert => "refund.alert",
        EventKind::Refund => "refund.refunded",
        EventKind::Reversal => "refund.reversed",
        EventKind::Review => "refund.review_requested",
        EventKind::Unattributed => "refund.unattributed",
        EventKind::SweepGap => "store.sweep_gap",
        EventKind::Recovery => "refund.recovery_changed",
        EventKind::Notice => "user.notice",
        EventKind::Access => "user.access_changed",
    }
}

/// The body of the format `recoup`.
pub(crate) fn recoup_event(event: &Event, ledger: &str) -> WebhookEvent {
    WebhookEvent {
        event_type: type_of(event.kind).to_owned(),
        timestamp: iso_8601(event.at),
        data: WebhookData {
            event: event.id,
            kind: event.kind,
            ledger: ledger.to_owned(),
            user: event.user.clone(),
            refund: event.refund.clone(),
            recovery: event.recovery.clone(),
            block: event.block.clone(),
            notice: event.notice.clone(),
            access: event.access.clone(),
            gap: event.gap.clone(),
        },
    }
}

/// A CloudEvent, structured mode: <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) struct CloudEvent {
    specversion: &'static str,
    id: String,
    source: String,
    #[serde(rename = "type")]
    event_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    time: String,
    datacontenttype: &'static str,
    data: WebhookData,
}

/// The body of the format `cloudevents`.
pub(crate) fn cloud_event(event: &Event, ledger: &str) -> CloudEvent {
    let WebhookEvent { event_type, timestamp, data } = recoup_event(event, ledger);
    CloudEvent {
        specversion: "1.0",
        id: message_id(ledger, event.id),
        source: format!("/recoup/{ledger}"),
        event_type: format!("recoup.{event_type}"),
        subject: event.refund_id.map(|refund| refund.to_string()).or_else(|| event.user.clone()),
        time: timestamp,
        datacontenttype: "application/json",
        data,
    }
}

/// The body of a test message, the same in every format: no receiver should take it for an event.
pub(crate) fn test_event(endpoint: &str, ledger: &str, now: Timestamp) -> String {
    let data = json!({ "ledger": ledger, "endpoint": endpoint });
    json!({ "type": TEST, "timestamp": iso_8601(now), "data": data }).to_string()
}

/// ISO 8601 in UTC, always with milliseconds. An instant outside the years 0 to 9999 as plain milliseconds.
pub(super) fn iso_8601(at: Timestamp) -> String {
    let Ok(instant) = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.millis()) * 1_000_000) else {
        return at.to_string();
    };
    let (date, time) = (instant.date(), instant.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}
