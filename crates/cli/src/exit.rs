//! How a command ends: fine, rejected, incomplete, or with a failure for people and programs.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use recoup::gateway::GatewayError;
use recoup::{ConfigError, Error, shown};
use recoup_console::ConsoleError;

use crate::render::without_unseen;

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitReason {
    Fine,
    /// A store's message did not pass verification.
    Rejected,
    /// Something is wrong, and the output reports what.
    Incomplete,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error("{path}: {problem}")]
    Input { path: String, problem: String },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Engine(#[from] Error),
    #[error(
        "there is no ledger at {}: the configuration's \"database\" names it, and the game server (or `recoup ingest`) \
         creates it", .path.display()
    )]
    NoLedger { path: PathBuf },
    #[error("{0}{option}", option = option(.0))]
    Gateway(#[from] GatewayError),
    #[error("{0}{option}", option = console_option(.0))]
    Console(#[from] ConsoleError),
    #[cfg(feature = "demo")]
    #[error("the demo did not run as expected: {0}")]
    Demo(String),
    #[error("the output cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

impl Failure {
    /// A stable name for programs, in snake case.
    fn code(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::Input { .. } => "input",
            Self::Config(_) => "config",
            Self::Engine(error) => error.code(),
            Self::NoLedger { .. } => "no_ledger",
            Self::Gateway(_) => "gateway",
            Self::Console(_) => "console",
            #[cfg(feature = "demo")]
            Self::Demo(_) => "demo",
            Self::Output(_) => "output",
        }
    }

    /// Prints it on the error output.
    pub(crate) fn report(&self, json: bool) {
        // The reader of our output has seen enough, as in `recoup refunds | head`.
        if !matches!(self, Self::Output(error) if error.kind() == ErrorKind::BrokenPipe) {
            write_error(json, self.code(), &self.to_string());
        }
    }
}

/// The option that solves the error.
const fn option(error: &GatewayError) -> &'static str {
    match error {
        GatewayError::Public { .. } => " (--public)",
        GatewayError::Listen { .. } => " (--listen)",
        _ => "",
    }
}

/// The option of the console that solves the error.
const fn console_option(error: &ConsoleError) -> &'static str {
    match error {
        ConsoleError::Public { .. } => " (--console-public, --console-url)",
        ConsoleError::Listen { .. } => " (--console)",
        _ => "",
    }
}

/// The longest message, in characters.
const MAX_MESSAGE: usize = 8000;

pub(crate) fn write_error(json: bool, code: &str, message: &str) {
    let text = if json {
        without_unseen(
            serde_json::json!({"error": {"code": code, "message": shown(message, MAX_MESSAGE)}}).to_string(),
        )
    } else {
        format!("recoup: {}", shown(message, MAX_MESSAGE))
    };
    // The error output may be closed; there is still the exit code.
    drop(writeln!(std::io::stderr(), "{text}"));
}
