//! `recoup demo`: the whole way of a refund in one command.
//!
//! Throw-away stores sign real-shaped requests with keys made on the spot, and the real engine ingests them. What is
//! printed comes from the engine; the demo compares it with what it set out to show, and fails where they differ.

mod amazon;
mod app_store;
mod google_play;
mod one_store;
mod report;
mod scene;
mod scenes;
mod stage;
mod stripe;
mod timing;

use recoup::{Block, Engine, JournalEntry, MAX_PAGE};
use serde::Serialize;

use crate::exit::{Ended, Failure};
use crate::render::Output;
use scene::Step;
use stage::Stage;
use timing::Timing;

/// Show the whole way of a refund, with throw-away stores and a ledger in a temporary folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {}

/// All that the demo found.
#[derive(Serialize)]
struct Shown {
    steps: Vec<Step>,
    blocks: Vec<Block>,
    /// The order whose journal follows.
    order: String,
    journal: Vec<JournalEntry>,
    restart: Restart,
    timing: Timing,
    as_expected: bool,
}

/// What an engine knows that reopens the same ledger.
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
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let stage = Stage::build()?;
        report::opening(&stage, output)?;
        let engine = stage.open("ledger.db")?;
        let mut steps = Vec::new();
        for scene in scenes::all(&stage, engine.now())? {
            let step = scene.play(&engine)?;
            report::step(steps.len() + 1, &step, output)?;
            steps.push(step);
        }

        let blocks = engine.blocks(true, None, MAX_PAGE)?.items;
        let order = scenes::ADAS_ORDER.to_owned();
        let journal = engine.order(&order)?.journal;
        let restart = restart(&stage, engine)?;
        let timing = Timing::take(&stage)?;
        let as_expected = steps.iter().all(|step| step.as_expected) && restart.lost_nothing();
        let shown = Shown { steps, blocks, order, journal, restart, timing, as_expected };
        report::closing(&shown, output)?;
        if shown.as_expected { Ok(Ended::Fine) } else { Err(Failure::Demo(differences(&shown))) }
    }
}

fn restart(stage: &Stage, engine: Engine) -> Result<Restart, Failure> {
    let blocked_before = engine.blocked_users();
    engine.close()?;
    drop(engine);
    let engine = stage.open("ledger.db")?;
    let events_waiting = engine.poll(MAX_PAGE)?.len();
    Ok(Restart { blocked_before, blocked_after: engine.blocked_users(), events_waiting })
}

fn differences(shown: &Shown) -> String {
    let mut differences: Vec<String> = shown
        .steps
        .iter()
        .filter(|step| !step.as_expected)
        .map(|step| format!("\"{}\": expected {:?}, and saw {:?}", step.title, step.expected, step.seen))
        .collect();
    if !shown.restart.lost_nothing() {
        differences.push("the restart lost something".to_owned());
    }
    differences.join("; ")
}
