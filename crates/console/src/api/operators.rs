//! Operators and tokens: who may sign in, and as what.

use recoup::{Invitation, Role, Span};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::call::{Call, bad_body};
use crate::lists;
use crate::problem::Problem;
use crate::reply::{Answer, Reply};
use crate::session::Way;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOperator {
    name: String,
    role: Role,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRole {
    role: Role,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    label: String,
    role: Role,
    days: i64,
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    lists::whole(&call.engine().operators()?)
}

/// An invitation with the address where it is accepted. The token is behind `#`, which no browser sends and no proxy logs.
fn invited(call: &Call<'_>, invitation: &Invitation) -> Answer {
    let address = format!("{}/invite#{}", call.state.address(), invitation.token);
    let mut document = json!(invitation);
    if let Value::Object(members) = &mut document {
        members.insert("address".to_owned(), json!(address));
    }
    Reply::value(document)
}

pub(crate) fn add(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let NewOperator { name, role } = call.json()?;
    call.about("operator", &name);
    invited(call, &call.acting().add_operator(&name, role)?)
}

/// The operator of the path.
fn named<'a>(call: &'a Call<'_>) -> &'a str {
    let name = call.parameter("name");
    call.about("operator", recoup::shown(name, 256));
    name
}

/// Refuses programs: a token that is stolen must not make operators or tokens that outlive it.
pub(crate) fn by_a_person(call: &Call<'_>) -> Result<(), Problem> {
    if call.caller()?.way == Way::Token {
        let detail = "a token changes no operators, tokens and sessions: sign in, or use recoup operator on the server";
        return Err(Problem::new(403, "not_by_token", detail));
    }
    Ok(())
}

/// Refuses what an operator would do to themselves: the last who may do it could lock everybody out.
fn not_oneself(call: &Call<'_>, name: &str) -> Result<(), Problem> {
    if call.operator()? == name {
        let detail =
            "you cannot do this to yourself: ask another admin, or use recoup operator on the server";
        return Err(Problem::new(409, "oneself", detail));
    }
    Ok(())
}

pub(crate) fn set_role(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let name = named(call);
    let NewRole { role } = call.json()?;
    not_oneself(call, name)?;
    Reply::json(&call.acting().set_operator_role(name, role)?)
}

pub(crate) fn invite(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let name = named(call);
    let _: Map<String, Value> = call.json()?;
    invited(call, &call.acting().invite_operator(name)?)
}

pub(crate) fn end(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let name = named(call);
    let _: Map<String, Value> = call.json()?;
    not_oneself(call, name)?;
    Reply::json(&call.acting().end_operator(name)?)
}

pub(crate) fn sign_out(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let name = named(call);
    let _: Map<String, Value> = call.json()?;
    let ended = call.acting().sign_out(name)?;
    Reply::value(json!({"ended": ended}))
}

pub(crate) fn make_token(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let NewToken { label, role, days } = call.json()?;
    if days < 1 {
        return Err(bad_body("days", "expected 1 or more"));
    }
    let operator = call.operator()?;
    call.about("operator", operator);
    let (token, session) = call.acting().make_token(operator, &label, role, Span::from_days(days))?;
    let mut document = json!(session);
    if let Value::Object(members) = &mut document {
        members.insert("token".to_owned(), json!(token));
    }
    Reply::value(document)
}
