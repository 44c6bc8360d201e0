//! How many of an item should come back for what is refunded of an order.

use serde::{Deserialize, Serialize};

use crate::model::{MilliPercent, Money, OrderDetails, ReportedTotal};

/// How parts of an item are rounded: five gems for a third of the money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// In the player's favour.
    #[default]
    Down,
    /// In the game's favour.
    Up,
}

/// How many of an item should come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) quantity: i64,
    /// Whether all that is refunded has a known size. If not, `quantity` is the least that is due.
    pub(crate) sized: bool,
}

impl Due {
    /// Of `granted` items, for the refunded total of an order. Computed from the total, so that parts never add up to
    /// more than the whole.
    pub(crate) fn of(total: &ReportedTotal, order: &OrderDetails, granted: i64, rounding: Rounding) -> Self {
        let Ok(whole) = u64::try_from(granted) else { return Self { quantity: 0, sized: true } };
        if total.full || whole == 0 {
            return Self { quantity: granted.max(0), sized: true };
        }
        let portion = |of: u64, by: u64| portion(whole, of, by, rounding);
        let share = total.share.map(|share| by_share(share, order.quantity, portion));
        let items = total.quantity.map(|items| match order.quantity {
            Some(bought) if bought > 0 => Some(portion(u64::from(items), u64::from(bought))),
            _ => None,
        });
        let money = total.amount.map(|amount| by_amount(amount, order.price, portion));
        let is_sized = total.parts == 0 && items != Some(None) && money != Some(None);
        let beside = items.flatten().unwrap_or(0).saturating_add(money.flatten().unwrap_or(0)).min(whole);
        let due = beside.max(share.unwrap_or(0));
        let quantity = i64::try_from(due).unwrap_or(granted);
        // More than all cannot be due, whatever a part of unknown size comes to.
        Self { quantity, sized: is_sized || quantity == granted }
    }
}

/// A store's share is rounded already: a third is 33.333 %. Of an order of three that is one, and not none.
fn by_share(share: MilliPercent, bought: Option<u32>, portion: impl Fn(u64, u64) -> u64) -> u64 {
    match bought.and_then(|bought| Some((whole_items(share, bought)?, u64::from(bought)))) {
        Some((items, bought)) => portion(items, bought),
        None => portion(u64::from(share.get()), u64::from(MilliPercent::WHOLE.get())),
    }
}

/// How many whole items a share of an order is; `None` if it is none that a store would round to this share.
pub(crate) fn whole_items(share: MilliPercent, bought: u32) -> Option<u64> {
    let (bought, whole) = (u64::from(bought), u64::from(MilliPercent::WHOLE.get()));
    let scaled = u64::from(share.get()).saturating_mul(bought);
    let items = scaled.saturating_add(whole / 2) / whole;
    (bought > 0 && scaled.abs_diff(items.saturating_mul(whole)) <= bought).then_some(items)
}

/// `None` if the price is unknown, zero, or in another currency.
fn by_amount(amount: Money, price: Option<Money>, portion: impl Fn(u64, u64) -> u64) -> Option<u64> {
    let price = price.filter(|price| price.currency == amount.currency)?;
    let by = u64::try_from(price.micros).ok().filter(|by| *by > 0)?;
    Some(portion(u64::try_from(amount.micros).unwrap_or(0), by))
}

/// `whole * of / by`, at most `whole`. Neither product nor sum leaves 128 bits.
fn portion(whole: u64, of: u64, by: u64, rounding: Rounding) -> u64 {
    let product = u128::from(whole) * u128::from(of);
    let up = match rounding {
        Rounding::Down => 0,
        Rounding::Up => u128::from(by) - 1,
    };
    u64::try_from((product + up) / u128::from(by)).map_or(whole, |part| part.min(whole))
}
