//! What would be asked of a store, checked as if it were: without a ledger, and without asking anybody.

use super::{StoreCalls as _, StoreRequest, check_asked, check_order, check_revocation};
use crate::error::Error;
use crate::model::{RefundOrder, RevokeSubscription};
use crate::stores::Apis;

impl Apis {
    /// Whether [`Engine::issue_refund`](crate::Engine::issue_refund) would ask the store. Sends and writes nothing, so
    /// what the store would say, and whether the key was used before, is not looked at.
    ///
    /// # Errors
    /// As [`Engine::issue_refund`](crate::Engine::issue_refund).
    pub fn check_refund(
        &self,
        order: &RefundOrder,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<(), Error> {
        check_order(order)?;
        check_asked(who, why, key)?;
        Ok(self.check(&StoreRequest::Refund(order.clone()))?)
    }

    /// As [`check_refund`](Self::check_refund), of
    /// [`Engine::revoke_subscription`](crate::Engine::revoke_subscription).
    ///
    /// # Errors
    /// As [`Engine::revoke_subscription`](crate::Engine::revoke_subscription).
    pub fn check_revocation(
        &self,
        revoke: &RevokeSubscription,
        who: &str,
        why: &str,
        key: Option<&str>,
    ) -> Result<(), Error> {
        check_revocation(revoke)?;
        check_asked(who, why, key)?;
        Ok(self.check(&StoreRequest::RevokeSubscription(revoke.clone()))?)
    }
}
