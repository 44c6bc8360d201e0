//! Whether a store action could be sent.

use super::calls::{check_refund, check_revocation};
use crate::engine::Engine;
use crate::error::Error;
use crate::model::{RefundOrder, RevokeSubscription};

impl Engine {
    /// Checks whether [`issue_refund`](Self::issue_refund) could send this, and sends and writes nothing.
    ///
    /// # Errors
    /// As [`issue_refund`](Self::issue_refund), but of the ledger.
    pub fn check_refund(
        &self,
        order: &RefundOrder,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<(), Error> {
        check_refund(self.stores.calls(), order, who, why, key)
    }

    /// Checks whether [`revoke_subscription`](Self::revoke_subscription) could send this, and sends and writes nothing.
    ///
    /// # Errors
    /// As [`issue_refund`](Self::issue_refund), but of the ledger.
    pub fn check_revocation(
        &self,
        revoke: &RevokeSubscription,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<(), Error> {
        check_revocation(self.stores.calls(), revoke, who, why, key)
    }
}
