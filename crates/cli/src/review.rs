//! `recoup review`: refund reviews.

use std::path::{Path, PathBuf};

use recoup::{
    Consumption, ConsumptionOf, Delivery, MilliPercent, ReviewCase, ReviewFilter, ReviewState, StoreAction,
    StoreActionFilter, StoreActionKind, Timestamp, Usage,
};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::input::Since;
use crate::refunds::limit;
use crate::render::{Output, Table, actions, words};

/// Refund reviews.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Review {
    /// List refund reviews, newest first
    List(List),
    /// Report how far an order was used, so that the rules answer the store
    Report(Report),
    /// Figures about the refund reviews
    Figures(Figures),
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigFile,
    /// Only of this order
    #[arg(long)]
    order: Option<String>,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Continue after this review, as the previous page prints it
    #[arg(long, value_name = "REVIEW")]
    after: Option<i64>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Report {
    #[command(flatten)]
    config: ConfigFile,
    /// The order: App Store transaction id, Google Play order id
    order: String,
    /// The player has consented to share this with the store
    #[arg(long)]
    consent: bool,
    /// How much was used, in thousandths of a percent: 0 to 100000
    #[arg(long, value_name = "SHARE")]
    consumed: Option<u32>,
    /// The player could try it before buying
    #[arg(long)]
    sample_given: bool,
    /// Whether it was delivered
    #[arg(long, value_enum, default_value = "delivered")]
    delivery: DeliveryArgument,
    /// A file (- for standard input) with a JSON list of when and how it was used, oldest first, at most 1000:
    /// [{"at": 1790000000000, "what": "opened a chest", "ip_address": "203.0.113.7"}]
    #[arg(long, value_name = "FILE")]
    usage: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum DeliveryArgument {
    Delivered,
    QualityIssue,
    WrongItem,
    ServerOutage,
    NotDelivered,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Figures {
    #[command(flatten)]
    config: ConfigFile,
    /// Only reviews since this time: a time, a day (2026-01-31), or how long ago (30d)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
}

impl Review {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        match self {
            Self::List(list) => list.run(output),
            Self::Report(report) => report.run(output),
            Self::Figures(figures) => figures.run(output),
        }
    }
}

impl List {
    fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let filter = ReviewFilter { order_id: self.order, ..ReviewFilter::default() };
        let page = self.config.existing_ledger()?.reviews(&filter, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.print("There are no refund reviews.")?;
        } else {
            output.table(&of(&page.items))?;
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

impl Report {
    fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let consumed = self.consumed.map(|share| {
            MilliPercent::new(share)
                .ok_or_else(|| Failure::Usage(format!("--consumed {share}: expected 0 to 100000")))
        });
        let report = Consumption {
            delivery: match self.delivery {
                DeliveryArgument::Delivered => Delivery::Delivered,
                DeliveryArgument::QualityIssue => Delivery::QualityIssue,
                DeliveryArgument::WrongItem => Delivery::WrongItem,
                DeliveryArgument::ServerOutage => Delivery::ServerOutage,
                DeliveryArgument::NotDelivered => Delivery::NotDelivered,
            },
            consumed: consumed.transpose()?,
            sample_given: self.sample_given,
            usage: self.usage.as_deref().map(usage).transpose()?.unwrap_or_default(),
            consent: self.consent,
        };
        let engine = self.config.for_one_call()?;
        let review = engine.report_consumption(ConsumptionOf::Order(&self.order), report)?;
        engine.work_on_actions()?;
        let review = match review {
            Some(review) => {
                let filter = ReviewFilter { refund_id: Some(review.refund_id), ..ReviewFilter::default() };
                engine.reviews(&filter, None, 1)?.items.pop()
            }
            None => None,
        };
        let answer = match &review {
            Some(review) => {
                let filter = StoreActionFilter {
                    kind: Some(StoreActionKind::AnswerReview),
                    refund_id: Some(review.refund_id),
                    ..StoreActionFilter::default()
                };
                engine.actions(&filter, None, 1)?.items.pop()
            }
            None => None,
        };
        if output.is_json() {
            output.document(&review)?;
        } else {
            match &review {
                Some(review) => {
                    output.table(&of(std::slice::from_ref(review)))?;
                    output.print(format_args!("\n{}", report_result(review, answer.as_ref())))?;
                }
                None => output.print("Recorded. There is no refund review of this order yet.")?,
            }
        }
        engine.close()?;
        let is_missed = review.is_some_and(|review| review.state == ReviewState::Missed);
        Ok(if is_missed { ExitReason::Incomplete } else { ExitReason::Fine })
    }
}

impl Figures {
    fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let since = self.since.map_or(Timestamp::from_millis(0), Since::at);
        let figures = self.config.existing_ledger()?.review_figures(since)?;
        if output.is_json() {
            output.document(&figures)?;
        } else {
            output.print(format_args!(
                "{}: {} answered, {} missed. The stores declined {} and refunded {}.",
                words::counted(figures.cases, "review"),
                figures.answered,
                figures.missed,
                words::counted(figures.declined_by_store, "request"),
                figures.refunded
            ))?;
            for (currency, micros) in &figures.money_kept {
                if let Ok(currency) = recoup::Currency::new(currency) {
                    output.print(format_args!("Kept: {}", recoup::Money { micros: *micros, currency }))?;
                }
            }
        }
        Ok(ExitReason::Fine)
    }
}

fn usage(file: &Path) -> Result<Vec<Usage>, Failure> {
    serde_json::from_slice(&input::read(file)?).map_err(|error| Failure::Input {
        path: input::name(file),
        problem: format!("not a list of uses: {error}"),
    })
}

/// The result of a report, and what to do. `answer` is the action that sends the answer.
fn report_result(review: &ReviewCase, answer: Option<&StoreAction>) -> String {
    let order = &review.order_id;
    match review.state {
        ReviewState::Waiting => {
            let until = review
                .deadline
                .map_or_else(String::new, |at| format!(", at the latest by {} UTC", words::moment(at)));
            format!("Recorded, and not answered yet: the rules wait for more{until}. Report again to change it.")
        }
        ReviewState::Reported => match answer {
            // It was due, so only missing credentials can have prevented it.
            Some(answer) if answer.attempts == 0 => format!(
                "Recorded, and NOT SENT: no section for {} has credentials for the API of {}, in the review's environment. \
                 If the game server has them, it sends the answer. See `recoup doctor`.",
                review.app,
                review.store.title()
            ),
            Some(answer) => format!("Recorded. Action {}: {}", answer.id, actions::result(answer)),
            None => "Recorded, and about to be answered.".to_owned(),
        },
        ReviewState::Answered => "The store has an answer; the first one counts.".to_owned(),
        ReviewState::DeclinedToAnswer => {
            "Recorded. The store gets no answer: a rule decided so, or the player has not consented (--consent)."
                .to_owned()
        }
        ReviewState::Missed => format!(
            "Recorded, and TOO LATE: the deadline has passed, or the store refused the answer. See `recoup actions \
             --order {order}`."
        ),
        ReviewState::Closed => "Recorded. The store decided before it received an answer.".to_owned(),
        _ => "Kept.".to_owned(),
    }
}

fn of(reviews: &[ReviewCase]) -> Table {
    let mut table = Table::with_columns(&[
        "review",
        "refund",
        "store",
        "order",
        "user",
        "until (UTC)",
        "state",
        "rule",
        "outcome",
    ]);
    for review in reviews {
        table.add_row([
            review.id.to_string(),
            review.refund_id.to_string(),
            review.store.title().to_owned(),
            review.order_id.clone(),
            review.user.clone().unwrap_or_default(),
            review.deadline.map(words::moment).unwrap_or_default(),
            words::name(&review.state),
            review.rule.clone().unwrap_or_default(),
            review.outcome.as_ref().map(words::name).unwrap_or_default(),
        ]);
    }
    table
}
