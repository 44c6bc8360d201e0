//! The books of one refund: what should come back of each item that the purchase granted, what did, and what is still
//! owed. Pure rules; the entries and their sums are in the ledger.

mod due;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use due::Rounding;
pub(crate) use due::{Due, whole_items};

use super::{Grant, RefundId, Timestamp};

/// Where it is known from what a purchase granted; the best source counts, never a mixture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GrantSource {
    /// An operator, by [`Engine::set_granted`](crate::Engine::set_granted).
    Operator,
    /// The host's record of this very order.
    Purchase,
    /// The catalogue, by the product.
    Catalogue,
}

/// What an entry of the books counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntryKind {
    /// Items that should come back; negative where fewer should than before.
    Due,
    /// Items that came back; negative where the player got them again.
    Taken,
    /// Items that are no longer asked for.
    Forgiven,
}

/// What made an entry of the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum How {
    /// The refund as it is now, or what became known of the purchase.
    Decided,
    /// The game reported what it took.
    Reported,
    /// The player gave items that they earned since.
    Repaid,
    /// The player paid again, by a recorded purchase.
    Bought,
    /// An operator set the refund's status to recovered.
    StatusSet,
    /// The game gave the items again after a reversal.
    Returned,
    /// An operator, or the game's report: the studio does not want them.
    Forgiven,
    /// An operator, or the game's report: the studio cannot get them.
    WrittenOff,
    /// The store reported one refund twice: the books of one went to the other.
    Carried,
    /// An operator cancelled an earlier entry.
    Corrected,
}

/// An entry of the books. Entries are never edited: a mistake is cancelled by another entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RecoveryEntry {
    /// Its id; grows over time.
    pub id: i64,
    /// The refund.
    pub refund: RefundId,
    /// The player.
    pub user: String,
    /// The item.
    pub item: String,
    /// What it counts.
    pub kind: EntryKind,
    /// How many; never 0.
    pub quantity: i64,
    /// What made it.
    pub how: How,
    /// The entry that it cancels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<i64>,
    /// The recorded purchase by which the player paid again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<i64>,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// Who, where a person or a part of the game said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

/// What happens to what is still owed after a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// It stays owed.
    #[default]
    Owed,
    /// The studio does not want it.
    Forgiven,
    /// The studio cannot get it.
    WrittenOff,
}

/// What the game did about a refund.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RecoveryReport {
    /// Identifies the report, so that repeating it changes nothing: 1 to 200 printable ASCII characters, such as the
    /// key of [`ToDo`].
    pub key: String,
    /// What it took back; empty if it looked and took nothing.
    pub taken: Vec<Grant>,
    /// What it gave again after a reversal.
    pub returned: Vec<Grant>,
    /// What happens to what is still owed.
    pub rest: Rest,
    /// Who reports it, such as the part of the game.
    pub who: Option<String>,
    /// Why, where an operator reports it.
    pub why: Option<String>,
}

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ReportOutcome {
    /// The books after it.
    pub recovery: Recovery,
    /// What was taken beyond all that the purchase granted. It is not booked: give it back at once.
    pub too_much: Vec<Grant>,
}

/// Items that a player gives back of their own accord, for whatever they owe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Repayment {
    /// Identifies it, so that repeating it changes nothing: 1 to 200 printable ASCII characters.
    pub key: String,
    /// What the game took from the player. It pays the player's oldest debts of each item first.
    pub items: Vec<Grant>,
    /// Who reports it, such as the part of the game.
    pub who: Option<String>,
    /// Why, such as the event in which the items were earned.
    pub why: Option<String>,
}

/// What became of a repayment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RepaymentOutcome {
    /// What it paid of each debt.
    pub applied: Vec<AppliedRepayment>,
    /// What exceeds all debts of the item. It is not booked: give it back at once.
    pub too_much: Vec<Grant>,
    /// What the player still owes.
    pub debts: Debts,
}

/// What a repayment paid of one debt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct AppliedRepayment {
    /// The refund.
    pub refund: RefundId,
    /// The item.
    pub item: String,
    /// How many.
    pub quantity: i64,
}

/// What the game should do now about a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ToDo {
    /// The refund.
    pub refund: RefundId,
    /// The key to report it under.
    pub key: String,
    /// What to take from the player, as far as the player has it.
    pub take: Vec<Grant>,
    /// What to give to the player.
    pub give: Vec<Grant>,
}

/// What a player owes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Debts {
    /// The player.
    pub user: String,
    /// All debts by item.
    pub items: Vec<Grant>,
    /// Each debt.
    pub debts: Vec<Debt>,
}

/// What a player owes of one item for one refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Debt {
    /// The refund.
    pub refund: RefundId,
    /// The item.
    pub item: String,
    /// How many.
    pub owed: i64,
}

/// A player who owes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Debtor {
    /// The player.
    pub user: String,
    /// Whether any block of the player is active.
    pub blocked: bool,
    /// When the oldest of the refunds was made, by the store's clock.
    pub since: Timestamp,
    /// All debts by item.
    pub items: Vec<Grant>,
    /// Each debt.
    pub debts: Vec<Debt>,
}

/// A page of the players who owe something, and where the next begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct DebtorPage {
    /// The players, by user id.
    pub items: Vec<Debtor>,
    /// Give this as `after` for the next page; `None` at the end.
    pub next: Option<String>,
}

/// The books of a refund, as events, queries and reports return them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Recovery {
    /// Whether it is known what the purchase granted. If not, `items` is empty: nothing is guessed.
    pub known: bool,
    /// Whether it is known how much of the order is refunded. If not, `due` is the least that it can be.
    pub sized: bool,
    /// Where it is known from what was granted.
    pub granted_by: Option<GrantSource>,
    /// Whether nothing is owed, and it is known how much was due.
    pub settled: bool,
    /// Each item that was granted, by name.
    pub items: Vec<RecoveryItem>,
}

impl Recovery {
    /// Whether anything is owed.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        self.items.iter().any(|item| item.owed > 0)
    }

    /// Whether the player gets anything back.
    #[must_use]
    pub fn is_to_return(&self) -> bool {
        self.items.iter().any(|item| item.to_return > 0)
    }

    /// Whether it is known how much was due.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.known && self.sized
    }
}

/// One item of a refund's books. All are numbers of items, 0 or more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RecoveryItem {
    /// The game's name of the item.
    pub item: String,
    /// How many the purchase granted.
    pub granted: i64,
    /// How many should come back for the refund as it is now.
    pub due: i64,
    /// How many came back: the game took them, or the player repaid them.
    pub taken: i64,
    /// How many are no longer asked for.
    pub forgiven: i64,
    /// How many are missing: `due - taken - forgiven`, at least 0.
    pub owed: i64,
    /// How many the player gets back: `taken - due`, at least 0; 0 while it is not known how much is due.
    pub to_return: i64,
}

impl RecoveryItem {
    /// An item's line, with what follows from its four sums.
    #[must_use]
    pub fn new(item: String, granted: i64, due: i64, taken: i64, forgiven: i64) -> Self {
        let owed = due.saturating_sub(taken).saturating_sub(forgiven).max(0);
        let to_return = taken.saturating_sub(due).max(0);
        Self { item, granted, due, taken, forgiven, owed, to_return }
    }

    /// How many were forgiven that would otherwise be owed.
    #[must_use]
    pub fn lost(&self) -> i64 {
        self.forgiven.min(self.due.saturating_sub(self.taken).max(0))
    }
}
