//! Work that goes on after its request was answered: a trial of rules, a doctor's run. It lives in this process, and ends
//! with it.

use std::collections::VecDeque;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use recoup::gateway::Workers;
use recoup::{DoctorOptions, DoctorReport, Engine, Error, Policy, PolicyTrial, TryOptions};
use serde_json::{Value, json};

use crate::problem::Problem;

/// One trial and one doctor's run at once.
const THREADS: usize = 2;

/// Trials whose results are kept: each may have megabytes of examples.
const KEPT: usize = 8;

pub(crate) struct Jobs {
    workers: Workers,
    trials: Mutex<Trials>,
    health: Arc<Mutex<Health>>,
}

#[derive(Default)]
struct Trials {
    last: u64,
    kept: VecDeque<Arc<Trial>>,
}

struct Trial {
    id: u64,
    /// How many refunds it covers; `None`: more than are counted one by one.
    of: Option<i64>,
    tried: AtomicU64,
    stopped: AtomicBool,
    end: Mutex<Option<Result<PolicyTrial, Error>>>,
}

#[derive(Default)]
struct Health {
    running: bool,
    report: Option<DoctorReport>,
}

impl Jobs {
    /// Starts the first thread.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(crate) fn new() -> io::Result<Self> {
        let workers = Workers::start("recoup-job", THREADS)?;
        Ok(Self { workers, trials: Mutex::default(), health: Arc::default() })
    }

    /// Begins a trial, and returns its number.
    ///
    /// # Errors
    /// `trial_running`.
    pub(crate) fn try_policy(
        &self,
        engine: &Arc<Engine>,
        policy: Policy,
        options: TryOptions,
        of: Option<i64>,
    ) -> Result<u64, Problem> {
        let mut trials = lock(&self.trials);
        if let Some(running) = trials.kept.iter().find(|trial| trial.is_running()) {
            let detail = format!("trial {} is running: wait for it, or stop it", running.id);
            return Err(Problem::new(409, "trial_running", detail).with("trial", running.id));
        }
        trials.last += 1;
        let trial = Arc::new(Trial {
            id: trials.last,
            of,
            tried: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            end: Mutex::new(None),
        });
        trials.kept.push_back(Arc::clone(&trial));
        if trials.kept.len() > KEPT {
            trials.kept.pop_front();
        }
        let (id, engine) = (trial.id, Arc::clone(engine));
        drop(trials);
        // Its end is read by whoever asks for the trial.
        drop(self.workers.run(move || {
            let end = engine.try_policy(&policy, &options, &mut |tried| {
                trial.tried.store(tried.refunds, Ordering::Relaxed);
                match trial.stopped.load(Ordering::Relaxed) {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            });
            *lock(&trial.end) = Some(end);
        }));
        Ok(id)
    }

    /// How a trial is doing; `None`: there is none of this number, or its result was given up for later ones.
    pub(crate) fn trial(&self, id: u64) -> Option<Value> {
        lock(&self.trials).kept.iter().find(|trial| trial.id == id).map(|trial| trial.document())
    }

    /// Stops a trial and forgets it; `false`: there is none of this number.
    pub(crate) fn end_trial(&self, id: u64) -> bool {
        let mut trials = lock(&self.trials);
        let Some(place) = trials.kept.iter().position(|trial| trial.id == id) else { return false };
        if let Some(trial) = trials.kept.remove(place) {
            trial.stopped.store(true, Ordering::Relaxed);
        }
        true
    }

    /// Begins a doctor's run, unless one is running.
    pub(crate) fn examine(&self, engine: &Arc<Engine>, options: DoctorOptions) {
        if std::mem::replace(&mut lock(&self.health).running, true) {
            return;
        }
        let (health, engine) = (Arc::clone(&self.health), Arc::clone(engine));
        drop(self.workers.run(move || {
            // A run that panics is over, too.
            let running = Running(health);
            let report = engine.doctor(&options, |_| {});
            lock(&running.0).report = Some(report);
        }));
    }

    /// The last doctor's report, and whether another is being made.
    pub(crate) fn health(&self) -> Value {
        let health = lock(&self.health);
        json!({"running": health.running, "report": health.report})
    }

    /// Stops all trials.
    pub(crate) fn stop(&self) {
        for trial in &lock(&self.trials).kept {
            trial.stopped.store(true, Ordering::Relaxed);
        }
    }
}

struct Running(Arc<Mutex<Health>>);

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.0).running = false;
    }
}

impl Trial {
    fn is_running(&self) -> bool {
        lock(&self.end).is_none()
    }

    fn document(&self) -> Value {
        let end = lock(&self.end);
        let (state, result, problem) = match &*end {
            None => ("running", Value::Null, Value::Null),
            Some(Ok(result)) => ("done", json!(result), Value::Null),
            Some(Err(error)) => ("failed", Value::Null, Problem::from(error.clone()).document()),
        };
        json!({
            "id": self.id, "state": state, "done": self.tried.load(Ordering::Relaxed), "of": self.of,
            "result": result, "problem": problem,
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
