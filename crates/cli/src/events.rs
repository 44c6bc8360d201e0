//! `recoup events`: the events that wait for the game.

use std::time::Duration;

use recoup::{Engine, EngineOptions};
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::{Output, words};

/// How often `--follow` polls: as often as the engine notices other processes' commits.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The most events of one poll.
const BATCH: usize = 100;

/// Show the events that wait for the game.
#[derive(Debug, clap::Args)]
pub(crate) struct Events {
    #[command(flatten)]
    config: ConfigFile,
    /// Acknowledge each event once it is printed, permanently
    #[arg(long)]
    ack: bool,
    /// Only acknowledge this one event; may be used several times
    #[arg(long, value_name = "EVENT", conflicts_with_all = ["ack", "follow", "limit"])]
    ack_id: Vec<i64>,
    /// At most this many
    #[arg(long, default_value_t = 1000)]
    limit: usize,
    /// Keep printing new ones until interrupted; an unacknowledged event is delivered again after its lease
    #[arg(long, conflicts_with = "limit")]
    follow: bool,
}

impl Events {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.engine(EngineOptions::new())?;
        if self.ack_id.is_empty() {
            self.show(&engine, output)?;
        } else {
            self.acknowledge(&engine, output)?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }

    fn show(&self, engine: &Engine, output: &mut Output) -> Result<(), Failure> {
        let mut left = if self.follow { usize::MAX } else { self.limit };
        let mut shown = false;
        while left > 0 {
            let events = engine.poll(left.min(BATCH))?;
            if events.is_empty() {
                if !self.follow {
                    break;
                }
                std::thread::sleep(LOOK_AGAIN);
            }
            for event in &events {
                if output.is_json() {
                    output.json_line(event)?;
                } else {
                    output.print(words::event(event))?;
                    output.flush()?;
                }
                if self.ack {
                    engine.ack(event.id)?;
                }
            }
            shown |= !events.is_empty();
            left = left.saturating_sub(events.len());
        }
        if !shown && !output.is_json() {
            output.print("No events are queued.")?;
        }
        Ok(())
    }

    fn acknowledge(&self, engine: &Engine, output: &mut Output) -> Result<(), Failure> {
        for &id in &self.ack_id {
            let new = engine.ack(id)?;
            if output.is_json() {
                output.json_line(&json!({"event": id, "acknowledged": new}))?;
            } else if new {
                output.print(format_args!("Event {id} is acknowledged."))?;
            } else {
                output.print(format_args!("Event {id} was acknowledged before."))?;
            }
        }
        Ok(())
    }
}
