//! The OIDC token that Pub/Sub sends with a push.

use serde_json::{Map, Value};

use super::PushTokenError;
use crate::json;
use crate::model::{Span, Timestamp};
use crate::stores::{Rejection, Request};
use crate::verify::{JwsError, UnverifiedToken};

/// Google's tokens have 0.8 to 1.2 KB; what is longer is not worth taking apart.
const MAX_AUTHORIZATION: usize = 8 * 1024;
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
/// What stands for a signature that Google's infrastructure took away
/// (<https://cloud.google.com/run/docs/troubleshooting#signature-removed>).
const REMOVED: &str = ".SIGNATURE_REMOVED_BY_GOOGLE";
/// Google's tokens live for an hour. One that lives for longer than a day could be replayed for as long.
const MAX_LIFE: Span = Span::from_hours(24);

/// The token of a request: the one `Authorization: Bearer` field (RFC 6750 §2.1; the scheme's case does not matter,
/// RFC 9110 §11.1).
pub(super) fn bearer_token<'a>(request: &Request<'a>) -> Result<&'a str, Rejection> {
    let field = request
        .header("authorization")
        .map_err(|count| PushTokenError::SeveralAuthorizations { count })?
        .ok_or(PushTokenError::NoAuthorization)?;
    if field.len() > MAX_AUTHORIZATION {
        return Err(Rejection::TooLarge {
            what: "Authorization header",
            size: field.len(),
            limit: MAX_AUTHORIZATION,
        });
    }
    match field.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim_matches(' ')),
        _ => Err(PushTokenError::NotBearer.into()),
    }
}

/// A token taken apart. Its claims are worth nothing until its signature is verified.
#[derive(Debug)]
pub(super) struct PushToken {
    /// The key it names.
    pub(super) kid: String,
    claims: Result<Claims, JwsError>,
}

impl PushToken {
    pub(super) fn parse(text: &str) -> Result<Self, Rejection> {
        if text.ends_with(REMOVED) {
            return Err(PushTokenError::SignatureRemoved.into());
        }
        let token = UnverifiedToken::parse(text)?;
        let kid = token.kid.ok_or(PushTokenError::NoKeyId)?;
        let claims = json::from_slice(&token.payload)
            .map(Claims)
            .map_err(|source| JwsError::Json { segment: "payload", source });
        Ok(Self { kid, claims })
    }

    /// Audience and e-mail as the token says them, to choose whose keys to ask; not to be believed.
    pub(super) fn addressed(&self) -> Option<(&str, &str)> {
        let claims = self.claims.as_ref().ok()?;
        Some((claims.0.get("aud")?.as_str()?, claims.0.get("email")?.as_str()?))
    }

    /// The claims. Call it after the signature was verified.
    pub(super) fn claims(&self) -> Result<&Claims, Rejection> {
        self.claims.as_ref().map_err(|error| error.clone().into())
    }
}

/// The payload of a push token.
#[derive(Debug)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn check_issuer(&self) -> Result<(), PushTokenError> {
        match self.text("iss")? {
            issuer if ISSUERS.contains(&issuer) => Ok(()),
            other => Err(PushTokenError::Issuer { found: excerpt(other) }),
        }
    }

    /// `expected` are the audiences of the apps. An array is refused, though RFC 7519 §4.1.3 has it:
    /// Google sends one string, and a token for several would be good elsewhere too.
    pub(super) fn check_audience(&self, expected: &[&str]) -> Result<(), PushTokenError> {
        match self.text("aud")? {
            audience if expected.contains(&audience) => Ok(()),
            other => Err(PushTokenError::Audience { found: excerpt(other), expected: listed(expected) }),
        }
    }

    /// `expected` are the service accounts of the apps of the token's audience.
    pub(super) fn check_email(&self, expected: &[&str]) -> Result<(), PushTokenError> {
        match self.text("email")? {
            email if expected.contains(&email) => {}
            other => {
                return Err(PushTokenError::Email { found: excerpt(other), expected: listed(expected) });
            }
        }
        match self.0.get("email_verified") {
            Some(Value::Bool(true)) => Ok(()),
            Some(Value::Bool(false)) => Err(PushTokenError::EmailNotVerified),
            other => Err(wrong("email_verified", other, "true")),
        }
    }

    pub(super) fn check_time(&self, skew: Span, now: Timestamp) -> Result<(), PushTokenError> {
        let iat = self.instant("iat")?;
        let exp = self.expiry()?;
        if exp <= iat {
            return Err(PushTokenError::ExpiresBeforeIssue { iat, exp });
        }
        if now.plus(skew) < iat {
            return Err(PushTokenError::IssuedInTheFuture { iat, now, skew });
        }
        // Google sends none; where there is one, it counts (RFC 7519 §4.1.5).
        if self.0.contains_key("nbf") {
            let nbf = self.instant("nbf")?;
            if now.plus(skew) < nbf {
                return Err(PushTokenError::IssuedInTheFuture { iat: nbf, now, skew });
            }
        }
        if exp.plus(skew) < now {
            return Err(PushTokenError::Expired { exp, now, skew });
        }
        if now.plus(MAX_LIFE) < exp {
            return Err(PushTokenError::ExpiresTooLate { exp, now });
        }
        Ok(())
    }

    /// When the token ends.
    pub(super) fn expiry(&self) -> Result<Timestamp, PushTokenError> {
        self.instant("exp")
    }

    fn text(&self, claim: &'static str) -> Result<&str, PushTokenError> {
        let value = self.0.get(claim);
        value.and_then(Value::as_str).ok_or_else(|| wrong(claim, value, "a string"))
    }

    fn instant(&self, claim: &'static str) -> Result<Timestamp, PushTokenError> {
        let value = self.0.get(claim);
        let seconds = value.and_then(Value::as_i64);
        seconds.map(Timestamp::from_secs).ok_or_else(|| wrong(claim, value, "a whole number of seconds"))
    }
}

fn wrong(claim: &'static str, value: Option<&Value>, expected: &'static str) -> PushTokenError {
    let found = match value {
        None => "absent",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    };
    PushTokenError::Claim { claim, found, expected }
}

/// What is configured, each once.
fn listed(expected: &[&str]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in expected {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names.join(" or ")
}

/// Enough of a claim to recognise it by.
fn excerpt(text: &str) -> String {
    text.chars().take(256).collect()
}
