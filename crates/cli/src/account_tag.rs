//! `recoup account-tag`: the tag that the game puts on a player's purchases.

use recoup::{EngineOptions, Store};
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{Ended, Failure};
use crate::render::Output;
use crate::stores;

/// Print the account tag of a user, for the game's client to put on the user's purchases.
#[derive(Debug, clap::Args)]
pub(crate) struct AccountTag {
    #[command(flatten)]
    config: ConfigFile,
    #[arg(help = stores::any("The store"))]
    store: Store,
    /// The game's own id of the player
    user: String,
}

impl AccountTag {
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let engine = self.config.engine(EngineOptions::new())?;
        let tag = engine.account_tag(&self.store, &self.user)?;
        if output.is_json() {
            output.document(&json!({"user": self.user, "tag": tag}))?;
        } else {
            output.say(tag)?;
        }
        engine.close()?;
        Ok(Ended::Fine)
    }
}
