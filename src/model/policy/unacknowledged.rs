//! Whether a store may have refunded on its own because the game never acknowledged the purchase.
//!
//! Some stores do so three days after the purchase, and push no reason. Their APIs report it, so the engine queries them;
//! this module decides until there is an answer, or if none comes.

use super::super::{CaseState, Initiator, Span, StoreState, Timestamp};

/// When a store refunds on its own what the game did not acknowledge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unacknowledged {
    /// The least age of the purchase; `None`: any.
    pub(crate) earliest: Option<Span>,
    /// Its greatest age, with some time for the message to arrive.
    pub(crate) latest: Span,
    /// Whether an order is a renewal by its id. Renewals need no acknowledgement.
    pub(crate) is_renewal: fn(&str) -> bool,
}

impl Unacknowledged {
    /// Whether this refund may be one of those; see [`Matcher::maybe_unacknowledged`](super::Matcher::maybe_unacknowledged).
    ///
    /// `known_since` is a time by which the purchase had been made, from the host's record of this order or token: when it
    /// was recorded, or the recorded time of purchase, which for a subscription may be another renewal's. It counts if the
    /// case has no time of purchase.
    pub(crate) fn may_include(&self, case: &CaseState, known_since: Option<Timestamp>) -> bool {
        // A store that cancels on its own refunds everything.
        if case.state != StoreState::Refunded {
            return false;
        }
        if case.reason.is_some() || !matches!(case.initiator, None | Some(Initiator::Store)) {
            return false;
        }
        if let Some(acknowledged) = case.about.acknowledged {
            return !acknowledged;
        }
        if case.about.order_id.as_deref().is_some_and(self.is_renewal) {
            return false;
        }
        match (case.about.purchased_at, known_since) {
            (Some(purchased_at), _) => {
                let age = case.at.since(purchased_at);
                self.earliest.is_none_or(|earliest| earliest <= age) && age <= self.latest
            }
            (None, Some(known_since)) => case.at.since(known_since) <= self.latest,
            (None, None) => true,
        }
    }
}
