//! `recoup export`: writes rows of the ledger to standard output.

use std::io::{self, BufWriter};

use recoup::{Error, Export, ExportFormat, ExportKind, Store};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input::{self, Since};
use crate::refunds::named;
use crate::render::Output;

/// Write rows of the ledger to standard output.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportRows {
    #[command(flatten)]
    config: ConfigFile,
    /// What to export: refunds, purchases, blocks, debts, recovery (the entries of the books), journal,
    /// exclusions, notices, webhook_messages
    #[arg(value_name = "WHAT")]
    what: ExportKind,
    /// csv, or ndjson: one JSON document a line; csv if left out, and ndjson with --json
    #[arg(long, value_parser = named::<ExportFormat>, conflicts_with = "excel")]
    format: Option<ExportFormat>,
    /// As CSV for Excel: texts are not run as formulas, and long ids keep their digits
    #[arg(long)]
    excel: bool,
    /// Of this user only
    #[arg(long)]
    user: Option<String>,
    #[arg(long, help = input::any_store("Of this store only; refunds and purchases"))]
    store: Option<Store>,
    /// At this time or later: a time, a day (2026-01-31), or how long ago (30d)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
    /// Before this time; a time, a day, or how long ago
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<Since>,
    /// Only refunds that changed at this time or later; a time, a day, or how long ago. To miss none, a minute before the
    /// former export began
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    changed_since: Option<Since>,
}

impl ExportRows {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let unnamed = if output.is_json() { ExportFormat::Ndjson } else { ExportFormat::Csv };
        let format = if self.excel { ExportFormat::Excel } else { self.format.unwrap_or(unnamed) };
        let export = Export {
            user: self.user,
            store: self.store,
            since: self.since.map(Since::at),
            until: self.until.map(Since::at),
            changed_since: self.changed_since.map(Since::at),
            ..Export::new(self.what, format)
        };
        let mut out = BufWriter::new(io::stdout().lock());
        engine.export(&export, &mut out).map_err(unwritten)?;
        Ok(ExitReason::Fine)
    }
}

/// The reader of our output may have seen enough, as in `recoup export refunds | head`.
pub(crate) fn unwritten(error: Error) -> Failure {
    match error {
        Error::Output { kind, .. } => Failure::Output(kind.into()),
        other => other.into(),
    }
}
