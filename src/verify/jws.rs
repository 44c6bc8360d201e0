//! Compact JWS (RFC 7515 §7.1): three base64url segments, taken apart without trusting any of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A compact JWS cut into its parts. Nothing in it has been verified.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompactJws<'a> {
    /// The protected header's segment, still base64url.
    pub(crate) header: &'a str,
    /// The payload's segment, still base64url.
    pub(crate) payload: &'a str,
    /// The signature's segment, still base64url.
    pub(crate) signature: &'a str,
    /// What is signed: `header.payload` (RFC 7515 §5.2 step 8).
    pub(crate) signing_input: &'a str,
}

/// Why text is no compact JWS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwsError {
    /// Not three segments.
    #[error("a compact JWS has 3 segments, this text has {found}")]
    Segments {
        /// How many there are; counting stops at 10.
        found: usize,
    },
    /// A segment is no unpadded base64url (RFC 7515 §2).
    #[error("the JWS {segment} is not unpadded base64url")]
    Base64 {
        /// `header`, `payload` or `signature`.
        segment: &'static str,
    },
    /// The header or payload is not the JSON that was expected.
    #[error("the JWS {segment} is unreadable: {source}")]
    Json {
        /// `header` or `payload`.
        segment: &'static str,
        /// What is wrong with it.
        source: crate::json::JsonError,
    },
    /// The algorithm is not the one this store signs with. Never negotiated, so that a forger cannot choose.
    #[error("the JWS says alg {found:?}, and only {expected} is accepted")]
    Algorithm {
        /// What the header says.
        found: String,
        /// What the store uses.
        expected: &'static str,
    },
    /// The header names an extension that must be understood (RFC 7515 §4.1.11), and none is.
    #[error("the JWS header has `crit`, and no critical extension is understood")]
    Critical,
    /// The signature does not fit.
    #[error("the JWS signature does not match its content and key")]
    Signature,
}

impl<'a> CompactJws<'a> {
    /// Cuts `text` at its two dots.
    pub(crate) fn split(text: &'a str) -> Result<Self, JwsError> {
        let cut = || {
            let (header, rest) = text.split_once('.')?;
            let (payload, signature) = rest.split_once('.')?;
            let signing_input = text.get(..header.len() + 1 + payload.len())?;
            (!signature.contains('.')).then_some(Self { header, payload, signature, signing_input })
        };
        cut().ok_or_else(|| JwsError::Segments { found: text.split('.').take(10).count() })
    }

    /// The decoded header segment.
    pub(crate) fn header_bytes(&self) -> Result<Vec<u8>, JwsError> {
        decode(self.header, "header")
    }

    /// The decoded payload segment.
    pub(crate) fn payload_bytes(&self) -> Result<Vec<u8>, JwsError> {
        decode(self.payload, "payload")
    }

    /// The decoded signature segment.
    pub(crate) fn signature_bytes(&self) -> Result<Vec<u8>, JwsError> {
        decode(self.signature, "signature")
    }
}

fn decode(segment: &str, name: &'static str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(segment).map_err(|_| JwsError::Base64 { segment: name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_segments_and_no_other_number() {
        assert!(CompactJws::split("YQ.Yg.Yw").is_ok());
        for (text, found) in [("", 1), ("a", 1), ("a.b", 2), ("a.b.c.d", 4), ("..........", 10)] {
            assert_eq!(CompactJws::split(text).unwrap_err(), JwsError::Segments { found }, "{text:?}");
        }
    }

    #[test]
    fn base64_is_strict() {
        for bad in ["YQ==", "Y+Q", "Y/Q", "Y Q", "YR", "Y"] {
            let text = format!("YQ.{bad}.YQ");
            let jws = CompactJws::split(&text).unwrap();
            assert_eq!(jws.payload_bytes().unwrap_err(), JwsError::Base64 { segment: "payload" }, "{bad}");
        }
    }
}
