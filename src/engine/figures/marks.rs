//! Notes in a refund's row what only the figures need: when something became known, or was done.

use crate::engine::change::Change;
use crate::ledger::{Case, LedgerError};
use crate::model::{Seen, Trust};

impl Change<'_> {
    /// When and how it became known that money is refunded for sure.
    pub(in crate::engine) fn mark_seen(&self, case: &mut Case) {
        let state = &case.refund.case;
        if !state.state.is_refunded() {
            case.marks.forget_refund();
        } else if case.marks.seen.is_none() && state.trust >= Trust::Signed {
            case.marks.seen = Some(Seen { at: self.now, swept: self.tx.is_by_sweep() });
        }
    }

    /// That the refund blocks its player now, in a case that the caller saves: the first block of a refund, which this
    /// commit makes.
    pub(in crate::engine) fn mark_blocked(&self, case: &mut Case) {
        case.marks.blocked_at.get_or_insert(self.now);
    }

    /// That a block was made for the refund, unless one was before. A block until repaid may begin long after the decision,
    /// or never.
    pub(in crate::engine) fn save_blocked(&self, case: &Case) -> Result<(), LedgerError> {
        if case.marks.blocked_at.is_some() {
            return Ok(());
        }
        let Some(mut saved) = self.tx.case(case.refund.id)? else { return Ok(()) };
        self.mark_blocked(&mut saved);
        self.tx.save_decision(&mut saved)
    }

    /// Since when nothing is left to do about what is refunded.
    pub(in crate::engine) fn mark_closed(&self, case: &mut Case) {
        let is_closed = case.refund.work_status.is_closed();
        case.marks.closed_at = is_closed.then(|| case.marks.closed_at.unwrap_or(self.now));
    }
}
