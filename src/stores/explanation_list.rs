//! Looking for the causes of refunds in the list that a store is swept by.

use super::{ApiError, Explanation, Sweeps, UnexplainedRefund};
use crate::model::{Span, Timestamp};

/// The most pages of a list that one explanation reads. Sweeps find what is on later pages.
const MAX_PAGES: usize = 5;

impl Explanation {
    /// Adds the store's list from `before` the first of the refunds up to now, and never from before the store's
    /// [window](Sweeps::window). A refund too old for the list does not make the request reach further back, so it
    /// costs the others no page; if all are too old, nothing is requested.
    ///
    /// # Errors
    /// The store's. The pages before it are added.
    pub(super) fn add_listed(
        &mut self,
        store: &dyn Sweeps,
        app: &str,
        refunds: &[UnexplainedRefund],
        before: Span,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let oldest = earlier(now, store.window(app, now));
        // Stores list some refunds late, with the time of listing.
        let oldest_listed = earlier(oldest, store.overlap());
        let times = refunds.iter().map(|refund| refund.at);
        let Some(first) = times.filter(|at| *at >= oldest_listed).min() else { return Ok(()) };
        let from = earlier(first, before).max(oldest).min(now);
        let mut page = None;
        for _ in 0..MAX_PAGES {
            let listed = store.page(app, (from, now), page.as_deref(), now)?;
            self.found.extend(listed.found);
            self.unread.extend(listed.unread);
            page = listed.next;
            if page.is_none() {
                break;
            }
        }
        Ok(())
    }
}

const fn earlier(time: Timestamp, by: Span) -> Timestamp {
    time.plus(Span::from_millis(by.millis().saturating_neg()))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::model::OrderDetails;
    use crate::stores::SweepPage;

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    /// A store that remembers 30 days, lists a day late, and has no last page.
    #[derive(Default)]
    struct Endless {
        requests: Mutex<Vec<Timestamp>>,
    }

    impl Sweeps for Endless {
        fn apps(&self) -> Vec<String> {
            Vec::new()
        }

        fn window(&self, _: &str, _: Timestamp) -> Span {
            Span::from_days(30)
        }

        fn overlap(&self) -> Span {
            Span::from_days(1)
        }

        fn page(
            &self,
            _: &str,
            (from, to): (Timestamp, Timestamp),
            page: Option<&str>,
            _: Timestamp,
        ) -> Result<SweepPage, ApiError> {
            assert_eq!(to, NOW);
            let mut requests = self.requests.lock().unwrap();
            assert_eq!(page.map(str::to_owned), (!requests.is_empty()).then(|| requests.len().to_string()));
            requests.push(from);
            let unread = vec![("odd".to_owned(), requests.len().to_string().into_bytes())];
            Ok(SweepPage { found: Vec::new(), unread, next: Some(requests.len().to_string()) })
        }
    }

    fn hours_ago(hours: i64) -> Timestamp {
        NOW.plus(Span::from_hours(-hours))
    }

    /// The start of the requested period, and the number of rows in the answer, for refunds of these ages in hours.
    fn listed(ages: &[i64]) -> (Option<Timestamp>, usize) {
        let store = Endless::default();
        let refunds: Vec<_> = ages
            .iter()
            .map(|hours| UnexplainedRefund {
                refund: 1,
                at: hours_ago(*hours),
                environment: None,
                about: OrderDetails::default(),
            })
            .collect();
        let mut explanation = Explanation::default();
        explanation.add_listed(&store, "app", &refunds, Span::from_hours(1), NOW).unwrap();
        let requests = store.requests.lock().unwrap();
        assert!(requests.iter().all(|from| Some(from) == requests.first()));
        assert_eq!(explanation.unread.len(), requests.len());
        (requests.first().copied(), requests.len())
    }

    #[test]
    fn the_list_begins_before_the_first_refund_and_ends_after_five_pages() {
        assert_eq!(listed(&[5, 7, 3]), (Some(hours_ago(8)), 5));
    }

    #[test]
    fn the_list_never_begins_before_the_window_or_after_now() {
        let window = hours_ago(30 * 24);
        assert_eq!(listed(&[30 * 24]), (Some(window), 5));
        assert_eq!(listed(&[31 * 24, 5]), (Some(window), 5), "it may have been listed a day late");
        assert_eq!(listed(&[-10]), (Some(NOW), 5), "the store's clock is ahead");
    }

    #[test]
    fn a_refund_too_old_for_the_list_does_not_lengthen_it() {
        assert_eq!(listed(&[31 * 24 + 1, 5]), (Some(hours_ago(6)), 5));
        assert_eq!(listed(&[400 * 24]), (None, 0));
        assert_eq!(listed(&[]), (None, 0));
    }
}
