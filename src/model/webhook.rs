//! Events out to the studio's own services: endpoints, the messages to them, and the body of a message.

use serde::{Deserialize, Serialize};

use super::{
    Access, Block, Environment, EventId, EventKind, Notice, Recovery, Refund, RefundId, Store, SweepGap,
    Timestamp,
};

/// The form of an endpoint's messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebhookFormat {
    /// [`WebhookEvent`]: a type, a time, and the event's data.
    #[default]
    Recoup,
    /// The same data in CloudEvents 1.0, structured mode.
    Cloudevents,
    /// The `IapRefundEvent` of nachocode: refunds alone.
    IapRefundEvent,
}

impl WebhookFormat {
    /// The name used in the ledger, in JSON and in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recoup => "recoup",
            Self::Cloudevents => "cloudevents",
            Self::IapRefundEvent => "iap_refund_event",
        }
    }
}

/// The state of a message to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// To be sent, for the first time or again.
    Waiting,
    /// A process is sending it.
    Sending,
    /// The endpoint's format needs something that is not known yet; `problem` names it.
    Held,
    /// The endpoint answered with success.
    Delivered,
    /// The last try failed.
    Dead,
    /// Not to be sent: the endpoint ended, or its format has no form for the event.
    Dropped,
}

impl WebhookState {
    /// The name used in the ledger and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Held => "held",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
            Self::Dropped => "dropped",
        }
    }

    /// Whether nothing more happens to the message, unless an operator replays it.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Delivered | Self::Dead | Self::Dropped)
    }
}

/// An endpoint, and how its messages are doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebhookEndpoint {
    /// Its name in the configuration.
    pub name: String,
    /// The form of its messages.
    pub format: WebhookFormat,
    /// Which events it gets; `None`: all.
    pub events: Option<Vec<EventKind>>,
    /// Of which stores; `None`: all.
    pub stores: Option<Vec<Store>>,
    /// Of which environments. A refund whose environment no one reported counts as production.
    pub environments: Vec<Environment>,
    /// Whether this engine's configuration has it, and so can sign for it.
    pub configured: bool,
    /// Since when events are queued for it.
    pub since: Timestamp,
    /// When a process that can sign for it last looked for messages to send; `None`: none did yet.
    pub served_at: Option<Timestamp>,
    /// Until when nothing is sent to it, because it answered 429, 502 or 504.
    pub held_back_until: Option<Timestamp>,
    /// How it ended; `None` while it is active.
    pub ended: Option<WebhookEnd>,
    /// How many messages wait or are being sent.
    pub waiting: i64,
    /// How many are held.
    pub held: i64,
    /// How many are dead.
    pub dead: i64,
    /// When one was last delivered.
    pub delivered_at: Option<Timestamp>,
    /// The last problem with a message.
    pub problem: Option<String>,
    /// When that was.
    pub problem_at: Option<Timestamp>,
}

/// How an endpoint ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebhookEnd {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// A message to an endpoint: one event, in the endpoint's format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebhookMessage {
    /// Its id.
    pub id: i64,
    /// The endpoint.
    pub endpoint: String,
    /// The header field `webhook-id`: the same for every try.
    pub webhook_id: String,
    /// The event.
    pub event: EventId,
    /// The event's kind.
    pub kind: EventKind,
    /// The event's user.
    pub user: Option<String>,
    /// The event's refund.
    pub refund_id: Option<RefundId>,
    /// When it was queued.
    pub made_at: Timestamp,
    /// Its state.
    pub state: WebhookState,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is sent next; while it is being sent, when its sender is presumed dead.
    pub next_at: Option<Timestamp>,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    /// Why the last try failed, or what is missing.
    pub problem: Option<String>,
    /// When it was delivered, or given no further try.
    pub settled_at: Option<Timestamp>,
}

/// Which messages to list. Default: all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WebhookMessageFilter {
    /// Of this endpoint only.
    pub endpoint: Option<String>,
    /// In this state only.
    pub state: Option<WebhookState>,
    /// Of this user only.
    pub user: Option<String>,
    /// Of this refund only.
    pub refund_id: Option<RefundId>,
}

/// Which messages to send again, under the same `webhook-id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WebhookReplay {
    /// One that is settled.
    Message(i64),
    /// All of an endpoint that are dead.
    Dead {
        /// The endpoint.
        endpoint: String,
    },
    /// All of an endpoint that were queued in a period and are settled.
    Period {
        /// The endpoint.
        endpoint: String,
        /// Its start.
        since: Timestamp,
        /// Its end, not included; `None`: now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
}

/// The answer to a test message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebhookTest {
    /// The endpoint.
    pub endpoint: String,
    /// Whether it answered with success.
    pub delivered: bool,
    /// The HTTP status; `None` if there was no answer.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// Why it failed.
    pub problem: Option<String>,
}

/// The body of a message in the format `recoup`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebhookEvent {
    /// The event's type, such as `refund.refunded`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When the event was queued: ISO 8601 in UTC, with milliseconds.
    pub timestamp: String,
    /// The event.
    pub data: WebhookData,
}

/// The event in a message's body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WebhookData {
    /// The event's id: act on it once.
    pub event: EventId,
    /// The event's kind.
    pub kind: EventKind,
    /// The ledger that queued it.
    pub ledger: String,
    /// The user; `null` for an unattributed refund and for a gap.
    pub user: Option<String>,
    /// The refund at the time of the event; `null` for an operator's block and for a gap.
    pub refund: Option<Refund>,
    /// The refund's books, of refund, reversal and recovery events.
    pub recovery: Option<Recovery>,
    /// The block that was created or ended.
    pub block: Option<Block>,
    /// The notice for the player, of a notice event.
    pub notice: Option<Notice>,
    /// The player's access, of an access event.
    pub access: Option<Access>,
    /// The lost period of a gap.
    pub gap: Option<SweepGap>,
}
