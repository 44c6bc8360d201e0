//! What an object says beside its own words: when, and in which version of Stripe's API.

use crate::model::Timestamp;

/// Since this version `amount_refunded` and `refunded` of a charge say nothing of what was authorised and never captured.
/// Before it the released rest is in them, and a refund object stands for it.
/// Source: <https://docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow>.
const WITHOUT_RELEASES: &str = "2025-03-31";

/// How an object is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    /// The metadata key that the player's tag is under.
    pub(super) user_key: Option<&'a str>,
    /// Whether a checkout session's `client_reference_id` is the player's tag.
    pub(super) client_reference_id: bool,
    /// When what an object says came about, where it does not say so itself: the event's time.
    pub(super) at: Timestamp,
    /// The time that an object's totals and states are true for.
    pub(super) seen_at: Timestamp,
    /// Whether a charge counts what was released among what was refunded.
    pub(super) counts_releases: bool,
}

/// Whether charges of this API version count what was released as refunded. A version that is missing, or that is none of
/// Stripe's, is read as the newest.
pub(super) fn counts_releases(api_version: Option<&str>) -> bool {
    match api_version.and_then(date_of) {
        Some(date) => date < WITHOUT_RELEASES,
        None => {
            tracing::warn!(
                api_version = api_version.map(|version| version.chars().take(64).collect::<String>()),
                "a Stripe event's API version is missing or unknown; its charge is read as the newest version writes it"
            );
            false
        }
    }
}

/// The day in a version's name: `2024-10-28.acacia`, or before 2024 `2020-08-27`.
fn date_of(version: &str) -> Option<&str> {
    let date = version.get(..10)?;
    let is_date = date.bytes().enumerate().all(|(n, byte)| match n {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let is_whole = version.len() == 10 || version.as_bytes().get(10) == Some(&b'.');
    (is_date && is_whole).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_before_basil_counts_releases_and_no_other_does() {
        for before in ["2024-10-28.acacia", "2025-02-24.acacia", "2020-08-27", "2025-03-30.x"] {
            assert!(counts_releases(Some(before)), "{before}");
        }
        for since in ["2025-03-31.basil", "2025-09-30.clover", "2031-01-01"] {
            assert!(!counts_releases(Some(since)), "{since}");
        }
        for unknown in
            [None, Some(""), Some("basil"), Some("2024-10-28acacia"), Some("2024/10/28"), Some("ä024-10-28")]
        {
            assert!(!counts_releases(unknown), "{unknown:?}");
        }
    }
}
