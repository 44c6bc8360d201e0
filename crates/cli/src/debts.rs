//! `recoup debts`: who owes what.

use recoup::{Debtor, Debts as UserDebts};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::refunds::limit;
use crate::render::{Output, Table, books, words};

/// List what players owe.
#[derive(Debug, clap::Args)]
pub(crate) struct Debts {
    #[command(flatten)]
    config: ConfigFile,
    /// Of this player only, by refund
    user: Option<String>,
    /// At most this many players
    #[arg(long, default_value_t = 50, value_parser = limit, conflicts_with = "user")]
    limit: usize,
    /// Continue behind this player, as the previous page prints it
    #[arg(long, value_name = "USER", conflicts_with = "user")]
    after: Option<String>,
}

impl Debts {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        if let Some(user) = &self.user {
            let debts = engine.debts(user)?;
            if output.is_json() {
                output.document(&debts)?;
            } else {
                output.print(sentence(&debts))?;
                if !debts.debts.is_empty() {
                    output.table(&of_user(&debts))?;
                }
            }
            return Ok(ExitReason::Fine);
        }
        let page = engine.debtors(self.after.as_deref(), self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.print("No player owes anything.")?;
        } else {
            output.table(&of(&page.items))?;
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

/// What a player owes of all items.
pub(crate) fn sentence(debts: &UserDebts) -> String {
    match debts.items.is_empty() {
        true => format!("{} owes nothing.", debts.user),
        false => format!("{} owes {}.", debts.user, books::items(&debts.items)),
    }
}

/// One player's debts as a table.
pub(crate) fn of_user(debts: &UserDebts) -> Table {
    let mut table = Table::with_columns(&["refund", "item", "owed"]);
    for debt in &debts.debts {
        table.add_row([debt.refund.to_string(), debt.item.clone(), debt.owed.to_string()]);
    }
    table
}

fn of(debtors: &[Debtor]) -> Table {
    let mut table = Table::with_columns(&["user", "item", "owed", "refunds", "since (UTC)", "blocked"]);
    for debtor in debtors {
        for item in &debtor.items {
            let refunds = debtor.debts.iter().filter(|debt| debt.item == item.item).count();
            table.add_row([
                debtor.user.clone(),
                item.item.clone(),
                item.quantity.to_string(),
                refunds.to_string(),
                words::moment(debtor.since),
                if debtor.blocked { "yes" } else { "no" }.to_owned(),
            ]);
        }
    }
    table
}
