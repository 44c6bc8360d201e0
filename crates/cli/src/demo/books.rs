//! A half-spent pack: refunded, owed, earned back; then the refund is reversed, and the game returns the gems.

use recoup::{Grant, StoreState, Timestamp};

use super::app_store::Revocation;
use super::scene::{Answer, DemoAction, ItemMove, Observed, REFUNDED_AND_BLOCKED, REVERSED, Scene, observed};
use super::scenes::{app_store_scene, gils_sale};
use super::setup::Setup;
use crate::exit::Failure;

/// The order of the pack.
pub(super) const GILS_ORDER: &str = "2000000877000001";

/// The scenes, in order.
pub(super) fn scenes(setup: &Setup, refunded_at: Timestamp, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: refunded_at, share: None };
    let (sale, store) = (gils_sale(now), &setup.app_store);
    let moved = |title, item_move: fn(Vec<Grant>) -> ItemMove, quantity, state, blocked| {
        let items = vec![Grant { item: "gems".to_owned(), quantity }];
        let expected = Observed { answer: Answer::Booked, state: Some(state), events: Vec::new(), blocked };
        Scene {
            title,
            player: "gil",
            action: DemoAction::Move { order: GILS_ORDER, item_move: item_move(items) },
            expected,
        }
    };
    Ok(vec![
        app_store_scene(
            "The App Store refunds Gil's 500 gems; 200 are spent",
            "gil",
            store.refund("9d1c0f6e-0001-4d3a-9b52-3c8f6f2e1a01", sale, revocation, now)?,
            observed(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
        ),
        moved(
            "The game takes the 300 that Gil still has, and reports it: 200 are owed",
            ItemMove::Take,
            300,
            StoreState::Refunded,
            true,
        ),
        moved(
            "Gil earns 200 and gives them back: the refund is recovered",
            ItemMove::Repay,
            200,
            StoreState::Refunded,
            true,
        ),
        app_store_scene(
            "The App Store reverses Gil's refund: 500 are to be returned",
            "gil",
            store.reversal("9d1c0f6e-0002-4d3a-9b52-3c8f6f2e1a02", sale, now)?,
            observed(Answer::New, Some(StoreState::Reversed), REVERSED, false),
        ),
        moved("The game returns them, and reports it", ItemMove::Give, 500, StoreState::Reversed, false),
    ])
}
