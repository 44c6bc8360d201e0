//! `recoup ingest`: takes stores' requests in, as the game server would.

use std::path::PathBuf;

use recoup::{EngineOptions, ManualClock, Outcome, OutcomeKind, Request, Store};
use serde::Serialize;

use crate::config_file::ConfigFile;
use crate::exit::{Ended, Failure};
use crate::render::{Output, words};
use crate::store_request::Around;
use crate::{input, stores};

/// Take stores' requests in, as the game server would. Prints one outcome a line, each as soon as it is durable.
#[derive(Debug, clap::Args)]
pub(crate) struct Ingest {
    #[arg(help = stores::verified("Who sent it"))]
    store: Store,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    around: Around,
    /// Accept App Store messages however long ago they were signed, to replay old files
    #[arg(long)]
    allow_old: bool,
    /// The raw body of a request; - for standard input. Several are ingested one after another
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
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let mut options = EngineOptions::new().allow_old_messages(self.allow_old);
        if let Some(at) = self.around.at {
            options = options.clock(ManualClock::new(at));
        }
        let engine = self.config.engine(options)?;
        let headers = self.around.headers();
        let mut ended = Ended::Fine;
        for path in &self.files {
            let body = input::read(path)?;
            let outcome = engine.ingest(&self.store, &Request { headers: &headers, body: &body })?;
            if matches!(outcome.what, OutcomeKind::Rejected(_)) {
                ended = Ended::Rejected;
            }
            let file = input::name(path);
            if output.is_json() {
                output.json_line(&Line { file, outcome: &outcome })?;
            } else {
                output.say(format_args!("{file}: {}", words::outcome(&outcome)))?;
                output.flush()?;
            }
        }
        engine.close()?;
        Ok(ended)
    }
}
