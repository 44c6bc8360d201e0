//! The kind of a text that came where an SNS message is expected. A body that is nearly right is refused with helpful
//! words.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::AmazonError;
use crate::json::{self, Raw};

/// Members that distinguish bodies.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Marks<'a> {
    #[serde(rename = "appPackageName")]
    package: Option<IgnoredAny>,
    #[serde(rename = "notificationType")]
    notification_type: Option<IgnoredAny>,
    #[serde(rename = "Signature")]
    signature: Option<IgnoredAny>,
    #[serde(rename = "TopicArn")]
    topic: Option<IgnoredAny>,
    /// An event of AWS Lambda, from SNS or from SQS.
    #[serde(borrow, rename = "Records")]
    records: Option<Vec<Raw<'a>>>,
    /// The answer of SQS ReceiveMessage.
    #[serde(borrow, rename = "Messages")]
    messages: Option<Vec<Raw<'a>>>,
    /// A record of a Lambda event from SNS.
    #[serde(borrow, rename = "Sns")]
    sns: Option<Raw<'a>>,
    /// A record of a Lambda event from SQS, or an event of API Gateway.
    #[serde(borrow)]
    body: Option<Raw<'a>>,
    /// A message of SQS.
    #[serde(borrow, rename = "Body")]
    sqs_body: Option<Raw<'a>>,
    #[serde(rename = "isBase64Encoded")]
    is_base64: Option<IgnoredAny>,
}

/// The content of a record.
enum Inside {
    SnsMessage,
    RealTimeNotification,
    SomethingElse,
}

const RAW_DELIVERY: &str = "Raw message delivery drops the signature, so nothing proves that Amazon sent it: switch it off on \
                            the SNS subscription (RawMessageDelivery = false)";

/// The kind of a body that is no SNS message, if its form shows it.
pub(super) fn in_place_of_a_message(body: &[u8]) -> Option<AmazonError> {
    let text = std::str::from_utf8(body).ok()?;
    if let Some(inner) = json_in_a_string(text) {
        return match inside(&inner) {
            Inside::SnsMessage => {
                other("the SNS message as a JSON string", "Decode the string once, and pass on its text")
            }
            Inside::RealTimeNotification => other(RAW_NOTIFICATION, RAW_DELIVERY),
            Inside::SomethingElse => None,
        };
    }
    if let Inside::RealTimeNotification = inside(text) {
        return other(RAW_NOTIFICATION, RAW_DELIVERY);
    }
    let marks: Marks<'_> = json::from_slice(body).ok()?;
    if let Some(records) = &marks.records {
        return of_list(records, "Records", "an event of AWS Lambda");
    }
    if let Some(messages) = &marks.messages {
        return of_list(messages, "Messages", "an answer of Amazon SQS");
    }
    of_record(&marks, "")
}

const RAW_NOTIFICATION: &str = "a Real-Time Notification without the SNS message around it";

fn of_list(items: &[Raw<'_>], list: &str, found: &'static str) -> Option<AmazonError> {
    match items {
        [] => other(found, &format!("Its {list} is empty: there is nothing to pass on")),
        [one] => {
            let marks: Marks<'_> = json::from_slice(one.get().as_bytes()).ok()?;
            of_record(&marks, &format!("{list}[0]."))
        }
        several => {
            let marks: Marks<'_> = json::from_slice(several.first()?.get().as_bytes()).ok()?;
            let member = member_of(&marks)?.0;
            let count = several.len();
            other(
                found,
                &format!(
                    "It holds {count} messages: pass on {list}[0].{member} and each of the others separately"
                ),
            )
        }
    }
}

/// The member of a record that holds the message, and its text.
fn member_of<'a>(marks: &Marks<'a>) -> Option<(&'static str, &'static str, Raw<'a>)> {
    let sns = marks.sns.map(|sns| ("Sns", "a record of AWS Lambda, from SNS", sns));
    let body = || {
        let found = match marks.is_base64 {
            Some(_) => "an event of AWS API Gateway or Lambda",
            None => "a message of Amazon SQS",
        };
        marks.body.map(|body| ("body", found, body))
    };
    sns.or_else(body).or_else(|| marks.sqs_body.map(|body| ("Body", "a message of Amazon SQS", body)))
}

fn of_record(marks: &Marks<'_>, path: &str) -> Option<AmazonError> {
    let (member, found, value) = member_of(marks)?;
    let text = json_in_a_string(value.get());
    let how = match text {
        Some(_) => ", the text inside the JSON string,",
        None => "",
    };
    match inside(text.as_deref().unwrap_or_else(|| value.get())) {
        Inside::SnsMessage => other(found, &format!("Pass on its member {path}{member}{how} unchanged")),
        Inside::RealTimeNotification => {
            let then = format!("{RAW_DELIVERY}; then pass on the member {path}{member}");
            other(found, &then)
        }
        Inside::SomethingElse if marks.is_base64.is_some() => other(
            found,
            &format!("Pass on its member {path}{member}, decoded from base64 where isBase64Encoded is true"),
        ),
        Inside::SomethingElse => other(
            found,
            &format!(
                "Its member {path}{member} holds no SNS message with a Signature: pass on what SNS sent"
            ),
        ),
    }
}

fn json_in_a_string(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('"') {
        return None;
    }
    json::value_from_str(text).ok()
}

fn inside(text: &str) -> Inside {
    let marks = |text: &str| {
        json::from_slice::<Marks<'_>>(text.as_bytes()).ok().map(|marks| {
            let is_sns = marks.signature.is_some() && marks.topic.is_some();
            (is_sns, marks.package.is_some() && marks.notification_type.is_some())
        })
    };
    let found = marks(text).or_else(|| marks(&without_last_comma(text)?));
    match found {
        Some((true, _)) => Inside::SnsMessage,
        Some((_, true)) => Inside::RealTimeNotification,
        _ => Inside::SomethingElse,
    }
}

#[allow(clippy::unnecessary_wraps, reason = "it is what every reader gives")]
fn other(found: &'static str, advice: &str) -> Option<AmazonError> {
    Some(AmazonError::OtherBody { found, advice: advice.to_owned() })
}

/// The message without the comma after its last member that Amazon's documentation shows; `None` if there is none.
pub(super) fn without_last_comma(message: &str) -> Option<String> {
    let inside = message.trim_end().strip_suffix('}')?.trim_end().strip_suffix(',')?;
    Some(format!("{inside}}}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn words(body: &Value) -> String {
        in_place_of_a_message(body.to_string().as_bytes()).map(|error| error.to_string()).unwrap_or_default()
    }

    fn sns() -> Value {
        json!({"Type": "Notification", "TopicArn": "t", "Message": "{}", "Signature": "AAAA"})
    }

    fn rtn() -> Value {
        json!({"appPackageName": "a", "notificationType": "CONSUMABLE_CANCELLED", "receiptId": "r"})
    }

    #[test]
    fn a_real_time_notification_by_raw_delivery_is_named() {
        let raw = rtn().to_string();
        for body in [raw.clone(), format!("{},\n}}", raw.strip_suffix('}').unwrap()), json!(raw).to_string()]
        {
            let error = in_place_of_a_message(body.as_bytes()).unwrap().to_string();
            assert!(error.contains("RawMessageDelivery = false"), "{error}");
        }
        for record in
            [json!({"Records": [{"body": raw}]}), json!({"body": raw}), json!({"Messages": [{"Body": raw}]})]
        {
            assert!(words(&record).contains("RawMessageDelivery = false"), "{record}");
        }
    }

    #[test]
    fn the_member_that_holds_the_sns_message_is_named() {
        let text = sns().to_string();
        for (body, member) in [
            (json!({"Records": [{"EventSource": "aws:sns", "Sns": sns()}]}), "Records[0].Sns unchanged"),
            (json!({"EventSource": "aws:sns", "Sns": sns()}), "its member Sns unchanged"),
            (
                json!({"Records": [{"eventSource": "aws:sqs", "body": text}]}),
                "Records[0].body, the text inside the JSON string, unchanged",
            ),
            (json!({"messageId": "m", "body": text}), "its member body, the text"),
            (json!({"MessageId": "m", "Body": text}), "its member Body, the text"),
            (json!({"Messages": [{"MessageId": "m", "Body": text}]}), "Messages[0].Body, the text"),
            (json!({"isBase64Encoded": false, "body": text}), "its member body, the text"),
            (json!({"isBase64Encoded": true, "body": "e30="}), "decoded from base64"),
            (json!({"Records": [{"Sns": sns()}, {"Sns": sns()}]}), "2 messages: pass on Records[0].Sns"),
            (json!({"Records": []}), "Records is empty"),
            (json!({"Records": [{"body": "hello"}]}), "holds no SNS message"),
            (json!(text), "Decode the string once"),
        ] {
            assert!(words(&body).contains(member), "{body}: {}", words(&body));
        }
    }

    #[test]
    fn other_bodies_are_not_guessed_at() {
        for body in [
            "{}",
            "",
            "hello",
            "[]",
            "{\"a\":",
            "{\"Type\":\"Notification\",\"TopicArn\":\"t\"}",
            "\"x\"",
            "1",
        ] {
            assert_eq!(in_place_of_a_message(body.as_bytes()), None, "{body}");
        }
        assert_eq!(in_place_of_a_message(b"\xff"), None);
    }
}
