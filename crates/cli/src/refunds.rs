//! `recoup refunds`: lists refunds.

use recoup::{MAX_PAGE, Refund, RefundFilter, Store, StoreState};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::input::Since;
use crate::render::{Output, Table, words};

/// List refunds, newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct Refunds {
    #[command(flatten)]
    config: ConfigFile,
    /// Of this user only
    #[arg(long)]
    user: Option<String>,
    #[arg(long, help = input::any_store("Of this store only"))]
    store: Option<Store>,
    /// Of this order only
    #[arg(long, value_name = "ORDER_ID")]
    order: Option<String>,
    /// In this state only: pending_review, declined, partly_refunded, refunded, reversed, unconfirmed, released
    #[arg(long, value_parser = named::<StoreState>)]
    state: Option<StoreState>,
    /// Of this product only
    #[arg(long)]
    product: Option<String>,
    /// Only refunds without a known user
    #[arg(long, conflicts_with = "user")]
    unattributed: bool,
    /// Refunded at this time or later, by the store's clock: a time, a day (2026-01-31), or how long ago (30d)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
    /// Refunded before this time; a time, a day, or how long ago
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<Since>,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Continue after this refund, as the previous page prints it
    #[arg(long, value_name = "REFUND")]
    after: Option<i64>,
}

impl Refunds {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let filter = RefundFilter {
            store: self.store,
            user: self.user,
            order_id: self.order,
            state: self.state,
            product: self.product,
            unattributed: self.unattributed.then_some(true),
            since: self.since.map(Since::at),
            until: self.until.map(Since::at),
        };
        let page = engine.refunds(&filter, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.print("No refunds.")?;
        } else {
            output.table(&of(&page.items))?;
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

/// Refunds as a table.
pub(crate) fn of(refunds: &[Refund]) -> Table {
    let mut table = Table::with_columns(&[
        "refund", "at (UTC)", "store", "order", "product", "user", "found by", "state", "how much",
        "decision",
    ]);
    for refund in refunds {
        let decision = match (&refund.decision, refund.merged_into) {
            (_, Some(into)) => format!("same as refund {into}"),
            (Some(decision), None) => decision.action.to_string(),
            (None, None) => "none".to_owned(),
        };
        table.add_row([
            refund.id.to_string(),
            words::moment(refund.case.at),
            refund.store.title().to_owned(),
            words::order(refund).to_owned(),
            refund.case.about.product.clone().unwrap_or_else(|| "not reported".to_owned()),
            words::user(refund),
            refund.attributed_by.map_or_else(String::new, |by| words::name(&by)),
            words::state(refund.case.state),
            if refund.case.state.is_refunded() { words::how_much(refund) } else { String::new() },
            decision,
        ]);
    }
    table
}

/// A value by its name in JSON.
pub(crate) fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|error| error.to_string())
}

/// A limit on the items of a list.
pub(crate) fn limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(limit) if (1..=MAX_PAGE).contains(&limit) => Ok(limit),
        _ => Err(format!("expected a number from 1 to {MAX_PAGE}")),
    }
}
