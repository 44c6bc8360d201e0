//! The key of App Store Connect, and the tokens it signs.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/generating-json-web-tokens-for-api-requests>

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

use crate::config::{ConfigError, read};
use crate::model::{Span, Timestamp};
use crate::stores::ApiError;
use crate::transport::Secret;

/// How long a token is good for. Apple takes up to an hour; its own libraries give five minutes, since each request has
/// a token of its own.
const TOKEN_LIFE: Span = Span::from_millis(5 * 60 * 1000);

/// Whom tokens are for.
const AUDIENCE: &str = "appstoreconnect-v1";

/// An In-App Purchase key. Never shown.
pub(super) struct ApiKey {
    issuer_id: String,
    key_id: String,
    pair: EcdsaKeyPair,
}

impl ApiKey {
    /// Reads the file that App Store Connect gives: PEM with one PKCS #8 P-256 key.
    pub(super) fn from_file(
        issuer_id: &str,
        key_id: &str,
        path: &Path,
        random: &dyn SecureRandom,
    ) -> Result<Self, ConfigError> {
        // What a parser says of a key might hold some of it, so nothing of that is repeated.
        let unreadable = |problem: &str| ConfigError::Unreadable {
            path: path.to_owned(),
            problem: format!("{problem}: expected the .p8 file that App Store Connect gave, unchanged"),
        };
        let bytes = read(path)?;
        let pem = x509_parser::pem::Pem::iter_from_buffer(&bytes)
            .find_map(|block| block.ok().filter(|block| block.label == "PRIVATE KEY"))
            .ok_or_else(|| unreadable("it has no PEM block PRIVATE KEY"))?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pem.contents, random)
            .map_err(|_| unreadable("its key is no P-256 key in PKCS #8"))?;
        Ok(Self { issuer_id: issuer_id.to_owned(), key_id: key_id.to_owned(), pair })
    }

    /// A token for one request about an app.
    pub(super) fn token(
        &self,
        bundle_id: &str,
        now: Timestamp,
        random: &dyn SecureRandom,
    ) -> Result<Secret, ApiError> {
        let header = json!({"alg": "ES256", "kid": self.key_id, "typ": "JWT"});
        let claims = json!({
            "iss": self.issuer_id,
            "iat": now.secs(),
            "exp": now.plus(TOKEN_LIFE).secs(),
            "aud": AUDIENCE,
            "bid": bundle_id,
        });
        let signing_input = format!("{}.{}", encoded(&header), encoded(&claims));
        let signature = self.pair.sign(random, signing_input.as_bytes()).map_err(|_| {
            let problem = "the system gives no random numbers to sign a token with".to_owned();
            ApiError::Credentials { problem }
        })?;
        Ok(Secret::new(format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}
