//! Why Amazon cancelled a receipt: RTN reports only the cancellation, RVS also who made it.

use super::AmazonApi;
use crate::model::Timestamp;
use crate::stores::{
    CheckedReceipt, ChecksReceipts as _, ExplainsRefunds, Explanation, KnownReceipt, UnexplainedRefund,
};

impl ExplainsRefunds for AmazonApi {
    fn apps(&self) -> Vec<String> {
        Self::apps(self)
    }

    /// Looks up each receipt with a known customer, as a sweep does. A receipt that RVS does not report as cancelled
    /// yet is looked up again.
    fn explain(&self, app: &str, refunds: &[UnexplainedRefund], now: Timestamp) -> Explanation {
        let mut explanation = Explanation::default();
        let (numbers, receipts): (Vec<_>, Vec<_>) = refunds
            .iter()
            .filter_map(|refund| {
                let user_id = refund.about.account_tag.clone()?;
                let receipt_id = refund.about.order_id.clone()?;
                Some((refund.refund, KnownReceipt { user_id, receipt_id }))
            })
            .unzip();
        let (answers, fault) = self.check(app, &receipts, now);
        for (refund, answer) in numbers.into_iter().zip(answers) {
            match answer {
                CheckedReceipt::Reported { found: Some(found), .. } => {
                    explanation.found.push(*found);
                    explanation.complete.push(refund);
                }
                CheckedReceipt::Reported { found: None, .. } => {}
                CheckedReceipt::Unread { problem, body } => explanation.unread.push((problem, body)),
                CheckedReceipt::Refused(error) | CheckedReceipt::Failed(error) => {
                    explanation.fault.get_or_insert(error);
                }
            }
        }
        explanation.fault = fault.or(explanation.fault);
        explanation
    }
}
