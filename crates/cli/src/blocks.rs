//! `recoup blocks`, `recoup block` and `recoup unblock`.

use recoup::{EngineOptions, Span};
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::refunds::limit;
use crate::render::recovery_journal::NO_REASON;
use crate::render::{Output, Table, books, words};

/// List blocked users, newest block first.
#[derive(Debug, clap::Args)]
pub(crate) struct Blocks {
    #[command(flatten)]
    config: ConfigFile,
    /// Include the blocks that have ended
    #[arg(long)]
    all: bool,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Continue after this block, as the previous page prints it
    #[arg(long, value_name = "BLOCK")]
    after: Option<i64>,
}

/// The operator, and the reason.
#[derive(Debug, clap::Args)]
pub(crate) struct OperatorArguments {
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
    /// Your name, for the journal; by default, $USER
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
}

impl OperatorArguments {
    pub(crate) fn who(&self) -> String {
        or_system_user(self.who.as_ref())
    }
}

/// The operator's name as given, or the system's.
pub(crate) fn or_system_user(who: Option<&String>) -> String {
    let logged_in = || std::env::var("USER").ok().filter(|name| !name.is_empty());
    who.cloned().or_else(logged_in).unwrap_or_else(|| "command line".to_owned())
}

/// The operator, and a reason that may be left out.
#[derive(Debug, clap::Args)]
pub(crate) struct OptionalReason {
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
    /// Your name, for the journal; by default, $USER
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
}

impl OptionalReason {
    pub(crate) fn who(&self) -> String {
        or_system_user(self.who.as_ref())
    }

    /// The reason, or what stands for none.
    pub(crate) fn why(&self) -> &str {
        self.why.as_deref().unwrap_or(NO_REASON)
    }
}

/// Block a user, for a time or until `unblock`.
#[derive(Debug, clap::Args)]
pub(crate) struct Block {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    user: String,
    /// For how long, such as 12h or 7d; without it, until an operator ends it
    #[arg(long = "for", value_name = "SPAN")]
    span: Option<Span>,
    #[command(flatten)]
    by: OperatorArguments,
}

/// End all blocks of a user.
#[derive(Debug, clap::Args)]
pub(crate) struct Unblock {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    user: String,
    #[command(flatten)]
    by: OperatorArguments,
}

impl Blocks {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let page = engine.blocks(self.all, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.print(if self.all { "There were no blocks." } else { "No user is blocked." })?;
        } else {
            output.table(&of(&page.items))?;
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

impl Block {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.engine(EngineOptions::new())?;
        let block = engine.block(&self.user, self.span, &self.by.who(), &self.by.why)?;
        if output.is_json() {
            output.document(&block)?;
        } else {
            output.print(format_args!(
                "{} is blocked {} (block {}).",
                block.user,
                words::block_until(&block),
                block.id
            ))?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

impl Unblock {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let ended = engine.unblock(&self.user, &self.by.who(), &self.by.why)?;
        if output.is_json() {
            output.document(&json!({"user": self.user, "ended": ended}))?;
        } else {
            output.print(match ended {
                0 => format!("{} was not blocked.", self.user),
                1 => format!("{} is no longer blocked.", self.user),
                more => format!("{} is no longer blocked: {more} blocks ended.", self.user),
            })?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

/// Until when a block is active, with what is owed until then.
fn until(block: &recoup::Block) -> String {
    let until = words::block_until(block);
    if block.owes.is_empty() { until } else { format!("{until}: {}", books::items(&block.owes)) }
}

/// Blocks as a table.
pub(crate) fn of(blocks: &[recoup::Block]) -> Table {
    let mut table = Table::with_columns(&["block", "user", "made (UTC)", "active", "cause", "ended"]);
    for block in blocks {
        let ended = block.ended.as_ref().map_or_else(
            || "no".to_owned(),
            |end| format!("{}: {}", words::moment(end.at), words::ended_by(&end.why)),
        );
        table.add_row([
            block.id.to_string(),
            block.user.clone(),
            words::moment(block.made_at),
            until(block),
            words::block_cause(block),
            ended,
        ]);
    }
    table
}
