//! Refunding on an early fraud warning, if a Stripe section is configured to: a dispute costs more than the refund,
//! and counts against the account.

use super::super::change::Change;
use super::calls::StoreRequest;
use super::{TRY_FOR, Written, random_key, write};
use crate::ledger::{Case, LedgerError};
use crate::model::{
    Fact, FactKind, RefundId, RefundOrder, RefundReason, Signal, Store, StoreActionFilter, StoreActionKind,
    StoreState,
};

/// The prefix of Stripe's events about warnings.
const WARNINGS: &str = "radar.early_fraud_warning.";

/// The requester in the action and the journal.
const WHO: &str = "rule: refund on an early fraud warning";

impl Change<'_> {
    /// Writes a refund of all that is left of the payment of a warning, once per payment; not if the payment is
    /// refunded or disputed, or being refunded.
    pub(in crate::engine) fn refund_on_warning(
        &self,
        signal: &Signal,
        fact: &Fact,
        refund: RefundId,
    ) -> Result<(), LedgerError> {
        let is_warning = signal.place.store == Store::Stripe
            && signal.name.starts_with(WARNINGS)
            && matches!(fact.what, FactKind::Requested { .. });
        let is_configured = self.rules.warning_refunds.iter().any(|(app, environment)| {
            *app == signal.place.app && Some(*environment) == signal.place.environment
        });
        if !is_warning || !is_configured {
            return Ok(());
        }
        let payment = fact.about.order_id.as_ref().or(fact.about.purchase_token.as_ref());
        let Some(payment) =
            payment.filter(|id| ["ch_", "py_", "pi_"].iter().any(|kind| id.starts_with(kind)))
        else {
            return Ok(());
        };
        let read = self.tx.read();
        let key = format!("early-fraud-warning:{}:{payment}", signal.place.app);
        if read.action_by_key(&key)?.is_some() || self.is_settled_otherwise(refund, fact)? {
            return Ok(());
        }
        let request = StoreRequest::Refund(RefundOrder::Stripe {
            app: signal.place.app.clone(),
            payment: payment.clone(),
            amount: None,
            reason: Some(RefundReason::Fraudulent),
        });
        let send_key = random_key()?;
        let why = format!("{} {}", signal.name, signal.notification_id);
        let by = Written { key: Some(&key), send_key: &send_key, refund: Some(refund), who: WHO, why: &why };
        let action = write(self.tx, &request, &by, self.now, self.now.plus(TRY_FOR))?;
        tracing::info!(action, payment, "a payment is refunded on an early fraud warning");
        Ok(())
    }

    /// Whether the money was refunded already, or is being refunded in another way.
    fn is_settled_otherwise(&self, refund: RefundId, fact: &Fact) -> Result<bool, LedgerError> {
        let read = self.tx.read();
        let Some(case) = self.counting_case(refund)? else { return Ok(true) };
        let facts = self.tx.facts(refund)?.into_iter().chain(self.tx.facts(case.refund.id)?);
        let is_disputed = facts.into_iter().any(|fact| {
            matches!(&fact.what, FactKind::Refunded { step: Some(step), .. } if step.starts_with("dispute:"))
        });
        let is_over = matches!(
            case.refund.case.state,
            StoreState::Refunded | StoreState::Unconfirmed | StoreState::Released
        );
        let ids = [&fact.about.order_id, &fact.about.purchase_token, &case.refund.case.about.purchase_token];
        let mut is_under_way = false;
        for id in ids.into_iter().flatten() {
            let of_payment = StoreActionFilter {
                store: Some(Store::Stripe),
                kind: Some(StoreActionKind::Refund),
                order_id: Some(id.clone()),
                ..StoreActionFilter::default()
            };
            let actions = read.actions(&of_payment, i64::MAX, 16)?;
            is_under_way |= actions.iter().any(|action| !action.state.is_settled());
        }
        Ok(is_disputed || is_over || is_under_way)
    }

    /// The case that counts, if this one is merged.
    fn counting_case(&self, refund: RefundId) -> Result<Option<Case>, LedgerError> {
        match self.tx.case(refund)? {
            Some(case) => match case.refund.merged_into {
                Some(into) => self.tx.case(into),
                None => Ok(Some(case)),
            },
            None => Ok(None),
        }
    }
}
