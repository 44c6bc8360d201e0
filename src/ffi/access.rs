//! Whether players have access to products.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::out::Out;
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::model::Timestamp;

/// An operator's decision on a user's access to a product.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessArguments {
    /// Whether the user has access.
    access: bool,
    /// Until when; null or absent: until an operator decides otherwise.
    #[serde(default)]
    until: Option<Timestamp>,
    /// A person or a tool, 1 to 1024 bytes, for the journal.
    who: String,
    /// 1 to 1024 bytes, for the journal.
    why: String,
}

/// Whether a user has access to a product now: *has is 1 or 0. recoup_engine_query_access has the reason as well.
///
/// By an operator's decision, or else by a recorded purchase of a non-consumable, a subscription, or a product with
/// "access" in the configuration's catalogue, that has begun, has not ended, and was not taken away by a refund. An
/// unknown user or product has none.
///
/// Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_has_access(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    product: *const c_char,
    product_len: size_t,
    has: *mut u8,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires room for the answer.
        let has = unsafe { Out::new(has, "has") }?;
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let product = unsafe { views::text(product, product_len, "product") }?;
        has.write(u8::from(engine.engine.access(user, product)?.has));
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Whether a user has access to a product, and why: {"product", "has", "because": {"by": "operator", "purchase",
/// "refund", "expired", "not_begun" or "no_purchase", and what belongs to it}, "until": until when as far as is known, in
/// Unix milliseconds, or null}. The rules are those of recoup_engine_has_access.
///
/// *access_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_access(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    product: *const c_char,
    product_len: size_t,
    access_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let product = unsafe { views::text(product, product_len, "product") }?;
        Ok(engine.engine.access(user, product)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, access_json, error, work) }
}

/// Grants a user access to a product, or revokes it, whatever was bought and refunded. decision_json is {"access": true
/// or false, "until": its end in Unix milliseconds; null or absent: until an operator decides otherwise, "who", "why"}.
///
/// *access_json is as recoup_engine_query_access returns it, yours to free. Blocks until the commit is on disk. Fails with
/// RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_text, bad_until).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_set_access(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    product: *const c_char,
    product_len: size_t,
    decision_json: *const c_char,
    decision_json_len: size_t,
    access_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let product = unsafe { views::text(product, product_len, "product") }?;
        // SAFETY: as above.
        let given: AccessArguments =
            unsafe { documents::read(decision_json, decision_json_len, "decision_json") }?;
        let AccessArguments { access, until, who, why } = given;
        let engine = &engine.engine;
        Ok(match access {
            true => engine.grant_access(user, product, until, &who, &why)?,
            false => engine.revoke_access(user, product, until, &who, &why)?,
        })
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, access_json, error, work) }
}
