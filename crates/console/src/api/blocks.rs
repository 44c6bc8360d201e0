//! Blocks of all players.

use crate::call::Call;
use crate::lists::{self, Place};
use crate::reply::Answer;

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let page = call.engine().blocks(call.query.flag("ended")?, place.id()?, place.limit)?;
    lists::page(call, &page)
}
