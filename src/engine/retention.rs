//! Retention: what is older than configured is removed, in steps that no caller notices.

use super::Engine;
use super::change::Change;
use crate::config::{PrivacySection, RetentionSection};
use crate::error::Error;
use crate::ledger::{LedgerError, NewEntry, Tx};
use crate::model::{Happening, Pruned, Span, Timestamp};

/// How many rows of a kind one transaction removes: callers wait meanwhile.
const ROWS_AT_ONCE: i64 = 2000;

/// How often the background looks for what is too old.
const EVERY: Span = Span::from_hours(1);

/// How long after opening it looks first: a command that ends at once removes nothing.
const AFTER_OPENING: Span = Span::from_millis(60_000);

/// A kind of rows with a retention.
struct Retained {
    /// Since when rows are kept; `None`: all are.
    since: fn(&Kept, Timestamp) -> Option<Timestamp>,
    /// Removes rows from before that time, a limited number of them.
    remove: fn(&Tx<'_>, Timestamp, i64) -> Result<u64, LedgerError>,
    /// Where they are counted.
    count: fn(&mut Pruned) -> &mut u64,
}

/// Every kind with a retention.
const RETAINED: [Retained; 8] = [
    Retained {
        since: |kept, now| kept.retention.bodies.map(|span| ago(now, span)),
        remove: |tx, since, limit| tx.prune_bodies(since, limit),
        count: |pruned| &mut pruned.bodies,
    },
    Retained {
        since: |kept, now| kept.retention.dead_letters.map(|span| ago(now, span)),
        remove: |tx, since, limit| tx.prune_dead_letters(since, limit),
        count: |pruned| &mut pruned.dead_letters,
    },
    Retained {
        since: |kept, now| Some(ago(now, kept.retention.requests())),
        remove: |tx, since, limit| tx.prune_requests(since, limit),
        count: |pruned| &mut pruned.requests,
    },
    Retained {
        since: |kept, now| Some(ago(now, kept.retention.webhooks())),
        remove: |tx, since, limit| tx.prune_webhook_messages(since, limit),
        count: |pruned| &mut pruned.webhooks,
    },
    Retained {
        since: |kept, now| Some(ago(now, kept.retention.notices())),
        remove: |tx, since, limit| tx.prune_notices(since, limit),
        count: |pruned| &mut pruned.notices,
    },
    Retained {
        since: |kept, now| Some(ago(now, kept.retention.audit())),
        remove: |tx, since, limit| tx.prune_audit(since, limit),
        count: |pruned| &mut pruned.audit,
    },
    Retained {
        since: |kept, now| Some(ago(now, kept.retention.sessions())),
        remove: |tx, since, limit| tx.prune_sessions(since, limit),
        count: |pruned| &mut pruned.sessions,
    },
    Retained {
        since: |_, now| Some(now),
        remove: |tx, now, limit| tx.prune_forgotten(now, limit),
        count: |pruned| &mut pruned.forgotten,
    },
];

fn ago(now: Timestamp, span: Span) -> Timestamp {
    now.plus(Span::from_millis(span.millis().saturating_neg()))
}

/// How long things are kept, by the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) retention: RetentionSection,
    pub(crate) privacy: PrivacySection,
}

impl Engine {
    /// Removes what is older than the configuration's `retention`, in steps of 2,000 rows, each its own commit. An open
    /// engine also does this by itself, once an hour.
    ///
    /// # Errors
    /// [`Error::Ledger`]. What the steps before removed stays removed.
    pub fn prune(&self) -> Result<Pruned, Error> {
        let mut pruned = Pruned::default();
        let mut step = self.change(|change| Ok(change.prune()?))?;
        let later = self.view();
        while step.total() > 0 {
            pruned.add(&step);
            step = later.change(|change| Ok(change.prune()?))?;
        }
        Ok(pruned)
    }
}

impl Change<'_> {
    /// One step: the first kind that has something to remove, and so on until a step's worth is removed.
    pub(super) fn prune(&self) -> Result<Pruned, LedgerError> {
        let mut pruned = Pruned::default();
        let mut left = ROWS_AT_ONCE;
        for kind in RETAINED {
            let Some(since) = (kind.since)(&self.rules.kept, self.now).filter(|_| left > 0) else { continue };
            let removed = (kind.remove)(self.tx, since, left)?;
            *(kind.count)(&mut pruned) = removed;
            left = left.saturating_sub(i64::try_from(removed).unwrap_or(i64::MAX));
        }
        if pruned.total() > 0 {
            self.tx.write_journal(NewEntry::default(), self.now, &Happening::Pruned { pruned })?;
        }
        Ok(pruned)
    }
}

/// When the background looks for what is too old.
#[derive(Debug)]
pub(super) struct PruneSchedule {
    next: Timestamp,
}

impl PruneSchedule {
    pub(super) const fn opened(at: Timestamp) -> Self {
        Self { next: at.plus(AFTER_OPENING) }
    }

    /// Also if the clock was set back.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        now >= self.next || self.next.since(now) > EVERY
    }

    /// Nothing more is too old.
    pub(super) const fn done(&mut self, now: Timestamp) {
        self.next = now.plus(EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_a_minute_after_opening_and_then_once_an_hour() {
        let at = |minutes: i64| Timestamp::from_secs(1_790_000_000 + minutes * 60);
        let mut schedule = PruneSchedule::opened(at(0));
        assert!(!schedule.is_due(at(0)) && schedule.is_due(at(1)));
        schedule.done(at(1));
        assert!(!schedule.is_due(at(60)) && schedule.is_due(at(61)));
        assert!(schedule.is_due(at(-100)), "the clock was set back");
    }
}
