//! Certificates' validity.

use time::OffsetDateTime;

use crate::model::Timestamp;

/// A certificate's validity, both ends included, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainValidity {
    /// Its start.
    pub not_before: Timestamp,
    /// Its end.
    pub not_after: Timestamp,
}

impl Default for ChainValidity {
    /// The years 2020 to 2049: any time that a test may use.
    fn default() -> Self {
        Self {
            not_before: Timestamp::from_secs(1_577_836_800),
            not_after: Timestamp::from_secs(2_524_607_999),
        }
    }
}

/// In the type that certificates are made with.
pub(crate) fn instant(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.secs()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
