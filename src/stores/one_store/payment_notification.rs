//! A payment notification (PNS), versions 2.0 to 3.1.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::decimal::scaled;
use super::members::{Members, Unreadable};
use crate::model::{Currency, Environment, Money, Timestamp};

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

/// What became of the payment: `purchaseState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PurchaseState {
    /// It was paid: `COMPLETED`.
    Completed,
    /// It was taken back: `CANCELED`.
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

/// The one `messageType` there is. Another one may well cancel something else than a payment.
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
            // What cannot be read of these is unknown, and no reason to lose a refund.
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

    /// What became of it.
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

/// An amount without a currency is no amount, but for zero; one that cannot be read is no reason to lose the refund.
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
