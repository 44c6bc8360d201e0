//! Tokens of authenticating proxies (Cloudflare Access, Google IAP): who a request is from, signed with RS256 or ES256.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::cached_keys::{Cache, KeyError};
use super::jwks::{ProxyKey, ProxyKeys};
use super::jws::{CompactJws, JwsError};
use super::key_source::KeySource;
use crate::json;
use crate::model::{Span, Timestamp};

/// The longest token, in bytes: proxies' have one or two thousand.
const MAX_TOKEN: usize = 16 * 1024;

/// How far the proxy's clock may differ.
const SKEW: Span = Span::from_millis(60_000);

/// The tokens of one proxy for one application.
pub struct IdTokens {
    keys: Cache<ProxyKeys>,
    issuer: String,
    audience: String,
}

/// What a token says, after its signature, issuer, audience and times were checked.
#[derive(Clone, Debug, PartialEq)]
pub struct IdToken {
    claims: Map<String, Value>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a token is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// Longer than any honest token.
    #[error("the token has {size} bytes, and at most {MAX_TOKEN} are accepted")]
    TooLong {
        /// Its size in bytes.
        size: usize,
    },
    /// Not a signed token, or its signature does not fit.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// The header names no key.
    #[error("the token names no key (`kid`)")]
    NoKeyId,
    /// The proxy publishes no such key.
    #[error("the proxy publishes no key of the token's id")]
    UnknownKey,
    /// The proxy's keys could not be fetched.
    #[error("the proxy's keys cannot be had: {problem}")]
    NoKeys {
        /// Why.
        problem: String,
    },
    /// A claim is missing or another than expected.
    #[error("the token's {claim} is not as expected: {expected}")]
    Claim {
        /// Which claim.
        claim: &'static str,
        /// What it has to be.
        expected: String,
    },
}

impl IdTokens {
    /// The tokens that this issuer signs for this audience with the keys of this source, which is asked when a key is
    /// first needed, and at most once a minute.
    #[must_use]
    pub fn new(keys: Arc<dyn KeySource>, issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self { keys: Cache::fetched_from(keys), issuer: issuer.into(), audience: audience.into() }
    }

    /// Verifies a token. May wait for the source of keys.
    ///
    /// # Errors
    /// [`IdTokenError`].
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<IdToken, IdTokenError> {
        if token.len() > MAX_TOKEN {
            return Err(IdTokenError::TooLong { size: token.len() });
        }
        let jws = CompactJws::split(token)?;
        let (header, payload) = (object(&jws.header_bytes()?, "header")?, jws.payload_bytes()?);
        let signature = jws.signature_bytes()?;
        if header.contains_key("crit") {
            return Err(JwsError::Critical.into());
        }
        let kid = header.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty());
        let key = self.keys.key(kid.ok_or(IdTokenError::NoKeyId)?, now).map_err(|error| match error {
            KeyError::Unknown => IdTokenError::UnknownKey,
            KeyError::Unavailable { problem } => IdTokenError::NoKeys { problem },
        })?;
        // The key says the algorithm, and the token has to say the same.
        let (expected, fits) = match &*key {
            ProxyKey::Rs256(key) => ("RS256", key.verifies_sha256(jws.signing_input.as_bytes(), &signature)),
            ProxyKey::Es256(key) => ("ES256", key.verifies(jws.signing_input.as_bytes(), &signature)),
        };
        let found = header.get("alg").and_then(Value::as_str).unwrap_or_default();
        if found != expected {
            return Err(JwsError::Algorithm { found: found.chars().take(32).collect(), expected }.into());
        }
        if !fits {
            return Err(JwsError::Signature.into());
        }
        self.check(object(&payload, "payload")?, now)
    }

    fn check(&self, claims: Map<String, Value>, now: Timestamp) -> Result<IdToken, IdTokenError> {
        let wrong = |claim, expected: String| IdTokenError::Claim { claim, expected };
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(wrong("iss", format!("expected {:?}", self.issuer)));
        }
        // RFC 7519 §4.1.3: one or several. Cloudflare's tokens have a list of one.
        let is_ours = |audience: &Value| audience.as_str() == Some(&self.audience);
        let is_for_us = match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(is_ours),
            Some(one) => is_ours(one),
            None => false,
        };
        if !is_for_us {
            return Err(wrong("aud", format!("expected {:?}", self.audience)));
        }
        let instant = |claim: &'static str| {
            let seconds = claims.get(claim).and_then(Value::as_i64).map(Timestamp::from_secs);
            seconds.ok_or_else(|| wrong(claim, "expected a whole number of seconds".to_owned()))
        };
        let (issued_at, expires_at) = (instant("iat")?, instant("exp")?);
        if now.plus(SKEW) < issued_at {
            return Err(wrong("iat", format!("it is later than {now}: do the clocks agree?")));
        }
        if expires_at.plus(SKEW) <= now {
            return Err(wrong("exp", format!("the token ended at {expires_at}: sign in again")));
        }
        if claims.contains_key("nbf") && now.plus(SKEW) < instant("nbf")? {
            return Err(wrong("nbf", format!("the token is not valid at {now} yet")));
        }
        Ok(IdToken { claims, issued_at, expires_at })
    }
}

impl IdToken {
    /// A claim that is text.
    #[must_use]
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }
}

impl std::fmt::Debug for IdTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdTokens")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

fn object(bytes: &[u8], segment: &'static str) -> Result<Map<String, Value>, JwsError> {
    json::from_slice(bytes).map_err(|source| JwsError::Json { segment, source })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;
    use crate::testing::GooglePlay;
    use crate::verify::{FetchedKeys, Freshness, JwksError, KeyFetchError};

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    struct Published(String);

    impl KeySource for Published {
        fn fetch(&self) -> Result<FetchedKeys, KeyFetchError> {
            Ok(FetchedKeys { jwks: self.0.clone().into_bytes(), freshness: Freshness::default() })
        }
    }

    /// A proxy that signs with P-256.
    struct Proxy {
        key: EcdsaKeyPair,
    }

    impl Proxy {
        fn new() -> Self {
            let random = SystemRandom::new();
            let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
            Self { key: EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap() }
        }

        fn jwk(&self) -> Value {
            let point = self.key.public_key().as_ref();
            let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
            json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "k", "x": x, "y": y})
        }

        fn sign(&self, header: &Value, claims: &Value) -> String {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let input = format!("{}.{}", part(header), part(claims));
            let signature = self.key.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
            format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
        }

        fn tokens(&self) -> IdTokens {
            tokens(&[self.jwk()])
        }
    }

    fn tokens(keys: &[Value]) -> IdTokens {
        let jwks = json!({ "keys": keys }).to_string();
        IdTokens::new(Arc::new(Published(jwks)), "https://proxy.example", "the console")
    }

    fn claims() -> Value {
        json!({
            "iss": "https://proxy.example", "aud": ["the console"], "email": "ann@example.com",
            "iat": NOW.secs() - 60, "exp": NOW.secs() + 60,
        })
    }

    fn with(claim: &str, value: Value) -> Value {
        let mut changed = claims();
        changed[claim] = value;
        changed
    }

    #[test]
    fn an_es256_token_names_a_person() {
        let proxy = Proxy::new();
        let (tokens, header) = (proxy.tokens(), json!({"alg": "ES256", "kid": "k"}));
        for good in [claims(), with("aud", json!("the console")), with("aud", json!(["x", "the console"]))] {
            let token = tokens.verify(&proxy.sign(&header, &good), NOW).unwrap();
            assert_eq!(token.text("email"), Some("ann@example.com"));
            assert_eq!(token.issued_at, Timestamp::from_secs(NOW.secs() - 60));
        }
    }

    #[test]
    fn each_claim_is_checked() {
        let proxy = Proxy::new();
        let (tokens, header) = (proxy.tokens(), json!({"alg": "ES256", "kid": "k"}));
        for (claim, bad) in [
            ("iss", json!("https://other.example")),
            ("iss", Value::Null),
            ("aud", json!("another application")),
            ("aud", json!(["another application"])),
            ("aud", json!([])),
            ("aud", Value::Null),
            ("iat", json!(NOW.secs() + 61)),
            ("iat", json!("now")),
            ("exp", json!(NOW.secs() - 60)),
            ("exp", Value::Null),
            ("nbf", json!(NOW.secs() + 61)),
        ] {
            let refused = tokens.verify(&proxy.sign(&header, &with(claim, bad.clone())), NOW).unwrap_err();
            assert!(
                matches!(&refused, IdTokenError::Claim { claim: found, .. } if *found == claim),
                "{refused}"
            );
        }
    }

    #[test]
    fn the_key_says_the_algorithm() {
        let proxy = Proxy::new();
        let tokens = proxy.tokens();
        for alg in ["RS256", "HS256", "none", "ES384", ""] {
            let refused = tokens.verify(&proxy.sign(&json!({"alg": alg, "kid": "k"}), &claims()), NOW);
            assert!(matches!(refused, Err(IdTokenError::Jws(JwsError::Algorithm { .. }))), "{alg}");
        }
        let header = json!({"alg": "ES256", "kid": "k", "crit": ["b64"]});
        let refused = tokens.verify(&proxy.sign(&header, &claims()), NOW).unwrap_err();
        assert_eq!(refused, IdTokenError::Jws(JwsError::Critical));
        let refused = tokens.verify(&proxy.sign(&json!({"alg": "ES256"}), &claims()), NOW).unwrap_err();
        assert_eq!(refused, IdTokenError::NoKeyId);
        let refused =
            tokens.verify(&proxy.sign(&json!({"alg": "ES256", "kid": "x"}), &claims()), NOW).unwrap_err();
        assert_eq!(refused, IdTokenError::UnknownKey);
    }

    #[test]
    fn what_was_signed_by_another_or_changed_is_refused() {
        let (proxy, forger) = (Proxy::new(), Proxy::new());
        let tokens = proxy.tokens();
        let header = json!({"alg": "ES256", "kid": "k"});
        let signature = Err(IdTokenError::Jws(JwsError::Signature));
        assert_eq!(tokens.verify(&forger.sign(&header, &claims()), NOW), signature);
        let (good, other) =
            (proxy.sign(&header, &claims()), proxy.sign(&header, &with("email", json!("bob"))));
        let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
        let (good, other) = (parts(&good), parts(&other));
        let mixed = format!("{}.{}.{}", good[0], other[1], good[2]);
        assert_eq!(tokens.verify(&mixed, NOW), signature);
        assert!(tokens.verify(&format!("{}.{}.", good[0], good[1]), NOW).is_err());
        assert!(matches!(tokens.verify(&"x".repeat(MAX_TOKEN + 1), NOW), Err(IdTokenError::TooLong { .. })));
        assert!(tokens.verify("", NOW).is_err());
    }

    #[test]
    fn an_rs256_token_is_accepted_from_an_rsa_key_alone() {
        let google = GooglePlay::new().unwrap();
        let proxy = Proxy::new();
        let set: Value = serde_json::from_str(&google.jwks()).unwrap();
        let mut keys = set["keys"].as_array().unwrap().clone();
        keys.push(proxy.jwk());
        let tokens = tokens(&keys);
        // Signed by the elliptic key under the RSA key's id.
        let header = json!({"alg": "ES256", "kid": keys[0]["kid"]});
        let refused = tokens.verify(&proxy.sign(&header, &claims()), NOW).unwrap_err();
        assert!(matches!(refused, IdTokenError::Jws(JwsError::Algorithm { .. })), "{refused}");
        assert!(tokens.verify(&proxy.sign(&json!({"alg": "ES256", "kid": "k"}), &claims()), NOW).is_ok());
        let issuer = "https://accounts.google.com";
        let jwks = json!({ "keys": keys }).to_string();
        let of_google = IdTokens::new(Arc::new(Published(jwks)), issuer, google.audience.clone());
        let request = google.push(&google.test(NOW), "m1", NOW).unwrap();
        let bearer = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let token = bearer.unwrap().1.strip_prefix("Bearer ").unwrap();
        let token = of_google.verify(token, NOW).unwrap();
        assert_eq!(token.text("email"), Some(google.service_account_email.as_str()));
    }

    #[test]
    fn a_set_with_a_key_that_is_no_point_is_refused() {
        let mut key = Proxy::new().jwk();
        key["x"] = json!("AAAA");
        let refused = <ProxyKeys as super::super::cached_keys::KeySet>::parse(
            json!({ "keys": [key] }).to_string().as_bytes(),
        );
        assert!(matches!(refused, Err(JwksError::Point { kid }) if kid == "k"));
    }
}
