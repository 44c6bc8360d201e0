//! Reading the configuration's files, and what can be wrong with them.

use std::path::{Path, PathBuf};

use crate::json::JsonError;
use crate::shown::{hide_secrets, holds_secret, shown};

/// Why a configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("{} cannot be read: {problem}", shown_path(.path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        problem: String,
    },
    /// The text is larger than any configuration.
    #[error("the configuration has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Not JSON, an unknown key, or a value of the wrong type.
    #[error("{}{problem}", in_file(.file))]
    Json {
        /// The file, if known.
        file: Option<PathBuf>,
        /// What is wrong and where.
        problem: JsonError,
    },
    /// A required key is missing.
    #[error("the configuration has no {key:?}: expected {expected}")]
    Missing {
        /// Path to the key.
        key: &'static str,
        /// What it should contain.
        expected: &'static str,
    },
    /// A well-formed value that cannot be used.
    #[error("at {key}: {}", hide_secrets(.problem))]
    Value {
        /// Path to the key.
        key: String,
        /// What is wrong and what was expected.
        problem: String,
    },
}

impl ConfigError {
    pub(super) fn in_file(self, path: &Path) -> Self {
        match self {
            Self::Json { problem, .. } => Self::Json { file: Some(path.to_owned()), problem },
            other => other,
        }
    }
}

/// Reads a file that is the configuration or named in it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ConfigError> {
    std::fs::read(path)
        .map_err(|error| ConfigError::Unreadable { path: path.to_owned(), problem: error.to_string() })
}

/// The file's path, if it looks like one: it may be a secret that was pasted in its place. A missing file reveals
/// nothing.
fn shown_path(path: &Path) -> String {
    let text = path.display().to_string();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_ending = |ending: &str| {
        (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let has_ending = name.rsplit_once('.').is_some_and(|(_, ending)| is_ending(ending));
    // As files are usually named, `/run/secrets/stripe_key`: secrets have capitals or many digits.
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    let is_name = digits <= 4 && name.len() <= LONGEST_NAME && name.bytes().all(is_plain);
    let looks_like_one = (has_ending || is_name) && !holds_secret(&text) && text.len() <= LONGEST_PATH;
    if looks_like_one || path.exists() {
        return shown(&text, LONGEST_PATH);
    }
    format!(
        "a file with a name of {} characters in the configuration, not shown since they may be a secret that was pasted in place \
         of a file's name,",
        path.file_name().map_or(0, |name| name.to_string_lossy().chars().count())
    )
}

/// The longest name without an extension that is shown, in characters.
const LONGEST_NAME: usize = 40;

/// The longest path that is shown, in characters.
const LONGEST_PATH: usize = 512;

fn in_file(file: &Option<PathBuf>) -> String {
    file.as_ref().map_or_else(String::new, |file| format!("{}: ", file.display()))
}
