//! JSON Web Key Sets (RFC 7517 §5), read for RS256 and nothing else.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use super::rsa::{RsaKeyError, RsaPublicKey};
use crate::json::{self, JsonError};

/// Google's set has 2 or 3 keys in 2 KB. More room is for other issuers; beyond it a hostile answer would cost memory.
const MAX_BYTES: usize = 64 * 1024;
/// See [`MAX_BYTES`].
const MAX_KEYS: usize = 64;

/// A set of public keys that sign tokens, found by their key id.
#[derive(Clone, Debug)]
pub struct Jwks {
    keys: Vec<(String, Arc<RsaPublicKey>)>,
}

/// Why a key set is refused as a whole. A set with one wrong key is not used for its others: its publisher has made a
/// mistake that a person should see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwksError {
    /// Larger than any honest set.
    #[error("the key set has {size} bytes, and at most {limit} are accepted")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// More keys than any honest set.
    #[error("the key set has {found} keys, and at most {limit} are accepted")]
    TooManyKeys {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// Not a JWKS (RFC 7517 §5).
    #[error("the key set is unreadable: {source}")]
    Json {
        /// What is wrong with it.
        source: JsonError,
    },
    /// An RS256 key that no token could name.
    #[error("key {index} of the set has no key id (`kid`)")]
    NoKeyId {
        /// Its place in the set, from 0.
        index: usize,
    },
    /// Two keys with one id: a token's key id would be ambiguous.
    #[error("two keys of the set have the id {kid:?}")]
    DuplicateKeyId {
        /// The id.
        kid: String,
    },
    /// An RS256 key that is malformed or too weak.
    #[error("key {kid:?} of the set is unfit for RS256: {source}")]
    Key {
        /// Its id.
        kid: String,
        /// What is wrong with it.
        source: RsaKeyError,
    },
    /// A P-256 key that is no point.
    #[error(
        "key {kid:?} of the set is unfit for ES256: its x and y are not 32 bytes each, in unpadded base64url"
    )]
    Point {
        /// Its id.
        kid: String,
    },
    /// Nothing in the set is for RS256.
    #[error("the key set has no RSA key for RS256 signatures")]
    NoUsableKey,
}

#[derive(Deserialize)]
struct WireSet {
    keys: Vec<WireKey>,
}

#[derive(Deserialize)]
struct WireKey {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    #[cfg(feature = "operators")]
    crv: Option<String>,
    #[cfg(feature = "operators")]
    x: Option<String>,
    #[cfg(feature = "operators")]
    y: Option<String>,
}

#[cfg(feature = "operators")]
pub(super) use of_proxies::{ProxyKey, ProxyKeys};

/// The keys of authenticating proxies, who sign with RSA or with P-256.
#[cfg(feature = "operators")]
mod of_proxies {
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::super::cached_keys::KeySet;
    use super::super::certificate::P256Key;
    use super::super::rsa::RsaPublicKey;
    use super::{JwksError, WireKey, read_set};

    /// A key and the one algorithm that it is for.
    #[derive(Clone, Debug)]
    pub(crate) enum ProxyKey {
        Rs256(Arc<RsaPublicKey>),
        Es256(P256Key),
    }

    /// A set of them.
    pub(crate) struct ProxyKeys(Vec<(String, Arc<ProxyKey>)>);

    impl KeySet for ProxyKeys {
        type Key = ProxyKey;

        fn parse(bytes: &[u8]) -> Result<Self, JwksError> {
            let mut keys = Vec::new();
            for (index, key) in read_set(bytes)?.iter().enumerate() {
                if key.is_for_rs256() {
                    let (kid, key) = key.read(index)?;
                    keys.push((kid, Arc::new(ProxyKey::Rs256(key))));
                } else if key.is_for("EC", "ES256") && key.crv.as_deref() == Some("P-256") {
                    keys.push(p256(key, index)?);
                }
            }
            if keys.is_empty() { Err(JwksError::NoUsableKey) } else { Ok(Self(keys)) }
        }

        fn key(&self, kid: &str) -> Option<&Arc<ProxyKey>> {
            self.0.iter().find(|(id, _)| id == kid).map(|(_, key)| key)
        }
    }

    fn p256(key: &WireKey, index: usize) -> Result<(String, Arc<ProxyKey>), JwksError> {
        let kid = key.kid.clone().filter(|kid| !kid.is_empty()).ok_or(JwksError::NoKeyId { index })?;
        let coordinate = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref().unwrap_or("")).ok();
        // RFC 7518 §6.2.1: both have the full length of the field.
        let point = coordinate(&key.x).zip(coordinate(&key.y)).map(|(x, y)| [&[4][..], &x, &y].concat());
        match point.as_deref().and_then(P256Key::from_point) {
            Some(point) => Ok((kid, Arc::new(ProxyKey::Es256(point)))),
            None => Err(JwksError::Point { kid }),
        }
    }
}

impl Jwks {
    /// Reads a set. Keys of another type (EC), purpose (`use` other than `sig`) or algorithm are passed over, as
    /// RFC 7517 §5 advises; their ids still count for the search of duplicates.
    ///
    /// # Errors
    /// [`JwksError`] where the set or any of its RS256 keys is unfit, and where it has none.
    pub fn parse(bytes: &[u8]) -> Result<Self, JwksError> {
        let keys = read_set(bytes)?
            .iter()
            .enumerate()
            .filter(|(_, key)| key.is_for_rs256())
            .map(|(index, key)| key.read(index))
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(JwksError::NoUsableKey);
        }
        Ok(Self { keys })
    }

    /// The key with this id.
    pub(crate) fn key(&self, kid: &str) -> Option<&Arc<RsaPublicKey>> {
        self.keys.iter().find(|(id, _)| id == kid).map(|(_, key)| key)
    }
}

/// The keys of a set, of any type, each under an id of its own.
fn read_set(bytes: &[u8]) -> Result<Vec<WireKey>, JwksError> {
    if bytes.len() > MAX_BYTES {
        return Err(JwksError::TooLarge { size: bytes.len(), limit: MAX_BYTES });
    }
    let set: WireSet = json::from_slice(bytes).map_err(|source| JwksError::Json { source })?;
    if set.keys.len() > MAX_KEYS {
        return Err(JwksError::TooManyKeys { found: set.keys.len(), limit: MAX_KEYS });
    }
    refuse_duplicate_ids(&set.keys)?;
    Ok(set.keys)
}

impl WireKey {
    fn is_for_rs256(&self) -> bool {
        self.is_for("RSA", "RS256")
    }

    /// Whether it verifies signatures of this algorithm.
    fn is_for(&self, kty: &str, algorithm: &str) -> bool {
        self.kty == kty
            && self.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && self.key_ops.as_ref().is_none_or(|operations| operations.iter().any(|name| name == "verify"))
            && self.alg.as_deref().is_none_or(|alg| alg == algorithm)
    }

    fn read(&self, index: usize) -> Result<(String, Arc<RsaPublicKey>), JwksError> {
        let kid = self.kid.clone().filter(|kid| !kid.is_empty()).ok_or(JwksError::NoKeyId { index })?;
        let n = self.n.as_deref().unwrap_or_default();
        let e = self.e.as_deref().unwrap_or_default();
        match RsaPublicKey::from_jwk(n, e) {
            Ok(key) => Ok((kid, Arc::new(key))),
            Err(source) => Err(JwksError::Key { kid, source }),
        }
    }
}

fn refuse_duplicate_ids(keys: &[WireKey]) -> Result<(), JwksError> {
    let mut seen = HashSet::new();
    match keys.iter().filter_map(|key| key.kid.as_deref()).find(|kid| !seen.insert(*kid)) {
        Some(kid) => Err(JwksError::DuplicateKeyId { kid: kid.chars().take(64).collect() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Right by its shape; nothing is verified with it here.
    fn rsa_key(kid: &str) -> Value {
        let n = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, [0xFF; 256]);
        json!({"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": n, "e": "AQAB"})
    }

    fn with(mut key: Value, member: &str, value: Value) -> Value {
        key[member] = value;
        key
    }

    fn parse(keys: &[Value]) -> Result<Jwks, JwksError> {
        Jwks::parse(json!({"keys": keys}).to_string().as_bytes())
    }

    #[test]
    fn keys_are_found_by_their_exact_id() {
        let set = parse(&[rsa_key("a"), rsa_key("b")]).unwrap();
        assert!(set.key("a").is_some() && set.key("b").is_some());
        assert!(set.key("A").is_none() && set.key("").is_none());
    }

    #[test]
    fn use_alg_and_key_ops_may_be_absent() {
        let mut key = rsa_key("a");
        for member in ["use", "alg"] {
            key.as_object_mut().unwrap().remove(member);
        }
        assert!(parse(&[key.clone()]).unwrap().key("a").is_some());
        assert!(parse(&[with(key, "key_ops", json!(["verify"]))]).unwrap().key("a").is_some());
    }

    #[test]
    fn keys_for_something_else_are_passed_over() {
        let others = [
            json!({"kty": "EC", "kid": "x", "crv": "P-256", "x": "AA", "y": "AA"}),
            with(rsa_key("x"), "use", json!("enc")),
            with(rsa_key("x"), "alg", json!("PS256")),
            with(rsa_key("x"), "key_ops", json!(["encrypt"])),
            with(rsa_key("x"), "kty", json!("oct")),
        ];
        for other in others {
            let set = parse(&[rsa_key("a"), other.clone()]).unwrap();
            assert!(set.key("a").is_some() && set.key("x").is_none(), "{other}");
            assert_eq!(parse(&[other]).unwrap_err(), JwksError::NoUsableKey);
        }
        assert_eq!(parse(&[]).unwrap_err(), JwksError::NoUsableKey);
    }

    #[test]
    fn one_id_twice_refuses_the_set() {
        let twice = JwksError::DuplicateKeyId { kid: "a".to_owned() };
        assert_eq!(parse(&[rsa_key("a"), rsa_key("a")]).unwrap_err(), twice);
        assert_eq!(parse(&[rsa_key("a"), json!({"kty": "EC", "kid": "a"})]).unwrap_err(), twice);
    }

    #[test]
    fn one_unfit_key_refuses_the_set() {
        let mut nameless = rsa_key("b");
        nameless.as_object_mut().unwrap().remove("kid");
        assert_eq!(parse(&[rsa_key("a"), nameless]).unwrap_err(), JwksError::NoKeyId { index: 1 });
        assert_eq!(parse(&[rsa_key("")]).unwrap_err(), JwksError::NoKeyId { index: 0 });
        let weak = with(rsa_key("b"), "e", json!("AQ"));
        assert!(matches!(parse(&[rsa_key("a"), weak]), Err(JwksError::Key { kid, .. }) if kid == "b"));
    }

    #[test]
    fn size_and_count_are_bounded() {
        let many: Vec<Value> = (0..=MAX_KEYS).map(|n| json!({"kty": "EC", "kid": n.to_string()})).collect();
        assert_eq!(parse(&many).unwrap_err(), JwksError::TooManyKeys { found: 65, limit: 64 });
        let large = vec![b' '; MAX_BYTES + 1];
        assert_eq!(
            Jwks::parse(&large).unwrap_err(),
            JwksError::TooLarge { size: MAX_BYTES + 1, limit: MAX_BYTES }
        );
    }

    #[test]
    fn a_body_that_is_no_key_set_is_refused() {
        for text in
            ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[{"kid":"a"}]}"#, r#"{"keys":[],"keys":[]}"#]
        {
            assert!(matches!(Jwks::parse(text.as_bytes()), Err(JwksError::Json { .. })), "{text}");
        }
    }
}
