//! Webhooks to the studio's own services.

use recoup::{WebhookMessageFilter, WebhookReplay};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::refunds::Why;
use crate::call::{Call, bad_body};
use crate::lists::{self, PAGING, Place};
use crate::problem::Problem;
use crate::query::Members;
use crate::reply::{Answer, Reply};

/// How the parameters of a filter of messages are read.
const MEMBERS: Members = Members { lists: &[], numbers: &["refund_id"], flags: &[] };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    replay: WebhookReplay,
    why: String,
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    lists::whole(&call.engine().webhooks()?)
}

/// The endpoint of the path.
///
/// # Errors
/// `unknown_endpoint`.
fn endpoint<'a>(call: &'a Call<'_>) -> Result<&'a str, Problem> {
    let name = call.parameter("name");
    call.about("webhook", name);
    if call.engine().webhooks()?.iter().any(|known| known.name == name) {
        return Ok(name);
    }
    let name = recoup::shown(name, 100);
    Err(Problem::new(
        404,
        "unknown_endpoint",
        format!("there is no endpoint {name}: see the list of webhooks"),
    ))
}

pub(crate) fn messages(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let filter: WebhookMessageFilter = call.query.document(MEMBERS, PAGING)?;
    let filter = WebhookMessageFilter { endpoint: Some(endpoint(call)?.to_owned()), ..filter };
    let page = call.engine().webhook_messages(&filter, place.id()?, place.limit)?;
    lists::page(call, &page)
}

pub(crate) fn replay(call: &Call<'_>) -> Answer {
    let name = endpoint(call)?;
    let Replay { replay, why } = call.json()?;
    let is_of_it = match &replay {
        WebhookReplay::Dead { endpoint } | WebhookReplay::Period { endpoint, .. } => endpoint == name,
        WebhookReplay::Message(_) => true,
    };
    if !is_of_it {
        return Err(bad_body("replay", "names another endpoint than the address"));
    }
    let replayed = call.acting().replay_webhooks(&replay, &call.who()?, &why)?;
    Reply::value(json!({"replayed": replayed}))
}

pub(crate) fn test(call: &Call<'_>) -> Answer {
    let name = endpoint(call)?;
    let _: serde_json::Map<String, Value> = call.json()?;
    let answer = call.engine().test_webhook(name)?;
    call.audit("done")?;
    Reply::json(&answer)
}

pub(crate) fn end(call: &Call<'_>) -> Answer {
    let name = endpoint(call)?;
    let Why { why } = call.json()?;
    call.acting().end_webhook(name, &call.who()?, &why)?;
    Ok(Reply::done())
}
