//! What a game loop pays: a tick with nothing to do, and a round trip of an event from the ledger through a handler to
//! its acknowledgement, a batch in two commits. The bindings' own benchmarks measure the same through C, C++, C# and Go.
#![allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
#![allow(clippy::print_stdout, reason = "the table at the end is what this is run for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use recoup::{Config, Engine, EngineOptions, Handled, ManualClock, Timestamp};

/// A tick with nothing to do should cost less than this.
const AIM: Duration = Duration::from_micros(1);
const IDLE_TICKS: u32 = 1_000_000;
const EVENTS: u32 = 6_400;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, folder.path()).expect("a configuration");
    let clock = ManualClock::new(Timestamp::from_secs(1_790_000_000));
    let engine = EngineOptions::new().clock(clock).open(config).expect("an engine");
    tick(&engine);

    let begun = Instant::now();
    for _ in 0..IDLE_TICKS {
        black_box(tick(&engine));
    }
    let idle = begun.elapsed() / IDLE_TICKS;
    let verdict = if idle < AIM { "met" } else { "missed" };
    println!("{:<46} {:>12?}   aim {AIM:?}: {verdict}", "a tick with nothing to do", idle);

    for n in 0..EVENTS {
        engine.block(&format!("user-{n}"), None, "bench", "to be reported").expect("a block");
    }
    let begun = Instant::now();
    let handled = tick(&engine);
    assert_eq!(handled, usize::try_from(EVENTS).expect("few"), "every event was reported");
    println!("{:<46} {:>12?}", "an event through its handler, durably", begun.elapsed() / EVENTS);
}

fn tick(engine: &Engine) -> usize {
    engine
        .tick(Duration::MAX, |event| {
            black_box(event.id);
            Handled::Done
        })
        .expect("a tick")
}
