//! The user of a refund: account tags, and purchases that an operator transfers.

use std::ffi::c_char;

use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::model::Store;

/// The account tag of a user, which your game's client puts on the user's purchases: a random, unguessable UUID, always
/// the same for the same user. A refund that carries it is attributed to this user. It fits App Store appAccountToken,
/// Google Play obfuscatedAccountId, ONE Store developerPayload and Stripe's metadata, and is recognised in upper and in
/// lower case. store is a store's name as in recoup_purchase; Amazon carries no tag of the game's, which fails with
/// RECOUP_STATUS_INVALID_ARGUMENT.
///
/// *tag is yours to free. The first time for a user, blocks until a commit is on disk; afterwards reads the disk.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_account_tag(
    engine: *const recoup_engine,
    store: *const c_char,
    store_len: size_t,
    user: *const c_char,
    user_len: size_t,
    tag: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let store = unsafe { views::text(store, store_len, "store") }?;
        // SAFETY: as above.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: the header requires room for a pointer.
        let place = unsafe { Out::new(tag, "tag") }?;
        let tag = engine.engine.account_tag(&named(store)?, user)?;
        place.give(recoup_text::new(tag));
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Transfers a purchase to another user, by its order id or token: for a purchase that support moved to another
/// account, or that was recorded for the wrong user. The record moves; without a record, but with a refund of the
/// order, one is made. Refunds of the order become to_user's: their consequences for the old user end, and the rules
/// are applied to the new one, with all events. store may be empty unless two stores have the order. who (a person or
/// a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes.
///
/// *transferred_json, unless transferred_json is NULL, is yours to free: {"store", "order", "from" (null if the
/// purchase was not recorded), "to", "purchases" (how many records were moved or made), "refunds" (how many were
/// moved)}. Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND if neither a record nor a refund
/// has the id.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_transfer_purchase(
    engine: *const recoup_engine,
    store: *const c_char,
    store_len: size_t,
    order: *const c_char,
    order_len: size_t,
    to_user: *const c_char,
    to_user_len: size_t,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    transferred_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let store = unsafe { views::text(store, store_len, "store") }?;
        // SAFETY: as above.
        let order = unsafe { views::text(order, order_len, "order") }?;
        // SAFETY: as above.
        let to_user = unsafe { views::text(to_user, to_user_len, "to_user") }?;
        // SAFETY: as above.
        let who = unsafe { views::text(who, who_len, "who") }?;
        // SAFETY: as above.
        let why = unsafe { views::text(why, why_len, "why") }?;
        // SAFETY: the header requires NULL or room for a pointer.
        let place = unsafe { Out::optional(transferred_json, "transferred_json") }?;
        let store = if store.is_empty() { None } else { Some(named(store)?) };
        let transferred = engine.engine.transfer_purchase(store.as_ref(), order, to_user, who, why)?;
        if let Some(place) = place {
            place.give(recoup_text::json(&transferred)?);
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

fn named(store: &str) -> Result<Store, Failure> {
    store.parse().map_err(|unknown| Failure::argument("unknown_store", format!("store: {unknown}")))
}
