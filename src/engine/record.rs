//! What the host records: purchases, and blocks by an operator.

use std::borrow::Cow;

use super::change::{Change, Rules};
use crate::error::Error;
use crate::ledger::{LedgerError, MemoryUpdate, NewEntry, Recorded, Tx};
use crate::model::{
    AccountTags, Block, BlockCause, EndedBy, Event, EventKind, Happening, Purchase, RefundId, Span,
    TagWriter, Timestamp,
};
use crate::stores::profile;
use crate::uuid;

/// The outcome of recording a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PurchaseOutcome {
    /// It is new.
    Recorded,
    /// It was recorded before; this call added nothing.
    AlreadyRecorded,
    /// It was recorded before, and this call added fields.
    Completed,
    /// The store has revoked it: refunded, or no longer shared by the family. Deliver nothing. It is recorded, unless
    /// its refund is decided for another user. Only for a signed purchase.
    Revoked,
}

/// Records purchases in one transaction, all or none, and attributes waiting refunds.
pub(super) fn record_purchases(
    tx: &Tx<'_>,
    rules: &Rules,
    now: Timestamp,
    purchases: &[Purchase],
) -> Result<Vec<PurchaseOutcome>, Error> {
    let change = Change { tx, rules, now, inbox: None };
    let mut outcomes = Vec::with_capacity(purchases.len());
    for (index, purchase) in purchases.iter().enumerate() {
        let user = tx.known_user(&purchase.user)?;
        let outcome = match user == purchase.user {
            true => change.record_purchase(index, purchase),
            false => change.record_purchase(index, &Purchase { user, ..purchase.clone() }),
        };
        outcomes.push(outcome?);
    }
    Ok(outcomes)
}

impl Change<'_> {
    fn record_purchase(&self, index: usize, purchase: &Purchase) -> Result<PurchaseOutcome, Error> {
        if let Some(id) = purchase.repays
            && self.tx.case(id)?.is_none()
        {
            return Err(Error::UnknownRefund { id });
        }
        let recorded = self.tx.record_purchase(purchase, self.now)?;
        if let Some(refund) = purchase.repays {
            match recorded {
                Recorded::New => self.book_buying_again(refund, purchase)?,
                Recorded::OfAnotherUser(_) => {}
                Recorded::Known | Recorded::Completed(_) => self.check_repays(refund, purchase)?,
            }
        }
        let (outcome, recorded) = match recorded {
            Recorded::New => (PurchaseOutcome::Recorded, Cow::Borrowed(purchase)),
            Recorded::Completed(whole) => (PurchaseOutcome::Completed, Cow::Owned(*whole)),
            Recorded::Known => return Ok(PurchaseOutcome::AlreadyRecorded),
            Recorded::OfAnotherUser(user) => {
                let order = purchase.order_id.clone().or_else(|| purchase.purchase_token.clone());
                let user = self.tx.read().spelling(&user)?;
                return Err(Error::PurchaseOfAnotherUser { index, order: order.unwrap_or_default(), user });
            }
        };
        self.meet_again(&recorded.user)?;
        // By everything recorded now, not only by this call.
        let by_tag = self.rules.account_tags != AccountTags::Ignore
            || profile(&recorded.store).tags == TagWriter::Store;
        let touched = self.tx.read().refunds_touched_by(&recorded, by_tag)?;
        if !touched.is_empty() {
            self.journal_purchase(&recorded)?;
            self.refold_all(touched.clone())?;
            let by_ids = self.tx.read().refunds_touched_by(&recorded, false)?;
            self.record_claim(&touched, &by_ids, &recorded)?;
        }
        Ok(outcome)
    }
}

impl Change<'_> {
    /// A purchase repays a refund from the start or never: meanwhile it may have been refunded itself.
    fn check_repays(&self, refund: RefundId, purchase: &Purchase) -> Result<(), Error> {
        let known = self.tx.read().same_purchase(purchase)?;
        if known.is_none_or(|known| known.recorded.purchase.repays == Some(refund)) {
            return Ok(());
        }
        let order = purchase.order_id.as_deref().or(purchase.purchase_token.as_deref()).unwrap_or_default();
        let facts = format!(
            "purchase {order:?} was recorded without repays {refund}: it has to be recorded with it the first time"
        );
        Err(Error::Refused { code: "recorded_already", facts })
    }

    /// Journals the cause of the following changes. A purchase without consequences is only in its own table, with
    /// its time.
    fn journal_purchase(&self, purchase: &Purchase) -> Result<(), LedgerError> {
        let entry = NewEntry {
            order: purchase.order_id.as_deref(),
            user: Some(&purchase.user),
            ..NewEntry::default()
        };
        let (store, product) = (purchase.store.clone(), purchase.product.clone());
        self.tx.write_journal(entry, self.now, &Happening::PurchaseRecorded { store, product })
    }
}

/// The operator of a block or unblock, and the reason.
#[derive(Clone, Debug)]
pub(super) struct OperatorRemark {
    pub(super) who: String,
    pub(super) why: String,
}

impl Change<'_> {
    /// Blocks a user, by an operator.
    pub(super) fn block_by_operator(
        &self,
        user: &str,
        span: Option<Span>,
        by: &OperatorRemark,
    ) -> Result<Block, LedgerError> {
        let user = &self.tx.known_user(user)?;
        let until = span.map(|span| self.now.plus(span));
        let cause = BlockCause::Operator { who: by.who.clone(), why: by.why.clone() };
        let block = self.tx.insert_block(user, cause, self.now, until, false)?;
        let (who, why) = (Some(by.who.clone()), Some(by.why.clone()));
        let happening = Happening::Blocked { block: block.id, until, until_settled: false, who, why };
        self.tx.write_journal(NewEntry { user: Some(user), ..NewEntry::default() }, self.now, &happening)?;
        self.tx.note(MemoryUpdate::Blocked(user.to_owned()));
        self.notice_of_operators_block(user)?;
        self.queue_event(Event {
            id: 0,
            kind: EventKind::Block,
            user: Some(user.to_owned()),
            refund_id: None,
            at: self.now,
            attempt: 0,
            refund: None,
            block: Some(block.clone()),
            gap: None,
            recovery: None,
            notice: None,
            access: None,
        })?;
        Ok(Block { user: self.tx.read().spelling(user)?, ..block })
    }

    /// Ends all active blocks of a user, by an operator, and returns their number.
    pub(super) fn unblock_by_operator(&self, user: &str, by: &OperatorRemark) -> Result<usize, LedgerError> {
        let mut ended = 0;
        for block in self.tx.read().standing_blocks(&uuid::canonical(user))? {
            let why = EndedBy::Operator { who: by.who.clone(), why: by.why.clone() };
            ended += usize::from(self.end_block(block, why, None)?);
        }
        Ok(ended)
    }

    /// Ends expired blocks, and makes those whose grace is over, the longest overdue first. Returns how many ended.
    pub(super) fn expire_blocks(&self) -> Result<usize, LedgerError> {
        self.begin_blocks_due()?;
        let mut ended = 0;
        for block in self.tx.read().blocks_due(self.now, EXPIRE_AT_ONCE)? {
            ended += usize::from(self.end_block(block, EndedBy::Expiry, None)?);
        }
        Ok(ended)
    }
}

/// How many blocks one transaction ends: thousands may expire at one midnight, and callers wait meanwhile.
pub(super) const EXPIRE_AT_ONCE: i64 = 500;
