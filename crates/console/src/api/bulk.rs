//! One change of many cases, and what it would do.

use std::collections::{BTreeMap, BTreeSet};

use recoup::{Action, BlockCause, BulkAction, CaseFile, Grant, MAX_BULK, RefundId, RefundStatus};
use serde::Deserialize;
use serde_json::json;

use crate::call::Call;
use crate::lists;
use crate::problem::Problem;
use crate::reply::{Answer, Reply};
use crate::rights::Right;

/// Beyond this many cases the caller has to prove who they are.
const UNPROVEN: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bulk {
    action: BulkAction,
    refunds: Vec<RefundId>,
    #[serde(default)]
    why: String,
    #[serde(default)]
    dry_run: bool,
}

/// The right that an action needs.
fn right(action: &BulkAction) -> Option<Right> {
    match action {
        BulkAction::Assign { .. } => Some(Right::Assign),
        BulkAction::Close { .. } | BulkAction::Reopen | BulkAction::SetStatus { .. } => Some(Right::Close),
        BulkAction::Overrule { .. } => Some(Right::Overrule),
        BulkAction::Forgive { .. } => Some(Right::Forgive),
        // One that this version of the console does not know.
        _ => None,
    }
}

pub(crate) fn bulk(call: &Call<'_>) -> Answer {
    let Bulk { action, refunds, why, dry_run } = call.json()?;
    let unknown = || Problem::new(422, "bad_action", "the action cannot be done with many refunds");
    call.require(right(&action).ok_or_else(unknown)?)?;
    if refunds.len() > MAX_BULK {
        let count = refunds.len();
        return Err(recoup::Error::TooMany { what: "refunds", count, limit: MAX_BULK }.into());
    }
    if dry_run {
        return preview(call, &action, &refunds);
    }
    if refunds.len() > UNPROVEN || moves_items(&action) {
        call.require_proof()?;
    }
    call.about("refunds", refunds.len());
    let results = call.acting().bulk(&action, &refunds, &call.who()?, &why, call.key()?)?;
    lists::whole(&results)
}

/// What an action would do: of how many players, which items it concerns, how many blocks would end.
fn preview(call: &Call<'_>, action: &BulkAction, refunds: &[RefundId]) -> Answer {
    let (mut players, mut items, mut blocks_end, mut found) = (BTreeSet::new(), BTreeMap::new(), 0, 0);
    for id in refunds.iter().collect::<BTreeSet<_>>() {
        let Some(file) = call.engine().case_file(*id)? else { continue };
        found += 1;
        if moves_items(action) {
            for item in file.recovery.items.iter().filter(|item| item.owed > 0) {
                let sum: &mut i64 = items.entry(item.item.clone()).or_default();
                *sum = sum.saturating_add(item.owed);
            }
        }
        blocks_end += blocks_ended(action, &file);
        players.extend(file.refund.user);
    }
    let items: Vec<Grant> = items.into_iter().map(|(item, quantity)| Grant { item, quantity }).collect();
    Reply::value(
        json!({"refunds": found, "players": players.len(), "items": items, "blocks_end": blocks_end}),
    )
}

/// Whether it settles what is owed.
const fn moves_items(action: &BulkAction) -> bool {
    matches!(
        action,
        BulkAction::Forgive { .. }
            | BulkAction::SetStatus { status: RefundStatus::Recovered | RefundStatus::WrittenOff }
    )
}

/// How many active blocks of the refund's own would end.
fn blocks_ended(action: &BulkAction, file: &CaseFile) -> usize {
    let spares = matches!(
        action,
        BulkAction::Overrule {
            action: Some(Action::Record | Action::Exclude | Action::Notify | Action::Alert)
        } | BulkAction::SetStatus { status: RefundStatus::Excluded }
    );
    let settles = moves_items(action) || matches!(action, BulkAction::Close { .. });
    let is_of_it =
        |cause: &BlockCause| matches!(cause, BlockCause::Refund { refund, .. } if *refund == file.refund.id);
    let active = file.blocks.iter().filter(|block| block.ended.is_none() && is_of_it(&block.cause));
    active.filter(|block| spares || (settles && block.until_settled)).count()
}
