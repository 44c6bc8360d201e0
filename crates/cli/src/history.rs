//! `recoup user` and `recoup order`: the answer to "why is this player blocked?".

use std::io;

use recoup::{BlockCause, Debts, Engine, Note, NoteOn, OrderHistory, RecordedPurchase, UserHistory};
use serde::Serialize;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::{Output, Table, journal, words};
use crate::{blocks, debts, refunds, work};

/// Show all that is known about a user.
#[derive(Debug, clap::Args)]
pub(crate) struct User {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    #[arg(value_name = "ID")]
    user: String,
}

/// Show all that is known about an order.
#[derive(Debug, clap::Args)]
pub(crate) struct Order {
    #[command(flatten)]
    config: ConfigFile,
    /// The store's id of the order, or its purchase token
    ///
    /// App Store transaction id, Google Play order id or purchase token, ONE Store purchase id or token, Stripe charge or
    /// payment intent, Amazon receipt id.
    #[arg(value_name = "ID")]
    order: String,
}

/// A user's history, debts and the notes on the user.
#[derive(Debug, Serialize)]
struct UserFile {
    #[serde(flatten)]
    history: UserHistory,
    debts: Debts,
    notes: Vec<Note>,
}

impl User {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let history = engine.user(&self.user)?;
        let file = UserFile {
            debts: engine.debts(&history.user)?,
            notes: engine.notes(&NoteOn::User(history.user.clone()))?,
            history,
        };
        if output.is_json() {
            output.document(&file)?;
            return Ok(ExitReason::Fine);
        }
        let history = &file.history;
        print_why(history, output)?;
        if !file.debts.debts.is_empty() {
            output.print(debts::sentence(&file.debts))?;
        }
        if !file.notes.is_empty() {
            output.print("\nNotes")?;
            output.table(&work::notes(&file.notes))?;
        }
        if !history.blocks.is_empty() {
            output.print("\nBlocks")?;
            output.table(&blocks::of(&history.blocks))?;
        }
        if !history.refunds.is_empty() {
            output.print("\nRefunds")?;
            output.table(&refunds::of(&engine, &history.refunds)?)?;
        }
        if !history.purchases.is_empty() {
            output.print("\nPurchases")?;
            output.table(&purchases(&history.purchases))?;
        }
        if !history.journal.is_empty() {
            output.print("\nWhat happened")?;
            output.table(&journal::table(&history.journal))?;
        }
        Ok(ExitReason::Fine)
    }
}

fn print_why(history: &UserHistory, output: &mut Output) -> io::Result<()> {
    let user = &history.user;
    if !history.blocked {
        let nothing = history.journal.is_empty() && history.purchases.is_empty();
        let more = if nothing { " Nothing is known about this user." } else { "" };
        return output.print(format_args!("{user} is not blocked.{more}"));
    }
    output.print(format_args!("{user} is BLOCKED."))?;
    for block in history.blocks.iter().filter(|block| block.ended.is_none()) {
        let cause = match &block.cause {
            BlockCause::Refund { refund, rule } => {
                let refund = history
                    .refunds
                    .iter()
                    .find(|known| known.id == *refund)
                    .map_or_else(|| format!("refund {refund}"), words::refund_and_evidence);
                format!("for {refund}, by the rule \"{rule}\"")
            }
            BlockCause::Operator { .. } => words::block_cause(block),
        };
        output.print(format_args!(
            "  since {}, {}, {cause}",
            words::moment(block.made_at),
            words::block_until(block)
        ))?;
    }
    Ok(())
}

impl Order {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let history = engine.order(&self.order)?;
        if output.is_json() {
            output.document(&history)?;
        } else {
            print_order(&engine, &history, output)?;
        }
        Ok(ExitReason::Fine)
    }
}

fn print_order(engine: &Engine, history: &OrderHistory, output: &mut Output) -> Result<(), Failure> {
    let order = &history.order;
    match (history.purchases.is_empty(), history.refunds.is_empty()) {
        (true, true) => output.print(format_args!("Nothing is known about order {order}."))?,
        (false, true) => output.print(format_args!("Order {order} is recorded, and was not refunded."))?,
        (true, false) => output.print(format_args!("Order {order} is not recorded as a purchase."))?,
        (false, false) => output.print(format_args!("Order {order}"))?,
    }
    if !history.refunds.is_empty() {
        output.print("\nRefunds")?;
        output.table(&refunds::of(engine, &history.refunds)?)?;
    }
    for inquiry in history.inquiries.iter().filter(|inquiry| inquiry.state.is_open()) {
        output.print(format_args!("\n{}", words::inquiry(inquiry)))?;
    }
    if !history.purchases.is_empty() {
        output.print("\nPurchases")?;
        output.table(&purchases(&history.purchases))?;
    }
    if !history.journal.is_empty() {
        output.print("\nWhat happened")?;
        output.table(&journal::table(&history.journal))?;
    }
    Ok(())
}

fn purchases(purchases: &[RecordedPurchase]) -> Table {
    let ends = purchases.iter().any(|recorded| recorded.purchase.expires_at.is_some());
    let countries = purchases.iter().any(|recorded| recorded.purchase.country.is_some());
    let mut columns = vec!["recorded (UTC)", "store", "order", "product", "user", "price", "granted"];
    columns.extend(ends.then_some("ends (UTC)"));
    columns.extend(countries.then_some("country"));
    let mut table = Table::with_columns(&columns);
    for recorded in purchases {
        let purchase = &recorded.purchase;
        let order =
            purchase.order_id.as_ref().or(purchase.purchase_token.as_ref()).or(purchase.original_id.as_ref());
        let grants: Vec<String> =
            purchase.grants.iter().map(|grant| format!("{} {}", grant.quantity, grant.item)).collect();
        let not_recorded = || "not recorded".to_owned();
        let granted = match (purchase.repays, grants.is_empty()) {
            (Some(refund), _) => format!("nothing: repays refund {refund}"),
            (None, true) => not_recorded(),
            (None, false) => grants.join(", "),
        };
        let mut row = vec![
            words::moment(recorded.recorded_at),
            purchase.store.title().to_owned(),
            order.cloned().unwrap_or_else(not_recorded),
            purchase.product.clone().unwrap_or_else(not_recorded),
            purchase.user.clone(),
            purchase.price.map_or_else(not_recorded, |price| price.to_string()),
            granted,
        ];
        if ends {
            row.push(purchase.expires_at.map_or_else(String::new, words::moment));
        }
        if countries {
            row.push(purchase.country.clone().unwrap_or_default());
        }
        table.add_row(row);
    }
    table
}
