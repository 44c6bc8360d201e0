//! The meaning of a notification and of a revoked transaction to a refund engine: the refund, its extent, and the
//! order.

use super::AppStoreEnvironment;
use super::notification::{ConsumptionRequestReason, Notification, NotificationType, SubscriptionStatus};
use super::renewal_info::RenewalInfo;
use super::transaction::{
    AdvancedCommerceItem, AdvancedCommerceRefund, AdvancedCommerceRefundType, AppTransaction,
    InAppOwnershipType, RevocationReason, RevocationType, Transaction, TransactionProductType,
};
use crate::model::{
    CaseKey, Country, Currency, Extent, Fact, FactKind, Meaning, MilliPercent, Money, OrderDetails, Place,
    ProductType, Reason, Signal, Span, Store, Timestamp, Trust, real_id,
};
use crate::stores::Rejection;

/// How long Apple waits for consumption information after CONSUMPTION_REQUEST.
const TIME_TO_ANSWER: Span = Span::from_hours(12);

impl Notification {
    /// Its meaning.
    ///
    /// A refund is reported by the **transaction's** id: a refund of an old renewal does not touch the newer ones of the
    /// same subscription, whose original transaction id is the same.
    ///
    /// # Errors
    /// [`Rejection::NotUnderstood`] if it reports an event of a transaction without naming the transaction.
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
                FactKind::Reversed { step: None, extent: None, failure: None },
                OrderDetails::default(),
            ),
            NotificationType::RefundDeclined => {
                self.case(self.signed_at(), FactKind::Declined, OrderDetails::default())
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
        let what = FactKind::Requested {
            deadline: Some(self.signed_at().plus(TIME_TO_ANSWER)),
            reason: reason.and_then(request_reason),
            token: None,
        };
        self.case(self.signed_at(), what, OrderDetails::default())
    }

    fn case(&self, at: Timestamp, what: FactKind, mut about: OrderDetails) -> Result<Meaning, Rejection> {
        let (id, transaction) = self.named_transaction()?;
        about.fill_from(&self.details(transaction));
        // An unsigned message moved no money, whatever it contains.
        let trust = if self.environment().is_signed() { Trust::Signed } else { Trust::Hint };
        Ok(Meaning::Case { key: CaseKey::Order(id), fact: Fact { at, what, trust, about } })
    }

    fn named_transaction(&self) -> Result<(String, &Transaction), Rejection> {
        let missing = |what: &str| Rejection::NotUnderstood {
            problem: format!("{} without {what}", self.payload().notification_type.as_str()),
        };
        let transaction = self.transaction().ok_or_else(|| missing("signedTransactionInfo"))?;
        let id = real_id(&transaction.transaction_id).ok_or_else(|| missing("transactionId"))?;
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

/// A refunded transaction's report of its refund.
fn refund(transaction: &Transaction, subscription_live: Option<bool>) -> (FactKind, OrderDetails) {
    if transaction.revocation_type == Some(RevocationType::FamilyRevoke) {
        return sharing_lost(transaction, subscription_live);
    }
    let what = FactKind::Refunded {
        step: None,
        extent: extent(transaction),
        reason: transaction.revocation_reason.and_then(refund_reason),
        initiator: None,
        subscription_live,
    };
    (what, OrderDetails::default())
}

/// The purchaser's refund, or the end of sharing, takes the purchase from this family member; Apple sends the reason 0
/// if it is not the purchaser's.
fn sharing_lost(transaction: &Transaction, subscription_live: Option<bool>) -> (FactKind, OrderDetails) {
    let purchasers = match transaction.revocation_reason {
        None | Some(RevocationReason::Other) => None,
        Some(reason) => refund_reason(reason),
    };
    let what = FactKind::Refunded {
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
    OrderDetails { app_transaction_id: real_id(&app.app_transaction_id), ..OrderDetails::default() }
}

/// A revoked transaction's report of its refund; or which member it lacks. `source` is where the transaction came from,
/// such as `refund-lookup`.
///
/// No notification reports it, so its id is made of what identifies the refund: a later change has another id.
pub(super) fn revocation(
    bundle_id: &str,
    environment: AppStoreEnvironment,
    transaction: &Transaction,
    (source, name): (&str, &str),
    trust: Trust,
) -> Result<Signal, &'static str> {
    let id = real_id(&transaction.transaction_id).ok_or("transactionId")?;
    let revoked_at = transaction.revocation_date.ok_or("revocationDate")?;
    let (what, mut about) = refund(transaction, None);
    about.fill_from(&order_details(transaction, None));
    let extent = match &what {
        FactKind::Refunded { extent, .. } => serde_json::to_string(extent).unwrap_or_default(),
        _ => String::new(),
    };
    Ok(Signal {
        place: Place {
            store: Store::AppStore,
            app: bundle_id.to_owned(),
            environment: Some(environment.into()),
        },
        notification_id: format!("{source}:{}:{id}:{}:{extent}", environment.name(), revoked_at.millis()),
        name: name.to_owned(),
        at: revoked_at,
        meaning: Meaning::Case { key: CaseKey::Order(id), fact: Fact { at: revoked_at, what, trust, about } },
    })
}

/// How much of a transaction was refunded.
///
/// Advanced Commerce lists the refunds of each item. Others have `revocationType` since 2025-12; before that, and so if
/// it is absent, the App Store refunded in full only. A percentage beside it is the more exact of the two: 0 alone
/// means nothing there, since something was refunded. A value that is out of range or unknown is a part of unknown
/// size.
fn extent(transaction: &Transaction) -> Extent {
    let items = transaction.advanced_commerce_info.as_ref().map(|info| info.items.as_slice());
    if let Some(items) = items.filter(|items| items.iter().any(is_refunded)) {
        return extent_of_items(items, transaction.currency.as_deref());
    }
    match transaction.revocation_type {
        Some(RevocationType::FamilyRevoke) => Extent::Full,
        None | Some(RevocationType::RefundFull) => {
            let percentage = transaction.revocation_percentage.filter(|&percentage| percentage > 0);
            percentage.and_then(share).unwrap_or(Extent::Full)
        }
        Some(RevocationType::RefundProrated | RevocationType::Unknown(_)) => {
            transaction.revocation_percentage.and_then(share).unwrap_or(Extent::Part)
        }
    }
}

fn share(percentage: i64) -> Option<Extent> {
    let share = MilliPercent::new(u32::try_from(percentage).ok()?)?;
    Some(if share == MilliPercent::WHOLE { Extent::Full } else { Extent::Share(share) })
}

fn extent_of_items(items: &[AdvancedCommerceItem], currency: Option<&str>) -> Extent {
    if items.iter().all(is_wholly_refunded) {
        return Extent::Full;
    }
    let total = items.iter().try_fold(0_i64, |total, item| total.checked_add(refunded_amount(item)?));
    money(total, currency).map_or(Extent::Part, Extent::TotalAmount)
}

fn refunds(item: &AdvancedCommerceItem) -> &[AdvancedCommerceRefund] {
    item.refunds.as_deref().unwrap_or_default()
}

fn is_refunded(item: &AdvancedCommerceItem) -> bool {
    !refunds(item).is_empty()
}

fn is_wholly_refunded(item: &AdvancedCommerceItem) -> bool {
    let in_full =
        refunds(item).iter().any(|refund| refund.refund_type == Some(AdvancedCommerceRefundType::Full));
    in_full
        || is_refunded(item)
            && matches!((refunded_amount(item), price(item)), (Some(back), Some(price)) if back >= price)
}

/// An item's price; a negative price counts as absent.
fn price(item: &AdvancedCommerceItem) -> Option<i64> {
    item.price.filter(|price| *price >= 0)
}

/// The refunded amount of one item; `None` if it is not reported of one of its refunds, or is negative.
fn refunded_amount(item: &AdvancedCommerceItem) -> Option<i64> {
    refunds(item).iter().try_fold(0_i64, |total, refund| {
        let in_full = refund.refund_type == Some(AdvancedCommerceRefundType::Full);
        let amount = refund.refund_amount.or(price(item).filter(|_| in_full))?;
        total.checked_add(amount).filter(|_| amount >= 0)
    })
}

/// The UUID of a variable that a game never set (RFC 9562 §5.9): a tag of no player.
const NIL_UUID: &str = "00000000-0000-0000-0000-000000000000";

/// The order, in the model's terms. Impossible values (a price that is negative or too large to count) are left out.
pub(super) fn order_details(transaction: &Transaction, renewal_info: Option<&RenewalInfo>) -> OrderDetails {
    let account_token = transaction
        .app_account_token
        .as_deref()
        .or_else(|| renewal_info.and_then(|info| info.app_account_token.as_deref()))
        .filter(|token| !token.is_empty() && *token != NIL_UUID);
    OrderDetails {
        order_id: real_id(&transaction.transaction_id),
        purchase_token: None,
        original_id: real_id(&transaction.original_transaction_id),
        web_order_line_item_id: real_id(&transaction.web_order_line_item_id),
        // UUIDs compare without regard to case (RFC 9562 §4), and StoreKit does not keep the game's.
        account_tag: account_token.map(str::to_ascii_lowercase),
        product: transaction.product_id.clone(),
        product_type: transaction.product_type.as_ref().and_then(product_type),
        quantity: transaction.quantity.and_then(|quantity| u32::try_from(quantity).ok()),
        price: money(transaction.price, transaction.currency.as_deref()),
        purchased_at: transaction.purchase_date,
        family_shared: transaction.in_app_ownership_type == Some(InAppOwnershipType::FamilyShared),
        app_transaction_id: real_id(&transaction.app_transaction_id),
        country: transaction.storefront.as_deref().and_then(Country::from_alpha_3),
        ..OrderDetails::default()
    }
}

/// An amount in Apple's thousandths of the currency's unit; `None` if it is negative. Zero is zero in any currency.
fn money(thousandths: Option<i64>, currency: Option<&str>) -> Option<Money> {
    let micros = thousandths.filter(|amount| *amount >= 0)?.checked_mul(1000)?;
    match currency.and_then(|currency| Currency::new(currency).ok()) {
        Some(currency) => Some(Money { micros, currency }),
        None => (micros == 0).then_some(Money::NOTHING),
    }
}

fn product_type(product_type: &TransactionProductType) -> Option<ProductType> {
    match product_type {
        TransactionProductType::AutoRenewableSubscription => Some(ProductType::Subscription),
        TransactionProductType::NonConsumable => Some(ProductType::NonConsumable),
        TransactionProductType::Consumable => Some(ProductType::Consumable),
        TransactionProductType::NonRenewingSubscription => Some(ProductType::NonRenewingSubscription),
        TransactionProductType::Unknown(_) => None,
    }
}
