//! RS256 tokens: a compact JWS under an RSA key that its header names.

use serde_json::{Map, Value};

use super::rsa_key::RsaPublicKey;
use super::{CompactJws, JwsError};
use crate::json;

const ALGORITHM: &str = "RS256";

/// What an RS256 token says before its signature is verified: nothing to act on, only what key to look for.
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
    if key.verifies_rs256(jws.signing_input.as_bytes(), &signature) {
        Ok(())
    } else {
        Err(JwsError::Signature)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
