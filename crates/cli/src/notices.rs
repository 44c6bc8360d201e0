//! `recoup notices`: what players are shown about refunds.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use recoup::{NoticeMark, NoticeState};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::refunds::limit;
use crate::render::{Output, Table, words};

/// List the notices that a user is to be shown, oldest first.
#[derive(Debug, clap::Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Notices {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    #[arg(required = true)]
    user: Option<String>,
    /// The player's language, such as ko or pt-BR
    #[arg(long, default_value = "en")]
    locale: String,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    #[command(subcommand)]
    command: Option<NoticesCommand>,
}

/// Commands for notices.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum NoticesCommand {
    /// Report that a user has seen a notice, or has confirmed it
    ///
    /// The game does this when it shows notices; by the command line, support does after reading one to the player.
    Mark(Mark),
}

/// Report that a user has seen a notice, or has confirmed it.
#[derive(Debug, clap::Args)]
pub(crate) struct Mark {
    /// The game's own id of the player
    user: String,
    /// The notice
    #[arg(value_name = "NOTICE")]
    id: i64,
    /// What to report
    #[arg(value_name = "MARK", value_parser = PossibleValuesParser::new(["shown", "acknowledged"]).map(|name| mark(&name)))]
    mark: NoticeMark,
}

fn mark(name: &str) -> NoticeMark {
    if name == "shown" { NoticeMark::Shown } else { NoticeMark::Acknowledged }
}

impl Notices {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        if let Some(NoticesCommand::Mark(Mark { user, id, mark })) = self.command {
            let notice = engine.mark_notice(&user, id, mark)?;
            if output.is_json() {
                output.document(&notice)?;
            } else {
                output.print(format_args!(
                    "Notice {} of {} ({}) is {}.",
                    notice.id,
                    notice.user,
                    words::name(&notice.name),
                    words::name(&notice.state)
                ))?;
            }
            engine.close()?;
            return Ok(ExitReason::Fine);
        }
        let user = self.user.unwrap_or_default();
        let notices = engine.pending_notices(&user, &self.locale, self.limit)?;
        if output.is_json() {
            output.document(&notices)?;
            return Ok(ExitReason::Fine);
        }
        if notices.is_empty() {
            output.print(format_args!("No notice waits for {user}."))?;
            return Ok(ExitReason::Fine);
        }
        let mut table =
            Table::with_columns(&["notice", "made (UTC)", "name", "refund", "state", "title", "text"]);
        for notice in &notices {
            let state = match (notice.state, notice.shown_at) {
                (NoticeState::Shown, Some(at)) => format!("shown {}", words::moment(at)),
                (state, _) => words::name(&state),
            };
            table.add_row([
                notice.id.to_string(),
                words::moment(notice.made_at),
                words::name(&notice.name),
                notice.refund.map_or_else(|| "none".to_owned(), |refund| refund.to_string()),
                state,
                notice.title.clone(),
                notice.text.clone(),
            ]);
        }
        output.table(&table)?;
        Ok(ExitReason::Fine)
    }
}
