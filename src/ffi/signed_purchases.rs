//! Purchases by their signed data from the client.

use std::ffi::c_char;

use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::purchases::{self, recoup_purchase, recoup_purchase_outcome};
use super::sized;
use super::status::recoup_status;
use super::views::{self, size_t};
use crate::engine::PurchaseExtras;
use crate::model::Store;
use crate::stores::SignedPurchase;

/// Verifies a purchase by its signed data from the client, and records it as the user's with the ids, tag, product,
/// quantity, price and time that the store signed. No id can end up in the wrong field, and an invented order is
/// refused. No network is used: keys and apps are the configuration's.
///
/// data is, byte for byte as the store's library returned it to the client: for "app-store" StoreKit 2's transaction,
/// a JWS (jwsRepresentation), with an empty signature; for "google-play" the purchase's original JSON
/// (INAPP_PURCHASE_DATA) with its base64 signature, verified with google_play[].license_keys of the configuration;
/// for "one-store" the purchase's original JSON with its base64 signature, verified with the licence key of its
/// section. Stripe and Amazon give the client nothing signed: use recoup_engine_record_purchase.
///
/// A signature proves that an order was paid, not by which of your users: it belongs to the first user who presents
/// it. The same purchase from the same user again is RECOUP_PURCHASE_ALREADY_RECORDED.
///
/// more may be NULL, or a struct with what the store does not report: environment, product_type, price,
/// country and grants. All other members must be unset. If the store reports it too, the store's value is recorded.
///
/// *outcome, unless outcome is NULL, is whether it is new; RECOUP_PURCHASE_REVOKED: the App Store has taken it back,
/// so deliver nothing. Blocks until the commit is on disk. Fails with RECOUP_STATUS_REJECTED if it does not verify,
/// is of another app, pending or canceled; with RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER if the order is recorded as
/// another user's, or carries a tag that was issued to another user. Deliver nothing in either case.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_record_signed_purchase(
    engine: *const recoup_engine,
    store: *const c_char,
    store_len: size_t,
    user: *const c_char,
    user_len: size_t,
    data: *const c_char,
    data_len: size_t,
    signature: *const c_char,
    signature_len: size_t,
    more: *const recoup_purchase,
    outcome: *mut recoup_purchase_outcome,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let store = unsafe { views::text(store, store_len, "store") }?;
        // SAFETY: as for the store.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as for the store; the verifier checks the content.
        let data = unsafe { views::slice(data.cast::<u8>(), data_len, "data") }?;
        // SAFETY: as for the store.
        let signature = unsafe { views::text(signature, signature_len, "signature") }?;
        // SAFETY: the header requires NULL, or a purchase of the size it states, unchanged until the call returns.
        let extras = unsafe { extras(more) }?;
        // SAFETY: the header requires NULL or room for an outcome.
        let outcome = unsafe { Out::optional(outcome, "outcome") }?;
        let store = store
            .parse::<Store>()
            .map_err(|unknown| Failure::argument("unknown_store", format!("store: {unknown}")))?;
        let signed = SignedPurchase { data, signature: Some(signature) };
        let recorded = engine.engine.record_signed_purchase(&store, user, &signed, extras)?;
        if let Some(outcome) = outcome {
            outcome.write(purchases::code_of(recorded));
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// # Safety
/// NULL, or a purchase of the size it states, whose pointers and lengths belong together; nothing changes any of it
/// meanwhile.
unsafe fn extras(more: *const recoup_purchase) -> Result<PurchaseExtras, Failure> {
    if more.is_null() {
        return Ok(PurchaseExtras::default());
    }
    // SAFETY: what the caller promises.
    let given = unsafe { sized::read(more) }?;
    for (member, value) in [
        ("store", given.store.len),
        ("user", given.user.len),
        ("app", given.app.len),
        ("order_id", given.order_id.len),
        ("purchase_token", given.purchase_token.len),
        ("original_id", given.original_id.len),
        ("web_order_line_item_id", given.web_order_line_item_id.len),
        ("account_tag", given.account_tag.len),
        ("linked_token", given.linked_token.len),
        ("product", given.product.len),
        ("quantity", usize::from(given.quantity != 0)),
        ("purchased_at_ms", usize::from(given.purchased_at_ms != 0)),
    ] {
        if value != 0 {
            let message = format!("more.{member}: the signed data has it, so leave it unset");
            return Err(Failure::argument("bad_purchase", message));
        }
    }
    for (member, value, what_to_do) in [
        ("expires_at_ms", given.expires_at_ms, "add it with recoup_engine_record_purchase"),
        ("repays", given.repays, "record such a purchase with recoup_engine_record_purchase alone"),
    ] {
        if value != 0 {
            let message = format!("more.{member}: not with a signed purchase: {what_to_do}");
            return Err(Failure::argument("bad_purchase", message));
        }
    }
    // SAFETY: what the caller promises.
    let (price, grants) = unsafe { (purchases::price(&given)?, purchases::grants(&given)?) };
    // SAFETY: what the caller promises.
    let country = unsafe { views::optional_text(given.country, "more.country") }?;
    Ok(PurchaseExtras {
        environment: purchases::environment(given.environment)?,
        product_type: purchases::product_type(given.product_type)?,
        price,
        country: country.map(str::to_owned),
        grants,
    })
}
