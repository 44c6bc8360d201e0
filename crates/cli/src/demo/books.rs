//! A half-spent pack: refunded, owed, and blocked until it is repaid; earned back, and free; then the refund is reversed,
//! and the game returns the gems.

use recoup::{EventKind, Grant, StoreState, Timestamp};

use super::action::{DemoAction, ItemMove};
use super::app_store::Revocation;
use super::scene::{Answer, REFUNDED_AND_BLOCKED, Scene, observed};
use super::scenes::{app_store_scene, gils_sale};
use super::setup::Setup;
use crate::exit::Failure;

/// The order of the pack.
pub(super) const GILS_ORDER: &str = "2000000877000001";

/// Its product. A rule of the demo's configuration blocks its buyer until a refund is repaid.
pub(super) const PACK: &str = "gem_pack";

/// The scenes, in order.
pub(super) fn scenes(setup: &Setup, refunded_at: Timestamp, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let revocation = Revocation { at: refunded_at, share: None };
    let (sale, store) = (gils_sale(now), &setup.app_store);
    let moved = |title, item_move: ItemMove, state, events: &[EventKind], blocked| Scene {
        title,
        player: "gil",
        action: DemoAction::Move { order: GILS_ORDER, item_move },
        expected: observed(Answer::Booked, Some(state), events, blocked),
    };
    Ok(vec![
        app_store_scene(
            "The App Store refunds Gil's pack of 500 gems, of which 200 are spent",
            "gil",
            store.refund("9d1c0f6e-0001-4d3a-9b52-3c8f6f2e1a01", sale, revocation, now)?,
            observed(Answer::New, Some(StoreState::Refunded), REFUNDED_AND_BLOCKED, true),
        ),
        moved(
            "The game takes the 300 that Gil still has: 200 are owed, and Gil stays blocked",
            ItemMove::Take(gems(300)),
            StoreState::Refunded,
            &[],
            true,
        ),
        moved(
            "Gil earns 200 gems and gives them back: the refund is settled, and the block ends",
            ItemMove::Repay(gems(200)),
            StoreState::Refunded,
            &[EventKind::Unblock],
            false,
        ),
        app_store_scene(
            "The App Store reverses Gil's refund: 500 are to be returned",
            "gil",
            store.reversal("9d1c0f6e-0002-4d3a-9b52-3c8f6f2e1a02", sale, now)?,
            observed(Answer::New, Some(StoreState::Reversed), &[EventKind::Reversal], false),
        ),
        moved(
            "The game returns them, and reports it",
            ItemMove::Give(gems(500)),
            StoreState::Reversed,
            &[],
            false,
        ),
    ])
}

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gems".to_owned(), quantity }]
}
