//! `recoup access`: whether a player has access to a product, and granting and revoking it.

use recoup::{Access, AccessReason, EngineOptions, Timestamp};

use crate::blocks::OperatorArguments;
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::{Output, words};

/// Show whether a user has access to a product, and why.
#[derive(Debug, clap::Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct ShowAccess {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    #[arg(required = true)]
    user: Option<String>,
    /// The product id
    #[arg(required = true)]
    product: Option<String>,
    #[command(subcommand)]
    command: Option<AccessCommand>,
}

/// Commands for access.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AccessCommand {
    /// Grant a user access to a product, whatever was bought and refunded
    Grant(Override),
    /// Revoke a user's access to a product, whatever was bought
    Revoke(Override),
}

/// An operator's decision on access.
#[derive(Debug, clap::Args)]
pub(crate) struct Override {
    /// The game's own id of the player
    user: String,
    /// The product id
    product: String,
    /// Until this time or day: RFC 3339, 2026-12-31 (from its start in UTC), or Unix milliseconds; without it, until an
    /// operator decides otherwise
    #[arg(long, value_name = "TIME", value_parser = time_or_day)]
    until: Option<Timestamp>,
    #[command(flatten)]
    by: OperatorArguments,
}

fn time_or_day(text: &str) -> Result<Timestamp, String> {
    let day = || format!("{text}T00:00:00Z").parse();
    text.parse().or_else(|error: recoup::BadTimestamp| day().map_err(|_| error.to_string()))
}

impl ShowAccess {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let (user, access) = match self.command {
            None => {
                let (user, product) = (self.user.unwrap_or_default(), self.product.unwrap_or_default());
                let access = self.config.existing_ledger()?.access(&user, &product)?;
                (user, access)
            }
            Some(command) => {
                let engine = self.config.engine(EngineOptions::new())?;
                let (Override { user, product, until, by }, grants) = match command {
                    AccessCommand::Grant(of) => (of, true),
                    AccessCommand::Revoke(of) => (of, false),
                };
                let access = match grants {
                    true => engine.grant_access(&user, &product, until, &by.who(), &by.why)?,
                    false => engine.revoke_access(&user, &product, until, &by.who(), &by.why)?,
                };
                engine.close()?;
                (user, access)
            }
        };
        if output.is_json() {
            output.document(&access)?;
        } else {
            output.print(sentence(&user, &access))?;
        }
        Ok(ExitReason::Fine)
    }
}

fn sentence(user: &str, access: &Access) -> String {
    let has = if access.has { "has" } else { "has no" };
    let until = access.until.map_or_else(String::new, |at| format!(" until {}", words::moment(at)));
    let because = match &access.because {
        AccessReason::Operator { who, why } => format!("by an operator ({who}): {why}"),
        AccessReason::Purchase { store, order } => format!("{} order {order}", store.title()),
        AccessReason::Refund { refund } => format!("refund {refund} took it"),
        AccessReason::Expired { at } => format!("what was bought ended {}", words::moment(*at)),
        AccessReason::NotBegun { at } => format!("what was bought begins {}", words::moment(*at)),
        AccessReason::NoPurchase => "no recorded purchase gives it".to_owned(),
        _ => "for a reason this command line does not know".to_owned(),
    };
    format!("{user} {has} access to {}{until}: {because}.", access.product)
}
