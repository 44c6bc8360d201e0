//! The key that requests are signed with, and what Apple checks of their tokens.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use recoup::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use serde_json::{Map, Value, json};

pub const ISSUER_ID: &str = "57246542-96fe-1a63-e053-0824d011072a";
pub const KEY_ID: &str = "2X9R4HXF34";

/// The longest life of a token, in seconds, that Apple's documentation allows.
const MAX_LIFE: i64 = 60 * 60;

/// An In-App Purchase key of App Store Connect.
pub struct IssuedKey {
    pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl IssuedKey {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pkcs8 = pkcs8.as_ref().to_vec();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8, &random).unwrap();
        Self { pkcs8, pair }
    }

    /// The file that App Store Connect gives, which names the curve once more inside (RFC 5915 §3, `parameters`).
    pub fn p8(&self) -> String {
        let (secret, public) = (&self.pkcs8[36..68], self.pair.public_key().as_ref());
        let mut der = vec![0x30, 0x81, 0x93, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07];
        der.extend([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08]);
        der.extend([
            0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04, 0x79, 0x30, 0x77, 0x02, 0x01, 0x01,
        ]);
        der.extend([0x04, 0x20]);
        der.extend(secret);
        der.extend([0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]);
        der.extend([0xA1, 0x44, 0x03, 0x42, 0x00]);
        der.extend(public);
        pem("PRIVATE KEY", &der)
    }

    /// The same without, as other tools write it.
    pub fn bare_p8(&self) -> String {
        pem("PRIVATE KEY", &self.pkcs8)
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", part(header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// What is wrong with a token; nothing where Apple takes it.
    pub fn fault(&self, token: &str, bundle_id: &str, now: Timestamp) -> Option<String> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Some("no compact JWS".to_owned()) };
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.pair.public_key().as_ref());
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        if key.verify(format!("{header}.{claims}").as_bytes(), &signature).is_err() {
            return Some("the signature is not the key's".to_owned());
        }
        let read = |part: &str| -> Map<String, Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        let (header, mut claims) = (read(header), read(claims));
        if Value::Object(header.clone()) != right_header() {
            return Some(format!("the header is {header:?}"));
        }
        let mut time = |name: &str| claims.remove(name).and_then(|time| time.as_i64());
        let (Some(iat), Some(exp)) = (time("iat"), time("exp")) else { return Some("no times".to_owned()) };
        if iat > now.secs() || exp <= now.secs() || exp - iat > MAX_LIFE {
            return Some(format!("good from {iat} to {exp}, and it is {}", now.secs()));
        }
        let expected = json!({"iss": ISSUER_ID, "aud": "appstoreconnect-v1", "bid": bundle_id});
        (Value::Object(claims.clone()) != expected).then(|| format!("the claims are {claims:?}"))
    }
}

pub fn right_header() -> Value {
    json!({"alg": "ES256", "kid": KEY_ID, "typ": "JWT"})
}

pub fn right_claims(bundle_id: &str, now: Timestamp) -> Value {
    json!({"iss": ISSUER_ID, "iat": now.secs(), "exp": now.secs() + 300, "aud": "appstoreconnect-v1", "bid": bundle_id})
}

pub fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
