//! `recoup ledger`: handling the ledger's file.

use std::path::PathBuf;

use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::Output;

/// Copy the ledger to a new file, while the game server is running.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    config: ConfigFile,
    /// The new file; it must not exist
    path: PathBuf,
}

impl Backup {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        self.config.existing_ledger()?.backup(&self.path)?;
        let bytes = std::fs::metadata(&self.path)?.len();
        if output.is_json() {
            output.document(&json!({"path": self.path, "bytes": bytes}))?;
        } else {
            output.print(format_args!("Backup written: {} ({bytes} bytes).", self.path.display()))?;
        }
        Ok(ExitReason::Fine)
    }
}
