//! `recoup blocks`, `recoup block` and `recoup unblock`.

use recoup::{EngineOptions, Span};
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{Ended, Failure};
use crate::refunds::limit;
use crate::render::{Output, Table, words};

/// List who is blocked, newest block first.
#[derive(Debug, clap::Args)]
pub(crate) struct Blocks {
    #[command(flatten)]
    config: ConfigFile,
    /// Also the blocks that have ended
    #[arg(long)]
    all: bool,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Go on after this block, as the page before says
    #[arg(long, value_name = "BLOCK")]
    after: Option<i64>,
}

/// Who does something manually, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct ByOperator {
    /// Why, for whoever reads the journal later
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
    /// Who does it; you, where it is not given
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
}

impl ByOperator {
    pub(crate) fn who(&self) -> String {
        let logged_in = || std::env::var("USER").ok().filter(|name| !name.is_empty());
        self.who.clone().or_else(logged_in).unwrap_or_else(|| "command line".to_owned())
    }
}

/// Block a user manually, for a time or until `unblock`.
#[derive(Debug, clap::Args)]
pub(crate) struct Block {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    user: String,
    /// For how long, such as 12h or 7d; until it is lifted, where it is not given
    #[arg(long = "for", value_name = "SPAN")]
    span: Option<Span>,
    #[command(flatten)]
    by: ByOperator,
}

/// End all blocks of a user manually.
#[derive(Debug, clap::Args)]
pub(crate) struct Unblock {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    user: String,
    #[command(flatten)]
    by: ByOperator,
}

impl Blocks {
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let engine = self.config.existing_ledger()?;
        let page = engine.blocks(self.all, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.say(if self.all { "Nobody was ever blocked." } else { "Nobody is blocked." })?;
        } else {
            output.table(&of(&page.items))?;
            if let Some(next) = page.next {
                output.say(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(Ended::Fine)
    }
}

impl Block {
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let engine = self.config.engine(EngineOptions::new())?;
        let block = engine.block(&self.user, self.span, &self.by.who(), &self.by.why)?;
        if output.is_json() {
            output.document(&block)?;
        } else {
            output.say(format_args!(
                "{} is blocked {} (block {}).",
                block.user,
                words::until(block.until),
                block.id
            ))?;
        }
        engine.close()?;
        Ok(Ended::Fine)
    }
}

impl Unblock {
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let engine = self.config.existing_ledger()?;
        let ended = engine.unblock(&self.user, &self.by.who(), &self.by.why)?;
        if output.is_json() {
            output.document(&json!({"user": self.user, "ended": ended}))?;
        } else {
            output.say(match ended {
                0 => format!("{} was not blocked.", self.user),
                1 => format!("{} is not blocked any more.", self.user),
                more => format!("{} is not blocked any more: {more} blocks ended.", self.user),
            })?;
        }
        engine.close()?;
        Ok(Ended::Fine)
    }
}

/// Blocks as a table.
pub(crate) fn of(blocks: &[recoup::Block]) -> Table {
    let mut table = Table::with_columns(&["block", "user", "made (UTC)", "stands", "cause", "ended"]);
    for block in blocks {
        let ended = block.ended.as_ref().map_or_else(
            || "no".to_owned(),
            |end| format!("{}: {}", words::moment(end.at), words::ended_by(&end.why)),
        );
        table.add_row([
            block.id.to_string(),
            block.user.clone(),
            words::moment(block.made_at),
            words::until(block.until),
            words::block_cause(block),
            ended,
        ]);
    }
    table
}
