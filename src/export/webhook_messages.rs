//! Messages to webhook endpoints as rows.

use super::{Column, Record, name, text};
use crate::model::WebhookMessage;

impl Record for WebhookMessage {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |message| Some(message.id)),
        Column::Text("endpoint", |message| Some(message.endpoint.as_str().into())),
        Column::Text("webhook_id", |message| Some(message.webhook_id.as_str().into())),
        Column::Number("event", |message| Some(message.event)),
        Column::Text("kind", |message| name(&message.kind)),
        Column::Text("user", |message| text(&message.user)),
        Column::Number("refund", |message| message.refund_id),
        Column::Time("made_at", |message| Some(message.made_at)),
        Column::Text("state", |message| name(&message.state)),
        Column::Number("attempts", |message| Some(message.attempts.into())),
        Column::Time("next_at", |message| message.next_at),
        Column::Number("status", |message| message.status.map(Into::into)),
        Column::Text("problem", |message| text(&message.problem)),
        Column::Time("settled_at", |message| message.settled_at),
    ];
}
