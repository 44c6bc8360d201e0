//! The present state of one purchase or subscription: `getPurchaseDetails`, `getSubscriptionDetail`. These confirm a
//! hint.
//!
//! They also explain a cancellation that ONE Store signed without a reason: whether the game had acknowledged the
//! purchase, which is looked up by its product and token. A hint, which is unsigned, is looked up in the list of voided
//! purchases.

use std::collections::BTreeMap;

use serde_json::Value;

use super::OneStoreApi;
use crate::model::{
    CaseKey, Environment, Extent, Fact, FactKind, Initiator, Meaning, OrderDetails, Place, Reason, Signal,
    Span, Store, Timestamp, Trust,
};
use crate::stores::http_api::unreadable;
use crate::stores::one_store::PurchaseState;
use crate::stores::one_store::members::{Members, Unreadable};
use crate::stores::{ApiError, ExplainsRefunds, Explanation, UnexplainedRefund};
use crate::transport::HttpRequest;

/// A purchase of a managed product, as ONE Store reports it now.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PurchaseDetails {
    /// `purchaseId`.
    pub purchase_id: String,
    /// `purchaseState`: paid, or revoked.
    pub purchase_state: PurchaseState,
    /// `purchaseTime`.
    pub purchased_at: Option<Timestamp>,
    /// `consumptionState`: whether the game has consumed it.
    pub is_consumed: Option<bool>,
    /// `acknowledgeState`: whether the game has acknowledged it. After three days without an acknowledgement or a
    /// consumption, ONE Store revokes the purchase.
    pub is_acknowledged: Option<bool>,
    /// `developerPayload`, empty text counting as none.
    pub developer_payload: Option<String>,
    /// `quantity`.
    pub quantity: Option<u32>,
    /// All members, as they came.
    pub members: BTreeMap<String, Value>,
}

/// A subscription, as ONE Store reports it now.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SubscriptionDetails {
    /// `lastPurchaseId`: its latest payment, which has this id as an order.
    pub last_purchase_id: Option<String>,
    /// `autoRenewing`.
    pub is_auto_renewing: Option<bool>,
    /// `paymentState`: 0 not paid, 1 paid, 2 free, 3 a deferred change of the product; `None` once it has expired.
    pub payment_state: Option<i64>,
    /// `startTimeMillis`: its first payment.
    pub started_at: Option<Timestamp>,
    /// `expiryTimeMillis`.
    pub expires_at: Option<Timestamp>,
    /// `cancelledTimeMillis`: when its renewal was cancelled.
    pub canceled_at: Option<Timestamp>,
    /// `cancelReason`: 0 by the customer, 1 otherwise.
    pub cancel_reason: Option<i64>,
    /// `linkedPurchaseToken`: the subscription that this one replaced.
    pub linked_purchase_token: Option<String>,
    /// All members, as they came.
    pub members: BTreeMap<String, Value>,
}

impl OneStoreApi {
    /// Looks up the present state of a purchase of a managed product.
    ///
    /// # Errors
    /// [`ApiError`]; `NoSuchData` for a token that is of no purchase of this product, or of a subscription.
    pub fn purchase_details(
        &self,
        app: &str,
        product: &str,
        purchase_token: &str,
        now: Timestamp,
    ) -> Result<PurchaseDetails, ApiError> {
        self.details(app, ("inapp", product, purchase_token), now, PurchaseDetails::read)
    }

    /// Looks up the present state of a subscription.
    ///
    /// # Errors
    /// [`ApiError`]; `NoSuchData` for a token that is of no subscription of this product.
    pub fn subscription_details(
        &self,
        app: &str,
        product: &str,
        purchase_token: &str,
        now: Timestamp,
    ) -> Result<SubscriptionDetails, ApiError> {
        self.details(app, ("subscription", product, purchase_token), now, SubscriptionDetails::read)
    }

    fn details<T>(
        &self,
        app: &str,
        (kind, product, purchase_token): (&str, &str, &str),
        now: Timestamp,
        read: impl Fn(&Members<'_>) -> Result<T, Unreadable>,
    ) -> Result<T, ApiError> {
        let account = self.account(app)?;
        let url = account
            .app_url()
            .segment("purchases")
            .segment(kind)
            .segment("products")
            .segment(product)
            .segment(purchase_token);
        let response = self.send(account, &HttpRequest::get(url), now)?;
        let members = Members::parse(response.body()).map_err(|error| unreadable(error.to_string()))?;
        read(&members).map_err(|error| unreadable(error.to_string()))
    }
}

impl PurchaseDetails {
    fn read(members: &Members<'_>) -> Result<Self, Unreadable> {
        let purchase_state = match members.whole("purchaseState")? {
            Some(0) => PurchaseState::Completed,
            Some(1) => PurchaseState::Canceled,
            _ => return Err(Unreadable::new("purchaseState", "expected 0 or 1")),
        };
        let quantity = members.whole("quantity")?.map(u32::try_from).transpose();
        Ok(Self {
            purchase_id: members.needed_id("purchaseId")?,
            purchase_state,
            purchased_at: members.time("purchaseTime")?,
            is_consumed: yes_or_no(members, "consumptionState")?,
            is_acknowledged: yes_or_no(members, "acknowledgeState")?,
            developer_payload: members.text("developerPayload")?,
            quantity: quantity.map_err(|_| Unreadable::new("quantity", "expected a count"))?,
            members: members.values(),
        })
    }
}

impl SubscriptionDetails {
    fn read(members: &Members<'_>) -> Result<Self, Unreadable> {
        let details = Self {
            last_purchase_id: members.id("lastPurchaseId")?,
            is_auto_renewing: members.flag("autoRenewing")?,
            payment_state: members.whole("paymentState")?,
            started_at: members.time("startTimeMillis")?,
            expires_at: members.time("expiryTimeMillis")?,
            canceled_at: members.time("cancelledTimeMillis")?,
            cancel_reason: members.whole("cancelReason")?,
            linked_purchase_token: members.id("linkedPurchaseToken")?,
            members: members.values(),
        };
        // Any other object would read as a subscription without known data.
        match details.started_at {
            Some(_) => Ok(details),
            None => Err(Unreadable::new("startTimeMillis", "expected a time")),
        }
    }
}

/// 1 and 0.
fn yes_or_no(members: &Members<'_>, name: &'static str) -> Result<Option<bool>, Unreadable> {
    match members.whole(name)? {
        None => Ok(None),
        Some(0) => Ok(Some(false)),
        Some(1) => Ok(Some(true)),
        Some(_) => Err(Unreadable::new(name, "expected 0 or 1")),
    }
}

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
        let what = FactKind::Refunded {
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
