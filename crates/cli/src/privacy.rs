//! `recoup privacy export` and `recoup privacy forget`: what the ledger has of one user.

use std::io::{self, BufWriter};

use clap::Subcommand;
use recoup::Forget;

use crate::blocks::OperatorArguments;
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::export::unwritten;
use crate::render::Output;

/// Commands for what the ledger has of one user.
#[derive(Debug, Subcommand)]
pub(crate) enum Privacy {
    /// Write all that the ledger has under a user id to standard output, as one JSON document
    ///
    /// Raw bodies of stores' messages are in it, in base64. Journal entries may name other users who had or claimed the
    /// same order. A document that was cut short is no JSON, and the command exits with 1.
    Export(ExportUser),
    /// Replace a user by a pseudonym everywhere in the ledger, and remove what only describes the user
    ///
    /// There is no way back. Backups keep what they have. Refused while the user is blocked, owes something, should get
    /// something back, or a store waits for an answer; --even-so ends these.
    Forget(ForgetUser),
}

/// Write all that the ledger has under a user id.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportUser {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    user: String,
}

/// Replace a user by a pseudonym.
#[derive(Debug, clap::Args)]
pub(crate) struct ForgetUser {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    user: String,
    #[command(flatten)]
    by: OperatorArguments,
    /// End the user's blocks, write off what is owed or should be given back, and leave refund reviews unanswered
    #[arg(long)]
    even_so: bool,
}

impl Privacy {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        match self {
            Self::Export(export) => export.run(),
            Self::Forget(forget) => forget.run(output),
        }
    }
}

impl ExportUser {
    fn run(self) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let mut out = BufWriter::new(io::stdout().lock());
        engine.export_user(&self.user, &mut out).map_err(unwritten)?;
        Ok(ExitReason::Fine)
    }
}

impl ForgetUser {
    fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let options = Forget { even_so: self.even_so };
        let forgotten = engine.forget_user(&self.user, &options, &self.by.who(), &self.by.why)?;
        if output.is_json() {
            output.document(&forgotten)?;
        } else {
            let counts = &forgotten.counts;
            let changed: Vec<String> = [
                (counts.purchases, "purchase", "purchases"),
                (counts.refunds, "refund", "refunds"),
                (counts.blocks, "block", "blocks"),
                (counts.journal, "journal entry", "journal entries"),
                (counts.access_overrides, "decision on access", "decisions on access"),
                (counts.exclusions, "exclusion", "exclusions"),
                (counts.webhook_messages, "webhook message", "webhook messages"),
            ]
            .into_iter()
            .map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }))
            .collect();
            output.print(format_args!(
                "{} is now {}: {}; removed: {} messages, {} events, {} reports on use, {} notices, {} notes.",
                self.user,
                forgotten.pseudonym,
                changed.join(", "),
                counts.messages,
                counts.events,
                counts.consumption,
                counts.notices,
                counts.notes
            ))?;
            if !forgotten.log_emptied {
                output.print(
                    "The log beside the ledger (-wal) still has the old contents: another program is reading the ledger. \
                     It is emptied once that ends.",
                )?;
            }
            output.print("Backups still have the user: remove them by your own rules.")?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}
