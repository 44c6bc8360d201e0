//! Which users may not play.

use std::ffi::c_char;

use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::status::recoup_status;
use super::views::{self, size_t};
use crate::model::Span;

/// Whether a user has an active block: *blocked is 1 or 0. Call it at every login and before every match: no lock, no
/// disk, nothing to wait for.
///
/// A block made through this engine is seen as soon as the call that made it returns; a block made by another process
/// on the same ledger within a second. If the call fails, *blocked is not written: decide what to do with a player
/// you know nothing about.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_is_blocked(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    blocked: *mut u8,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: the header requires room for a byte.
        let place = unsafe { Out::new(blocked, "blocked") }?;
        place.write(u8::from(engine.engine.is_blocked(user)));
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Blocks a user manually for duration_ms milliseconds, or, if that is 0, until recoup_engine_unblock. who (a person
/// or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes, user at most 256.
///
/// *block_id, unless block_id is NULL, is the new block's id. Blocks until the commit is on disk.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_block(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    duration_ms: i64,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    block_id: *mut i64,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let who = unsafe { views::text(who, who_len, "who") }?;
        // SAFETY: as above.
        let why = unsafe { views::text(why, why_len, "why") }?;
        // SAFETY: the header requires NULL or room for a number.
        let place = unsafe { Out::optional(block_id, "block_id") }?;
        let span = match duration_ms {
            0 => None,
            millis if millis > 0 => Some(Span::from_millis(millis)),
            millis => {
                return Err(Failure::argument("bad_duration", format!("duration_ms is {millis}")));
            }
        };
        let block = engine.engine.block(user, span, who, why)?;
        if let Some(place) = place {
            place.write(block.id);
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Ends all active blocks of a user manually; who and why as in recoup_engine_block. A refund that caused one of them
/// does not block again, however often the store repeats it.
///
/// *ended, unless ended is NULL, is how many there were; none is no failure. Blocks until the commit is on disk.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_unblock(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    ended: *mut size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let who = unsafe { views::text(who, who_len, "who") }?;
        // SAFETY: as above.
        let why = unsafe { views::text(why, why_len, "why") }?;
        // SAFETY: the header requires NULL or room for a number.
        let place = unsafe { Out::optional(ended, "ended") }?;
        let count = engine.engine.unblock(user, who, why)?;
        if let Some(place) = place {
            place.write(count);
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Ends the blocks that have expired. The engine does this by itself about five times a second; call it after a test
/// has moved the clock of recoup_options_set_clock.
///
/// *ended, unless ended is NULL, is how many there were. Blocks until the commit is on disk.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_expire_blocks(
    engine: *const recoup_engine,
    ended: *mut size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires NULL or room for a number.
        let place = unsafe { Out::optional(ended, "ended") }?;
        let count = engine.engine.expire_blocks()?;
        if let Some(place) = place {
            place.write(count);
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}
