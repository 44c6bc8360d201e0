//! `recoup ledger`: the ledger's file.

use std::path::PathBuf;

use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{Ended, Failure};
use crate::render::Output;

/// Copy the ledger to a new file, while the game server goes on.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    config: ConfigFile,
    /// The new file; nothing is overwritten
    path: PathBuf,
}

impl Backup {
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        self.config.existing_ledger()?.backup(&self.path)?;
        let bytes = std::fs::metadata(&self.path)?.len();
        if output.is_json() {
            output.document(&json!({"path": self.path, "bytes": bytes}))?;
        } else {
            output.say(format_args!("Backup made: {} ({bytes} bytes).", self.path.display()))?;
        }
        Ok(Ended::Fine)
    }
}
