//! Throw-away stores for tests: they generate their own keys and sign realistic requests.
//!
//! A host can test its handling of refunds end to end with them, without an account at any store and without recorded
//! secrets. Behind the Cargo feature `testing`; not for use in a game server.

pub(crate) mod license_key;
pub(crate) mod signer;
pub(crate) mod store_request;
pub(crate) mod validity;

use std::path::Path;

use serde_json::{Map, Value};

use crate::store_table::for_each_store;
use crate::stores::BuiltInStore;
pub use signer::{SignedRefund, SigningError, TestSigner};
pub use store_request::StoreRequest;
pub use validity::ChainValidity;

macro_rules! signers {
    ($({ $(#[$_doc:meta])* $_Variant:ident $_name:literal $_title:literal $folder:ident $($_rest:ident)* })*) => {
        $(pub use crate::stores::$folder::testing::*;)*

        /// A throw-away store for each that Recoup has built in, in the order of [`Store::ALL`](crate::Store::ALL).
        ///
        /// # Errors
        /// [`SigningError`] where no keys could be made.
        pub fn every_store() -> Result<Vec<Box<dyn TestSigner>>, SigningError> {
            Ok(vec![$(<crate::stores::$folder::Description as BuiltInStore>::test_signer()?),*])
        }
    };
}

for_each_store!(signers);

/// A configuration's sections that accept the messages of these. The files that they name are written into `folder`.
///
/// # Errors
/// As [`TestSigner::section`].
pub fn sections(signers: &[Box<dyn TestSigner>], folder: &Path) -> Result<Map<String, Value>, SigningError> {
    let mut sections: Map<String, Value> = Map::new();
    for signer in signers {
        let key = signer.store().as_str().replace('-', "_");
        sections.insert(key, Value::Array(vec![signer.section(folder)?]));
    }
    Ok(sections)
}
