//! An order that an operator excludes in advance: its refund neither alerts nor blocks.

use recoup::{EventKind, ExclusionAction, ExclusionKind, NewExclusion, Span, Store, StoreState, Timestamp};

use super::action::DemoAction;
use super::app_store::{Revocation, before};
use super::scene::{Answer, Scene, observed};
use super::scenes::{app_store_scene, kims_sale};
use super::setup::Setup;
use crate::exit::Failure;

/// The order that is excluded. Without that, the default rules would alert and block.
pub(super) const KIMS_ORDER: &str = "2000000888000001";

/// The scenes, in order.
pub(super) fn scenes(setup: &Setup, now: Timestamp) -> Result<Vec<Scene>, Failure> {
    let exclusion = NewExclusion {
        kind: ExclusionKind::Order,
        value: KIMS_ORDER.to_owned(),
        store: Some(Store::AppStore),
        action: ExclusionAction::Spare,
        until: Some(now.plus(Span::from_days(30))),
        who: "support".to_owned(),
        why: "agreed with the player".to_owned(),
    };
    let revocation = Revocation { at: before(now, Span::from_hours(1)), share: None };
    Ok(vec![
        Scene {
            title: "Support agrees to a refund with Kim, and excludes the order in advance",
            player: "kim",
            action: DemoAction::Exclude(exclusion),
            expected: observed(Answer::Excluded, None, &[], false),
        },
        app_store_scene(
            "The App Store refunds Kim: the game takes the gems back, without an alert or a block",
            "kim",
            setup.app_store.refund(
                "a1f4c2d8-0001-4c7b-9e05-6b3d8f2a7c01",
                kims_sale(now),
                revocation,
                now,
            )?,
            observed(Answer::New, Some(StoreState::Refunded), &[EventKind::Refund], false),
        ),
    ])
}
