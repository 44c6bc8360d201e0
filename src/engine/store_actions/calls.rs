//! What store actions need of the stores' APIs, as a trait, so that their steps can be tested without HTTP.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{check_order, check_remark};
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::model::{
    Capture, FactKind, Initiator, Meaning, Money, RefundOrder, RefundReason, ReviewAnswer, RevocationRefund,
    RevokeSubscription, Signal, Store, StoreActionKind, StoreAnswer, Timestamp,
};
use crate::stores::google_play::Revocation;
use crate::stores::stripe::{StripePayment, StripeRefund, StripeRefundReason};
use crate::stores::{ApiError, Apis, RefundAnswer, not_configured};

/// The content of a store action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreRequest {
    Refund(RefundOrder),
    RevokeSubscription(RevokeSubscription),
    /// Boxed: it is far larger than the others.
    AnswerReview(Store, Box<ReviewAnswer>),
}

/// A refund reported in a store's answer, with the part of the answer for the journal.
pub(crate) type Reported = (Signal, Vec<u8>);

/// The stores' APIs.
pub(crate) trait StoreCalls: Send + Sync {
    /// Checks that there are credentials, without sending a request.
    fn check(&self, request: &StoreRequest) -> Result<(), ApiError>;

    /// Sends the request. Stripe counts requests with the same `send_key` once.
    fn send(
        &self,
        request: &StoreRequest,
        send_key: &str,
        now: Timestamp,
    ) -> Result<(RefundAnswer, Option<Reported>), ApiError>;

    /// A Google Play order's full refund, if it was refunded.
    fn refund_of(&self, app: &str, order_id: &str, now: Timestamp) -> Result<Option<Reported>, ApiError>;
}

impl StoreCalls for Apis {
    fn check(&self, request: &StoreRequest) -> Result<(), ApiError> {
        let sandbox = matches!(request, StoreRequest::AnswerReview(_, answer) if answer.sandbox);
        self.of(&request.store())?.require_credentials(request.app(), sandbox)
    }

    fn send(
        &self,
        request: &StoreRequest,
        send_key: &str,
        now: Timestamp,
    ) -> Result<(RefundAnswer, Option<Reported>), ApiError> {
        let answer = match request {
            StoreRequest::Refund(RefundOrder::GooglePlay { app, order_id, revoke }) => {
                self.google_play()?.refund(app, order_id, *revoke, now)?
            }
            StoreRequest::Refund(RefundOrder::Stripe { app, payment, amount, reason }) => {
                let refund = stripe_refund(payment, *amount, *reason);
                return self.stripe()?.refund_and_report(app, &refund, send_key, now);
            }
            StoreRequest::RevokeSubscription(revoke) => {
                let revocation = match &revoke.refund {
                    RevocationRefund::Full => Revocation::Full,
                    RevocationRefund::Prorated => Revocation::Prorated,
                    RevocationRefund::Item(product) => Revocation::Item { product_id: product.clone() },
                };
                self.google_play()?.revoke_subscription(
                    &revoke.app,
                    &revoke.purchase_token,
                    &revocation,
                    now,
                )?
            }
            StoreRequest::AnswerReview(store, answer) => {
                let reviews = self.of(store)?.answers_reviews();
                reviews.ok_or_else(|| not_configured(store, &answer.app))?.answer(answer, now)?;
                RefundAnswer::Done { refund_id: None }
            }
        };
        Ok((answer, None))
    }

    fn refund_of(&self, app: &str, order_id: &str, now: Timestamp) -> Result<Option<Reported>, ApiError> {
        self.google_play()?.refund_of(app, order_id, now)
    }
}

impl Apis {
    /// Whether [`Engine::issue_refund`](crate::Engine::issue_refund) would send the request. Sends and writes
    /// nothing, so the store's answer and the earlier use of the key are not checked.
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
        check_refund(self, order, who, why, key)
    }

    /// As [`check_refund`](Self::check_refund), for
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
        check_revocation(self, revoke, who, why, key)
    }
}

/// Whether a refund would be sent.
pub(super) fn check_refund(
    calls: &dyn StoreCalls,
    order: &RefundOrder,
    who: &str,
    why: &str,
    key: Option<&str>,
) -> Result<(), Error> {
    check_order(order)?;
    check_remark(who, why, key)?;
    Ok(calls.check(&StoreRequest::Refund(order.clone()))?)
}

/// Whether a revocation would be sent.
pub(super) fn check_revocation(
    calls: &dyn StoreCalls,
    revoke: &RevokeSubscription,
    who: &str,
    why: &str,
    key: Option<&str>,
) -> Result<(), Error> {
    super::check_revocation(revoke)?;
    check_remark(who, why, key)?;
    Ok(calls.check(&StoreRequest::RevokeSubscription(revoke.clone()))?)
}

fn stripe_refund(payment: &str, amount: Option<Money>, reason: Option<RefundReason>) -> StripeRefund {
    let id = payment.to_owned();
    let is_intent = payment.starts_with("pi_");
    StripeRefund {
        payment: if is_intent { StripePayment::PaymentIntent(id) } else { StripePayment::Charge(id) },
        amount,
        reason: reason.map(|reason| match reason {
            RefundReason::Duplicate => StripeRefundReason::Duplicate,
            RefundReason::Fraudulent => StripeRefundReason::Fraudulent,
            RefundReason::RequestedByCustomer => StripeRefundReason::RequestedByCustomer,
        }),
        metadata: BTreeMap::new(),
    }
}

impl StoreRequest {
    pub(super) fn store(&self) -> Store {
        match self {
            Self::Refund(RefundOrder::Stripe { .. }) => Store::Stripe,
            Self::Refund(RefundOrder::GooglePlay { .. }) | Self::RevokeSubscription(_) => Store::GooglePlay,
            Self::AnswerReview(store, _) => store.clone(),
        }
    }

    pub(super) fn app(&self) -> &str {
        match self {
            Self::Refund(RefundOrder::Stripe { app, .. } | RefundOrder::GooglePlay { app, .. }) => app,
            Self::RevokeSubscription(revoke) => &revoke.app,
            Self::AnswerReview(_, answer) => &answer.app,
        }
    }

    /// The store's id of what is refunded.
    pub(super) fn order(&self) -> &str {
        match self {
            Self::Refund(RefundOrder::Stripe { payment, .. }) => payment,
            Self::Refund(RefundOrder::GooglePlay { order_id, .. }) => order_id,
            Self::RevokeSubscription(revoke) => &revoke.purchase_token,
            Self::AnswerReview(_, answer) => &answer.order_id,
        }
    }

    pub(super) const fn kind(&self) -> StoreActionKind {
        match self {
            Self::Refund(_) => StoreActionKind::Refund,
            Self::RevokeSubscription(_) => StoreActionKind::RevokeSubscription,
            Self::AnswerReview(..) => StoreActionKind::AnswerReview,
        }
    }

    /// As the ledger stores it.
    pub(super) fn to_value(&self) -> Result<Value, LedgerError> {
        match self {
            Self::Refund(order) => serde_json::to_value(order),
            Self::RevokeSubscription(revoke) => serde_json::to_value(revoke),
            Self::AnswerReview(_, answer) => serde_json::to_value(answer),
        }
        .map_err(|error| LedgerError::Internal(format!("unwritable: {error}")))
    }

    /// From the ledger.
    pub(in crate::engine) fn from_value(
        store: &Store,
        kind: StoreActionKind,
        value: Value,
    ) -> Result<Self, LedgerError> {
        match kind {
            StoreActionKind::Refund => serde_json::from_value(value).map(Self::Refund),
            StoreActionKind::RevokeSubscription => {
                serde_json::from_value(value).map(Self::RevokeSubscription)
            }
            StoreActionKind::AnswerReview => serde_json::from_value(value)
                .map(|answer| Self::AnswerReview(store.clone(), Box::new(answer))),
        }
        .map_err(|error| LedgerError::Unreadable { what: "request", problem: error.to_string() })
    }
}

/// A store's answer, as the ledger stores it.
pub(super) fn kept(answer: RefundAnswer) -> StoreAnswer {
    match answer {
        RefundAnswer::Done { refund_id } => StoreAnswer::Done { id: refund_id },
        RefundAnswer::Requested { refund_id } => StoreAnswer::Accepted { id: refund_id },
        RefundAnswer::AlreadyRefunded => StoreAnswer::AlreadyRefunded,
    }
}

/// The refund, marked as made by the game: neither store reports that.
pub(super) fn mark_as_made_by_game((mut signal, body): Reported) -> Reported {
    if let Meaning::Case { fact, .. } = &mut signal.meaning
        && let FactKind::Refunded { initiator, .. } = &mut fact.what
    {
        *initiator = Some(Initiator::Developer);
        // The game refunds what it was paid, so the refund need not wait for a capture.
        if fact.about.capture == Some(Capture::NotReported) {
            fact.about.capture = Some(Capture::Presumed);
        }
    }
    (signal, body)
}

/// A store's error, as the ledger stores it.
pub(super) fn stored_error(error: &ApiError) -> StoreAnswer {
    StoreAnswer::Error { code: error.code().to_owned(), message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::config::Config;
    use crate::model::{Delivery, RefundPreference};
    use crate::transport::{HttpRequest, HttpResponse, SystemPacing, Transport, TransportError};

    struct NoRequests;

    impl Transport for NoRequests {
        fn send(&self, _: &HttpRequest) -> Result<HttpResponse, TransportError> {
            panic!("a check sends no request")
        }
    }

    fn answer(app: &str, sandbox: bool) -> StoreRequest {
        let answer = ReviewAnswer {
            refund: 1,
            app: app.to_owned(),
            sandbox,
            order_id: "2000".to_owned(),
            token: None,
            delivery: Delivery::Delivered,
            consumed: None,
            sample_given: false,
            preference: RefundPreference::Neutral,
            usage: Vec::new(),
        };
        StoreRequest::AnswerReview(Store::AppStore, Box::new(answer))
    }

    /// An app with a key in both environments, one in the sandbox only, and one without.
    fn apis() -> Apis {
        let folder = tempfile::tempdir().unwrap();
        let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
        std::fs::write(folder.path().join("key.p8"), key).unwrap();
        let api = json!({"issuer_id": "i", "key_id": "k", "private_key": "key.p8"});
        let config = json!({"app_store": [
            {"bundle_id": "com.example.both", "app_apple_id": 1, "api": api},
            {"bundle_id": "com.example.test", "environments": ["sandbox"], "api": api},
            {"bundle_id": "com.example.none", "app_apple_id": 3},
        ]});
        let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
        Apis::new(&config, Arc::new(NoRequests), Arc::new(SystemPacing::new())).unwrap()
    }

    #[test]
    fn an_app_store_app_is_used_only_with_a_key() {
        let apis = apis();
        for (app, sandbox) in
            [("com.example.both", false), ("com.example.both", true), ("com.example.test", true)]
        {
            assert_eq!(apis.check(&answer(app, sandbox)), Ok(()), "{app} {sandbox}");
        }
        for (app, sandbox, place) in [
            ("com.example.test", false, "com.example.test (Production)"),
            ("com.example.none", true, "com.example.none (Sandbox)"),
            ("com.example.unheard", false, "com.example.unheard (Production)"),
        ] {
            let error = apis.check(&answer(app, sandbox)).unwrap_err();
            let wanted = ApiError::NotConfigured {
                store: Store::AppStore,
                app: place.to_owned(),
                key: "app_store[].api",
            };
            assert_eq!(error, wanted);
            assert!(error.to_string().contains(place) && error.to_string().contains("app_store[].api"));
        }
    }
}
