//! `recoup purchase transfer`: moves a purchase to another player.

use recoup::{EngineOptions, Store};

use crate::blocks::ByOperator;
use crate::config_file::ConfigFile;
use crate::exit::{Ended, Failure};
use crate::render::{Output, words};
use crate::stores;

/// Move a purchase to another user, with the refunds of that order.
#[derive(Debug, clap::Args)]
pub(crate) struct Transfer {
    #[command(flatten)]
    config: ConfigFile,
    /// The store's id of the order, or its purchase token
    order: String,
    /// The game's own id of the player who gets it
    #[arg(long, value_name = "USER")]
    to: String,
    #[arg(long, help = stores::any("The store, where two have this order"))]
    store: Option<Store>,
    #[command(flatten)]
    by: ByOperator,
}

impl Transfer {
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let engine = self.config.engine(EngineOptions::new().background(false))?;
        let (who, why) = (self.by.who(), &self.by.why);
        let done = engine.transfer_purchase(self.store.as_ref(), &self.order, &self.to, &who, why)?;
        engine.close()?;
        if output.is_json() {
            output.document(&done)?;
            return Ok(Ended::Fine);
        }
        let counted = |count: usize, one| words::counted(u64::try_from(count).unwrap_or(u64::MAX), one);
        output.say(match (&done.from, done.purchases, done.refunds) {
            (_, 0, 0) => format!("Order {} was {}'s already.", done.order, done.to),
            (Some(from), purchases, refunds) => format!(
                "Order {} moved from {from} to {}: {}, {}.",
                done.order,
                done.to,
                counted(purchases, "purchase"),
                counted(refunds, "refund")
            ),
            (None, purchases, refunds) => format!(
                "Order {} is {}'s: {}, {}.",
                done.order,
                done.to,
                counted(purchases, "purchase"),
                counted(refunds, "refund")
            ),
        })?;
        Ok(Ended::Fine)
    }
}
