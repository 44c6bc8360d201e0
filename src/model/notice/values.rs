//! The values of placeholders, as a player reads them.

use super::super::{Catalogue, Grant, Money, Names, Timestamp};
use super::NoticeDetails;
use super::locale::lookup;
use super::template::Placeholder;

/// The words of a language that values need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrases {
    /// A product that is not known.
    pub(super) product: &'static str,
    /// An amount that is not known.
    pub(super) amount: &'static str,
    /// A store that is not known.
    pub(super) store: &'static str,
    /// No items.
    pub(super) items: &'static str,
    /// A block without an end.
    pub(super) no_end: &'static str,
    /// A block until something is repaid that is not known.
    pub(super) until_repaid: &'static str,
    /// What is before and after the items until whose return something lasts.
    pub(super) until_items: (&'static str, &'static str),
    /// What is before and after a time until which something lasts.
    pub(super) until: (&'static str, &'static str),
}

impl Phrases {
    /// For texts in a language that is not built in.
    pub(super) const NEUTRAL: Self = Self {
        product: "–",
        amount: "–",
        store: "–",
        items: "–",
        no_end: "–",
        until_repaid: "–",
        until_items: ("", ""),
        until: ("", ""),
    };
}

/// What the values of one notice are made from.
pub(super) struct Values<'a> {
    pub(super) details: &'a NoticeDetails,
    pub(super) catalogue: &'a Catalogue,
    pub(super) phrases: Phrases,
    /// The languages of names, the best first.
    pub(super) locales: [&'a str; 2],
}

impl Values<'_> {
    pub(super) fn of(&self, placeholder: Placeholder) -> String {
        let details = self.details;
        match placeholder {
            Placeholder::Store => details
                .store
                .as_ref()
                .map_or_else(|| self.phrases.store.to_owned(), |store| store.title().to_owned()),
            Placeholder::Product => self.product(),
            Placeholder::Amount => {
                let known = details.amount.filter(|money| !money.currency.is_none());
                known.map_or_else(|| self.phrases.amount.to_owned(), amount)
            }
            Placeholder::Items => self.items(&details.items),
            Placeholder::Owed => self.items(&details.owed),
            Placeholder::Until => match details.until {
                Some(until) => {
                    let (before, after) = self.phrases.until;
                    format!("{before}{}{after}", moment(until))
                }
                None if details.until_settled => self.until_repaid(),
                None => self.phrases.no_end.to_owned(),
            },
        }
    }

    fn until_repaid(&self) -> String {
        if self.details.owed.is_empty() {
            return self.phrases.until_repaid.to_owned();
        }
        let (before, after) = self.phrases.until_items;
        format!("{before}{}{after}", self.items(&self.details.owed))
    }

    fn product(&self) -> String {
        let Some(product) = &self.details.product else { return self.phrases.product.to_owned() };
        let names = self.catalogue.product_names(self.details.store.as_ref(), product);
        self.name(names, product)
    }

    fn items(&self, grants: &[Grant]) -> String {
        if grants.is_empty() {
            return self.phrases.items.to_owned();
        }
        let item = |grant: &Grant| {
            let name = self.name(self.catalogue.item_names(&grant.item), &grant.item);
            format!("{name} ×{}", grant.quantity)
        };
        grants.iter().map(item).collect::<Vec<_>>().join(", ")
    }

    fn name(&self, names: Option<&Names>, id: &str) -> String {
        let found = names.and_then(|names| self.locales.iter().find_map(|locale| lookup(names, locale)));
        found.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    }
}

/// An amount with the currency's own number of decimals and its code, rounded half away from zero: a share of a price
/// may have more.
pub(super) fn amount(money: Money) -> String {
    let decimals = money.currency.decimals();
    let unit = 10_u64.pow(6_u32.saturating_sub(decimals));
    let parts = (money.micros.unsigned_abs() + unit / 2) / unit;
    let whole = 10_u64.pow(decimals);
    let sign = if money.micros < 0 && parts > 0 { "-" } else { "" };
    let code = money.currency.as_str();
    match usize::try_from(decimals) {
        Ok(width) if width > 0 => format!("{sign}{}.{:0width$} {code}", parts / whole, parts % whole),
        _ => format!("{sign}{parts} {code}"),
    }
}

/// A time to the minute, in UTC with the word.
pub(super) fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    match text.get(..16) {
        Some(minutes) if text.as_bytes().get(10) == Some(&b'T') => {
            format!("{} UTC", minutes.replace('T', " "))
        }
        _ => text,
    }
}
