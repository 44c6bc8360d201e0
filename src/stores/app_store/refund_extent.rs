//! How much of a transaction was given back.

use super::advanced_commerce::{AdvancedCommerceItem, AdvancedCommerceRefund, AdvancedCommerceRefundType};
use super::order::money;
use super::transaction::{RevocationType, Transaction};
use crate::model::{Extent, MilliPercent};

/// How much of a refunded transaction was given back.
///
/// Advanced Commerce lists the refunds of each item. Others have `revocationType` since 2025-12; before that, and so
/// where it is absent, the App Store refunded in full only. A percentage beside it is the more exact of the two: 0 alone
/// says nothing there, since something was refunded. What is out of range or not known is a part of unknown size.
pub(super) fn extent(transaction: &Transaction) -> Extent {
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

/// What an item cost; a negative price is none.
fn price(item: &AdvancedCommerceItem) -> Option<i64> {
    item.price.filter(|price| *price >= 0)
}

/// What was given back of one item; `None` where that is not reported of one of its refunds, or is negative.
fn refunded_amount(item: &AdvancedCommerceItem) -> Option<i64> {
    refunds(item).iter().try_fold(0_i64, |total, refund| {
        let in_full = refund.refund_type == Some(AdvancedCommerceRefundType::Full);
        let amount = refund.refund_amount.or(price(item).filter(|_| in_full))?;
        total.checked_add(amount).filter(|_| amount >= 0)
    })
}
