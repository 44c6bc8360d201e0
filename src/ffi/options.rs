//! How an engine is opened, beyond its configuration.

use std::ffi::c_char;
use std::sync::Arc;

use super::boundary::call;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::foreign::{UserData, recoup_destructor};
use super::out::Out;
use super::panics::answer;
use super::status::recoup_status;
use super::transport::{ForeignTransport, recoup_transport};
use super::views::{self, size_t};
use crate::config::Config;
use crate::engine::{Clock, EngineOptions};
use crate::error::Error;
use crate::model::Timestamp;

/// How to open an engine: a configuration, and settings that only code can make. Make it with recoup_options_new,
/// pass it to recoup_engine_open_with as often as you like, free it with recoup_options_free. One thread at a time
/// may use it; none of its functions blocks, except for reading the configuration's file.
pub struct recoup_options {
    config: Option<Config>,
    clock: Option<Arc<ForeignClock>>,
    transport: Option<Arc<ForeignTransport>>,
    background: bool,
}

/// Returns the time in Unix milliseconds. Called from any thread, the library's own included, and from several at
/// once; often, so it should be as fast as a clock. Must not throw and must not call Recoup.
pub type recoup_clock = Option<unsafe extern "C" fn(user_data: usize) -> i64>;

struct ForeignClock {
    now: unsafe extern "C" fn(user_data: usize) -> i64,
    user_data: UserData,
}

impl Clock for ForeignClock {
    fn now(&self) -> Timestamp {
        // SAFETY: the call is as the header describes.
        Timestamp::from_millis(unsafe { (self.now)(self.user_data.value) })
    }
}

/// New options: no configuration yet, the machine's clock, the library's own HTTP client, background work on. Never
/// NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn recoup_options_new() -> *mut recoup_options {
    answer(std::ptr::null_mut(), || {
        let options = recoup_options { config: None, clock: None, transport: None, background: true };
        Box::into_raw(Box::new(options))
    })
}

/// Sets the configuration from JSON. Relative paths in it start from base_folder, or, if that is empty, from the
/// working directory. Unknown keys and wrong values are refused with the path to the key. Copied.
///
/// Fails with RECOUP_STATUS_CONFIG; the options are then as before.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_options_set_config_json(
    options: *mut recoup_options,
    config_json: *const c_char,
    config_json_len: size_t,
    base_folder: *const c_char,
    base_folder_len: size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires live options that nothing else uses.
        let options = unsafe { views::handle_mut(options, "options") }?;
        // SAFETY: the header requires these pointers and lengths.
        let json = unsafe { views::text(config_json, config_json_len, "config_json") }?;
        // SAFETY: as above.
        let base = unsafe { views::text(base_folder, base_folder_len, "base_folder") }?;
        options.config = Some(Config::from_json(json.as_bytes(), base).map_err(Error::from)?);
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// Sets the configuration from a file. Relative paths in it start from the file's own folder. Reads the disk.
///
/// Fails with RECOUP_STATUS_CONFIG; the options are then as before.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_options_set_config_file(
    options: *mut recoup_options,
    path: *const c_char,
    path_len: size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires live options that nothing else uses.
        let options = unsafe { views::handle_mut(options, "options") }?;
        // SAFETY: the header requires this pointer and length.
        let path = unsafe { views::text(path, path_len, "path") }?;
        options.config = Some(Config::from_file(path).map_err(Error::from)?);
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// Sets a function of yours as the clock, instead of the machine's: for tests. Engines that are opened with it keep
/// it, so destroy runs after the options, all those engines and their gateways are freed, or when another clock is
/// set.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_options_set_clock(
    options: *mut recoup_options,
    clock: recoup_clock,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    let work = || {
        // SAFETY: the header requires live options that nothing else uses.
        let options = unsafe { views::handle_mut(options, "options") }?;
        let now = clock.ok_or_else(|| Failure::null("clock"))?;
        options.clock = Some(Arc::new(ForeignClock { now, user_data }));
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// Sends requests to the stores through a function of yours, instead of the library's own HTTP client: for a client
/// that the game has already, for a proxy with rules of its own, for tests. A build without the Cargo feature http
/// has no client of its own; without a transport, calls that need the stores then fail with RECOUP_STATUS_UNSUPPORTED
/// (no_http).
///
/// user_data is passed to the function unchanged. Engines that are opened with these options keep it, so destroy is
/// called with it exactly once: after the options, all those engines and their gateways are freed; or, if no engine
/// has it, when another transport is set; or, if this call fails, before it returns.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_options_set_transport(
    options: *mut recoup_options,
    transport: recoup_transport,
    user_data: usize,
    destroy: recoup_destructor,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let user_data = UserData::new(user_data, destroy);
    let work = || {
        // SAFETY: the header requires live options that nothing else uses.
        let options = unsafe { views::handle_mut(options, "options") }?;
        let send = transport.ok_or_else(|| Failure::null("transport"))?;
        options.transport = Some(Arc::new(ForeignTransport::new(send, user_data)));
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// Whether engines that are opened with these options work with the stores by themselves: 1 (the default) or 0. If a
/// configuration has credentials of a store's API, such an engine has a thread that queries the stores for refunds
/// without a message (unless the configuration has reconcile.off), answers their refund reviews, and continues
/// actions that were not done at once. One with webhooks in its configuration has threads that send them, and every
/// engine removes what is older than the configuration's retention. Without it call recoup_engine_work,
/// recoup_engine_send_webhooks and recoup_engine_prune now and then.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_options_set_background(
    options: *mut recoup_options,
    background: u8,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires live options that nothing else uses.
        let options = unsafe { views::handle_mut(options, "options") }?;
        options.background = background != 0;
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// Frees options. NULL is fine. Engines opened with them live on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_options_free(options: *mut recoup_options) {
    answer((), || {
        if !options.is_null() {
            // SAFETY: made by `recoup_options_new`; the header requires that they be freed once.
            drop(unsafe { Box::from_raw(options) });
        }
    });
}

/// As recoup_engine_open, by options. They stay yours and may be used again.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_open_with(
    options: *const recoup_options,
    engine: *mut *mut recoup_engine,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires live options.
        let options = unsafe { views::handle(options, "options") }?;
        // SAFETY: the header requires room for a pointer.
        let place = unsafe { Out::new(engine, "engine") }?;
        let Some(config) = options.config.clone() else {
            let message = "the options have no configuration: first call recoup_options_set_config_json or \
                           recoup_options_set_config_file";
            return Err(Failure::argument("no_config", message.to_owned()));
        };
        let mut how = EngineOptions::new().background(options.background);
        if let Some(clock) = &options.clock {
            how = how.clock(Arc::clone(clock));
        }
        if let Some(transport) = &options.transport {
            how = how.transport(Arc::<ForeignTransport>::clone(transport));
        }
        place.give(recoup_engine::open(config, how, options.transport.is_some())?);
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}
