//! Why Amazon cancelled a receipt: RTN says only that it did, RVS says by whom.

use super::AmazonApi;
use crate::model::Timestamp;
use crate::stores::{
    CheckedReceipt, ChecksReceipts as _, ExplainsRefunds, Explanation, KnownReceipt, UnexplainedRefund,
};

impl ExplainsRefunds for AmazonApi {
    fn apps(&self) -> Vec<String> {
        Self::apps(self)
    }

    /// Asks about each receipt whose customer is known, as a sweep does. One that RVS does not give as cancelled yet is
    /// asked about again.
    fn explain(&self, app: &str, refunds: &[UnexplainedRefund], now: Timestamp) -> Explanation {
        let mut explanation = Explanation::default();
        let (asked, receipts): (Vec<_>, Vec<_>) = refunds
            .iter()
            .filter_map(|refund| {
                let user_id = refund.about.account_tag.clone()?;
                let receipt_id = refund.about.order_id.clone()?;
                Some((refund.refund, KnownReceipt { user_id, receipt_id }))
            })
            .unzip();
        let (answers, fault) = self.check(app, &receipts, now);
        for (refund, answer) in asked.into_iter().zip(answers) {
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
