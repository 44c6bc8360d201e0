//! One purchase with two order ids at the store is one case.

use super::attribution::CaseInputs;
use super::change::{Change, joins};
use crate::ledger::{Case, LedgerError, Relative};
use crate::model::attribution::is_same_purchase;
use crate::model::{CaseKey, Happening, OrderDetails, Place, RefundId};

impl Change<'_> {
    /// The inputs of a case, and those of the same payment by its token only; of a subscription's token, whether it ended.
    pub(super) fn with_joined(
        &self,
        case: &Case,
        own: CaseInputs,
        token: Option<&str>,
    ) -> Result<CaseInputs, LedgerError> {
        let Some(token) = token.filter(|_| !case.is_by_token()) else { return Ok(own) };
        let (mut joined, mut is_ended) = (Vec::new(), false);
        for other in self.tx.read().cases_of_token(case, token)?.into_iter().filter(Case::is_by_token) {
            is_ended |= other.refund.merged_into == Some(case.refund.id) && ended_subscription(&other);
            let its_facts = self.tx.facts(other.refund.id)?;
            if other.refund.merged_into.is_none_or(|into| into == case.refund.id) && joins(&other, &its_facts)
            {
                joined.extend(its_facts);
            }
        }
        if joined.is_empty() {
            return Ok(own.with_end(is_ended));
        }
        let facts = own.facts.iter().cloned().chain(joined).collect();
        Ok(self.case_inputs(case, facts)?.unwrap_or(own).with_end(is_ended))
    }

    /// The case of the same purchase, if the message names another order id.
    pub(super) fn case_of_same_purchase(
        &self,
        place: &Place,
        key: &CaseKey,
        about: &OrderDetails,
    ) -> Result<Option<Case>, LedgerError> {
        let CaseKey::Order(order) = key else { return Ok(None) };
        let (line_item, original) = (about.web_order_line_item_id.as_deref(), about.original_id.as_deref());
        if original.is_none() && line_item.is_none() {
            return Ok(None);
        }
        let relatives = self.tx.read().relatives(place, [Some(order), line_item, original])?;
        let is_of_order = |relative: &&Relative| {
            relative.id == *order && relative.exact && relative.case.refund.merged_into.is_none()
        };
        if let Some(relative) = relatives.iter().find(is_of_order) {
            return Ok(Some(relative.case.clone()));
        }
        for id in [line_item, original].into_iter().flatten() {
            let mut named =
                relatives.iter().filter(|relative| relative.id == id).map(|relative| &relative.case);
            if let Some(case) = named.find(|case| is_same_purchase(&case.refund.case.about, about)) {
                return self.tx.case(case.refund.merged_into.unwrap_or(case.refund.id));
            }
        }
        Ok(None)
    }

    /// The other cases of the same purchase, and of those in turn.
    pub(super) fn same_purchases(&self, case: &Case, about: &OrderDetails) -> Result<Vec<Case>, LedgerError> {
        let mut same: Vec<Case> = Vec::new();
        if case.is_by_token() {
            return Ok(same);
        }
        let mut to_look_at = vec![about.clone()];
        while let Some(about) = to_look_at.pop() {
            let (line_item, original) =
                (about.web_order_line_item_id.as_deref(), about.original_id.as_deref());
            if line_item.is_none() && original.is_none() {
                continue;
            }
            for relative in self.tx.read().relatives(&case.place, [line_item, original, None])? {
                let other = relative.case;
                let is_known = other.refund.id == case.refund.id
                    || same.iter().any(|known| known.refund.id == other.refund.id);
                if !is_known && !other.is_by_token() && is_same_purchase(&other.refund.case.about, &about) {
                    to_look_at.push(other.refund.case.about.clone());
                    same.push(other);
                }
            }
        }
        same.sort_by_key(|other| other.refund.id);
        Ok(same)
    }

    /// Makes the first case of a purchase represent the others, and takes over their decisions; whether it did.
    pub(super) fn merge_same_purchases(
        &self,
        case: &mut Case,
        others: Vec<Case>,
    ) -> Result<bool, LedgerError> {
        let mut took_over = false;
        for mut other in others {
            let mut is_new = other.refund.decision.is_some() || other.notified.is_some();
            is_new |= self.merge_into(&mut other, case.refund.id)?;
            if is_new {
                self.take_over(case, &mut other)?;
                self.tx.save_case(&mut other)?;
                took_over = true;
            } else if self.carry_books(&other, case)? {
                // It was reversed, and the game has not given all of it again.
                self.book(&mut other)?;
                self.tx.save_case(&mut other)?;
                took_over = true;
            }
        }
        Ok(took_over)
    }

    /// Records that another case represents this one; whether that is new.
    pub(super) fn merge_into(&self, case: &mut Case, into: RefundId) -> Result<bool, LedgerError> {
        if case.refund.merged_into == Some(into) {
            return Ok(false);
        }
        case.refund.merged_into = Some(into);
        self.journal(case, &Happening::Merged { into })?;
        Ok(true)
    }
}

/// Whether a case by token reports that the subscription ended with its refund.
pub(super) fn ended_subscription(by_token: &Case) -> bool {
    by_token.refund.case.subscription_live == Some(false) && by_token.refund.case.state.is_refunded()
}
