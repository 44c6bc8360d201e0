//! The request's body.

use std::borrow::Cow;

use serde::Deserialize;

use super::given;
use crate::json;
use crate::stores::{Rejection, Request};

/// Bytes of a body. The largest real notifications, with two JWS inside and three certificates in each of the three,
/// stay under 64 KiB; Advanced Commerce with many items may double that.
pub(super) const MAX_BODY: usize = 256 * 1024;

/// Some programs write UTF-8 with it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// `responseBodyV2`.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, rename = "signedPayload")]
    signed_payload: Cow<'a, str>,
}

/// The JWS in a request's body: `{"signedPayload": "…"}` as Apple posts it, or bare, as Apple's notification history
/// and saved samples have it.
pub(super) fn signed_payload<'a>(request: &Request<'a>) -> Result<Cow<'a, str>, Rejection> {
    if request.body.len() > MAX_BODY {
        return Err(Rejection::TooLarge { what: "body", size: request.body.len(), limit: MAX_BODY });
    }
    // What is signed is the JWS inside, so a byte order mark changes nothing.
    let body = request.body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(request.body);
    if let Some(jws) = bare_jws(body).or_else(|| plainly_wrapped(body)) {
        return match given::in_place_of_a_jws(jws) {
            Some(other) => Err(other.into()),
            None => Ok(Cow::Borrowed(jws)),
        };
    }
    match json::from_slice::<Body<'a>>(body) {
        Ok(body) => Ok(body.signed_payload),
        Err(source) => match (encoded_twice(body), given::in_place_of_a_body(body)) {
            (Some(jws), _) => Ok(jws),
            (None, Some(other)) => Err(other.into()),
            (None, None) => {
                match std::str::from_utf8(body.trim_ascii()).ok().and_then(given::in_place_of_a_jws) {
                    Some(other) => Err(other.into()),
                    None => Err(Rejection::Body { source }),
                }
            }
        },
    }
}

/// The JWS in a body that is JSON in a JSON string, as frameworks make of it that write out what is text already. What
/// is signed is the JWS inside, so this changes nothing. Once more is not looked for.
fn encoded_twice<'a>(body: &[u8]) -> Option<Cow<'a, str>> {
    if !body.trim_ascii_start().starts_with(b"\"") {
        return None;
    }
    let text: String = json::value_from_slice(body).ok()?;
    let body: Body<'_> = json::from_slice(text.as_bytes()).ok()?;
    Some(Cow::Owned(body.signed_payload.into_owned()))
}

/// The body, trimmed, where it holds nothing but what a JWS is written with.
fn bare_jws(body: &[u8]) -> Option<&str> {
    let trimmed = body.trim_ascii();
    // Apple's own bodies are told at their first byte.
    if trimmed.first() == Some(&b'{') {
        return None;
    }
    let is_jws = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=');
    if trimmed.is_empty() || !trimmed.iter().all(is_jws) {
        return None;
    }
    std::str::from_utf8(trimmed).ok()
}

/// The JWS in a body written the way Apple writes it, found without reading the body as JSON twice over: between
/// this beginning and this end, text without quotes and backslashes can only be the string's value.
fn plainly_wrapped(body: &[u8]) -> Option<&str> {
    let jws = body.strip_prefix(b"{\"signedPayload\":\"")?.strip_suffix(b"\"}")?;
    if jws.contains(&b'"') || jws.contains(&b'\\') {
        return None;
    }
    std::str::from_utf8(jws).ok()
}

/// That a bare JWS is not too large.
pub(super) fn require_small(jws: &str) -> Result<(), Rejection> {
    if jws.len() > MAX_BODY {
        return Err(Rejection::TooLarge { what: "JWS", size: jws.len(), limit: MAX_BODY });
    }
    Ok(())
}
