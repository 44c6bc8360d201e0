//! One purchase that the store names by two order ids is one case.

use super::change::Change;
use super::merge::joins;
use crate::ledger::{Case, LedgerError};
use crate::model::attribution::is_same_purchase;
use crate::model::{CaseKey, Fact, Happening, OrderDetails, Place, RefundId};

impl Change<'_> {
    /// The facts of a case: its own, and what was told of the same payment by its token only.
    pub(super) fn facts_with_joined(
        &self,
        case: &Case,
        own: Vec<Fact>,
        token: Option<&str>,
    ) -> Result<Vec<Fact>, LedgerError> {
        let mut facts = own;
        let Some(token) = token.filter(|_| !case.is_by_token()) else { return Ok(facts) };
        let read = self.tx.read();
        for other in read.cases_of_token(case, token)?.into_iter().filter(Case::is_by_token) {
            let its_facts = read.facts(other.refund.id)?;
            if other.refund.merged_into.is_none_or(|into| into == case.refund.id) && joins(&other, &its_facts)
            {
                facts.extend(its_facts);
            }
        }
        Ok(facts)
    }

    /// The case that a message is about though it names another order id: that of the same purchase.
    pub(super) fn case_of_same_purchase(
        &self,
        place: &Place,
        key: &CaseKey,
        about: &OrderDetails,
    ) -> Result<Option<RefundId>, LedgerError> {
        let CaseKey::Order(order) = key else { return Ok(None) };
        let read = self.tx.read();
        if about.original_id.is_none() && about.web_order_line_item_id.is_none() {
            return Ok(None);
        }
        if let Some(id) = read.case_of_order(place, order)? {
            return Ok(Some(id));
        }
        for id in [&about.web_order_line_item_id, &about.original_id].into_iter().flatten() {
            let cases = read.cases_of_family(place, id)?;
            if let Some(case) = cases.iter().find(|case| is_same_purchase(&case.refund.case.about, about)) {
                return Ok(Some(case.refund.merged_into.unwrap_or(case.refund.id)));
            }
        }
        Ok(None)
    }

    /// The other cases of the same purchase, by their numbers, and those of whose purchase they are in turn.
    pub(super) fn same_purchases(&self, case: &Case, about: &OrderDetails) -> Result<Vec<Case>, LedgerError> {
        let mut same: Vec<Case> = Vec::new();
        if case.is_by_token() {
            return Ok(same);
        }
        let mut to_look_at = vec![about.clone()];
        while let Some(about) = to_look_at.pop() {
            for id in [&about.web_order_line_item_id, &about.original_id].into_iter().flatten() {
                for other in self.tx.read().cases_of_family(&case.place, id)? {
                    let is_known = other.refund.id == case.refund.id
                        || same.iter().any(|known| known.refund.id == other.refund.id);
                    if !is_known && !other.is_by_token() && is_same_purchase(&other.refund.case.about, &about)
                    {
                        to_look_at.push(other.refund.case.about.clone());
                        same.push(other);
                    }
                }
            }
        }
        same.sort_by_key(|other| other.refund.id);
        Ok(same)
    }

    /// Lets the first case of a purchase stand for the others, and takes over what was decided for them.
    pub(super) fn merge_same_purchases(&self, case: &mut Case, others: Vec<Case>) -> Result<(), LedgerError> {
        for mut other in others {
            let mut is_new = other.refund.decision.is_some() || other.told.is_some();
            is_new |= self.merge_into(&mut other, case.refund.id)?;
            if is_new {
                self.take_over(case, &mut other)?;
                self.tx.save_case(&other)?;
            }
        }
        Ok(())
    }

    /// Notes that another case stands for this one; whether that is new.
    pub(super) fn merge_into(&self, case: &mut Case, into: RefundId) -> Result<bool, LedgerError> {
        if case.refund.merged_into == Some(into) {
            return Ok(false);
        }
        case.refund.merged_into = Some(into);
        self.journal(case, &Happening::Merged { into })?;
        Ok(true)
    }
}
