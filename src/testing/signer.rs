//! What every throw-away store can do, whichever store it is.

use std::path::Path;

use serde_json::Value;

use super::store_request::StoreRequest;
use crate::model::{Store, Timestamp};

/// Why a throw-away store could not generate a key or sign with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SigningError {
    /// The problem.
    pub problem: String,
}

/// Why something could not be made.
pub(crate) fn failed(problem: impl ToString) -> SigningError {
    SigningError { problem: problem.to_string() }
}

/// A throw-away store, for tests that run over all of them ([`every_store`](super::every_store)).
pub trait TestSigner {
    /// Which store.
    fn store(&self) -> Store;

    /// A section of the configuration that accepts its messages. The files that it names are written into `folder`.
    ///
    /// # Errors
    /// [`SigningError`] where a file could not be made or written.
    fn section(&self, folder: &Path) -> Result<Value, SigningError>;

    /// The message that all of an order was refunded at `at`, with real money. Each `number` is another order.
    ///
    /// # Errors
    /// [`SigningError`] where signing failed.
    fn full_refund(&self, number: u32, at: Timestamp) -> Result<SignedRefund, SigningError>;

    /// A genuine message that lacks what a refund needs, or has a value that no version knows: a dead letter.
    ///
    /// # Errors
    /// [`SigningError`] where signing failed.
    fn not_understood(&self, number: u32, at: Timestamp) -> Result<StoreRequest, SigningError>;

    /// A forger: claims to be this store in everything, and holds other keys.
    ///
    /// # Errors
    /// [`SigningError`] where no keys could be made.
    fn forger(&self) -> Result<Box<dyn TestSigner>, SigningError>;

    /// From now on its messages are of another app, or of another account.
    fn set_app(&mut self, app: &str);

    /// Whether the body is signed; else what is signed are the header fields that prove the sender.
    fn signs_the_body(&self) -> bool {
        true
    }
}

/// A refund's message.
#[derive(Clone, Debug)]
pub struct SignedRefund {
    /// The order that was refunded, as purchases are recorded by it.
    pub order_id: String,
    /// What the store sends.
    pub request: StoreRequest,
}

/// Writes a file that a section names.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), SigningError> {
    std::fs::write(folder.join(name), bytes).map_err(|error| failed(format!("{name}: {error}")))
}
