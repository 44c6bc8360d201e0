//! What the operator says about products: what one of them grants, what it is called, and what the stores do not report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Grant, Money, ProductType, Store};

/// What the operator says about products and items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    products: Vec<CatalogueProduct>,
    items: BTreeMap<String, Names>,
}

/// Names by locale: a BCP 47 tag such as `en` or `ko-KR`.
pub type Names = BTreeMap<String, String>;

/// A product of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogueProduct {
    /// The product id at the store.
    pub product: String,
    /// At this store only; `None`: at every store that has no row of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<Store>,
    /// The kind of product, where the store does not report it.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub product_type: Option<ProductType>,
    /// What one of it grants, where the host's record of the purchase does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// What it is called, by locale.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub names: Names,
    /// What one of it costs, one price a currency. Only for `IapRefundEvent`; it never counts as an amount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price: Vec<Money>,
    /// Its id in `IapRefundEvent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nacho_product_id: Option<String>,
    /// Whether owning it gives access; `None`: by its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<bool>,
}

/// Why a catalogue cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct BadCatalogue {
    /// The path to the value, from the catalogue's own start.
    pub path: String,
    /// What is wrong and what was expected.
    pub problem: String,
}

impl Catalogue {
    /// A catalogue of these products and names of items.
    ///
    /// # Errors
    /// [`BadCatalogue`] for a product that occurs twice at one store, an item that one product grants twice, a
    /// quantity below 1, or two prices of one currency.
    pub fn new(
        products: Vec<CatalogueProduct>,
        items: BTreeMap<String, Names>,
    ) -> Result<Self, BadCatalogue> {
        for (place, product) in products.iter().enumerate() {
            let bad =
                |field: &str, problem: String| BadCatalogue { path: format!("[{place}].{field}"), problem };
            if product.product.is_empty() {
                return Err(bad("product", "it is empty: name the store's product id".to_owned()));
            }
            let earlier = products.iter().take(place);
            if earlier.clone().any(|other| other.product == product.product && other.store == product.store) {
                let problem = format!("{:?} occurs twice: a product has one row at a store", product.product);
                return Err(bad("product", problem));
            }
            for (number, grant) in product.grants.iter().enumerate() {
                let path = |field: &str| format!("grants[{number}].{field}");
                if grant.item.is_empty() {
                    return Err(bad(&path("item"), "it is empty: name the item".to_owned()));
                }
                if grant.quantity < 1 {
                    return Err(bad(&path("quantity"), format!("{} is below 1", grant.quantity)));
                }
                if product.grants.iter().take(number).any(|other| other.item == grant.item) {
                    return Err(bad(&path("item"), format!("{:?} occurs twice: add them up", grant.item)));
                }
            }
            for (number, price) in product.price.iter().enumerate() {
                if product.price.iter().take(number).any(|other| other.currency == price.currency) {
                    let problem = format!("{} occurs twice: one price a currency", price.currency.as_str());
                    return Err(bad(&format!("price[{number}].currency"), problem));
                }
            }
        }
        Ok(Self { products, items })
    }

    /// The row of a product at a store: its own, or else that of every store.
    #[must_use]
    pub fn product(&self, store: &Store, product: &str) -> Option<&CatalogueProduct> {
        let rows = || self.products.iter().filter(|row| row.product == product);
        rows()
            .find(|row| row.store.as_ref() == Some(store))
            .or_else(|| rows().find(|row| row.store.is_none()))
    }

    /// The names of a product at a store; without a store, those of every store, or else of the first.
    #[must_use]
    pub fn product_names(&self, store: Option<&Store>, product: &str) -> Option<&Names> {
        let row = match store {
            Some(store) => self.product(store, product),
            None => {
                let rows = || self.products.iter().filter(|row| row.product == product);
                rows().find(|row| row.store.is_none()).or_else(|| rows().next())
            }
        };
        row.map(|row| &row.names)
    }

    /// Whether any row of a product says that owning it gives access.
    pub(crate) fn is_access(&self, product: &str) -> bool {
        self.products.iter().any(|row| row.product == product && row.access == Some(true))
    }

    /// The names of an item; empty if none is given.
    #[must_use]
    pub fn item_names(&self, item: &str) -> Option<&Names> {
        self.items.get(item)
    }

    /// What `quantity` of a product grant; empty if the catalogue does not say. Without a quantity, what one grants: the
    /// stores report none for one.
    #[must_use]
    pub fn grants(&self, store: &Store, product: &str, quantity: Option<u32>) -> Vec<Grant> {
        let times = i64::from(quantity.unwrap_or(1));
        let row = self.product(store, product);
        row.into_iter()
            .flat_map(|row| &row.grants)
            .map(|grant| Grant { item: grant.item.clone(), quantity: grant.quantity.saturating_mul(times) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> CatalogueProduct {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_row_of_the_store_counts_before_that_of_every_store() {
        let catalogue = Catalogue::new(
            vec![
                row(r#"{"product":"gems","grants":[{"item":"gem","quantity":100}]}"#),
                row(r#"{"product":"gems","store":"google-play","grants":[{"item":"gem","quantity":110}]}"#),
            ],
            BTreeMap::new(),
        )
        .unwrap();
        let gems = |store: &Store, quantity| catalogue.grants(store, "gems", quantity)[0].quantity;
        assert_eq!(gems(&Store::GooglePlay, None), 110);
        assert_eq!(gems(&Store::AppStore, Some(3)), 300);
        assert_eq!(gems(&Store::AppStore, Some(u32::MAX)), 100 * i64::from(u32::MAX));
        assert_eq!(catalogue.grants(&Store::AppStore, "gold", None), []);
    }

    #[test]
    fn a_catalogue_that_contradicts_itself_is_refused_with_the_path() {
        for (rows, path) in [
            (vec![r#"{"product":""}"#], "[0].product"),
            (vec![r#"{"product":"a"}"#, r#"{"product":"a"}"#], "[1].product"),
            (vec![r#"{"product":"a","grants":[{"item":"","quantity":1}]}"#], "[0].grants[0].item"),
            (vec![r#"{"product":"a","grants":[{"item":"b","quantity":0}]}"#], "[0].grants[0].quantity"),
            (
                vec![r#"{"product":"a","grants":[{"item":"b","quantity":1},{"item":"b","quantity":1}]}"#],
                "[0].grants[1].item",
            ),
            (
                vec![
                    r#"{"product":"a","price":[{"micros":1,"currency":"USD"},{"micros":2,"currency":"USD"}]}"#,
                ],
                "[0].price[1].currency",
            ),
        ] {
            let error = Catalogue::new(rows.into_iter().map(row).collect(), BTreeMap::new()).unwrap_err();
            assert_eq!(error.path, path);
        }
    }
}
