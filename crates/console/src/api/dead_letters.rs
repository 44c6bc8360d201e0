//! Authentic messages that were not understood.

use crate::call::Call;
use crate::lists::{self, Place};
use crate::problem::Problem;
use crate::reply::{Answer, Body, Reply};

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let page = call.engine().dead_letters(place.id()?, place.limit)?;
    lists::page(call, &page)
}

pub(crate) fn body(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    call.about("dead_letter", id);
    // The list is by number, newest first: the one after the next number is this one, if it is there.
    let page = call.engine().dead_letters(Some(id.saturating_add(1)), 1)?;
    let letter = page.items.into_iter().find(|letter| letter.id == id);
    let letter = letter
        .ok_or_else(|| Problem::new(404, "unknown_message", format!("there is no dead letter {id}")))?;
    call.audit("done")?;
    Ok(Reply::file("application/octet-stream", &format!("dead-letter-{id}.txt"), Body::Bytes(letter.body)))
}
