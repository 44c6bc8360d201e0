//! Makes `include/recoup/documents/*.hpp`, the C++ views of the documents that the library returns, from the JSON Schemas in
//! `schemas`: `RECOUP_ACCEPT=1 cargo test -p recoup-cpp-documents`. A test compares them with what is committed.

mod emit;
mod every_accessor;
mod files;
mod names;
mod schema;

use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs, io};

pub use files::VIEWS;
use schema::Definitions;

/// Why there are no views.
#[derive(Debug)]
pub enum Error {
    /// The schemas cannot be read.
    Io(io::Error),
    /// A file is no JSON.
    Json(serde_json::Error),
    /// A schema says something that no view is made of yet.
    Schema(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Json(error) => error.fmt(f),
            Self::Schema(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

/// The headers, by their paths in the repository, made from the schemas in a folder.
///
/// # Errors
/// [`Error`]
pub fn files(schemas: &Path) -> Result<BTreeMap<String, String>, Error> {
    let mut definitions = Definitions::default();
    for entry in fs::read_dir(schemas)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".schema.json")) else {
            continue;
        };
        if names::is_taken(name) {
            continue;
        }
        let schema = serde_json::from_str(&fs::read_to_string(&path)?)?;
        definitions.read(&names::class_of_document(name), &schema)?;
    }
    files::files(&definitions)
}
