//! Registers the program's functions that tick and the dispatcher call.

use super::callbacks::{recoup_completion_callback, recoup_event_callback};
use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::events::{
    RECOUP_EVENT_ACCESS, RECOUP_EVENT_ALERT, RECOUP_EVENT_BLOCK, RECOUP_EVENT_NOTICE, RECOUP_EVENT_RECOVERY,
    RECOUP_EVENT_REFUND, RECOUP_EVENT_REVERSAL, RECOUP_EVENT_REVIEW, RECOUP_EVENT_UNATTRIBUTED,
    RECOUP_EVENT_UNBLOCK, recoup_event_kind,
};
use super::foreign::{UserData, recoup_destructor};
use super::status::recoup_status;

/// Registers a callback for blocked users: end the session, refuse logins. It replaces the one that was registered
/// before; a NULL callback only removes that.
///
/// Callbacks are called by recoup_engine_tick and by the dispatcher (recoup_engine_start_dispatcher). Events of kinds
/// without a callback, neither their own nor one of recoup_engine_on_event, are acknowledged unseen, so that they do
/// not delay the others; while no callback for events is registered at all, every event stays.
///
/// user_data is passed to the callback unchanged. destroy is called with it exactly once: when the callback is
/// replaced (and has returned, if it is running), when the engine is freed, or, if this call fails, before it
/// returns.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_block(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_BLOCK, callback, user_data, error) }
}

/// Registers a callback for users without an active block any more. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_unblock(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_UNBLOCK, callback, user_data, error) }
}

/// Registers a callback for refunds that an operator should look at. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_alert(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_ALERT, callback, user_data, error) }
}

/// Registers a callback for refunds: take the items back. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_refund(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_REFUND, callback, user_data, error) }
}

/// Registers a callback for reversed refunds: give the items again. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_reversal(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_REVERSAL, callback, user_data, error) }
}

/// Registers a callback for refund requests that a store lets the game review. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_review(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_REVIEW, callback, user_data, error) }
}

/// Registers a callback for refunds whose user is not known: record the purchase. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_unattributed(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_UNATTRIBUTED, callback, user_data, error) }
}

/// Registers a callback for changes of what is owed for a refund, or of what the player gets back, without a refund or
/// reversal event: take or give what recoup_engine_query_to_do has. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_recovery(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_RECOVERY, callback, user_data, error) }
}

/// Registers a callback for notices for players, in the configuration with "notices": {"events": true}: show it if the
/// player is online, and report it by recoup_engine_mark_notice. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_notice(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_NOTICE, callback, user_data, error) }
}

/// Registers a callback for players who got or lost access to a product by a refund, a reversal or an operator:
/// recoup_engine_has_access has the answer now. As recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_access(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, RECOUP_EVENT_ACCESS, callback, user_data, error) }
}

/// Registers a callback for every event of a kind without its own callback, including kinds of later versions. As
/// recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_event(
    engine: *const recoup_engine,
    callback: recoup_event_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { on(engine, 0, callback, user_data, error) }
}

/// Registers a callback for the results of submitted requests (recoup_engine_submit). Without one they are stored for
/// recoup_engine_poll_completions. user_data, destroy and NULL as for recoup_engine_on_block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_on_completion(
    engine: *const recoup_engine,
    callback: recoup_completion_callback,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    let work = |engine: &recoup_engine| {
        engine.callbacks.set_for_completions(callback, user_data);
        engine.engine.wake();
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// # Safety
/// As [`call_engine`].
unsafe fn on(
    engine: *const recoup_engine,
    kind: recoup_event_kind,
    callback: recoup_event_callback,
    user_data: UserData,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        engine.callbacks.set_for_events(kind, callback, user_data);
        engine.engine.wake();
        Ok(())
    };
    // SAFETY: what the caller promises.
    unsafe { call_engine(engine, error, work) }
}
