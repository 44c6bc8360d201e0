//! A message that was accepted: a payment notification (PNS), versions 2.0 to 3.1, or a subscription notification,
//! which is unsigned, so that anyone with the URL can write one.
//!
//! Format and numbers of `notificationType`: <https://onestore-dev.gitbook.io/dev/tools/billing/v21/pns>.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::members::{Members, Unreadable, scaled};
use crate::json::JsonError;
use crate::model::{Currency, Environment, Money, Timestamp};

/// A message of a configured app; only [`OneStoreVerifier`](super::OneStoreVerifier) makes one. Serializes as the
/// message arrived, without its signature.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Notification {
    #[serde(skip)]
    pub(super) client_id: String,
    #[serde(skip)]
    pub(super) received_at: Timestamp,
    content: Content,
}

/// The message's content, and with that how far it can be trusted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Content {
    /// A payment or its cancellation; its signature was verified.
    Payment(PaymentNotification),
    /// A subscription's change; unsigned.
    Subscription(SubscriptionNotification),
}

impl Notification {
    pub(super) const fn new(client_id: String, received_at: Timestamp, content: Content) -> Self {
        Self { client_id, received_at, content }
    }

    /// The configured app that it is of, whichever of its names the message uses.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Its content.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }
}

/// A payment or its cancellation. Serializes as it arrived, under ONE Store's names, without its signature.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PaymentNotification {
    #[serde(skip)]
    pub(super) purchase_id: String,
    #[serde(skip)]
    pub(super) purchase_state: PurchaseState,
    #[serde(skip)]
    pub(super) purchase_token: Option<String>,
    #[serde(skip)]
    pub(super) product_id: Option<String>,
    #[serde(skip)]
    pub(super) developer_payload: Option<String>,
    #[serde(skip)]
    pub(super) purchase_time: Option<Timestamp>,
    #[serde(skip)]
    pub(super) price: Option<Money>,
    #[serde(skip)]
    pub(super) environment: Environment,
    members: BTreeMap<String, Value>,
}

/// The state of the payment: `purchaseState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PurchaseState {
    /// It was paid: `COMPLETED`.
    Completed,
    /// It was revoked: `CANCELED`.
    Canceled,
}

impl PurchaseState {
    /// ONE Store's name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "COMPLETED",
            Self::Canceled => "CANCELED",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Completed, Self::Canceled].into_iter().find(|state| state.name() == name)
    }
}

/// The one documented `messageType`. Another one may well cancel something else than a payment.
const MESSAGE_TYPE: &str = "SINGLE_PAYMENT_TRANSACTION";

impl PaymentNotification {
    /// Reads a message that was verified.
    pub(super) fn read(members: &Members<'_>) -> Result<Self, Unreadable> {
        if members.text("messageType")?.is_some_and(|found| found != MESSAGE_TYPE) {
            return Err(Unreadable::new("messageType", format!("expected {MESSAGE_TYPE}")));
        }
        Ok(Self {
            purchase_id: members.needed_id("purchaseId")?,
            purchase_state: purchase_state(members)?,
            // An unreadable value of these is unknown, and no reason to lose a refund.
            purchase_token: members.id("purchaseToken").ok().flatten(),
            product_id: members.text("productId").ok().flatten(),
            developer_payload: members.text("developerPayload").ok().flatten(),
            purchase_time: purchase_time(members).ok().flatten(),
            price: price(members),
            environment: environment(members)?,
            members: members.values(),
        })
    }

    /// The payment's id, the same in its cancellation.
    #[must_use]
    pub fn purchase_id(&self) -> &str {
        &self.purchase_id
    }

    /// Its state.
    #[must_use]
    pub const fn purchase_state(&self) -> PurchaseState {
        self.purchase_state
    }

    /// All members but the signature, as they arrived.
    #[must_use]
    pub const fn members(&self) -> &BTreeMap<String, Value> {
        &self.members
    }
}

fn purchase_state(members: &Members<'_>) -> Result<PurchaseState, Unreadable> {
    // ONE Store's table of members misspells it, its samples do not.
    let name = match members.text("purchaseState")? {
        None => members.text("purcahseState")?,
        name => name,
    };
    name.and_then(|name| PurchaseState::from_name(&name))
        .ok_or_else(|| Unreadable::new("purchaseState", "expected COMPLETED or CANCELED"))
}

/// Version 2 calls it `purchaseMillis`.
fn purchase_time(members: &Members<'_>) -> Result<Option<Timestamp>, Unreadable> {
    match members.time("purchaseTimeMillis")? {
        None => members.time("purchaseMillis"),
        time => Ok(time),
    }
}

/// An amount without a currency is no amount, except zero; an unreadable one is no reason to lose the refund.
fn price(members: &Members<'_>) -> Option<Money> {
    let micros = scaled(&members.text("price").ok()??, 6).filter(|micros| *micros >= 0)?;
    let currency = members.text("priceCurrencyCode").ok().flatten();
    match currency.and_then(|currency| Currency::new(&currency).ok()) {
        Some(currency) => Some(Money { micros, currency }),
        None => (micros == 0).then_some(Money::NOTHING),
    }
}

/// A purchase is a test by the word of any of the three members that can say so.
fn environment(members: &Members<'_>) -> Result<Environment, Unreadable> {
    let is_test = members.environment("environment")? == Some(Environment::Sandbox)
        || members.flag("isTestMdn")? == Some(true)
        || members.text("msgVersion")?.is_some_and(|version| is_development(&version));
    Ok(if is_test { Environment::Sandbox } else { Environment::Production })
}

/// `3.1.0D`, `2.0.0.D`; the documents also write `3.0.0[D]`.
fn is_development(version: &str) -> bool {
    version.trim_end_matches(']').ends_with(['D', 'd'])
}

/// An unsigned report of what happened to a subscription. Serializes as it arrived, under ONE Store's names.
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

    /// What is reported to have happened.
    #[must_use]
    pub const fn notification_type(&self) -> SubscriptionNotificationType {
        self.notification_type
    }

    /// The subscription.
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

/// What happened to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubscriptionNotificationType {
    /// Recovered from account hold, or resumed from a pause.
    Recovered,
    /// Renewed.
    Renewed,
    /// Cancelled; lives until it expires.
    Canceled,
    /// Bought.
    Purchased,
    /// Put on account hold.
    OnHold,
    /// In its grace period.
    InGracePeriod,
    /// Resumed by the player before it expired.
    Restarted,
    /// The player agreed to a new price.
    PriceChangeConfirmed,
    /// Its renewal was put off.
    Deferred,
    /// Paused.
    Paused,
    /// The plan for a pause changed.
    PauseScheduleChanged,
    /// Revoked before it expired.
    Revoked,
    /// Expired.
    Expired,
    /// A number this version does not know.
    Unknown(i64),
}

use SubscriptionNotificationType as Type;

const TYPES: [(i64, Type, &str); 13] = [
    (1, Type::Recovered, "RECOVERED"),
    (2, Type::Renewed, "RENEWED"),
    (3, Type::Canceled, "CANCELED"),
    (4, Type::Purchased, "PURCHASED"),
    (5, Type::OnHold, "ON_HOLD"),
    (6, Type::InGracePeriod, "IN_GRACE_PERIOD"),
    (7, Type::Restarted, "RESTARTED"),
    (8, Type::PriceChangeConfirmed, "PRICE_CHANGE_CONFIRMED"),
    (9, Type::Deferred, "DEFERRED"),
    (10, Type::Paused, "PAUSED"),
    (11, Type::PauseScheduleChanged, "PAUSE_SCHEDULE_CHANGED"),
    (12, Type::Revoked, "REVOKED"),
    (13, Type::Expired, "EXPIRED"),
];

impl SubscriptionNotificationType {
    /// From ONE Store's number.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        TYPES.iter().find(|row| row.0 == number).map_or(Self::Unknown(number), |row| row.1)
    }

    /// ONE Store's number.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Unknown(number) => number,
            known => TYPES.iter().find(|row| row.1 == known).map_or(0, |row| row.0),
        }
    }

    /// ONE Store's name; `None` for a number this version does not know.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        TYPES.iter().find(|row| row.1 == self).map(|row| row.2)
    }
}

#[cfg(test)]
mod tests {
    use super::is_development;

    #[test]
    fn versions_of_the_sandbox_end_in_d() {
        for version in ["3.1.0D", "3.0.0[D]", "2.0.0.D", "2.0.0D", "3.1.0d"] {
            assert!(is_development(version), "{version}");
        }
        for version in ["3.1.0", "3.0.0", "2.0.0", "", "D3.1.0", "4.0.0"] {
            assert!(!is_development(version), "{version}");
        }
    }
}
