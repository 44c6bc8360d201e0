//! How long certificates are valid.

use time::OffsetDateTime;

use crate::model::Timestamp;

/// From when until when a certificate is valid, both included, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainValidity {
    /// From when.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
}

impl Default for ChainValidity {
    /// The years 2020 to 2049: whatever time a test sets its clock to.
    fn default() -> Self {
        Self {
            not_before: Timestamp::from_secs(1_577_836_800),
            not_after: Timestamp::from_secs(2_524_607_999),
        }
    }
}

/// As certificates are made with.
pub(crate) fn instant(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.secs()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
