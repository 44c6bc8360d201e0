//! `recoup find`: what an id belongs to.

use recoup::Found;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::{Output, Table, words};

/// Find what an id belongs to.
#[derive(Debug, clap::Args)]
pub(crate) struct Find {
    #[command(flatten)]
    config: ConfigFile,
    /// An order id, purchase token, original id, account tag or user id; or refund:12, block:12, action:12, event:12
    text: String,
}

impl Find {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let found = self.config.existing_ledger()?.find(&self.text)?;
        if output.is_json() {
            output.document(&found)?;
        } else if found == Found::default() {
            output.print(format_args!(
                "Nothing is known by {:?}: the whole id is needed, not a part of it.",
                self.text
            ))?;
        } else {
            output.table(&of(&found))?;
        }
        Ok(ExitReason::Fine)
    }
}

fn of(found: &Found) -> Table {
    let mut table = Table::with_columns(&["what", "id", "about"]);
    for user in &found.users {
        table.add_row(["user", user, "see `recoup user`"]);
    }
    for recorded in &found.purchases {
        let purchase = &recorded.purchase;
        let ids = [&purchase.order_id, &purchase.purchase_token, &purchase.original_id];
        let id = ids.into_iter().flatten().next().map_or("", String::as_str);
        let product = purchase.product.as_deref().unwrap_or("a product that was not recorded");
        let about = format!(
            "{product} of {}, {}, recorded {}",
            purchase.user,
            purchase.store.title(),
            words::moment(recorded.recorded_at)
        );
        table.add_row(["purchase", id, &about]);
    }
    for refund in &found.refunds {
        let status = words::name(&refund.work_status);
        let about = format!("{}; {}; {status}", words::user(refund), words::refund_state(refund));
        table.add_row(["refund", &refund.id.to_string(), &about]);
    }
    for block in &found.blocks {
        let state = if block.ended.is_some() { "ended" } else { "active" };
        let about = format!("{}, {}; {state}", block.user, words::block_cause(block));
        table.add_row(["block", &block.id.to_string(), &about]);
    }
    for action in &found.actions {
        let about = format!("{} {}", words::name(&action.kind), words::action(action.state));
        table.add_row(["action", &action.id.to_string(), &about]);
    }
    for event in &found.events {
        table.add_row(["event", &event.id.to_string(), &words::event(event)]);
    }
    table
}
