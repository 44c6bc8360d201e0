//! How far each store has been swept. A page of a sweep and where the next one begins are one commit, so that a crash
//! in between neither loses nor repeats.

use super::columns::{column, store_column};
use super::error::LedgerError;
use super::outbox::{LeaseOwner, process_of};
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::{Value, values};
use crate::model::{Span, Store, Timestamp};

/// An app's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SweepRow {
    pub(crate) store: Store,
    pub(crate) app: String,
    /// All that the store reports up to here is ingested.
    pub(crate) swept_until: Option<Timestamp>,
    pub(crate) swept_at: Option<Timestamp>,
    pub(crate) under_way: Option<BeganSweep>,
    /// What the sweep begun last could not ask for.
    pub(crate) gap: Option<(Timestamp, Timestamp)>,
    /// The gap that the host was notified of last.
    pub(crate) gap_reported: Option<(Timestamp, Timestamp)>,
    pub(crate) tried_at: Option<Timestamp>,
    /// Why the last try failed: code and words.
    pub(crate) error: Option<(String, String)>,
    lease: Option<(LeaseOwner, Timestamp)>,
}

impl SweepRow {
    /// The process of another engine that is at it. A hold longer than any is was made by a clock that was ahead.
    pub(crate) fn held_by_another(&self, owner: &LeaseOwner, now: Timestamp, longest: Span) -> Option<u32> {
        let holds = |until| until > now && until <= now.plus(longest);
        let held = self.lease.as_ref().filter(|(other, until)| other != owner && holds(*until));
        held.map(|(other, _)| process_of(other))
    }

    /// The process of the engine that is at it.
    pub(crate) fn holder(&self) -> Option<u32> {
        self.lease.as_ref().map(|(owner, _)| process_of(owner))
    }
}

/// A sweep under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BeganSweep {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    /// The page that comes next; `None`: the first.
    pub(crate) page: Option<String>,
    /// Whether its end is how far the app is swept.
    pub(crate) advances: bool,
}

/// An engine's hold on one sweep. Once another engine has taken that over or begun another, what is written with it
/// changes nothing.
#[derive(Clone, Debug)]
pub(crate) struct HeldSweep {
    pub(crate) store: Store,
    pub(crate) app: String,
    pub(crate) owner: LeaseOwner,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// A sweep to begin.
pub(crate) struct NewSweep {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) advances: bool,
    pub(crate) gap: Option<(Timestamp, Timestamp)>,
}

impl Tx<'_> {
    /// Begins a sweep in place of what may have been under way.
    pub(crate) fn begin_sweep(&self, store: &Store, app: &str, new: &NewSweep) -> Result<(), LedgerError> {
        let row = values! {
            store: store.as_str(),
            app: app,
            sweep_from: new.from,
            sweep_to: new.to,
            advances: new.advances,
            gap_from: new.gap.map(|gap| gap.0),
            gap_to: new.gap.map(|gap| gap.1),
        };
        self.insert_all(
            "cursors",
            &[row],
            "ON CONFLICT (store, app) DO UPDATE SET sweep_from = excluded.sweep_from, sweep_to = excluded.sweep_to,
               next_page = NULL, advances = excluded.advances, gap_from = excluded.gap_from, gap_to = excluded.gap_to",
        )
        .map(drop)
    }

    /// Keeps other engines from sweeping the same until then.
    pub(crate) fn hold_sweep(
        &self,
        held: &HeldSweep,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE cursors SET lease_owner = ?3, leased_until = ?4, tried_at = ?5 WHERE store = ?1 AND app = ?2",
            &values![held.store.as_str(), &held.app, &held.owner, until, now],
        )
        .map(drop)
    }

    /// Notes which page comes next, and holds the sweep for longer; `None` begins the same sweep again. `false`: the
    /// sweep is no longer this engine's.
    pub(crate) fn turn_page(
        &self,
        held: &HeldSweep,
        page: Option<&str>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, LedgerError> {
        self.change_held(held, "next_page = ?6, leased_until = ?7, tried_at = ?8", &values![page, until, now])
    }

    /// Notes that the sweep came to its end. `false`: it is no longer this engine's.
    pub(crate) fn end_sweep(&self, held: &HeldSweep, now: Timestamp) -> Result<bool, LedgerError> {
        // Also where that is earlier than before: then the clock was ahead when the last one ended.
        self.change_held(
            held,
            "swept_until = CASE WHEN advances = 1 THEN sweep_to ELSE swept_until END, swept_at = ?6,
             sweep_from = NULL, sweep_to = NULL, next_page = NULL, error_code = NULL, error = NULL,
             lease_owner = NULL, leased_until = NULL",
            &values![now],
        )
    }

    /// Records that it failed; the point from which it may be resumed stays. `false`: it is no longer this engine's.
    pub(crate) fn fail_sweep(&self, held: &HeldSweep, code: &str, error: &str) -> Result<bool, LedgerError> {
        self.change_held(
            held,
            "error_code = ?6, error = ?7, lease_owner = NULL, leased_until = NULL",
            &values![code, error],
        )
    }

    fn change_held(&self, held: &HeldSweep, set: &str, values: &[Value<'_>]) -> Result<bool, LedgerError> {
        let of_sweep = values![held.store.as_str(), &held.app, &held.owner, held.from, held.to];
        let all = [&of_sweep, values].concat();
        let changed = self.execute(
            &format!(
                "UPDATE cursors SET {set} WHERE store = ?1 AND app = ?2 AND lease_owner = ?3
                 AND sweep_from = ?4 AND sweep_to = ?5"
            ),
            &all,
        )?;
        Ok(changed > 0)
    }

    /// Notes which gap the host was notified of.
    pub(crate) fn gap_was_expected(
        &self,
        store: &Store,
        app: &str,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE cursors SET gap_reported_from = ?3, gap_reported_to = ?4 WHERE store = ?1 AND app = ?2",
            &values![store.as_str(), app, from, to],
        )
        .map(drop)
    }

    /// Ends the holds of one engine, or of all where no other can be holding any.
    pub(crate) fn end_sweep_holds(&self, of: Option<&LeaseOwner>) -> Result<usize, LedgerError> {
        self.execute(
            "UPDATE cursors SET lease_owner = NULL, leased_until = NULL WHERE lease_owner = ?1 OR ?1 IS NULL",
            &values![of],
        )
    }
}

impl Read<'_> {
    /// An app's row; `None` where it was never swept.
    pub(crate) fn sweep(&self, store: &Store, app: &str) -> Result<Option<SweepRow>, LedgerError> {
        self.one(
            "SELECT * FROM cursors WHERE store = ?1 AND app = ?2",
            &values![store.as_str(), app],
            sweep_row,
        )
    }

    /// When the first purchase at a store was made, as far as the host reported it, of this app or without an app.
    pub(crate) fn first_purchase(&self, store: &Store, app: &str) -> Result<Option<Timestamp>, LedgerError> {
        let first = self.one(
            "SELECT min(coalesce(purchased_at, recorded_at)) AS at FROM purchases
             WHERE store = ?1 AND (app IS NULL OR app = ?2)",
            &values![store.as_str(), app],
            |row| column(row, "at"),
        )?;
        Ok(first.flatten())
    }
}

fn sweep_row(row: &Row<'_>) -> Result<SweepRow, LedgerError> {
    let time = |name| column::<Option<Timestamp>>(row, name);
    let under_way = match (time("sweep_from")?, time("sweep_to")?) {
        (Some(from), Some(to)) => {
            Some(BeganSweep { from, to, page: column(row, "next_page")?, advances: column(row, "advances")? })
        }
        _ => None,
    };
    Ok(SweepRow {
        store: store_column(row)?,
        app: column(row, "app")?,
        swept_until: time("swept_until")?,
        swept_at: time("swept_at")?,
        under_way,
        gap: time("gap_from")?.zip(time("gap_to")?),
        gap_reported: time("gap_reported_from")?.zip(time("gap_reported_to")?),
        tried_at: time("tried_at")?,
        error: column::<Option<String>>(row, "error_code")?.zip(column(row, "error")?),
        lease: column::<Option<LeaseOwner>>(row, "lease_owner")?.zip(time("leased_until")?),
    })
}
