//! What a notification means to a refund engine.

use super::app_transaction::AppTransaction;
use super::kinds::{ConsumptionRequestReason, NotificationType};
use super::notification::Notification;
use super::order::order_details;
use super::payload::SubscriptionStatus;
use super::refund_extent::extent;
use super::transaction::{RevocationReason, RevocationType, Transaction, TransactionProductType};
use crate::model::{
    CaseKey, Extent, Fact, Meaning, OrderDetails, Place, Reason, Signal, Span, Store, Timestamp, Trust, What,
    id_in,
};
use crate::stores::Rejection;

/// How long Apple waits for consumption information after CONSUMPTION_REQUEST.
const TIME_TO_ANSWER: Span = Span::from_hours(12);

impl Notification {
    /// What it means.
    ///
    /// A refund is told by the **transaction's** id: a refund of an old renewal does not touch the newer ones of the
    /// same subscription, whose original transaction id is the same.
    ///
    /// # Errors
    /// [`Rejection::NotUnderstood`] where it says that something happened to a transaction, and not to which.
    pub fn signal(&self) -> Result<Signal, Rejection> {
        Ok(Signal {
            place: Place {
                store: Store::AppStore,
                app: self.bundle_id().to_owned(),
                environment: Some(self.environment().into()),
            },
            notification_id: self.id().to_owned(),
            name: self.payload().notification_type.as_str().to_owned(),
            at: self.signed_at(),
            meaning: self.meaning()?,
        })
    }

    fn meaning(&self) -> Result<Meaning, Rejection> {
        match &self.payload().notification_type {
            NotificationType::Refund => self.refund(),
            NotificationType::Revoke => self.sharing_lost(),
            NotificationType::RefundReversed => self.case(
                self.signed_at(),
                What::Reversed { step: None, extent: None, failure: None },
                OrderDetails::default(),
            ),
            NotificationType::RefundDeclined => {
                self.case(self.signed_at(), What::Declined, OrderDetails::default())
            }
            NotificationType::ConsumptionRequest => self.refund_request(),
            NotificationType::RescindConsent => Ok(Meaning::ConsentRescinded {
                about: self.app_transaction().map(download).unwrap_or_default(),
            }),
            NotificationType::Test => Ok(Meaning::Test),
            NotificationType::OneTimeCharge
            | NotificationType::Subscribed
            | NotificationType::DidRenew
            | NotificationType::OfferRedeemed => Ok(match self.transaction() {
                Some(transaction) => Meaning::Purchase(self.details(transaction)),
                None => Meaning::Nothing,
            }),
            _ => Ok(Meaning::Nothing),
        }
    }

    fn refund(&self) -> Result<Meaning, Rejection> {
        let transaction = self.named_transaction()?.1;
        let (what, about) = refund(transaction, self.subscription_live(transaction));
        self.case(self.revoked_at(transaction), what, about)
    }

    fn sharing_lost(&self) -> Result<Meaning, Rejection> {
        let transaction = self.named_transaction()?.1;
        let (what, about) = sharing_lost(transaction, self.subscription_live(transaction));
        self.case(self.revoked_at(transaction), what, about)
    }

    fn refund_request(&self) -> Result<Meaning, Rejection> {
        let reason = self.payload().data.as_ref().and_then(|data| data.consumption_request_reason.as_ref());
        let what = What::Requested {
            deadline: Some(self.signed_at().plus(TIME_TO_ANSWER)),
            reason: reason.and_then(request_reason),
            token: None,
        };
        self.case(self.signed_at(), what, OrderDetails::default())
    }

    fn case(&self, at: Timestamp, what: What, mut about: OrderDetails) -> Result<Meaning, Rejection> {
        let (id, transaction) = self.named_transaction()?;
        about.fill_from(&self.details(transaction));
        // What nobody signed moved no money, whatever it says.
        let trust = if self.environment().is_signed() { Trust::Signed } else { Trust::Hint };
        Ok(Meaning::Case { key: CaseKey::Order(id), fact: Fact { at, what, trust, about } })
    }

    fn named_transaction(&self) -> Result<(String, &Transaction), Rejection> {
        let missing = |what: &str| Rejection::NotUnderstood {
            problem: format!("{} without {what}", self.payload().notification_type.as_str()),
        };
        let transaction = self.transaction().ok_or_else(|| missing("signedTransactionInfo"))?;
        let id = id_in(&transaction.transaction_id).ok_or_else(|| missing("transactionId"))?;
        Ok((id, transaction))
    }

    fn details(&self, transaction: &Transaction) -> OrderDetails {
        order_details(transaction, self.renewal_info())
    }

    fn revoked_at(&self, transaction: &Transaction) -> Timestamp {
        transaction.revocation_date.unwrap_or_else(|| self.signed_at())
    }

    fn subscription_live(&self, transaction: &Transaction) -> Option<bool> {
        if transaction.product_type != Some(TransactionProductType::AutoRenewableSubscription) {
            return None;
        }
        match self.payload().data.as_ref()?.status? {
            SubscriptionStatus::Active | SubscriptionStatus::BillingGracePeriod => Some(true),
            SubscriptionStatus::Expired | SubscriptionStatus::BillingRetry | SubscriptionStatus::Revoked => {
                Some(false)
            }
            SubscriptionStatus::Unknown(_) => None,
        }
    }
}

/// What a refunded transaction says of its refund.
pub(super) fn refund(transaction: &Transaction, subscription_live: Option<bool>) -> (What, OrderDetails) {
    if transaction.revocation_type == Some(RevocationType::FamilyRevoke) {
        return sharing_lost(transaction, subscription_live);
    }
    let what = What::Refunded {
        step: None,
        extent: extent(transaction),
        reason: transaction.revocation_reason.and_then(refund_reason),
        initiator: None,
        subscription_live,
    };
    (what, OrderDetails::default())
}

/// The purchaser's refund, or the end of sharing, takes the purchase from this family member; Apple gives 0 as the
/// reason where it is not the purchaser's.
fn sharing_lost(transaction: &Transaction, subscription_live: Option<bool>) -> (What, OrderDetails) {
    let purchasers = match transaction.revocation_reason {
        None | Some(RevocationReason::Other) => None,
        Some(reason) => refund_reason(reason),
    };
    let what = What::Refunded {
        step: None,
        extent: Extent::Full,
        reason: Some(purchasers.unwrap_or(Reason::FamilySharingLost)),
        initiator: None,
        subscription_live,
    };
    (what, OrderDetails { family_shared: true, ..OrderDetails::default() })
}

fn refund_reason(reason: RevocationReason) -> Option<Reason> {
    match reason {
        RevocationReason::Other => Some(Reason::Other),
        RevocationReason::AppIssue => Some(Reason::Defective),
        RevocationReason::Unknown(_) => None,
    }
}

fn request_reason(reason: &ConsumptionRequestReason) -> Option<Reason> {
    match reason {
        ConsumptionRequestReason::UnintendedPurchase => Some(Reason::AccidentalPurchase),
        ConsumptionRequestReason::FulfillmentIssue => Some(Reason::NotReceived),
        ConsumptionRequestReason::UnsatisfiedWithPurchase => Some(Reason::Remorse),
        ConsumptionRequestReason::Legal => Some(Reason::Legal),
        ConsumptionRequestReason::Other => Some(Reason::Other),
        ConsumptionRequestReason::Unknown(_) => None,
    }
}

fn download(app: &AppTransaction) -> OrderDetails {
    OrderDetails { app_transaction_id: id_in(&app.app_transaction_id), ..OrderDetails::default() }
}
