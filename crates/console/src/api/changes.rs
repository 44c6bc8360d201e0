//! What changed since a page's last request, for a page that stays open.

use serde_json::json;

use crate::api::work;
use crate::call::Call;
use crate::reply::{Answer, Reply};

pub(crate) fn show(call: &Call<'_>) -> Answer {
    let engine = call.engine();
    // Without a place, the answer is where to begin.
    let changed = match call.query.number("after")? {
        Some(after) => engine.changed_since(after)?,
        None => engine.changed_since(i64::MAX)?,
    };
    let counts = work::all_counts(call)?;
    Reply::value(json!({"journal": changed.journal, "refunds": changed.refunds, "counts": counts}))
}
