//! `recoup review`: stores' questions about refund requests.

use std::path::{Path, PathBuf};

use recoup::{
    Consumption, ConsumptionOf, Delivery, MilliPercent, ReviewCase, ReviewFilter, ReviewState, StoreAction,
    StoreActionFilter, StoreActionKind, Timestamp, Usage,
};

use crate::config_file::ConfigFile;
use crate::exit::{Ended, Failure};
use crate::input;
use crate::refunds::limit;
use crate::render::{Output, Table, actions, words};
use crate::since::Since;

/// Stores' questions about refund requests.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Review {
    /// List the questions, newest first
    List(List),
    /// Report how far an order was used, so that the store is answered by the rules
    Report(Report),
    /// What came of the questions, in numbers
    Figures(Figures),
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigFile,
    /// Only of this order
    #[arg(long)]
    order: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Go on after this question, as the page before says
    #[arg(long, value_name = "QUESTION")]
    after: Option<i64>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Report {
    #[command(flatten)]
    config: ConfigFile,
    /// The order: App Store transaction id, Google Play order id
    order: String,
    /// The player has agreed that the store is informed
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
    delivery: DeliveryWas,
    /// A file (- for standard input) with a JSON list of when and how it was used, oldest first, at most 1000:
    /// [{"at": 1790000000000, "what": "opened a chest", "ip_address": "203.0.113.7"}]
    #[arg(long, value_name = "FILE")]
    usage: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum DeliveryWas {
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
    /// Only questions asked since then: a time, a day (2026-01-31), or how long ago (30d)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
}

impl Review {
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        match self {
            Self::List(list) => list.run(output),
            Self::Report(report) => report.run(output),
            Self::Figures(figures) => figures.run(output),
        }
    }
}

impl List {
    fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let filter = ReviewFilter { order_id: self.order, ..ReviewFilter::default() };
        let page = self.config.existing_ledger()?.reviews(&filter, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.say("No store has asked.")?;
        } else {
            output.table(&of(&page.items))?;
            if let Some(next) = page.next {
                output.say(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(Ended::Fine)
    }
}

impl Report {
    fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let consumed = self.consumed.map(|share| {
            MilliPercent::new(share)
                .ok_or_else(|| Failure::Usage(format!("--consumed {share}: expected 0 to 100000")))
        });
        let report = Consumption {
            delivery: match self.delivery {
                DeliveryWas::Delivered => Delivery::Delivered,
                DeliveryWas::QualityIssue => Delivery::QualityIssue,
                DeliveryWas::WrongItem => Delivery::WrongItem,
                DeliveryWas::ServerOutage => Delivery::ServerOutage,
                DeliveryWas::NotDelivered => Delivery::NotDelivered,
            },
            consumed: consumed.transpose()?,
            sample_given: self.sample_given,
            usage: self.usage.as_deref().map(usage).transpose()?.unwrap_or_default(),
            consent: self.consent,
        };
        let engine = self.config.for_one_call()?;
        let question = engine.report_consumption(ConsumptionOf::Order(&self.order), report)?;
        engine.work_on_actions()?;
        let question = match question {
            Some(question) => {
                let filter = ReviewFilter { refund_id: Some(question.refund_id), ..ReviewFilter::default() };
                engine.reviews(&filter, None, 1)?.items.pop()
            }
            None => None,
        };
        let answer = match &question {
            Some(question) => {
                let filter = StoreActionFilter {
                    kind: Some(StoreActionKind::AnswerReview),
                    refund_id: Some(question.refund_id),
                    ..StoreActionFilter::default()
                };
                engine.actions(&filter, None, 1)?.items.pop()
            }
            None => None,
        };
        if output.is_json() {
            output.document(&question)?;
        } else {
            match &question {
                Some(question) => {
                    output.table(&of(std::slice::from_ref(question)))?;
                    output.say(format_args!("\n{}", standing(question, answer.as_ref())))?;
                }
                None => output.say("Kept. No store has asked about this order yet.")?,
            }
        }
        engine.close()?;
        let is_missed = question.is_some_and(|question| question.state == ReviewState::Missed);
        Ok(if is_missed { Ended::Short } else { Ended::Fine })
    }
}

impl Figures {
    fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let since = self.since.map_or(Timestamp::from_millis(0), Since::at);
        let figures = self.config.existing_ledger()?.review_figures(since)?;
        if output.is_json() {
            output.document(&figures)?;
        } else {
            output.say(format_args!(
                "{}: {} answered, {} missed. The stores declined {} and refunded {}.",
                words::counted(figures.cases, "question"),
                figures.answered,
                figures.missed,
                words::counted(figures.declined_by_store, "request"),
                figures.refunded
            ))?;
            for (currency, micros) in &figures.money_kept {
                if let Ok(currency) = recoup::Currency::new(currency) {
                    output.say(format_args!("Kept: {}", recoup::Money { micros: *micros, currency }))?;
                }
            }
        }
        Ok(Ended::Fine)
    }
}

fn usage(file: &Path) -> Result<Vec<Usage>, Failure> {
    serde_json::from_slice(&input::read(file)?).map_err(|error| Failure::Input {
        path: input::name(file),
        problem: format!("no list of uses: {error}"),
    })
}

/// What came of a report, and what there is to do. `answer` is the action that the store is answered by.
fn standing(question: &ReviewCase, answer: Option<&StoreAction>) -> String {
    let order = &question.order_id;
    match question.state {
        ReviewState::Waiting => {
            let until = question
                .deadline
                .map_or_else(String::new, |at| format!(", at the latest by {} UTC", words::moment(at)));
            format!("Kept, and not answered yet: the rules wait for more{until}. Report again to change it.")
        }
        ReviewState::Reported => match answer {
            // It was due, so that only a lack of credentials has kept it.
            Some(answer) if answer.attempts == 0 => format!(
                "Kept, and NOT SENT: no section for {} has credentials for the API of {}, in the environment that asks. \
                 Where the game server has them, it sends the answer. See `recoup doctor`.",
                question.app,
                question.store.title()
            ),
            Some(answer) => format!("Kept. Action {}: {}", answer.id, actions::standing(answer)),
            None => "Kept, and about to be answered.".to_owned(),
        },
        ReviewState::Answered => "The store has the answer; the first is the one that counts.".to_owned(),
        ReviewState::DeclinedToAnswer => {
            "Kept. The store is not answered: a rule says so, or the player has not agreed (--consent)."
                .to_owned()
        }
        ReviewState::Missed => format!(
            "Kept, and TOO LATE: the deadline has passed, or the store did not take the answer. See `recoup actions \
             --order {order}`."
        ),
        ReviewState::Closed => "Kept. The store decided before it was answered.".to_owned(),
        _ => "Kept.".to_owned(),
    }
}

fn of(questions: &[ReviewCase]) -> Table {
    let mut table = Table::with_columns(&[
        "question",
        "refund",
        "store",
        "order",
        "user",
        "until (UTC)",
        "state",
        "rule",
        "outcome",
    ]);
    for question in questions {
        table.add_row([
            question.id.to_string(),
            question.refund_id.to_string(),
            question.store.title().to_owned(),
            question.order_id.clone(),
            question.user.clone().unwrap_or_default(),
            question.deadline.map(words::moment).unwrap_or_default(),
            words::name(&question.state),
            question.rule.clone().unwrap_or_default(),
            question.outcome.as_ref().map(words::name).unwrap_or_default(),
        ]);
    }
    table
}
