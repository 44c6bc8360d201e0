//! `recoup take`, `give`, `forgive`, `repay`, `granted` and `correct`: the books of a refund, changed by an operator.

use recoup::{Error, Grant, RecoveryReport, RefundRef, Repayment, Rest};
use serde_json::json;

use crate::blocks::{OperatorArguments, OptionalReason};
use crate::case::{self, Before, REFUND_HELP, refund_ref};
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::purchase::grant;
use crate::refunds::named;
use crate::render::{Output, books};

/// Report items that were taken from the player.
#[derive(Debug, clap::Args)]
pub(crate) struct Take {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(help = REFUND_HELP, value_parser = refund_ref)]
    refund: RefundRef,
    /// What was taken, such as gem=400
    #[arg(value_name = "ITEM=QUANTITY", value_parser = grant, required_unless_present = "all")]
    items: Vec<Grant>,
    /// All that is owed was taken
    #[arg(long, conflicts_with = "items")]
    all: bool,
    /// What happens to what is still owed: owed, forgiven or written-off
    #[arg(long, value_name = "STATUS", value_parser = hyphened::<Rest>, default_value = "owed")]
    rest: Rest,
    /// Identifies the report: the same command with the same key changes nothing; by default, a new one
    #[arg(long)]
    key: Option<String>,
    #[command(flatten)]
    by: OperatorArguments,
}

/// Report items that were returned to the player after a reversal.
#[derive(Debug, clap::Args)]
pub(crate) struct Give {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(help = REFUND_HELP, value_parser = refund_ref)]
    refund: RefundRef,
    /// What was returned, such as gem=10
    #[arg(value_name = "ITEM=QUANTITY", value_parser = grant, required_unless_present = "all")]
    items: Vec<Grant>,
    /// All that is to be returned was returned
    #[arg(long, conflicts_with = "items")]
    all: bool,
    /// Identifies the report: the same command with the same key changes nothing; by default, a new one
    #[arg(long)]
    key: Option<String>,
    #[command(flatten)]
    by: OptionalReason,
}

/// Forgive what is owed for a refund.
#[derive(Debug, clap::Args)]
pub(crate) struct Forgive {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(help = REFUND_HELP, value_parser = refund_ref)]
    refund: RefundRef,
    /// What is forgiven, such as gem=10; at most what is owed
    #[arg(value_name = "ITEM=QUANTITY", value_parser = grant, required_unless_present = "all")]
    items: Vec<Grant>,
    /// All that is owed
    #[arg(long, conflicts_with = "items")]
    all: bool,
    /// forgiven: the studio does not want it; written-off: the studio cannot get it
    #[arg(long = "as", value_name = "HOW", value_parser = waiver, default_value = "forgiven")]
    rest: Rest,
    /// Identifies the change: the same command with the same key changes nothing; by default, a new one
    #[arg(long)]
    key: Option<String>,
    #[command(flatten)]
    by: OperatorArguments,
}

/// Report items that a player gave back of what they earned since.
#[derive(Debug, clap::Args)]
pub(crate) struct Repay {
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    user: String,
    /// What the player gave, such as gem=50
    #[arg(value_name = "ITEM=QUANTITY", value_parser = grant, required = true)]
    items: Vec<Grant>,
    /// Identifies the repayment: the same command with the same key changes nothing; by default, a new one
    #[arg(long)]
    key: Option<String>,
    #[command(flatten)]
    by: OperatorArguments,
}

/// Cancel an entry of the books that was a mistake.
#[derive(Debug, clap::Args)]
pub(crate) struct Correct {
    #[command(flatten)]
    config: ConfigFile,
    /// The entry, as `recoup show REFUND --entries` lists it
    entry: i64,
    #[command(flatten)]
    by: OperatorArguments,
}

/// Set what a purchase granted, where its record does not say so.
#[derive(Debug, clap::Args)]
pub(crate) struct Granted {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(help = REFUND_HELP, value_parser = refund_ref)]
    refund: RefundRef,
    /// What all of the order granted, such as gem=500
    #[arg(value_name = "ITEM=QUANTITY", value_parser = grant, required = true)]
    items: Vec<Grant>,
    #[command(flatten)]
    by: OperatorArguments,
}

impl Take {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let before = Before::of(&engine, case::refund_id(&engine, &self.refund)?)?;
        let key = self.key.clone().unwrap_or_else(case::new_key);
        let taken = match self.all {
            true => {
                let books = engine.recovery(before.id())?.unwrap_or_default();
                let owed = books.items.into_iter().filter(|item| item.owed > 0);
                let owed = owed.map(|item| Grant { item: item.item, quantity: item.owed }).collect();
                something(owed, "owed for", before.id())?
            }
            false => self.items,
        };
        let report = RecoveryReport {
            key,
            taken,
            rest: self.rest,
            who: Some(self.by.who()),
            why: Some(self.by.why),
            ..RecoveryReport::default()
        };
        let outcome = engine.report_recovery(before.id(), &report)?;
        let done = format!("Taken: {}.", books::items(&report.taken));
        before.print(&engine, output, &done, Some(&report.key), Some(&outcome.too_much))?;
        case::print_new_key(output, self.key.as_ref(), &report.key)?;
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

impl Give {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let before = Before::of(&engine, case::refund_id(&engine, &self.refund)?)?;
        let returned = match self.all {
            true => {
                let books = engine.recovery(before.id())?.unwrap_or_default();
                let back = books.items.into_iter().filter(|item| item.to_return > 0);
                let back = back.map(|item| Grant { item: item.item, quantity: item.to_return }).collect();
                something(back, "to be returned for", before.id())?
            }
            false => self.items,
        };
        let report = RecoveryReport {
            key: self.key.clone().unwrap_or_else(case::new_key),
            returned,
            who: Some(self.by.who()),
            why: self.by.why,
            ..RecoveryReport::default()
        };
        engine.report_recovery(before.id(), &report)?;
        let done = format!("Returned: {}.", books::items(&report.returned));
        before.print(&engine, output, &done, Some(&report.key), None)?;
        case::print_new_key(output, self.key.as_ref(), &report.key)?;
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

impl Forgive {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let before = Before::of(&engine, case::refund_id(&engine, &self.refund)?)?;
        let key = self.key.clone().unwrap_or_else(case::new_key);
        let written_off = self.rest == Rest::WrittenOff;
        engine.forgive(before.id(), &self.items, written_off, &key, &self.by.who(), &self.by.why)?;
        let done = if written_off { "Written off" } else { "Forgiven" };
        let what = if self.all { "all that was owed".to_owned() } else { books::items(&self.items) };
        before.print(&engine, output, &format!("{done}: {what}."), Some(&key), None)?;
        case::print_new_key(output, self.key.as_ref(), &key)?;
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

impl Repay {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let repayment = Repayment {
            key: self.key.clone().unwrap_or_else(case::new_key),
            items: self.items,
            who: Some(self.by.who()),
            why: Some(self.by.why),
        };
        let outcome = engine.repay(&self.user, &repayment)?;
        engine.close()?;
        if output.is_json() {
            output.document(&json!({
                "key": repayment.key,
                "applied": outcome.applied,
                "too_much": outcome.too_much,
                "debts": outcome.debts,
            }))?;
            return Ok(ExitReason::Fine);
        }
        let applied: Vec<String> = outcome
            .applied
            .iter()
            .map(|applied| format!("{} {} to refund {}", applied.item, applied.quantity, applied.refund))
            .collect();
        let user = &outcome.debts.user;
        let mut text = match applied.is_empty() {
            true => "Nothing was applied.".to_owned(),
            false => format!("Applied: {}.", applied.join(", ")),
        };
        text.push_str(&match outcome.debts.items.is_empty() {
            true => format!(" {user} owes nothing."),
            false => format!(" {user} owes {}.", books::items(&outcome.debts.items)),
        });
        output.print(text)?;
        if !outcome.too_much.is_empty() {
            output.print(format_args!(
                "Not booked, since it is not owed: {}. Give it back to the player.",
                books::items(&outcome.too_much)
            ))?;
        }
        case::print_new_key(output, self.key.as_ref(), &repayment.key)?;
        Ok(ExitReason::Fine)
    }
}

impl Correct {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let recovery = engine.correct(self.entry, &self.by.who(), &self.by.why)?;
        engine.close()?;
        if output.is_json() {
            output.document(&recovery)?;
        } else {
            output.print(format_args!(
                "Entry {} is cancelled. {}",
                self.entry,
                books::owed_sentence(&recovery)
            ))?;
        }
        Ok(ExitReason::Fine)
    }
}

impl Granted {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let before = Before::of(&engine, case::refund_id(&engine, &self.refund)?)?;
        engine.set_granted(before.id(), &self.items, &self.by.who(), &self.by.why)?;
        before.print(&engine, output, &format!("Granted: {}.", books::items(&self.items)), None, None)?;
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

/// The items, or the error that there are none.
fn something(items: Vec<Grant>, what: &str, refund: i64) -> Result<Vec<Grant>, Failure> {
    if !items.is_empty() {
        return Ok(items);
    }
    let facts = format!("nothing is {what} refund {refund}, as far as the books know: nothing was changed");
    Err(Failure::Engine(Error::Refused { code: "nothing_owed", facts }))
}

/// A value by its name in JSON, with hyphens for underscores.
pub(crate) fn hyphened<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    named(&name.replace('-', "_")).map_err(|error| error.replace('_', "-"))
}

fn waiver(name: &str) -> Result<Rest, String> {
    match name {
        "forgiven" => Ok(Rest::Forgiven),
        "written-off" | "written_off" => Ok(Rest::WrittenOff),
        _ => Err("expected forgiven or written-off".to_owned()),
    }
}
