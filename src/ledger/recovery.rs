//! The books: entries that are never edited, and their sums beside them.

use super::case::Case;
use super::columns::{column, name_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::{to_name, values};
use crate::model::{EntryKind, Environment, How, RecoveryEntry, RefundId, Timestamp};

/// The sums of the books of one refund, player and item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) player: String,
    pub(crate) item: String,
    pub(crate) granted: i64,
    pub(crate) due: i64,
    pub(crate) taken: i64,
    pub(crate) forgiven: i64,
    /// How many the player got again after a reversal.
    pub(crate) returned: i64,
}

/// An entry to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewRecoveryEntry<'a> {
    pub(crate) kind: EntryKind,
    /// Not zero.
    pub(crate) quantity: i64,
    pub(crate) how: How,
    /// The entry that this one cancels.
    pub(crate) corrects: Option<i64>,
    /// The recorded purchase by which the player paid again.
    pub(crate) purchase: Option<i64>,
    pub(crate) who: Option<&'a str>,
}

/// What was done under a key.
pub(crate) struct KnownRequest {
    pub(crate) fingerprint: Vec<u8>,
    /// JSON.
    pub(crate) answer: String,
    /// Of a key under which an event was settled: the event's refund.
    pub(crate) refund: Option<RefundId>,
}

impl Tx<'_> {
    /// Writes an entry, and the balance that it makes. The caller has added it to the balance.
    pub(crate) fn book(
        &self,
        refund: RefundId,
        balance: &Balance,
        entry: &NewRecoveryEntry<'_>,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.insert(
            "recovery",
            &values! {
                refund_id: refund,
                player: &balance.player,
                item: &balance.item,
                kind: &to_name(&entry.kind)?,
                quantity: entry.quantity,
                how: &to_name(&entry.how)?,
                corrects: entry.corrects,
                purchase_id: entry.purchase,
                at: now,
                who: entry.who,
            },
        )?;
        self.save_balance(refund, balance)
    }

    pub(crate) fn save_balance(&self, refund: RefundId, balance: &Balance) -> Result<(), LedgerError> {
        let row = values! {
            refund_id: refund,
            player: &balance.player,
            item: &balance.item,
            granted: balance.granted,
            due: balance.due,
            taken: balance.taken,
            forgiven: balance.forgiven,
            returned: balance.returned,
        };
        self.insert_all(
            "balances",
            &[row],
            "ON CONFLICT (refund_id, player, item) DO UPDATE SET granted = excluded.granted, due = excluded.due,
             taken = excluded.taken, forgiven = excluded.forgiven, returned = excluded.returned",
        )
        .map(drop)
    }

    /// Notes what was answered under a key.
    pub(crate) fn keep_request(
        &self,
        key: &str,
        fingerprint: &[u8],
        answer: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let row = values! { key: key, fingerprint: fingerprint, answer: answer, at: now };
        self.insert_all("requests", &[row], "ON CONFLICT (key) DO NOTHING").map(drop)
    }
}

impl Read<'_> {
    /// The balances of a refund, of every player it ever was of.
    pub(crate) fn balances(&self, refund: RefundId) -> Result<Vec<Balance>, LedgerError> {
        self.all(
            "SELECT * FROM balances WHERE refund_id = ?1 ORDER BY player, item",
            &values![refund],
            balance_row,
        )
    }

    /// What a player owes, by refund. An excluded refund is no debt.
    pub(crate) fn debts_of(&self, player: &str) -> Result<Vec<(RefundId, Balance)>, LedgerError> {
        self.all(
            "SELECT b.* FROM balances AS b JOIN refunds AS r ON r.id = b.refund_id
             WHERE b.player = ?1 AND b.due > b.taken + b.forgiven AND r.work_status <> 'excluded'
             ORDER BY b.item, b.refund_id",
            &values![player],
            |row| Ok((column(row, "refund_id")?, balance_row(row)?)),
        )
    }

    /// The players behind `after` who owe something, each with the time of the oldest refund.
    pub(crate) fn debtors(&self, after: &str, limit: i64) -> Result<Vec<(String, Timestamp)>, LedgerError> {
        self.all(
            "SELECT b.player AS player, min(r.at) AS at FROM balances AS b JOIN refunds AS r ON r.id = b.refund_id
             WHERE b.player > ?1 AND b.due > b.taken + b.forgiven AND r.work_status <> 'excluded'
             GROUP BY b.player ORDER BY b.player LIMIT ?2",
            &values![after, limit],
            |row| Ok((column(row, "player")?, column(row, "at")?)),
        )
    }

    /// Whether a case's user owes something for another refund of the same environment, refunded by this time.
    pub(crate) fn owes_for_earlier(&self, case: &Case, by: Timestamp) -> Result<bool, LedgerError> {
        let environment = case.effective_environment.unwrap_or(Environment::Production);
        let owes = self.number(
            "SELECT EXISTS (SELECT 1 FROM balances JOIN refunds ON refunds.id = balances.refund_id
               WHERE balances.player = ?1 AND balances.due > balances.taken + balances.forgiven
                 AND balances.refund_id <> ?2 AND refunds.at <= ?3 AND refunds.work_status <> 'excluded'
                 AND coalesce(refunds.effective_environment, 'production') = ?4)",
            &values![&case.refund.user, case.refund.id, by, environment.as_str()],
        )?;
        Ok(owes == 1)
    }

    /// The entries of a refund, oldest first.
    pub(crate) fn recovery_entries(&self, refund: RefundId) -> Result<Vec<RecoveryEntry>, LedgerError> {
        self.all("SELECT * FROM recovery WHERE refund_id = ?1 ORDER BY id", &values![refund], entry_row)
    }

    /// An entry by its id.
    pub(crate) fn recovery_entry(&self, id: i64) -> Result<Option<RecoveryEntry>, LedgerError> {
        self.one("SELECT * FROM recovery WHERE id = ?1", &values![id], entry_row)
    }

    /// Whether another entry cancels this one.
    pub(crate) fn is_corrected(&self, entry: i64) -> Result<bool, LedgerError> {
        let found = self.one("SELECT id FROM recovery WHERE corrects = ?1", &values![entry], |row| {
            column::<i64>(row, "id")
        })?;
        Ok(found.is_some())
    }

    /// What was done under a key.
    pub(crate) fn request_of_key(&self, key: &str) -> Result<Option<KnownRequest>, LedgerError> {
        self.one("SELECT * FROM requests WHERE key = ?1", &values![key], |row| {
            Ok(KnownRequest {
                fingerprint: column(row, "fingerprint")?,
                answer: column(row, "answer")?,
                refund: column(row, "refund_id")?,
            })
        })
    }
}

pub(super) fn balance_row(row: &Row<'_>) -> Result<Balance, LedgerError> {
    Ok(Balance {
        player: column(row, "player")?,
        item: column(row, "item")?,
        granted: column(row, "granted")?,
        due: column(row, "due")?,
        taken: column(row, "taken")?,
        forgiven: column(row, "forgiven")?,
        returned: column(row, "returned")?,
    })
}

pub(super) fn entry_row(row: &Row<'_>) -> Result<RecoveryEntry, LedgerError> {
    let unreadable = |what| LedgerError::Unreadable { what, problem: "NULL instead of a name".to_owned() };
    Ok(RecoveryEntry {
        id: column(row, "id")?,
        refund: column(row, "refund_id")?,
        user: column(row, "player")?,
        item: column(row, "item")?,
        kind: name_column(row, "kind")?.ok_or_else(|| unreadable("kind"))?,
        quantity: column(row, "quantity")?,
        how: name_column(row, "how")?.ok_or_else(|| unreadable("how"))?,
        corrects: column(row, "corrects")?,
        purchase: column(row, "purchase_id")?,
        at: column(row, "at")?,
        who: column(row, "who")?,
    })
}
