//! All players who owe something.

use super::report::debts_of;
use crate::engine::{Engine, MAX_PAGE};
use crate::error::Error;
use crate::model::{Debtor, DebtorPage};
use crate::uuid;

impl Engine {
    /// The players who owe something, by user id, from the one behind `after`.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn debtors(&self, after: Option<&str>, limit: usize) -> Result<DebtorPage, Error> {
        let wanted = limit.clamp(1, MAX_PAGE);
        // One more than requested shows whether there is a next page.
        let count = i64::try_from(wanted.saturating_add(1)).unwrap_or(i64::MAX);
        let after = after.map_or_else(String::new, uuid::canonical);
        self.read(|read| {
            let mut players = read.debtors(&after, count)?;
            let more = players.len() > wanted;
            players.truncate(wanted);
            let next =
                players.last().filter(|_| more).map(|(player, _)| read.spelling(player)).transpose()?;
            let mut page = DebtorPage { items: Vec::with_capacity(players.len()), next };
            for (player, since) in players {
                let debts = debts_of(read, &player, read.spelling(&player)?)?;
                page.items.push(Debtor {
                    user: debts.user,
                    blocked: read.is_blocked(&player)?,
                    since,
                    items: debts.items,
                    debts: debts.debts,
                });
            }
            Ok(page)
        })
    }
}
