//! `recoup dead-letters`: authentic messages that could not be understood.

use recoup::{DeadLetter, Page};
use serde_json::{Value, json};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::refunds::limit;
use crate::render::{Output, Table, words};

/// List authentic messages that could not be understood, newest first. With --json including their bodies.
#[derive(Debug, clap::Args)]
pub(crate) struct DeadLetters {
    #[command(flatten)]
    config: ConfigFile,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Continue after this dead letter, as the previous page prints it
    #[arg(long, value_name = "DEAD_LETTER")]
    after: Option<i64>,
}

impl DeadLetters {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let page = self.config.existing_ledger()?.dead_letters(self.after, self.limit)?;
        if output.is_json() {
            let items = page.items.iter().map(with_body).collect();
            output.document(&Page::<Value> { items, next: page.next })?;
        } else if page.items.is_empty() {
            output.print("No dead letters.")?;
        } else {
            let mut table = Table::with_columns(&["letter", "came (UTC)", "store", "bytes", "problem"]);
            for letter in &page.items {
                table.add_row([
                    letter.id.to_string(),
                    words::moment(letter.received_at),
                    letter.store.title().to_owned(),
                    letter.body.len().to_string(),
                    letter.message.clone(),
                ]);
            }
            output.table(&table)?;
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

fn with_body(letter: &DeadLetter) -> Value {
    let mut value = json!(letter);
    value["body"] = json!(String::from_utf8_lossy(&letter.body));
    value
}
