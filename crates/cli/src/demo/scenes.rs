//! The demo's scenes, in order.

use recoup::google_play::RefundType;
use recoup::testing::StoreRequest;
use recoup::{Environment, EventKind, Grant, ProductType, Purchase, Span, Store, StoreState, Timestamp};

use super::app_store::{Revocation, Sale, before, under_another_id};
use super::books::{self, GILS_ORDER, PACK};
use super::exclusion::{self, KIMS_ORDER};
use super::google_play::Order;
use super::scene::{self, Answer, Observed, REFUNDED_AND_BLOCKED, REVERSED, Scene, observed, record, usd};
use super::setup::Setup;
use super::trial;
use super::webhooks::LEES_ORDER;
use crate::exit::Failure;

/// The order whose journal the demo shows.
pub(super) const ADAS_ORDER: &str = "2000000811000001";
const BENS_ORDER: &str = "2000000822000001";
const EVES_ORDER: &str = "2000000855000001";
const CHOS_ORDER: Order<'_> = Order { id: "GPA.3345-1111-2222-10001", token: "throw-away-token-cho" };
const DANS_ORDER: Order<'_> = Order { id: "GPA.3345-1111-2222-10002", token: "throw-away-token-dan" };
const FAYS_ORDER: Order<'_> = Order { id: "GPA.3345-1111-2222-10003", token: "throw-away-token-fay" };

const FOUR_TENTHS: u32 = 40_000;

/// All scenes but those of webhooks, their requests signed at `now`.
pub(super) fn all(setup: &Setup, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let mut scenes = vec![record(
        "The game records its players' purchases",
        "ada",
        bought_before(setup, now)?,
        observed(Answer::Recorded, None, &[], false),
    )];
    scenes.extend(adas_refund(setup, now)?);
    scenes.extend(parts(setup, now)?);
    scenes.extend(late_purchase(setup, now)?);
    scenes.extend(forgeries(setup, now)?);
    scenes.extend(not_abuse(setup, now)?);
    scenes.extend(books::scenes(setup, before(now, Span::from_hours(1)), now)?);
    scenes.extend(setup.stripe.scenes(now));
    scenes.extend(setup.one_store.scenes(now)?);
    scenes.extend(setup.amazon.scenes(now)?);
    scenes.extend(exclusion::scenes(setup, now)?);
    scenes.push(trial::scene()?);
    Ok(scenes)
}

/// Requested, refunded, and reported three times.
fn adas_refund(setup: &Setup, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let app_store = &setup.app_store;
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    let refund = app_store.refund("5a1c0f6e-0001-4d3a-9b52-3c8f6f2e1a01", adas_sale(now), revocation, now)?;
    Ok(vec![
        app_store_scene(
            "Ada requests a refund, and the App Store requests a review",
            "ada",
            app_store.consumption_request(
                "5a1c0f6e-0000-4d3a-9b52-3c8f6f2e1a00",
                adas_sale(now),
                before(now, Span::from_hours(2)),
            )?,
            observed(Answer::New, Some(StoreState::PendingReview), &[EventKind::Review], false),
        ),
        app_store_scene(
            "The App Store refunds her",
            "ada",
            refund.clone(),
            observed(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
        ),
        app_store_scene(
            "The same notification again, as if the answer was lost",
            "ada",
            refund,
            observed(Answer::Known, Some(StoreState::Refunded), &[], true),
        ),
        app_store_scene(
            "The same refund under a new notification id",
            "ada",
            app_store.refund("5a1c0f6e-0002-4d3a-9b52-3c8f6f2e1a02", adas_sale(now), revocation, now)?,
            observed(Answer::Known, Some(StoreState::Refunded), &[], true),
        ),
    ])
}

/// Partial refunds: by share, and by items.
fn parts(setup: &Setup, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: before(now, Span::from_hours(3)), share: Some(FOUR_TENTHS) };
    let void = |message, now| {
        setup.google_play.void(
            message,
            CHOS_ORDER,
            RefundType::QuantityBasedPartial,
            before(now, Span::from_hours(1)),
            now,
        )
    };
    Ok(vec![
        app_store_scene(
            "The App Store refunds 40 % to Ben: small enough for one of the game's rules",
            "ben",
            setup.app_store.refund(
                "7be2d1c4-0001-4f60-8c1d-90a7d5e4bb01",
                bens_sale(now),
                revocation,
                now,
            )?,
            observed(
                Answer::New,
                Some(StoreState::PartlyRefunded),
                &[EventKind::Refund, EventKind::Alert],
                false,
            ),
        ),
        google_play_scene(
            "Google voids some of Cho's five chests",
            "cho",
            void("7100000000000001", now)?,
            observed(Answer::New, Some(StoreState::PartlyRefunded), REFUNDED_AND_BLOCKED, true),
        ),
        google_play_scene(
            "The same void in another Pub/Sub message",
            "cho",
            void("7100000000000002", now)?,
            observed(Answer::Known, Some(StoreState::PartlyRefunded), &[], true),
        ),
    ])
}

/// A refund before the purchase is recorded.
fn late_purchase(setup: &Setup, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let void = setup.google_play.void(
        "7100000000000003",
        DANS_ORDER,
        RefundType::Full,
        before(now, Span::from_hours(1)),
        now,
    )?;
    let mut purchase = Purchase::new(Store::GooglePlay, "dan", DANS_ORDER.id);
    purchase.purchase_token = Some(DANS_ORDER.token.to_owned());
    purchase.product = Some("gems_2000".to_owned());
    purchase.price = Some(usd(19_990_000)?);
    purchase.purchased_at = Some(before(now, Span::from_days(9)));
    let recorded = record(
        "The game records it, and the refund is attributed",
        "dan",
        vec![purchase],
        observed(Answer::Recorded, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
    );
    Ok(vec![
        google_play_scene(
            "Google voids an order that is not recorded",
            "dan",
            void,
            observed(Answer::New, Some(StoreState::Refunded), &[EventKind::Unattributed], false),
        ),
        recorded,
    ])
}

fn forgeries(setup: &Setup, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    let genuine =
        setup.app_store.refund("7be2d1c4-0002-4f60-8c1d-90a7d5e4bb02", bens_sale(now), revocation, now)?;
    let tampered = under_another_id(&genuine, "7be2d1c4-0009-4f60-8c1d-90a7d5e4bb09")
        .ok_or_else(|| Failure::Demo("a signed notification could not be parsed".to_owned()))?;
    let rejected = || observed(Answer::Rejected, None, &[], false);
    Ok(vec![
        app_store_scene(
            "A forged refund of Ben's, with certificates that look like the App Store's",
            "ben",
            setup.app_store.forged_refund(
                "7be2d1c4-0003-4f60-8c1d-90a7d5e4bb03",
                bens_sale(now),
                revocation,
                now,
            )?,
            rejected(),
        ),
        app_store_scene("A genuine notification with another id", "ben", tampered, rejected()),
        google_play_scene(
            "A forged void of Fay's order, with a token signed by another key",
            "fay",
            setup.google_play.forged_void("7100000000000004", FAYS_ORDER, now)?,
            rejected(),
        ),
    ])
}

/// What must not count against a player.
fn not_abuse(setup: &Setup, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    Ok(vec![
        app_store_scene(
            "A tester's refund in the sandbox",
            "eve",
            setup.app_store.refund(
                "c93f7a20-0001-4b8e-a7f4-1d2e3c4b5a01",
                eves_sale(now),
                revocation,
                now,
            )?,
            observed(Answer::New, Some(StoreState::Refunded), &[EventKind::Refund], false),
        ),
        google_play_scene(
            "Fay's bank disputes the payment, and Google requests a review",
            "fay",
            setup.google_play.review("7100000000000005", FAYS_ORDER, now)?,
            observed(Answer::New, Some(StoreState::PendingReview), &[EventKind::Review], false),
        ),
        app_store_scene(
            "The App Store reverses Ada's refund: she has paid after all",
            "ada",
            setup.app_store.reversal("5a1c0f6e-0003-4d3a-9b52-3c8f6f2e1a03", adas_sale(now), now)?,
            observed(Answer::New, Some(StoreState::Reversed), REVERSED, false),
        ),
    ])
}

pub(super) fn app_store_scene(
    title: &'static str,
    player: &'static str,
    request: StoreRequest,
    expected: Observed,
) -> Scene {
    scene::request(Store::AppStore, title, player, request, expected)
}

fn google_play_scene(
    title: &'static str,
    player: &'static str,
    request: StoreRequest,
    expected: Observed,
) -> Scene {
    scene::request(Store::GooglePlay, title, player, request, expected)
}

fn adas_sale(now: Timestamp) -> Sale<'static> {
    sale(ADAS_ORDER, "gems_500", "Production", now)
}

fn bens_sale(now: Timestamp) -> Sale<'static> {
    sale(BENS_ORDER, "gems_500", "Production", now)
}

pub(super) fn gils_sale(now: Timestamp) -> Sale<'static> {
    sale(GILS_ORDER, PACK, "Production", now)
}

pub(super) fn kims_sale(now: Timestamp) -> Sale<'static> {
    sale(KIMS_ORDER, "gems_500", "Production", now)
}

pub(super) fn lees_sale(now: Timestamp) -> Sale<'static> {
    sale(LEES_ORDER, "gems_500", "Production", now)
}

fn eves_sale(now: Timestamp) -> Sale<'static> {
    sale(EVES_ORDER, "gems_500", "Sandbox", now)
}

fn sale(
    transaction: &'static str,
    product: &'static str,
    environment: &'static str,
    now: Timestamp,
) -> Sale<'static> {
    Sale { transaction, product, price: 9_990, environment, bought_at: before(now, Span::from_days(2)) }
}

fn bought_before(setup: &Setup, now: Timestamp) -> Result<Vec<Purchase>, Failure> {
    let bought_at = before(now, Span::from_days(2));
    let gems = |user: &str, order: &str| -> Result<Purchase, Failure> {
        let mut purchase = Purchase::new(Store::AppStore, user, order);
        purchase.product = Some("gems_500".to_owned());
        purchase.product_type = Some(ProductType::Consumable);
        purchase.price = Some(usd(9_990_000)?);
        purchase.purchased_at = Some(bought_at);
        purchase.grants = vec![Grant { item: "gems".to_owned(), quantity: 500 }];
        Ok(purchase)
    };
    let chests = |user: &str, order: Order<'_>, quantity: u32| -> Result<Purchase, Failure> {
        let mut purchase = Purchase::new(Store::GooglePlay, user, order.id);
        purchase.purchase_token = Some(order.token.to_owned());
        purchase.product = Some("chest".to_owned());
        purchase.quantity = Some(quantity);
        purchase.price = Some(usd(i64::from(quantity) * 4_990_000)?);
        purchase.purchased_at = Some(bought_at);
        purchase.grants = vec![Grant { item: "chest".to_owned(), quantity: i64::from(quantity) }];
        Ok(purchase)
    };
    let mut eves = gems("eve", EVES_ORDER)?;
    eves.environment = Some(Environment::Sandbox);
    let mut gils = gems("gil", GILS_ORDER)?;
    gils.product = Some(PACK.to_owned());
    let mut bought = vec![
        gems("ada", ADAS_ORDER)?,
        gems("ben", BENS_ORDER)?,
        gils,
        chests("cho", CHOS_ORDER, 5)?,
        eves,
        chests("fay", FAYS_ORDER, 1)?,
        gems("kim", KIMS_ORDER)?,
        gems("lee", LEES_ORDER)?,
    ];
    bought.extend(setup.stripe.purchases(bought_at)?);
    bought.extend(setup.one_store.purchases(bought_at));
    bought.extend(setup.amazon.purchases(bought_at));
    Ok(bought)
}
