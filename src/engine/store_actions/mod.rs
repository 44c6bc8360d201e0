//! Store actions: refunds, revocations, answers to refund reviews.

mod calls;
#[cfg(feature = "operators")]
mod dry_run;
mod early_fraud_warning;
mod failed_later;
mod round;
mod step;

use ring::rand::SecureRandom as _;

pub(crate) use calls::{Reported, StoreCalls, StoreRequest};

use super::change::Change;
use super::{Engine, MAX_REMARK};
use crate::error::Error;
use crate::ledger::{ActionRow, Answered, LedgerError, NewAction, NewEntry, Tx};
use crate::model::{
    ActionId, Happening, Page, RefundId, RefundOrder, ReviewState, RevocationRefund, RevokeSubscription,
    Span, StoreAction, StoreActionFilter, StoreActionKind, StoreActionState, Timestamp,
};

/// How long a refund or a revocation is tried. Stripe forgets idempotency keys after a day, and after that a
/// repetition would be a second refund: <https://docs.stripe.com/api/idempotent_requests>. Two hours are spare for a
/// clock that was set back unnoticed: an open action is at most an hour older than when it was last written.
const TRY_FOR: Span = Span::from_hours(22);

/// The longest key, order or app, in bytes: the stores' own are far shorter.
const MAX_TEXT: usize = 1024;

impl Engine {
    /// Refunds a player. The action is written before it is sent and after the store has answered; if the store
    /// cannot be reached, it is sent again later by [`work_on_actions`](Self::work_on_actions). The returned action
    /// has its state.
    ///
    /// With a `key`, such as a support ticket's number, the same call made twice is one refund: the second returns
    /// the first's action and sends nothing.
    ///
    /// Once the store has done it, the refund is in the ledger like any other, marked as made by the game; by the
    /// default rules it does not block the player. The store's own report of it is the same refund.
    ///
    /// Waits for commits, and for the store.
    ///
    /// # Errors
    /// [`Error::Api`] if the store's credentials are not configured; [`Error::BadAction`] for invalid input and for a
    /// key of another action; [`Error::Ledger`]. A store's refusal is no error: the action has
    /// [failed](StoreActionState::Failed) and contains the store's message.
    pub fn issue_refund(
        &self,
        order: RefundOrder,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<StoreAction, Error> {
        check_order(&order)?;
        self.act(StoreRequest::Refund(order), who, why, key)
    }

    /// Ends a Google Play subscription at once and refunds it, as [`issue_refund`](Self::issue_refund) does. Google
    /// does not document repeated revocations, so an unanswered one is not repeated: it becomes
    /// [unknown](StoreActionState::Unknown).
    ///
    /// # Errors
    /// As [`issue_refund`](Self::issue_refund).
    pub fn revoke_subscription(
        &self,
        revoke: RevokeSubscription,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<StoreAction, Error> {
        check_revocation(&revoke)?;
        self.act(StoreRequest::RevokeSubscription(revoke), who, why, key)
    }

    /// One store action.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn action(&self, id: ActionId) -> Result<Option<StoreAction>, Error> {
        self.read(|read| Ok(read.action(id)?.map(|row| row.action)))
    }

    /// Store actions that match the filter, newest first; `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn actions(
        &self,
        filter: &StoreActionFilter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Page<StoreAction>, Error> {
        self.page(after, limit, |read, before, limit| read.actions(filter, before, limit), |action| action.id)
    }

    fn act(
        &self,
        request: StoreRequest,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<StoreAction, Error> {
        check_remark(who, why, key)?;
        self.stores.calls().check(&request)?;
        match self.write_action(request.clone(), who, why, key)? {
            // An operator's call is what was just written.
            (row, true) => self.view().step(row, &request),
            (row, false) => Ok(row.action),
        }
    }

    /// Writes an action, durably; `false`: the key belongs to an existing one.
    pub(super) fn write_action(
        &self,
        request: StoreRequest,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<(ActionRow, bool), Error> {
        let (now, send_key) = (self.now(), random_key()?);
        let (who, why, key) = (who.to_owned(), why.to_owned(), key.map(str::to_owned));
        self.run(move |tx| {
            if let Some(key) = key.as_deref()
                && let Some(row) = tx.read().action_by_key(key)?
            {
                if row.action.kind != request.kind() || row.action.request != request.to_value()? {
                    let id = row.action.id;
                    let problem = format!(
                        "the key {key:?} belongs to action {id}, which is another request: use another key"
                    );
                    return Err(Error::BadAction { problem });
                }
                return Ok((row, false));
            }
            let refund = refund_of(tx, &request)?;
            let by = Written { key: key.as_deref(), send_key: &send_key, refund, who: &who, why: &why };
            let id = write(tx, &request, &by, now, now.plus(TRY_FOR))?;
            let row = tx.read().action(id)?;
            Ok((
                row.ok_or_else(|| {
                    LedgerError::Internal("an action that was just written is missing".to_owned())
                })?,
                true,
            ))
        })
    }

    /// Writes a store's answer, and ingests the refund that it reports, in one commit.
    pub(super) fn settle_action(
        &self,
        row: &ActionRow,
        answered: Answered,
        reported: Option<Reported>,
    ) -> Result<StoreAction, Error> {
        let (now, id) = (self.now(), row.action.id);
        let (attempts, lease) = (row.action.attempts, row.action.next_at);
        self.change(move |change| {
            let Some(there) = change.tx.read().action(id)? else {
                return Err(LedgerError::Internal(format!("action {id} is missing")).into());
            };
            // Another process presumed this one dead and continued, which postpones the action. (A clock that was set
            // back moves it forward, without another process.) Only a success outranks its result.
            let is_theirs =
                there.action.attempts != attempts || there.action.next_at.is_none_or(|at| Some(at) > lease);
            let is_news =
                answered.state == StoreActionState::Done && there.action.state != StoreActionState::Done;
            if is_theirs && !is_news {
                return Ok(there.action);
            }
            change.tx.answer_action(id, &answered, now)?;
            let mut made = None;
            if let Some((signal, body)) = &reported {
                let ingested = Change::ingest_swept(change.tx, change.rules, now, signal, body)?;
                if let Some(refund) = ingested.refund {
                    change.tx.tie_action(id, refund.id)?;
                    made = Some(refund.id);
                }
            }
            let Some(row) = change.tx.read().action(id)? else {
                return Err(LedgerError::Internal(format!("action {id} is missing")).into());
            };
            let (state, answer) = (answered.state, answered.answer.clone());
            let happening = Happening::ActionAnswered { action: id, state, answer };
            journal(change.tx, &row.action, now, &happening)?;
            change.fail_where_reported(id, made)?;
            let Some(row) = change.tx.read().action(id)? else {
                return Err(LedgerError::Internal(format!("action {id} is missing")).into());
            };
            if row.action.kind == StoreActionKind::AnswerReview && state.is_settled() {
                let reached = state == StoreActionState::Done;
                change
                    .review_answered(id, if reached { ReviewState::Answered } else { ReviewState::Missed })?;
            }
            Ok(row.action)
        })
    }

    fn existing_action(&self, id: ActionId) -> Result<StoreAction, Error> {
        self.action(id)?.ok_or_else(|| LedgerError::Internal(format!("action {id} is missing")).into())
    }

    fn journal_sending(tx: &Tx<'_>, action: &StoreAction, now: Timestamp) -> Result<(), LedgerError> {
        let happening = Happening::ActionSending { action: action.id, attempt: action.attempts };
        journal(tx, action, now, &happening)
    }
}

/// What is written with an action beside its request.
pub(super) struct Written<'a> {
    pub(super) key: Option<&'a str>,
    pub(super) send_key: &'a str,
    pub(super) refund: Option<RefundId>,
    pub(super) who: &'a str,
    pub(super) why: &'a str,
}

/// Writes an action and its journal entry.
pub(super) fn write(
    tx: &Tx<'_>,
    request: &StoreRequest,
    by: &Written<'_>,
    now: Timestamp,
    until: Timestamp,
) -> Result<ActionId, LedgerError> {
    let (store, value) = (request.store(), request.to_value()?);
    let new = NewAction {
        key: by.key,
        send_key: by.send_key,
        store: &store,
        app: request.app(),
        kind: request.kind(),
        refund: by.refund,
        order: request.order(),
        request: &value,
        who: by.who,
        why: by.why,
        until,
    };
    let id = tx.insert_action(&new, now)?;
    let happening = Happening::ActionWritten {
        action: id,
        kind: request.kind(),
        who: by.who.to_owned(),
        why: by.why.to_owned(),
    };
    let Some(row) = tx.read().action(id)? else { return Ok(id) };
    journal(tx, &row.action, now, &happening)?;
    Ok(id)
}

pub(super) fn journal(
    tx: &Tx<'_>,
    action: &StoreAction,
    now: Timestamp,
    happening: &Happening,
) -> Result<(), LedgerError> {
    let refund = action.refund_id.map(|id| tx.read().refund(id)).transpose()?.flatten();
    let bought = match refund {
        Some(_) => Vec::new(),
        None => tx.read().purchases_of_order(&action.order_id, 1)?,
    };
    let buyer = bought.first().map(|recorded| recorded.purchase.user.as_str());
    let entry = NewEntry {
        inbox: None,
        refund: action.refund_id,
        order: Some(&action.order_id),
        user: refund.as_ref().and_then(|refund| refund.user.as_deref()).or(buyer),
    };
    tx.write_journal(entry, now, happening)
}

/// The refund of the order, if one is known.
fn refund_of(tx: &Tx<'_>, request: &StoreRequest) -> Result<Option<RefundId>, LedgerError> {
    let known = tx.read().refunds_of_order(request.order(), 10)?;
    Ok(known.iter().find(|refund| refund.store == request.store()).map(|refund| refund.id))
}

/// 128 bits from the system, so that no two ledgers on one account ever share a key.
pub(super) fn random_key() -> Result<String, LedgerError> {
    let mut bytes = [0; 16];
    ring::rand::SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| LedgerError::Internal("the system returned no random bytes".to_owned()))?;
    Ok(bytes.iter().fold("recoup-".to_owned(), |text, byte| format!("{text}{byte:02x}")))
}

/// Checks who requests it, why, and the caller's key.
fn check_remark(who: &str, why: &str, key: Option<&str>) -> Result<(), Error> {
    for (field, text) in [("who", who), ("why", why)] {
        if text.is_empty() || text.len() > MAX_REMARK {
            let problem = format!("{field} has {} bytes; it must have 1 to {MAX_REMARK}", text.len());
            return Err(Error::BadAction { problem });
        }
    }
    key.map_or(Ok(()), |key| check_text("key", key))
}

fn check_revocation(revoke: &RevokeSubscription) -> Result<(), Error> {
    check_text("app", &revoke.app)?;
    check_text("purchase_token", &revoke.purchase_token)?;
    match &revoke.refund {
        RevocationRefund::Item(product) => check_text("item", product),
        RevocationRefund::Full | RevocationRefund::Prorated => Ok(()),
    }
}

fn check_order(order: &RefundOrder) -> Result<(), Error> {
    match order {
        RefundOrder::GooglePlay { app, order_id, .. } => {
            check_text("app", app)?;
            check_text("order_id", order_id)
        }
        RefundOrder::Stripe { app, payment, amount, .. } => {
            check_text("app", app)?;
            check_text("payment", payment)?;
            if !["ch_", "py_", "pi_"].iter().any(|prefix| payment.starts_with(prefix)) {
                let problem = format!(
                    "{payment:?} is not a payment: use a charge (ch_, py_) or a payment intent (pi_)"
                );
                return Err(Error::BadAction { problem });
            }
            match amount {
                Some(amount) if amount.micros <= 0 => {
                    let problem = format!(
                        "{amount} cannot be refunded: use a positive amount, or none to refund everything"
                    );
                    Err(Error::BadAction { problem })
                }
                _ => Ok(()),
            }
        }
    }
}

pub(super) fn check_text(field: &str, text: &str) -> Result<(), Error> {
    if text.is_empty() || text.len() > MAX_TEXT {
        let problem = format!("{field} has {} bytes; it must have 1 to {MAX_TEXT}", text.len());
        return Err(Error::BadAction { problem });
    }
    if let Some(at) = text.find(char::is_control) {
        let problem = format!("{field} has a control character (byte {at}): remove it");
        return Err(Error::BadAction { problem });
    }
    Ok(())
}
