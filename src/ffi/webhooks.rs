//! Webhooks to the studio's own services.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::out::Out;
use super::queries::{filtered, page_start, query};
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::engine::Engine;
use crate::model::{WebhookMessageFilter, WebhookReplay};

/// What is sent again, by whom and why.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayArguments {
    /// Which messages.
    replay: WebhookReplay,
    /// A person or a tool, 1 to 1024 bytes, for the journal.
    who: String,
    /// 1 to 1024 bytes, for the journal.
    why: String,
}

/// All webhook endpoints that the ledger knows, by name, with the ended ones: [{"name", "format", "events", "stores",
/// "environments", "configured": whether this engine can sign for it, "since", "served_at", "held_back_until", "ended",
/// "waiting", "held", "dead": how many messages, "delivered_at", "problem", "problem_at"}, ...].
///
/// *endpoints_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_webhooks(
    engine: *const recoup_engine,
    endpoints_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| Ok(engine.engine.webhooks()?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, endpoints_json, error, work) }
}

/// A page of messages to webhook endpoints, newest first: {"items": [{"id", "endpoint", "webhook_id", "event", "kind",
/// "user", "refund_id", "made_at", "state", "attempts", "next_at", "status", "problem", "settled_at"}, ...], "next"}. The
/// filter is a JSON object with any of "endpoint", "state" ("waiting", "sending", "delivered", "dead", "held",
/// "dropped"), "user" and "refund_id", or empty for all. after, limit and next as for recoup_engine_query_refunds.
///
/// *page_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_webhook_messages(
    engine: *const recoup_engine,
    filter_json: *const c_char,
    filter_json_len: size_t,
    after: i64,
    limit: size_t,
    page_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let search = |engine: &Engine, filter: &WebhookMessageFilter| {
        engine.webhook_messages(filter, page_start(after), limit)
    };
    // SAFETY: the header requires a live engine, this pointer and length, and room for each pointer.
    unsafe { filtered(engine, (filter_json, filter_json_len), page_json, error, search) }
}

/// Has settled messages sent again, under the same webhook-id. replay_json is {"replay": {"message": its id}, {"dead":
/// {"endpoint"}} for all of an endpoint that are dead, or {"period": {"endpoint", "since", "until"}} for all that were
/// queued in that time (Unix milliseconds; until may be absent), "who", "why"}.
///
/// *replayed, unless replayed is NULL, is how many. Blocks until the commit is on disk. Fails with
/// RECOUP_STATUS_NOT_FOUND (unknown_message, unknown_endpoint); with RECOUP_STATUS_REFUSED (not_a_message) if it is not
/// settled; and with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_text).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_replay_webhooks(
    engine: *const recoup_engine,
    replay_json: *const c_char,
    replay_json_len: size_t,
    replayed: *mut u64,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires NULL or room for a number.
        let place = unsafe { Out::optional(replayed, "replayed") }?;
        // SAFETY: the header requires this pointer and length.
        let given: ReplayArguments = unsafe { documents::read(replay_json, replay_json_len, "replay_json") }?;
        let count = engine.engine.replay_webhooks(&given.replay, &given.who, &given.why)?;
        if let Some(place) = place {
            place.write(count);
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Ends a webhook endpoint: nothing more is queued for it, and what waits is dropped. Remove it from the configuration as
/// well. who (a person or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes.
///
/// Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND (unknown_endpoint), also for one that has
/// ended, and with RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_end_webhook(
    engine: *const recoup_engine,
    endpoint: *const c_char,
    endpoint_len: size_t,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let endpoint = unsafe { views::text(endpoint, endpoint_len, "endpoint") }?;
        // SAFETY: as above.
        let (who, why) = unsafe { views::by((who, who_len), (why, why_len)) }?;
        Ok(engine.engine.end_webhook(endpoint, who, why)?)
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Sends a test message ("type": "recoup.test") to an endpoint of the configuration, once, and waits for the answer.
///
/// *test_json is yours to free: {"endpoint", "delivered", "status": the HTTP status or null, "millis", "problem"}. What the
/// endpoint answers is no failure of this call. Blocks on the network, at most for the endpoint's timeout. Fails with
/// RECOUP_STATUS_NOT_FOUND (unknown_endpoint), and with RECOUP_STATUS_REFUSED (no_secret) if this engine cannot sign for
/// it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_test_webhook(
    engine: *const recoup_engine,
    endpoint: *const c_char,
    endpoint_len: size_t,
    test_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let endpoint = unsafe { views::text(endpoint, endpoint_len, "endpoint") }?;
        Ok(engine.engine.test_webhook(endpoint)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, test_json, error, work) }
}

/// Sends the webhook messages that are due and waits for the answers. An engine does this by itself; call it every second
/// or so with recoup_options_set_background 0, on a thread that may wait.
///
/// *sent, unless sent is NULL, is how many it sent. What endpoints answer is no failure of this call: the messages have it.
/// Blocks on the disk and on the network.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_send_webhooks(
    engine: *const recoup_engine,
    sent: *mut u64,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires NULL or room for a number.
        let place = unsafe { Out::optional(sent, "sent") }?;
        let count = engine.engine.send_webhooks()?;
        if let Some(place) = place {
            place.write(u64::try_from(count).unwrap_or(u64::MAX));
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}
