//! Access tokens of one service account: its key file, the assertions made with it (RFC 7523), and the token, which is
//! requested when needed and kept until shortly before it expires.
//! <https://developers.google.com/identity/protocols/oauth2/service-account>

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use super::token_refused;
use crate::config::{ConfigError, read};
use crate::json;
use crate::model::{Span, Timestamp};
use crate::stores::ApiError;
use crate::stores::http_api::address;
use crate::stores::oauth::{TokenCache, issued};
use crate::transport::{HttpRequest, Secret, Transport, Url};

/// A token is not used in its last five minutes: clocks differ, and a call takes its time. Tokens last an hour.
const SPARE: Span = Span::from_millis(5 * 60 * 1000);
/// The largest answer that is read, in bytes: a token has some hundred, at most 2048 by Google's documents.
const MAX_BODY: usize = 64 * 1024;
/// How long a request for a token may take. All calls of the account wait for it.
const TIMEOUT: Duration = Duration::from_secs(15);
/// RFC 7523 §2.1.
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The source of the tokens for calls.
pub(super) struct AccessTokens {
    transport: Arc<dyn Transport>,
    key_file: PathBuf,
    cache: TokenCache<ServiceAccount>,
}

impl AccessTokens {
    /// With a key file's account. `n` is the section's place in the configuration.
    pub(super) fn from_key_file(
        n: usize,
        key_file: &Path,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConfigError> {
        let account = ServiceAccount::parse(&Zeroizing::new(read(key_file)?)).map_err(|problem| {
            ConfigError::Value {
                key: format!("google_play[{n}].service_account"),
                problem: format!("{}: {problem}", key_file.display()),
            }
        })?;
        let cache = TokenCache::new(account, SPARE);
        Ok(Self { transport, key_file: key_file.to_owned(), cache })
    }

    /// A token to use at `now`.
    pub(super) fn token(&self, now: Timestamp) -> Result<Secret, ApiError> {
        self.cache.token(None, now, |account| self.ask(account, now))
    }

    /// A token other than the one that Google rejected.
    pub(super) fn token_instead_of(&self, refused: &Secret, now: Timestamp) -> Result<Secret, ApiError> {
        self.cache.token(Some(refused), now, |account| self.ask(account, now))
    }

    /// Requests a token; if Google rejects the key, once more with the key that may meanwhile be in the file.
    fn ask(&self, account: &mut ServiceAccount, now: Timestamp) -> Result<(Secret, Span), ApiError> {
        let error = match self.exchange(account, now) {
            Err(error @ ApiError::Credentials { .. }) => error,
            answer => return answer,
        };
        let newer = read(&self.key_file).ok().map(Zeroizing::new);
        let newer = newer.and_then(|file| ServiceAccount::parse(&file).ok());
        match newer.filter(|newer| !newer.is_same_key(account)) {
            Some(newer) => {
                tracing::info!(key_file = %self.key_file.display(), "the service account has another key now");
                *account = newer;
                self.exchange(account, now)
            }
            None => Err(error),
        }
    }

    fn exchange(&self, account: &ServiceAccount, now: Timestamp) -> Result<(Secret, Span), ApiError> {
        let assertion = account.assertion(now).map_err(|problem| ApiError::Credentials { problem })?;
        let request = HttpRequest::post(account.token_uri.clone())
            .header("Accept", "application/json")
            .form(&[("grant_type", GRANT_TYPE), ("assertion", assertion.expose())])
            .timeout(TIMEOUT)
            .max_body(MAX_BODY)
            // One token more does no harm.
            .repeatable();
        let response = self.transport.send(&request)?;
        if !response.is_success() {
            return Err(token_refused(&response, &account.client_email));
        }
        issued(response)
    }
}

/// The token's scope. The Developer API has no narrower one.
const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";
/// The assertion's audience: always this, by Google's documents, wherever it is sent.
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
/// The lifetime of an assertion: the most that Google accepts.
const GOOD_FOR: Span = Span::from_hours(1);

/// A service account with its private key, which is never shown.
pub(super) struct ServiceAccount {
    pub(super) client_email: String,
    pub(super) private_key_id: String,
    pub(super) token_uri: Url,
    key: RsaKeyPair,
}

/// The key file's members that are needed.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: Zeroizing<String>,
    private_key_id: String,
    token_uri: String,
}

impl ServiceAccount {
    /// From a key file's content. The error names the problem and holds nothing of the key.
    pub(super) fn parse(key_file: &[u8]) -> Result<Self, String> {
        let file: KeyFile = json::from_slice(key_file).map_err(|error| {
            format!("it is no service account's JSON key file: {}", without_values(&error))
        })?;
        for (member, value) in
            [("client_email", &file.client_email), ("private_key_id", &file.private_key_id)]
        {
            if value.trim().is_empty() {
                return Err(format!("its {member} is empty"));
            }
        }
        let key = PrivatePkcs8KeyDer::from_pem_slice(file.private_key.as_bytes())
            .map_err(|_| "its private_key is not PEM of a PKCS #8 key (BEGIN PRIVATE KEY)".to_owned())?;
        let key = Zeroizing::new(key);
        let key = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der())
            .map_err(|error| format!("its private_key is no RSA key of 2048 to 4096 bits: {error}"))?;
        let token_uri = address(&file.token_uri).map_err(|problem| format!("its token_uri: {problem}"))?;
        Ok(Self { client_email: file.client_email, private_key_id: file.private_key_id, token_uri, key })
    }

    /// A signed request for an access token.
    pub(super) fn assertion(&self, now: Timestamp) -> Result<Secret, String> {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.private_key_id});
        let claims = json!({
            "iss": self.client_email,
            "scope": SCOPE,
            "aud": AUDIENCE,
            "iat": now.secs(),
            "exp": now.plus(GOOD_FOR).secs(),
        });
        let encoded = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signing_input = format!("{}.{}", encoded(header), encoded(claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signing_input.as_bytes(), &mut signature)
            .map_err(|_| "signing with the service account's key failed".to_owned())?;
        Ok(Secret::new([&signing_input, ".", &URL_SAFE_NO_PAD.encode(signature)].concat()))
    }

    /// Whether the other is the same account with the same key.
    pub(super) fn is_same_key(&self, other: &Self) -> bool {
        self.client_email == other.client_email && self.private_key_id == other.private_key_id
    }
}

/// Where in the file the error is. The error's own text may repeat a value, which may be the key.
fn without_values(error: &json::JsonError) -> String {
    match error {
        json::JsonError::Shape { path, problem } if problem.starts_with("missing field") => {
            format!("at {path}: {problem}")
        }
        json::JsonError::Shape { path, .. } => format!("at {path}: expected text"),
        json::JsonError::Syntax { .. } => "it is not JSON".to_owned(),
        other => other.to_string(),
    }
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("client_email", &self.client_email)
            .field("private_key_id", &self.private_key_id)
            .field("token_uri", &self.token_uri)
            .finish_non_exhaustive()
    }
}
