//! What a transaction tells of the order it stands for.

use super::renewal_info::RenewalInfo;
use super::transaction::{InAppOwnershipType, Transaction, TransactionProductType};
use crate::model::{Currency, Money, OrderDetails, ProductType};

/// The order, in the model's words. What cannot be right (a price too large to count) stays unsaid.
pub(super) fn order_details(transaction: &Transaction, renewal_info: Option<&RenewalInfo>) -> OrderDetails {
    let account_token = transaction
        .app_account_token
        .as_deref()
        .or_else(|| renewal_info.and_then(|info| info.app_account_token.as_deref()))
        .filter(|token| !token.is_empty());
    OrderDetails {
        order_id: transaction.transaction_id.clone(),
        purchase_token: None,
        original_id: transaction.original_transaction_id.clone(),
        web_order_line_item_id: transaction
            .web_order_line_item_id
            .clone()
            .filter(|id| !matches!(id.as_str(), "" | "0")),
        // UUIDs compare without regard to case (RFC 9562 §4), and StoreKit does not keep the game's.
        account_tag: account_token.map(str::to_ascii_lowercase),
        product: transaction.product_id.clone(),
        product_type: transaction.product_type.as_ref().and_then(product_type),
        quantity: transaction.quantity.and_then(|quantity| u32::try_from(quantity).ok()),
        price: money(transaction.price, transaction.currency.as_deref()),
        purchased_at: transaction.purchase_date,
        family_shared: transaction.in_app_ownership_type == Some(InAppOwnershipType::FamilyShared),
        app_transaction_id: transaction.app_transaction_id.clone(),
        ..OrderDetails::default()
    }
}

/// An amount in Apple's thousandths of the currency's unit. Nothing is nothing in any currency.
pub(super) fn money(thousandths: Option<i64>, currency: Option<&str>) -> Option<Money> {
    let micros = thousandths?.checked_mul(1000)?;
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
