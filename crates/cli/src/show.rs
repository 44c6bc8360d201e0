//! `recoup show`: all that is known of one refund.

use std::io;

use recoup::{CaseFile, Engine, Environment, Error, RefundRef, Trust};

use crate::case::{self, refund_ref};
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::{Output, books, journal, words};
use crate::work;

/// Show all that is known of one refund.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    #[command(flatten)]
    config: ConfigFile,
    /// The refund's id, or the store's order id or purchase token
    #[arg(value_parser = refund_ref, required_unless_present = "order", conflicts_with = "order")]
    refund: Option<RefundRef>,
    /// The order id or purchase token, for one that is also the id of a refund
    #[arg(long, value_name = "ID")]
    order: Option<String>,
    /// List the entries of the books, too
    #[arg(long)]
    entries: bool,
}

impl Show {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let file = match (&self.order, &self.refund) {
            (None, Some(RefundRef::Refund(id))) => match engine.case_file(*id)? {
                Some(file) => file,
                // The App Store's order ids are numbers, too.
                None => match engine.refund_of_order(&id.to_string())? {
                    Some(refund) => file_of(&engine, refund.id)?,
                    None => return Err(Error::UnknownRefund { id: *id }.into()),
                },
            },
            (Some(order), _) | (None, Some(RefundRef::Order(order))) => {
                file_of(&engine, case::of_order(&engine, order)?.id)?
            }
            (None, None) => return Err(Failure::Usage("no refund: name its id or its order".to_owned())),
        };
        if output.is_json() {
            output.document(&file)?;
        } else {
            print(&file, self.entries, output)?;
        }
        Ok(ExitReason::Fine)
    }
}

fn file_of(engine: &Engine, id: i64) -> Result<CaseFile, Failure> {
    Ok(engine.case_file(id)?.ok_or(Error::UnknownRefund { id })?)
}

fn print(file: &CaseFile, with_entries: bool, output: &mut Output) -> io::Result<()> {
    for line in head(file) {
        output.print(line)?;
    }
    if !file.recovery.items.is_empty() {
        output.print("\nBooks")?;
        output.table(&books::table(&file.recovery))?;
    }
    for line in books::sources(&file.refund, &file.recovery) {
        output.print(line)?;
    }
    if !file.journal.is_empty() {
        output.print("\nWhat happened")?;
        output.table(&journal::table(&file.journal))?;
    }
    if !file.notes.is_empty() {
        output.print("\nNotes")?;
        output.table(&work::notes(&file.notes))?;
    }
    if with_entries && !file.entries.is_empty() {
        output.print("\nEntries")?;
        output.table(&books::entries(&file.entries))?;
    } else if with_entries {
        output.print("\nThe books have no entries.")?;
    }
    Ok(())
}

/// What is refunded, what was decided, and the state of the work.
fn head(file: &CaseFile) -> Vec<String> {
    let refund = &file.refund;
    let case = &refund.case;
    let mut lines = vec![format!(
        "Refund {}: {} of {}, {}, order {}, {}, {} UTC.",
        refund.id,
        case.about.product.as_deref().unwrap_or("a product that was not reported"),
        words::user(refund),
        refund.store.title(),
        words::order(refund),
        words::refund_state(refund),
        words::moment(case.at)
    )];
    let mut facts = Vec::new();
    facts.push(match (case.reason, case.initiator) {
        (Some(reason), Some(by)) => format!("Reason: {}, by the {}.", words::name(&reason), words::name(&by)),
        (Some(reason), None) => format!("Reason: {}.", words::name(&reason)),
        (None, Some(by)) => format!("Initiated by the {}, without a reason.", words::name(&by)),
        (None, None) => "The store reported no reason.".to_owned(),
    });
    facts.push(match case.trust {
        Trust::Hint => "Unsigned: a hint.".to_owned(),
        Trust::Signed => "Signed by the store.".to_owned(),
        Trust::Confirmed => "Confirmed by the store's API.".to_owned(),
    });
    if refund.environment == Some(Environment::Sandbox) {
        facts.push("Sandbox.".to_owned());
    }
    if let Some(by) = refund.attributed_by {
        facts.push(format!("The player was found by {}.", words::found_by(by)));
    }
    lines.push(facts.join(" "));
    lines.push(match (&refund.decision, refund.merged_into) {
        (_, Some(into)) => {
            format!("It is the same as refund {into}, which counts: see `recoup show {into}`.")
        }
        (Some(decision), None) => {
            format!("The rule \"{}\" decided: {}.", decision.rule, decision.action)
        }
        (None, None) => "No decision.".to_owned(),
    });
    for block in &file.blocks {
        let (id, user) = (block.id, &block.user);
        lines.push(match &block.ended {
            Some(end) => {
                format!(
                    "Block {id} of {user} ended {}: {}.",
                    words::moment(end.at),
                    words::ended_by(&end.why)
                )
            }
            None => format!(
                "Block {id} of {user} is active since {}, {}.",
                words::moment(block.made_at),
                words::until(block.until)
            ),
        });
    }
    let assigned =
        refund.assignee.as_ref().map_or_else(String::new, |assignee| format!(" Assigned to {assignee}."));
    lines.push(format!(
        "Status: {}.{assigned} {}",
        words::name(&refund.work_status),
        books::owed_sentence(&file.recovery)
    ));
    lines
}
