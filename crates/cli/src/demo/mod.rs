//! `recoup demo`: the whole way of a refund in one command.
//!
//! Throw-away stores sign realistic requests with newly generated keys, and the real engine ingests them. The output
//! comes from the engine; the demo compares it with what is expected, and fails on a difference. A server on this machine
//! receives the engine's webhooks; the internet is not needed.

mod action;
mod amazon;
mod app_store;
mod books;
mod console;
mod exclusion;
mod google_play;
mod history;
mod one_store;
mod receiver;
mod report;
mod scene;
mod scenes;
mod setup;
mod stripe;
mod timing;
mod trial;
mod webhooks;

use std::net::SocketAddr;
use std::rc::Rc;

use recoup::{Block, Engine, JournalEntry, MAX_PAGE};
use serde::Serialize;

use crate::exit::{ExitReason, Failure};
use crate::render::Output;
use crate::serve::listen_address;
use receiver::Receiver;
use scene::{Scene, Step};
use setup::Setup;
use timing::Timing;

/// Show a refund from start to end, with throw-away stores and a ledger in a temporary folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// Serve the console over a ledger with four months of history instead; at 127.0.0.1:8461, or this address
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = console::ADDRESS, value_parser = listen_address)]
    console: Option<SocketAddr>,
}

/// The demo's results.
#[derive(Serialize)]
struct Shown {
    steps: Vec<Step>,
    blocks: Vec<Block>,
    /// The order whose journal is shown.
    order: String,
    journal: Vec<JournalEntry>,
    restart: Restart,
    timing: Timing,
    as_expected: bool,
}

/// An engine's state after reopening the same ledger.
#[derive(Serialize)]
struct Restart {
    blocked_before: usize,
    blocked_after: usize,
    events_waiting: usize,
}

impl Restart {
    const fn lost_nothing(&self) -> bool {
        self.blocked_before == self.blocked_after && self.events_waiting == 0
    }
}

impl Demo {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        if let Some(address) = self.console {
            return console::serve(address, output);
        }
        let setup = Setup::build()?;
        report::opening(&setup, output)?;
        let engine = setup.open("ledger.db")?;
        let mut steps = Vec::new();
        play(scenes::all(&setup, engine.now())?, &engine, &mut steps, output)?;
        engine.close()?;
        drop(engine);
        let receiver = Rc::new(Receiver::start(webhooks::services()?)?);
        let engine = setup.open_with_webhooks("ledger.db", &receiver)?;
        play(webhooks::scenes(&setup, &receiver, engine.now())?, &engine, &mut steps, output)?;

        let blocks = engine.blocks(true, None, MAX_PAGE)?.items;
        let order = scenes::ADAS_ORDER.to_owned();
        let journal = engine.order(&order)?.journal;
        let restart = restart(&setup, engine)?;
        let timing = Timing::take(&setup)?;
        let as_expected = steps.iter().all(|step| step.as_expected) && restart.lost_nothing();
        let shown = Shown { steps, blocks, order, journal, restart, timing, as_expected };
        report::closing(&shown, output)?;
        if shown.as_expected { Ok(ExitReason::Fine) } else { Err(Failure::Demo(differences(&shown))) }
    }
}

fn play(
    scenes: Vec<Scene>,
    engine: &Engine,
    steps: &mut Vec<Step>,
    output: &mut Output,
) -> Result<(), Failure> {
    for scene in scenes {
        let step = scene.play(engine)?;
        report::step(steps.len() + 1, &step, output)?;
        steps.push(step);
    }
    Ok(())
}

fn restart(setup: &Setup, engine: Engine) -> Result<Restart, Failure> {
    let blocked_before = engine.blocked_users();
    engine.close()?;
    drop(engine);
    let engine = setup.open("ledger.db")?;
    let events_waiting = engine.poll(MAX_PAGE)?.len();
    Ok(Restart { blocked_before, blocked_after: engine.blocked_users(), events_waiting })
}

fn differences(shown: &Shown) -> String {
    let mut differences: Vec<String> = shown
        .steps
        .iter()
        .filter(|step| !step.as_expected)
        .map(|step| format!("\"{}\": expected {:?}, got {:?}", step.title, step.expected, step.observed))
        .collect();
    if !shown.restart.lost_nothing() {
        differences.push("the restart lost data".to_owned());
    }
    differences.join("; ")
}
