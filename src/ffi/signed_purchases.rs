//! Purchases by what the client holds of them.

use std::ffi::c_char;

use super::boundary::call_engine;
use super::engine::recoup_engine;
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

/// Verifies a purchase by what the client holds of it, and records it as the user's with the ids, tag, product, quantity,
/// price and time that the store signed. No id can end up in the wrong field, and an invented order is refused. Nothing
/// is asked over the network: keys and apps are the configuration's.
///
/// data is, byte for byte as the store's library gave it to the client: for "app-store" StoreKit 2's transaction, a JWS
/// (jwsRepresentation), with an empty signature; for "google-play" the purchase's original JSON (INAPP_PURCHASE_DATA)
/// with its base64 signature, verified with google_play[].license_keys of the configuration; for "one-store" the
/// purchase's original JSON with its base64 signature, verified with the licence key of its section. Stripe and Amazon
/// give the client nothing signed: use recoup_engine_record_purchase.
///
/// A signature says that an order was paid, not by which of your users: the first user who shows it has it. The same
/// purchase shown again by the same user is RECOUP_PURCHASE_ALREADY_RECORDED.
///
/// more may be NULL, or a struct that says what the store does not: environment, product_type, price and grants. All
/// else in it must be "not said". Where the store says it too, the store's word is recorded.
///
/// *outcome, unless outcome is NULL, says whether it is new; RECOUP_PURCHASE_REVOKED: the App Store has taken it back, so
/// deliver nothing. Blocks until the commit is on disk. Fails with RECOUP_STATUS_REJECTED where it does not verify, is
/// of another app, pending or canceled; with RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER where the order is recorded as
/// somebody else's, or carries a tag that was issued to somebody else. Deliver nothing in either case.
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
        // SAFETY: the header asks for this pointer and length.
        let store = unsafe { views::text(store, store_len, "store") }?;
        // SAFETY: as for the store.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as for the store; what it is, the verifier finds out.
        let data = unsafe { views::slice(data.cast::<u8>(), data_len, "data") }?;
        // SAFETY: as for the store.
        let signature = unsafe { views::text(signature, signature_len, "signature") }?;
        // SAFETY: the header asks for NULL, or a purchase of the size it says, unchanged until the call returns.
        let extras = unsafe { extras(more) }?;
        // SAFETY: the header asks for NULL or room for an outcome.
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
    // SAFETY: the header asks for a live engine, and for NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// # Safety
/// NULL, or a purchase of the size it says, whose pointers and lengths belong together; nobody changes any of it
/// meanwhile.
unsafe fn extras(more: *const recoup_purchase) -> Result<PurchaseExtras, Failure> {
    if more.is_null() {
        return Ok(PurchaseExtras::default());
    }
    // SAFETY: what the caller promises.
    let given = unsafe { sized::read(more) }?;
    for (member, said) in [
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
        if said != 0 {
            let message = format!("more.{member}: the signed data says it, so leave it out");
            return Err(Failure::argument("bad_purchase", message));
        }
    }
    // SAFETY: what the caller promises.
    let (price, grants) = unsafe { (purchases::price(&given)?, purchases::grants(&given)?) };
    Ok(PurchaseExtras {
        environment: purchases::environment(given.environment)?,
        product_type: purchases::product_type(given.product_type)?,
        price,
        grants,
    })
}
