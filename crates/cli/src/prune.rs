//! `recoup prune`: removes what is older than its retention.

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::Output;

/// Remove what is older than the configuration's retention.
#[derive(Debug, clap::Args)]
pub(crate) struct Prune {
    #[command(flatten)]
    config: ConfigFile,
}

impl Prune {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let pruned = engine.prune()?;
        if output.is_json() {
            let counts: serde_json::Map<_, _> =
                pruned.counts().into_iter().map(|(kind, count)| (kind.to_owned(), count.into())).collect();
            output.document(&counts)?;
        } else if pruned.total() == 0 {
            output.print("Nothing is older than its retention.")?;
        } else {
            let counts: Vec<String> = pruned
                .counts()
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(kind, count)| format!("{count} {}", kind.replace('_', " ")))
                .collect();
            output.print(format_args!("Removed: {}.", counts.join(", ")))?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}
