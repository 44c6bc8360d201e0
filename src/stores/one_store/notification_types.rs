//! The numbers of `notificationType`.
//!
//! Source: <https://onestore-dev.gitbook.io/dev/tools/billing/v21/pns>.

/// What happened to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubscriptionNotificationType {
    /// Recovered from account hold, or resumed from a pause.
    Recovered,
    /// Renewed.
    Renewed,
    /// Cancelled; lives until it expires.
    Canceled,
    /// Bought.
    Purchased,
    /// Put on account hold.
    OnHold,
    /// In its grace period.
    InGracePeriod,
    /// Taken up again by the player before it expired.
    Restarted,
    /// The player agreed to a new price.
    PriceChangeConfirmed,
    /// Its renewal was put off.
    Deferred,
    /// Paused.
    Paused,
    /// The plan for a pause changed.
    PauseScheduleChanged,
    /// Taken away before it expired.
    Revoked,
    /// Expired.
    Expired,
    /// A number this version does not know.
    Unknown(i64),
}

use SubscriptionNotificationType as Type;

const TYPES: [(i64, Type, &str); 13] = [
    (1, Type::Recovered, "RECOVERED"),
    (2, Type::Renewed, "RENEWED"),
    (3, Type::Canceled, "CANCELED"),
    (4, Type::Purchased, "PURCHASED"),
    (5, Type::OnHold, "ON_HOLD"),
    (6, Type::InGracePeriod, "IN_GRACE_PERIOD"),
    (7, Type::Restarted, "RESTARTED"),
    (8, Type::PriceChangeConfirmed, "PRICE_CHANGE_CONFIRMED"),
    (9, Type::Deferred, "DEFERRED"),
    (10, Type::Paused, "PAUSED"),
    (11, Type::PauseScheduleChanged, "PAUSE_SCHEDULE_CHANGED"),
    (12, Type::Revoked, "REVOKED"),
    (13, Type::Expired, "EXPIRED"),
];

impl SubscriptionNotificationType {
    /// From ONE Store's number.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        TYPES.iter().find(|row| row.0 == number).map_or(Self::Unknown(number), |row| row.1)
    }

    /// ONE Store's number.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Unknown(number) => number,
            known => TYPES.iter().find(|row| row.1 == known).map_or(0, |row| row.0),
        }
    }

    /// ONE Store's name; `None` for a number this version does not know.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        TYPES.iter().find(|row| row.1 == self).map(|row| row.2)
    }
}
