//! What happens in the demo, in order.

use recoup::google_play::RefundType;
use recoup::testing::StoreRequest;
use recoup::{
    Currency, Environment, EventKind, Grant, Money, ProductType, Purchase, Span, Store, StoreState, Timestamp,
};

use super::app_store::{Revocation, Sale, before, under_another_id};
use super::google_play::Order;
use super::scene::{Act, Answer, Scene, Seen};
use super::stage::Stage;
use crate::exit::Failure;

/// The order whose journal the demo shows.
pub(super) const ADAS_ORDER: &str = "2000000811000001";
const BENS_ORDER: &str = "2000000822000001";
const EVES_ORDER: &str = "2000000855000001";
const CHOS_ORDER: Order<'_> = Order { id: "GPA.3345-1111-2222-10001", token: "throw-away-token-cho" };
const DANS_ORDER: Order<'_> = Order { id: "GPA.3345-1111-2222-10002", token: "throw-away-token-dan" };
const FAYS_ORDER: Order<'_> = Order { id: "GPA.3345-1111-2222-10003", token: "throw-away-token-fay" };

const FOUR_TENTHS: u32 = 40_000;

/// All scenes, their requests signed at `now`.
pub(super) fn all(stage: &Stage, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let mut scenes = vec![record(
        "The game records what its players bought",
        "ada",
        bought_before(stage, now)?,
        Vec::new(),
    )];
    scenes.extend(adas_refund(stage, now)?);
    scenes.extend(parts(stage, now)?);
    scenes.extend(late_purchase(stage, now)?);
    scenes.extend(forgeries(stage, now)?);
    scenes.extend(not_abuse(stage, now)?);
    scenes.extend(stage.web_shop.scenes(now));
    scenes.extend(stage.korea.scenes(now)?);
    scenes.extend(stage.appstore.scenes(now)?);
    Ok(scenes)
}

/// Asked for, given, and reported three times over.
fn adas_refund(stage: &Stage, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let apple = &stage.apple;
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    let refund = apple.refund("5a1c0f6e-0001-4d3a-9b52-3c8f6f2e1a01", adas_sale(now), revocation, now)?;
    Ok(vec![
        app_store(
            "Ada asks for her money back, and the App Store asks the game first",
            "ada",
            apple.consumption_request(
                "5a1c0f6e-0000-4d3a-9b52-3c8f6f2e1a00",
                adas_sale(now),
                before(now, Span::from_hours(2)),
            )?,
            seen(Answer::New, Some(StoreState::PendingReview), &[EventKind::Review], false),
        ),
        app_store(
            "The App Store gives it back",
            "ada",
            refund.clone(),
            seen(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
        ),
        app_store(
            "The same notification again, as after a lost answer",
            "ada",
            refund,
            seen(Answer::Known, Some(StoreState::Refunded), &[], true),
        ),
        app_store(
            "The same refund under a new notification id",
            "ada",
            apple.refund("5a1c0f6e-0002-4d3a-9b52-3c8f6f2e1a02", adas_sale(now), revocation, now)?,
            seen(Answer::Known, Some(StoreState::Refunded), &[], true),
        ),
    ])
}

/// Parts of an order: by share, and by items.
fn parts(stage: &Stage, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: before(now, Span::from_hours(3)), share: Some(FOUR_TENTHS) };
    let void = |message, now| {
        stage.google.void(
            message,
            CHOS_ORDER,
            RefundType::QuantityBasedPartial,
            before(now, Span::from_hours(1)),
            now,
        )
    };
    Ok(vec![
        app_store(
            "The App Store gives Ben 40 % back: small enough for a rule of this game's own",
            "ben",
            stage.apple.refund("7be2d1c4-0001-4f60-8c1d-90a7d5e4bb01", bens_sale(now), revocation, now)?,
            seen(
                Answer::New,
                Some(StoreState::PartlyRefunded),
                &[EventKind::Refund, EventKind::Alert],
                false,
            ),
        ),
        google_play(
            "Google voids some of Cho's five chests",
            "cho",
            void("7100000000000001", now)?,
            seen(Answer::New, Some(StoreState::PartlyRefunded), REFUNDED_AND_BLOCKED, true),
        ),
        google_play(
            "The same void in another Pub/Sub message",
            "cho",
            void("7100000000000002", now)?,
            seen(Answer::Known, Some(StoreState::PartlyRefunded), &[], true),
        ),
    ])
}

/// A refund of a purchase that the game has not reported yet.
fn late_purchase(stage: &Stage, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let void = stage.google.void(
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
    let mut recorded = record(
        "The game records it, and the refund finds its player",
        "dan",
        vec![purchase],
        REFUNDED_AND_BLOCKED.to_vec(),
    );
    recorded.expected.state = Some(StoreState::Refunded);
    recorded.expected.blocked = true;
    Ok(vec![
        google_play(
            "Google voids an order that nobody has recorded",
            "dan",
            void,
            seen(Answer::New, Some(StoreState::Refunded), &[EventKind::Unattributed], false),
        ),
        recorded,
    ])
}

fn forgeries(stage: &Stage, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    let genuine =
        stage.apple.refund("7be2d1c4-0002-4f60-8c1d-90a7d5e4bb02", bens_sale(now), revocation, now)?;
    let tampered = under_another_id(&genuine, "7be2d1c4-0009-4f60-8c1d-90a7d5e4bb09")
        .ok_or_else(|| Failure::Demo("a signed notification could not be taken apart".to_owned()))?;
    let rejected = || seen(Answer::Rejected, None, &[], false);
    Ok(vec![
        app_store(
            "Somebody forges a refund of Ben's, with certificates that look like the App Store's",
            "ben",
            stage.apple.forged_refund(
                "7be2d1c4-0003-4f60-8c1d-90a7d5e4bb03",
                bens_sale(now),
                revocation,
                now,
            )?,
            rejected(),
        ),
        app_store("Somebody sends a genuine one under another id", "ben", tampered, rejected()),
        google_play(
            "Somebody pushes a void of Fay's order with a token signed by another key",
            "fay",
            stage.google.forged_void("7100000000000004", FAYS_ORDER, now)?,
            rejected(),
        ),
    ])
}

/// What must not be held against a player.
fn not_abuse(stage: &Stage, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    Ok(vec![
        app_store(
            "A tester's refund in the sandbox",
            "eve",
            stage.apple.refund("c93f7a20-0001-4b8e-a7f4-1d2e3c4b5a01", eves_sale(now), revocation, now)?,
            seen(Answer::New, Some(StoreState::Refunded), &[EventKind::Refund], false),
        ),
        google_play(
            "Fay's bank wants the money back, and Google asks the game first",
            "fay",
            stage.google.review("7100000000000005", FAYS_ORDER, now)?,
            seen(Answer::New, Some(StoreState::PendingReview), &[EventKind::Review], false),
        ),
        app_store(
            "The App Store takes Ada's refund back: she has paid after all",
            "ada",
            stage.apple.reversal("5a1c0f6e-0003-4d3a-9b52-3c8f6f2e1a03", adas_sale(now), now)?,
            seen(Answer::New, Some(StoreState::Reversed), REVERSED, false),
        ),
    ])
}

pub(super) const REFUNDED_AND_BLOCKED: &[EventKind] =
    &[EventKind::Refund, EventKind::Alert, EventKind::Block];
pub(super) const REVERSED: &[EventKind] = &[EventKind::Unblock, EventKind::Reversal];

pub(super) fn seen(answer: Answer, state: Option<StoreState>, events: &[EventKind], blocked: bool) -> Seen {
    Seen { answer, state, events: events.to_vec(), blocked }
}

fn app_store(title: &'static str, player: &'static str, request: StoreRequest, expected: Seen) -> Scene {
    self::request(Store::AppStore, title, player, request, expected)
}

fn google_play(title: &'static str, player: &'static str, request: StoreRequest, expected: Seen) -> Scene {
    self::request(Store::GooglePlay, title, player, request, expected)
}

pub(super) fn request(
    store: Store,
    title: &'static str,
    player: &'static str,
    request: StoreRequest,
    expected: Seen,
) -> Scene {
    Scene { title, player, act: Act::Request(store, request), expected }
}

fn record(
    title: &'static str,
    player: &'static str,
    purchases: Vec<Purchase>,
    events: Vec<EventKind>,
) -> Scene {
    let expected = Seen { answer: Answer::Recorded, state: None, events, blocked: false };
    Scene { title, player, act: Act::Record(purchases), expected }
}

fn adas_sale(now: Timestamp) -> Sale<'static> {
    sale(ADAS_ORDER, "gems_500", "Production", now)
}

fn bens_sale(now: Timestamp) -> Sale<'static> {
    sale(BENS_ORDER, "gems_500", "Production", now)
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

fn bought_before(stage: &Stage, now: Timestamp) -> Result<Vec<Purchase>, Failure> {
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
    let mut bought = vec![
        gems("ada", ADAS_ORDER)?,
        gems("ben", BENS_ORDER)?,
        chests("cho", CHOS_ORDER, 5)?,
        eves,
        chests("fay", FAYS_ORDER, 1)?,
    ];
    bought.extend(stage.web_shop.purchases(bought_at)?);
    bought.extend(stage.korea.purchases(bought_at));
    bought.extend(stage.appstore.purchases(bought_at));
    Ok(bought)
}

pub(super) fn usd(micros: i64) -> Result<Money, Failure> {
    let currency = Currency::new("USD").map_err(|error| Failure::Demo(error.to_string()))?;
    Ok(Money { micros, currency })
}
