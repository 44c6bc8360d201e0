//! Stripe's amounts: whole numbers of the currency's minor unit. Source: <https://docs.stripe.com/currencies>.

use super::event::not_understood;
use crate::model::{Currency, Money};
use crate::stores::Rejection;

/// Currencies whose amounts are in whole units.
///
/// Stripe's list of zero-decimal currencies has UGX as well, and its special cases, which is what its API does, take
/// that back: 5 UGX are 500, as 5 ISK are, though neither has fractions any more. HUF and TWD are whole in payouts only;
/// charges, refunds and disputes have hundredths. So all four are like most.
const WHOLE: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];

/// Currencies whose amounts are in thousandths.
const THOUSANDTHS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// The amount as money. A currency on neither list has hundredths, which is what Stripe says of all others.
pub(super) fn money(amount: i64, currency: &str) -> Result<Money, Rejection> {
    let bad = |problem: &str| {
        let currency: String = currency.chars().take(16).collect();
        not_understood(format!("the amount {amount} of currency {currency:?} {problem}"))
    };
    let currency = Currency::new(currency).map_err(|error| bad(&format!("cannot be kept: {error}")))?;
    if amount < 0 {
        return Err(bad("is negative"));
    }
    let micros = amount.checked_mul(micros_in_minor_unit(currency)).ok_or_else(|| bad("is too large"))?;
    Ok(Money { micros, currency })
}

/// Money as Stripe writes it in the currency's minor unit; `None` where it is not a whole number of them.
pub(super) fn minor_units(money: Money) -> Option<i64> {
    let unit = micros_in_minor_unit(money.currency);
    (money.micros % unit == 0).then_some(money.micros / unit)
}

fn micros_in_minor_unit(currency: Currency) -> i64 {
    let code = currency.as_str();
    if WHOLE.contains(&code) {
        1_000_000
    } else if THOUSANDTHS.contains(&code) {
        1_000
    } else {
        10_000
    }
}
