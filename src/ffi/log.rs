//! The library's log messages, passed to a function of the program.

use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

use super::boundary::call;
use super::error::recoup_error;
use super::failure::Failure;
use super::foreign::{UserData, recoup_destructor};
use super::status::recoup_status;
use super::views::{Terminated, recoup_string};
use crate::shown::shown;

/// The severity of a message: one of RECOUP_LOG_*.
pub type recoup_log_level = i32;

/// No messages at all.
pub const RECOUP_LOG_OFF: recoup_log_level = 0;

/// Something went wrong that a person must look at, such as a dead letter.
pub const RECOUP_LOG_ERROR: recoup_log_level = 1;

/// Something unexpected, such as a forged request.
pub const RECOUP_LOG_WARN: recoup_log_level = 2;

/// What was done.
pub const RECOUP_LOG_INFO: recoup_log_level = 3;

/// What was done, step by step.
pub const RECOUP_LOG_DEBUG: recoup_log_level = 4;

/// Everything.
pub const RECOUP_LOG_TRACE: recoup_log_level = 5;

/// Receives a message: its level, the part of the library it is from (such as "recoup::engine"), and the text. Both
/// texts live until it returns. Called from any thread, the library's own included, and from several at once, also
/// inside of calls that others wait for. So it must not call an engine: every such call returns
/// RECOUP_STATUS_REENTRANT, and recoup_engine_free and recoup_gateway_free do nothing. Messages that it causes are
/// dropped. It must not throw.
pub type recoup_log_callback = Option<
    unsafe extern "C" fn(
        user_data: usize,
        level: recoup_log_level,
        target: recoup_string,
        message: recoup_string,
    ),
>;

type LogFunction = unsafe extern "C" fn(
    user_data: usize,
    level: recoup_log_level,
    target: recoup_string,
    message: recoup_string,
);

struct Target {
    function: LogFunction,
    user_data: UserData,
}

static TARGET: Mutex<Option<Arc<Target>>> = Mutex::new(None);
static MAX_LEVEL: AtomicI32 = AtomicI32::new(RECOUP_LOG_OFF);

thread_local!(static SPEAKING: Cell<bool> = const { Cell::new(false) });

/// Passes messages of max_level and more severe ones to a function, for the whole process; it replaces the one that
/// was set before. A NULL callback, or RECOUP_LOG_OFF, only removes that. Messages contain no secrets, are of one
/// line, and have at most 4000 characters.
///
/// destroy is called with user_data exactly once: when the function is replaced and has returned, or, if this call
/// fails, before it returns. Does not block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_log_set(
    max_level: recoup_log_level,
    callback: recoup_log_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    let work = || {
        if !(RECOUP_LOG_OFF..=RECOUP_LOG_TRACE).contains(&max_level) {
            let message =
                format!("max_level is {max_level}, and must be from RECOUP_LOG_OFF to RECOUP_LOG_TRACE");
            return Err(Failure::argument("bad_level", message));
        }
        let function = callback.filter(|_| max_level != RECOUP_LOG_OFF);
        if function.is_some() {
            listen()?;
        }
        let target = function.map(|function| Arc::new(Target { function, user_data }));
        MAX_LEVEL.store(if target.is_some() { max_level } else { RECOUP_LOG_OFF }, Ordering::Relaxed);
        let before = std::mem::replace(&mut *TARGET.lock().unwrap_or_else(PoisonError::into_inner), target);
        // Its destructor is the program's, and runs without the lock.
        drop(before);
        tracing::callsite::rebuild_interest_cache();
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

fn listen() -> Result<(), Failure> {
    static LISTENING: OnceLock<bool> = OnceLock::new();
    if *LISTENING.get_or_init(|| tracing::subscriber::set_global_default(Forward).is_ok()) {
        return Ok(());
    }
    let message = "another part of this program already receives the messages of Rust libraries";
    Err(Failure::argument("log_taken", message.to_owned()))
}

/// Forwards messages. Spans are ignored: a message is complete by itself.
struct Forward;

impl Subscriber for Forward {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_ours(metadata) { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_ours(metadata) && code_of(*metadata.level()) <= MAX_LEVEL.load(Ordering::Relaxed)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        if SPEAKING.replace(true) {
            return;
        }
        let _logging = Logging;
        let target = TARGET.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Arc::clone);
        let Some(target) = target else { return };
        let mut line = Line::default();
        event.record(&mut line);
        let metadata = event.metadata();
        let (from, text) = (Terminated::new(metadata.target().to_owned()), Terminated::new(line.text()));
        // SAFETY: the arguments are what the header describes; both texts outlive the call.
        unsafe {
            (target.function)(target.user_data.value, code_of(*metadata.level()), from.view(), text.view());
        }
    }
}

/// Whether this thread is inside of a log function.
pub(super) fn is_logging() -> bool {
    SPEAKING.get()
}

struct Logging;

impl Drop for Logging {
    fn drop(&mut self) {
        SPEAKING.set(false);
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_event() && metadata.target().starts_with("recoup")
}

fn code_of(level: Level) -> recoup_log_level {
    match level {
        Level::ERROR => RECOUP_LOG_ERROR,
        Level::WARN => RECOUP_LOG_WARN,
        Level::INFO => RECOUP_LOG_INFO,
        Level::DEBUG => RECOUP_LOG_DEBUG,
        Level::TRACE => RECOUP_LOG_TRACE,
    }
}

/// The longest message, in characters.
const MAX_LINE: usize = 4000;

/// A message, followed by its fields as `name=value`.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Line {
    fn text(mut self) -> String {
        self.message.push_str(&self.fields);
        shown(&self.message, MAX_LINE)
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
    }
}
