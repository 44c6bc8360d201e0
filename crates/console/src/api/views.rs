//! What an operator keeps for themselves: saved views, settings of the pages.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::lists;
use crate::problem::Problem;
use crate::reply::{Answer, Reply};
use crate::rights::Right;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewView {
    page: String,
    name: String,
    query: String,
    #[serde(default)]
    shared: bool,
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    lists::whole(&call.engine().views(call.operator()?, call.query.get("page"))?)
}

pub(crate) fn save(call: &Call<'_>) -> Answer {
    let NewView { page, name, query, shared } = call.json()?;
    if shared {
        call.require(Right::ShareView)?;
    }
    Reply::json(&call.acting().save_view(call.operator()?, &page, &name, &query, shared)?)
}

pub(crate) fn delete(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    call.about("view", id);
    if call.acting().delete_view(call.operator()?, id)? {
        return Ok(Reply::done());
    }
    Err(Problem::new(404, "unknown_view", format!("you have no view {id}")))
}

pub(crate) fn set_settings(call: &Call<'_>) -> Answer {
    let settings: Map<String, Value> = call.json()?;
    let settings = Value::Object(settings);
    call.engine().set_operator_settings(call.operator()?, &settings)?;
    Reply::value(settings)
}
