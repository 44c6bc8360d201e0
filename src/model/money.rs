//! Amounts of money, exact.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An ISO 4217 alphabetic currency code, such as `USD`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Text that is not a currency code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a currency: expected three letters A to Z as in ISO 4217, such as USD")]
pub struct BadCurrency {
    /// The text as it was given.
    pub text: String,
}

impl Currency {
    /// ISO 4217's code for "no currency".
    const NONE: Self = Self(*b"XXX");

    /// From its three letters, in either case.
    ///
    /// # Errors
    /// [`BadCurrency`] for anything but three ASCII letters. Unassigned codes are accepted.
    pub fn new(code: &str) -> Result<Self, BadCurrency> {
        match *code.as_bytes() {
            [a, b, c] if code.bytes().all(|letter| letter.is_ascii_alphabetic()) => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()]))
            }
            _ => Err(BadCurrency { text: code.chars().take(16).collect() }),
        }
    }

    /// Whether it is the code for "no currency".
    pub(crate) fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII letters only: see `new`.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals its minor unit has (ISO 4217): 2, unless the list of exceptions has the code.
    #[must_use]
    pub fn decimals(&self) -> u32 {
        let of = |(_, codes): &&(u32, &[&str])| codes.contains(&self.as_str());
        DECIMALS.iter().find(of).map_or(2, |(decimals, _)| *decimals)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Currency {
    type Error = BadCurrency;

    fn try_from(text: String) -> Result<Self, BadCurrency> {
        Self::new(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

/// An amount in millionths of a currency's unit: 4.99 USD is 4 990 000 micros. Never a float, never rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Millionths of the currency's unit.
    pub micros: i64,
    /// Which currency.
    pub currency: Currency,
}

impl Money {
    /// Zero, if a store names no currency: ISO 4217 has the code XXX for "no currency".
    pub(crate) const NOTHING: Self = Self { micros: 0, currency: Currency::NONE };

    /// `numerator / denominator` of this amount, rounded towards zero; `None` if the denominator is zero or the
    /// result overflows.
    #[must_use]
    pub fn portion(self, numerator: u64, denominator: u64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let share = i128::from(self.micros).checked_mul(i128::from(numerator))? / i128::from(denominator);
        Some(Self { micros: i64::try_from(share).ok()?, currency: self.currency })
    }

    /// The sum; `None` if the currencies differ or it overflows.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self { micros: self.micros.checked_add(other.micros)?, currency: self.currency })
    }
}

/// The currencies whose minor unit has other than two decimals (ISO 4217).
const DECIMALS: [(u32, &[&str]); 3] = [
    (
        0,
        &[
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
            "XAF", "XOF", "XPF",
        ],
    ),
    (3, &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]),
    (4, &["CLF", "UYW"]),
];

impl Money {
    /// The amount as decimal text, with the decimals of its currency, or more if the micros need them: `4.99`, `0.005`,
    /// `4900` for 4900 KRW.
    #[must_use]
    pub fn decimal(&self) -> String {
        let sign = if self.micros < 0 { "-" } else { "" };
        let micros = self.micros.unsigned_abs();
        let fraction = format!("{:06}", micros % 1_000_000);
        let kept = fraction
            .trim_end_matches('0')
            .len()
            .max(usize::try_from(self.currency.decimals()).unwrap_or_default());
        let point = if kept > 0 { "." } else { "" };
        format!("{sign}{}{point}{}", micros / 1_000_000, fraction.get(..kept).unwrap_or(&fraction))
    }
}

impl fmt::Display for Money {
    /// With the currency's decimals: `4.99 USD`, `0.005 USD`, `4900 KRW`, `1.500 KWD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(micros: i64) -> Money {
        Money { micros, currency: Currency::new("USD").unwrap() }
    }

    #[test]
    fn portions_are_exact_and_never_overflow() {
        assert_eq!(usd(9_990_000).portion(33_333, 100_000), Some(usd(3_329_966)));
        assert_eq!(usd(i64::MAX).portion(1, 1), Some(usd(i64::MAX)));
        assert_eq!(usd(i64::MAX).portion(2, 1), None);
        assert_eq!(usd(1).portion(1, 0), None);
    }

    #[test]
    fn amounts_print_with_the_decimals_they_need() {
        assert_eq!(usd(4_990_000).to_string(), "4.99 USD");
        assert_eq!(usd(-5_000).to_string(), "-0.005 USD");
        assert_eq!(usd(100_000_000).to_string(), "100.00 USD");
        assert_eq!(usd(i64::MIN).to_string(), "-9223372036854.775808 USD");
        let krw = |micros| Money { micros, currency: Currency::new("KRW").unwrap() };
        assert_eq!(krw(4_900_000_000).to_string(), "4900 KRW");
        assert_eq!(krw(1_960_500_000).to_string(), "1960.5 KRW");
        for (code, text) in [("KWD", "1.500 KWD"), ("UYW", "1.5000 UYW"), ("EUR", "1.50 EUR")] {
            let currency = Currency::new(code).unwrap();
            assert_eq!(Money { micros: 1_500_000, currency }.to_string(), text);
        }
    }

    #[test]
    fn currencies_are_three_letters() {
        assert_eq!(Currency::new("krw").unwrap().as_str(), "KRW");
        for text in ["", "US", "USDT", "U$D", "₩₩₩"] {
            assert!(Currency::new(text).is_err(), "{text:?} was accepted as a currency");
        }
    }
}
