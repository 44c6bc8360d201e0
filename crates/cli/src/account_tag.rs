//! `recoup account-tag`: the account tag for a player's purchases.

use recoup::{EngineOptions, Store};
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::Output;

/// Print the account tag of a user, for the game's client to put on the user's purchases.
#[derive(Debug, clap::Args)]
pub(crate) struct AccountTag {
    #[command(flatten)]
    config: ConfigFile,
    /// The store: app-store, google-play, one-store, stripe or custom:NAME
    store: Store,
    /// The game's own id of the player
    user: String,
}

impl AccountTag {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.engine(EngineOptions::new())?;
        let tag = engine.account_tag(&self.store, &self.user)?;
        if output.is_json() {
            output.document(&json!({"user": self.user, "tag": tag}))?;
        } else {
            output.print(tag)?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}
