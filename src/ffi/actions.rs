//! Asking a store to give money back or to end a subscription, and what became of it.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::queries::{behind, filtered, query};
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

/// Gives a player's money back, as Google Play and Stripe let a seller do; the other stores let none. refund_json is
/// {"order", "who", "why", "key"}. order is one of
///
///   {"store": "google-play", "app": package name, "order_id": "GPA...", "revoke": whether access ends at once (false
///   where it is left out)}: all that is left of the order;
///   {"store": "stripe", "app": the account's name in the configuration, "payment": "ch_...", "py_..." or "pi_...",
///   "amount": {"micros", "currency"} or left out for all that is left, "reason": "duplicate", "fraudulent" or
///   "requested_by_customer", or left out}.
///
/// who (a person or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes. key, which may be
/// left out, is a name of your own such as a support ticket's: the same call made twice with one key is one refund, and the
/// second gives the first's action and sends nothing. Give one wherever a person or a program might try again.
///
/// It is on disk before the store is asked and after it has answered. *action_json is the action as it then is, yours to
/// free: {"id", "key", "store", "app", "kind", "refund_id", "order_id", "request", "who", "why", "state", "attempts",
/// "answer", "at", "next_at", "settled_at"}. The state is
///
///   "written": not sent yet, or the store could not take it; it is sent again at next_at, for 22 hours;
///   "sending": with the store, after a crash until it is looked into;
///   "confirming": taken, and asked about until money has moved;
///   "done";
///   "failed": the store will not, and answer has its words;
///   "unknown": sent, and whether it was done could not be found out: look into the store's console.
///
/// That a store refuses is no failure of this call. The store reports the refund later, as of any other, and by the
/// default rules no player is blocked for that. What is not settled goes on by itself, or by recoup_engine_work.
///
/// Blocks until commits are on disk, and on the store: for up to a few minutes where it does not answer. Fails with
/// RECOUP_STATUS_API (api_not_configured) where the configuration has no credentials for it, and with
/// RECOUP_STATUS_INVALID_ARGUMENT (bad_action) for what no store would understand and for a key that names something
/// else. Where it fails nothing was sent, but for a ledger that fails after the store has answered: ask with the same key.
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
        // SAFETY: the header asks for this pointer and length.
        let asked: ActionArguments<RefundOrder> =
            unsafe { documents::read(refund_json, refund_json_len, "refund_json") }?;
        engine.check_can_ask()?;
        Ok(engine.engine.issue_refund(asked.order, &asked.who, &asked.why, asked.key.as_deref())?)
    };
    // SAFETY: the header asks for a live engine and for room for each pointer.
    unsafe { query(engine, action_json, error, work) }
}

/// Ends a Google Play subscription at once and gives money back. revoke_json is {"order", "who", "why", "key"} as for
/// recoup_engine_issue_refund, with an order of {"app": package name, "purchase_token", "refund": "full" for the latest
/// charge, "prorated" for the share of it that is left, or {"item": product id} of a subscription with add-ons}.
///
/// *action_json, blocking and failures as for recoup_engine_issue_refund. Google does not say what becomes of a revocation
/// that is sent twice, so one that got no answer is not sent again: its state is "unknown".
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
        // SAFETY: the header asks for this pointer and length.
        let asked: ActionArguments<RevokeSubscription> =
            unsafe { documents::read(revoke_json, revoke_json_len, "revoke_json") }?;
        engine.check_can_ask()?;
        Ok(engine.engine.revoke_subscription(asked.order, &asked.who, &asked.why, asked.key.as_deref())?)
    };
    // SAFETY: the header asks for a live engine and for room for each pointer.
    unsafe { query(engine, action_json, error, work) }
}

/// One action, as recoup_engine_issue_refund gives it, and as far as it is now. *action_json is yours to free. Reads the
/// disk, and never waits for a writer or for a store. Fails with RECOUP_STATUS_NOT_FOUND.
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
    // SAFETY: the header asks for a live engine and for room for each pointer.
    unsafe { query(engine, action_json, error, work) }
}

/// A page of actions, newest first: refunds, revocations, and answers to stores' questions. The filter is a JSON object
/// with any of "store", "kind" ("refund", "revoke_subscription", "answer_review"), "state", "order_id" and "refund_id", or
/// empty for all actions. after, limit and the page as for recoup_engine_query_refunds.
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
    let ask = |engine: &Engine, filter: &StoreActionFilter| engine.actions(filter, behind(after), limit);
    // SAFETY: the header asks for a live engine, for this pointer and length, and for room for each pointer.
    unsafe { filtered(engine, (filter_json, filter_json_len), page_json, error, ask) }
}
