//! Operators' work on one case: its status, who works on it, notes, a decision on it.

use recoup::{Action, ClosedAs, NoteOn, RefundStatus, ReviewFilter, ReviewState};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::refunds::Why;
use crate::call::Call;
use crate::problem::Problem;
use crate::reply::{Answer, Reply};

/// The most reviews that are counted: a store that asks more often needs no exact number.
const MOST_REVIEWS: usize = 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    closed_as: ClosedAs,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assign {
    to: Option<String>,
    #[serde(default)]
    why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewNote {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Overrule {
    #[serde(default)]
    action: Option<Action>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    status: RefundStatus,
    why: String,
}

pub(crate) fn counts(call: &Call<'_>) -> Answer {
    Reply::value(all_counts(call)?)
}

/// What the tabs of the list count.
pub(crate) fn all_counts(call: &Call<'_>) -> Result<Value, Problem> {
    let items = call.engine().work_counts()?;
    let unattributed: i64 = items.iter().map(|count| count.unattributed).sum();
    let mut reviews_due = 0;
    for state in [ReviewState::Waiting, ReviewState::Reported] {
        let filter = ReviewFilter { state: Some(state), ..ReviewFilter::default() };
        reviews_due += call.engine().reviews(&filter, None, MOST_REVIEWS)?.items.len();
    }
    Ok(json!({"items": items, "unattributed": unattributed, "reviews_due": reviews_due}))
}

pub(crate) fn close(call: &Call<'_>) -> Answer {
    let at = call.refund()?;
    let Close { closed_as, why } = call.json()?;
    Reply::json(&call.acting().close_refund(at, closed_as, &call.who()?, &why)?)
}

pub(crate) fn reopen(call: &Call<'_>) -> Answer {
    let at = call.refund()?;
    let Why { why } = call.json()?;
    Reply::json(&call.acting().reopen_refund(at, &call.who()?, &why)?)
}

pub(crate) fn assign(call: &Call<'_>) -> Answer {
    let at = call.refund()?;
    let Assign { to, why } = call.json()?;
    let why = why.unwrap_or_else(|| "assigned in the console".to_owned());
    Reply::json(&call.acting().assign_refund(at, to.as_deref(), &call.who()?, &why)?)
}

pub(crate) fn note(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    call.about("refund", id);
    let NewNote { text } = call.json()?;
    Reply::json(&call.acting().add_note(&NoteOn::Refund(id), &text, &call.who()?)?)
}

pub(crate) fn overrule(call: &Call<'_>) -> Answer {
    let at = call.refund()?;
    let Overrule { action, why } = call.json()?;
    Reply::json(&call.acting().overrule(at, action, &call.who()?, &why)?)
}

pub(crate) fn set_status(call: &Call<'_>) -> Answer {
    let at = call.refund()?;
    let SetStatus { status, why } = call.json()?;
    Reply::json(&call.acting().set_refund_status(at, status, &call.who()?, &why)?)
}
