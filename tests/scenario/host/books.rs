//! Commands on the books of refunds and on operators' work.

use recoup::{ClosedAs, Grant, NoteOn, RefundRef, RefundStatus};

use super::commands::read;
use super::*;

pub(super) fn command(engine: &Engine, words: &[&str]) -> Played {
    let document = match *words {
        ["recovery", id] => json(&engine.recovery(number(id))?.ok_or_else(|| unknown("unknown_refund"))?),
        ["recovery_entries", id] => {
            let entries = engine.recovery_entries(number(id))?;
            known(engine, number(id))?;
            json(&entries)
        }
        ["to_do", event] => json(&engine.to_do(number(event))?),
        ["report_recovery", id, report] => json(&engine.report_recovery(number(id), &read(report)?)?),
        ["settle", event, report] => json(&engine.settle(number(event), &read(report)?)?),
        ["repay", user, repayment] => json(&engine.repay(user, &read(repayment)?)?),
        ["forgive", id, request] => {
            let Forgive { key, items, written_off, who, why } = read(request)?;
            json(&engine.forgive(number(id), &items, written_off, &key, &who, &why)?)
        }
        ["correct", entry, who, why] => json(&engine.correct(number(entry), who, why)?),
        ["set_granted", id, request] => {
            let Granted { grants, who, why } = read(request)?;
            json(&engine.set_granted(number(id), &grants, &who, &why)?)
        }
        ["debts", user] => json(&engine.debts(user)?),
        ["close_refund", id, closed_as, who, why] => {
            let closed_as: ClosedAs = named(closed_as)?;
            json(&engine.close_refund(number(id), closed_as, who, why)?)
        }
        ["reopen_refund", id, who, why] => json(&engine.reopen_refund(number(id), who, why)?),
        ["assign_refund", id, to, who, why] => {
            json(&engine.assign_refund(number(id), Some(to).filter(|to| !to.is_empty()), who, why)?)
        }
        ["set_refund_status", id, status, who, why] => {
            let status: RefundStatus = named(status)?;
            json(&engine.set_refund_status(RefundRef::Refund(number(id)), status, who, why)?)
        }
        ["set_order_status", order, status, who, why] => {
            let status: RefundStatus = named(status)?;
            json(&engine.set_refund_status(RefundRef::Order(order.to_owned()), status, who, why)?)
        }
        ["case", id] => json(&engine.case_file(number(id))?.ok_or_else(|| unknown("unknown_refund"))?),
        ["refund_of_order", order] => json(&engine.refund_of_order(order)?.ok_or_else(not_found)?),
        ["find", text] => json(&engine.find(text)?),
        ["count_refunds", filter] => json(&engine.count_refunds(&read(filter)?)?),
        ["add_note", note] => {
            let NewNote { refund, user, text, who } = read(note)?;
            let on = match (refund, user) {
                (Some(refund), None) => NoteOn::Refund(refund),
                (None, Some(user)) => NoteOn::User(user),
                _ => return Err(argument("bad_json")),
            };
            json(&engine.add_note(&on, &text, &who)?)
        }
        ["notes", on] => {
            let on: NoteOn = read(on)?;
            if let NoteOn::Refund(id) = on {
                known(engine, id)?;
            }
            json(&engine.notes(&on)?)
        }
        _ => panic!("no such command: {words:?}"),
    };
    line(document)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forgive {
    key: String,
    #[serde(default)]
    items: Vec<Grant>,
    #[serde(default)]
    written_off: bool,
    who: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Granted {
    grants: Vec<Grant>,
    who: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewNote {
    refund: Option<i64>,
    user: Option<String>,
    text: String,
    who: String,
}

fn unknown(code: &str) -> Failure {
    Failure(7, code.to_owned(), false, 500)
}

fn known(engine: &Engine, refund: i64) -> Result<(), Failure> {
    engine.refund(refund)?.map(drop).ok_or_else(|| unknown("unknown_refund"))
}

fn named<T: DeserializeOwned>(name: &str) -> Result<T, Failure> {
    serde_json::from_value(name.into()).map_err(|_| argument("unknown_status"))
}
