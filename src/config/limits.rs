//! How much is kept of what strangers may have a hand in.

use serde::Deserialize;

use crate::ledger::Amount;

const MIB: u64 = 1 << 20;

/// Limits on what strangers can cause to be stored. At a limit nothing acknowledged is dropped; further messages are
/// answered 503, so that the store retries until there is room. `recoup doctor` and `/metrics` report it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LimitsSection {
    /// How many authentic messages that were not understood are stored; 10,000.
    pub dead_letters: Option<u64>,
    /// Their total size in bytes; 67,108,864, which is 64 MiB.
    pub dead_letter_bytes: Option<u64>,
    /// How many unsigned messages are stored; 100,000.
    pub hints: Option<u64>,
    /// Their total size in bytes; 67,108,864.
    pub hint_bytes: Option<u64>,
}

impl LimitsSection {
    pub(crate) fn of_dead_letters(&self) -> Amount {
        Amount {
            count: self.dead_letters.unwrap_or(10_000),
            bytes: self.dead_letter_bytes.unwrap_or(64 * MIB),
        }
    }

    pub(crate) fn of_hints(&self) -> Amount {
        Amount { count: self.hints.unwrap_or(100_000), bytes: self.hint_bytes.unwrap_or(64 * MIB) }
    }
}
