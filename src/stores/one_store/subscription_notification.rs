//! A subscription notification. Nobody signs it: whoever knows the URL can write one.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::SubscriptionNotificationType;
use super::members::{Members, Unreadable};
use crate::json::JsonError;
use crate::model::{Environment, Timestamp};

/// What somebody says happened to a subscription. Serializes as it arrived, under ONE Store's names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct SubscriptionNotification {
    #[serde(skip)]
    pub(super) notification_type: SubscriptionNotificationType,
    #[serde(skip)]
    pub(super) purchase_token: String,
    #[serde(skip)]
    pub(super) event_time: Timestamp,
    #[serde(skip)]
    pub(super) environment: Environment,
    members: BTreeMap<String, Value>,
}

impl SubscriptionNotification {
    /// Whether a message without signature is one.
    pub(super) fn is_in(members: &Members<'_>) -> bool {
        members.raw("subscriptionNotification").is_some()
    }

    pub(super) fn read(members: &Members<'_>) -> Result<Self, JsonError> {
        let inner = members.raw("subscriptionNotification").unwrap_or_default();
        let inner = Members::parse(inner.as_bytes())?;
        let missing = |member| Unreadable::new(member, "expected a whole number");
        let number = inner.whole("notificationType")?.ok_or_else(|| missing("notificationType"))?;
        // ONE Store's sample misspells it.
        let environment = match members.environment("environment")? {
            None => members.environment("environmenmt")?,
            environment => environment,
        };
        Ok(Self {
            notification_type: SubscriptionNotificationType::from_number(number),
            purchase_token: inner.needed_id("purchaseToken")?,
            event_time: members.time("eventTimeMillis")?.ok_or_else(|| missing("eventTimeMillis"))?,
            environment: environment.unwrap_or(Environment::Production),
            members: members.values(),
        })
    }

    /// What is said to have happened.
    #[must_use]
    pub const fn notification_type(&self) -> SubscriptionNotificationType {
        self.notification_type
    }

    /// To which subscription.
    #[must_use]
    pub fn purchase_token(&self) -> &str {
        &self.purchase_token
    }

    /// All members, as they arrived.
    #[must_use]
    pub const fn members(&self) -> &BTreeMap<String, Value> {
        &self.members
    }
}
