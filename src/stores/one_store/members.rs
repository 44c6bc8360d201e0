//! A message's members, before their types are known, and their numbers, exact: prices come as `"4.99"`, `4.99` or
//! `20000`, and no price may pass through a float.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::json::{self, JsonError, Raw, Unread};
use crate::model::{Environment, Timestamp, is_placeholder};
use crate::stores::wire::Flag;

/// The members of one object by their names. A member that is `null` counts as absent, as ONE Store means it.
pub(super) struct Members<'a> {
    raw: BTreeMap<String, Raw<'a>>,
}

/// The members that are read, of any of ONE Store's objects. No other member costs a message, whatever its value and
/// however often it occurs.
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

/// A member with an unexpected value.
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
    /// number is read as its digits: ids are texts of digits, and have been seen without their quotes.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, Unreadable> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        match json::value_from_str(raw) {
            Ok(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Ok(Value::Number(_)) => Ok(Some(raw.to_owned())),
            _ => Err(Unreadable::new(name, "expected text")),
        }
    }

    /// An id; a placeholder counts as absent.
    pub(super) fn id(&self, name: &'static str) -> Result<Option<String>, Unreadable> {
        Ok(self.text(name)?.filter(|id| !is_placeholder(id)))
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

    /// SANDBOX or COMMERCIAL. Any other value is refused: it decides whether a player can be blocked.
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

/// The longest text that is read as a number; the largest amount of micros that is kept has 19 digits.
const MAX_LENGTH: usize = 64;
/// Ten to this power is beyond everything that is kept.
const MAX_EXPONENT: i32 = 64;

/// A decimal number (RFC 8259 §6) times ten to the power of `places`; `None` if the text is no such number, or the
/// result is not whole or does not fit.
pub(super) fn scaled(text: &str, places: i32) -> Option<i64> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, mantissa),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    // Zeros behind the last digit of a fraction say nothing, and would only make it too long to read.
    let fraction = fraction.trim_end_matches('0');
    let coefficient: i128 = format!("{whole}{fraction}").parse().ok()?;
    let shift = places.checked_add(exponent)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    i64::try_from(shifted(coefficient, shift)?.checked_mul(sign)?).ok()
}

/// `number` times ten to the power of `shift`, if that is whole.
fn shifted(number: i128, shift: i32) -> Option<i128> {
    if number == 0 {
        return Some(0);
    }
    if shift.abs() > MAX_EXPONENT {
        return None;
    }
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 {
        return number.checked_mul(power);
    }
    (number % power == 0).then(|| number / power)
}

#[cfg(test)]
mod tests {
    use super::scaled;

    #[test]
    fn decimals_become_micros_exactly() {
        for (text, micros) in [
            ("20000", 20_000_000_000),
            ("4.99", 4_990_000),
            ("0.1", 100_000),
            ("0.000001", 1),
            ("4.9900000000", 4_990_000),
            ("2E+4", 20_000_000_000),
            ("1.5e-3", 1_500),
            ("-0.5", -500_000),
            ("0", 0),
            ("0e999", 0),
            ("9223372036854.775807", i64::MAX),
        ] {
            assert_eq!(scaled(text, 6), Some(micros), "{text}");
        }
        assert_eq!(scaled("1700000000000", 0), Some(1_700_000_000_000));
        assert_eq!(scaled("1.7E12", 0), Some(1_700_000_000_000));
    }

    #[test]
    fn what_is_no_number_or_does_not_fit_is_none() {
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "+1",
            " 1",
            "1 ",
            "1,000",
            "₩1",
            "0x1",
            "1e",
            "1e5e5",
            "1.2.3",
            "--1",
            "NaN",
            "0.0000001",
            "9223372036854.775808",
            "1e30",
            "1e-30",
            "1e99999999999",
            "100000000000000000000000000000000000000000",
        ] {
            assert_eq!(scaled(text, 6), None, "{text}");
        }
        assert_eq!(scaled(&"0".repeat(65), 6), None);
        assert_eq!(scaled("1.5", 0), None);
    }
}
