//! A message's members, before anything is known of their types.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::decimal::scaled;
use crate::json::{self, JsonError, Raw, Unread};
use crate::model::{Environment, Timestamp, names_nothing};
use crate::stores::wire::Flag;

/// The members of one object by their names. A member that is `null` counts as absent, as ONE Store means it.
pub(super) struct Members<'a> {
    raw: BTreeMap<String, Raw<'a>>,
}

/// The members that are read, of any of ONE Store's objects. No other costs a message, whatever it is and however often
/// it stands there.
const READ: [&str; 38] = [
    "acknowledgeState",
    "autoRenewing",
    "cancelReason",
    "cancelledTimeMillis",
    "clientId",
    "consumptionState",
    "continuationKey",
    "continuationKey ",
    "developerPayload",
    "environmenmt",
    "environment",
    "eventTimeMillis",
    "expiryTimeMillis",
    "isTestMdn",
    "lastPurchaseId",
    "linkedPurchaseToken",
    "messageType",
    "msgVersion",
    "notificationType",
    "packageName",
    "paymentState",
    "price",
    "priceCurrencyCode",
    "productId",
    "purcahseState",
    "purchaseId",
    "purchaseMillis",
    "purchaseState",
    "purchaseTime",
    "purchaseTimeMillis",
    "purchaseToken",
    "quantity",
    "signature",
    "startTimeMillis",
    "subscriptionNotification",
    "voidedPurchaseList",
    "voidedPurchaseList ",
    "voidedTime",
];

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let (mut raw, mut unread) = (BTreeMap::new(), BTreeMap::new());
                while let Some(name) = map.next_key::<String>()? {
                    if READ.contains(&name.as_str()) {
                        raw.insert(name, map.next_value()?);
                    } else {
                        let Unread(value) = map.next_value()?;
                        // Of two values neither is kept.
                        let is_known = unread.contains_key(&name);
                        unread.insert(name, Some(value).filter(|_| !is_known));
                    }
                }
                let kept = unread.into_iter().filter(|(name, _)| !json::is_reserved(name));
                raw.extend(kept.filter_map(|(name, value)| Some((name, value?))));
                Ok(Members { raw })
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

/// A member that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at {member}: {problem}")]
pub(super) struct Unreadable {
    pub(super) member: &'static str,
    pub(super) problem: String,
}

impl Unreadable {
    pub(super) fn new(member: &'static str, problem: impl Into<String>) -> Self {
        Self { member, problem: problem.into() }
    }
}

impl From<Unreadable> for JsonError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Shape { path: unreadable.member.to_owned(), problem: unreadable.problem }
    }
}

impl<'a> Members<'a> {
    /// Reads an object strictly: no key twice that is read, no bottomless nesting.
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, JsonError> {
        json::from_slice(text)
    }

    /// The JSON text of a member.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        debug_assert!(READ.contains(&name), "{name} is read");
        self.raw.get(name).map(|value| value.get()).filter(|text| *text != "null")
    }

    /// Whether there is a member of this name, be it `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.raw.contains_key(name)
    }

    /// A text; empty text counts as absent, since an empty id would make one case of all refunds that lack one. A
    /// number is taken for its digits: ids are texts of digits, and have been seen without their quotes.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, Unreadable> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        match json::value_from_str(raw) {
            Ok(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Ok(Value::Number(_)) => Ok(Some(raw.to_owned())),
            _ => Err(Unreadable::new(name, "expected text")),
        }
    }

    /// An id; one that names nothing counts as absent.
    pub(super) fn id(&self, name: &'static str) -> Result<Option<String>, Unreadable> {
        Ok(self.text(name)?.filter(|id| !names_nothing(id)))
    }

    /// An id that must be there.
    pub(super) fn needed_id(&self, name: &'static str) -> Result<String, Unreadable> {
        self.id(name)?.ok_or_else(|| Unreadable::new(name, "expected an id, neither empty nor \"0\""))
    }

    /// A whole number, as number or text.
    pub(super) fn whole(&self, name: &'static str) -> Result<Option<i64>, Unreadable> {
        let bad = || Unreadable::new(name, "expected a whole number of 64 bits, or the same as text");
        self.text(name)?.map(|text| scaled(&text, 0).ok_or_else(bad)).transpose()
    }

    /// A time in milliseconds.
    pub(super) fn time(&self, name: &'static str) -> Result<Option<Timestamp>, Unreadable> {
        Ok(self.whole(name)?.map(Timestamp::from_millis))
    }

    /// Yes or no, as truth value, number or text.
    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, Unreadable> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        match json::value_from_str(raw) {
            Ok(Flag(flag)) => Ok(flag),
            Err(_) => Err(Unreadable::new(name, "expected true or false")),
        }
    }

    /// SANDBOX or COMMERCIAL. Anything else is not guessed at: it decides whether somebody can be blocked.
    pub(super) fn environment(&self, name: &'static str) -> Result<Option<Environment>, Unreadable> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.to_ascii_uppercase().as_str() {
            "SANDBOX" => Ok(Some(Environment::Sandbox)),
            "COMMERCIAL" => Ok(Some(Environment::Production)),
            _ => Err(Unreadable::new(name, "expected SANDBOX or COMMERCIAL")),
        }
    }

    /// All members but the signature, as they came.
    pub(super) fn values(&self) -> BTreeMap<String, Value> {
        self.raw
            .iter()
            .filter(|(name, _)| name.as_str() != "signature")
            .map(|(name, raw)| (name.clone(), json::kept_value(raw.get())))
            .collect()
    }
}
