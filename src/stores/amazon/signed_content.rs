//! The signed part of a message, which distinguishes one dead letter from another.

use super::envelope::SnsMessage;

/// The text that SNS signed; `None` for what is no SNS message. Anyone can change spaces, the order of members, and
/// members beside them.
pub(crate) fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
    Some(SnsMessage::parse(body).ok()?.members.string_to_sign().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::signed_content;

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
