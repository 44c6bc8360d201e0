//! The signed part of a notification, which distinguishes one dead letter from another.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use super::verifier::signed_payload;
use crate::json;
use crate::stores::Request;
use crate::verify::CompactJws;

/// Members that a notification has, and neither a transaction nor a renewal info: players hold signed ones of their own
/// purchases.
const OF_NOTIFICATIONS: [&str; 2] = ["notificationType", "notificationUUID"];

/// Header and payload of the JWS, which its signature covers; `None` if its payload is no notification's. Anyone can
/// change the text around the JWS, and the spelling of an ECDSA signature.
pub(crate) fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
    let jws = signed_payload(&Request::of_body(body)).ok()?;
    let payload = CompactJws::split(&jws).ok()?.payload_bytes().ok()?;
    let members: BTreeMap<String, IgnoredAny> = json::from_slice(&payload).ok()?;
    if !OF_NOTIFICATIONS.iter().any(|name| members.contains_key(*name)) {
        return None;
    }
    let (signed, _) = jws.rsplit_once('.')?;
    Some(signed.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn jws(payload: &str, signature: &str) -> String {
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", encoded("{\"alg\":\"ES256\"}"), encoded(payload), encoded(signature))
    }

    #[test]
    fn a_notification_is_the_same_however_it_is_wrapped_and_signed() {
        let first = jws("{\"notificationType\":\"X\",\"version\":\"9\"}", "a");
        let again = jws("{\"notificationType\":\"X\",\"version\":\"9\"}", "b");
        let signed = signed_content(format!("{{\"signedPayload\":\"{first}\"}}").as_bytes()).unwrap();
        for body in [
            first.clone(),
            format!(" {first}\n"),
            format!("{{ \"x\":1, \"signedPayload\" : \"{first}\" }}"),
            format!("{{\"signedPayload\":\"{again}\"}}"),
        ] {
            assert_eq!(signed_content(body.as_bytes()).as_ref(), Some(&signed), "{body}");
        }
        let other = jws("{\"notificationUUID\":\"1\"}", "a");
        assert_ne!(signed_content(other.as_bytes()).unwrap(), signed);
    }

    #[test]
    fn what_players_hold_is_no_notification() {
        for payload in ["{\"transactionId\":\"1\",\"bundleId\":\"b\"}", "{\"autoRenewStatus\":1}", "[]", "x"]
        {
            assert_eq!(signed_content(jws(payload, "a").as_bytes()), None, "{payload}");
        }
        assert_eq!(signed_content(b"{}"), None);
    }
}
