//! What the ledger has of one person: written out, or forgotten.

use std::io::Write;
use std::sync::Arc;

use recoup::{Error, Forget};
use serde::Deserialize;

use crate::call::Call;
use crate::reply::{Answer, Body, Reply};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Export {
    user: String,
    #[serde(default)]
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForgetUser {
    user: String,
    why: String,
    #[serde(default)]
    even_so: bool,
}

pub(crate) fn export(call: &Call<'_>) -> Answer {
    let Export { user, why } = call.json()?;
    call.about("player", &user);
    let mut acting = call.audited();
    acting.details = Some(serde_json::json!({"why": why}));
    let engine = Arc::clone(&call.state.engine);
    // Before anything leaves.
    engine.write_audit(&acting, "begun")?;
    let writing = move |out: &mut dyn Write| {
        let written = engine.export_user(&user, out).map(drop);
        engine.write_audit(&acting, written.as_ref().err().map_or("done", Error::code))?;
        written
    };
    Ok(Reply::file("application/json", "player.json", Body::Stream(Box::new(writing))))
}

pub(crate) fn forget(call: &Call<'_>) -> Answer {
    let ForgetUser { user, why, even_so } = call.json()?;
    call.about("player", &user);
    Reply::json(&call.acting().forget_user(&user, &Forget { even_so }, &call.who()?, &why)?)
}
