//! Consumption reports by the host, before or during a review.

use super::{Change, Engine};
use crate::engine::store_actions::{check_text, random_key};
use crate::error::Error;
use crate::ledger::{LedgerError, NewEntry};
use crate::model::{Consumption, Happening, MilliPercent, RefundId, ReviewCase, ReviewState};

/// The most uses in one report: Google Play refuses more.
pub const MAX_USAGE: usize = 1000;

/// The subject of a consumption report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsumptionOf<'a> {
    /// The order of this refund, such as in a `review` event.
    Refund(RefundId),
    /// An order, by the store's id, even before a review: App Store transaction id, Google Play order id.
    Order(&'a str),
}

impl Engine {
    /// Reports how far an order was used and whether the player consents to sharing that, before a review or when a
    /// `review` event arrives. A later report replaces an earlier one. Returns the latest review of the order, if
    /// there is one; if it is open, the rules answer it soon after this call. A review that was not answered, or
    /// whose answer the store refused, is reopened until its deadline. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownReview`] if there is no such refund, or its store reported no order; [`Error::TooMany`] for
    /// more than [`MAX_USAGE`] uses; [`Error::BadAction`] for a share above 100 000; [`Error::Ledger`].
    pub fn report_consumption(
        &self,
        of: ConsumptionOf<'_>,
        report: Consumption,
    ) -> Result<Option<ReviewCase>, Error> {
        if report.usage.len() > MAX_USAGE {
            return Err(Error::TooMany { what: "uses", count: report.usage.len(), limit: MAX_USAGE });
        }
        if let Some(consumed) = report.consumed.filter(|consumed| *consumed > MilliPercent::WHOLE) {
            let problem =
                format!("consumed is {}, and must be 0 to 100000 thousandths of a percent", consumed.get());
            return Err(Error::BadAction { problem });
        }
        let order = match of {
            ConsumptionOf::Order(order) => order.to_owned(),
            ConsumptionOf::Refund(id) => self
                .refund(id)?
                .ok_or_else(|| Error::UnknownReview { what: format!("there is no refund {id}") })?
                .case
                .about
                .order_id
                .ok_or_else(|| Error::UnknownReview {
                    what: format!("refund {id} has no known order id, which an answer to the store needs"),
                })?,
        };
        check_text("order", &order)?;
        let send_key = random_key()?;
        self.change(move |change| Ok(change.report_consumption(&order, &report, &send_key)?))
    }
}

impl Change<'_> {
    fn report_consumption(
        &self,
        order: &str,
        report: &Consumption,
        send_key: &str,
    ) -> Result<Option<ReviewCase>, LedgerError> {
        self.tx.keep_consumption(order, report)?;
        let latest = self.tx.read().reviews_of_order(order)?.pop();
        let bought = self.tx.read().purchases_of_order(order, 1)?;
        let buyer = bought.first().map(|recorded| recorded.purchase.user.as_str());
        let entry = NewEntry {
            inbox: None,
            refund: latest.as_ref().map(|review| review.refund_id),
            order: Some(order),
            user: latest.as_ref().and_then(|review| review.user.as_deref()).or(buyer),
        };
        self.tx.write_journal(
            entry,
            self.now,
            &Happening::ConsumptionReported { consent: report.consent },
        )?;
        let Some(mut review) = latest else { return Ok(None) };
        // While the store still waits, the player may consent, and refused content may be corrected.
        let waits = review.outcome.is_none() && review.deadline.is_none_or(|deadline| self.now < deadline);
        if waits && matches!(review.state, ReviewState::DeclinedToAnswer | ReviewState::Missed) {
            (review.state, review.action) = (ReviewState::Waiting, None);
        }
        let refund = review.refund_id;
        self.withdraw_answer(&mut review)?;
        self.advance_review(review, send_key)?;
        let mut latest = self.tx.read().latest_review(refund)?;
        let user = latest.as_mut().and_then(|review| review.user.as_mut());
        user.map_or(Ok(()), |user| self.tx.read().spell(user))?;
        Ok(latest)
    }
}
