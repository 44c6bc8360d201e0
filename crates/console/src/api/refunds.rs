//! Refunds: lists, cases, their books, and the stores' messages about them.

use recoup::{BadPurchase, Grant, Happening, Recovery, RecoveryReport, Refund, RefundFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::lists::{self, PAGING, Place, REFUNDS};
use crate::problem::Problem;
use crate::reply::{Answer, Body, Reply};
use crate::rights::Right;

/// The longest text that is looked for, in bytes: longer than any id.
const MAX_FIND: usize = 8192;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forgive {
    #[serde(default)]
    items: Vec<Grant>,
    #[serde(default)]
    written_off: bool,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Granted {
    granted: Vec<Grant>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    pub(crate) why: String,
}

fn filter(call: &Call<'_>) -> Result<RefundFilter, Problem> {
    call.query.document(REFUNDS, PAGING)
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let page = call.engine().list_refunds(&filter(call)?, place.after.as_deref(), place.limit)?;
    let rows = page.items.iter().map(|refund| Row::of(call, refund));
    lists::list(call, &rows.collect::<Result<Vec<_>, _>>()?, page.next)
}

/// A refund in a list, with what a person looks for beside it.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    refund: &'a Refund,
    recovery: Option<Recovery>,
    blocked: bool,
}

impl<'a> Row<'a> {
    fn of(call: &Call<'_>, refund: &'a Refund) -> Result<Self, Problem> {
        let recovery = call.engine().recovery(refund.id)?;
        let blocked = refund.user.as_deref().is_some_and(|user| call.engine().is_blocked(user));
        Ok(Self { refund, recovery, blocked })
    }
}

pub(crate) fn count(call: &Call<'_>) -> Answer {
    Reply::json(&call.engine().count_refunds(&filter(call)?)?)
}

fn unknown_refund(id: i64) -> Problem {
    recoup::Error::UnknownRefund { id }.into()
}

pub(crate) fn case_file(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    let file = call.engine().case_file(id)?.ok_or_else(|| unknown_refund(id))?;
    let revision = file.refund.revision;
    let mut document = json!(file);
    if let Value::Object(document) = &mut document {
        document.insert("rights".to_owned(), json!(Right::names_of(call.caller()?.role)));
    }
    Ok(Reply::value(document)?.with_field("etag", format!("\"{revision}\"")))
}

/// The stores' messages that are behind a case, by their inbox ids.
pub(crate) fn messages(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    let file = call.engine().case_file(id)?.ok_or_else(|| unknown_refund(id))?;
    let messages: Vec<Value> = file
        .journal
        .iter()
        .filter_map(|entry| match (&entry.what, entry.inbox) {
            (Happening::Received { store, name, meaning, notification_id }, Some(inbox)) => Some(json!({
                "inbox": inbox, "at": entry.at, "store": store, "name": name, "meaning": meaning,
                "notification_id": notification_id,
            })),
            _ => None,
        })
        .collect();
    lists::whole(&messages)
}

pub(crate) fn message(call: &Call<'_>) -> Answer {
    let inbox = call.id("inbox")?;
    call.about("message", inbox);
    match call.engine().raw_body(inbox)? {
        Some(body) => {
            call.audit("done")?;
            Ok(Reply::file("application/octet-stream", &format!("message-{inbox}.txt"), Body::Bytes(body)))
        }
        None if call.engine().removed_body(inbox)?.is_some() => Err(Problem::new(
            410,
            "removed_body",
            "the message's body was removed, by retention or with its player: its SHA-256 is kept",
        )),
        None => Err(Problem::new(404, "unknown_message", format!("there is no message {inbox}"))),
    }
}

pub(crate) fn report(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    call.about("refund", id);
    let given = [("key", json!(call.key()?)), ("who", json!(call.who()?))];
    let (_, report) = call.json_with::<RecoveryReport>(&[], &given)?;
    if report.rest != recoup::Rest::Owed {
        call.require(Right::Forgive)?;
    }
    Reply::json(&call.acting().report_recovery(id, &report)?)
}

pub(crate) fn forgive(call: &Call<'_>) -> Answer {
    let at = call.refund()?;
    let Forgive { items, written_off, why } = call.json()?;
    Reply::json(&call.acting().forgive(at, &items, written_off, call.key()?, &call.who()?, &why)?)
}

pub(crate) fn granted(call: &Call<'_>) -> Answer {
    let at = call.refund()?;
    let Granted { granted, why } = call.json()?;
    Reply::json(&call.acting().set_granted(at, &granted, &call.who()?, &why)?)
}

pub(crate) fn correct(call: &Call<'_>) -> Answer {
    let entry = call.id("entry")?;
    call.about("entry", entry);
    let Why { why } = call.json()?;
    Reply::json(&call.acting().correct(entry, &call.who()?, &why)?)
}

pub(crate) fn debtors(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let page = call.engine().debtors(place.after.as_deref(), place.limit)?;
    lists::list(call, &page.items, page.next)
}

pub(crate) fn find(call: &Call<'_>) -> Answer {
    let text = call.query.get("q").unwrap_or("");
    if text.len() > MAX_FIND {
        let bad = BadPurchase::TooLong { field: "q", size: text.len(), limit: MAX_FIND };
        return Err(recoup::Error::from(bad).into());
    }
    Reply::json(&call.engine().find(text)?)
}
