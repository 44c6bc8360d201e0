//! `recoup webhooks`: the endpoints that get events, and the messages to them.

use recoup::{
    EngineOptions, WebhookEndpoint, WebhookMessage, WebhookMessageFilter, WebhookReplay, WebhookState,
};
use serde_json::json;

use crate::blocks::OperatorArguments;
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input::Since;
use crate::refunds::{limit, named};
use crate::render::{Output, Table, words};

/// The endpoints that get events by webhook.
#[derive(Debug, clap::Args)]
pub(crate) struct Webhooks {
    #[command(flatten)]
    config: ConfigFile,
    #[command(subcommand)]
    command: Option<Subcommand>,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// List the endpoints, and how their messages are doing
    List,
    /// List messages, newest first
    Messages(Messages),
    /// Send settled messages again, under the same webhook-id
    ///
    /// The server that has the endpoint's secret sends them.
    Replay(Replay),
    /// Send a test message, and print the answer
    ///
    /// Exits with 1 if the endpoint does not answer with success.
    Test(Test),
    /// End an endpoint: nothing more is queued for it, and what waits is dropped
    Remove(Remove),
}

#[derive(Debug, clap::Args)]
struct Messages {
    /// To this endpoint only
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// In this state only: waiting, sending, held, delivered, dead, dropped
    #[arg(long, value_parser = named::<WebhookState>)]
    state: Option<WebhookState>,
    /// Of this user only
    #[arg(long)]
    user: Option<String>,
    /// Of this refund only
    #[arg(long)]
    refund: Option<i64>,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Continue after this message, as the previous page prints it
    #[arg(long, value_name = "MESSAGE")]
    after: Option<i64>,
}

#[derive(Debug, clap::Args)]
#[group(id = "which", required = true, multiple = false, args = ["message", "dead", "since"])]
struct Replay {
    /// The endpoint
    #[arg(value_name = "NAME", required_unless_present = "message")]
    endpoint: Option<String>,
    /// This message only
    #[arg(long, conflicts_with = "endpoint")]
    message: Option<i64>,
    /// All that are dead
    #[arg(long)]
    dead: bool,
    /// All that were queued at this time or later: a time, a day (2026-01-31), or how long ago (30d)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
    /// Queued before this time; a time, a day, or how long ago
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, requires = "since")]
    until: Option<Since>,
    #[command(flatten)]
    by: OperatorArguments,
}

#[derive(Debug, clap::Args)]
struct Test {
    /// The endpoint
    name: String,
}

#[derive(Debug, clap::Args)]
struct Remove {
    /// The endpoint
    name: String,
    #[command(flatten)]
    by: OperatorArguments,
}

impl Webhooks {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        match self.command {
            None | Some(Subcommand::List) => list(&self.config, output),
            Some(Subcommand::Messages(messages)) => messages.run(&self.config, output),
            Some(Subcommand::Replay(replay)) => replay.run(&self.config, output),
            Some(Subcommand::Test(test)) => test.run(&self.config, output),
            Some(Subcommand::Remove(remove)) => remove.run(&self.config, output),
        }
    }
}

fn list(config: &ConfigFile, output: &mut Output) -> Result<ExitReason, Failure> {
    let endpoints = config.existing_ledger()?.webhooks()?;
    if output.is_json() {
        output.document(&endpoints)?;
    } else if endpoints.is_empty() {
        output.print("No webhook endpoints. The configuration's \"webhooks\" names them.")?;
    } else {
        output.table(&of_endpoints(&endpoints))?;
    }
    Ok(ExitReason::Fine)
}

impl Messages {
    fn run(self, config: &ConfigFile, output: &mut Output) -> Result<ExitReason, Failure> {
        let filter = WebhookMessageFilter {
            endpoint: self.endpoint,
            state: self.state,
            user: self.user,
            refund_id: self.refund,
        };
        let page = config.existing_ledger()?.webhook_messages(&filter, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.print("No webhook messages.")?;
        } else {
            output.table(&of_messages(&page.items))?;
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

impl Replay {
    fn run(self, config: &ConfigFile, output: &mut Output) -> Result<ExitReason, Failure> {
        let endpoint = self.endpoint.unwrap_or_default();
        let which = match (self.message, self.since) {
            (Some(message), _) => WebhookReplay::Message(message),
            (None, Some(since)) => {
                WebhookReplay::Period { endpoint, since: since.at(), until: self.until.map(Since::at) }
            }
            (None, None) => WebhookReplay::Dead { endpoint },
        };
        let engine = config.existing_ledger()?;
        let count = engine.replay_webhooks(&which, &self.by.who(), &self.by.why)?;
        if output.is_json() {
            output.document(&json!({ "replayed": count }))?;
        } else {
            output.print(match count {
                0 => "Nothing to send again.".to_owned(),
                count => format!(
                    "{} to be sent again, by the server that has the endpoint's secret.",
                    words::counted(count, "message")
                ),
            })?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

impl Test {
    fn run(self, config: &ConfigFile, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = config.engine(EngineOptions::new())?;
        let test = engine.test_webhook(&self.name)?;
        if output.is_json() {
            output.document(&test)?;
        } else {
            let problem = test.problem.as_ref().map_or_else(String::new, |problem| format!(": {problem}"));
            output.print(match (test.delivered, test.status) {
                (true, Some(status)) => format!("{} answered {status} in {} ms.", self.name, test.millis),
                _ => {
                    format!("{} did not accept the test message after {} ms{problem}", self.name, test.millis)
                }
            })?;
        }
        engine.close()?;
        Ok(if test.delivered { ExitReason::Fine } else { ExitReason::Incomplete })
    }
}

impl Remove {
    fn run(self, config: &ConfigFile, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = config.existing_ledger()?;
        engine.end_webhook(&self.name, &self.by.who(), &self.by.why)?;
        if output.is_json() {
            output.document(&json!({ "ended": self.name }))?;
        } else {
            output.print(format_args!(
                "The webhook endpoint {} has ended. Remove it from the configuration as well.",
                self.name
            ))?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

fn of_endpoints(endpoints: &[WebhookEndpoint]) -> Table {
    let mut table = Table::with_columns(&[
        "endpoint",
        "format",
        "waiting",
        "held",
        "dead",
        "last delivered (UTC)",
        "last problem",
    ]);
    for endpoint in endpoints {
        let problem = match (&endpoint.ended, &endpoint.problem, endpoint.problem_at) {
            (Some(end), ..) => format!("ended {}: {}", words::moment(end.at), end.why),
            (None, Some(problem), Some(at)) => format!("{}: {problem}", words::moment(at)),
            _ => String::new(),
        };
        table.add_row([
            endpoint.name.clone(),
            words::name(&endpoint.format),
            endpoint.waiting.to_string(),
            endpoint.held.to_string(),
            endpoint.dead.to_string(),
            endpoint.delivered_at.map(words::moment).unwrap_or_default(),
            problem,
        ]);
    }
    table
}

fn of_messages(messages: &[WebhookMessage]) -> Table {
    let mut table = Table::with_columns(&[
        "message",
        "endpoint",
        "queued (UTC)",
        "event",
        "kind",
        "user",
        "refund",
        "state",
        "tries",
        "next (UTC)",
        "answer",
    ]);
    for message in messages {
        let answer = match (&message.problem, message.status) {
            (Some(problem), _) => problem.clone(),
            (None, Some(status)) => status.to_string(),
            (None, None) => String::new(),
        };
        table.add_row([
            message.id.to_string(),
            message.endpoint.clone(),
            words::moment(message.made_at),
            message.event.to_string(),
            words::name(&message.kind),
            message.user.clone().unwrap_or_default(),
            message.refund_id.map(|id| id.to_string()).unwrap_or_default(),
            words::name(&message.state),
            message.attempts.to_string(),
            message.next_at.map(words::moment).unwrap_or_default(),
            answer,
        ]);
    }
    table
}
