//! The effect of a store's answer on an inquiry, and the end of inquiries without an answer.

use super::super::change::InquiryRules;
use super::{OVERDUE_AT_ONCE, has_cause};
use crate::engine::change::Change;
use crate::ledger::{LedgerError, Read};
use crate::model::{Inquiry, InquiryState, RefundId, Span, Store, Timestamp};

/// The wait before the second attempt. Each further wait is twice as long.
const FIRST_WAIT: Span = Span::from_millis(2_000);
const LONGEST_WAIT: Span = Span::from_millis(15 * 60 * 1000);

/// How long a store is queried. Sweeps still find later answers. Missing credentials may also be restored until then.
const EXPIRES_AFTER: Span = Span::from_days(1);

impl InquiryRules {
    /// Inquiries past that time for apps without credentials in the configuration.
    pub(super) fn expired_without_credentials(
        &self,
        read: Read<'_>,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Inquiry>, LedgerError> {
        let opened_before = now.plus(Span::from_millis(-EXPIRES_AFTER.millis()));
        read.inquiries_of_other_apps(&self.apps, now, opened_before, limit)
    }
}

impl Change<'_> {
    /// Settles an answered inquiry, or schedules the next attempt; then decides again.
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
        let Some(case) = self.queried_case(refund)? else { return Ok(()) };
        if is_complete || has_cause(&case) {
            self.settle_inquiry(&case, &inquiry, InquiryState::Answered, None)?;
            return self.decide_again(refund);
        }
        if self.now.since(inquiry.opened_at) >= EXPIRES_AFTER {
            self.settle_inquiry(&case, &inquiry, InquiryState::Failed, error)?;
            return self.decide_again(refund);
        }
        self.tx.put_inquiry_off(refund, self.now.plus(wait_after(inquiry.attempts)), error)
    }

    /// Ends the inquiries that are [expired without credentials](InquiryRules::expired_without_credentials). Until then they stay open, since
    /// the credentials may be restored. Returns how many it ended.
    pub(super) fn expire_without_credentials(&self) -> Result<usize, LedgerError> {
        let inquiries =
            self.rules.inquiries.expired_without_credentials(self.tx.read(), self.now, OVERDUE_AT_ONCE)?;
        let mut ended = 0;
        for inquiry in &inquiries {
            let Some(case) = self.queried_case(inquiry.refund_id)? else { continue };
            let error = no_credentials(&inquiry.store, &inquiry.app);
            self.settle_inquiry(&case, inquiry, InquiryState::Failed, Some(&error))?;
            self.decide_again(inquiry.refund_id)?;
            ended += 1;
        }
        Ok(ended)
    }
}

fn no_credentials(store: &Store, app: &str) -> String {
    format!(
        "no section of the configuration has credentials for {}'s API for {app}: restore them and run \
         `recoup reconcile`, which may still find the reason",
        store.title()
    )
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
