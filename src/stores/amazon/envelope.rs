//! The envelope that SNS puts around a message, and the signed part of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::AmazonError;
use super::given;
use super::signing_certificate::SignatureVersion;
use crate::json;
use crate::model::{Timestamp, is_placeholder};
use crate::stores::Rejection;

/// The kinds of message that SNS sends to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageType {
    Notification,
    SubscriptionConfirmation,
    UnsubscribeConfirmation,
}

impl MessageType {
    const ALL: [Self; 3] =
        [Self::Notification, Self::SubscriptionConfirmation, Self::UnsubscribeConfirmation];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Notification => "Notification",
            Self::SubscriptionConfirmation => "SubscriptionConfirmation",
            Self::UnsubscribeConfirmation => "UnsubscribeConfirmation",
        }
    }
}

/// An SNS message as it came; nothing in it has been verified.
#[derive(Debug)]
pub(super) struct SnsMessage {
    pub(super) message_type: MessageType,
    /// When SNS made it.
    pub(super) at: Timestamp,
    pub(super) signing_cert_url: String,
    pub(super) members: SignedMembers,
    signature: String,
    signature_version: String,
}

/// The members that are signed, as text. Those that are absent, or null, are not signed.
#[derive(Debug)]
pub(super) struct SignedMembers {
    pub(super) message: String,
    pub(super) message_id: String,
    pub(super) subject: Option<String>,
    pub(super) subscribe_url: Option<String>,
    pub(super) timestamp: String,
    pub(super) token: Option<String>,
    pub(super) topic_arn: String,
    pub(super) message_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire {
    message: String,
    message_id: String,
    subject: Option<String>,
    #[serde(rename = "SubscribeURL")]
    subscribe_url: Option<String>,
    timestamp: String,
    token: Option<String>,
    topic_arn: String,
    #[serde(rename = "Type")]
    message_type: String,
    signature: String,
    signature_version: String,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: Option<String>,
    #[serde(rename = "SigningCertUrl")]
    signing_cert_url_of_lambda: Option<String>,
}

impl SnsMessage {
    /// Reads the body. SNS sends it as `text/plain`; the header fields repeat members of it unsigned, and are ignored.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Rejection> {
        let wire: Wire =
            json::from_slice(body).map_err(|source| match given::in_place_of_a_message(body) {
                Some(other) => other.into(),
                None => Rejection::Body { source },
            })?;
        let members = SignedMembers {
            message: wire.message,
            message_id: wire.message_id,
            subject: wire.subject,
            subscribe_url: wire.subscribe_url,
            timestamp: wire.timestamp,
            token: wire.token,
            topic_arn: wire.topic_arn,
            message_type: wire.message_type,
        };
        members.check()?;
        let message_type = MessageType::ALL.into_iter().find(|known| known.name() == members.message_type);
        let message_type = message_type
            .ok_or_else(|| AmazonError::MessageType { found: shortened(&members.message_type) })?;
        let at = members
            .timestamp
            .parse()
            .map_err(|_| AmazonError::Timestamp { found: shortened(&members.timestamp) })?;
        let signing_cert_url = match (wire.signing_cert_url, wire.signing_cert_url_of_lambda) {
            (Some(url), None) | (None, Some(url)) => url,
            _ => return Err(AmazonError::SigningCertUrlMember.into()),
        };
        let (signature, signature_version) = (wire.signature, wire.signature_version);
        Ok(Self { message_type, at, signing_cert_url, members, signature, signature_version })
    }

    pub(super) fn signature_version(&self) -> Result<SignatureVersion, AmazonError> {
        match self.signature_version.as_str() {
            "1" => Ok(SignatureVersion::V1),
            "2" => Ok(SignatureVersion::V2),
            other => Err(AmazonError::SignatureVersion { found: shortened(other) }),
        }
    }

    pub(super) fn signature(&self) -> Result<Vec<u8>, AmazonError> {
        STANDARD.decode(&self.signature).map_err(|_| AmazonError::SignatureEncoding)
    }
}

impl SignedMembers {
    /// A line `Key` and a line with its value for each member that is present, in the order of the keys.
    /// `UnsubscribeConfirmation` includes its `Token` like the others.
    ///
    /// Source:
    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html>.
    pub(super) fn string_to_sign(&self) -> String {
        let mut text = String::with_capacity(self.message.len() + 1024);
        for (key, value) in self.in_order() {
            if let Some(value) = value {
                for part in [key, "\n", value, "\n"] {
                    text.push_str(part);
                }
            }
        }
        text
    }

    fn in_order(&self) -> [(&'static str, Option<&str>); 8] {
        [
            ("Message", Some(&self.message)),
            ("MessageId", Some(&self.message_id)),
            ("Subject", self.subject.as_deref()),
            ("SubscribeURL", self.subscribe_url.as_deref()),
            ("Timestamp", Some(&self.timestamp)),
            ("Token", self.token.as_deref()),
            ("TopicArn", Some(&self.topic_arn)),
            ("Type", Some(&self.message_type)),
        ]
    }

    /// Only `Message` may have line breaks. If others could, one signed text could be cut into members in several ways,
    /// and a genuine signature would fit unsigned members.
    fn check(&self) -> Result<(), AmazonError> {
        for (member, value) in self.in_order() {
            if member != "Message" && value.is_some_and(|value| value.contains(['\n', '\r'])) {
                return Err(AmazonError::LineBreak { member });
            }
        }
        if is_placeholder(&self.message_id) {
            // It could not be distinguished from its repetitions.
            return Err(AmazonError::Empty { member: "MessageId" });
        }
        Ok(())
    }
}

/// A stranger writes these, and they end in logs.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(256).collect()
}

/// The text that SNS signed; `None` for what is no SNS message. Anyone can change spaces, the order of members, and
/// members beside them.
pub(super) fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
    Some(SnsMessage::parse(body).ok()?.members.string_to_sign().into_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn envelope() -> Value {
        json!({
            "Type": "Notification",
            "MessageId": "m-1",
            "TopicArn": "arn:aws:sns:us-east-1:1:t",
            "Message": "Hello\nworld",
            "Timestamp": "2022-07-28T21:23:58.317Z",
            "SignatureVersion": "1",
            "Signature": "AAAA",
            "SigningCertURL": "https://sns.example/x.pem",
            "UnsubscribeURL": "https://sns.example/?Action=Unsubscribe",
        })
    }

    fn parse(value: &Value) -> Result<SnsMessage, (&'static str, u16)> {
        SnsMessage::parse(value.to_string().as_bytes())
            .map_err(|rejection| (rejection.code(), rejection.http_status()))
    }

    fn with(member: &str, value: Value) -> Value {
        let mut envelope = envelope();
        envelope[member] = value;
        envelope
    }

    #[test]
    fn present_members_are_signed_in_the_order_of_their_keys() {
        let signed = |value: &Value| parse(value).unwrap().members.string_to_sign();
        let plain = "Message\nHello\nworld\nMessageId\nm-1\nTimestamp\n2022-07-28T21:23:58.317Z\n\
                     TopicArn\narn:aws:sns:us-east-1:1:t\nType\nNotification\n";
        assert_eq!(signed(&envelope()), plain);
        assert_eq!(signed(&with("Subject", Value::Null)), plain);
        let subject = "MessageId\nm-1\nSubject\nHi\nTimestamp";
        assert!(signed(&with("Subject", json!("Hi"))).contains(subject));
        assert!(signed(&with("Subject", json!(""))).contains("Subject\n\nTimestamp"));
        for message_type in ["SubscriptionConfirmation", "UnsubscribeConfirmation"] {
            let mut envelope = with("Type", json!(message_type));
            envelope["Token"] = json!("t0ken");
            envelope["SubscribeURL"] = json!("https://sns.example/");
            let expected = format!(
                "Message\nHello\nworld\nMessageId\nm-1\nSubscribeURL\nhttps://sns.example/\n\
                 Timestamp\n2022-07-28T21:23:58.317Z\nToken\nt0ken\nTopicArn\narn:aws:sns:us-east-1:1:t\n\
                 Type\n{message_type}\n"
            );
            assert_eq!(signed(&envelope), expected);
        }
    }

    #[test]
    fn a_line_break_outside_of_the_message_is_refused() {
        for member in ["MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"] {
            for text in ["a\nb", "a\rb", "\n"] {
                let refused = parse(&with(member, json!(text))).unwrap_err();
                assert_eq!(refused, ("line_break", 400), "{member} {text:?}");
            }
        }
    }

    #[test]
    fn the_certificates_url_comes_in_two_spellings_and_once() {
        let mut lambda = envelope();
        let url = lambda.as_object_mut().unwrap().remove("SigningCertURL").unwrap();
        assert_eq!(parse(&lambda).unwrap_err(), ("signing_cert_url_member", 400));
        lambda["SigningCertUrl"] = url.clone();
        assert_eq!(parse(&lambda).unwrap().signing_cert_url, url);
        assert_eq!(parse(&with("SigningCertUrl", url)).unwrap_err(), ("signing_cert_url_member", 400));
    }

    #[test]
    fn members_that_are_absent_or_odd_are_named() {
        for member in
            ["Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature"]
        {
            let mut absent = envelope();
            absent.as_object_mut().unwrap().remove(member);
            let rejection = SnsMessage::parse(absent.to_string().as_bytes()).unwrap_err();
            assert_eq!((rejection.code(), rejection.http_status()), ("wrong_shape", 400), "{member}");
            assert!(rejection.to_string().contains(member), "{member}: {rejection}");
            for odd in [json!(7), json!(null), json!(["x"]), json!({})] {
                assert_eq!(parse(&with(member, odd)).unwrap_err(), ("wrong_shape", 400), "{member}");
            }
        }
        assert_eq!(parse(&with("MessageId", json!(""))).unwrap_err(), ("empty_member", 400));
        assert_eq!(parse(&with("MessageId", json!("0"))).unwrap_err(), ("empty_member", 400));
        assert_eq!(parse(&with("Type", json!("notification"))).unwrap_err(), ("unknown_message_type", 400));
        for time in ["", "yesterday", "2022-07-28"] {
            assert_eq!(parse(&with("Timestamp", json!(time))).unwrap_err(), ("bad_timestamp", 400), "{time}");
        }
    }

    #[test]
    fn two_versions_and_no_other() {
        let version = |text: &str| {
            let message = parse(&with("SignatureVersion", json!(text))).unwrap();
            message.signature_version().map_err(|error| error.code())
        };
        assert_eq!(version("1"), Ok(SignatureVersion::V1));
        assert_eq!(version("2"), Ok(SignatureVersion::V2));
        for other in ["", "0", "3", "01", " 1", "1.0", "none"] {
            assert_eq!(version(other), Err("unknown_signature_version"), "{other:?}");
        }
    }

    #[test]
    fn a_signature_is_standard_base64() {
        let decoded = |text: &str| parse(&with("Signature", json!(text))).unwrap().signature();
        assert_eq!(decoded("+/8="), Ok(vec![0xFB, 0xFF]));
        for bad in ["+/8", "-_8=", "+/8=\n", " +/8=", "?"] {
            assert_eq!(decoded(bad), Err(AmazonError::SignatureEncoding), "{bad:?}");
        }
    }

    #[test]
    fn a_message_is_the_same_with_other_spaces_members_and_order() {
        let members = [
            r#""Type":"Notification""#,
            r#""MessageId":"m""#,
            r#""TopicArn":"arn:aws:sns:us-east-1:1:t""#,
            r#""Message":"x""#,
            r#""Timestamp":"2026-05-28T20:26:40.000Z""#,
            r#""SignatureVersion":"2""#,
            r#""Signature":"AAAA""#,
            r#""SigningCertURL":"https://h/""#,
        ];
        let signed = signed_content(format!("{{{}}}", members.join(",")).as_bytes()).unwrap();
        let reversed: Vec<_> = members.iter().rev().copied().collect();
        for body in [
            format!("{{{}}}  ", reversed.join(" ,\n")),
            format!("{{{},\"UnsubscribeURL\":\"y\",\"More\":[1]}}", members.join(",")),
            format!("{{{}}}", members.join(",")).replace("AAAA", "BBBB"),
        ] {
            assert_eq!(signed_content(body.as_bytes()).as_ref(), Some(&signed), "{body}");
        }
        let other = format!("{{{}}}", members.join(",")).replace("\"x\"", "\"y\"");
        assert_ne!(signed_content(other.as_bytes()).unwrap(), signed);
        assert_eq!(signed_content(b"{}"), None);
    }
}
