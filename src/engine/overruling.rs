//! An operator's decision on one refund, before exclusions and rules.

use super::change::{Change, Refolded};
use super::record::OperatorRemark;
use super::work::checked;
use super::{Engine, by_operator};
use crate::error::Error;
use crate::model::{Action, Happening, Overruling, Refund, RefundAt};

impl Engine {
    /// Decides one refund, by an operator, and returns it. The decision counts before exclusions and rules, with all its
    /// consequences: blocks are made or ended, and events queued. It stays until an operator decides otherwise; if more
    /// becomes known about the refund, and if the store reverses it and refunds it again. `None` hands the refund back to
    /// the policy, or to the exclusion that was found for it.
    ///
    /// A refund that has no decision, because its user is unknown or nothing is refunded, is decided so as soon as it
    /// needs one. A block for a time counts from this call. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::Conflict`]; [`Error::Refused`] with the code `bad_action` for a grace out of
    /// range; [`Error::BadText`]; [`Error::Ledger`].
    pub fn overrule(
        &self,
        refund: impl Into<RefundAt>,
        action: Option<Action>,
        who: &str,
        why: &str,
    ) -> Result<Refund, Error> {
        let by = by_operator("-", who, why)?;
        if let Some(action) = action {
            action.check().map_err(|facts| Error::Refused { code: "bad_action", facts })?;
        }
        let refund = checked(refund)?;
        self.change(move |change| change.overrule(&refund, action, &by))
    }
}

impl Change<'_> {
    pub(super) fn overrule(
        &self,
        refund: &RefundAt,
        action: Option<Action>,
        by: &OperatorRemark,
    ) -> Result<Refund, Error> {
        let old = self.case_at(refund)?;
        let mut case = old.clone();
        case.overruled = action.map(|action| Overruling { action, who: by.who.clone(), at: self.now });
        let happening = Happening::Overruled { action, who: by.who.clone(), why: by.why.clone() };
        self.journal(&case, &happening)?;
        let id = case.refund.id;
        if case.overruled != old.overruled {
            case.refund.updated_at = self.now;
            self.tx.save_case(&mut case)?;
            self.decide(vec![Refolded { old, case, first: false }])?;
        }
        let mut refund = self.tx.refund(id)?.ok_or(Error::UnknownRefund { id })?;
        self.tx.read().spell_refund(&mut refund)?;
        Ok(refund)
    }
}
