//! Why Google refunded, and whose it was: what a pushed void leaves out.
//!
//! One request for the voided purchases since the earliest of the voids, which have reason and source; then of each void
//! its purchase (`productsv2`, `subscriptionsv2`: acknowledgement, the game's account id, licence testers), and where the
//! list has nothing of it yet, its order (`orders.get`: a chargeback, the price).

use std::collections::BTreeSet;

use super::GooglePlayApi;
use crate::model::{CaseKey, Meaning, ProductType, Signal, Span, Timestamp};
use crate::stores::{ApiError, ExplainsRefunds, Explanation, UnexplainedRefund};

/// How long before a void its listing may begin: Google lists by when it recorded it, by its own clock.
const BEFORE: Span = Span::from_hours(1);

impl ExplainsRefunds for GooglePlayApi {
    fn apps(&self) -> Vec<String> {
        self.apps.keys().cloned().collect()
    }

    fn explain(&self, app: &str, refunds: &[UnexplainedRefund], now: Timestamp) -> Explanation {
        let mut explanation = Explanation::default();
        if let Err(error) = explanation.add_listed(self, app, refunds, BEFORE, now) {
            let is_everybodys = concerns_all(&error);
            explanation.fault = Some(error);
            if is_everybodys {
                return explanation;
            }
        }
        let listed: BTreeSet<String> =
            explanation.found.iter().filter_map(|(signal, _)| order_of(signal)).collect();
        for refund in refunds {
            if let Err(error) = self.look_at(app, refund, &listed, now, &mut explanation) {
                let is_everybodys = concerns_all(&error);
                explanation.fault.get_or_insert(error);
                if is_everybodys {
                    return explanation;
                }
            }
        }
        explanation
    }
}

impl GooglePlayApi {
    /// The purchase of one void and, where the list does not have it, its order.
    fn look_at(
        &self,
        app: &str,
        refund: &UnexplainedRefund,
        listed: &BTreeSet<String>,
        now: Timestamp,
        explanation: &mut Explanation,
    ) -> Result<(), ApiError> {
        let mut order_id = refund.about.order_id.clone();
        if let Some(token) = &refund.about.purchase_token {
            let is_subscription = refund.about.product_type == Some(ProductType::Subscription);
            let purchase = match is_subscription {
                true => self.subscription_purchase(app, token, now),
                false => self.product_purchase(app, token, now),
            };
            if let Some(purchase) = unless_unknown(purchase)? {
                order_id = order_id.or(purchase.order_id);
                explanation.found.extend(purchase.found);
            }
        }
        let Some(order_id) = order_id else { return Ok(()) };
        if listed.contains(&order_id) {
            explanation.complete.push(refund.refund);
        } else {
            explanation.found.extend(unless_unknown(self.refund_of(app, &order_id, now))?.flatten());
        }
        Ok(())
    }
}

/// The order of a listed void.
fn order_of(signal: &Signal) -> Option<String> {
    match &signal.meaning {
        Meaning::Case { key: CaseKey::Order(order), .. } => Some(order.clone()),
        _ => None,
    }
}

/// Google has no such order or purchase, or has it no longer.
fn unless_unknown<T>(answer: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(ApiError::Refused { status: 400 | 404 | 410, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the next request would meet the same.
fn concerns_all(error: &ApiError) -> bool {
    match error {
        ApiError::Credentials { .. } | ApiError::NotConfigured { .. } | ApiError::Transport { .. } => true,
        other => other.is_retryable(),
    }
}
