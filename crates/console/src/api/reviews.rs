//! Refund reviews: what stores ask, and what the game knows of the order.

use recoup::{Consumption, ConsumptionOf, RefundId, ReviewFilter};
use serde_json::{Value, json};

use crate::call::{Call, bad_body};
use crate::lists::{self, PAGING, Place};
use crate::query::Members;
use crate::reply::{Answer, Reply};

/// How the parameters of a filter of reviews are read.
const MEMBERS: Members = Members { lists: &[], numbers: &["refund_id"], flags: &[] };

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let filter: ReviewFilter = call.query.document(MEMBERS, PAGING)?;
    let page = call.engine().reviews(&filter, place.id()?, place.limit)?;
    lists::page(call, &page)
}

pub(crate) fn report(call: &Call<'_>) -> Answer {
    let (taken, report) = call.json_with::<Consumption>(&["refund", "order"], &[])?;
    let (refund, order) = (taken.first().unwrap_or(&Value::Null), taken.get(1).unwrap_or(&Value::Null));
    let review = match (refund.as_i64(), order.as_str()) {
        (Some(refund), None) if order.is_null() => {
            call.about("refund", refund);
            let refund: RefundId = refund;
            call.acting().report_consumption(ConsumptionOf::Refund(refund), report)?
        }
        (None, Some(order)) if refund.is_null() => {
            call.about("order", order);
            call.acting().report_consumption(ConsumptionOf::Order(order), report)?
        }
        _ => return Err(bad_body(".", "expected either refund, a refund's id, or order, an order's id")),
    };
    Reply::value(json!({"review": review}))
}
