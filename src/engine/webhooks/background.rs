//! The threads that send: one for each endpoint, so that a slow one delays no other.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::engine::Engine;
use crate::engine::stopping::Stopping;
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::threads;
use crate::webhooks::Endpoint;

/// How often a thread looks for messages without being woken, which costs a few reads: for those that another process
/// released or made due.
const CHECK_EVERY: Duration = Duration::from_secs(10);

/// The shortest wait between two checks, unless it is woken: a message that another process sends may stay due.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// Wakes and stops the threads, one signal an endpoint.
#[derive(Debug, Default)]
pub(in crate::engine) struct Wakers(Vec<(String, Arc<Stopping>)>);

impl Wakers {
    pub(in crate::engine) fn new(endpoints: &[Arc<Endpoint>]) -> Self {
        Self(endpoints.iter().map(|endpoint| (endpoint.name.clone(), Arc::default())).collect())
    }

    /// There may be messages to send.
    pub(in crate::engine) fn wake(&self) {
        self.0.iter().for_each(|(_, stopping)| stopping.wake());
    }

    /// Nothing more is sent.
    pub(in crate::engine) fn stop(&self) {
        self.0.iter().for_each(|(_, stopping)| stopping.stop());
    }

    pub(super) fn stopping(&self, endpoint: &str) -> Arc<Stopping> {
        let known = self.0.iter().find(|(name, _)| name == endpoint);
        known.map(|(_, stopping)| Arc::clone(stopping)).unwrap_or_default()
    }
}

/// The threads.
pub(in crate::engine) struct SendingThreads(Mutex<Vec<JoinHandle<()>>>);

impl SendingThreads {
    /// Starts them.
    pub(in crate::engine) fn start(engine: &Engine) -> Result<Self, LedgerError> {
        let threads = Self(Mutex::default());
        for endpoint in &engine.webhooks.endpoints {
            let (engine, endpoint) = (engine.view(), Arc::clone(endpoint));
            let stopping = engine.webhooks.wakers.stopping(&endpoint.name);
            let wakers = Arc::clone(&engine.webhooks.wakers);
            match threads::start("recoup-webhooks", move || send_until_stopped(&engine, &endpoint, &stopping))
            {
                Ok(thread) => threads.0.lock().unwrap_or_else(PoisonError::into_inner).push(thread),
                Err(error) => {
                    wakers.stop();
                    threads.join();
                    return Err(LedgerError::no_thread(&error));
                }
            }
        }
        Ok(threads)
    }

    /// Waits for the requests under way. Call it once they are [stopped](Wakers::stop).
    pub(in crate::engine) fn join(&self) {
        let threads = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread that sends webhooks panicked");
            }
        }
    }
}

fn send_until_stopped(engine: &Engine, endpoint: &Arc<Endpoint>, stopping: &Arc<Stopping>) {
    loop {
        let wait = match engine
            .send_to(endpoint, stopping)
            .and_then(|_| engine.next_webhook_at(&endpoint.name))
        {
            Err(Error::Ledger(LedgerError::Closed)) => return,
            Err(error) => {
                tracing::error!(%error, endpoint = endpoint.name, "webhooks could not be sent; it will be retried");
                CHECK_EVERY
            }
            Ok(next) => next.map_or(CHECK_EVERY, |at| {
                let millis = u64::try_from(at.since(engine.now()).millis()).unwrap_or(0);
                Duration::from_millis(millis).clamp(SHORTEST_INTERVAL, CHECK_EVERY)
            }),
        };
        if stopping.wait_for_work(wait) {
            return;
        }
    }
}
