//! The program's functions that tick and the dispatcher call.

use std::sync::{Arc, Mutex, PoisonError};

use super::completions::recoup_completion;
use super::events::{recoup_event, recoup_event_kind};
use super::foreign::UserData;
use super::views::recoup_string;
use crate::model::Event;
use crate::outbox::Handled;

/// What a callback did with an event: one of RECOUP_HANDLED_*. Any other value counts as RECOUP_HANDLED_LATER.
pub type recoup_handled = i32;

/// Handled: the event is acknowledged, and comes again only after a crash before the tick returns.
pub const RECOUP_HANDLED_DONE: recoup_handled = 0;

/// Not now: the event comes again after its lease, and the same user's later events wait for it.
pub const RECOUP_HANDLED_LATER: recoup_handled = 1;

const _: () = assert!(RECOUP_HANDLED_LATER != RECOUP_HANDLED_DONE, "two results");

/// Handles an event. The event lives until the callback returns; recoup_engine_query_event has more of it. Called on
/// the thread that ticks, or on the dispatcher's, one call at a time.
///
/// Inside of it you may call every function of the engine except recoup_engine_tick, recoup_engine_poll,
/// recoup_engine_start_dispatcher and recoup_engine_stop_dispatcher, which return RECOUP_STATUS_REENTRANT, and
/// recoup_engine_free, which does nothing. It must not throw, and must not jump out.
pub type recoup_event_callback =
    Option<unsafe extern "C" fn(user_data: usize, event: *const recoup_event) -> recoup_handled>;

/// Receives the result of a submitted request. completion and details (a JSON object as of recoup_engine_ingest; for
/// a failed one {"code", "message", "retryable"}) live until it returns. Otherwise as recoup_event_callback.
pub type recoup_completion_callback = Option<
    unsafe extern "C" fn(user_data: usize, completion: *const recoup_completion, details: recoup_string),
>;

type EventFunction = unsafe extern "C" fn(user_data: usize, event: *const recoup_event) -> recoup_handled;
type CompletionFunction =
    unsafe extern "C" fn(user_data: usize, completion: *const recoup_completion, details: recoup_string);

struct Registered<F> {
    function: F,
    user_data: UserData,
}

/// Kinds of events, and 0 for all without their own callback.
const KINDS: usize = 12;

/// The callbacks of an engine. A callback that is replaced while it runs is destroyed after it has returned.
#[derive(Default)]
pub(super) struct Callbacks {
    events: Mutex<[Option<Arc<Registered<EventFunction>>>; KINDS]>,
    completions: Mutex<Option<Arc<Registered<CompletionFunction>>>>,
}

impl Callbacks {
    pub(super) fn has_any_for_events(&self) -> bool {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().any(Option::is_some)
    }

    pub(super) fn has_one_for_completions(&self) -> bool {
        self.completions.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Calls the event's own callback, or else the one for everything. Without either, the event counts as handled.
    pub(super) fn notify(&self, event: &Event) -> Handled {
        let event = recoup_event::for_callback(event);
        let registered = {
            let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            let own =
                usize::try_from(event.kind).ok().and_then(|kind| events.get(kind)).and_then(Option::as_ref);
            own.or(events.first().and_then(Option::as_ref)).map(Arc::clone)
        };
        let Some(registered) = registered else { return Handled::Done };
        // SAFETY: the arguments are what the header describes; the event outlives the call.
        match unsafe { (registered.function)(registered.user_data.value, &raw const event) } {
            RECOUP_HANDLED_DONE => Handled::Done,
            _ => Handled::Later,
        }
    }

    /// Calls the callback for completions, if there is one.
    pub(super) fn complete(&self, completion: &recoup_completion, details: recoup_string) {
        let registered =
            self.completions.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Arc::clone);
        if let Some(registered) = registered {
            // SAFETY: the arguments are what the header describes; both outlive the call.
            unsafe { (registered.function)(registered.user_data.value, completion, details) };
        }
    }

    /// Replaces the callback for a kind of events.
    pub(super) fn set_for_events(
        &self,
        kind: recoup_event_kind,
        callback: recoup_event_callback,
        user_data: UserData,
    ) {
        let registered = callback.map(|function| Registered { function, user_data });
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let before = usize::try_from(kind)
            .ok()
            .and_then(|kind| events.get_mut(kind))
            .and_then(|place| std::mem::replace(place, registered.map(Arc::new)));
        drop(events);
        // Its destructor is the program's, and runs without the lock.
        drop(before);
    }

    /// Replaces the callback for completions.
    pub(super) fn set_for_completions(&self, callback: recoup_completion_callback, user_data: UserData) {
        let registered = callback.map(|function| Arc::new(Registered { function, user_data }));
        let mut place = self.completions.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, registered);
        drop(place);
        drop(before);
    }
}
