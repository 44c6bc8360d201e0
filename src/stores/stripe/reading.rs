//! The needs of every Stripe object's reader: the time and the version of Stripe's API, ids, references to other
//! objects, metadata, and amounts, which are whole numbers of the currency's minor unit.
//! Source: <https://docs.stripe.com/currencies>.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::event::not_understood;
use crate::json::{Kept, Lossy};
use crate::model::{Currency, Money, Timestamp, is_placeholder};
use crate::stores::Rejection;

/// Since this version `amount_refunded` and `refunded` of a charge leave out what was authorised and never captured.
/// Before it they include the released rest, which also has a refund object.
/// Source: <https://docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow>.
const WITHOUT_RELEASES: &str = "2025-03-31";

/// How to read an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    /// The metadata key that the player's tag is under.
    pub(super) user_key: Option<&'a str>,
    /// Whether a checkout session's `client_reference_id` is the player's tag.
    pub(super) client_reference_id: bool,
    /// The time of the object's report, if the object has none itself: the event's time.
    pub(super) at: Timestamp,
    /// The time that an object's totals and states are true for.
    pub(super) seen_at: Timestamp,
    /// Whether a charge counts released amounts as refunded.
    pub(super) counts_releases: bool,
}

/// Whether charges of this API version count released amounts as refunded. A version that is missing, or that is none
/// of Stripe's, is read as the newest.
pub(super) fn counts_releases(api_version: Option<&str>) -> bool {
    match api_version.and_then(date_of) {
        Some(date) => date < WITHOUT_RELEASES,
        None => {
            tracing::warn!(
                api_version = api_version.map(|version| version.chars().take(64).collect::<String>()),
                "a Stripe event's API version is missing or unknown; its charge is read as the newest version writes it"
            );
            false
        }
    }
}

/// The day in a version's name: `2024-10-28.acacia`, or before 2024 `2020-08-27`.
fn date_of(version: &str) -> Option<&str> {
    let date = version.get(..10)?;
    let is_date = date.bytes().enumerate().all(|(n, byte)| match n {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let is_whole = version.len() == 10 || version.as_bytes().get(10) == Some(&b'.');
    (is_date && is_whole).then_some(date)
}

/// A reference to another object: its id, or the object itself if the endpoint's API version or the request that made
/// the event has it expanded (<https://docs.stripe.com/expand>).
#[derive(Clone, Debug)]
pub(super) struct Reference<T> {
    pub(super) id: String,
    pub(super) object: Option<Box<T>>,
}

/// An object that others refer to.
pub(super) trait Identified {
    /// Its id, which is no placeholder.
    fn id(&self) -> &str;
}

const AN_ID: &str = "an id that is neither empty nor \"0\", or an object with one";

impl<'de, T: Deserialize<'de> + Identified> Deserialize<'de> for Reference<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReferenceVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + Identified> Visitor<'de> for ReferenceVisitor<T> {
            type Value = Reference<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(AN_ID)
            }

            fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<Reference<T>, E> {
                if is_placeholder(id) {
                    return Err(E::custom(format_args!("expected {AN_ID}")));
                }
                Ok(Reference { id: id.to_owned(), object: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Reference<T>, A::Error> {
                let object = T::deserialize(MapAccessDeserializer::new(members))?;
                Ok(Reference { id: object.id().to_owned(), object: Some(Box::new(object)) })
            }
        }

        deserializer.deserialize_any(ReferenceVisitor(PhantomData))
    }
}

/// An object's id. A placeholder would make one case of all objects that lack one.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    if is_placeholder(&id) {
        Err(D::Error::custom("expected an id, neither empty nor \"0\""))
    } else {
        Ok(id)
    }
}

/// The id of another object, which is named or included whole; nothing else of it is read, so that no form of it costs
/// an event.
pub(super) fn id_only<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Lossy(named) = Lossy::<Named>::deserialize(deserializer)?;
    Ok(named.and_then(|named| named.0).filter(|id| !is_placeholder(id)))
}

/// The id of an object, or of the whole object in its place.
struct Named(Option<String>);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamedVisitor;

        impl<'de> Visitor<'de> for NamedVisitor {
            type Value = Named;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id, or an object with one")
            }

            fn visit_str<E>(self, id: &str) -> Result<Named, E> {
                Ok(Named(Some(id.to_owned())))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Named, A::Error> {
                let mut id = None;
                while let Some(name) = members.next_key::<String>()? {
                    if name == "id" {
                        id = members.next_value::<Option<String>>()?;
                    } else {
                        members.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Named(id))
            }
        }

        deserializer.deserialize_any(NamedVisitor)
    }
}

/// A list, flag or other member that may be `null`, which means the same as leaving it out.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// An object's metadata: text by keys of the merchant's own. A value of another form is ignored, and costs no event;
/// some send an empty one on as `[]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata(BTreeMap<String, String>);

impl Metadata {
    /// The value under the configured key.
    pub(super) fn tag(&self, key: Option<&str>) -> Option<String> {
        self.0.get(key?).filter(|tag| !tag.is_empty()).cloned()
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Kept(Value::Object(members)) = Kept::deserialize(deserializer)? else {
            return Ok(Self::default());
        };
        let text = |(key, value): (String, Value)| match value {
            Value::String(text) => Some((key, text)),
            _ => None,
        };
        Ok(Self(members.into_iter().filter_map(text).collect()))
    }
}

/// Currencies with amounts in whole units.
///
/// Stripe's list of zero-decimal currencies has UGX as well, but its special cases, which match its API, revoke that: 5
/// UGX are 500, as 5 ISK are, though neither has fractions any more. HUF and TWD are whole in payouts only; charges,
/// refunds and disputes have hundredths. So all four are like most.
const WHOLE: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];

/// Currencies with amounts in thousandths.
const THOUSANDTHS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// The amount as money. A currency on neither list has hundredths, as Stripe documents for all others.
pub(super) fn money(amount: i64, currency: &str) -> Result<Money, Rejection> {
    let bad = |problem: &str| {
        let currency: String = currency.chars().take(16).collect();
        not_understood(format!("the amount {amount} of currency {currency:?} {problem}"))
    };
    let currency = Currency::new(currency).map_err(|error| bad(&format!("cannot be kept: {error}")))?;
    if amount < 0 {
        return Err(bad("is negative"));
    }
    let micros = amount.checked_mul(micros_in_minor_unit(currency)).ok_or_else(|| bad("is too large"))?;
    Ok(Money { micros, currency })
}

/// Money as Stripe writes it in the currency's minor unit; `None` if it is not a whole number of them.
pub(super) fn minor_units(money: Money) -> Option<i64> {
    let unit = micros_in_minor_unit(money.currency);
    (money.micros % unit == 0).then_some(money.micros / unit)
}

fn micros_in_minor_unit(currency: Currency) -> i64 {
    let code = currency.as_str();
    if WHOLE.contains(&code) {
        1_000_000
    } else if THOUSANDTHS.contains(&code) {
        1_000
    } else {
        10_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_before_basil_counts_releases_and_no_other_does() {
        for before in ["2024-10-28.acacia", "2025-02-24.acacia", "2020-08-27", "2025-03-30.x"] {
            assert!(counts_releases(Some(before)), "{before}");
        }
        for since in ["2025-03-31.basil", "2025-09-30.clover", "2031-01-01"] {
            assert!(!counts_releases(Some(since)), "{since}");
        }
        for unknown in
            [None, Some(""), Some("basil"), Some("2024-10-28acacia"), Some("2024/10/28"), Some("ä024-10-28")]
        {
            assert!(!counts_releases(unknown), "{unknown:?}");
        }
    }
}
