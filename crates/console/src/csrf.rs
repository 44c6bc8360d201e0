//! That a change comes from the console's own pages: from their origin, and with a token that no other site can read.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use ring::hmac;

use crate::problem::Problem;

/// Separates this use of a secret from any other.
const PURPOSE: &[u8] = b"recoup console csrf 1";

/// The token that belongs to a session: it follows from the session's secret, and the secret not from it, so that it
/// needs no place in the ledger and holds as long as the session.
pub(crate) fn token(secret: &[u8], operator: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let mut context = hmac::Context::with_key(&key);
    context.update(PURPOSE);
    context.update(&[0]);
    context.update(operator.as_bytes());
    URL_SAFE_NO_PAD.encode(context.sign())
}

/// Refuses what another site made a browser send.
///
/// # Errors
/// `bad_origin`; `bad_csrf`.
pub(crate) fn check(fields: &HeaderMap, origins: &[String], token: &str) -> Result<(), Problem> {
    check_origin(fields, origins)?;
    let given = text(fields, "x-csrf-token").unwrap_or("");
    if is_same(given.as_bytes(), token.as_bytes()) {
        return Ok(());
    }
    Err(Problem::new(
        403,
        "bad_csrf",
        "X-CSRF-Token is not this session's: load the session again, and send the token that it has",
    ))
}

/// Refuses a change from a page of another origin.
///
/// # Errors
/// `bad_origin`.
pub(crate) fn check_origin(fields: &HeaderMap, origins: &[String]) -> Result<(), Problem> {
    let is_ours = match (text(fields, "sec-fetch-site"), text(fields, "origin")) {
        // Both must fit where both are there.
        (Some(site), origin) => site == "same-origin" && origin.is_none_or(|origin| known(origins, origin)),
        (None, Some(origin)) => known(origins, origin),
        (None, None) => false,
    };
    if is_ours {
        return Ok(());
    }
    Err(Problem::new(
        403,
        "bad_origin",
        "changes come from the console's own pages only: open the console itself",
    ))
}

fn known(origins: &[String], origin: &str) -> bool {
    origins.iter().any(|known| known.eq_ignore_ascii_case(origin))
}

fn text<'a>(fields: &'a HeaderMap, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(|value| value.to_str().ok())
}

/// Compares in the same time, whatever differs.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(all: &[(&'static str, &str)]) -> HeaderMap {
        all.iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_change_needs_the_origin_and_the_token() {
        let ours = ["https://a.example".to_owned()];
        let good = token(b"secret", "ann");
        let code = |all: &[(&'static str, &str)]| {
            check(&fields(all), &ours, &good).err().map(|problem| problem.code)
        };
        assert_eq!(code(&[("sec-fetch-site", "same-origin"), ("x-csrf-token", &good)]), None);
        assert_eq!(code(&[("origin", "https://a.example"), ("x-csrf-token", &good)]), None);
        for site in ["cross-site", "same-site", "none"] {
            let code = code(&[("sec-fetch-site", site), ("x-csrf-token", &good)]);
            assert_eq!(code.as_deref(), Some("bad_origin"), "{site}");
        }
        let both = code(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://b.example"),
            ("x-csrf-token", &good),
        ]);
        assert_eq!(both.as_deref(), Some("bad_origin"));
        assert_eq!(
            code(&[("x-csrf-token", &good)]).as_deref(),
            Some("bad_origin"),
            "no browser says nothing"
        );
        let same = ("sec-fetch-site", "same-origin");
        assert_eq!(code(&[same]).as_deref(), Some("bad_csrf"));
        assert_eq!(code(&[same, ("x-csrf-token", "x")]).as_deref(), Some("bad_csrf"));
    }

    #[test]
    fn a_token_is_of_one_session_and_one_operator() {
        assert_eq!(token(b"s", "ann"), token(b"s", "ann"));
        assert_ne!(token(b"s", "ann"), token(b"s", "bob"));
        assert_ne!(token(b"s", "ann"), token(b"t", "ann"));
    }
}
