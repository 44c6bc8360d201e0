//! Messages of stores that Recoup does not know.

use std::ffi::c_char;

use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::outcomes::recoup_outcome;
use super::sized::Slots;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::json;
use crate::model::CustomMessage;

/// Ingests a message of a store that Recoup does not know, which you have authenticated: repetitions, users, policy,
/// blocks, events and journal are then as for any other store.
///
/// message_json is {"store": "custom:" and a name of your own in a-z, 0-9 and -, "app", "environment" ("production",
/// "sandbox" or null), "notification_id" by which repetitions are recognised, "name", "at" in Unix milliseconds}, and one of
/// "purchase" (an order as below) and "fact": {"at", "trust" ("signed", "confirmed" or "hint"), "about": {"order_id",
/// "purchase_token", "account_tag", "product", "quantity", "price": {"micros", "currency"}, "purchased_at", ...},
/// "what": "refunded" with "extent" ("full", "part", {"quantity": n}, {"amount": {"micros", "currency"}}), or
/// "reversed", "declined", "requested" with "deadline"}. "step" distinguishes partial refunds of one order. body, which
/// may be empty, is the message as it came, at most 256 KiB, for the journal.
///
/// outcome and details as for recoup_engine_ingest. Blocks until the commit is on disk.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_record_message_json(
    engine: *const recoup_engine,
    message_json: *const c_char,
    message_json_len: size_t,
    body: *const u8,
    body_len: size_t,
    outcome: *mut recoup_outcome,
    details: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let text = unsafe { views::text(message_json, message_json_len, "message_json") }?;
        // SAFETY: as above.
        let body = unsafe { views::slice(body, body_len, "body") }?;
        // SAFETY: the header requires an outcome of the size it states.
        let place = unsafe { Slots::new(outcome) }?;
        // SAFETY: the header requires NULL or room for a pointer.
        let details = unsafe { Out::optional(details, "details") }?;
        let message: CustomMessage = json::from_slice(text.as_bytes())
            .map_err(|problem| Failure::bad_json("message_json", &problem))?;
        let ingested = engine.engine.record_message(message, body)?;
        if let Some(details) = details {
            details.give(recoup_text::json(&ingested)?);
        }
        // SAFETY: the place was checked above.
        unsafe { place.write(0, &recoup_outcome::new(&ingested)) };
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}
