//! Callbacks: those that are registered, and the threads that call them.

use super::*;

impl Host<'_> {
    pub(super) fn submit(&self, store: &str, name: &str, tag: u64) -> Played {
        let store: Store = store.parse().map_err(|_| argument("unknown_store"))?;
        let (engine, request) = (Arc::clone(self.engine.as_ref().unwrap()), self.request(name));
        let (sender, registered) = (self.done.0.clone(), Arc::clone(&self.registered));
        let kept = Arc::clone(&self.kept);
        let worker = std::thread::spawn(move || {
            let done = (tag, ingest(&engine, &store, &request).map_err(Failure::from));
            let callback = registered.lock().unwrap().get("completion").copied();
            match callback {
                Some((data, _)) => keep(&kept, &format!("{data} {} {}", completion(&done), details(&done))),
                None => sender.send(done).unwrap(),
            }
        });
        worker.join().unwrap();
        line("ok")
    }

    pub(super) fn check_free(&self) -> Result<(), Failure> {
        match self.dispatcher {
            None => Ok(()),
            Some(_) => Err(Failure(14, "pumping".to_owned(), true, 500)),
        }
    }

    pub(super) fn dispatch(&mut self) {
        let stop = Arc::new(AtomicBool::new(false));
        let (engine, reported) = (Arc::clone(self.engine.as_ref().unwrap()), Arc::clone(&stop));
        let (registered, kept) = (Arc::clone(&self.registered), Arc::clone(&self.kept));
        let thread = std::thread::spawn(move || {
            while !reported.load(Ordering::SeqCst) {
                if engine.wait(Duration::from_millis(50)) {
                    engine.tick(Duration::MAX, teller(&registered, &kept)).unwrap();
                }
            }
        });
        self.dispatcher = Some((stop, thread));
    }

    pub(super) fn stop(&mut self) {
        if let Some((stop, thread)) = self.dispatcher.take() {
            stop.store(true, Ordering::SeqCst);
            thread.join().unwrap();
        }
    }

    pub(super) fn take_kept(&self) -> String {
        std::mem::take(&mut self.kept.lock().unwrap().0)
    }
}

/// Calls an event's own callback or else the one for every event, as the header says.
pub(super) fn teller(
    registered: &Mutex<Registered>,
    kept: &Mutex<(String, usize)>,
) -> impl FnMut(&Event) -> Handled {
    move |event| {
        let registered = registered.lock().unwrap();
        let own = registered.get(event.kind.as_str()).or_else(|| registered.get("event")).copied();
        drop(registered);
        let Some((data, handled)) = own else { return Handled::Done };
        keep(kept, &format!("{data} {}", show(event)));
        handled
    }
}

pub(super) fn keep(kept: &Mutex<(String, usize)>, line: &str) {
    let mut kept = kept.lock().unwrap();
    writeln!(kept.0, "callback {line}").unwrap();
    kept.1 += 1;
}
