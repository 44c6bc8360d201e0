//! The purchases that the host has delivered.

use std::ffi::c_char;

use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::sized::{self, Sized32};
use super::status::recoup_status;
use super::views::{self, recoup_string, size_t};
use crate::engine::PurchaseOutcome;
use crate::json::{self, Raw};
use crate::model::{Currency, Environment, Grant, Money, ProductType, Purchase, Store, Timestamp};

/// Whether real money moved: 0 for unset, or one of RECOUP_ENVIRONMENT_*.
pub type recoup_environment = i32;

/// Real purchases.
pub const RECOUP_ENVIRONMENT_PRODUCTION: recoup_environment = 1;

/// Test purchases: App Store sandbox, Google Play licence testers, ONE Store sandbox and test phones, Stripe test mode,
/// Amazon Live App Testing.
pub const RECOUP_ENVIRONMENT_SANDBOX: recoup_environment = 2;

/// A kind of product: 0 for unset, or one of RECOUP_PRODUCT_*.
pub type recoup_product_type = i32;

/// Used up and bought again: gems.
pub const RECOUP_PRODUCT_CONSUMABLE: recoup_product_type = 1;

/// Bought once and kept.
pub const RECOUP_PRODUCT_NON_CONSUMABLE: recoup_product_type = 2;

/// One-time, if the store does not distinguish the two. Google Play.
pub const RECOUP_PRODUCT_ONE_TIME: recoup_product_type = 3;

/// Renews by itself.
pub const RECOUP_PRODUCT_SUBSCRIPTION: recoup_product_type = 4;

/// A subscription that ends by itself.
pub const RECOUP_PRODUCT_NON_RENEWING_SUBSCRIPTION: recoup_product_type = 5;

/// Items given for a purchase. This struct never grows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_grant {
    /// The game's name of the item.
    pub item: recoup_string,
    /// How many; at least 1.
    pub quantity: i64,
}

/// A purchase as you delivered it: the user, the product, and the store's names for it. Zero and empty text mean
/// "unset", so begin with an all-zero struct. Required are store, user, and at least one of order_id, purchase_token
/// and original_id, by which a refund is matched. Nothing in it is used after the call; texts are copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_purchase {
    /// sizeof(recoup_purchase).
    pub struct_size: u32,
    /// Production or sandbox: RECOUP_ENVIRONMENT_*. Unset: fits either.
    pub environment: recoup_environment,
    /// Kind of product: RECOUP_PRODUCT_*.
    pub product_type: recoup_product_type,
    /// How many were bought.
    pub quantity: u32,
    /// The price of all of them together, in millionths of the currency's unit: 4990000 is 4.99. Valid only if
    /// price_currency is set.
    pub price_micros: i64,
    /// When it was bought, in Unix milliseconds.
    pub purchased_at_ms: i64,
    /// When what was bought ends, such as a subscription's paid period, in Unix milliseconds. Unset: never, or unknown.
    pub expires_at_ms: i64,
    /// The id of the refund that the player repays by buying again. Such a purchase grants nothing, and has this member
    /// from the first time that it is recorded.
    pub repays: i64,
    /// The store that sold it: "app-store", "google-play", "one-store", "stripe", "amazon", or "custom:" and your own
    /// name of it.
    pub store: recoup_string,
    /// Your own id of the player; 1 to 256 bytes. A UUID is compared case-insensitively.
    pub user: recoup_string,
    /// Bundle id or package name; ONE Store's client id; the name of Stripe's section. Unset: fits any.
    pub app: recoup_string,
    /// App Store transactionId, Google Play orderId, ONE Store purchaseId, Stripe's charge (ch_..., py_...), Amazon
    /// receiptId.
    pub order_id: recoup_string,
    /// Google Play and ONE Store purchaseToken, Stripe's payment intent (pi_...).
    pub purchase_token: recoup_string,
    /// App Store originalTransactionId, Stripe's subscription (sub_...).
    pub original_id: recoup_string,
    /// The tag your game put on the purchase: App Store appAccountToken, Google Play obfuscatedExternalAccountId, ONE
    /// Store developerPayload, Stripe's metadata under user_metadata_key; for Amazon its own id of the customer,
    /// appUserId. Refunds of other purchases with the same tag are then this user's too.
    pub account_tag: recoup_string,
    /// The token of the subscription that this one replaced: Google Play linkedPurchaseToken.
    pub linked_token: recoup_string,
    /// Product id.
    pub product: recoup_string,
    /// ISO 4217 code of the price's currency, such as "USD".
    pub price_currency: recoup_string,
    /// The items that the player received for it.
    pub grants: *const recoup_grant,
    /// How many grants; at most 1000.
    pub grant_count: size_t,
    /// App Store webOrderLineItemId: the same for all transaction ids of one purchase.
    pub web_order_line_item_id: recoup_string,
    /// The buyer's country, two letters A to Z as in ISO 3166-1, such as "KR".
    pub country: recoup_string,
}

const _: () = assert!(size_of::<recoup_purchase>() == 48 + 26 * size_of::<usize>(), "no padding");

// SAFETY: C's layout, no padding by the assertion above, and integers and pointers may be zero.
unsafe impl Sized32 for recoup_purchase {
    const NAME: &'static str = "recoup_purchase";
    const FIRST_SIZE: usize = 48 + 26 * size_of::<usize>();
}

/// The result of recording a purchase: one of RECOUP_PURCHASE_*.
pub type recoup_purchase_outcome = i32;

/// It is new.
pub const RECOUP_PURCHASE_RECORDED: recoup_purchase_outcome = 1;

/// It was recorded before; this call added nothing.
pub const RECOUP_PURCHASE_ALREADY_RECORDED: recoup_purchase_outcome = 2;

/// It was recorded before, and the additional members of this call were added.
pub const RECOUP_PURCHASE_COMPLETED: recoup_purchase_outcome = 3;

/// The store has revoked it: refunded, or no longer shared by the family. Deliver nothing. Only from
/// recoup_engine_record_signed_purchase.
pub const RECOUP_PURCHASE_REVOKED: recoup_purchase_outcome = 4;

pub(super) const fn code_of(outcome: PurchaseOutcome) -> recoup_purchase_outcome {
    match outcome {
        PurchaseOutcome::Recorded => RECOUP_PURCHASE_RECORDED,
        PurchaseOutcome::AlreadyRecorded => RECOUP_PURCHASE_ALREADY_RECORDED,
        PurchaseOutcome::Completed => RECOUP_PURCHASE_COMPLETED,
        PurchaseOutcome::Revoked => RECOUP_PURCHASE_REVOKED,
    }
}

/// Records a purchase that you have delivered. Call it again with more members and they are added; a recorded member
/// is never overwritten. Refunds that came before the purchase are attributed now, with all consequences.
///
/// *outcome, unless outcome is NULL, is whether it is new. Blocks until the commit is on disk. Fails with
/// RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER if the order is recorded as another user's. With repays it takes the place of
/// all that is owed for that refund, and fails with RECOUP_STATUS_NOT_FOUND (unknown_refund) and with
/// RECOUP_STATUS_REFUSED: not_this_users, another_product, repaying_purchase_grants, repaid_already, nothing_owed,
/// recorded_already.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_record_purchase(
    engine: *const recoup_engine,
    purchase: *const recoup_purchase,
    outcome: *mut recoup_purchase_outcome,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires a purchase of the size it states, unchanged until the call returns.
        let purchase = unsafe { sized::read(purchase) }?;
        // SAFETY: the header requires NULL or room for an outcome.
        let outcome = unsafe { Out::optional(outcome, "outcome") }?;
        // SAFETY: as for the purchase.
        let purchase = unsafe { owned(&purchase) }?;
        let recorded = engine.engine.record_purchase(purchase)?;
        if let Some(outcome) = outcome {
            outcome.write(code_of(recorded));
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Records up to 10000 purchases in one commit, all or none: for imports and backfills. The JSON is one object or an
/// array of them, with the members of recoup_purchase under the same names; environment and product_type as words
/// ("production", "sandbox"; "consumable", "non_consumable", "one_time", "subscription",
/// "non_renewing_subscription"), purchased_at in Unix milliseconds or as RFC 3339 text ("2026-01-31T12:00:00Z"),
/// expires_at likewise, price as {"micros", "currency"}, grants as [{"item", "quantity"}]. Unknown members are refused.
///
/// *new_purchases, unless new_purchases is NULL, is how many of them were not recorded before. Blocks until the
/// commit is on disk; other writers wait meanwhile. Fails as recoup_engine_record_purchase does; the message has the
/// index of the wrong purchase, counted from 0.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_record_purchases_json(
    engine: *const recoup_engine,
    purchases_json: *const c_char,
    purchases_json_len: size_t,
    new_purchases: *mut size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let text = unsafe { views::text(purchases_json, purchases_json_len, "purchases_json") }?;
        // SAFETY: the header requires NULL or room for a number.
        let place = unsafe { Out::optional(new_purchases, "new_purchases") }?;
        let purchases = parse(text)?;
        let outcomes = engine.engine.record_purchases(purchases)?;
        if let Some(place) = place {
            place.write(outcomes.iter().filter(|outcome| **outcome == PurchaseOutcome::Recorded).count());
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// One purchase, or an array of them; each is read as strictly as a store's message.
fn parse(text: &str) -> Result<Vec<Purchase>, Failure> {
    if text.trim_start().starts_with('{') {
        let purchase = json::from_slice(text.as_bytes());
        return Ok(vec![purchase.map_err(|problem| Failure::bad_json("purchases_json", &problem))?]);
    }
    let items: Vec<Raw<'_>> =
        json::value_from_str(text).map_err(|problem| Failure::bad_json("purchases_json", &problem))?;
    let parse = |(index, item): (usize, &Raw<'_>)| {
        json::from_slice(item.get().as_bytes())
            .map_err(|problem| Failure::bad_json(&format!("purchases_json[{index}]"), &problem))
    };
    items.iter().enumerate().map(parse).collect()
}

/// # Safety
/// The purchase's pointers and lengths belong together, and nothing changes what they point to meanwhile.
unsafe fn owned(purchase: &recoup_purchase) -> Result<Purchase, Failure> {
    let text = |view: recoup_string, what: &str| {
        // SAFETY: what the caller promises.
        unsafe { views::optional_text(view, what) }.map(|text| text.map(str::to_owned))
    };
    let store = text(purchase.store, "purchase.store")?.unwrap_or_default();
    let store = store
        .parse::<Store>()
        .map_err(|unknown| Failure::argument("unknown_store", format!("purchase.store: {unknown}")))?;
    // SAFETY: what the caller promises.
    let (price, grants) = unsafe { (price(purchase)?, grants(purchase)?) };
    Ok(Purchase {
        store,
        user: text(purchase.user, "purchase.user")?.unwrap_or_default(),
        app: text(purchase.app, "purchase.app")?,
        environment: environment(purchase.environment)?,
        order_id: text(purchase.order_id, "purchase.order_id")?,
        purchase_token: text(purchase.purchase_token, "purchase.purchase_token")?,
        original_id: text(purchase.original_id, "purchase.original_id")?,
        web_order_line_item_id: text(purchase.web_order_line_item_id, "purchase.web_order_line_item_id")?,
        account_tag: text(purchase.account_tag, "purchase.account_tag")?,
        linked_token: text(purchase.linked_token, "purchase.linked_token")?,
        product: text(purchase.product, "purchase.product")?,
        product_type: product_type(purchase.product_type)?,
        quantity: Some(purchase.quantity).filter(|quantity| *quantity != 0),
        price,
        purchased_at: Some(purchase.purchased_at_ms).filter(|at| *at != 0).map(Timestamp::from_millis),
        expires_at: Some(purchase.expires_at_ms).filter(|at| *at != 0).map(Timestamp::from_millis),
        country: text(purchase.country, "purchase.country")?,
        grants,
        repays: Some(purchase.repays).filter(|refund| *refund != 0),
    })
}

/// # Safety
/// As [`owned`].
pub(super) unsafe fn price(purchase: &recoup_purchase) -> Result<Option<Money>, Failure> {
    // SAFETY: what the caller promises.
    let code = unsafe { views::optional_text(purchase.price_currency, "purchase.price_currency") }?;
    let currency = code
        .map(Currency::new)
        .transpose()
        .map_err(|bad| Failure::argument("bad_purchase", format!("purchase.price_currency: {bad}")))?;
    Ok(currency.map(|currency| Money { micros: purchase.price_micros, currency }))
}

/// # Safety
/// As [`owned`].
pub(super) unsafe fn grants(purchase: &recoup_purchase) -> Result<Vec<Grant>, Failure> {
    // SAFETY: what the caller promises.
    let given = unsafe { views::slice(purchase.grants, purchase.grant_count, "purchase.grants") }?;
    let mut grants = Vec::new();
    for grant in given {
        // SAFETY: what the caller promises.
        let item = unsafe { views::optional_text(grant.item, "grant.item") }?.unwrap_or_default();
        grants.push(Grant { item: item.to_owned(), quantity: grant.quantity });
    }
    Ok(grants)
}

pub(super) fn environment(code: recoup_environment) -> Result<Option<Environment>, Failure> {
    Ok(match code {
        0 => None,
        RECOUP_ENVIRONMENT_PRODUCTION => Some(Environment::Production),
        RECOUP_ENVIRONMENT_SANDBOX => Some(Environment::Sandbox),
        unknown => return Err(unknown_code("purchase.environment", unknown)),
    })
}

pub(super) fn product_type(code: recoup_product_type) -> Result<Option<ProductType>, Failure> {
    Ok(match code {
        0 => None,
        RECOUP_PRODUCT_CONSUMABLE => Some(ProductType::Consumable),
        RECOUP_PRODUCT_NON_CONSUMABLE => Some(ProductType::NonConsumable),
        RECOUP_PRODUCT_ONE_TIME => Some(ProductType::OneTime),
        RECOUP_PRODUCT_SUBSCRIPTION => Some(ProductType::Subscription),
        RECOUP_PRODUCT_NON_RENEWING_SUBSCRIPTION => Some(ProductType::NonRenewingSubscription),
        unknown => return Err(unknown_code("purchase.product_type", unknown)),
    })
}

fn unknown_code(what: &str, code: i32) -> Failure {
    Failure::argument("bad_purchase", format!("{what}: unknown value {code}"))
}
