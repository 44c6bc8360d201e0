//! Threads that may block, on behalf of the one that serves all connections.
//!
//! `tokio` has such threads too, but panics if the system has none left. The first of these is started with the
//! server, which fails without it; if the system has no more, work waits for the existing ones.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::threads;

/// How long a thread waits for work before it ends, unless it is the last one.
const IDLE_FOR: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce() + Send>;

/// Work without a result.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// It panicked.
    Panicked,
}

/// Up to a number of threads, started on demand.
#[doc(hidden)]
pub struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    name: &'static str,
    most: usize,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    ended: bool,
}

impl Workers {
    /// Starts the first thread.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn start(name: &'static str, most: usize) -> io::Result<Self> {
        let shared = Shared { name, most: most.max(1), queue: Mutex::default(), changed: Condvar::new() };
        let workers = Self { shared: Arc::new(shared) };
        workers.add(&mut workers.shared.queue())?;
        Ok(workers)
    }

    /// Runs `work` on one of the threads.
    pub fn run<T, F>(&self, work: F) -> impl Future<Output = Result<T, Unfinished>> + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (done, result) = oneshot::channel();
        let job: Job = Box::new(move || {
            // If the work panics, its owner poisons the engine.
            match catch_unwind(AssertUnwindSafe(work)) {
                // The result may no longer be awaited.
                Ok(value) => drop(done.send(value)),
                // Its destructor could panic too.
                Err(payload) => std::mem::forget(payload),
            }
        });
        let mut queue = self.shared.queue();
        queue.jobs.push_back(job);
        if queue.idle < queue.jobs.len() && queue.threads < self.shared.most {
            // Without another thread, the existing ones do it later.
            let _ = self.add(&mut queue);
        }
        drop(queue);
        self.shared.changed.notify_one();
        async move { result.await.map_err(|_| Unfinished::Panicked) }
    }

    fn add(&self, queue: &mut Queue) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        threads::start(self.shared.name, move || shared.work())?;
        queue.threads += 1;
        Ok(())
    }
}

impl Drop for Workers {
    /// Running work finishes after this.
    fn drop(&mut self) {
        let mut queue = self.shared.queue();
        queue.ended = true;
        queue.jobs.clear();
        drop(queue);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            job();
        }
    }

    fn next(&self) -> Option<Job> {
        let mut queue = self.queue();
        loop {
            if queue.ended {
                return None;
            }
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            queue.idle += 1;
            let waited = self.changed.wait_timeout(queue, IDLE_FOR).unwrap_or_else(PoisonError::into_inner);
            queue = waited.0;
            queue.idle -= 1;
            if waited.1.timed_out() && queue.jobs.is_empty() && queue.threads > 1 {
                queue.threads -= 1;
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    #[test]
    fn as_many_run_at_once_as_are_allowed() {
        let workers = Workers::start("test", 3).unwrap();
        let all = Arc::new(Barrier::new(3));
        let running: Vec<_> = (0..3)
            .map(|_| {
                let all = Arc::clone(&all);
                workers.run(move || all.wait().is_leader())
            })
            .collect();
        let leaders = runtime().block_on(async {
            let mut leaders = 0;
            for run in running {
                leaders += usize::from(run.await.unwrap());
            }
            leaders
        });
        assert_eq!(leaders, 1);
        let sum: usize = runtime().block_on(async {
            let mut sum = 0;
            for run in (0..100).map(|n| workers.run(move || n)).collect::<Vec<_>>() {
                sum += run.await.unwrap();
            }
            sum
        });
        assert_eq!(sum, 4950);
        assert!(workers.shared.queue().threads <= 3);
    }

    #[test]
    fn a_panic_is_reported_and_the_thread_goes_on() {
        let workers = Workers::start("test", 1).unwrap();
        let failed = runtime().block_on(workers.run(|| assert_eq!(1, 2, "on purpose")));
        assert_eq!(failed, Err(Unfinished::Panicked));
        assert_eq!(runtime().block_on(workers.run(|| 7)), Ok(7));
    }
}
