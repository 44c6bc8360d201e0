//! Get Notification History, as Apple answers it.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/get-notification-history>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use recoup::app_store::NotificationType;
use recoup::{Span, Timestamp};
use serde_json::{Map, Value, json};

use super::Fault;
use super::consumption::nothing_else;

/// A notification that Apple has sent, or tried to.
#[derive(Clone, Debug)]
pub struct Sent {
    pub kind: String,
    pub at: Timestamp,
    pub signed_payload: String,
    pub attempts: Vec<(Timestamp, &'static str)>,
}

const PAGE: usize = 20;

pub fn answer(
    sent: &[Sent],
    body: &Map<String, Value>,
    token: Option<&str>,
    window: Span,
    now: Timestamp,
) -> Result<Value, Fault> {
    let mut rest = body.clone();
    let mut time = |name: &str| rest.remove(name).and_then(|time| time.as_i64()).map(Timestamp::from_millis);
    let Some(start) = time("startDate") else { return Err(Fault(400, 4_000_015, "Invalid start date.")) };
    let Some(end) = time("endDate") else { return Err(Fault(400, 4_000_016, "Invalid end date.")) };
    if now.since(start) > window {
        return Err(Fault(400, 4_000_012, "The start date is too far in the past."));
    }
    if start >= end {
        return Err(Fault(400, 4_000_013, "The start date is after the end date."));
    }
    let kind = rest.remove("notificationType");
    let known = |kind: &str| NotificationType::KNOWN.contains(&NotificationType::from(kind));
    if kind.as_ref().is_some_and(|kind| !kind.as_str().is_some_and(known)) {
        return Err(Fault(400, 4_000_018, "Invalid notification type or subtype."));
    }
    let only_failures = rest.remove("onlyFailures").is_some_and(|only| only == Value::Bool(true));
    nothing_else(&rest)?;
    let matching: Vec<&Sent> = sent
        .iter()
        .filter(|sent| (start..=end).contains(&sent.at))
        .filter(|sent| kind.as_ref().is_none_or(|kind| kind == &Value::from(sent.kind.clone())))
        .filter(|sent| !only_failures || sent.attempts.last().is_none_or(|attempt| attempt.1 != "SUCCESS"))
        .collect();
    let from = match token {
        None => 0,
        Some(token) => place(token, body).ok_or(Fault(400, 4_000_014, "Invalid pagination token."))?,
    };
    let to = (from + PAGE).min(matching.len());
    let mut answer = json!({
        "notificationHistory": matching[from..to].iter().map(|sent| item(sent)).collect::<Vec<_>>(),
        "hasMore": to < matching.len(),
    });
    if to < matching.len() {
        answer["paginationToken"] = json!(token_of(to, body));
    }
    Ok(answer)
}

fn item(sent: &Sent) -> Value {
    let attempts: Vec<Value> = sent
        .attempts
        .iter()
        .map(|(at, result)| json!({"attemptDate": at.millis(), "sendAttemptResult": result}))
        .collect();
    json!({"signedPayload": sent.signed_payload, "sendAttempts": attempts})
}

/// A token is good for the same request only.
fn token_of(place: usize, body: &Map<String, Value>) -> String {
    URL_SAFE_NO_PAD.encode(format!("{place}:{}", Value::Object(body.clone()))) + "+/=:"
}

fn place(token: &str, body: &Map<String, Value>) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token.strip_suffix("+/=:")?).ok()?).ok()?;
    let (place, of) = text.split_once(':')?;
    let of: Value = serde_json::from_str(of).ok()?;
    (of.as_object() == Some(body)).then(|| place.parse().ok())?
}
