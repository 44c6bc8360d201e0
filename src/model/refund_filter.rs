//! Which refunds a list has, in which order, and where its next page begins.

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    ActionKind, Country, Currency, Environment, OneOrMore, Reason, Refund, RefundId, Store, StoreState,
    Timestamp, Trust, WorkStatus,
};

/// Which refunds to list, and in which order. Default: all, those first that were first seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RefundFilter {
    /// Of one of these stores only.
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<OneOrMore<Store>>"))]
    pub store: Vec<Store>,
    /// Of this user only.
    pub user: Option<String>,
    /// Of this order only.
    pub order_id: Option<String>,
    /// In one of these states only.
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<OneOrMore<StoreState>>"))]
    pub state: Vec<StoreState>,
    /// Of this product only (exact).
    pub product: Option<String>,
    /// Only those without a user (`true`) or with one (`false`).
    pub unattributed: Option<bool>,
    /// Refunded at this time or later, by the store's clock.
    pub since: Option<Timestamp>,
    /// Refunded before this time.
    pub until: Option<Timestamp>,
    /// First seen by this ledger at this time or later.
    pub first_seen_since: Option<Timestamp>,
    /// First seen by this ledger before this time.
    pub first_seen_until: Option<Timestamp>,
    /// With one of these work statuses only; empty: with any.
    pub work_status: Vec<WorkStatus>,
    /// Only those of production that need somebody's work: open, recovering or returning.
    pub to_do: bool,
    /// Assigned to this operator only.
    pub assignee: Option<String>,
    /// Of this app or account only.
    pub app: Option<String>,
    /// Of this environment only, as far as it is known.
    pub environment: Option<Environment>,
    /// For one of these reasons only.
    #[serde(deserialize_with = "one_or_more", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schemas", schemars(with = "Option<OneOrMore<Reason>>"))]
    pub reason: Vec<Reason>,
    /// Of exactly this trust only.
    pub trust: Option<Trust>,
    /// Of buyers of this country only, as far as it is known.
    pub country: Option<Country>,
    /// Of which an amount of this currency was refunded.
    pub currency: Option<Currency>,
    /// Of which this much or more was refunded, in millionths of `currency`, which is needed.
    pub amount_at_least: Option<i64>,
    /// Of which this much or less was refunded, in millionths of `currency`, which is needed.
    pub amount_at_most: Option<i64>,
    /// Decided by the rule of this name only (exact); an exclusion's is `exclusion 12`.
    pub rule: Option<String>,
    /// Decided to be handled so.
    pub action: Option<ActionKind>,
    /// Only those whose user has an active block (`true`), whatever caused it, or has none (`false`).
    pub blocked: Option<bool>,
    /// What the list is sorted by.
    pub sort: RefundSort,
    /// Which end of it comes first.
    pub order: ListOrder,
}

/// What a list of refunds is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundSort {
    /// When this ledger first received them.
    #[default]
    FirstSeen,
    /// When they were refunded, by the store's clock.
    At,
    /// When they last changed.
    Updated,
    /// How much was refunded, of one currency, which the filter has to name. Refunds of an unknown amount are left out.
    Amount,
}

/// Which end of a sorted list comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ListOrder {
    /// The latest first; of amounts, the largest.
    #[default]
    Newest,
    /// The earliest first; of amounts, the smallest.
    Oldest,
}

/// A page of a sorted list of refunds. It may have fewer items than requested, or none, and still a next page: a page
/// looks at 20,000 refunds at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RefundList {
    /// The refunds.
    pub items: Vec<Refund>,
    /// Give this as `after` for the next page; `None` at the end. Its form may change.
    pub next: Option<String>,
}

/// A place in a sorted list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ListPlace {
    /// What the refund there was sorted by; 0 in a list by first seen, in which the id says it.
    pub(crate) value: i64,
    pub(crate) id: RefundId,
}

impl RefundFilter {
    /// Checks what the types leave open. The error has a code, and what to do.
    pub(crate) fn check(&self) -> Result<(), (&'static str, String)> {
        let needs = match self.sort {
            RefundSort::Amount => Some("sort by amount"),
            _ if self.amount_at_least.is_some() => Some("amount_at_least"),
            _ if self.amount_at_most.is_some() => Some("amount_at_most"),
            _ => None,
        };
        match needs {
            Some(needs) if self.currency.is_none() => {
                let facts = format!("{needs} needs currency: amounts of different currencies do not compare");
                Err(("filter_needs_currency", facts))
            }
            _ => Ok(()),
        }
    }
}

impl RefundSort {
    /// The name in JSON and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstSeen => "first_seen",
            Self::At => "at",
            Self::Updated => "updated",
            Self::Amount => "amount",
        }
    }

    /// A place in a list that is sorted so, as text. In a list by first seen it is the refund's id.
    pub(crate) fn cursor(self, place: ListPlace) -> String {
        match self {
            Self::FirstSeen => place.id.to_string(),
            _ => format!("{}:{}:{}", self.as_str(), place.value, place.id),
        }
    }

    /// The place that a text stands for. The error says what is wrong with the text.
    pub(crate) fn place(self, cursor: &str) -> Result<ListPlace, String> {
        let bad = || {
            format!(
                "{cursor:?} is not a cursor of a list by {}: give the next of the page before",
                self.as_str()
            )
        };
        let number = |text: &str| text.parse::<i64>().map_err(|_| bad());
        match (self, cursor.split(':').collect::<Vec<_>>().as_slice()) {
            (Self::FirstSeen, [id]) => Ok(ListPlace { value: 0, id: number(id)? }),
            (_, [sort, value, id]) if *sort == self.as_str() && self != Self::FirstSeen => {
                Ok(ListPlace { value: number(value)?, id: number(id)? })
            }
            _ => Err(bad()),
        }
    }
}

/// A list, of which JSON may have one value alone.
fn one_or_more<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let values = Option::<OneOrMore<T>>::deserialize(deserializer)?;
    Ok(values.map_or_else(Vec::new, OneOrMore::into_list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_a_list_of_one() {
        let filter: RefundFilter = serde_json::from_str(
            r#"{"store":"app-store","state":["refunded","reversed"],"reason":null,"sort":"updated"}"#,
        )
        .unwrap();
        assert_eq!((filter.store.len(), filter.state.len(), filter.reason.len()), (1, 2, 0));
        assert_eq!(
            serde_json::from_value::<RefundFilter>(serde_json::to_value(&filter).unwrap()).unwrap(),
            filter
        );
        for bad in [r#"{"store":[]}"#, r#"{"store":"moon"}"#, r#"{"sort":"user"}"#, r#"{"stores":"stripe"}"#]
        {
            assert!(serde_json::from_str::<RefundFilter>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_need_a_currency() {
        let code = |filter: &str| {
            let filter: RefundFilter = serde_json::from_str(filter).unwrap();
            filter.check().err().map(|(code, _)| code)
        };
        for needs in [r#"{"sort":"amount"}"#, r#"{"amount_at_least":1}"#, r#"{"amount_at_most":1}"#] {
            assert_eq!(code(needs), Some("filter_needs_currency"), "{needs}");
        }
        for fine in [r#"{"currency":"usd"}"#, r#"{"sort":"amount","currency":"USD","amount_at_most":1}"#] {
            assert_eq!(code(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_cursor_is_of_one_sort() {
        let place = ListPlace { value: -5, id: 93 };
        for sort in [RefundSort::At, RefundSort::Updated, RefundSort::Amount] {
            let cursor = sort.cursor(place);
            assert_eq!(sort.place(&cursor), Ok(place));
            assert!(RefundSort::FirstSeen.place(&cursor).is_err(), "{cursor}");
            assert!(sort.place("93").is_err());
        }
        assert_eq!(RefundSort::FirstSeen.cursor(place), "93");
        assert_eq!(RefundSort::FirstSeen.place("93"), Ok(ListPlace { value: 0, id: 93 }));
        for bad in ["", "x", "first_seen:1:2", "at:1", "at:1:2:3", "at::2"] {
            assert!(RefundSort::FirstSeen.place(bad).is_err() && RefundSort::At.place(bad).is_err(), "{bad}");
        }
    }
}
