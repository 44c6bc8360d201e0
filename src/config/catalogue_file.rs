//! A catalogue in a file of its own, such as one that a build of the game writes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::error::read;
use super::{Config, ConfigError};
use crate::json;
use crate::model::{Catalogue, CatalogueProduct, Names};

/// The largest file, in bytes: enough for 100,000 products with names in several languages.
const MAX_SIZE: usize = 32 << 20;

/// What the file has: the configuration's keys of the same names.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CatalogueFile {
    catalogue: Vec<CatalogueProduct>,
    items: BTreeMap<String, Names>,
}

impl Config {
    /// The catalogue of products and items. Reads `catalogue_file`, if there is one.
    ///
    /// # Errors
    /// [`ConfigError`] names the file or the path.
    pub fn checked_catalogue(&self) -> Result<Catalogue, ConfigError> {
        let Some(path) = &self.catalogue_file else {
            return checked(self.catalogue.clone(), self.items.clone());
        };
        if !self.catalogue.is_empty() || !self.items.is_empty() {
            let problem =
                "the configuration has catalogue or items as well: keep them in one place".to_owned();
            return Err(ConfigError::Value { key: "catalogue_file".to_owned(), problem });
        }
        let CatalogueFile { catalogue, items } = from_file(path)?;
        checked(catalogue, items).map_err(|error| match error {
            ConfigError::Value { key, problem } => {
                ConfigError::Value { key: format!("{key} of {}", path.display()), problem }
            }
            other => other,
        })
    }
}

fn from_file(path: &Path) -> Result<CatalogueFile, ConfigError> {
    let text = read(path)?;
    if text.len() > MAX_SIZE {
        let problem = format!("{} has {} bytes; the limit is {MAX_SIZE}", path.display(), text.len());
        return Err(ConfigError::Value { key: "catalogue_file".to_owned(), problem });
    }
    json::from_slice(&text).map_err(|problem| ConfigError::Json { file: Some(path.to_owned()), problem })
}

fn checked(
    catalogue: Vec<CatalogueProduct>,
    items: BTreeMap<String, Names>,
) -> Result<Catalogue, ConfigError> {
    Catalogue::new(catalogue, items)
        .map_err(|bad| ConfigError::Value { key: format!("catalogue{}", bad.path), problem: bad.problem })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Store;

    fn catalogue(config: &str, file: &str) -> Result<Catalogue, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("products.json"), file).unwrap();
        let config = Config::from_json(config.as_bytes(), folder.path()).unwrap();
        config
            .checked_catalogue()
            .map_err(|error| error.to_string().replace(folder.path().to_str().unwrap(), "FOLDER"))
    }

    const NAMED: &str = r#"{"catalogue_file": "products.json"}"#;

    #[test]
    fn products_and_items_come_from_the_file() {
        let file = r#"{"catalogue": [{"product": "gems", "grants": [{"item": "gem", "quantity": 5}]}],
                       "items": {"gem": {"en": "gem"}}}"#;
        let read = catalogue(NAMED, file).unwrap();
        assert_eq!(read.product(&Store::Stripe, "gems").unwrap().grants.len(), 1);
        assert!(catalogue(NAMED, "{}").is_ok());
    }

    #[test]
    fn a_bad_file_is_named_and_a_second_catalogue_refused() {
        let twice = catalogue(NAMED, r#"{"catalogue": [{"product": "a"}, {"product": "a"}]}"#).unwrap_err();
        assert!(twice.contains("catalogue[1]") && twice.contains("products.json"), "{twice}");
        let unknown = catalogue(NAMED, r#"{"products": []}"#).unwrap_err();
        assert!(unknown.contains("products.json") && unknown.contains("`catalogue`"), "{unknown}");
        let missing = catalogue(r#"{"catalogue_file": "nowhere.json"}"#, "{}").unwrap_err();
        assert!(missing.contains("nowhere.json cannot be read"), "{missing}");
        let both = r#"{"catalogue_file": "products.json", "catalogue": [{"product": "a"}]}"#;
        assert!(catalogue(both, "{}").unwrap_err().starts_with("at catalogue_file: "));
    }
}
