//! What doctor found, and another run of it.

use recoup::DoctorOptions;
use serde::Deserialize;

use crate::call::Call;
use crate::reply::{Answer, Reply};
use crate::rights::Right;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Examine {
    /// Whether to request a test notification from Apple.
    #[serde(default)]
    app_store_test_notification: bool,
}

pub(crate) fn show(call: &Call<'_>) -> Answer {
    Reply::value(call.state.jobs.health())
}

pub(crate) fn examine(call: &Call<'_>) -> Answer {
    let Examine { app_store_test_notification } = call.json()?;
    if app_store_test_notification {
        call.require(Right::Replay)?;
        call.audit("done")?;
    }
    let options = DoctorOptions::new().app_store_test_notification(app_store_test_notification);
    call.state.jobs.examine(&call.state.engine, options);
    Ok(Reply::value(call.state.jobs.health())?.with_status(202))
}
