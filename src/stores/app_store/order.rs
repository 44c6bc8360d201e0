//! What a transaction tells of the order it stands for.

use super::renewal_info::RenewalInfo;
use super::transaction::{InAppOwnershipType, Transaction, TransactionProductType};
use crate::model::{Currency, Money, OrderDetails, ProductType, id_in};

/// The UUID of a variable that a game never set (RFC 9562 §5.9): a tag of no player.
const NIL_UUID: &str = "00000000-0000-0000-0000-000000000000";

/// The order, in the model's words. What cannot be right (a price that is negative or too large to count) is left out.
pub(super) fn order_details(transaction: &Transaction, renewal_info: Option<&RenewalInfo>) -> OrderDetails {
    let account_token = transaction
        .app_account_token
        .as_deref()
        .or_else(|| renewal_info.and_then(|info| info.app_account_token.as_deref()))
        .filter(|token| !token.is_empty() && *token != NIL_UUID);
    OrderDetails {
        order_id: id_in(&transaction.transaction_id),
        purchase_token: None,
        original_id: id_in(&transaction.original_transaction_id),
        web_order_line_item_id: id_in(&transaction.web_order_line_item_id),
        // UUIDs compare without regard to case (RFC 9562 §4), and StoreKit does not keep the game's.
        account_tag: account_token.map(str::to_ascii_lowercase),
        product: transaction.product_id.clone(),
        product_type: transaction.product_type.as_ref().and_then(product_type),
        quantity: transaction.quantity.and_then(|quantity| u32::try_from(quantity).ok()),
        price: money(transaction.price, transaction.currency.as_deref()),
        purchased_at: transaction.purchase_date,
        family_shared: transaction.in_app_ownership_type == Some(InAppOwnershipType::FamilyShared),
        app_transaction_id: id_in(&transaction.app_transaction_id),
        ..OrderDetails::default()
    }
}

/// An amount in Apple's thousandths of the currency's unit; `None` where it is negative. Nothing is nothing in any currency.
pub(super) fn money(thousandths: Option<i64>, currency: Option<&str>) -> Option<Money> {
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
