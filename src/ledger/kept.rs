//! How much is kept of what strangers may have a hand in, within limits.

use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::{column, values};

/// What has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeptKind {
    /// Authentic messages that were not understood.
    DeadLetters,
    /// Messages that nobody signed.
    Hints,
}

impl KeptKind {
    const fn name(self) -> &'static str {
        match self {
            Self::DeadLetters => "dead_letters",
            Self::Hints => "hints",
        }
    }
}

/// How much there is of a kind, or may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) count: u64,
    pub(crate) bytes: u64,
}

impl Amount {
    /// Whether nothing more may be kept.
    pub(crate) const fn is_full(self, limit: Self) -> bool {
        self.count >= limit.count || self.bytes >= limit.bytes
    }
}

impl Read<'_> {
    /// How much is kept of a kind.
    pub(crate) fn kept(&self, kind: KeptKind) -> Result<Amount, LedgerError> {
        let row =
            self.one("SELECT count, bytes FROM kept WHERE kind = ?1", &values![kind.name()], |row| {
                Ok((column::<i64>(row, "count")?, column::<i64>(row, "bytes")?))
            })?;
        let (count, bytes) = row.unwrap_or_default();
        let number = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(Amount { count: number(count), bytes: number(bytes) })
    }

    /// Whether a purchase is known by its token or its order: recorded by the host, or reported by the store before.
    pub(crate) fn knows_purchase(
        &self,
        store: &str,
        order_id: Option<&str>,
        token: Option<&str>,
    ) -> Result<bool, LedgerError> {
        let found = self.number(
            "SELECT EXISTS (SELECT 1 FROM purchases WHERE store = ?1 AND purchase_token = ?2)
                 OR EXISTS (SELECT 1 FROM purchases WHERE store = ?1 AND linked_token = ?2)
                 OR EXISTS (SELECT 1 FROM purchases WHERE store = ?1 AND order_id = ?3)
                 OR EXISTS (SELECT 1 FROM orders WHERE store = ?1 AND purchase_token = ?2)
                 OR EXISTS (SELECT 1 FROM orders WHERE store = ?1 AND order_id = ?3)
                 OR EXISTS (SELECT 1 FROM refunds WHERE store = ?1 AND purchase_token = ?2)
                 OR EXISTS (SELECT 1 FROM refunds WHERE store = ?1 AND order_id = ?3)",
            &values![store, token, order_id],
        )?;
        Ok(found > 0)
    }
}

impl Tx<'_> {
    /// Counts one more that is kept.
    pub(crate) fn count_kept(&self, kind: KeptKind, bytes: usize) -> Result<(), LedgerError> {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.insert_all(
            "kept",
            &[values! { kind: kind.name(), count: 1_i64, bytes: bytes }],
            "ON CONFLICT (kind) DO UPDATE SET count = kept.count + 1, bytes = kept.bytes + excluded.bytes",
        )
        .map(drop)
    }
}
