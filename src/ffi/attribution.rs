//! Who a refund belongs to: account tags, and purchases that an operator moves.

use std::ffi::c_char;

use super::boundary::call_engine;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::model::{AttributedBy, Store};

/// The evidence that found a refund's user: 0 where the user is not known, or one of RECOUP_ATTRIBUTED_BY_*, strongest
/// first.
pub type recoup_attributed_by = i32;

/// The game recorded exactly this order. "order" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_ORDER: recoup_attributed_by = 1;

/// The game recorded another purchase of the same family: another renewal, the original transaction, the purchase
/// token. "family" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_FAMILY: recoup_attributed_by = 2;

/// The order carries a tag of recoup_engine_account_tag. "issued_tag" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_ISSUED_TAG: recoup_attributed_by = 3;

/// The order carries a tag that the game recorded with another purchase. "recorded_tag" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_RECORDED_TAG: recoup_attributed_by = 4;

/// The order carries a tag that is the user id, and nothing else is known. Whoever buys can write any user's id there, so
/// by the default rules it never blocks. "bare_tag" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_BARE_TAG: recoup_attributed_by = 5;

pub(super) const fn code_of(by: Option<AttributedBy>) -> recoup_attributed_by {
    match by {
        None => 0,
        Some(AttributedBy::Order) => RECOUP_ATTRIBUTED_BY_ORDER,
        Some(AttributedBy::Family) => RECOUP_ATTRIBUTED_BY_FAMILY,
        Some(AttributedBy::IssuedTag) => RECOUP_ATTRIBUTED_BY_ISSUED_TAG,
        Some(AttributedBy::RecordedTag) => RECOUP_ATTRIBUTED_BY_RECORDED_TAG,
        Some(AttributedBy::BareTag) => RECOUP_ATTRIBUTED_BY_BARE_TAG,
    }
}

/// The account tag of a user, to be put on the user's purchases by your game's client: a random UUID that nobody can
/// guess, the same each time for the same user. A refund that carries it back is this user's. It fits App Store
/// appAccountToken, Google Play obfuscatedAccountId, ONE Store developerPayload and Stripe's metadata, and is recognised
/// in upper and in lower case. store is a store's name as in recoup_purchase; Amazon carries no tag of the game's, which
/// fails with RECOUP_STATUS_INVALID_ARGUMENT.
///
/// *tag is yours to free. Blocks until a commit is on disk the first time for a user; then it reads the disk.
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
        // SAFETY: the header asks for these pointers and lengths.
        let store = unsafe { views::text(store, store_len, "store") }?;
        // SAFETY: as above.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: the header asks for room for a pointer.
        let place = unsafe { Out::new(tag, "tag") }?;
        let tag = engine.engine.account_tag(&named(store)?, user)?;
        place.give(recoup_text::new(tag));
        Ok(())
    };
    // SAFETY: the header asks for a live engine, and for NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Moves a purchase to another user, by its order id or token: where support moved it to another account, or the wrong
/// user recorded it. The record moves; where none is known, but a refund of the order is, one is made. Refunds of the
/// order are then to_user's: what the old user had to bear for them ends, and the rules are applied to the new one, with
/// all events. store may be empty unless two stores have the order. who (a person or a tool) and why go to the journal
/// and cannot be empty; each has at most 1024 bytes.
///
/// *transferred_json, unless transferred_json is NULL, is yours to free: {"store", "order", "from" (null where the
/// purchase was not recorded), "to", "purchases" (how many records moved or were made), "refunds" (how many moved)}.
/// Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND where neither a record nor a refund has the id.
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
        // SAFETY: the header asks for these pointers and lengths.
        let store = unsafe { views::text(store, store_len, "store") }?;
        // SAFETY: as above.
        let order = unsafe { views::text(order, order_len, "order") }?;
        // SAFETY: as above.
        let to_user = unsafe { views::text(to_user, to_user_len, "to_user") }?;
        // SAFETY: as above.
        let who = unsafe { views::text(who, who_len, "who") }?;
        // SAFETY: as above.
        let why = unsafe { views::text(why, why_len, "why") }?;
        // SAFETY: the header asks for NULL or room for a pointer.
        let place = unsafe { Out::optional(transferred_json, "transferred_json") }?;
        let store = if store.is_empty() { None } else { Some(named(store)?) };
        let transferred = engine.engine.transfer_purchase(store.as_ref(), order, to_user, who, why)?;
        if let Some(place) = place {
            place.give(recoup_text::json(&transferred)?);
        }
        Ok(())
    };
    // SAFETY: the header asks for a live engine, and for NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

fn named(store: &str) -> Result<Store, Failure> {
    store.parse().map_err(|unknown| Failure::argument("unknown_store", format!("store: {unknown}")))
}
