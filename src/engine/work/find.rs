//! Finds what an id belongs to. Each look-up is one of an index; parts of ids are not searched for.

use crate::engine::Engine;
use crate::engine::until_repaid::show_block;
use crate::error::Error;
use crate::model::{Found, MAX_NAME, check_text};
use crate::uuid;

/// The most hits of each kind: a page. Ids are pasted, and have few.
const MAX_HITS: i64 = 50;

impl Engine {
    /// What an id belongs to: an order id, purchase token, original id, account tag or user id, or `refund:12`,
    /// `block:12`, `action:12`, `event:12`. The whole id is needed.
    ///
    /// # Errors
    /// [`Error::BadText`] for a text that is empty or longer than 4096 bytes; [`Error::Ledger`].
    pub fn find(&self, text: &str) -> Result<Found, Error> {
        let text = text.trim();
        check_text("text", text, MAX_NAME)?;
        let number = text.split_once(':').and_then(|(kind, id)| Some((kind, id.trim().parse::<i64>().ok()?)));
        let user = uuid::canonical(text);
        self.read(|read| {
            let mut found = Found::default();
            match number {
                Some(("refund", id)) => found.refunds.extend(read.refund(id)?),
                Some(("block", id)) => found.blocks.extend(read.block(id)?),
                Some(("action", id)) => found.actions.extend(read.action(id)?.map(|row| row.action)),
                Some(("event", id)) => found.events.extend(read.event(id)?),
                _ => {
                    found.refunds = read.refunds_of_id(text, MAX_HITS)?;
                    found.purchases = read.purchases_of_id(text, MAX_HITS)?;
                    if read.knows_user(&user)? {
                        found.users.push(user.clone());
                    }
                    found.users.extend(read.user_of_tag(text)?.filter(|other| *other != user));
                }
            }
            found.refunds.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            found.blocks.iter_mut().try_for_each(|block| show_block(read, block))?;
            found.purchases.iter_mut().try_for_each(|recorded| read.spell(&mut recorded.purchase.user))?;
            found.users.iter_mut().try_for_each(|user| read.spell(user))?;
            Ok(found)
        })
    }
}
