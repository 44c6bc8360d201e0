//! The demo's output.

use std::io;

use recoup::{Event, EventKind, Outcome, OutcomeKind, PolicyTrial};

use super::action::Done;
use super::scene::Step;
use super::setup::Setup;
use super::trial::TrialSeen;
use super::webhooks::{Message, WebhookSeen};
use super::{Shown, timing::Timing};
use crate::render::{Output, Table, journal, words};
use crate::{blocks, exclusions, policy};

/// The usual minimum width of a terminal.
const WIDTH: u16 = 100;

pub(super) fn opening(setup: &Setup, output: &mut Output) -> io::Result<()> {
    if output.is_json() {
        return Ok(());
    }
    output
        .print("Throw-away stores sign requests with newly generated keys; the real engine ingests them.")?;
    output.print(format_args!("Its ledger is in {}, and is deleted at the end.", setup.folder().display()))
}

pub(super) fn step(number: usize, step: &Step, output: &mut Output) -> io::Result<()> {
    if output.is_json() {
        return Ok(());
    }
    output.print(format_args!("\n{number:2}  {}", step.title))?;
    done(&step.done, output)?;
    if let Some(refund) = &step.refund {
        let user = refund.user.as_deref().unwrap_or("an unknown player");
        print(output, "refund", &format!("of {user}: {}", words::refund_state(refund)))?;
    }
    let is_decided = step.observed.events.contains(&EventKind::Refund);
    if let Some(decision) = step.refund.as_ref().and_then(|refund| refund.decision.as_ref())
        && is_decided
    {
        print(output, "decided", &format!("{}, by the rule \"{}\"", decision.action, decision.rule))?;
    }
    if let Some(books) = &step.books {
        for item in &books.items {
            let recoup::RecoveryItem { item, due, taken, owed, to_return, .. } = item;
            let line = format!("{item}: due {due}, taken {taken}, owed {owed}, to return {to_return}");
            print(output, "books", &line)?;
        }
    }
    if !step.events.is_empty() {
        let events: Vec<String> = step.events.iter().map(event).collect();
        print(output, "events", &format!("{}; acknowledged", events.join(", ")))?;
    }
    print(output, "blocked", &blocked(step))?;
    if !step.as_expected {
        print(output, "WRONG", &format!("expected {:?}", step.expected))?;
    }
    Ok(())
}

/// What happened, and what it brought.
fn done(done: &Done, output: &mut Output) -> io::Result<()> {
    if let (Some(store), Some(outcome)) = (&done.store, &done.outcome) {
        print(output, "request", &request(store.title(), outcome))?;
    }
    if let Some(purchases) = &done.purchases {
        print(output, "game", &format!("purchases recorded: {}", purchases.len()))?;
    }
    if let Some(exclusion) = &done.exclusion {
        print(output, "operator", &exclusions::made(exclusion))?;
    }
    if let Some(trial) = &done.trial {
        print(output, "trial", &tried(trial))?;
    }
    done.webhooks.iter().try_for_each(|message| print(output, "webhook", &webhook(message)))
}

fn tried(trial: &PolicyTrial) -> String {
    let TrialSeen { refunds, refunds_otherwise, users_otherwise, .. } = TrialSeen::of(trial);
    let mut lines = vec![format!(
        "{refunds_otherwise} of {refunds} refunds would be decided otherwise, of {users_otherwise} users"
    )];
    lines.extend(trial.changes.iter().map(|change| {
        format!("{}: {} -> {}", words::counted(change.refunds, "refund"), change.from, change.to)
    }));
    lines.push(policy::blocked(trial, true));
    lines.push("The trial changes nothing.".to_owned());
    lines.join("\n")
}

fn webhook(message: &Message) -> String {
    let Message { id, seen: WebhookSeen { service, message_type, user, refund, status, .. }, problem } =
        message;
    let signature = if problem.is_none() { "signature right" } else { "SIGNATURE WRONG" };
    let first = format!("{service}: {message_type} of {user}, {id}; {signature}; answer {status}");
    let more = refund.iter().chain(problem);
    more.fold(first, |lines, line| format!("{lines}\n{line}"))
}

fn request(store: &str, outcome: &Outcome) -> String {
    let answer = outcome.http_status;
    match &outcome.what {
        OutcomeKind::Accepted { name, .. } => {
            let news = if outcome.new { "new" } else { "nothing new" };
            let confirm = match &outcome.confirm_url {
                Some(url) => {
                    let shown = url.split_inclusive('&').next().unwrap_or_default();
                    format!("\nit waits for a GET request to {shown}…")
                }
                None => String::new(),
            };
            format!("{store} {name}: accepted, {news}; answer {answer}{confirm}")
        }
        OutcomeKind::Rejected(why) => format!("{store}: rejected, {}; answer {answer}\n{why}", why.code()),
        _ => format!("{store}: {}", words::outcome(outcome)),
    }
}

fn event(event: &Event) -> String {
    let until = match &event.block {
        Some(block) if block.ended.is_none() => format!(" {}", words::block_until(block)),
        _ => String::new(),
    };
    format!("{} {}{until}", event.id, words::name(&event.kind))
}

fn blocked(step: &Step) -> String {
    let word = |blocked| if blocked { "yes" } else { "no" };
    let (before, after) = (step.blocked_before, step.observed.blocked);
    if before == after {
        format!("{}: {}", step.player, word(after))
    } else {
        format!("{}: {} -> {}", step.player, word(before), word(after).to_uppercase())
    }
}

fn print(output: &mut Output, about: &str, text: &str) -> io::Result<()> {
    let mut about = about;
    for line in text.lines().flat_map(wrapped) {
        output.print(format_args!("    {about:<9}{line}"))?;
        about = "";
    }
    Ok(())
}

/// A line in parts that fit beside their heading.
fn wrapped(line: &str) -> Vec<String> {
    const ROOM: usize = 86;
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > ROOM {
                lines.push(word.to_owned());
            } else {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(word);
            }
        }
    }
    lines
}

pub(super) fn closing(shown: &Shown, output: &mut Output) -> io::Result<()> {
    if output.is_json() {
        return output.document(shown);
    }
    output.print("\nBlocks, including ended ones")?;
    output.table(&blocks::of(&shown.blocks).fitted(WIDTH))?;
    output.print(format_args!("\nThe journal of Ada's order {}: `recoup order` shows it", shown.order))?;
    output.table(&journal::table(&shown.journal).fitted(WIDTH))?;
    output.print(format_args!(
        "\nAfter a restart: {} of {} users still blocked, {} events delivered twice",
        shown.restart.blocked_after, shown.restart.blocked_before, shown.restart.events_waiting
    ))?;
    output.print("\nMeasured just now, on this machine")?;
    output.table(&timing(&shown.timing).fitted(WIDTH))?;
    if shown.as_expected {
        output.print(format_args!("\nAll {} steps ran as expected.", shown.steps.len()))?;
    }
    Ok(())
}

fn timing(timing: &Timing) -> Table {
    let mut table = Table::with_columns(&["what", "mean time"]);
    table.add_row([
        "verify an App Store notification, outer and inner signature",
        &us(timing.verify_app_store_us),
    ]);
    table.add_row(["verify a Google Play push, its token new", &us(timing.verify_google_play_us)]);
    table.add_row([
        "App Store refund verified, decided and durable, one after another",
        &format!("{:.2} ms", timing.ingest_alone_ms),
    ]);
    table.add_row([
        format!("Google Play refund verified, decided and durable, {} callers at once", timing.callers),
        format!("{:.2} ms", timing.ingest_together_ms),
    ]);
    table.add_row([
        format!("is_blocked, with {} users blocked", timing.blocked_users),
        format!("{:.0} ns", timing.is_blocked_ns),
    ]);
    table
}

fn us(micros: f64) -> String {
    format!("{micros:.0} µs")
}
