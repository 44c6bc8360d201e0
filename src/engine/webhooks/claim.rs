//! Which message is sent next, and with which body. In one transaction, so that a refund that changes meanwhile is either
//! seen or tries its held messages again.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::registration::rendered_by;
use crate::config::Config;
use crate::engine::change::Change;
use crate::ledger::{Case, DueMessage, LeaseOwner, LedgerError, Sender};
use crate::model::{Refund, RefundId, Span, WebhookFormat};
use crate::webhooks::{Endpoint, IapRefund, LONGEST_WAIT, Rendering, cloud_event, message_id, recoup_event};

/// How many messages one claim looks at: those that cannot be sent are held, dropped or put off in the same commit, and other
/// jobs wait for it.
const LOOKED_AT: i64 = 64;

/// How much longer than its request a sender has a message: for the commit that follows, on a busy disk.
const SLACK: Span = Span::from_millis(60_000);

/// How long a process leaves a message to the others that it cannot render itself, and they may.
const LEFT_TO_OTHERS: Span = Span::from_millis(60_000);

/// How many of a refund's records are looked at for the one of its order.
const RECORDS: i64 = 10;

/// What a sender does next.
pub(super) enum Claim {
    /// Sends this message.
    Send(Claimed),
    /// Nothing can be sent now.
    Nothing,
    /// Some messages were held, dropped or put off, and there may be more to send.
    Again,
}

/// A message that this sender has.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) id: i64,
    pub(super) sender: Sender,
    pub(super) webhook_id: String,
    pub(super) body: String,
}

impl Change<'_> {
    /// Leases the next message of an endpoint to `owner`. What its format cannot express is held or dropped.
    pub(super) fn claim_webhook(
        &self,
        endpoint: &Endpoint,
        config: &Config,
        ledger: &str,
        owner: LeaseOwner,
    ) -> Result<Claim, LedgerError> {
        let read = self.tx.read();
        let Some(row) = read.endpoint(&endpoint.name)?.filter(|row| row.ended.is_none()) else {
            return Ok(Claim::Nothing);
        };
        // A later time was written while the clock was ahead.
        let beyond = self.now.plus(LONGEST_WAIT);
        if row.held_until.is_some_and(|until| until > self.now && until <= beyond) {
            return Ok(Claim::Nothing);
        }
        let due = read.messages_due(&endpoint.name, self.now, LOOKED_AT)?;
        let is_all = i64::try_from(due.len()).is_ok_and(|count| count < LOOKED_AT);
        let mut is_dropped = false;
        let mut waited_for = BTreeSet::new();
        // Another process has opened with another catalogue since: what this one lacks, that one may know.
        let is_outdated = LazyCell::new(|| row.rendered_by != rendered_by(endpoint, config));
        for message in due {
            if let Some(first) = message.behind {
                if waited_for.insert(first) {
                    self.tx.postpone_behind(first, self.now)?;
                }
                continue;
            }
            match self.render(endpoint, ledger, &message)? {
                (Rendering::Body(body), event) => {
                    let sender = Sender { owner, attempt: message.attempts.saturating_add(1) };
                    let timeout = i64::try_from(endpoint.timeout.as_millis()).unwrap_or(i64::MAX);
                    let lease = self.now.plus(Span::from_millis(timeout)).plus(SLACK);
                    self.tx.claim_message(message.id, sender, lease)?;
                    let webhook_id = message_id(ledger, event);
                    return Ok(Claim::Send(Claimed { id: message.id, sender, webhook_id, body }));
                }
                (Rendering::Held(problem), _) if *is_outdated => {
                    self.tx.postpone_message(message.id, &problem, self.now.plus(LEFT_TO_OTHERS))?;
                }
                (Rendering::Dropped(why), _) if *is_outdated => {
                    self.tx.postpone_message(message.id, why, self.now.plus(LEFT_TO_OTHERS))?;
                }
                (Rendering::Held(problem), _) => {
                    let refund = message.refund_id.map(|id| self.refund_of(id)).transpose()?.flatten();
                    let refund = refund.map(|case| case.refund.id).or(message.refund_id);
                    self.tx.hold_message(message.id, refund, &problem)?;
                    self.tx.note_endpoint_problem(&endpoint.name, &format!("held: {problem}"), self.now)?;
                }
                (Rendering::Dropped(why), _) => {
                    self.tx.drop_message(message.id, why, self.now)?;
                    is_dropped = true;
                }
            }
        }
        // What waited behind a message that was dropped can be sent now.
        Ok(if is_all && !is_dropped { Claim::Nothing } else { Claim::Again })
    }

    /// The body of a message, and its event.
    fn render(
        &self,
        endpoint: &Endpoint,
        ledger: &str,
        message: &DueMessage,
    ) -> Result<(Rendering, i64), LedgerError> {
        let event = match &message.event {
            Ok(event) => event,
            Err(LedgerError::Unreadable { .. }) => {
                return Ok((Rendering::Dropped("its event cannot be read by this version"), 0));
            }
            Err(error) => return Err(error.clone()),
        };
        let rendering = match endpoint.format {
            WebhookFormat::Recoup => written(&recoup_event(event, ledger))?,
            WebhookFormat::Cloudevents => written(&cloud_event(event, ledger))?,
            WebhookFormat::IapRefundEvent => match message.refund_id {
                Some(refund) => self.render_refund(endpoint, refund)?,
                None => Rendering::Dropped("it is about no refund"),
            },
        };
        Ok((rendering, event.id))
    }

    /// `IapRefundEvent`, of the refund as it is now.
    fn render_refund(&self, endpoint: &Endpoint, id: RefundId) -> Result<Rendering, LedgerError> {
        let Some(case) = self.refund_of(id)? else {
            return Ok(Rendering::Dropped("its refund is not in the ledger"));
        };
        let purchase = self.recorded_number(&case)?;
        let mut refund: Refund = case.refund;
        self.tx.read().spell_refund(&mut refund)?;
        let product = refund.case.about.product.as_deref();
        let product = product.and_then(|product| self.rules.catalogue.product(&refund.store, product));
        let skips_unsized = endpoint.skips_unsized;
        Ok(IapRefund { refund: &refund, purchase, product, skips_unsized }.render())
    }

    /// A refund's case; if it was reported again by its order id, that one.
    fn refund_of(&self, id: RefundId) -> Result<Option<Case>, LedgerError> {
        match self.tx.case(id)? {
            Some(Case { refund: Refund { merged_into: Some(into), .. }, .. }) => self.tx.case(into),
            case => Ok(case),
        }
    }

    /// The number of the host's record of exactly this order.
    fn recorded_number(&self, case: &Case) -> Result<Option<i64>, LedgerError> {
        let (store, about) = (&case.place.store, &case.refund.case.about);
        let Some(order) = about.order_id.as_deref().or(about.purchase_token.as_deref()) else {
            return Ok(None);
        };
        let mut records = self.tx.read().records_of_order(Some(store), order, RECORDS)?;
        if let (true, Some(token)) = (records.is_empty(), about.purchase_token.as_deref()) {
            records = self.tx.read().records_of_order(Some(store), token, RECORDS)?;
        }
        let player = case.refund.user.as_deref();
        let theirs = records.iter().find(|record| Some(record.recorded.purchase.user.as_str()) == player);
        Ok(theirs.or(records.first()).map(|record| record.id))
    }
}

fn written<T: serde::Serialize>(body: &T) -> Result<Rendering, LedgerError> {
    serde_json::to_string(body)
        .map(Rendering::Body)
        .map_err(|error| LedgerError::Internal(format!("unwritable: {error}")))
}
