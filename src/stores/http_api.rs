//! What every store's server API needs: its credential and address from a section of the configuration, and answers in
//! a form fit to be shown.

use std::path::PathBuf;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::Value;
use zeroize::Zeroizing;

use super::ApiError;
use crate::config::{ConfigError, read};
use crate::json;
use crate::transport::{BadUrl, HttpResponse, RateLimit, Secret, TransportError, Url};

/// The longest of a store's words that an error repeats, in characters: one line of a terminal or two.
const MAX_WORDS: usize = 300;

/// Reads a secret. Goes through a value of any type, since serde's own errors repeat what they found.
pub(super) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(Secret::new(text))),
        _ => Err(D::Error::custom("expected text")),
    }
}

/// Reads a base URL. It may hold a password, so errors do not repeat it.
pub(super) fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => address(&text).map(Some).map_err(D::Error::custom),
        _ => Err(D::Error::custom("expected https://host[:port]/path")),
    }
}

/// As [`url`], for a section that keeps the text.
pub(super) fn url_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => address(&text).map(|_| Some(text)).map_err(D::Error::custom),
        _ => Err(D::Error::custom("expected https://host[:port]/path")),
    }
}

/// The address of a store's API or keys. Credentials are sent there, and the server there decides what was refunded and
/// which signatures count: so it is `https`, or on this machine, whatever transport sends the request.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error: BadUrl| error.to_string())?;
    require_protected(&url)?;
    Ok(url)
}

/// That a URL is an [`address`] that may be used.
pub(super) fn require_protected(url: &Url) -> Result<(), String> {
    if url.is_https() || url.is_loopback() {
        return Ok(());
    }
    Err("expected https, or http on this machine (http://127.0.0.1:PORT): on a network plain http shows credentials, \
         and anyone on the network could answer"
        .to_owned())
}

/// The base of a section's API: the section's URL, else `host`. A section made in code is checked like one that was
/// read.
pub(super) fn base(
    section: &str,
    member: &str,
    given: Option<&Url>,
    host: &'static str,
) -> Result<Url, ConfigError> {
    let Some(url) = given else { return Ok(Url::https(host)) };
    require_protected(url)
        .map(|()| url.clone())
        .map_err(|problem| ConfigError::Value { key: format!("{section}.{member}"), problem })
}

/// This number of requests a second for everything under a path of an API's base.
pub(super) fn a_second(base: Url, path: &str, requests: u32) -> RateLimit {
    let url = base.segments(path);
    RateLimit::of_host(url.host(), requests, Duration::from_secs(1)).under(url.path())
}

/// The credential of a section: in the section itself, or in a file that it names, or none.
pub(super) fn credential(
    section: &str,
    member: &str,
    given: Option<&Secret>,
    file: Option<&PathBuf>,
) -> Result<Option<Secret>, ConfigError> {
    let (key, secret) = match (given, file) {
        (None, None) => return Ok(None),
        (Some(secret), None) => (format!("{section}.{member}"), secret.clone()),
        (None, Some(file)) => {
            let bytes = Zeroizing::new(read(file)?);
            // What is no text is refused below as what is not ASCII.
            let text = std::str::from_utf8(&bytes).unwrap_or("\u{fffd}");
            (format!("{section}.{member}_file"), Secret::new(text.trim()))
        }
        (Some(_), Some(_)) => {
            let problem = format!("expected one of {member} and {member}_file, not both");
            return Err(ConfigError::Value { key: section.to_owned(), problem });
        }
    };
    // A key has neither; with them it was cut or pasted wrongly, and no header field could carry it.
    let text = secret.expose();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        let problem = "it is empty, or has white space or a character that is not ASCII in it".to_owned();
        return Err(ConfigError::Value { key, problem });
    }
    Ok(Some(secret))
}

/// Reads an answer's body, which must be a JSON object.
pub(super) fn answer<'a, T: Deserialize<'a>>(response: &'a HttpResponse) -> Result<T, ApiError> {
    json::from_slice(response.body()).map_err(|error| unreadable(error.to_string()))
}

/// An answer that does not match the store's documents.
pub(super) fn unreadable(problem: impl AsRef<str>) -> ApiError {
    ApiError::Unreadable { problem: words(problem.as_ref(), None) }
}

/// The result of an action whose preceding request failed: however that ended, the action to `url` was not sent.
pub(super) fn not_sent(url: &Url, error: ApiError) -> ApiError {
    if !error.may_be_done() {
        return error;
    }
    let (problem, retryable) = (error.to_string(), error.is_retryable());
    TransportError::NotSent { host: url.host().to_owned(), problem, retryable }.into()
}

/// A store's own words on one line, without the secret should they repeat it.
pub(super) fn words(text: &str, secret: Option<&Secret>) -> String {
    let text = match secret {
        Some(secret) if !secret.expose().is_empty() => text.replace(secret.expose(), "<hidden>"),
        _ => text.to_owned(),
    };
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_WORDS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_sections_are_wiped_when_they_are_dropped() {
        use crate::stores::{amazon::AmazonSection, one_store::OneStoreSection, stripe::StripeSection};
        // The compiler checks that it is so.
        fn wiped<S, T: zeroize::ZeroizeOnDrop>(_: fn(&S) -> Option<&T>) {}
        wiped(|section: &StripeSection| section.webhook_secrets.first());
        wiped(|section: &StripeSection| section.api_key.as_ref());
        wiped(|section: &OneStoreSection| section.client_secret.as_ref());
        wiped(|section: &AmazonSection| section.shared_secret.as_ref());
    }

    #[test]
    fn a_credential_is_in_one_place_and_is_never_repeated() {
        let secret = Secret::new("s3cret");
        fn given(secret: Option<&Secret>, file: Option<&PathBuf>) -> Result<Option<Secret>, ConfigError> {
            credential("stripe[0]", "api_key", secret, file)
        }
        assert_eq!(given(None, None), Ok(None));
        assert_eq!(given(Some(&secret), None), Ok(Some(secret.clone())));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "s3cret\n").unwrap();
        assert_eq!(given(None, Some(&file)), Ok(Some(secret.clone())));
        assert!(given(Some(&secret), Some(&file)).unwrap_err().to_string().contains("api_key_file"));
        std::fs::write(&file, "\n").unwrap();
        assert!(given(None, Some(&file)).unwrap_err().to_string().contains("stripe[0].api_key_file"));
        for bad in ["", "s3cret ", "s3\ncret", "s3crét"] {
            let bad = Secret::new(bad);
            let message = given(Some(&bad), None).unwrap_err().to_string();
            assert!(message.starts_with("at stripe[0].api_key: ") && !message.contains("s3"), "{message}");
        }
    }

    #[test]
    fn an_address_is_https_or_on_this_machine() {
        for good in
            ["https://api.example.com", "http://127.0.0.1:8080/x", "http://localhost:1", "http://[::1]:1"]
        {
            assert!(address(good).is_ok(), "{good}");
            assert!(base("stripe[0]", "api_url", Some(&good.parse().unwrap()), "h").is_ok(), "{good}");
        }
        for bad in
            ["http://api.example.com", "http://10.0.0.1:8080", "http://127.0.0.1.example.com", "HTTP://h"]
        {
            let message = address(bad).unwrap_err();
            assert!(
                message.contains("https") && message.contains("http://127.0.0.1:PORT"),
                "{bad}: {message}"
            );
            let error =
                base("stripe[0]", "api_url", Some(&bad.parse().unwrap()), "h").unwrap_err().to_string();
            assert!(error.starts_with("at stripe[0].api_url: expected https"), "{error}");
        }
        assert_eq!(base("stripe[0]", "api_url", None, "h").unwrap().expose(), "https://h");
    }

    #[test]
    fn a_stores_words_become_one_line_without_the_secret() {
        let secret = Secret::new("s3cret");
        assert_eq!(words("No such\r\nkey:\u{7} s3cret.", Some(&secret)), "No such key: <hidden>.");
        assert_eq!(words(&"x".repeat(1000), None).len(), MAX_WORDS);
        assert_eq!(words("a", Some(&Secret::new(""))), "a");
    }
}
