//! What every store's server API needs: its credential and place out of a section of the configuration, and what it
//! answers made fit to be shown.

use std::path::PathBuf;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::Value;

use super::ApiError;
use crate::config::{ConfigError, read};
use crate::json;
use crate::transport::{HttpResponse, Secret, TransportError, Url};

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

/// Reads a base URL, which may have somebody's password in it and is not repeated either.
pub(super) fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => text.parse().map(Some).map_err(D::Error::custom),
        _ => Err(D::Error::custom("expected https://host[:port]/path")),
    }
}

/// The credential of a section: given in it, or in a file that it names, or not at all.
pub(super) fn credential(
    section: &str,
    member: &str,
    given: Option<&Secret>,
    file: Option<&PathBuf>,
) -> Result<Option<Secret>, ConfigError> {
    let (key, text) = match (given, file) {
        (None, None) => return Ok(None),
        (Some(secret), None) => (format!("{section}.{member}"), secret.expose().to_owned()),
        (None, Some(file)) => {
            let text = String::from_utf8_lossy(&read(file)?).trim().to_owned();
            (format!("{section}.{member}_file"), text)
        }
        (Some(_), Some(_)) => {
            let problem = format!("expected one of {member} and {member}_file, not both");
            return Err(ConfigError::Value { key: section.to_owned(), problem });
        }
    };
    // A key has neither; with them it was cut or pasted wrongly, and no header field could carry it.
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        let problem = "it is empty, or has white space or a character that is not ASCII in it".to_owned();
        return Err(ConfigError::Value { key, problem });
    }
    Ok(Some(Secret::new(text)))
}

/// Reads an answer's body, which must be a JSON object.
pub(super) fn answer<'a, T: Deserialize<'a>>(response: &'a HttpResponse) -> Result<T, ApiError> {
    json::from_slice(response.body()).map_err(|error| unreadable(error.to_string()))
}

/// An answer that is not what the store's documents say.
pub(super) fn unreadable(problem: impl AsRef<str>) -> ApiError {
    ApiError::Unreadable { problem: words(problem.as_ref(), None) }
}

/// What an action comes to where the question before it failed: however that ended, the action to `url` was not sent.
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
    fn a_credential_stands_in_one_place_and_is_never_repeated() {
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
    fn a_stores_words_become_one_line_without_the_secret() {
        let secret = Secret::new("s3cret");
        assert_eq!(words("No such\r\nkey:\u{7} s3cret.", Some(&secret)), "No such key: <hidden>.");
        assert_eq!(words(&"x".repeat(1000), None).len(), MAX_WORDS);
        assert_eq!(words("a", Some(&Secret::new(""))), "a");
    }
}
