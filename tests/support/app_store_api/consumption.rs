//! What Apple takes as consumption information, member by member.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/consumptionrequest> and `/consumptionrequestv1`.

use serde_json::{Map, Value};

use super::Fault;

/// What the purchase is, as far as Apple's answer depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    pub renews: bool,
    pub advanced_commerce: bool,
    pub family_shared: bool,
}

pub fn check_v2(mut body: Map<String, Value>, kind: Kind) -> Result<(), Fault> {
    if kind.family_shared {
        return Err(Fault(400, 4_000_185, "Family transaction not supported."));
    }
    if kind.advanced_commerce {
        // The number is not in the published lists; nothing may depend on it.
        return Err(Fault(400, 4_000_000, "Advanced Commerce API transactions are not supported."));
    }
    if body.remove("customerConsented") != Some(Value::Bool(true)) {
        return Err(Fault(400, 4_000_035, "Invalid request. The customerConsented field is invalid."));
    }
    let delivered = match body.remove("deliveryStatus").as_ref().and_then(Value::as_str) {
        Some("DELIVERED") => true,
        Some(
            "UNDELIVERED_QUALITY_ISSUE"
            | "UNDELIVERED_WRONG_ITEM"
            | "UNDELIVERED_SERVER_OUTAGE"
            | "UNDELIVERED_OTHER",
        ) => false,
        _ => return Err(Fault(400, 4_000_036, "Invalid request. The deliveryStatus field is invalid.")),
    };
    if !matches!(body.remove("sampleContentProvided"), Some(Value::Bool(_))) {
        return Err(Fault(400, 4_000_041, "Invalid request. The sampleContentProvided field is invalid."));
    }
    let percentage = match body.remove("consumptionPercentage") {
        None => None,
        Some(value) => match value.as_u64() {
            Some(percentage @ 0..=100_000) => Some(percentage),
            _ => return Err(Fault(400, 4_000_000, "The consumptionPercentage is out of range.")),
        },
    };
    match (percentage, delivered, kind.renews) {
        (Some(_), _, true) => {
            return Err(Fault(
                400,
                4_000_000,
                "An auto-renewable subscription has no consumptionPercentage.",
            ));
        }
        (None | Some(1..), false, false) => {
            return Err(Fault(400, 4_000_000, "Undelivered, so the consumptionPercentage must be 0."));
        }
        _ => {}
    }
    match body.remove("refundPreference").as_ref().map(Value::as_str) {
        None | Some(Some("DECLINE" | "GRANT_FULL")) => {}
        Some(Some("GRANT_PRORATED")) if kind.renews || matches!(percentage, Some(1..=99_999)) => {}
        Some(_) => {
            return Err(Fault(400, 4_000_000, "Invalid request. The refundPreference field is invalid."));
        }
    }
    nothing_else(&body)
}

pub fn check_v1(mut body: Map<String, Value>) -> Result<(), Fault> {
    if body.remove("customerConsented") != Some(Value::Bool(true)) {
        return Err(Fault(400, 4_000_035, "Invalid request. The customerConsented field is invalid."));
    }
    if !matches!(body.remove("sampleContentProvided"), Some(Value::Bool(_))) {
        return Err(Fault(400, 4_000_041, "Invalid request. The sampleContentProvided field is invalid."));
    }
    let token = body.remove("appAccountToken");
    let is_uuid = |token: &str| token.is_empty() || token.len() == 36 && token.matches('-').count() == 4;
    if !token.as_ref().and_then(Value::as_str).is_some_and(is_uuid) {
        return Err(Fault(
            400,
            4_000_033,
            "Invalid request. The app account token field must be a UUID or empty.",
        ));
    }
    for (name, most, code) in [
        ("accountTenure", 7, 4_000_032),
        ("consumptionStatus", 3, 4_000_034),
        ("deliveryStatus", 5, 4_000_036),
        ("lifetimeDollarsPurchased", 7, 4_000_037),
        ("lifetimeDollarsRefunded", 7, 4_000_038),
        ("platform", 2, 4_000_039),
        ("playTime", 7, 4_000_040),
        ("userStatus", 4, 4_000_042),
    ] {
        if body.remove(name).and_then(|value| value.as_u64()).is_none_or(|value| value > most) {
            return Err(Fault(400, code, "Invalid request. One of the fields is invalid."));
        }
    }
    if body.remove("refundPreference").is_some_and(|value| value.as_u64().is_none_or(|value| value > 3)) {
        return Err(Fault(400, 4_000_000, "Invalid request. The refundPreference field is invalid."));
    }
    nothing_else(&body)
}

pub fn nothing_else(body: &Map<String, Value>) -> Result<(), Fault> {
    if body.is_empty() {
        Ok(())
    } else {
        Err(Fault(400, 4_000_000, "The body has a member that is not known."))
    }
}
