//! Verifies a purchase by what the client holds of it: StoreKit 2's transaction.
//!
//! <https://developer.apple.com/documentation/storekit/verificationresult/jwsrepresentation-21vgo>

use super::AppStoreVerifier;
use super::meaning::{order_details, revocation};
use super::transaction::Transaction;
use super::verifier::require_small;
use crate::model::{Place, Store, Timestamp, Trust, real_id};
use crate::stores::{Rejection, SignedPurchase, SignedPurchaseError, VerifiedPurchase, purchase_kind};

impl AppStoreVerifier {
    /// Verifies a purchase as StoreKit 2 returned it to the client, `jwsRepresentation`: the checks are those of
    /// [`verify_transaction`](Self::verify_transaction). `now` is the clock.
    ///
    /// A transaction that the App Store has revoked is genuine, and [reports its refund](VerifiedPurchase::revocation). So
    /// is a family member's, `FAMILY_SHARED`.
    ///
    /// # Errors
    /// - 413: too large. 400: no JWS, cut short, or another kind of JWS.
    /// - 401: not signed under the configured roots. 403: of an app or environment that is not configured.
    pub fn verify_purchase(
        &self,
        signed: &SignedPurchase<'_>,
        now: Timestamp,
    ) -> Result<VerifiedPurchase, Rejection> {
        if signed.non_empty_signature().is_some() {
            return Err(SignedPurchaseError::SignatureBesideJws.into());
        }
        let jws = String::from_utf8_lossy(signed.data);
        require_small(&jws)?;
        purchase_kind::require(&Store::AppStore, signed.data)?;
        let (transaction, bundle_id, environment) = self.transaction_and_origin(jws.trim_ascii(), now)?;
        let transaction: &Transaction = &transaction;
        if real_id(&transaction.transaction_id).is_none() {
            return Err(SignedPurchaseError::NoOrder { member: "transactionId" }.into());
        }
        // An unsigned message moved no money, whatever it contains.
        let trust = if environment.is_signed() { Trust::Signed } else { Trust::Hint };
        let revoked = transaction.revocation_date.is_some();
        let source = ("signed-purchase", "revoked transaction");
        Ok(VerifiedPurchase {
            revocation: revoked
                .then(|| revocation(&bundle_id, environment, transaction, source, trust))
                .and_then(Result::ok),
            order: order_details(transaction, None),
            decoded: serde_json::to_value(transaction).unwrap_or_default(),
            place: Place { store: Store::AppStore, app: bundle_id, environment: Some(environment.into()) },
        })
    }
}
