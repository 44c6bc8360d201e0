//! The text that ONE Store signed, out of the bytes that arrived.
//!
//! It is the message without its member `signature`: compact, members in their order, raw UTF-8. Printing the parsed
//! message would not reproduce it (members move, `1.0` becomes `1`, `/` becomes `\/`), so it is cut out of the bytes.
//! The same text distinguishes one dead letter from another ([`signed_content`]).

use serde::Deserialize as _;

use super::members::Members;

/// A message's members without its signature, in the order in which they arrived, without whitespace between tokens.
pub(super) struct SignedText {
    members: Vec<Vec<u8>>,
}

impl SignedText {
    /// Of a body that is known to be a JSON object.
    pub(super) fn of(body: &[u8]) -> Self {
        let mut members = compact_members(body);
        members.retain(|member| !is_signature(member));
        Self { members }
    }

    /// The text as it arrived.
    pub(super) fn as_arrived(&self) -> Vec<u8> {
        joined(&self.members)
    }

    /// The text with each string rewritten: raw UTF-8, without escapes that JSON does not require. `None` if that
    /// changes nothing.
    pub(super) fn unescaped(&self) -> Option<Vec<u8>> {
        if !self.members.iter().flatten().any(|&byte| byte == b'\\') {
            return None;
        }
        let members: Vec<_> = self.members.iter().map(|member| with_strings_anew(member)).collect();
        (members != self.members).then(|| joined(&members))
    }
}

fn joined(members: &[Vec<u8>]) -> Vec<u8> {
    let mut text = vec![b'{'];
    text.extend(members.join(&b','));
    text.push(b'}');
    text
}

/// The members of the object, each as `"name":value`.
fn compact_members(body: &[u8]) -> Vec<Vec<u8>> {
    let (mut members, mut member) = (Vec::new(), Vec::new());
    let mut depth = 0_usize;
    for token in Tokens(body) {
        match token {
            b" " | b"\t" | b"\n" | b"\r" => continue,
            b"{" | b"[" => {
                depth += 1;
                if depth == 1 {
                    continue;
                }
            }
            b"}" | b"]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    continue;
                }
            }
            b"," if depth == 1 => {
                members.push(std::mem::take(&mut member));
                continue;
            }
            _ => {}
        }
        member.extend_from_slice(token);
    }
    if !member.is_empty() {
        members.push(member);
    }
    members
}

/// Whether the member's name, however it is spelt, is `signature`.
fn is_signature(member: &[u8]) -> bool {
    let mut text = serde_json::Deserializer::from_slice(member);
    String::deserialize(&mut text).is_ok_and(|name| name == "signature")
}

fn with_strings_anew(member: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(member.len());
    for token in Tokens(member) {
        let rewritten = (token.len() > 1)
            .then(|| serde_json::from_slice::<String>(token).ok())
            .flatten()
            .and_then(|string| serde_json::to_vec(&string).ok());
        text.extend_from_slice(rewritten.as_deref().unwrap_or(token));
    }
    text
}

/// Cuts JSON into its strings, quotes included, and single bytes of everything else.
struct Tokens<'a>(&'a [u8]);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let length = if *self.0.first()? == b'"' { string_length(self.0) } else { 1 };
        let (token, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(token)
    }
}

/// The length of the string that the text begins with, quotes included.
fn string_length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    for (at, &byte) in text.iter().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Members that notifications of all versions have, and receipts have not: a player holds signed receipts of their own
/// purchases, by the same licence key.
const OF_NOTIFICATIONS: [&str; 2] = ["msgVersion", "messageType"];

/// Whether the message has no signature.
pub(crate) fn is_unsigned(body: &[u8]) -> bool {
    Members::parse(body).is_ok_and(|members| matches!(members.text("signature"), Ok(None)))
}

/// The signed text, in the one spelling of its strings; `None` if it is no notification's. Anyone can change spaces,
/// the signature's position, and escapes.
pub(crate) fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
    let members = Members::parse(body).ok()?;
    if !OF_NOTIFICATIONS.iter().any(|name| members.has(name)) {
        return None;
    }
    let text = SignedText::of(body);
    Some(text.unescaped().unwrap_or_else(|| text.as_arrived()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(body: &str) -> String {
        String::from_utf8(SignedText::of(body.as_bytes()).as_arrived()).unwrap()
    }

    fn unescaped(body: &str) -> Option<String> {
        SignedText::of(body.as_bytes()).unescaped().map(|text| String::from_utf8(text).unwrap())
    }

    #[test]
    fn the_signature_is_cut_out_at_any_position() {
        for body in [
            r#"{"signature":"x","b":1,"a":{"signature":[2]}}"#,
            r#"{"b":1,"signature":"x","a":{"signature":[2]}}"#,
            r#"{"b":1,"a":{"signature":[2]},"signature":"x"}"#,
            r#"{"b":1,"a":{"signature":[2]},"signatur\u0065":"x\",\"c\":1"}"#,
            r#"{"b":1,"a":{"signature":[2]},"signature":null}"#,
            r#"{"b":1,"a":{"signature":[2]}}"#,
        ] {
            assert_eq!(arrived(body), r#"{"b":1,"a":{"signature":[2]}}"#, "{body}");
        }
        assert_eq!(arrived(r#"{"signature":"x"}"#), "{}");
        assert_eq!(arrived("{}"), "{}");
    }

    #[test]
    fn whitespace_goes_outside_of_strings_only_and_nothing_else_changes() {
        let body = " {\r\n\t\"b\" : \" {a}, \\\" [b] \\\\\" ,\"n\": -1.50e+3 , \"l\":[ 1 , {\"x\" : null} ],\n \"signature\" : \"x\" }\n";
        assert_eq!(arrived(body), r#"{"b":" {a}, \" [b] \\","n":-1.50e+3,"l":[1,{"x":null}]}"#);
    }

    #[test]
    fn strings_are_rewritten_without_needless_escapes() {
        assert_eq!(
            unescaped(r#"{"k\u003d":"\/a\ud55c\uD83D\uDE00\"\\\n\u001F","n":1.0,"l":["\u0026"]}"#).unwrap(),
            r#"{"k=":"/a한😀\"\\\n\u001f","n":1.0,"l":["&"]}"#
        );
        assert_eq!(unescaped(r#"{"a":"한/"}"#), None);
        assert_eq!(unescaped(r#"{"a":"\"\\\n"}"#), None);
    }
}
