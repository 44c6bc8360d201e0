//! Who did what, and what was refused.

use recoup::AuditFilter;

use crate::call::Call;
use crate::lists::{self, PAGING, Place};
use crate::query::Members;
use crate::reply::Answer;

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let filter: AuditFilter = call.query.document(Members::default(), PAGING)?;
    let page = call.engine().audit(&filter, place.id()?, place.limit)?;
    lists::page(call, &page)
}
