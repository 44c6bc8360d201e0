//! What can be wrong with a configuration.

use std::path::{Path, PathBuf};

use crate::json::JsonError;

/// Why a configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {problem}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        problem: String,
    },
    /// The text is larger than any configuration.
    #[error("the configuration has {size} bytes, and at most {limit} are accepted")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Not JSON, an unknown key, or a value of the wrong type.
    #[error("{}{problem}", in_file(.file))]
    Json {
        /// The file, where it is known.
        file: Option<PathBuf>,
        /// What is wrong and where.
        problem: JsonError,
    },
    /// A key that is needed here is not given.
    #[error("the configuration has no {key:?}: expected {expected}")]
    Missing {
        /// Path to the key.
        key: &'static str,
        /// What it should say.
        expected: &'static str,
    },
    /// A value that reads well but cannot be used.
    #[error("at {key}: {problem}")]
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

fn in_file(file: &Option<PathBuf>) -> String {
    file.as_ref().map_or_else(String::new, |file| format!("{}: ", file.display()))
}
