//! `recoup policy`: rules that are not in force yet.

use std::io::{IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Subcommand;
use recoup::{Config, Policy, PolicyTrial, RuleTrial, Tried, TryOptions, shown};
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::input::Since;
use crate::render::{Output, Table, words};

/// Commands for rules that are not in force yet.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Compare what rules would have decided about past refunds with what was decided
    ///
    /// Changes nothing: neither the rules in force nor any decision. FILE has the whole list of rules, as the
    /// configuration's "policy" would be; the default rules come after them.
    Try(Try),
    /// Read rules and print them in their order
    Check(Check),
}

impl PolicyCommand {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        match self {
            Self::Try(trial) => trial.run(output),
            Self::Check(check) => check.run(output),
        }
    }
}

/// Try rules.
#[derive(Debug, clap::Args)]
pub(crate) struct Try {
    #[command(flatten)]
    config: ConfigFile,
    /// The rules: JSON, a list or an object with "policy", such as a configuration; - for standard input
    file: PathBuf,
    /// Only refunds of this time or later, by the store's clock: a time, a day (2026-01-31), or how long ago (90d)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
    /// Only refunds before this time; a time, a day, or how long ago
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<Since>,
    /// List the refunds whose action would be another, up to 10,000 of each change
    #[arg(long)]
    all: bool,
}

/// Check rules.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The rules: JSON, a list or an object with "policy", such as a configuration; - for standard input
    file: PathBuf,
}

impl Check {
    fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let policy = read(&self.file)?;
        if output.is_json() {
            output.document(&json!({"usable": true, "rules": policy.rules()}))?;
            return Ok(ExitReason::Fine);
        }
        let count = policy.own_rules().len();
        let rules = if count == 1 { "1 rule".to_owned() } else { format!("{count} rules") };
        output
            .print(format_args!("{} is valid: {rules}, then the default ones.", input::name(&self.file)))?;
        output.table(&rules_of(&policy))?;
        Ok(ExitReason::Fine)
    }
}

/// The rules of a policy as a table.
pub(crate) fn rules_of(policy: &Policy) -> Table {
    let mut table = Table::with_columns(&["rule", "name", "does"]);
    for (n, rule) in policy.rules().iter().enumerate() {
        table.add_row([(n + 1).to_string(), rule.name.clone(), rule.action.to_string()]);
    }
    table
}

fn read(file: &Path) -> Result<Policy, Failure> {
    let text = input::read(file)?;
    Config::policy_from_json(&text)
        .map_err(|error| Failure::Input { path: input::name(file), problem: error.to_string() })
}

impl Try {
    fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let policy = read(&self.file)?;
        let engine = self.config.existing_ledger()?;
        let options = TryOptions {
            since: self.since.map(Since::at),
            until: self.until.map(Since::at),
            examples: if self.all { TryOptions::MAX_EXAMPLES } else { TryOptions::default().examples },
        };
        let mut progress = Progress::new();
        let trial = engine.try_policy(&policy, &options, &mut |tried| progress.show(tried));
        progress.clear();
        let trial = trial?;
        if output.is_json() {
            output.document(&trial)?;
            return Ok(ExitReason::Fine);
        }
        let in_force = engine.policy(trial.policy_version)?.unwrap_or_default();
        print(&trial, &in_force, &policy, &input::name(&self.file), self.all, output)?;
        Ok(ExitReason::Fine)
    }
}

/// How far a trial has come, on a terminal.
struct Progress {
    is_shown: bool,
    last: Instant,
}

/// Often enough to look alive, and seldom enough to cost nothing.
const REFRESH: Duration = Duration::from_millis(200);

impl Progress {
    fn new() -> Self {
        Self { is_shown: false, last: Instant::now() }
    }

    fn show(&mut self, tried: Tried) -> ControlFlow<()> {
        let mut stderr = std::io::stderr();
        if self.last.elapsed() >= REFRESH && stderr.is_terminal() {
            self.last = Instant::now();
            let Tried { refunds, users } = tried;
            // The progress is no result: it may fail.
            drop(write!(stderr, "\r{refunds} refunds of {users} users").and_then(|()| stderr.flush()));
            self.is_shown = true;
        }
        ControlFlow::Continue(())
    }

    fn clear(&self) {
        if self.is_shown {
            let mut stderr = std::io::stderr();
            // Back to the line's start, and erase it (ECMA-48 EL).
            drop(write!(stderr, "\r\x1b[K").and_then(|()| stderr.flush()));
        }
    }
}

fn print(
    trial: &PolicyTrial,
    in_force: &Policy,
    tried: &Policy,
    file: &str,
    all: bool,
    output: &mut Output,
) -> Result<(), Failure> {
    output.print(format_args!(
        "{} of {}{}, policy {} against {file}",
        counted(trial.refunds, "refund"),
        counted(trial.users, "user"),
        time_of(trial),
        trial.policy_version
    ))?;
    if trial.refunds == 0 {
        output.print("No refund of that time has a decision.")?;
        return Ok(());
    }
    output.print("\n")?;
    let mut table = Table::with_columns(&["rule", "now", "then", "change"]);
    let is_own = |name: &str| tried.own_rules().iter().any(|rule| rule.name == name);
    for rule in trial.rules.iter().filter(|rule| rule.now + rule.then > 0 || is_own(&rule.name)) {
        table.add_row([
            rule.name.clone(),
            of_rule(rule.now, in_force, rule),
            of_rule(rule.then, tried, rule),
            change(rule.now, rule.then),
        ]);
    }
    output.table(&table)?;

    if trial.changes.is_empty() {
        output.print("\nEvery refund would get the same action.")?;
    } else {
        let mut table = Table::with_columns(&["action now", "then", "refunds", "users"]);
        for change in &trial.changes {
            let (refunds, users) = (change.refunds.to_string(), change.users.to_string());
            table.add_row([change.from.clone(), change.to.clone(), refunds, users]);
        }
        output.print("\n")?;
        output.table(&table)?;
    }
    if all && !trial.changes.is_empty() {
        let mut table = Table::with_columns(&["refund", "at (UTC)", "user", "action now", "then"]);
        for change in &trial.changes {
            for example in &change.examples {
                let (refund, at) = (example.refund.to_string(), words::moment(example.at));
                table.add_row([refund, at, example.user.clone(), change.from.clone(), change.to.clone()]);
            }
        }
        output.print("\n")?;
        output.table(&table)?;
    }
    output.print(format_args!("\n{}", blocked(trial, all)))?;
    for rule in &trial.never_fits {
        output.print(format_args!("\"{rule}\" matches none of these refunds."))?;
    }
    for shadowed in &trial.shadowed {
        let by = &shadowed.by;
        output.print(format_args!(
            "\"{}\" decides nothing: rules before it decide all refunds that it matches, most of them \"{by}\".",
            shadowed.rule
        ))?;
    }
    Ok(())
}

fn counted(count: u64, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

/// The days of the trial.
fn time_of(trial: &PolicyTrial) -> String {
    match (trial.since, trial.until) {
        (None, None) => String::new(),
        (Some(since), None) => format!(", from {}", words::moment(since)),
        (None, Some(until)) => format!(", before {}", words::moment(until)),
        (Some(since), Some(until)) => {
            format!(", from {} until before {}", words::moment(since), words::moment(until))
        }
    }
}

/// A rule's count under a policy; `-` if the policy has no such rule.
fn of_rule(count: u64, policy: &Policy, rule: &RuleTrial) -> String {
    let is_known = count > 0 || policy.rules().iter().any(|known| known.name == rule.name);
    if is_known { count.to_string() } else { "-".to_owned() }
}

fn change(now: u64, then: u64) -> String {
    match then.checked_sub(now) {
        Some(0) => "0".to_owned(),
        Some(more) => format!("+{more}"),
        None => format!("-{}", now.saturating_sub(then)),
    }
}

/// How many names a sentence has.
const NAMED: usize = 3;

/// Whom the tried policy would block and free, in a sentence; `all`: the refunds are listed already.
pub(crate) fn blocked(trial: &PolicyTrial, all: bool) -> String {
    let users = |users: &[String], count: u64| {
        let names: Vec<String> = users.iter().take(NAMED).map(|user| shown(user, 64)).collect();
        let more = if u64::try_from(names.len()).is_ok_and(|named| named < count) { " …" } else { "" };
        let hint = if all { "" } else { "; --all lists the refunds" };
        if names.is_empty() { String::new() } else { format!(" ({}{more}{hint})", names.join(", ")) }
    };
    let examples = &trial.blocked_examples;
    let blocked = trial.blocked;
    let newly = match blocked.newly {
        0 => "No user would be blocked who is not".to_owned(),
        1 => format!("1 user would be blocked who is not{}", users(&examples.newly, 1)),
        more => format!("{more} users would be blocked who are not{}", users(&examples.newly, more)),
    };
    let freed = match blocked.freed {
        0 => "none would be freed".to_owned(),
        1 => format!("1 would be freed{}", users(&examples.freed, 1)),
        more => format!("{more} would be freed{}", users(&examples.freed, more)),
    };
    format!("{newly}; {freed}. Blocked now: {}, then: {}.", blocked.now, blocked.then)
}
