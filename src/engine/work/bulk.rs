//! One change of many refunds by an operator.

use crate::engine::change::Change;
use crate::engine::record::OperatorRemark;
use crate::engine::recovery::check_key;
use crate::engine::{Engine, by_operator};
use crate::error::Error;
use crate::model::{BulkAction, BulkOutcome, BulkResult, How, MAX_BULK, RefundAt, RefundId};

impl Engine {
    /// Does one thing with up to 500 refunds, by an operator, each in a commit of its own; and returns what became of each,
    /// in their order. One that fails changes nothing, and does not keep the others from being changed.
    ///
    /// Repeating the call with the same key and content returns the first answer for the refunds that were changed, and
    /// tries the others again: so a call that was cut short is completed. The whole call fails only where the ledger does.
    ///
    /// # Errors
    /// [`Error::TooMany`]; [`Error::Refused`] with the code `bad_key`, `key_reused` or `bad_action`; [`Error::BadText`];
    /// [`Error::Ledger`]: some of the refunds may be changed, so repeat the call.
    pub fn bulk(
        &self,
        action: &BulkAction,
        refunds: &[RefundId],
        who: &str,
        why: &str,
        key: &str,
    ) -> Result<Vec<BulkResult>, Error> {
        check_key(key)?;
        let by = by_operator("-", who, why)?;
        check(action)?;
        if refunds.len() > MAX_BULK {
            return Err(Error::TooMany { what: "refunds", count: refunds.len(), limit: MAX_BULK });
        }
        // No other call's key has a tab.
        let key = format!("bulk\t{key}");
        let request = (action.clone(), refunds.to_vec(), by.who.clone(), by.why.clone());
        let whole = key.clone();
        self.change(move |change| change.once(&whole, &request, || Ok(())))?;
        // An operator's call is the whole one.
        let one_by_one = self.view();
        refunds.iter().map(|refund| one_by_one.bulk_one(action, *refund, &by, &key)).collect()
    }

    fn bulk_one(
        &self,
        action: &BulkAction,
        refund: RefundId,
        by: &OperatorRemark,
        key: &str,
    ) -> Result<BulkResult, Error> {
        let (action, by, key) = (action.clone(), by.clone(), format!("{key}\t{refund}"));
        let changed = self
            .change(move |change| change.once(&key, &refund, || change.do_with_one(&action, refund, &by)));
        let outcome = match changed {
            Ok(done) => done,
            Err(error @ Error::Ledger(_)) => return Err(error),
            Err(error) => BulkOutcome::Failed { code: error.code().to_owned(), message: error.to_string() },
        };
        Ok(BulkResult { refund, outcome })
    }
}

impl Change<'_> {
    fn do_with_one(
        &self,
        action: &BulkAction,
        refund: RefundId,
        by: &OperatorRemark,
    ) -> Result<BulkOutcome, Error> {
        let at = RefundAt::from(refund);
        match action {
            BulkAction::Assign { to } => drop(self.assign(&at, to.as_deref(), by)?),
            BulkAction::Close { closed_as } => drop(self.close(&at, *closed_as, by)?),
            BulkAction::Reopen => drop(self.reopen(&at, by)?),
            BulkAction::Overrule { action } => drop(self.overrule(&at, *action, by)?),
            BulkAction::Forgive { written_off } => {
                let how = if *written_off { How::WrittenOff } else { How::Forgiven };
                drop(self.forgive(&at, &[], how, by)?);
            }
            BulkAction::SetStatus { status } => drop(self.set_status(self.case_at(&at)?, *status, by)?),
        }
        let changed = self.case_to_book(refund)?.refund;
        Ok(BulkOutcome::Done { work_status: changed.work_status, revision: changed.revision })
    }
}

fn check(action: &BulkAction) -> Result<(), Error> {
    match action {
        BulkAction::Assign { to } => super::check_assignee(to.as_deref()),
        BulkAction::Overrule { action: Some(action) } => {
            action.check().map_err(|facts| Error::Refused { code: "bad_action", facts })
        }
        _ => Ok(()),
    }
}
