//! What was refunded in a time, by Apple's notification history.
//!
//! Each of the types that say something of a refund is listed by itself, since a listing is of one type or of all, and
//! of all would be mostly renewals:
//! - REFUND and REFUND_REVERSED: money went, or came again;
//! - REVOKE: a family member lost the purchase;
//! - REFUND_DECLINED and CONSUMPTION_REQUEST: how a review stands, and those that can still be answered;
//! - RESCIND_CONSENT: what a player no longer consents to must be known before Apple is told anything.

use super::call::{NotTaken, Refusal, confirmed};
use super::history::{self, Listing, not_ours, page_name, page_of, within_window};
use super::{AppStoreApi, Place, environment};
use crate::model::{Signal, Span, Timestamp};
use crate::stores::app_store::{AppStoreEnvironment, NotificationType};
use crate::stores::{ApiError, SweepPage, Sweeps};

const TYPES: [NotificationType; 6] = [
    NotificationType::Refund,
    NotificationType::RefundReversed,
    NotificationType::Revoke,
    NotificationType::RefundDeclined,
    NotificationType::ConsumptionRequest,
    NotificationType::RescindConsent,
];

/// Apple states no delay. A day covers what is written to the history late and clocks that differ, and costs a page or
/// two: what is known changes nothing.
const OVERLAP: Span = Span::from_days(1);

/// Which listing a page is of, and which page of it: the [pages](SweepPage::next) of a sweep go through all types in
/// production, then in the sandbox. As text: `Production:REFUND`, and from the second page on with the times and
/// Apple's `paginationToken` behind it.
struct Stage<'p> {
    sandbox: bool,
    kind: usize,
    page: Option<((Timestamp, Timestamp), &'p str)>,
}

impl Sweeps for AppStoreApi {
    fn apps(&self) -> Vec<String> {
        self.apps.keys().cloned().collect()
    }

    /// 180 days but for an hour, as in production. The sandbox remembers 30 days and is asked no further back: of an app
    /// that is asked about there only, that is all.
    fn window(&self, app: &str, _now: Timestamp) -> Span {
        history::window(!self.asks(app, false))
    }

    fn overlap(&self) -> Span {
        OVERLAP
    }

    /// Notifications that Apple made between the two times, whether they came or not, in the environments that the
    /// configuration names. They have the ids they came with.
    ///
    /// One that this version does not understand, that is not of this place or that does not verify is
    /// [unread](SweepPage::unread). Where several of a page are signed under roots that are not trusted, and no other is
    /// fine, that is an error: it is rather the configuration's roots that are wrong, and all can be had again once these
    /// are right.
    fn page(
        &self,
        app: &str,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<SweepPage, ApiError> {
        let stage = match page {
            Some(page) => Stage::parse(page).ok_or_else(|| not_ours(page))?,
            None => Stage { sandbox: !self.asks(app, false), kind: 0, page: None },
        };
        let place = self.place(app, stage.sandbox)?;
        let (between, token) = match stage.page {
            Some((between, token)) => (between, Some(token)),
            None => match within_window(&place, between, now) {
                Some(between) => (between, None),
                // Nothing is remembered of that time, of no type.
                None => {
                    return Ok(SweepPage {
                        next: self.next_environment(app, &stage),
                        ..SweepPage::default()
                    });
                }
            },
        };
        let Some(kind) = TYPES.get(stage.kind) else { return Err(not_ours(page.unwrap_or_default())) };
        let listing = Listing { between, kind: Some(kind), only_failures: false };
        let listed = self.list(&place, listing, token, now)?;
        let mut swept = SweepPage::default();
        let mut not_taken = NotTaken::default();
        for (n, item) in listed.items.iter().enumerate() {
            match self.swept(&place, item, now) {
                Ok(signal) => swept.found.push((signal, item.as_bytes().to_vec())),
                Err(refusal) => not_taken.add(refusal, &format!("notificationHistory[{n}]"), item),
            }
        }
        swept.unread = not_taken.unread(swept.found.len())?;
        swept.next = match listed.next {
            Some(token) => Some(format!("{}:{}", stage.name(kind), page_name(between, &token))),
            None => self.next_type(app, &stage),
        };
        Ok(swept)
    }
}

impl AppStoreApi {
    fn asks(&self, app: &str, sandbox: bool) -> bool {
        self.apps.get(app).is_some_and(|app| app.access(environment(sandbox)).is_some())
    }

    fn swept(&self, place: &Place<'_>, item: &str, now: Timestamp) -> Result<Signal, Refusal> {
        Ok(confirmed(self.notification(place, item.as_bytes(), now)?.signal()?))
    }

    fn next_type(&self, app: &str, stage: &Stage<'_>) -> Option<String> {
        match TYPES.get(stage.kind + 1) {
            Some(kind) => Some(stage.name(kind)),
            None => self.next_environment(app, stage),
        }
    }

    fn next_environment(&self, app: &str, stage: &Stage<'_>) -> Option<String> {
        let sandbox = Stage { sandbox: true, kind: 0, page: None };
        let first = TYPES.first()?;
        (!stage.sandbox && self.asks(app, true)).then(|| sandbox.name(first))
    }
}

impl<'p> Stage<'p> {
    fn name(&self, kind: &NotificationType) -> String {
        format!("{}:{}", environment(self.sandbox).name(), kind.as_str())
    }

    fn parse(page: &'p str) -> Option<Self> {
        let mut parts = page.splitn(3, ':');
        let sandbox = match AppStoreEnvironment::from_name(parts.next()?)? {
            AppStoreEnvironment::Production => false,
            AppStoreEnvironment::Sandbox => true,
            _ => return None,
        };
        let name = parts.next()?;
        let kind = TYPES.iter().position(|kind| kind.as_str() == name)?;
        let page = match parts.next() {
            Some(rest) => Some(page_of(rest)?),
            None => None,
        };
        Some(Self { sandbox, kind, page })
    }
}
