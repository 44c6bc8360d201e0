//! `recoup ingest`: ingests stores' requests, as the game server would.

use std::path::PathBuf;

use recoup::{EngineOptions, ManualClock, Outcome, OutcomeKind, Request, Store};
use serde::Serialize;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::input::RequestArguments;
use crate::render::{Output, words};

/// Ingest stores' requests, as the game server would. Prints one outcome per line, each as soon as it is durable.
#[derive(Debug, clap::Args)]
pub(crate) struct Ingest {
    #[arg(help = input::verified_stores("Who sent it"))]
    store: Store,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    around: RequestArguments,
    /// Accept App Store messages however long ago they were signed, to replay old files
    #[arg(long)]
    allow_old: bool,
    /// The raw body of a request; - for standard input. Several are ingested in order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: String,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

impl Ingest {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let mut options = EngineOptions::new().allow_old_messages(self.allow_old);
        if let Some(at) = self.around.at {
            options = options.clock(ManualClock::new(at));
        }
        let engine = self.config.engine(options)?;
        let headers = self.around.headers();
        let mut ended = ExitReason::Fine;
        for path in &self.files {
            let body = input::read(path)?;
            let outcome = engine.ingest(&self.store, &Request { headers: &headers, body: &body })?;
            if matches!(outcome.what, OutcomeKind::Rejected(_)) {
                ended = ExitReason::Rejected;
            }
            let file = input::name(path);
            if output.is_json() {
                output.json_line(&Line { file, outcome: &outcome })?;
            } else {
                output.print(format_args!("{file}: {}", words::outcome(&outcome)))?;
                output.flush()?;
            }
        }
        engine.close()?;
        Ok(ended)
    }
}
