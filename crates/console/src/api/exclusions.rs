//! Exclusions: refunds that operators keep out of the rules before they come.

use recoup::{ExclusionAction, ExclusionKind, NewExclusion};
use serde_json::json;

use crate::api::refunds::Why;
use crate::call::Call;
use crate::lists::{self, Place};
use crate::reply::{Answer, Reply};
use crate::rights::Right;

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let page = call.engine().exclusions(call.query.flag("ended")?, place.id()?, place.limit)?;
    lists::page(call, &page)
}

pub(crate) fn make(call: &Call<'_>) -> Answer {
    let (_, exclusion) = call.json_with::<NewExclusion>(&[], &[("who", json!(call.who()?))])?;
    // Sparing one order lets one player off; all else may let off many.
    let spares_an_order =
        exclusion.kind == ExclusionKind::Order && exclusion.action == ExclusionAction::Spare;
    if !spares_an_order {
        call.require(Right::Exclude)?;
    }
    call.about("exclusion", recoup::shown(&exclusion.value, 200));
    Reply::json(&call.acting().exclude(&exclusion)?)
}

pub(crate) fn end(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    call.about("exclusion", id);
    let Why { why } = call.json()?;
    Reply::json(&call.acting().end_exclusion(id, &call.who()?, &why)?)
}
