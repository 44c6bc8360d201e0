//! Store actions: refunds and revocations that the program requests from a store.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::queries::{filtered, page_start, query};
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::size_t;
use crate::engine::Engine;
use crate::model::{RefundOrder, RevokeSubscription, StoreActionFilter};

/// A request to a store, by whom, why, and under which name.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionArguments<T> {
    /// What is requested.
    order: T,
    /// A person or a tool, 1 to 1024 bytes, for the journal.
    who: String,
    /// 1 to 1024 bytes, for the journal.
    why: String,
    /// A name of your own, such as a support ticket's: the same request made twice with one key is made once.
    key: Option<String>,
}

/// Refunds a player, if the store lets a seller do so: Google Play and Stripe. refund_json is {"order", "who", "why",
/// "key"}. order is one of
///
/// - {"store": "google-play", "app": package name, "order_id": "GPA...", "revoke": whether access ends at once (false
///   if absent)}: all that is left of the order;
/// - {"store": "stripe", "app": the account's name in the configuration, "payment": "ch_...", "py_..." or "pi_...",
///   "amount": {"micros", "currency"} or absent for all that is left, "reason": "duplicate", "fraudulent",
///   "requested_by_customer", or absent}.
///
/// who (a person or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes. key is
/// optional: a name of your own, such as a support ticket's. Two calls with the same key are one refund; the second
/// returns the first one's action and sends nothing. Set it if a person or a program might try again.
///
/// The action is on disk before the request is sent, and again after the store has answered. *action_json is the
/// action at that time, yours to free: {"id", "key", "store", "app", "kind", "refund_id", "order_id", "request",
/// "who", "why", "state", "attempts", "answer", "at", "next_at", "settled_at"}. The state is
///
/// - "written": not sent yet, or the store could not accept it; it is sent again at next_at, for 22 hours;
/// - "sending": sent, with no answer yet; after a crash, until the outcome is found out;
/// - "confirming": accepted; the store is queried until money has moved;
/// - "done";
/// - "failed": the store refuses; answer has the reason;
/// - "unknown": sent, and the outcome could not be found out: check the store's console.
///
/// A store's refusal is no failure of this call. The store reports the refund later like any other, and by the
/// default rules it blocks no player, unless its reason is fraud. Unsettled actions continue by themselves, or in
/// recoup_engine_work.
///
/// Blocks until commits are on disk, and on the store: up to a few minutes if it does not answer. Fails with
/// RECOUP_STATUS_API (api_not_configured) if the configuration has no credentials for it, and with
/// RECOUP_STATUS_INVALID_ARGUMENT (bad_action) for a request that no store would accept, and for a key that was used
/// for another request. After a failure nothing was sent, unless the ledger failed after the store's answer: call
/// again with the same key.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_issue_refund(
    engine: *const recoup_engine,
    refund_json: *const c_char,
    refund_json_len: size_t,
    action_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let arguments: ActionArguments<RefundOrder> =
            unsafe { documents::read(refund_json, refund_json_len, "refund_json") }?;
        engine.check_client()?;
        Ok(engine.engine.issue_refund(
            arguments.order,
            &arguments.who,
            &arguments.why,
            arguments.key.as_deref(),
        )?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, action_json, error, work) }
}

/// Ends a Google Play subscription at once and refunds it. revoke_json is {"order", "who", "why", "key"} as for
/// recoup_engine_issue_refund, with an order of {"app": package name, "purchase_token", "refund": "full" for the
/// latest charge, "prorated" for its remaining share, or {"item": product id} of a subscription with add-ons}.
///
/// *action_json, blocking and failures as for recoup_engine_issue_refund. Google does not document repeated
/// revocations, so one without an answer is not sent again: its state is "unknown".
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_revoke_subscription(
    engine: *const recoup_engine,
    revoke_json: *const c_char,
    revoke_json_len: size_t,
    action_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let arguments: ActionArguments<RevokeSubscription> =
            unsafe { documents::read(revoke_json, revoke_json_len, "revoke_json") }?;
        engine.check_client()?;
        Ok(engine.engine.revoke_subscription(
            arguments.order,
            &arguments.who,
            &arguments.why,
            arguments.key.as_deref(),
        )?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, action_json, error, work) }
}

/// The current state of one action, as recoup_engine_issue_refund returns it. *action_json is yours to free. Reads
/// the disk, and never waits for a writer or for a store. Fails with RECOUP_STATUS_NOT_FOUND.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_action(
    engine: *const recoup_engine,
    action_id: i64,
    action_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        let action = engine.engine.action(action_id)?;
        action.ok_or_else(|| Failure::not_found(format!("there is no action {action_id}")))
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, action_json, error, work) }
}

/// A page of actions, newest first: refunds, revocations, and answers to refund reviews. The filter is a JSON object
/// with any of "store", "kind" ("refund", "revoke_subscription", "answer_review"), "state", "order_id" and
/// "refund_id", or empty for all actions. after, limit and the page as for recoup_engine_query_refunds.
///
/// *page_json is yours to free. Reads the disk, and never waits for a writer or for a store.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_actions(
    engine: *const recoup_engine,
    filter_json: *const c_char,
    filter_json_len: size_t,
    after: i64,
    limit: size_t,
    page_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let search =
        |engine: &Engine, filter: &StoreActionFilter| engine.actions(filter, page_start(after), limit);
    // SAFETY: the header requires a live engine, this pointer and length, and room for each pointer.
    unsafe { filtered(engine, (filter_json, filter_json_len), page_json, error, search) }
}
