//! What a store's answer does to an inquiry.

use super::has_cause;
use crate::engine::change::Change;
use crate::ledger::LedgerError;
use crate::model::{InquiryState, RefundId, Span};

/// How long after the first try the second is made. Each further wait is twice the one before.
const FIRST_WAIT: Span = Span::from_millis(2_000);
const LONGEST_WAIT: Span = Span::from_millis(15 * 60 * 1000);

/// How long a store is asked. What it has not listed by then, sweeps still find.
const GIVE_UP_AFTER: Span = Span::from_days(1);

impl Change<'_> {
    /// Settles an inquiry that was answered, or puts the next try off; then decides again.
    pub(super) fn answered(
        &self,
        refund: RefundId,
        is_complete: bool,
        error: Option<&str>,
    ) -> Result<(), LedgerError> {
        let read = self.tx.read();
        let Some(inquiry) = read.inquiry(refund)?.filter(|inquiry| inquiry.state.is_open()) else {
            return Ok(());
        };
        let Some(case) = read.case(refund)? else { return Ok(()) };
        let case = match case.refund.merged_into {
            Some(into) => read.case(into)?.unwrap_or(case),
            None => case,
        };
        if is_complete || has_cause(&case) {
            self.settle_inquiry(&case, &inquiry, InquiryState::Answered, None)?;
            return self.decide_again(refund);
        }
        if self.now.since(inquiry.opened_at) >= GIVE_UP_AFTER {
            self.settle_inquiry(&case, &inquiry, InquiryState::Failed, error)?;
            return self.decide_again(refund);
        }
        self.tx.put_inquiry_off(refund, self.now.plus(wait_after(inquiry.attempts)), error)
    }
}

fn wait_after(attempts: u32) -> Span {
    let doubled = 1_i64.checked_shl(attempts.saturating_sub(1).min(20)).unwrap_or(i64::MAX);
    Span::from_millis(FIRST_WAIT.millis().saturating_mul(doubled)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<_> =
            [1, 2, 3, 5, 9, 10, 64, u32::MAX].map(|attempts| wait_after(attempts).millis() / 1000).to_vec();
        assert_eq!(seconds, [2, 4, 8, 32, 512, 900, 900, 900]);
    }
}
