//! Refunds that the store accepted, as `pending` or further, and that failed later: the money is still the game's.

use super::super::change::Change;
use super::journal;
use crate::ledger::{ActionRow, LedgerError};
use crate::model::{
    ActionId, EventKind, Fact, FactKind, Happening, RefundId, Signal, Store, StoreActionState, StoreAnswer,
};

impl Change<'_> {
    /// Fails the action that made a refund, if the store reports that the refund failed.
    pub(in crate::engine) fn fail_action_that_made(
        &self,
        signal: &Signal,
        fact: &Fact,
        refund: RefundId,
    ) -> Result<(), LedgerError> {
        let FactKind::Reversed { step: Some(step), failure, .. } = &fact.what else { return Ok(()) };
        let (store, app) = (&signal.place.store, &signal.place.app);
        match self.tx.read().action_by_store_refund(store, app, step)? {
            Some(row) => self.fail(&row, step, failure.as_deref(), Some(refund)),
            None => Ok(()),
        }
    }

    /// Fails an action that was just answered, if the store reported before that its refund failed.
    pub(super) fn fail_where_reported(
        &self,
        id: ActionId,
        also: Option<RefundId>,
    ) -> Result<(), LedgerError> {
        let read = self.tx.read();
        let Some(row) = read.action(id)? else { return Ok(()) };
        let Some(step) = row.store_refund_id.clone() else { return Ok(()) };
        let known = read.refunds_of_order(&row.action.order_id, 10)?;
        let ids = known
            .iter()
            .filter(|refund| is_of(refund.store.clone(), &refund.app, &row))
            .map(|refund| refund.id);
        for refund in ids.chain(also).chain(row.action.refund_id) {
            for fact in read.facts(refund)? {
                if let FactKind::Reversed { step: Some(failed), failure, .. } = &fact.what
                    && *failed == step
                {
                    return self.fail(&row, &step, failure.as_deref(), Some(refund));
                }
            }
        }
        Ok(())
    }

    fn fail(
        &self,
        row: &ActionRow,
        step: &str,
        failure: Option<&str>,
        refund: Option<RefundId>,
    ) -> Result<(), LedgerError> {
        if row.action.state != StoreActionState::Done {
            return Ok(());
        }
        let why = failure.unwrap_or("the store reported no reason");
        let answer = StoreAnswer::Error {
            code: "refund_failed".to_owned(),
            message: format!(
                "the refund {step} was made and has failed: {why}. The player has not received the money; refund in another way"
            ),
        };
        tracing::error!(action = row.action.id, refund = step, failure, "a completed refund has failed");
        self.tx.fail_done_action(row.action.id, &answer, self.now)?;
        let state = StoreActionState::Failed;
        journal(
            self.tx,
            &row.action,
            self.now,
            &Happening::ActionAnswered { action: row.action.id, state, answer },
        )?;
        let of = refund.or(row.action.refund_id);
        if let Some(case) = of.map(|id| self.tx.case(id)).transpose()?.flatten() {
            let counts = match case.refund.merged_into {
                Some(into) => self.tx.case(into)?.unwrap_or(case),
                None => case,
            };
            self.queue(EventKind::Alert, &counts, None)?;
        }
        Ok(())
    }
}

fn is_of(store: Store, app: &str, row: &ActionRow) -> bool {
    store == row.action.store && app == row.action.app
}
