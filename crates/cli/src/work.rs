//! `recoup close`, `reopen`, `assign`, `note` and `status`: an operator's work on refunds.

use recoup::{ClosedAs, Note as WrittenNote, NoteOn, RefundRef, RefundStatus};

use crate::blocks::{OperatorArguments, OptionalReason, or_system_user};
use crate::case::{self, Before, REFUND_HELP, Revision, refund_ref};
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::recovery::hyphened;
use crate::render::{Output, Table, words};

/// Close a refund of which the books do not know how much is due.
#[derive(Debug, clap::Args)]
pub(crate) struct Close {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(help = REFUND_HELP, value_parser = refund_ref)]
    refund: RefundRef,
    /// recovered, partly-recovered or written-off
    #[arg(long = "as", value_name = "STATUS", value_parser = hyphened::<ClosedAs>)]
    closed_as: ClosedAs,
    #[command(flatten)]
    at: Revision,
    #[command(flatten)]
    by: OperatorArguments,
}

/// Take back that a refund was closed.
#[derive(Debug, clap::Args)]
pub(crate) struct Reopen {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(help = REFUND_HELP, value_parser = refund_ref)]
    refund: RefundRef,
    #[command(flatten)]
    at: Revision,
    #[command(flatten)]
    by: OperatorArguments,
}

/// Assign a refund to an operator.
#[derive(Debug, clap::Args)]
pub(crate) struct Assign {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(help = REFUND_HELP, value_parser = refund_ref)]
    refund: RefundRef,
    /// Who works on it; any name of 1 to 64 bytes
    #[arg(required_unless_present = "none")]
    name: Option<String>,
    /// Assign it to no one
    #[arg(long, conflicts_with = "name")]
    none: bool,
    #[command(flatten)]
    at: Revision,
    #[command(flatten)]
    by: OptionalReason,
}

/// Write a note on a refund or a user.
#[derive(Debug, clap::Args)]
#[command(allow_missing_positional = true)]
pub(crate) struct Note {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(
        help = REFUND_HELP, value_parser = refund_ref, required_unless_present = "user", conflicts_with = "user"
    )]
    refund: Option<RefundRef>,
    /// The note
    text: String,
    /// The note is on this user
    #[arg(long)]
    user: Option<String>,
    /// Your name; by default, $USER
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
}

/// Set the status of a refund.
#[derive(Debug, clap::Args)]
#[command(allow_missing_positional = true)]
pub(crate) struct Status {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(
        help = "The refund's id (a number), or the store's order id or purchase token",
        value_parser = refund_ref, required_unless_present = "order", conflicts_with = "order"
    )]
    refund: Option<RefundRef>,
    /// recovered, excluded, written-off or open
    #[arg(value_parser = hyphened::<RefundStatus>)]
    status: RefundStatus,
    /// The order id or purchase token, for one that is a number
    #[arg(long, value_name = "ID")]
    order: Option<String>,
    #[command(flatten)]
    at: Revision,
    #[command(flatten)]
    by: OperatorArguments,
}

impl Close {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let before = Before::of(&engine, case::refund_id(&engine, &self.refund)?)?;
        engine.close_refund(self.at.of(&self.refund), self.closed_as, &self.by.who(), &self.by.why)?;
        let done = format!("Closed as {}.", words::name(&self.closed_as));
        before.print(&engine, output, &done, None, None)?;
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

impl Reopen {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let before = Before::of(&engine, case::refund_id(&engine, &self.refund)?)?;
        engine.reopen_refund(self.at.of(&self.refund), &self.by.who(), &self.by.why)?;
        before.print(&engine, output, "Reopened.", None, None)?;
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

impl Assign {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let before = Before::of(&engine, case::refund_id(&engine, &self.refund)?)?;
        let refund = self.at.of(&self.refund);
        engine.assign_refund(refund, self.name.as_deref(), &self.by.who(), self.by.why())?;
        let done = format!("Assigned to {}.", self.name.as_deref().unwrap_or("no one"));
        before.print(&engine, output, &done, None, None)?;
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

impl Note {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let on = match (self.user, &self.refund) {
            (None, Some(refund)) => NoteOn::Refund(case::refund_id(&engine, refund)?),
            (user, _) => NoteOn::User(user.unwrap_or_default()),
        };
        let note = engine.add_note(&on, &self.text, &or_system_user(self.who.as_ref()))?;
        engine.close()?;
        if output.is_json() {
            output.document(&note)?;
        } else {
            let on = match &note.on {
                NoteOn::Refund(id) => format!("refund {id}"),
                NoteOn::User(user) => format!("user {user}"),
            };
            output.print(format_args!("Note {} on {on} is written.", note.id))?;
        }
        Ok(ExitReason::Fine)
    }
}

impl Status {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let named = match (self.order, self.refund) {
            (None, Some(refund)) => refund,
            (order, _) => RefundRef::Order(order.unwrap_or_default()),
        };
        let before = Before::of(&engine, case::refund_id(&engine, &named)?)?;
        engine.set_refund_status(self.at.of(&named), self.status, &self.by.who(), &self.by.why)?;
        let done = format!("Status set: {}.", words::name(&self.status));
        before.print(&engine, output, &done, None, None)?;
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

/// Notes as a table, oldest first.
pub(crate) fn notes(notes: &[WrittenNote]) -> Table {
    let mut table = Table::with_columns(&["note", "when (UTC)", "by", "text"]);
    for note in notes {
        table.add_row([note.id.to_string(), words::moment(note.at), note.who.clone(), note.text.clone()]);
    }
    table
}
