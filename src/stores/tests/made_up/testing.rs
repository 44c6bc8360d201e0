//! A throw-away made-up store.

use std::path::Path;

use ring::hmac;
use serde_json::{Value, json};

use super::verifier::SIGNATURE;
use crate::model::{Store, Timestamp};
use crate::testing::signer::SigningError;
use crate::testing::signer::{SignedRefund, TestSigner, write};
use crate::testing::store_request::StoreRequest;

/// A made-up store of one's own.
#[derive(Clone, Debug)]
pub struct MadeUp {
    secret: &'static str,
    app: String,
}

impl Default for MadeUp {
    fn default() -> Self {
        Self { secret: "made-up secret", app: "com.example.game".to_owned() }
    }
}

impl MadeUp {
    fn sent(&self, message: &Value) -> StoreRequest {
        let body = message.to_string().into_bytes();
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        let signature: String =
            hmac::sign(&key, &body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        StoreRequest { headers: vec![(SIGNATURE.to_owned(), signature)], body }
    }
}

impl TestSigner for MadeUp {
    fn store(&self) -> Store {
        Store::MadeUp
    }

    fn section(&self, folder: &Path) -> Result<Value, SigningError> {
        write(folder, "made-up-secret.txt", self.secret.as_bytes())?;
        Ok(json!({"app": self.app, "secret_file": "made-up-secret.txt"}))
    }

    fn full_refund(&self, number: u32, at: Timestamp) -> Result<SignedRefund, SigningError> {
        let order_id = format!("order-{number}");
        let id = format!("message-{number}");
        let message = json!({"app": self.app, "id": id, "order": order_id, "refunded_at": at.millis()});
        Ok(SignedRefund { request: self.sent(&message), order_id })
    }

    fn not_understood(&self, number: u32, _: Timestamp) -> Result<StoreRequest, SigningError> {
        Ok(self.sent(&json!({"app": self.app, "id": format!("odd-{number}")})))
    }

    fn forger(&self) -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(Self { secret: "another secret", ..self.clone() }))
    }

    fn set_app(&mut self, app: &str) {
        app.clone_into(&mut self.app);
    }
}
