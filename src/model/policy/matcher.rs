//! The conditions of a rule.

use serde::{Deserialize, Deserializer, Serialize};

use super::super::{
    AttributedBy, Country, Currency, Environment, Initiator, Money, ProductType, Reason, Span, Store, Trust,
};
use super::RefundView;
use super::bounds::{QuantityIs, ShareIs};
use crate::uuid;

/// The conditions of a rule. All conditions that are set must hold. A condition on something that the store did not
/// report (such as an amount) does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Matcher {
    /// The store is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<OneOrMore<Store>>,
    /// The app is one of these: bundle id or package name, ONE Store's client id, the `name` of Stripe's section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<OneOrMore<String>>,
    /// The environment is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<OneOrMore<Environment>>,
    /// The order's id, or its purchase token, matches one of these patterns; `*` stands for any run of characters, `?` for
    /// one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OneOrMore<String>>,
    /// The player's id matches one of these patterns. A whole UUID is compared without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<OneOrMore<String>>,
    /// The buyer's country is one of these: as the host recorded it, or else the App Store's storefront or Amazon's country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<OneOrMore<Country>>,
    /// The product id matches one of these patterns; `*` stands for any run of characters, `?` for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<OneOrMore<String>>,
    /// The product is of one of these kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_type: Option<OneOrMore<ProductType>>,
    /// The reason is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<OneOrMore<Reason>>,
    /// The initiator is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiator: Option<OneOrMore<Initiator>>,
    /// The currency is one of these: of the refunded amount, or if that is unknown, of the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<OneOrMore<Currency>>,
    /// How many of the order's items are refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<QuantityIs>,
    /// Which share of the order is refunded; all of it is 100 000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareIs>,
    /// How much money was refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountIs>,
    /// Whether nothing was refunded: the amount, the share or the number of items is known to be zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_is_zero: Option<bool>,
    /// Whether the store may have refunded on its own because the game never acknowledged the purchase. Google Play and
    /// ONE Store do so three days after the purchase, and push no reason. `true` matches their refunds
    ///
    /// - of the whole order, without a reason, and without an initiator other than the store,
    /// - that, if the store's API was queried, it reports as not acknowledged;
    /// - if not: at Google Play up to 74 hours after the purchase (licence testers' are cancelled after five minutes), at
    ///   ONE Store 71 to 74 hours after it. If the time of purchase is unknown, the time of the host's record is used, and
    ///   without a record it matches. Google's renewals (`GPA.…..0`) need no acknowledgement and do not match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maybe_unacknowledged: Option<bool>,
    /// The time from purchase to refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_age: Option<PurchaseAgeIs>,
    /// The refund has at least this trust.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// Whether the purchase was shared by a family member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_shared: Option<bool>,
    /// Whether the subscription stayed active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_live: Option<bool>,
    /// The evidence that found the player is one of these: `order`, `family`, `issued_tag`, `recorded_tag`,
    /// `bare_tag`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributed_by: Option<OneOrMore<AttributedBy>>,
    /// The user's refunds, this one included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_refunds: Option<UserRefundsAre>,
    /// Whether the user owed items for an earlier refund of the same environment when this refund was first decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_owes: Option<bool>,
}

/// Bounds on the refunded amount; other currencies do not match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AmountIs {
    /// This much or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Money>,
    /// This much or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Money>,
}

/// Bounds on the time between purchase and refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PurchaseAgeIs {
    /// This long or longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Span>,
    /// This long or shorter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Span>,
}

/// Bounds on the user's refunds in the window that ends with this one, this one included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UserRefundsAre {
    /// The window's length.
    pub within: Span,
    /// This many refunds or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// This much money or more in total, in this currency; unknown amounts count as zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_at_least: Option<Money>,
}

impl Matcher {
    /// Whether the refund meets all conditions.
    #[must_use]
    pub fn fits(&self, refund: RefundView<'_>) -> bool {
        let case = refund.case;
        one_of(&self.store, Some(refund.store))
            && self.app.as_ref().is_none_or(|apps| apps.any(|app| app == refund.app))
            && one_of(&self.environment, Some(&refund.environment))
            && self.order.as_ref().is_none_or(|patterns| {
                let mut ids = case.about.order_id.iter().chain(&case.about.purchase_token);
                ids.any(|id| patterns.any(|pattern| matches_glob(pattern, id)))
            })
            && self.user.as_ref().is_none_or(|patterns| {
                refund.user.is_some_and(|user| {
                    patterns.any(|pattern| matches_glob(pattern, user) || uuid::is_same(pattern, user))
                })
            })
            && one_of(&self.country, case.about.country.as_ref())
            && self.product.as_ref().is_none_or(|patterns| {
                case.about.product.as_ref().is_some_and(|product| patterns.any(|p| matches_glob(p, product)))
            })
            && one_of(&self.product_type, case.about.product_type.as_ref())
            && one_of(&self.reason, case.reason.as_ref())
            && one_of(&self.initiator, case.initiator.as_ref())
            && one_of(&self.attributed_by, refund.attributed_by.as_ref())
            && self.trust.is_none_or(|least| case.trust >= least)
            && self.family_shared.is_none_or(|shared| case.about.family_shared == shared)
            && self.subscription_live.is_none_or(|live| case.subscription_live == Some(live))
            && one_of(&self.currency, case.amount.or(case.about.price).map(|money| money.currency).as_ref())
            && self.quantity.is_none_or(|quantity| quantity.holds(case.quantity))
            && self.share.is_none_or(|share| share.holds(case.share))
            && self.amount.as_ref().is_none_or(|amount| amount.holds(case.amount))
            && self.amount_is_zero.is_none_or(|zero| case.is_of_nothing() == zero)
            && self.maybe_unacknowledged.is_none_or(|maybe| refund.maybe_unacknowledged == maybe)
            && self.purchase_age.as_ref().is_none_or(|age| age.holds(refund))
            && self.user_refunds.as_ref().is_none_or(|refunds| refunds.hold(refund))
            && self.user_owes.is_none_or(|owes| refund.user_owes == Some(owes))
    }
}

fn one_of<T: PartialEq>(wanted: &Option<OneOrMore<T>>, found: Option<&T>) -> bool {
    wanted.as_ref().is_none_or(|wanted| found.is_some_and(|found| wanted.any(|value| value == found)))
}

impl AmountIs {
    fn holds(&self, amount: Option<Money>) -> bool {
        let Some(amount) = amount else { return false };
        let least = self.at_least.is_none_or(|m| m.currency == amount.currency && amount.micros >= m.micros);
        let most = self.at_most.is_none_or(|m| m.currency == amount.currency && amount.micros <= m.micros);
        least && most
    }
}

impl PurchaseAgeIs {
    fn holds(&self, refund: RefundView<'_>) -> bool {
        let Some(purchased_at) = refund.case.about.purchased_at else { return false };
        let age = refund.case.at.since(purchased_at);
        self.at_least.is_none_or(|least| age >= least) && self.at_most.is_none_or(|most| age <= most)
    }
}

impl UserRefundsAre {
    fn hold(&self, refund: RefundView<'_>) -> bool {
        let in_window =
            refund.earlier.iter().filter(|earlier| refund.case.at.since(earlier.at) <= self.within);
        let count = in_window.clone().count().saturating_add(1);
        let enough =
            self.at_least.is_none_or(|least| usize::try_from(least).is_ok_and(|least| count >= least));
        let much = self.total_at_least.is_none_or(|least| {
            let amounts = in_window.filter_map(|earlier| earlier.amount).chain(refund.case.amount);
            let total = amounts
                .filter(|amount| amount.currency == least.currency)
                .fold(0_i64, |sum, amount| sum.saturating_add(amount.micros));
            total >= least.micros
        });
        enough && much
    }
}

/// One value or a list of them. In JSON: `"a"` or `["a", "b"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOrMore<T>(Vec<T>);

impl<T> OneOrMore<T> {
    pub(super) const fn any_of(values: Vec<T>) -> Self {
        Self(values)
    }

    /// A list of one.
    #[must_use]
    pub fn one(value: T) -> Self {
        Self(vec![value])
    }

    pub(in crate::model) fn into_list(self) -> Vec<T> {
        self.0
    }

    fn any(&self, fits: impl FnMut(&T) -> bool) -> bool {
        self.0.iter().any(fits)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    /// Decides by the JSON type, so that a wrong value keeps its own error message.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::value::{SeqAccessDeserializer, StrDeserializer};
        use serde::de::{Error, SeqAccess, Visitor};

        struct OneOrMoreVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMoreVisitor<T> {
            type Value = OneOrMore<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("one value or a list of values")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(StrDeserializer::new(text)).map(OneOrMore::one)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                let values = Vec::deserialize(SeqAccessDeserializer::new(seq))?;
                if values.is_empty() {
                    return Err(A::Error::invalid_length(0, &"at least one value"));
                }
                Ok(OneOrMore(values))
            }
        }

        deserializer.deserialize_any(OneOrMoreVisitor(std::marker::PhantomData))
    }
}

/// Whether `text` matches a pattern of literal characters, `*` and `?`. On a mismatch only the last `*` grows, so the
/// time is at most the product of both lengths.
pub(crate) fn matches_glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star_p, star_t)) = star else { return false };
                star = Some((star_p, star_t + 1));
                (p, t) = (star_p + 1, star_t + 1);
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text) in [
            ("*", ""),
            ("gems_*", "gems_100"),
            ("*.gems", "com.x.gems"),
            ("g?ms", "gems"),
            ("a*b*c", "aXbYbc"),
        ] {
            assert!(matches_glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("gems", "gems_1"), ("g?ms", "gms"), ("a*c", "ab"), ("?", "")] {
            assert!(!matches_glob(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn one_value_or_a_list_and_an_invalid_value_is_explained() {
        let one: OneOrMore<Environment> = serde_json::from_str(r#""sandbox""#).unwrap();
        assert_eq!(one, OneOrMore(vec![Environment::Sandbox]));
        let two: OneOrMore<Environment> = serde_json::from_str(r#"["sandbox","production"]"#).unwrap();
        assert_eq!(two.0.len(), 2);
        assert!(serde_json::from_str::<OneOrMore<Environment>>("[]").is_err());
        let error = serde_json::from_str::<OneOrMore<Environment>>(r#""test""#).unwrap_err().to_string();
        assert!(error.contains("`production` or `sandbox`"), "{error}");
    }
}
