//! Notes in a refund's row what only the figures need: when something became known, or was done.

use crate::engine::change::Change;
use crate::ledger::Case;
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

    /// When the refund first blocked its player.
    pub(in crate::engine) fn mark_blocked(&self, case: &mut Case, blocks: bool) {
        if blocks && case.marks.blocked_at.is_none() {
            case.marks.blocked_at = Some(self.now);
        }
    }

    /// Since when nothing is left to do about what is refunded.
    pub(in crate::engine) fn mark_closed(&self, case: &mut Case) {
        let is_closed = case.refund.work_status.is_closed();
        case.marks.closed_at = is_closed.then(|| case.marks.closed_at.unwrap_or(self.now));
    }
}
