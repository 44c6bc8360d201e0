//! Signing in and out, proofs, one's own sessions, invitations.

use recoup::{Acting, Engine, Timestamp};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::api::operators::by_a_person;
use crate::call::Call;
use crate::lists;
use crate::password;
use crate::problem::Problem;
use crate::reply::{Answer, Reply};
use crate::session::{self, Caller, Way};
use crate::sign_in::PROOF;

/// The longest name that is looked up, in bytes.
const MAX_NAME: usize = 256;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    name: String,
    password: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    password: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    password: Zeroizing<String>,
    new_password: Zeroizing<String>,
}

pub(crate) fn show(call: &Call<'_>) -> Answer {
    match &call.caller {
        Some(caller) => Reply::value(session::document(call.state, caller)?),
        None => Err(session::signed_out(call.state)),
    }
}

pub(crate) fn sign_in(call: &Call<'_>) -> Answer {
    let Credentials { name, password } = call.json()?;
    if !call.state.options.password {
        return Err(Problem::new(
            403,
            "no_passwords",
            "this console accepts no passwords: sign in through the proxy",
        ));
    }
    if name.len() > MAX_NAME {
        return Err(Problem::new(422, "bad_name", format!("the name has more than {MAX_NAME} bytes")));
    }
    // No operator is signed in yet, so the audit has the one whom the call is about.
    call.about("operator", recoup::shown(&name, MAX_NAME));
    check(call, &name, &password)?;
    let signed_in = Acting { operator: Some(name.clone()), ..call.audited() };
    begin(call, &call.engine().acting(signed_in), &name)
}

/// Compares a password, and counts the try.
///
/// # Errors
/// `slow_down`; `wrong_password`, the same for a name that does not exist.
fn check(call: &Call<'_>, name: &str, password: &str) -> Result<(), Problem> {
    let state = call.state;
    state.failures.begin(name, call.address(), call.engine().now())?;
    let known = state.engine.password_of(name)?;
    if state.passwords.fits(password, known.as_deref()) {
        state.failures.succeeded(name);
        return Ok(());
    }
    // A caller's refused call is written by who dispatched it.
    if call.caller.is_none() {
        call.audit("wrong_password")?;
    }
    Err(Problem::new(401, "wrong_password", "the name or the password is wrong"))
}

/// Begins a session, and answers with it. The one that the browser had before ends.
fn begin(call: &Call<'_>, engine: &Engine, name: &str) -> Answer {
    let state = call.state;
    if let Some(token) = session::session_token(state, &call.fields) {
        state.engine.end_session(&token)?;
    }
    let proven = state.engine.now().plus(PROOF);
    let (token, session) = engine.begin_session(name, state.options.limits, Some(proven))?;
    let cookie = session::set_cookie(state.is_https(), &token);
    let caller = session::of_session(token, session);
    Ok(Reply::value(session::document(state, &caller)?)?.with_field("set-cookie", cookie))
}

pub(crate) fn sign_out(call: &Call<'_>) -> Answer {
    let caller = call.caller()?;
    if let (Way::Password, Some(token)) = (caller.way, &caller.token) {
        call.acting().end_session(token)?;
    }
    Ok(Reply::done().with_field("set-cookie", session::end_cookie(call.state.is_https())))
}

pub(crate) fn prove(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let Proof { password } = call.json()?;
    let caller = call.caller()?;
    check(call, &caller.operator, &password)?;
    let until = call.engine().now().plus(PROOF);
    let proven = prove_until(call, caller, until)?;
    Reply::value(session::document(call.state, &proven)?)
}

fn prove_until(call: &Call<'_>, caller: &Caller, until: Timestamp) -> Result<Caller, Problem> {
    let state = call.state;
    match (caller.way, &caller.token) {
        (Way::Password, Some(token)) => {
            call.acting().prove_session(token, until)?;
        }
        _ => {
            state.proofs.prove(&caller.operator, until);
            call.audit("done")?;
        }
    }
    Ok(Caller { proven_until: Some(until), ..caller.clone() })
}

pub(crate) fn change_password(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let NewPassword { password, new_password } = call.json()?;
    let caller = call.caller()?;
    check(call, &caller.operator, &password)?;
    let hash = new_hash(call, &caller.operator, &new_password)?;
    let engine = call.acting();
    engine.set_password(&caller.operator, &hash)?;
    // A new password ends every session, this one too: whoever changed it goes on with a new one.
    let proven = call.engine().now().plus(PROOF);
    if caller.way == Way::Password {
        let (token, _) =
            call.engine().begin_session(&caller.operator, call.state.options.limits, Some(proven))?;
        let cookie = session::set_cookie(call.state.is_https(), &token);
        return Ok(Reply::done().with_field("set-cookie", cookie));
    }
    Ok(Reply::done())
}

fn new_hash(call: &Call<'_>, name: &str, password: &str) -> Result<String, Problem> {
    let options = &call.state.options;
    password::check_strength(password, &[name, options.game.as_deref().unwrap_or("recoup")])?;
    password::hash(password.as_bytes(), &*options.randomness).ok_or_else(Problem::internal)
}

pub(crate) fn sessions(call: &Call<'_>) -> Answer {
    let sessions = call.engine().sessions(call.operator()?)?;
    lists::whole(&sessions)
}

pub(crate) fn end_session(call: &Call<'_>) -> Answer {
    by_a_person(call)?;
    let id = call.parameter("id");
    call.about("session", recoup::shown(id, MAX_NAME));
    if call.acting().end_session_by_id(call.operator()?, id)? {
        return Ok(Reply::done());
    }
    Err(Problem::new(404, "unknown_session", "you have no such session: it may have ended already"))
}

fn bad_invitation() -> Problem {
    Problem::new(
        410,
        "bad_invitation",
        "the invitation is unknown, was used, or is older than a day: ask for another one (recoup operator invite)",
    )
}

pub(crate) fn invitation(call: &Call<'_>) -> Answer {
    let operator = call.engine().invitation(call.parameter("token"))?.ok_or_else(bad_invitation)?;
    Reply::value(json!({"operator": operator.name, "role": operator.role.as_str()}))
}

pub(crate) fn accept(call: &Call<'_>) -> Answer {
    if !call.state.options.password {
        return Err(bad_invitation());
    }
    let Proof { password } = call.json()?;
    let token = call.parameter("token");
    let engine = call.engine();
    // A token is too long to be guessed; what remains is the cost of trying.
    call.state.failures.count_peer(call.address(), engine.now())?;
    let operator = engine.invitation(token)?.ok_or_else(bad_invitation)?;
    call.about("operator", &operator.name);
    let hash = new_hash(call, &operator.name, &password)?;
    let operator = call.acting().accept_invitation(token, &hash)?;
    begin(call, engine, &operator.name)
}
