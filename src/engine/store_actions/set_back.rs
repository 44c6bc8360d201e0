//! A clock that was set back: what was to be done "in a minute" would be done in a year, and what must end after a day
//! would go on. So each action keeps the latest time at which anything of it was written, and where the clock reads
//! earlier than that, its times restart.
//!
//! How long ago it was really sent is then unknown. That matters for Stripe alone, which forgets idempotency keys: what
//! it may have is not sent again, and becomes unknown. A clock that was set back by less than has passed since an action
//! was last written looks like one that runs as it should; for that `TRY_FOR` leaves two hours of Stripe's day, while an
//! action that goes on is written to once an hour at least.

use super::super::Engine;
use super::TRY_FOR;
use super::step::SENDER_IS_DEAD;
use crate::error::Error;
use crate::ledger::DueAction;
use crate::model::{Span, Store, StoreActionKind, StoreActionState, Timestamp};

/// By how much a clock may read earlier without having been set back: threads read it before they wait their turn to
/// write, and time servers correct by less.
const TOLERANCE: Span = Span::from_millis(60 * 1000);

/// How many actions one transaction looks at: other callers wait meanwhile.
const AT_ONCE: i64 = 64;

impl Engine {
    /// Gives the open actions that were written at a later time than it is now new times.
    pub(super) fn begin_times_anew(&self) -> Result<(), Error> {
        let now = self.now();
        let latest = now.plus(TOLERANCE);
        while !self.ask(|read| read.actions_seen_after(latest, 1))?.is_empty() {
            self.change(move |change| {
                for due in change.tx.read().actions_seen_after(latest, AT_ONCE)? {
                    let (next_at, until) = new_times(&due, now);
                    tracing::warn!(action = due.id, "the clock was set back, and the action's times restart");
                    change.tx.retime_action(due.id, next_at, until, now)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// When it is due, and when it is given up.
fn new_times(due: &DueAction, now: Timestamp) -> (Timestamp, Timestamp) {
    let Ok(row) = &due.row else { return (now, now) };
    let next_at = match row.action.state {
        // Its sender may be alive.
        StoreActionState::Sending => now.plus(SENDER_IS_DEAD),
        _ => now,
    };
    let until = match row.action.kind {
        // The store's own deadline.
        StoreActionKind::AnswerReview => row.until,
        _ if row.action.store == Store::Stripe && due.maybe_sent => now.min(row.until),
        _ => now.plus(TRY_FOR).min(row.until),
    };
    (next_at, until)
}
