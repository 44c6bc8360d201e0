//! What ONE Store says of a purchase that it cancelled without a reason: whether the game had acknowledged it.
//!
//! A signed cancellation is asked about by its product and token. What came unsigned, and so is a hint, is looked for among
//! the voided purchases, which confirm it.

use super::OneStoreApi;
use crate::model::{
    CaseKey, Environment, Extent, Fact, Initiator, Meaning, OrderDetails, Place, Reason, Signal, Span, Store,
    Timestamp, Trust, What,
};
use crate::stores::one_store::PurchaseState;
use crate::stores::{ApiError, ExplainsRefunds, Explanation, UnexplainedRefund};

/// ONE Store cancels what was neither acknowledged nor consumed three days after the purchase. A little less, since the
/// two times are by different clocks.
const UNACKNOWLEDGED_AFTER: Span = Span::from_hours(71);

/// How long before the first of the refunds the list of voided purchases begins.
const BEFORE: Span = Span::from_days(1);

impl ExplainsRefunds for OneStoreApi {
    fn apps(&self) -> Vec<String> {
        self.accounts.iter().map(|account| account.client_id.clone()).collect()
    }

    fn explain(&self, app: &str, refunds: &[UnexplainedRefund], now: Timestamp) -> Explanation {
        let mut explanation = Explanation::default();
        for refund in refunds {
            if let Err(error) = self.look_at(app, refund, now, &mut explanation) {
                explanation.fault = Some(error);
                return explanation;
            }
        }
        if explanation.complete.len() < refunds.len()
            && let Err(error) = explanation.add_listed(self, app, refunds, BEFORE, now)
        {
            explanation.fault = Some(error);
        }
        explanation
    }
}

impl OneStoreApi {
    fn look_at(
        &self,
        app: &str,
        refund: &UnexplainedRefund,
        now: Timestamp,
        explanation: &mut Explanation,
    ) -> Result<(), ApiError> {
        let about = &refund.about;
        let (Some(product), Some(token)) = (&about.product, &about.purchase_token) else { return Ok(()) };
        let details = match self.purchase_details(app, product, token, now) {
            Ok(details) => details,
            // Of no purchase, or of a subscription.
            Err(ApiError::Refused { retryable: false, .. } | ApiError::Unreadable { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        if details.purchase_state != PurchaseState::Canceled {
            return Ok(());
        }
        let is_used = details.is_consumed == Some(true) || details.is_acknowledged == Some(true);
        let was_never_used = details.is_acknowledged == Some(false) && !is_used;
        let purchased_at = details.purchased_at.or(about.purchased_at);
        let is_automatic = was_never_used
            && purchased_at.is_some_and(|purchased_at| refund.at.since(purchased_at) >= UNACKNOWLEDGED_AFTER);
        let what = What::Refunded {
            step: None,
            extent: Extent::Full,
            reason: is_automatic.then_some(Reason::Unacknowledged),
            initiator: is_automatic.then_some(Initiator::Store),
            subscription_live: None,
        };
        let about = OrderDetails {
            order_id: Some(details.purchase_id.clone()),
            purchase_token: Some(token.clone()),
            product: Some(product.clone()),
            account_tag: details.developer_payload,
            quantity: details.quantity,
            purchased_at,
            acknowledged: if is_used { Some(true) } else { details.is_acknowledged },
            ..OrderDetails::default()
        };
        let account = self.account(app)?;
        let id = details.purchase_id;
        let signal = Signal {
            place: Place {
                store: Store::OneStore,
                app: app.to_owned(),
                environment: (account.environment == Environment::Sandbox).then_some(Environment::Sandbox),
            },
            notification_id: format!(
                "{id}:DETAILS:{}",
                if was_never_used { "unacknowledged" } else { "used" }
            ),
            name: "purchaseDetails".to_owned(),
            at: refund.at,
            meaning: Meaning::Case {
                key: CaseKey::Order(id),
                fact: Fact { at: refund.at, what, trust: Trust::Confirmed, about },
            },
        };
        let body = serde_json::to_vec(&details.members).unwrap_or_default();
        explanation.found.push((signal, body));
        explanation.complete.push(refund.refund);
        Ok(())
    }
}
