//! What a player's access to a product depends on: operators' decisions, purchases and refunds.

use super::case::Case;
use super::columns::column;
use super::error::LedgerError;
use super::purchases::purchase_row;
use super::refunds::case_row;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{AccessOverride, RecordedPurchase, Timestamp};

impl Tx<'_> {
    /// Writes an operator's decision; the one before ends.
    pub(crate) fn override_access(
        &self,
        player: &str,
        product: &str,
        new: &AccessOverride,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE access_overrides SET ended_at = ?3 WHERE player = ?1 AND product = ?2 AND ended_at IS NULL",
            &values![player, product, now],
        )?;
        self.insert(
            "access_overrides",
            &values! {
                player: player,
                product: product,
                access: new.access,
                who: &new.who,
                why: &new.why,
                made_at: now,
                until: new.until,
            },
        )
        .map(drop)
    }
}

impl Read<'_> {
    /// An operator's latest decision on a player's access to a product, whether or not its time is over.
    pub(crate) fn access_override(
        &self,
        player: &str,
        product: &str,
    ) -> Result<Option<AccessOverride>, LedgerError> {
        self.one(
            "SELECT * FROM access_overrides WHERE player = ?1 AND product = ?2 AND ended_at IS NULL",
            &values![player, product],
            |row| {
                Ok(AccessOverride {
                    access: column(row, "access")?,
                    who: column(row, "who")?,
                    why: column(row, "why")?,
                    until: column(row, "until")?,
                })
            },
        )
    }

    /// A player's purchases of a product, with or without consumables.
    pub(crate) fn purchases_of_product(
        &self,
        player: &str,
        product: &str,
        with_consumables: bool,
    ) -> Result<Vec<RecordedPurchase>, LedgerError> {
        let sql = if with_consumables {
            "SELECT * FROM purchases WHERE player = ?1 AND product = ?2"
        } else {
            "SELECT * FROM purchases WHERE player = ?1 AND product = ?2 AND product_type IS DISTINCT FROM 'consumable'"
        };
        self.all(sql, &values![player, product], purchase_row)
    }

    /// A player's refunds that the host was notified of, of a product or of one that is not known.
    pub(crate) fn notified_cases(&self, player: &str, product: &str) -> Result<Vec<Case>, LedgerError> {
        self.all(
            // The unary plus keeps SQLite on the player's index.
            "SELECT * FROM refunds WHERE player = ?1 AND notified IS NOT NULL AND merged_into IS NULL
               AND (+product = ?2 OR product IS NULL) ORDER BY at, id",
            &values![player, product],
            case_row,
        )
    }
}
