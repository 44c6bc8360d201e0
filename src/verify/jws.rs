//! Compact JWS (RFC 7515 §7.1): three base64url segments, taken apart without trusting any of them; and RS256 tokens, whose
//! header names an RSA key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::RsaPublicKey;
use crate::json;

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
    #[error("the JWS has alg {found:?}, and only {expected} is accepted")]
    Algorithm {
        /// The header's algorithm.
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

const ALGORITHM: &str = "RS256";

/// The claims of an RS256 token before its signature is verified: nothing to act on, only which key to look for.
#[derive(Clone, Debug)]
pub(crate) struct UnverifiedToken {
    /// The key the header names (RFC 7515 §4.1.4).
    pub(crate) kid: Option<String>,
    /// The decoded payload.
    pub(crate) payload: Vec<u8>,
}

impl UnverifiedToken {
    /// Takes a token apart: three segments of strict base64url, then `alg` exactly RS256, then no `crit`.
    pub(crate) fn parse(text: &str) -> Result<Self, JwsError> {
        let jws = CompactJws::split(text)?;
        let header = jws.header_bytes()?;
        let payload = jws.payload_bytes()?;
        jws.signature_bytes()?;
        let header: Map<String, Value> =
            json::from_slice(&header).map_err(|source| JwsError::Json { segment: "header", source })?;
        let alg = header.get("alg").and_then(Value::as_str).unwrap_or_default();
        if alg != ALGORITHM {
            return Err(JwsError::Algorithm { found: alg.chars().take(32).collect(), expected: ALGORITHM });
        }
        if header.contains_key("crit") {
            return Err(JwsError::Critical);
        }
        let kid = header.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty()).map(str::to_owned);
        Ok(Self { kid, payload })
    }
}

/// Verifies a token's signature over its bytes as received.
pub(crate) fn verify_rs256(text: &str, key: &RsaPublicKey) -> Result<(), JwsError> {
    let jws = CompactJws::split(text)?;
    let signature = jws.signature_bytes()?;
    if key.verifies_sha256(jws.signing_input.as_bytes(), &signature) {
        Ok(())
    } else {
        Err(JwsError::Signature)
    }
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

#[cfg(test)]
mod rs256_tests {
    use super::*;

    fn token(header: &str) -> String {
        format!("{}.e30.AAAA", URL_SAFE_NO_PAD.encode(header))
    }

    #[test]
    fn only_rs256_by_its_exact_name() {
        assert!(UnverifiedToken::parse(&token(r#"{"alg":"RS256","kid":"a"}"#)).is_ok());
        for alg in ["none", "None", "", "rs256", "HS256", "PS256", "RS384", "RS512", "ES256"] {
            let refused =
                UnverifiedToken::parse(&token(&format!(r#"{{"alg":"{alg}","kid":"a"}}"#))).unwrap_err();
            assert_eq!(refused, JwsError::Algorithm { found: alg.to_owned(), expected: "RS256" });
        }
        for header in [r#"{"kid":"a"}"#, r#"{"alg":["RS256"],"kid":"a"}"#, r#"{"alg":null}"#] {
            let refused = UnverifiedToken::parse(&token(header)).unwrap_err();
            assert!(matches!(refused, JwsError::Algorithm { .. }), "{header}");
        }
    }

    #[test]
    fn any_crit_is_refused() {
        for crit in [r#"["exp"]"#, "[]", "null"] {
            let header = format!(r#"{{"alg":"RS256","kid":"a","crit":{crit}}}"#);
            assert_eq!(UnverifiedToken::parse(&token(&header)).unwrap_err(), JwsError::Critical);
        }
    }

    #[test]
    fn a_key_id_is_text_with_something_in_it() {
        let kid = |header: &str| UnverifiedToken::parse(&token(header)).unwrap().kid;
        assert_eq!(kid(r#"{"alg":"RS256","kid":"a"}"#).as_deref(), Some("a"));
        for header in [r#"{"alg":"RS256"}"#, r#"{"alg":"RS256","kid":""}"#, r#"{"alg":"RS256","kid":7}"#] {
            assert_eq!(kid(header), None, "{header}");
        }
    }

    #[test]
    fn a_header_that_repeats_a_key_is_refused() {
        let refused =
            UnverifiedToken::parse(&token(r#"{"alg":"none","alg":"RS256","kid":"a"}"#)).unwrap_err();
        assert!(matches!(
            refused,
            JwsError::Json { segment: "header", source: json::JsonError::DuplicateKey { .. } }
        ));
    }

    #[test]
    fn every_segment_is_strict_base64url() {
        let good = token(r#"{"alg":"RS256","kid":"a"}"#);
        for bad in [format!("{good}="), good.replace(".e30.", ".e30=."), format!("+{good}")] {
            assert!(matches!(UnverifiedToken::parse(&bad), Err(JwsError::Base64 { .. })), "{bad}");
        }
    }
}
