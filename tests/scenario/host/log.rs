//! The library's log, formatted as for C.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
static MAX: AtomicUsize = AtomicUsize::new(0);
static MESSAGES: Mutex<String> = Mutex::new(String::new());

pub fn set(level: &str) {
    static SET: OnceLock<()> = OnceLock::new();
    SET.get_or_init(|| tracing::subscriber::set_global_default(Keep).unwrap());
    MAX.store(LEVELS.iter().position(|known| *known == level).unwrap(), Ordering::SeqCst);
    tracing::callsite::rebuild_interest_cache();
}

pub fn take() -> String {
    std::mem::take(&mut MESSAGES.lock().unwrap())
}

fn code(level: Level) -> usize {
    match level {
        Level::ERROR => 1,
        Level::WARN => 2,
        Level::INFO => 3,
        Level::DEBUG => 4,
        Level::TRACE => 5,
    }
}

struct Keep;

impl Subscriber for Keep {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("recoup") && code(*metadata.level()) <= MAX.load(Ordering::SeqCst)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let (level, target) = (code(*event.metadata().level()), event.metadata().target());
        writeln!(MESSAGES.lock().unwrap(), "log {level} {target} {}{}", line.0, line.1).unwrap();
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Line(String, String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            "message" => write!(self.0, "{value:?}").unwrap(),
            name => write!(self.1, " {name}={value:?}").unwrap(),
        }
    }
}
