//! Fake stores with set answers, which count the requests.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::super::store_actions::{Reported, StoreCalls, StoreRequest};
use super::*;
use crate::model::{RefundOrder, StoreAction};
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::TransportError;

#[derive(Default)]
pub(super) struct FakeStores {
    /// The next answers; with none left, success.
    pub(super) answers: Mutex<VecDeque<Result<RefundAnswer, ApiError>>>,
    pub(super) sent: Mutex<Vec<(StoreRequest, String)>>,
    /// Whether Google's order is refunded, and how often that was queried.
    pub(super) refunded: Mutex<(bool, u32)>,
    pub(super) unconfigured: bool,
    /// Whether Google does not answer queries about an order.
    pub(super) broken_query: std::sync::atomic::AtomicBool,
}

impl StoreCalls for FakeStores {
    fn check(&self, _: &StoreRequest) -> Result<(), ApiError> {
        if self.unconfigured { Err(no_keys()) } else { Ok(()) }
    }

    fn send(
        &self,
        request: &StoreRequest,
        send_key: &str,
        _: Timestamp,
    ) -> Result<(RefundAnswer, Option<Reported>), ApiError> {
        self.sent.lock().unwrap().push((request.clone(), send_key.to_owned()));
        let next = self.answers.lock().unwrap().pop_front();
        next.unwrap_or(Ok(RefundAnswer::Done { refund_id: Some("re_1".to_owned()) }))
            .map(|answer| (answer, None))
    }

    fn refund_of(&self, _: &str, order_id: &str, now: Timestamp) -> Result<Option<Reported>, ApiError> {
        let mut refunded = self.refunded.lock().unwrap();
        refunded.1 += 1;
        if self.broken_query.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(ApiError::Credentials { problem: "withdrawn".to_owned() });
        }
        Ok(refunded.0.then(|| {
            let fact = super::refunded(order(order_id), now.since(NOON).millis());
            let mut reported = signal("order", CaseKey::Order(order_id.to_owned()), fact);
            reported.place.store = Store::GooglePlay;
            (reported, b"{}".to_vec())
        }))
    }
}

impl FakeStores {
    pub(super) fn answering(answers: impl IntoIterator<Item = Result<RefundAnswer, ApiError>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    pub(super) fn sent(&self) -> Vec<(StoreRequest, String)> {
        self.sent.lock().unwrap().clone()
    }
}

fn no_keys() -> ApiError {
    ApiError::NotConfigured { store: Store::Stripe, app: "main".to_owned(), key: "stripe[].api_key" }
}

pub(super) fn refused(status: u16, retryable: bool) -> ApiError {
    let message = "this cannot be".to_owned();
    ApiError::Refused { status, code: "no".to_owned(), message, retryable }
}

pub(super) fn timeout() -> ApiError {
    let limit = Duration::from_secs(1);
    TransportError::Timeout { host: "api.example".to_owned(), phase: "the answer", limit }.into()
}

/// A ledger, stores and a clock, and an engine that can be killed and opened again.
pub(super) struct Shop {
    pub(super) folder: tempfile::TempDir,
    pub(super) clock: Arc<ManualClock>,
    pub(super) stores: Arc<FakeStores>,
    pub(super) rules: String,
}

impl Shop {
    pub(super) fn new(stores: Arc<FakeStores>) -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::new(NOON)));
        Self { folder, clock, stores, rules: "[]".to_owned() }
    }

    pub(super) fn open(&self) -> Engine {
        self.open_by(Arc::clone(&self.clock))
    }

    pub(super) fn open_by(&self, clock: Arc<impl Clock + 'static>) -> Engine {
        let text = format!(r#"{{"database":"ledger.db","reviews":{}}}"#, self.rules);
        let config = Config::from_json(text.as_bytes(), self.folder.path()).unwrap();
        let stores: Arc<FakeStores> = Arc::clone(&self.stores);
        EngineOptions::new().clock(clock).calls(stores).open(config).unwrap()
    }

    pub(super) fn after(&self, span: Span) {
        self.clock.set(self.clock.now().plus(span));
    }
}

pub(super) fn stripe() -> RefundOrder {
    RefundOrder::Stripe { app: "main".to_owned(), payment: "ch_1".to_owned(), amount: None, reason: None }
}

pub(super) fn google() -> RefundOrder {
    RefundOrder::GooglePlay { app: "com.example".to_owned(), order_id: "GPA.1".to_owned(), revoke: true }
}

pub(super) fn only_action(engine: &Engine) -> StoreAction {
    let mut actions = engine.actions(&Default::default(), None, 10).unwrap().items;
    assert_eq!(actions.len(), 1, "{actions:?}");
    actions.remove(0)
}
