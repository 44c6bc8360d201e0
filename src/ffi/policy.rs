//! Rules that are not in force, tried on the refunds of the ledger.

use std::ffi::c_char;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::progress::{self, recoup_trial_callback};
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::size_t;
use crate::model::{Policy, TryOptions};

/// Compares what other rules would have decided about the refunds of a time with what was decided. Nothing is written, and
/// no decision changes.
///
/// policy_json is the whole list of rules, as the configuration's "policy"; the default rules come after them.
/// options_json is {"since", "until": of refunds of this time, by the store's clock in Unix milliseconds, "examples": the
/// most of each change, 100 by default, at most 10000}, or empty for all refunds.
///
/// *trial_json is yours to free: {"policy_version", "refunds", "users", "since", "until", "rules": [{"name", "now": how
/// many refunds it decided, "then": how many it would decide, "users"}, ...], "changes": [{"from", "to": actions,
/// "refunds", "users", "examples": [{"refund", "user", "at"}, ...]}, ...], "blocked": {"now", "then", "newly", "freed":
/// users}, "never_fits": rules that fit no refund, "shadowed": [{"rule", "by"}, ...]: rules that never decide because
/// an earlier one does, "stopped": true if it was}.
///
/// progress receives {"refunds", "users"} after each user, and may stop the trial, whose result is then of the users so
/// far. It may be NULL; user_data is passed to it unchanged, and no longer used when the call returns.
///
/// Reads the disk for as long as it takes, and never waits for a writer. Fails with RECOUP_STATUS_INVALID_ARGUMENT
/// (bad_json, bad_policy, which names the place), and with RECOUP_STATUS_REENTRANT inside a progress callback.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_try_policy(
    engine: *const recoup_engine,
    policy_json: *const c_char,
    policy_json_len: size_t,
    options_json: *const c_char,
    options_json_len: size_t,
    progress: recoup_trial_callback,
    user_data: usize,
    trial_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let policy: Policy = unsafe { documents::read_list(policy_json, policy_json_len, "policy_json") }?;
        // SAFETY: as above.
        let options: TryOptions =
            unsafe { documents::read_or_default(options_json, options_json_len, "options_json") }?;
        progress::check_outside()?;
        // SAFETY: the header describes how and when the function is called.
        let mut notify = unsafe { progress::stoppable(progress, user_data) };
        Ok(engine.engine.try_policy(&policy, &options, &mut notify)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, trial_json, error, work) }
}
